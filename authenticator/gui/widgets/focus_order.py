"""Where Tab leads on a page whose parts are made late: those would come last."""

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def set_tab_order(*widgets: QWidget) -> None:
    """Have Tab go from each to the next."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def before(widget: QWidget) -> QWidget:
    """What can have the focus before it: Qt leads from nothing else."""
    found = widget.previousInFocusChain()
    while found is not None and found.focusPolicy() == Qt.FocusPolicy.NoFocus:
        found = found.previousInFocusChain()
    return found or widget
