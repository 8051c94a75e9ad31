"""How an account's row looks. One painter for all rows; there is no widget per row.

QStyle and its options are left alone: PySide takes 6 ms to load them, which the start of the
window can't spare.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemDelegate

from authenticator import wording
from authenticator.app.digit_grouping import Grouping, grouped
from authenticator.gui.accounts.model import NEXT_ROLE, ROW_ROLE
from authenticator.gui.accounts.monogram import paint_monogram
from authenticator.gui.accounts.ring_pixmaps import RingPixmaps
from authenticator.gui.accounts.row import Row, RowState
from authenticator.gui.accounts.row_layout import PAD, PIN, RowLayout
from authenticator.gui.theme import colors, icons, stylesheet
from authenticator.gui.theme.colors import Tokens
from authenticator.gui.widgets import countdown_ring
from authenticator.language import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem

    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry

BRAND = 5 / 9
"""Of the disc of an avatar."""
HIDDEN = "••• •••"
"""Stands where a code will, or is not to be seen."""


class RowContext(Protocol):
    """What a view tells of its rows."""

    row_layout: RowLayout
    grouping: Grouping

    def cell(self) -> QSize:
        """The room for one row, in px."""

    def is_hovered(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether the pointer is over this row."""

    def is_focused(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether this is the row that keys act on."""

    def is_selected(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether this is one of several rows that were chosen together."""

    def shows_next_code(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether the code after the present one stands beside it."""

    def picture(self, entry: Entry) -> QPixmap:
        """An account's own picture; null as long as it is not there."""

    def brand(self, entry: Entry, color: str, pixels: int) -> QPixmap:
        """The drawing of an account's brand; null where there is none."""


class AccountDelegate(QAbstractItemDelegate):
    """Avatar, issuer, account, code and ring."""

    def __init__(self, now: Callable[[], float], view: RowContext, parent: QObject) -> None:
        super().__init__(parent)
        self._now = now
        self._view = view
        self._layout = view.row_layout
        self._fonts: dict[str, QFont] = {}
        self.rings = RingPixmaps(now)

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return self._view.cell()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        tokens = colors.current()
        self._follow_layout()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Each name in its own direction: an ellipsis is where its end is cut.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self.paint_background(painter, option.rect, index)
        self._avatar(painter, option.rect, row, tokens)
        self._names(painter, option.rect, row, tokens)
        if row.state is RowState.CODE and row.code is not None:
            self._code(painter, option.rect, row, row.code, tokens)
            if self._view.shows_next_code(index):
                self._after(painter, option.rect, row, index.data(NEXT_ROLE), tokens)
        else:
            self._instead(painter, option.rect, row, tokens)
        if row.can_advance:
            self._button(painter, self._layout.next_button(option.rect), row, tokens)
        painter.restore()

    def _follow_layout(self) -> None:
        if self._layout != self._view.row_layout:
            self._layout = self._view.row_layout
            self._fonts.clear()

    def paint_background(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """What is behind the parts of a row."""
        self._follow_layout()
        tokens = colors.current()
        line = self._layout.shortened(self._layout.after(rect, self._layout.text_x), PAD)
        painter.setPen(QPen(QColor(tokens.hairline), 1))
        painter.drawLine(line.left(), rect.bottom(), line.right(), rect.bottom())
        inner = QRectF(rect).adjusted(5, 3, -5, -4)
        chosen = self._view.is_selected(index)
        if chosen or self._view.is_hovered(index):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.raised))
            painter.drawRoundedRect(inner, colors.RADIUS, colors.RADIUS)
        if chosen:
            bar = QRectF(inner.left(), inner.top() + 12, 4, inner.height() - 24)
            if self._layout.mirrored:
                bar.moveRight(inner.right())
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(bar, 2, 2)
        if self._view.is_focused(index):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(inner, colors.RADIUS, colors.RADIUS)

    def _avatar(self, painter: QPainter, rect: QRect, row: Row, tokens: Tokens) -> None:
        box = self._layout.avatar(rect)
        painter.setPen(Qt.PenStyle.NoPen)
        if row.state in (RowState.DAMAGED, RowState.UNREAD):
            painter.setBrush(QColor(tokens.raised))
            painter.drawEllipse(box)
            scale = painter.device().devicePixelRatio()
            mark = icons.pixmap("warning", tokens.warn, QSize(20, 20), scale)
            painter.drawPixmap(box.center() - QPoint(9, 9), mark)
            return
        if row.entry.picture and not (own := self._view.picture(row.entry)).isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, own)
            return
        name = row.entry.label.issuer or row.entry.label.account
        disc, letter = colors.avatar(tokens, name)
        side = round(box.height() * BRAND)
        brand = self._view.brand(
            row.entry, letter.name(), round(side * painter.device().devicePixelRatio())
        )
        if brand.isNull():
            paint_monogram(painter, box, name, tokens, self._font("avatar", 16, semibold=True))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(disc)
        painter.drawEllipse(box)
        margin = (box.height() - side) // 2
        painter.drawPixmap(box.adjusted(margin, margin, -margin, -margin), brand)

    def _names(self, painter: QPainter, rect: QRect, row: Row, tokens: Tokens) -> None:
        label = row.entry.label
        if row.state is RowState.DAMAGED:
            first, second = tr("Damaged account"), ""
        else:
            first, second = label.issuer, label.account
            if not first:
                first, second = second or tr("No name"), ""
        above, below = self._layout.names(rect, self._beside(rect, row), alone=not second)
        if row.entry.pinned:
            scale = painter.device().devicePixelRatio()
            mark = icons.pixmap("pin", tokens.muted, QSize(PIN, PIN), scale)
            painter.drawPixmap(self._layout.pin(above), mark)
            above, below = (self._layout.shortened(box, PIN + 4) for box in (above, below))
        painter.setPen(QColor(tokens.text))
        painter.setFont(self._font("issuer", stylesheet.ISSUER_PX, semibold=True))
        width = self._line(painter, above, first)
        if self._layout.compact:
            below = self._layout.after(below, width + 8)
        painter.setPen(QColor(tokens.muted))
        painter.setFont(self._font("account", stylesheet.BODY_PX))
        self._line(painter, below, second)

    def _beside(self, rect: QRect, row: Row) -> int:
        """Px of what stands at the trailing edge."""
        if row.can_advance:
            return self._layout.next_button(rect).width()
        return self._layout.ring(rect).width()

    def _digits_box(self, rect: QRect, row: Row) -> QRect:
        """The code's line up to what stands at the trailing edge."""
        return self._layout.shortened(self._layout.code(rect), self._beside(rect, row) + 8)

    def _code(self, painter: QPainter, rect: QRect, row: Row, code: Code, tokens: Tokens) -> None:
        box = self._digits_box(rect, row)
        now = self._now()
        last = countdown_ring.is_last(code, now)
        painter.setPen(QColor(tokens.muted if row.hidden else tokens.text))
        width = self._digits(painter, box, self._shown(row, code), last=last)
        if row.hidden:
            painter.setPen(QColor(tokens.muted))
            painter.setFont(self._font("account", stylesheet.BODY_PX))
            self._line(painter, self._layout.after(box, width + 12), tr("press to show"))
        self.rings.drawer(painter, self._layout)(rect, code)

    def _shown(self, row: Row, code: Code) -> str:
        return HIDDEN if row.hidden else grouped(code.value, self._view.grouping)

    def _after(
        self, painter: QPainter, rect: QRect, row: Row, after: Code | None, tokens: Tokens
    ) -> None:
        """The next code at the trailing end of the line, with the word where it has room."""
        if after is None or row.code is None:
            return
        box = self._digits_box(rect, row)
        digits = QFontMetrics(self._digits_font(box, self._shown(row, row.code), last=True))
        box = self._layout.after(box, digits.horizontalAdvance(self._shown(row, row.code)) + 12)
        value = grouped(after.value, self._view.grouping)
        painter.setPen(QColor(tokens.muted))
        font = _fitted(self._font("next", stylesheet.ISSUER_PX, tabular=True), value, box.width())
        if font.pixelSize() < stylesheet.STATUS_PX:
            return
        painter.setFont(font)
        ends = _LEFT if self._layout.mirrored else _RIGHT
        painter.drawText(box, ends | _AS_DIGITS, value)
        box = self._layout.shortened(box, painter.fontMetrics().horizontalAdvance(value) + 8)
        painter.setFont(self._font("status", stylesheet.STATUS_PX))
        word = tr("next")
        if painter.fontMetrics().horizontalAdvance(word) <= box.width():
            painter.drawText(box.adjusted(0, 2, 0, 0), ends | _IN_ONE_LINE, word)

    def _instead(self, painter: QPainter, rect: QRect, row: Row, tokens: Tokens) -> None:
        """What stands where there is no code."""
        box = self._digits_box(rect, row)
        if row.state in (RowState.READING, RowState.WAITING):
            painter.setPen(QColor(tokens.muted))
            self._digits(painter, box, HIDDEN)
            return
        painter.setPen(QColor(tokens.warn))
        painter.setFont(self._font("account", stylesheet.BODY_PX))
        if row.state is RowState.DAMAGED:
            words = tr("It is kept as it is. The others work.")
        else:
            words = wording.explain(row.error).title if row.error is not None else ""
        self._line(painter, self._layout.code(rect), words)

    def _button(self, painter: QPainter, box: QRect, row: Row, tokens: Tokens) -> None:
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.outline), 1))
        painter.drawRoundedRect(
            QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), colors.RADIUS, colors.RADIUS
        )
        half = box.height() // 2
        for font, color, part, words in (
            (
                self._font("account", stylesheet.BODY_PX),
                tokens.text,
                box.adjusted(4, 2, -4, -half + 1),
                tr("Next"),
            ),
            (
                self._font("counter", stylesheet.STATUS_PX, tabular=True),
                tokens.muted,
                box.adjusted(4, half - 1, -4, -2),
                str(row.next_counter),
            ),
        ):
            painter.setPen(QColor(color))
            painter.setFont(_fitted(font, words, part.width()))
            painter.drawText(part, Qt.AlignmentFlag.AlignCenter, words)

    def _digits(self, painter: QPainter, box: QRect, value: str, *, last: bool = False) -> int:
        """A code, smaller where it would not fit; its width in px."""
        painter.setFont(self._digits_font(box, value, last=last))
        begins = _RIGHT if self._layout.mirrored else _LEFT
        painter.drawText(box, begins | _AS_DIGITS, value)
        return painter.fontMetrics().horizontalAdvance(value)

    def _digits_font(self, box: QRect, value: str, *, last: bool) -> QFont:
        name = "last" if last else "code"
        made = self._font(name, self._layout.digits_px, semibold=last, tabular=True)
        return _fitted(made, value, box.width())

    def _line(self, painter: QPainter, box: QRect, text: str) -> int:
        """One line of a stranger's text, cut to its box; its width in px."""
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(
            wording.shown(text), Qt.TextElideMode.ElideRight, max(0, box.width())
        )
        painter.drawText(box, (_RIGHT if self._layout.mirrored else _LEFT) | _IN_ONE_LINE, shown)
        return metrics.horizontalAdvance(shown)

    def _font(
        self, name: str, pixels: int, *, semibold: bool = False, tabular: bool = False
    ) -> QFont:
        if name not in self._fonts:
            self._fonts[name] = stylesheet.font(QFont(), pixels, semibold=semibold, tabular=tabular)
        return self._fonts[name]


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute
_IN_ONE_LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_AS_DIGITS = _IN_ONE_LINE | Qt.TextFlag.TextForceLeftToRight
"""Digits in groups stand from left to right, whatever the direction around them."""


def _fitted(font: QFont, text: str, room: int) -> QFont:
    """The font, smaller where the text would be wider than this."""
    width = QFontMetrics(font).horizontalAdvance(text)
    if width <= room:
        return font
    smaller = QFont(font)
    smaller.setPixelSize(max(8, font.pixelSize() * max(room, 0) // width))
    return smaller
