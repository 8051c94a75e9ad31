"""A layout that wraps its items like words: what does not fit in a line goes to the next."""

from enum import Enum, auto

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLabel, QLayout, QLayoutItem, QWidget


class Spare(Enum):
    """Where the unused width of a line goes."""

    AFTER = auto()
    BETWEEN = auto()
    WITHIN = auto()  # every part of the line grows


class FlowLayout(QLayout):
    """At large text sizes and in other languages, buttons may need more than one line."""

    def __init__(self, spare: Spare = Spare.AFTER, gap: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._spare = spare
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, place: int) -> QLayoutItem | None:
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int) -> QLayoutItem | None:
        return self._items.pop(place) if 0 <= place < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = self._lines(width)
        return sum(height for _, height in lines) + self.spacing() * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:
        widths = [_wish(item) for item in self._items if not item.isEmpty()]
        width = sum(widths) + self.spacing() * max(0, len(widths) - 1)
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items if not item.isEmpty()]
        return QSize(max((size.width() for size in sizes), default=0), 0)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        parent = self.parentWidget()
        mirrored = isinstance(parent, QWidget) and parent.isRightToLeft()
        top = rect.top()
        for line, height in self._lines(rect.width()):
            spare = rect.width() - sum(width for _, width in line)
            spare -= self.spacing() * (len(line) - 1)
            grow = spare // len(line) if self._spare is Spare.WITHIN else 0
            between = spare // (len(line) - 1) if self._between(line) else 0
            left = rect.left()
            for item, width in line:
                width += grow
                x = rect.left() + rect.right() + 1 - left - width if mirrored else left
                item.setGeometry(QRect(x, top, width, height))
                left += width + self.spacing() + between
            top += height + self.spacing()

    def _between(self, line: list[tuple[QLayoutItem, int]]) -> bool:
        return self._spare is Spare.BETWEEN and len(line) > 1

    def _lines(self, room: int) -> list[tuple[list[tuple[QLayoutItem, int]], int]]:
        """The items of each line with their widths, and its height."""
        lines: list[list[tuple[QLayoutItem, int]]] = []
        left = 0
        for item in self._items:
            if item.isEmpty():
                continue
            width = min(_wish(item), max(room, 1))
            if not lines or left + width > room:
                lines.append([])
                left = 0
            lines[-1].append((item, width))
            left += width + self.spacing()
        return [(line, max(_height(*one) for one in line)) for line in lines]


def _wish(item: QLayoutItem) -> int:
    """Preferred width in px. A wrapping label would suggest the width of a square."""
    label = item.widget()
    if isinstance(label, QLabel) and label.wordWrap():
        return label.fontMetrics().size(0, label.text()).width() + 2 * label.margin()
    return item.sizeHint().width()


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
