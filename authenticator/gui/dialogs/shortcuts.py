"""What keys do."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QScrollArea, QVBoxLayout, QWidget

from authenticator.gui.widgets.key_line import KeyLine
from authenticator.gui.widgets.text import button, text
from authenticator.language import tr

LIST, FOUND, ANYWHERE = (
    QT_TRANSLATE_NOOP("shortcuts", "In the list"),
    QT_TRANSLATE_NOOP("shortcuts", "Among accounts that were found"),
    QT_TRANSLATE_NOOP("shortcuts", "Anywhere"),
)
SHORTCUTS = {
    LIST: (
        ("Ctrl+F", QT_TRANSLATE_NOOP("shortcuts", "Search; any letter does too")),
        ("Return", QT_TRANSLATE_NOOP("shortcuts", "Copy the code")),
        ("Ctrl+C", QT_TRANSLATE_NOOP("shortcuts", "Copy the code")),
        ("Ctrl+Shift+C", QT_TRANSLATE_NOOP("shortcuts", "Copy the next code")),
        ("Space", QT_TRANSLATE_NOOP("shortcuts", "Show a hidden code")),
        ("F5", QT_TRANSLATE_NOOP("shortcuts", "Next code, where codes are counted")),
        ("F2", QT_TRANSLATE_NOOP("shortcuts", "Edit")),
        ("Alt+Up", QT_TRANSLATE_NOOP("shortcuts", "Move up, in your own order")),
        ("Alt+Down", QT_TRANSLATE_NOOP("shortcuts", "Move down")),
        ("Del", QT_TRANSLATE_NOOP("shortcuts", "Remove")),
        ("Ctrl+Z", QT_TRANSLATE_NOOP("shortcuts", "Undo the removal, while that is offered")),
        ("Menu", QT_TRANSLATE_NOOP("shortcuts", "All that can be done with the account")),
        ("Ctrl+N", QT_TRANSLATE_NOOP("shortcuts", "Add an account")),
    ),
    FOUND: (
        ("Space", QT_TRANSLATE_NOOP("shortcuts", "Tick or untick")),
        ("Return", QT_TRANSLATE_NOOP("shortcuts", "Details")),
    ),
    ANYWHERE: (
        ("Ctrl+V", QT_TRANSLATE_NOOP("shortcuts", "Read a code from the clipboard")),
        ("Ctrl+L", QT_TRANSLATE_NOOP("shortcuts", "Lock")),
        ("Ctrl+,", QT_TRANSLATE_NOOP("shortcuts", "Settings")),
        ("Esc", QT_TRANSLATE_NOOP("shortcuts", "Clear the search, or go back")),
        ("F1", QT_TRANSLATE_NOOP("shortcuts", "This list")),
        ("Ctrl+/", QT_TRANSLATE_NOOP("shortcuts", "This list")),
        ("Ctrl+Q", QT_TRANSLATE_NOOP("shortcuts", "Quit")),
    ),
}
"""By place: keys in Qt's portable spelling, and what they do."""


class ShortcutsDialog(QDialog):
    """The keys as this system writes them, each beside what it does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Shortcuts"))
        sheet = QWidget()
        sheet.setObjectName("sheet")
        lines = QVBoxLayout(sheet)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        for place, keys in SHORTCUTS.items():
            if lines.count():
                lines.addSpacing(8)
            lines.addWidget(text(_tr(place), "heading"))
            for key, words in same_job(keys):
                lines.addWidget(KeyLine(key, words))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(tr("Shortcuts"))
        scroll.setWidget(sheet)
        self.done_button = button(tr("Close"))
        self.done_button.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(scroll, 1)
        column.addWidget(self.done_button, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(360, min(560, self.screen().availableSize().height() - 48))
        self.done_button.setFocus()


def same_job(keys: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Keys as this system writes them, and what they do: those that do the same in one."""
    found: dict[str, list[str]] = {}
    for key, words in keys:
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        found.setdefault(words, []).append(shown)
    between = tr(" or ")
    return [(between.join(shown), _tr(words)) for words, shown in found.items()]


def _tr(words: str) -> str:
    return tr(words)
