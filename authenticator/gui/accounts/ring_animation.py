"""Animates the countdown rings of the list while it is visible.

Several times a second only the rings are painted, bypassing Qt's item painting, which does much
more work for each row.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QPainter, QRegion

from authenticator.gui.widgets import countdown_ring

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

    from authenticator.gui.accounts.model import AccountsModel
    from authenticator.gui.accounts.ring_pixmaps import RingPixmaps
    from authenticator.gui.accounts.row_grid import RowGrid
    from authenticator.otp.code import Code

    PaintBackground = Callable[[QPainter, QRect, QModelIndex | QPersistentModelIndex], None]


class _VisibleRings:
    """The visible rings, valid until a row changes or moves."""

    def __init__(self) -> None:
        self.rows: list[tuple[QModelIndex, QRect, Code]] = []
        self.lasts: list[tuple[float, QRect]] = []
        """When the last seconds of a code begin, and the rectangle of its row."""
        self.region = QRegion()
        self.since = -math.inf
        self.until = math.inf
        self.shortest_s = math.inf


class RingAnimation(QObject):
    """Repaints a view's rings in steps of `countdown_ring.frame_ms`, or once a second."""

    def __init__(
        self,
        view: RowGrid,
        model: AccountsModel,
        pixmaps: RingPixmaps,
        paint_background: PaintBackground,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._pixmaps = pixmaps
        self._paint_background = paint_background
        self._still = False
        self.visible: _VisibleRings | None = None
        self.timer = QTimer(self, interval=200)
        self.timer.timeout.connect(self.animate)
        for changed in (model.modelReset, model.dataChanged, model.rowsMoved, model.layoutChanged):
            changed.connect(self.forget)
        view.verticalScrollBar().valueChanged.connect(self.forget)
        view.layout_changed.connect(self.forget)

    def run(self, visible: bool) -> None:
        """Start, or stop while the list is not visible."""
        if visible and self._view.isVisible():
            self._model.codes.refresh_codes()
            self.timer.start()
        else:
            self.timer.stop()
            self._model.codes.stop_refreshing()

    def set_still(self, still: bool) -> None:
        """Whether rings move only once a second."""
        if still is not self._still:
            self._still = still
            if self.timer.isActive():
                self.animate()  # at once, not after the interval of before

    def forget(self) -> None:
        """Rows have changed or moved."""
        self.visible = None

    def animate(self) -> None:
        """Repaint what has moved, and set the interval until it moves again."""
        now = self._model.codes.now()
        if self.visible is None:
            self.visible = self._find()
        visible = self.visible
        again = visible.region
        for begins, place in visible.lasts:
            # The digits change with the last seconds, too: repaint the whole row then.
            if 0 <= now - begins < 2 * self.timer.interval() / 1000:
                again = again + place
        self._view.viewport().update(again)
        if not visible.since <= now < visible.until:
            # The clock was set, or the computer slept past the time step.
            self._model.codes.refresh_codes()
        if self._still:
            wait_ms = 1000 - int(now * 1000) % 1000
        elif visible.rows:
            wait_ms = countdown_ring.frame_ms(visible.shortest_s)
        else:
            wait_ms = 1000
        if wait_ms != self.timer.interval():
            self.timer.setInterval(wait_ms)

    def _find(self) -> _VisibleRings:
        found = _VisibleRings()
        for index in self._view.visible_indexes():
            row = self._model.row(index)
            code = row.code if row is not None else None
            if code is None or code.valid_from is None or code.valid_until is None:
                continue
            place = self._view.visualRect(index)
            found.rows.append((index, place, code))
            found.lasts.append((countdown_ring.ending_from(code), place))
            found.region += self._view.row_layout.ring(place)
            found.since = max(found.since, code.valid_from)
            found.until = min(found.until, code.valid_until)
            found.shortest_s = min(found.shortest_s, code.valid_until - code.valid_from)
        return found

    def paint(self, painter: QPainter, region: QRegion) -> bool:
        """Paint only the rings, on their rows' background, if `region` covers nothing else. Returns
        whether it did."""
        visible, view = self.visible, self._view
        if visible is None or not region.subtracted(visible.region).isEmpty():
            return False
        draw = self._pixmaps.drawer(painter, view.row_layout)
        plain = not view.has_highlighted_rows
        for index, rect, code in visible.rows:
            if not plain and (view.is_selected(index) or view.is_hovered(index)):
                painter.save()
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setClipRect(view.row_layout.ring(rect))
                self._paint_background(painter, rect, index)
                painter.restore()
            draw(rect, code)
        return True
