"""How an account's row looks. One painter for all rows; there is no widget per row.

QStyle and its options are left alone: PySide takes 6 ms to load them, which the start of the
window can't spare.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemDelegate

from authenticator import wording
from authenticator.app.codes import grouped
from authenticator.gui import icons, ring, style, theme
from authenticator.gui.models import ROW_ROLE, Face, Row
from authenticator.gui.theme import Tokens

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QStyleOptionViewItem

    from authenticator.vault.vault import Entry

HEIGHT = 88
PAD = 16
AVATAR = 36
BRAND = 20
"""Within the disc of an avatar."""
RING = 32
PIN = 16
NEXT = QSize(64, 36)
TEXT_X = PAD + AVATAR + 12
HIDDEN = "••• •••"
"""Stands where a code will, or is not to be seen."""


def ring_box(row: QRect) -> QRect:
    """Where a row's ring stands."""
    return QRect(row.right() + 1 - PAD - RING, row.top() + (row.height() - RING) // 2, RING, RING)


def next_box(row: QRect) -> QRect:
    """Where an HOTP row's button stands."""
    return QRect(
        row.right() + 1 - PAD - NEXT.width(),
        row.top() + (row.height() - NEXT.height()) // 2,
        NEXT.width(),
        NEXT.height(),
    )


def code_box(row: QRect) -> QRect:
    """Where a row's code stands."""
    return QRect(row.left() + TEXT_X, row.top() + 45, row.width() - TEXT_X - PAD, 36)


class Surroundings(Protocol):
    """What a view tells of its rows."""

    def cell(self) -> QSize:
        """The room for one row, in px."""

    def is_hovered(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether the pointer is over this row."""

    def is_framed(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether this is the row that keys act on."""

    def is_chosen(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether this is one of several rows that were chosen together."""

    def picture(self, entry: Entry) -> QPixmap:
        """An account's own picture; null as long as it is not there."""

    def brand(self, entry: Entry, color: str, pixels: int) -> QPixmap:
        """The drawing of an account's brand; null where there is none."""


class AccountRows(QAbstractItemDelegate):
    """Avatar, issuer, account, code and ring."""

    def __init__(self, now: Callable[[], float], view: Surroundings) -> None:
        super().__init__(view)
        self._now = now
        self._view = view
        self._base = QFont()
        self._fonts: dict[str, QFont] = {}

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
        tokens = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option.rect, index, tokens)
        self._avatar(painter, option.rect, row, tokens)
        self._names(painter, option.rect, row, tokens)
        self._value(painter, option.rect, row, tokens)
        painter.restore()

    def _ground(
        self,
        painter: QPainter,
        rect: QRect,
        index: QModelIndex | QPersistentModelIndex,
        tokens: Tokens,
    ) -> None:
        painter.setPen(QPen(QColor(tokens.hairline), 1))
        painter.drawLine(rect.left() + TEXT_X, rect.bottom(), rect.right() - PAD, rect.bottom())
        inner = QRectF(rect).adjusted(5, 3, -5, -4)
        chosen = self._view.is_chosen(index)
        if chosen or self._view.is_hovered(index):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.raised))
            painter.drawRoundedRect(inner, theme.RADIUS, theme.RADIUS)
        if chosen:
            bar = QRectF(inner.left(), inner.top() + 12, 4, inner.height() - 24)
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(bar, 2, 2)
        if self._view.is_framed(index):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(inner, theme.RADIUS, theme.RADIUS)

    def _avatar(self, painter: QPainter, rect: QRect, row: Row, tokens: Tokens) -> None:
        box = QRect(rect.left() + PAD, rect.top() + 12, AVATAR, AVATAR)
        if row.face in (Face.DAMAGED, Face.UNREAD):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.raised))
            painter.drawEllipse(box)
            scale = painter.device().devicePixelRatio()
            painter.drawPixmap(
                box.left() + 8,
                box.top() + 8,
                icons.pixmap("warning", tokens.warn, QSize(20, 20), scale),
            )
            return
        if row.entry.picture and not (own := self._view.picture(row.entry)).isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(box, own)
            return
        name = row.entry.label.issuer or row.entry.label.account
        disc, letter = theme.avatar(tokens, name)
        side = round(BRAND * painter.device().devicePixelRatio())
        brand = self._view.brand(row.entry, letter.name(), side)
        if brand.isNull():
            paint_monogram(painter, box, name, tokens, self._font("avatar", 16, semibold=True))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(disc)
        painter.drawEllipse(box)
        margin = (AVATAR - BRAND) // 2
        painter.drawPixmap(box.adjusted(margin, margin, -margin, -margin), brand)

    def _names(self, painter: QPainter, rect: QRect, row: Row, tokens: Tokens) -> None:
        width = (
            rect.width()
            - TEXT_X
            - PAD
            - 12
            - (NEXT.width() if row.counts and row.face in (Face.WAITING, Face.CODE) else RING)
        )
        label = row.entry.label
        if row.face is Face.DAMAGED:
            first, second = self.tr("Damaged account"), ""
        else:
            first, second = label.issuer, label.account
            if not first:
                first, second = second or self.tr("No name"), ""
        if row.entry.pinned:
            scale = painter.device().devicePixelRatio()
            mark = icons.pixmap("pin", tokens.muted, QSize(PIN, PIN), scale)
            width -= PIN + 4
            painter.drawPixmap(
                rect.left() + TEXT_X + width + 4, rect.top() + (12 if second else 22), mark
            )
        # One name alone stands nearer to its code.
        left, top = rect.left() + TEXT_X, rect.top() + (10 if second else 20)
        painter.setPen(QColor(tokens.text))
        painter.setFont(self._font("issuer", style.ISSUER_PX, semibold=True))
        _line(painter, QRect(left, top, width, 20), first)
        painter.setPen(QColor(tokens.muted))
        painter.setFont(self._font("account", style.BODY_PX))
        _line(painter, QRect(left, top + 19, width, 18), second)

    def _value(self, painter: QPainter, rect: QRect, row: Row, tokens: Tokens) -> None:
        box = code_box(rect)
        sides = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if row.face is Face.CODE and row.code is not None:
            now = self._now()
            last = ring.is_last(row.code, now)
            painter.setPen(QColor(tokens.muted if row.hidden else tokens.text))
            painter.setFont(
                self._font("last" if last else "code", style.CODE_PX, semibold=last, tabular=True)
            )
            painter.drawText(box, sides, HIDDEN if row.hidden else grouped(row.code.value))
            if row.hidden:
                width = painter.fontMetrics().horizontalAdvance(HIDDEN) + 12
                painter.setPen(QColor(tokens.muted))
                painter.setFont(self._font("account", style.BODY_PX))
                _line(
                    painter,
                    box.adjusted(width, 0, -RING - 8 if not row.counts else -NEXT.width() - 8, 0),
                    self.tr("press to show"),
                )
            if row.code.valid_until is not None:
                ring.paint(
                    painter, QRectF(ring_box(rect)), row.code, now, tokens, self._font("ring", 12)
                )
        elif row.face in (Face.READING, Face.WAITING):
            painter.setPen(QColor(tokens.muted))
            painter.setFont(self._font("code", style.CODE_PX, tabular=True))
            painter.drawText(box, sides, HIDDEN)
        else:
            painter.setPen(QColor(tokens.warn))
            painter.setFont(self._font("account", style.BODY_PX))
            _line(painter, box, self._instead(row))
        if row.counts and row.face in (Face.WAITING, Face.CODE):
            self._next(painter, next_box(rect), row, tokens)

    def _instead(self, row: Row) -> str:
        if row.face is Face.DAMAGED:
            return self.tr("It is kept as it is. The others work.")
        return wording.explain(row.error).title if row.error is not None else ""

    def _next(self, painter: QPainter, box: QRect, row: Row, tokens: Tokens) -> None:
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(QPen(QColor(tokens.outline), 1))
        painter.drawRoundedRect(
            QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS
        )
        painter.setPen(QColor(tokens.text))
        painter.setFont(self._font("account", style.BODY_PX))
        half = box.height() // 2
        painter.drawText(
            box.adjusted(0, 2, 0, -half + 1), Qt.AlignmentFlag.AlignCenter, self.tr("Next")
        )
        painter.setPen(QColor(tokens.muted))
        painter.setFont(self._font("counter", style.STATUS_PX, tabular=True))
        counter = QFontMetrics(painter.font()).elidedText(
            str(row.next_counter), Qt.TextElideMode.ElideLeft, box.width() - 8
        )
        painter.drawText(box.adjusted(0, half - 1, 0, -2), Qt.AlignmentFlag.AlignCenter, counter)

    def _font(
        self, name: str, pixels: int, *, semibold: bool = False, tabular: bool = False
    ) -> QFont:
        if name not in self._fonts:
            self._fonts[name] = style.font(self._base, pixels, semibold=semibold, tabular=tabular)
        return self._fonts[name]


def paint_monogram(painter: QPainter, box: QRect, name: str, tokens: Tokens, font: QFont) -> None:
    """A disc with the letter of a name, in a colour that the name always has."""
    disc, letter = theme.avatar(tokens, name)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(disc)
    painter.drawEllipse(box)
    painter.setPen(letter)
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, monogram(name))


def monogram(name: str) -> str:
    """The first letter or digit of a name, upper case; a dot where there is none."""
    return next((letter.upper() for letter in name if letter.isalnum()), "•")[:1]


def _line(painter: QPainter, box: QRect, text: str) -> None:
    """One line of a stranger's text, cut to its box."""
    metrics = QFontMetrics(painter.font())
    shown = metrics.elidedText(
        wording.shown(text), Qt.TextElideMode.ElideRight, max(0, box.width())
    )
    painter.drawText(
        box,
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine,
        shown,
    )
