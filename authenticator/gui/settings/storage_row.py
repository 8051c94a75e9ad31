"""Where the keys of the accounts are stored, and a button that moves them."""

from authenticator.app.settings import Settings
from authenticator.gui.session import Session
from authenticator.gui.settings.move_progress import MoveProgress
from authenticator.gui.settings.rows import SettingRow
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice
from authenticator.language import tr
from authenticator.vault.kinds import StoreKind
from authenticator.wording.storage import kept_where


class StorageRow(SettingRow):
    """All codes work while they are moved."""

    def __init__(self, session: Session) -> None:
        super().__init__(words=tr("vault keyring"))
        self._session = session
        self.label = text("", selectable=True)
        self.order = text("", "field")
        self.mover = button("")
        self.mover.clicked.connect(self._move)
        self.notice = Notice()
        self._column.setSpacing(8)
        self.add(self.label, self.order, self.mover, MoveProgress(session.slots), self.notice)
        session.slots.progressed.connect(self._show)
        session.slots.finished.connect(self._show)
        session.info_changed.connect(self._show)

    def set_settings(self, _settings: Settings) -> None:
        self._show()

    def _show(self) -> None:
        info = self._session.vault_info
        self.label.setText(tr("There are no accounts yet.") if info is None else kept_where(info))
        for part in (self.order, self.mover):
            part.setVisible(info is not None)
        self.mover.setEnabled(self._session.slots.progress is None)
        if info is not None:
            in_keyring = info.store is StoreKind.KEYRING
            # The whole sentence would not fit into a button in large text, and buttons don't wrap.
            self.order.setText(
                tr("Move them to a sealed file")
                if in_keyring
                else tr("Move them to the system's keyring")
            )
            self.mover.setText(tr("Sealed file") if in_keyring else tr("System keyring"))
            self.mover.setAccessibleName(self.order.text())

    def _move(self) -> None:
        info = self._session.vault_info
        if info is None:
            return
        other = StoreKind.SEALED if info.store is StoreKind.KEYRING else StoreKind.KEYRING
        self.notice.hide()
        self.mover.setEnabled(False)

        def failed(error: Exception) -> None:
            self.mover.setEnabled(True)
            self.notice.show_error(error)

        self._session.slots.move_store(other, lambda _: self._show(), failed)
