"""Paints the rows of accounts; there is no widget per row.

QStyle and its options are not used: PySide takes 6 ms to load them, too long for the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemDelegate

from authenticator import wording
from authenticator.app.digit_grouping import Grouping, grouped
from authenticator.gui.accounts.monogram import paint_monogram
from authenticator.gui.accounts.ring_pixmaps import RingPixmaps
from authenticator.gui.accounts.row import Row, RowState
from authenticator.gui.accounts.row_data import NEXT_ROLE, ROW_ROLE, WHICH_ROLE
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
"""Size of a brand icon relative to its disc."""
HIDDEN = "••• •••"
"""Shown in place of a code that is hidden or not there yet."""


class RowContext(Protocol):
    """What the delegate needs to know from its view."""

    row_layout: RowLayout
    grouping: Grouping

    def cell(self) -> QSize:
        """The size of a row in px."""

    def is_hovered(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether the pointer is over this row."""

    def is_focused(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether this row has the visible focus."""

    def is_selected(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether this is one of several selected rows."""

    def shows_next_code(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether the next code is shown, too."""

    def picture(self, entry: Entry) -> QPixmap:
        """An account's custom icon; null until it has been read."""

    def brand(self, entry: Entry, color: str, pixels: int) -> QPixmap:
        """An account's brand icon; null if there is none."""


class AccountDelegate(QAbstractItemDelegate):
    """Avatar, issuer, account name, code and ring."""

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
        self._update_layout()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Each name in its own direction, so that the ellipsis is at its end.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self.paint_background(painter, option.rect, index)
        self._paint_avatar(painter, option.rect, row, tokens)
        self._paint_names(painter, option.rect, row, index.data(WHICH_ROLE), tokens)
        if row.state is RowState.CODE and row.code is not None:
            self._paint_code(painter, option.rect, row, row.code, tokens)
            if self._view.shows_next_code(index):
                self._paint_next_code(painter, option.rect, row, index.data(NEXT_ROLE), tokens)
        else:
            self._paint_placeholder(painter, option.rect, row, tokens)
        if row.can_advance:
            self._paint_button(painter, self._layout.next_button(option.rect), row, tokens)
        painter.restore()

    def _update_layout(self) -> None:
        if self._layout != self._view.row_layout:
            self._layout = self._view.row_layout
            self._fonts.clear()

    def paint_background(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a row's background and frame."""
        self._update_layout()
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

    def _paint_avatar(self, painter: QPainter, rect: QRect, row: Row, tokens: Tokens) -> None:
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

    def _paint_names(
        self, painter: QPainter, rect: QRect, row: Row, which: str, tokens: Tokens
    ) -> None:
        """The names; before the second what tells it from others of the same names."""
        label = row.entry.label
        if row.state is RowState.DAMAGED:
            first, second = tr("Damaged account"), ""
        else:
            first, second = label.issuer, label.account
            if not first:
                first, second = second or tr("No name"), ""
            second = " · ".join(part for part in (which, second) if part)
        above, below = self._layout.names(rect, self._trailing_width(rect, row), alone=not second)
        if row.entry.pinned:
            scale = painter.device().devicePixelRatio()
            mark = icons.pixmap("pin", tokens.muted, QSize(PIN, PIN), scale)
            painter.drawPixmap(self._layout.pin(above), mark)
            above, below = (self._layout.shortened(box, PIN + 4) for box in (above, below))
        painter.setPen(QColor(tokens.text))
        painter.setFont(self._font("issuer", stylesheet.ISSUER_PX, semibold=True))
        width = self._paint_text(painter, above, first)
        if self._layout.compact:
            below = self._layout.after(below, width + 8)
        painter.setPen(QColor(tokens.muted))
        painter.setFont(self._font("account", stylesheet.BODY_PX))
        self._paint_text(painter, below, second)

    def _trailing_width(self, rect: QRect, row: Row) -> int:
        """Width in px of what is at the trailing edge."""
        if row.can_advance:
            return self._layout.next_button(rect).width()
        return self._layout.ring(rect).width()

    def _digits_box(self, rect: QRect, row: Row) -> QRect:
        """The code's line, up to what is at the trailing edge."""
        return self._layout.shortened(self._layout.code(rect), self._trailing_width(rect, row) + 8)

    def _paint_code(
        self, painter: QPainter, rect: QRect, row: Row, code: Code, tokens: Tokens
    ) -> None:
        box = self._digits_box(rect, row)
        now = self._now()
        last = countdown_ring.is_ending(code, now)
        painter.setPen(QColor(tokens.muted if row.hidden else tokens.text))
        width = self._paint_digits(painter, box, self._code_text(row, code), last=last)
        if row.hidden:
            painter.setPen(QColor(tokens.muted))
            painter.setFont(self._font("account", stylesheet.BODY_PX))
            self._paint_text(painter, self._layout.after(box, width + 12), tr("press to show"))
        self.rings.drawer(painter, self._layout)(rect, code)

    def _code_text(self, row: Row, code: Code) -> str:
        return HIDDEN if row.hidden else grouped(code.value, self._view.grouping)

    def _paint_next_code(
        self, painter: QPainter, rect: QRect, row: Row, after: Code | None, tokens: Tokens
    ) -> None:
        """The next code at the trailing end of the line, with its label if there is room."""
        if after is None or row.code is None:
            return
        box = self._digits_box(rect, row)
        digits = QFontMetrics(self._digits_font(box, self._code_text(row, row.code), last=True))
        box = self._layout.after(box, digits.horizontalAdvance(self._code_text(row, row.code)) + 12)
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

    def _paint_placeholder(self, painter: QPainter, rect: QRect, row: Row, tokens: Tokens) -> None:
        """What is shown if there is no code."""
        box = self._digits_box(rect, row)
        if row.state in (RowState.READING, RowState.WAITING):
            painter.setPen(QColor(tokens.muted))
            self._paint_digits(painter, box, HIDDEN)
            return
        painter.setPen(QColor(tokens.warn))
        painter.setFont(self._font("account", stylesheet.BODY_PX))
        if row.state is RowState.DAMAGED:
            words = tr("It is kept as it is. The others still work.")
        else:
            words = wording.explain(row.error).title if row.error is not None else ""
        self._paint_text(painter, self._layout.code(rect), words)

    def _paint_button(self, painter: QPainter, box: QRect, row: Row, tokens: Tokens) -> None:
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

    def _paint_digits(
        self, painter: QPainter, box: QRect, value: str, *, last: bool = False
    ) -> int:
        """Paint a code, smaller if it would not fit; returns its width in px."""
        painter.setFont(self._digits_font(box, value, last=last))
        begins = _RIGHT if self._layout.mirrored else _LEFT
        painter.drawText(box, begins | _AS_DIGITS, value)
        return painter.fontMetrics().horizontalAdvance(value)

    def _digits_font(self, box: QRect, value: str, *, last: bool) -> QFont:
        name = "last" if last else "code"
        made = self._font(name, self._layout.digits_px, semibold=last, tabular=True)
        return _fitted(made, value, box.width())

    def _paint_text(self, painter: QPainter, box: QRect, text: str) -> int:
        """Paint one line of untrusted text, elided to its box; returns its width in px."""
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(
            wording.displayable(text), Qt.TextElideMode.ElideRight, max(0, box.width())
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
"""Groups of digits always read from left to right."""


def _fitted(font: QFont, text: str, room: int) -> QFont:
    """The font, smaller if the text would be wider than `room` px."""
    width = QFontMetrics(font).horizontalAdvance(text)
    if width <= room:
        return font
    smaller = QFont(font)
    smaller.setPixelSize(max(8, font.pixelSize() * max(room, 0) // width))
    return smaller
