"""The keyboard shortcuts, and the dialog that lists them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from authenticator.gui.settings.shortcut_row import ShortcutRow
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.scrolling_dialog import ScrollingDialog
from authenticator.language import later, tr

LIST, FOUND, ANYWHERE = (
    later("In the list"),
    later("In the list of found accounts"),
    later("Anywhere"),
)
SHORTCUTS = {
    LIST: (
        ("Ctrl+F", later("Search, or just start typing")),
        ("Return", later("Copy the code")),
        ("Ctrl+C", later("Copy the code")),
        ("Ctrl+Shift+C", later("Copy the next code")),
        ("Space", later("Show a hidden code")),
        ("F5", later("Next code of a counter-based account")),
        ("F2", later("Edit")),
        ("Alt+Up", later("Move up, in your own order")),
        ("Alt+Down", later("Move down")),
        ("Del", later("Remove")),
        ("Ctrl+Z", later("Undo the removal, while this is offered")),
        ("Menu", later("Menu of the account")),
        ("Ctrl+N", later("Add an account")),
    ),
    FOUND: (
        ("Space", later("Tick or untick")),
        ("Return", later("Details")),
    ),
    ANYWHERE: (
        ("Ctrl+V", later("Read a code from the clipboard")),
        ("Ctrl+L", later("Lock")),
        ("Ctrl+,", later("Settings")),
        ("Esc", later("Clear the search, or go back")),
        ("F1", later("This list")),
        ("Ctrl+/", later("This list")),
        ("Ctrl+Q", later("Quit")),
    ),
}
"""By place: keys in Qt's portable spelling and what they do."""


class ShortcutsDialog(ScrollingDialog):
    """Keys as this system spells them, each beside what it does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, 560)
        self.setWindowTitle(tr("Shortcuts"))
        sheet = QWidget()
        sheet.setObjectName("sheet")
        lines = QVBoxLayout(sheet)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        for place, keys in SHORTCUTS.items():
            if lines.count():
                lines.addSpacing(8)
            lines.addWidget(text(tr(place), "heading"))
            for key, words in same_job(keys):
                lines.addWidget(ShortcutRow(key, words))
        scroll = QScrollArea()
        scroll.setObjectName("reading")
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
        self.done_button.setFocus()


def same_job(keys: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Keys as this system spells them and what they do; keys that do the same are joined."""
    found: dict[str, list[str]] = {}
    for key, words in keys:
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        found.setdefault(words, []).append(shown)
    between = tr(" or ")
    return [(between.join(shown), tr(words)) for words, shown in found.items()]
