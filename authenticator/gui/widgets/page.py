"""The base of all pages but the main one: a header with a back button, and a scrolling body."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from authenticator.gui.widgets.icon_button import IconButton
from authenticator.gui.widgets.labels import hairline, text
from authenticator.language import tr

LINE_LIMIT = 560
"""Maximum width in px, so that lines of text stay short in wide windows."""
_PAGES: dict[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
}


class Page(QWidget):
    """Subclasses fill `self.body`, a column."""

    back = Signal()

    def __init__(self, title: str = "", *, can_go_back: bool = True) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.outer = outer = QVBoxLayout(self)
        """Header, body and footer."""
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.back_button = IconButton("back", tr("Back"))
        self.back_button.clicked.connect(self.back)
        self.back_button.setParent(self)
        if not title or not can_go_back:
            self.back_button.hide()
        if title:
            outer.addLayout(self._header(title, can_go_back=can_go_back))
            outer.addWidget(hairline())
        self.body = QVBoxLayout()
        self.scroll_area = QScrollArea()
        self._add_body()
        self.foot = QVBoxLayout()
        """Stays visible below the scrolling body: the buttons that lead on."""
        self._add_footer()

    def _header(self, title: str, *, can_go_back: bool) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(8 if can_go_back else 16, 8, 16, 8)
        head.setSpacing(4)
        head.addWidget(self.back_button)
        name = text(title, "heading")
        name.setMinimumHeight(36)
        head.addWidget(name, 1)
        return head

    def _add_body(self) -> None:
        sheet = QWidget()
        sheet.setObjectName("sheet")
        sheet.setMaximumWidth(LINE_LIMIT)
        sheet.setLayout(self.body)
        self.body.setContentsMargins(16, 16, 16, 16)
        self.body.setSpacing(12)
        self._around = around = QWidget()
        around.setObjectName("sheet")
        self._middle = middle = QHBoxLayout(around)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addStretch(1)
        middle.addWidget(sheet, 1000)
        middle.addStretch(1)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll_area.setWidget(around)
        self.outer.addWidget(self.scroll_area, 1)

    def _add_footer(self) -> None:
        self.foot.setContentsMargins(16, 0, 16, 0)
        self.foot.setSpacing(8)
        below = QWidget()
        below.setMaximumWidth(LINE_LIMIT)
        below.setLayout(self.foot)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(below, 1000)
        row.addStretch(1)
        self.outer.addLayout(row)

    def add_foot(self, *items: QWidget | QLayout) -> None:
        """Add buttons to the footer."""
        self.foot.setContentsMargins(16, 8, 16, 16)
        for item in items:
            if isinstance(item, QLayout):
                self.foot.addLayout(item)
            else:
                self.foot.addWidget(item)

    def top_of(self, part: QWidget) -> int:
        """How far below the top of the body a part of it begins, in px."""
        self._middle.activate()  # parts that were shown or hidden just now have their places
        return part.mapTo(self._around, part.rect().topLeft()).y()

    def set_initial_focus(self) -> None:
        """Focus where the user continues; called whenever the page is shown."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in _PAGES:  # from the footer, too, which does not scroll
            self.scroll_area.verticalScrollBar().triggerAction(_PAGES[event.key()])
        else:
            super().keyPressEvent(event)

    def leave(self) -> None:
        """Go back, if the page can be left; Escape does this."""
        if self.back_button.isVisibleTo(self):
            self.back.emit()
