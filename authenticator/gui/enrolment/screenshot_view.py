"""Pictures of screens with the codes on them outlined, to pick from."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from authenticator.gui.enrolment.reading import CodeOutline, Screenshot
from authenticator.gui.theme import colors, stylesheet
from authenticator.language import tr, trn

BADGE = 20
"""Px across."""
TALLEST = 320
"""Px: a screen that stands upright leaves room for the list, too."""


class ScreenshotView(QWidget):
    """One screen, as wide as the page. All but the codes is dimmed; codes that can be picked have a
    number, and a strong outline while they are picked. The list below serves the keyboard."""

    pressed = Signal(object)  # CodeOutline

    def __init__(
        self,
        shot: Screenshot,
        number: Callable[[CodeOutline], int | None],
        picked: Callable[[CodeOutline], bool],
    ) -> None:
        super().__init__()
        self._shot = shot
        self._number = number
        self._picked = picked
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Picture of the screen"))
        count = len(shot.marks)
        self.setAccessibleDescription(trn("One code on it", "{count} codes on it", count))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        image = self._shot.image
        return min(TALLEST, round(width * image.height() / image.width()))

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def _box(self) -> QRectF:
        """Where the picture stands: whole, in the middle."""
        size = QSizeF(self._shot.image.size())
        box = QRectF(
            QPointF(), size.scaled(QSizeF(self.size()), Qt.AspectRatioMode.KeepAspectRatio)
        )
        box.moveCenter(QRectF(self.rect()).center())
        return box

    def outline(self, mark: CodeOutline) -> QPolygonF:
        """A code's outline in this widget, a little outside of it."""
        box = self._box()
        scale = box.width() / self._shot.image.width()
        places = [box.topLeft() + QPointF(x * scale, y * scale) for x, y in mark.corners]
        middle = QPointF(
            sum(place.x() for place in places) / 4, sum(place.y() for place in places) / 4
        )
        reach = max(
            ((place - middle).x() ** 2 + (place - middle).y() ** 2) ** 0.5 for place in places
        )
        grown = 1 + 6 / max(reach, 1)
        return QPolygonF([middle + (place - middle) * grown for place in places])

    def mark_at(self, place: QPointF) -> CodeOutline | None:
        """The code that can be picked here."""
        for mark in self._shot.marks:
            if self._number(mark) is None:
                continue
            box = self.outline(mark).boundingRect()
            if box.adjusted(-BADGE / 2, -BADGE / 2, 4, 4).contains(place):
                return mark
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.mark_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position())
        if mark is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(mark)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = self._box()
        frame = QPainterPath()
        frame.addRoundedRect(box, colors.RADIUS, colors.RADIUS)
        painter.setClipPath(frame)
        painter.drawImage(box, self._shot.image)
        dimmed = QPainterPath(frame)
        for mark in self._shot.marks:
            hole = QPainterPath()
            hole.addPolygon(self.outline(mark))
            hole.closeSubpath()
            dimmed = dimmed.subtracted(hole)
        veil = QColor(tokens.background)
        veil.setAlphaF(0.55)
        painter.fillPath(dimmed, veil)
        for mark in self._shot.marks:
            self._outline(painter, mark, tokens)
        for mark in self._shot.marks:
            self._badge(painter, mark, tokens)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.hairline), 2))
        painter.drawPath(frame)
        painter.end()

    def _outline(self, painter: QPainter, mark: CodeOutline, tokens: colors.Tokens) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        shape = self.outline(mark)
        joined = Qt.PenJoinStyle.RoundJoin
        strong = self._number(mark) is not None and self._picked(mark)
        width = 3.0 if strong else 1.5
        halo = QPen(QColor(tokens.background), width + 2)
        halo.setJoinStyle(joined)
        painter.setPen(halo)
        painter.drawPolygon(shape)
        pen = QPen(QColor(tokens.accent if strong else tokens.muted), width)
        pen.setJoinStyle(joined)
        painter.setPen(pen)
        painter.drawPolygon(shape)

    def _badge(self, painter: QPainter, mark: CodeOutline, tokens: colors.Tokens) -> None:
        number = self._number(mark)
        if number is None:
            return
        picked = self._picked(mark)
        corner = self.outline(mark).boundingRect().topLeft()
        middle = QPointF(
            min(max(corner.x(), BADGE / 2 + 2), self.width() - BADGE / 2 - 2),
            min(max(corner.y(), BADGE / 2 + 2), self.height() - BADGE / 2 - 2),
        )
        disc = QRectF(0, 0, BADGE, BADGE)
        disc.moveCenter(middle)
        painter.setBrush(QColor(tokens.accent if picked else tokens.background))
        painter.setPen(QPen(QColor(tokens.background if picked else tokens.muted), 1.5))
        painter.drawEllipse(disc)
        painter.setFont(
            stylesheet.font(self.font(), stylesheet.STATUS_PX, semibold=True, tabular=True)
        )
        painter.setPen(QColor(tokens.accent_text if picked else tokens.text))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(number))


class ScreenshotViews(QWidget):
    """One below the other; hidden while there is none. `clear` lets the pictures go."""

    pressed = Signal(object)  # CodeOutline

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[ScreenshotView] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def clear(self) -> None:
        self.hide()
        for picture in self.pictures:
            picture.hide()
            self._column.removeWidget(picture)
            picture.deleteLater()
        self.pictures = []

    def set_screenshots(
        self,
        shots: tuple[Screenshot, ...],
        number: Callable[[CodeOutline], int | None] = lambda _: None,
        picked: Callable[[CodeOutline], bool] = lambda _: False,
    ) -> None:
        """Show these; `number` is what is drawn at a code, `picked` whether it is chosen now."""
        self.clear()
        for shot in shots:
            picture = ScreenshotView(shot, number, picked)
            picture.pressed.connect(self.pressed)
            self._column.addWidget(picture)
            self.pictures.append(picture)
        self.setVisible(bool(shots))

    def update_all(self) -> None:
        for picture in self.pictures:
            picture.update()
