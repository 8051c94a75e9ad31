"""The keyboard shortcuts, and the dialog that lists them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from authenticator.gui.settings.shortcut_row import ShortcutRow
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.scrolling_dialog import ScrollingDialog
from authenticator.language import gettext_noop, tr

LIST, FOUND, ANYWHERE = (
    gettext_noop("In the list"),
    gettext_noop("In the list of found accounts"),
    gettext_noop("Anywhere"),
)
SHORTCUTS = {
    LIST: (
        ("Ctrl+F", gettext_noop("Search, or just start typing")),
        ("Return", gettext_noop("Copy the code")),
        ("Ctrl+C", gettext_noop("Copy the code")),
        ("Ctrl+Shift+C", gettext_noop("Copy the next code")),
        ("Space", gettext_noop("Show a hidden code")),
        ("F5", gettext_noop("Next code of a counter-based account")),
        ("F2", gettext_noop("Edit")),
        ("Alt+Up", gettext_noop("Move up, in your own order")),
        ("Alt+Down", gettext_noop("Move down")),
        ("Del", gettext_noop("Remove")),
        ("Ctrl+Z", gettext_noop("Undo the removal, while this is offered")),
        ("Menu", gettext_noop("Menu of the account")),
        ("Ctrl+N", gettext_noop("Add an account")),
    ),
    FOUND: (
        ("Space", gettext_noop("Tick or untick")),
        ("Return", gettext_noop("Details")),
    ),
    ANYWHERE: (
        ("Ctrl+V", gettext_noop("Read a code from the clipboard")),
        ("Ctrl+L", gettext_noop("Lock")),
        ("Ctrl+,", gettext_noop("Settings")),
        ("Esc", gettext_noop("Clear the search, or go back")),
        ("F1", gettext_noop("This list")),
        ("Ctrl+/", gettext_noop("This list")),
        ("Ctrl+Q", gettext_noop("Quit")),
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
