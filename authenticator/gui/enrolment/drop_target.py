"""Lets pictures, files and links be dropped onto any page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget

from authenticator.language import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent


class DropTarget(QStackedWidget):
    """Shows an invitation while something that may hold a code is dragged over the pages, as long
    as `is_open`."""

    dropped = Signal(object)  # list[DroppedSource]

    def __init__(self, is_open: Callable[[], bool]) -> None:
        super().__init__()
        self._is_open = is_open
        self._invitation: QLabel | None = None
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from authenticator.gui.desktop import dropped_sources

        if not self._is_open() or not dropped_sources.accepts(event.mimeData()):
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if self._invitation is None:
            self._invitation = QLabel(self)
            self._invitation.setWordWrap(True)
            self._invitation.setObjectName("dropping")
            self._invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._invitation.setText(tr("Drop it to read its code"))
        self._invitation.setGeometry(self.rect().adjusted(12, 12, -12, -12))
        self._invitation.show()
        self._invitation.raise_()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        if self._invitation is not None:
            self._invitation.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._invitation is not None:
            self._invitation.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        from authenticator.gui.desktop import dropped_sources

        self.dropped.emit(dropped_sources.sources(event.mimeData()))
