"""Says above the page that other programs have opened something with the app."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from authenticator.gui.widgets.flow_layout import FlowLayout
from authenticator.gui.widgets.icon_button import IconButton
from authenticator.gui.widgets.labels import button, hairline, text
from authenticator.gui.widgets.screen_reader import announce
from authenticator.language import join_sentences, tr, trn


class OpenedBar(QFrame):
    """How many links and files wait, and how many were refused. It never takes the focus."""

    look_requested = Signal()
    discard_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = text()
        self._told = 0  # sentences
        self.look = button("")
        self.look.clicked.connect(self.look_requested)
        self.discard = IconButton("close", "")
        self.discard.clicked.connect(self.discard_requested)
        wrapping = FlowLayout()
        wrapping.addWidget(self._words)
        wrapping.addWidget(self.look)
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addLayout(wrapping, 1)
        row.addWidget(self.discard)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(hairline())
        self.hide()

    @property
    def words(self) -> str:
        """Its text, for tests and screen readers."""
        return self._words.text()

    def show_count(self, waiting: int, refused: int, unreadable: int, *, is_open: bool) -> None:
        """`waiting` can be looked at once the vault `is_open`; `refused` were too many, and
        `unreadable` no links or names of files."""
        told = []
        if waiting:
            told.append(
                trn(
                    "Another program opened a link or file.",
                    "Other programs opened {count} links and files.",
                    waiting,
                )
            )
            if not is_open:
                told.append(tr("You can look at it once your accounts are open."))
        if refused:
            told.append(
                trn(
                    "One more was refused: too many were waiting.",
                    "{count} more were refused: too many were waiting.",
                    refused,
                )
            )
        if unreadable:
            told.append(
                trn(
                    "One was refused: it is too long, or no link at all.",
                    "{count} were refused: they are too long, or no links at all.",
                    unreadable,
                )
            )
        self._name_buttons()
        words = join_sentences(*told)
        self._words.setText(words)
        self.setAccessibleName(words)
        self.look.setVisible(bool(waiting) and is_open)
        self.setVisible(bool(words))
        if len(told) > self._told:  # not each time a number changes
            announce(self, words)
        self._told = len(told)

    def _name_buttons(self) -> None:
        """The bar outlives a change of the language."""
        self.look.setText(tr("Look"))
        self.look.setAccessibleName(self.look.text())
        self.discard.setToolTip(tr("Discard"))
        self.discard.setAccessibleName(self.discard.toolTip())
