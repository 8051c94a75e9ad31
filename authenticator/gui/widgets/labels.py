"""Labels and buttons. Text is always plain, since names are untrusted."""

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from authenticator.gui.theme import stylesheet
from authenticator.language import tr

_BREAK = "\u200b"
"""Zero-width space: a line may end here. Untrusted text has none of its own left."""


BOX_PX = 200
"""The width that text has in every message box."""


class Text(QLabel):
    """A label whose lines break between words, and within a word that is wider than the label, as
    links, keys and names may be. `text` and what is copied are as set."""

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self._words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        # A long word must not widen the window.
        self.setMinimumWidth(1)
        self.setText(words)

    def text(self) -> str:
        return self._words

    def setText(self, words: str) -> None:
        self._words = words
        self._fit()

    def clear(self) -> None:
        self.setText("")

    def heightForWidth(self, width: int) -> int:
        room = width - self.width() + self._room()
        shown = broken(self._words, self.font(), room) if self.wordWrap() else self._words
        if shown in (self._words, super().text()):
            return super().heightForWidth(width)
        flags = Qt.TextFlag.TextWordWrap
        needed = self.fontMetrics().boundingRect(QRect(0, 0, room, 1 << 20), flags, shown)
        return needed.height() + self.height() - self.contentsRect().height() + 2 * self.margin()

    def _room(self) -> int:
        """Px for a line."""
        return self.contentsRect().width() - 2 * self.margin()

    def _fit(self) -> None:
        words = self._words
        shown = broken(words, self.font(), self._room()) if self.wordWrap() else words
        if shown != super().text():
            super().setText(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    # Selected text leaves without the places to break

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.hasSelectedText():
            self._copy()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        clipboard = QGuiApplication.clipboard()
        if self.hasSelectedText() and clipboard.supportsSelection():
            clipboard.setText(self._selected(), clipboard.Mode.Selection)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
            super().contextMenuEvent(event)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(tr("Copy"), self._copy)
        copy.setEnabled(self.hasSelectedText())
        everything = menu.addAction(tr("Select all"))
        everything.triggered.connect(self._select_all)
        menu.popup(event.globalPos())

    def _select_all(self) -> None:
        units = super().text().encode("utf-16-le", "surrogatepass")  # as Qt counts
        self.setSelection(0, len(units) // 2)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._selected())

    def _selected(self) -> str:
        return self.selectedText().replace(_BREAK, "").replace("\u2029", "\n")


def broken(words: str, font: QFont, width: int) -> str:
    """The text with a place to break wherever a line of `width` px has to end within a word."""
    metrics = QFontMetrics(font)

    def fits(shown: str) -> bool:
        pieces = shown.replace(_BREAK, " ").split()
        return all(metrics.horizontalAdvance(piece) <= width for piece in pieces)

    shown = words
    for less in range(0, 32, 4):  # Arabic letters grow where they no longer join
        if fits(shown):
            break
        shown = _BREAK.join(_lines(words, font, max(width - less, 1)))
    return shown


def _lines(words: str, font: QFont, width: int) -> list[str]:
    """The text in parts that end where a word breaks, each in lines of at most `width` px."""
    layout = QTextLayout(words.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    starts = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    units = words.encode("utf-16-le", "surrogatepass")  # as Qt counts
    parts = [""]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        if parts[-1] and not parts[-1][-1].isspace():
            parts.append("")
        last = None if end is None else 2 * end
        parts[-1] += units[2 * start : last].decode("utf-16-le", "surrogatepass")
    return parts


def in_lines(name: str) -> str:
    """A name for the text of a message box, which is Qt's own label: a long word is in lines."""
    font = stylesheet.font(QGuiApplication.font(), stylesheet.ISSUER_PX, semibold=True)
    return broken(name, font, BOX_PX).replace(_BREAK, "\n")


def text(words: str = "", role: str = "", *, selectable: bool = False) -> QLabel:
    """A label that wraps; `role` is one of the style sheet's (title, heading, muted, fault ...)."""
    label = Text(words)
    label.setProperty("role", role)
    if selectable:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return label


def button(words: str, role: str = "") -> QPushButton:
    """A push button; `role` is primary, quiet, danger, choice or none."""
    made = QPushButton(words)
    made.setProperty("role", role)
    made.setAccessibleName(words.replace("&", ""))
    made.setAutoDefault(True)  # Enter presses the button that has the focus
    return made


def hairline(parent: QWidget | None = None) -> QFrame:
    """A separator line."""
    line = QFrame(parent)
    line.setObjectName("hairline")
    line.setFixedHeight(1)
    line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return line
