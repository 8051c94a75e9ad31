"""Icons as buttons and labels, which follow the theme and the screen's scale."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QLabel, QToolButton

from authenticator.gui.theme import colors, icons

# Screens may differ in scale. A widget knows its screen only once it is shown, and Qt reports a
# move to another screen to `event`, not to `changeEvent`.
REDRAWN = (
    QEvent.Type.Show,
    QEvent.Type.PaletteChange,
    QEvent.Type.DevicePixelRatioChange,
    QEvent.Type.LayoutDirectionChange,
)


class IconButton(QToolButton):
    """An icon of 20 px in a target of 36 px; `name` says what it does.

    With `late` it is empty until `draw`: the first icon loads a library, and codes come first.
    """

    def __init__(self, drawing: str, name: str, *, late: bool = False) -> None:
        super().__init__()
        self._drawing = drawing
        self._drawn = False
        self.setIconSize(QSize(20, 20))
        self.setFixedSize(36, 36)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if not late:
            self.draw()

    def draw(self) -> None:
        """Draw it in the theme's colour."""
        self._drawn = True
        drawing = icons.facing(self._drawing, mirrored=self.isRightToLeft())
        self.setIcon(icons.icon(drawing, QSize(20, 20), self.devicePixelRatioF()))

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in REDRAWN and self._drawn:
            self.draw()
        return done


class IconLabel(QLabel):
    """An icon beside text; `token` names its colour in the theme."""

    def __init__(self, drawing: str, token: str, size: int = 20) -> None:
        super().__init__()
        self._drawing = drawing
        self._token = token
        self._size = size
        self.setFixedSize(size, size)
        self._draw()

    def draw(self, drawing: str, token: str) -> None:
        self._drawing, self._token = drawing, token
        self._draw()

    def _draw(self) -> None:
        color = getattr(colors.current(), self._token)
        self.setPixmap(
            icons.pixmap(
                self._drawing, color, QSize(self._size, self._size), self.devicePixelRatioF()
            )
        )

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in REDRAWN:
            self._draw()
        return done
