"""A panel within a page that says what happened and what to do."""

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from authenticator import wording
from authenticator.gui.widgets.flow_layout import FlowLayout
from authenticator.gui.widgets.icon_button import IconLabel
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.screen_reader import announce
from authenticator.language import join_sentences, sentence


class Tone(Enum):
    """The kind of notice: its icon and colour."""

    NOTE = ("info", "muted")
    GOOD = ("check", "good")
    WARN = ("warning", "warn")
    BAD = ("warning", "bad")


class Notice(QFrame):
    """Icon, title, text, and buttons if something can be done. Hidden until there is something to
    say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._icon = IconLabel("info", "muted")
        self._title = text("", "heading")
        self._words = text("", selectable=True)
        self._row = QWidget()
        self._buttons = FlowLayout()
        self._row.setLayout(self._buttons)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addSpacing(4)
        column.addWidget(self._row)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        self.setFocusProxy(self._words)
        self.hide()

    def follow(self, before: QWidget) -> None:
        """Make Tab lead from a widget to this notice."""
        QWidget.setTabOrder(before, self._words)

    @property
    def words(self) -> str:
        """Title and text, for tests and screen readers."""
        return f"{self._title.text()} {self._words.text()}".strip()

    def show_message(
        self, tone: Tone, title: str, words: str = "", *actions: tuple[str, Callable[[], None]]
    ) -> None:
        known = "" if self.isHidden() else self.words
        drawing, token = tone.value
        self._icon.draw(drawing, token)
        self._title.setText(title)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        while self._buttons.count():
            item = self._buttons.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        before: QWidget = self._words
        for label, act in actions:
            made = button(label)
            made.clicked.connect(lambda _checked=False, act=act: act())
            self._buttons.addWidget(made)
            made.show()  # at once: the layout would show it only after the next event
            # Else Tab would reach them last on the page.
            QWidget.setTabOrder(before, made)
            before = made
        self._row.setVisible(bool(actions))
        self.setAccessibleName(self.words)
        self.show()
        if self.words != known:
            announce(self, join_sentences(sentence(title), words) if words else title)

    def show_error(self, error: Exception, *actions: tuple[str, Callable[[], None]]) -> None:
        """Show an error in words."""
        message = wording.explain(error)
        self.show_message(
            Tone.BAD, message.title, f"{message.cause} {message.next_step}".strip(), *actions
        )
