"""Every text that a window shows or that a screen reader announces."""

from collections.abc import Iterator

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QWidget,
)


def texts(window: QWidget) -> Iterator[tuple[str, str]]:
    """Yield each text of the window and its menus, with the place where it stands."""
    for top in (window, *QApplication.topLevelWidgets()):
        if not top.isVisible():
            continue
        yield "title", top.windowTitle()
        for widget in (top, *top.findChildren(QWidget)):
            if widget.isVisible() and widget.window() is top:
                yield from _of(widget)


def _of(widget: QWidget) -> Iterator[tuple[str, str]]:
    place = f"{type(widget).__name__} {widget.objectName()}".strip()
    yield f"{place}, tooltip", widget.toolTip()
    if not isinstance(widget, QLabel | QMessageBox):
        yield f"{place}, spoken name", widget.accessibleName()
    yield f"{place}, spoken description", widget.accessibleDescription()
    if isinstance(widget, QLabel | QAbstractButton):
        yield place, widget.text()
    if isinstance(widget, QLineEdit):
        yield f"{place}, hint", widget.placeholderText()
    if isinstance(widget, QComboBox):
        for number in range(widget.count()):
            yield place, widget.itemText(number)
    if isinstance(widget, QMenu):
        for action in widget.actions():
            yield place, _label(action)


def _label(action: QAction) -> str:
    return action.text().partition("\t")[0]
