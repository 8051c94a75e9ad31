"""A combo box with an arrow in the theme's colour, which a style sheet can't draw."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate

from authenticator.gui.theme import colors, icons
from authenticator.gui.widgets.key_events import is_writing

SIDE = 20


class ComboBox(QComboBox):
    """A QComboBox that does not widen its page for one long item."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setItemDelegate(QStyledItemDelegate(self))  # Qt's own ignores the style sheet

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters search the open list: a choice takes effect at once, and each letter of a word
        would choose another item."""
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
