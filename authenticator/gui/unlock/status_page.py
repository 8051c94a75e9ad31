"""What the window shows while there is no list: that it is loading, or why it can't."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QVBoxLayout

from authenticator import wording
from authenticator.gui.widgets.icon_button import IconLabel
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.page import Page


class StatusPage(Page):
    """Icon, title, what happened, what to do, and the buttons that do it."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("lock", "muted", 48)
        self._title = text("", "title")
        self._cause = text("", selectable=True)
        self._next = text("", "muted")
        for label in (self._title, self._cause, self._next):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(8)
        self.body.addStretch(2)
        self.body.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self._title)
        self.body.addWidget(self._cause)
        self.body.addWidget(self._next)
        self.body.addWidget(self._busy)
        self.body.addStretch(3)
        self.add_foot(self._buttons)

    def set_initial_focus(self) -> None:
        item = self._buttons.itemAt(0)
        if item is not None and (first := item.widget()) is not None:
            first.setFocus()

    @property
    def words(self) -> str:
        """All its text."""
        return " ".join(label.text() for label in (self._title, self._cause, self._next))

    def show_waiting(self, title: str, words: str = "") -> None:
        """Something is in progress that may need the person's help."""
        self._say("lock", "muted", title, words, "", ())
        self._busy.show()

    def show_error(
        self, error: Exception, *actions: tuple[str, Callable[[], None]], more: str = ""
    ) -> None:
        """An error in words; the first action is the one most likely to help."""
        message = wording.explain(error)
        self._say(
            "warning",
            "warn",
            message.title,
            message.cause,
            f"{message.next_step} {more}".strip(),
            actions,
        )

    def _say(
        self,
        drawing: str,
        token: str,
        title: str,
        cause: str,
        next_step: str,
        actions: tuple[tuple[str, Callable[[], None]], ...],
    ) -> None:
        self._busy.hide()
        self._icon.draw(drawing, token)
        for label, words in (
            (self._title, title),
            (self._cause, cause),
            (self._next, next_step),
        ):
            label.setText(words)
            label.setVisible(bool(words))
        self.setAccessibleName(title)
        while self._buttons.count():
            item = self._buttons.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for number, (label_words, act) in enumerate(actions):
            made = button(label_words, "" if number else "primary")
            made.clicked.connect(lambda _checked=False, act=act: act())
            self._buttons.addWidget(made)
