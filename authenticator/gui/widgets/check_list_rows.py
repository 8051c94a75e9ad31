"""The rows of a check list: a tick box, a name, and below it the details."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from authenticator.gui.theme import colors, icons
from authenticator.gui.widgets import row_choices

_Index = QModelIndex | QPersistentModelIndex

BOX, GAP, SIDE, ABOVE = 16, 12, 8, 8
"""Px: the tick box, the space between it and the text, and the margins."""
TARGET = 36
"""Height in px in which a click is on the word at the end of the first line."""


class FoundRowDelegate(QStyledItemDelegate):
    """An item's first line is its name; a click anywhere in a row ticks it. With `more`, a word
    at the end of that line, a click there asks for details instead."""

    details_requested = Signal(int)  # the row
    chosen = Signal(int, int)  # the row, the choice

    def __init__(self, parent: QObject | None = None, more: str = "") -> None:
        super().__init__(parent)
        self._more = more

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        name, rest = _words(index)
        row = _row_width(option)
        width = row - 2 * SIDE - BOX - GAP
        height = _height(_bold(option.font), name, width - self._more_width(option.font))
        if rest:
            height += 2 + _height(option.font, rest, width)
        height += row_choices.height(index, option.font, width)
        return QSize(row, max(32, height + 2 * ABOVE))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        tokens = colors.current()
        name, rest = _words(index)
        bold = _bold(option.font)
        words = option.rect.adjusted(SIDE + BOX + GAP, ABOVE, -SIDE, -ABOVE)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        if mirrored:
            words = option.rect.adjusted(SIDE, ABOVE, -SIDE - BOX - GAP, -ABOVE)
        middle = ABOVE + QFontMetrics(bold).height() // 2
        left = option.rect.right() + 1 - SIDE - BOX if mirrored else option.rect.left() + SIDE
        box = QRect(left, option.rect.top() + middle - BOX // 2, BOX, BOX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.raised))
            painter.drawRoundedRect(QRectF(option.rect), 6, 6)
        scale = option.widget.devicePixelRatioF()
        _tick_box(painter, box, index, tokens, scale)
        align = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        first = QRect(words)
        more_width = self._more_width(option.font)
        if more_width:
            end = Qt.AlignmentFlag.AlignLeft if mirrored else Qt.AlignmentFlag.AlignRight
            painter.setFont(option.font)
            painter.setPen(QColor(tokens.accent))
            painter.drawText(words, end, self._more)
            first.adjust(*((more_width, 0, 0, 0) if mirrored else (0, 0, -more_width, 0)))
        painter.setFont(bold)
        painter.setPen(QColor(tokens.text))
        painter.drawText(first, align | _wrap(bold, name, first.width()), name)
        if rest:
            words.setTop(words.top() + _height(bold, name, first.width()) + 2)
            painter.setFont(option.font)
            painter.setPen(QColor(tokens.muted))
            painter.drawText(words, align | _wrap(option.font, rest, words.width()), rest)
        row_choices.paint(
            painter, index, option.font, self._choices(option, index), tokens, mirrored=mirrored
        )
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.key() in (
            Qt.Key.Key_Space,
            Qt.Key.Key_Select,
        )
        clicked: QPoint | None = None
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
            and option.rect.contains(event.position().toPoint())
        ):
            clicked = event.position().toPoint()
        if not pressed and clicked is None:
            return False
        if clicked is not None and self._is_more(option, clicked):
            self.details_requested.emit(index.row())
            return True
        if clicked is not None and (chosen := self._chosen_at(option, index, clicked)) >= 0:
            self.chosen.emit(index.row(), chosen)
            return True
        ticked = _is_ticked(index)
        to = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
        return model.setData(index, to.value, Qt.ItemDataRole.CheckStateRole)

    def _choices(self, option: QStyleOptionViewItem, index: _Index) -> QRect:
        """The room for the choices: the bottom of the row, below the text."""
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        room = option.rect.adjusted(SIDE + BOX + GAP, 0, -SIDE, -ABOVE)
        if mirrored:
            room = option.rect.adjusted(SIDE, 0, -SIDE - BOX - GAP, -ABOVE)
        room.setTop(room.bottom() + 1 - row_choices.height(index, option.font, room.width()))
        return room

    def _chosen_at(self, option: QStyleOptionViewItem, index: _Index, place: QPoint) -> int:
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        room = self._choices(option, index)
        return row_choices.chosen_at(index, option.font, room, place, mirrored=mirrored)

    def _more_width(self, font: QFont) -> int:
        """Width in px of the word and the space before it."""
        return QFontMetrics(font).horizontalAdvance(self._more) + GAP if self._more else 0

    def _is_more(self, option: QStyleOptionViewItem, place: QPoint) -> bool:
        width = self._more_width(option.font)
        if not width or place.y() >= option.rect.top() + TARGET:
            return False
        if option.direction == Qt.LayoutDirection.RightToLeft:
            return place.x() < option.rect.left() + SIDE + width
        return place.x() > option.rect.right() - SIDE - width


def _row_width(option: QStyleOptionViewItem) -> int:
    """The width in px in which a row is painted. When Qt asks for the size of a row, it says the
    width of the list with its frame and scroll bar, or none."""
    found = option.widget
    if isinstance(found, QListView):
        return found.viewport().width() - 2 * found.spacing()
    return option.rect.width()


def _words(index: _Index) -> tuple[str, str]:
    name, _, rest = str(index.data(Qt.ItemDataRole.DisplayRole)).partition("\n")
    return name, rest


def _is_ticked(index: _Index) -> bool:
    return bool(index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold


def _wrap(font: QFont, words: str, width: int) -> int:
    """Wrap between words; within them only if one is wider than a line."""
    metrics = QFontMetrics(font)
    widest = max(map(metrics.horizontalAdvance, words.split()), default=0)
    anywhere = widest > width
    return int(Qt.TextFlag.TextWrapAnywhere if anywhere else Qt.TextFlag.TextWordWrap)


def _height(font: QFont, words: str, width: int) -> int:
    room = QRect(0, 0, width, 100_000)
    return QFontMetrics(font).boundingRect(room, _wrap(font, words, width), words).height()


def _tick_box(
    painter: QPainter, place: QRect, index: _Index, tokens: colors.Tokens, scale: float
) -> None:
    """Paint a tick box in the theme's colours: Qt's own is hardly visible on dark."""
    ticked = _is_ticked(index)
    painter.setPen(QPen(QColor(tokens.accent if ticked else tokens.outline), 1.5))
    painter.setBrush(QColor(tokens.accent if ticked else tokens.surface))
    painter.drawRoundedRect(QRectF(place).adjusted(0.75, 0.75, -0.75, -0.75), 3, 3)
    if ticked:
        painter.drawPixmap(
            place.topLeft(), icons.pixmap("check", tokens.accent_text, place.size(), scale)
        )
