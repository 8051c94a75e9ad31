"""A drop-down of ours: the style sheet leaves its arrow to us, drawn in the theme's colour."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate

from authenticator.gui.theme import colors, icons
from authenticator.gui.widgets.key_events import is_writing

SIDE = 20


class Choice(QComboBox):
    """Otherwise a QComboBox, which does not widen a page for one long choice."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setItemDelegate(QStyledItemDelegate(self))  # Qt's own minds no style sheet

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters are looked for in the open list: choosing takes effect, and each letter of a
        word would choose something else."""
        if is_writing(event):
            self.showPopup()
            self.view().keyboardSearch(event.text())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        tokens = colors.current()
        color = tokens.text if self.isEnabled() else tokens.muted
        painter = QPainter(self)
        painter.drawPixmap(
            8 if self.isRightToLeft() else self.width() - SIDE - 8,
            (self.height() - SIDE) // 2,
            icons.pixmap("chevron", color, QSize(SIDE, SIDE), self.devicePixelRatioF()),
        )
        painter.end()
