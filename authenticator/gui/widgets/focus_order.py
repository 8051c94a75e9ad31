"""Tab order for pages whose parts are created late, which would come last otherwise."""

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def set_tab_order(*widgets: QWidget) -> None:
    """Make Tab go from each to the next."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def before(widget: QWidget) -> QWidget:
    """The widget before it that accepts focus: Qt ignores tab order from others."""
    found = widget.previousInFocusChain()
    while found is not None and found.focusPolicy() == Qt.FocusPolicy.NoFocus:
        found = found.previousInFocusChain()
    return found or widget
