"""Settings: which time servers are asked, and how many of them must agree."""

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from authenticator import wording
from authenticator.app.settings import Settings
from authenticator.app.time.servers import DEFAULT_SERVERS, ServerNameBad, parse_server
from authenticator.clock.server import NEEDED
from authenticator.gui.settings.rows import SettingRow
from authenticator.gui.widgets.combo_box import ComboBox
from authenticator.gui.widgets.field import FormField
from authenticator.gui.widgets.flow_layout import FlowLayout
from authenticator.gui.widgets.labels import button
from authenticator.language import join_sentences, sentence, tr

MOST_NEEDED = 5


class TimeServers(SettingRow):
    """Saved together, by a button: how many must agree depends on how many there are."""

    def __init__(self) -> None:
        super().__init__()
        edit = QPlainTextEdit()
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(128)
        edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.names = FormField(
            tr("Time servers"),
            edit,
            tr(
                "One per line, as host or host:port. With nts:// in front, a server proves its "
                "identity; https:// stands for a web server, asked only if no other answers."
            ),
        )
        choice = ComboBox()
        for count in range(1, MOST_NEEDED + 1):
            choice.addItem(
                tr("{servers} (default)", servers=count) if count == NEEDED else str(count),
                count,
            )
        self.needed = FormField(
            tr("How many must agree"),
            choice,
            tr(
                "Choose fewer only with servers of your own: a single one is believed "
                "whatever it says."
            ),
        )
        self.save = button(tr("Save servers"))
        self.save.clicked.connect(self._save)
        usual = button(tr("Use the defaults"), "quiet")
        usual.clicked.connect(lambda: self._fill(DEFAULT_SERVERS, NEEDED))
        buttons = QWidget()
        row = FlowLayout()
        buttons.setLayout(row)
        row.addWidget(self.save)
        row.addWidget(usual)
        self._column.setSpacing(12)
        self.add(self.names, self.needed, buttons)

    def begin(self, settings: Settings) -> None:
        """Show the current servers instead of what was being typed."""
        self._fill(settings.servers, settings.servers_needed)

    def _fill(self, names: Sequence[str], needed: int) -> None:
        self.names.entry.setPlainText("\n".join(names))
        self.names.set_error("")
        self.needed.entry.setCurrentIndex(self.needed.entry.findData(min(needed, MOST_NEEDED)))

    def _save(self) -> None:
        names = [line.strip() for line in self.names.entry.toPlainText().splitlines()]
        names = list(dict.fromkeys(name for name in names if name))
        if not names:
            self.names.set_error(tr("Enter at least one server."))
            return
        try:
            for name in names:
                parse_server(name)
        except ServerNameBad as error:
            message = wording.explain(error)
            self.names.set_error(
                join_sentences(sentence(message.title), message.cause, message.next_step)
            )
            return
        needed = self.needed.entry.currentData()
        if needed > len(names):
            self.names.set_error(
                tr("{needed} must agree: enter as many, or choose fewer below.").format(
                    needed=needed
                )
            )
            return
        self.names.set_error("")
        self.chosen.emit({"servers": tuple(names), "servers_needed": needed})
