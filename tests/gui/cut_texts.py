"""Finds text that is cut in the window or in a dialog over it."""

import threading

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from authenticator.gui.accounts.group_bar import GroupBar
from authenticator.gui.window import Window


def cut(page: QWidget) -> list[str]:
    """Return the widgets smaller than their text, with the sizes."""
    return [
        f"{type(one).__name__} {_says(one)!r}: {one.width()}x{one.height()}, {why}"
        for one in page.findChildren(QWidget)
        if one.isVisible() and one.window() is page and _says(one) and (why := _cut(one, page))
    ]


def _says(one: QWidget) -> str:
    if isinstance(one, QLabel):
        return QLabel.text(one).replace("\u200b", " ")  # as it is drawn: where lines may break
    if isinstance(one, QAbstractButton):
        return one.text()
    if isinstance(one, QComboBox):
        return one.currentText()
    return one.placeholderText() if isinstance(one, QLineEdit) else ""


def _cut(one: QWidget, page: QWidget) -> str:  # noqa: PLR0911 - one per kind of widget
    metrics = one.fontMetrics()
    if not _is_carried(one):
        left = one.mapTo(page, QPoint()).x()
        if left < 0 or left + one.width() > page.width():
            return f"reaches from {left} to {left + one.width()} of {page.width()}"
    if isinstance(one, QLabel):
        if one.wordWrap():
            needed = one.heightForWidth(one.width())
            longest = max(metrics.horizontalAdvance(word) for word in _says(one).split())
            if longest > one.contentsRect().width():
                return f"its longest word needs {longest}"
            return f"needs a height of {needed}" if needed > one.height() else ""
        return "" if _holds(one, one.sizeHint()) else f"needs {one.sizeHint()}"
    if isinstance(one, QComboBox):
        option = QStyleOptionComboBox()
        one.initStyleOption(option)
        field = one.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            one,
        )
        widest = max(metrics.horizontalAdvance(one.itemText(row)) for row in range(one.count()))
        return "" if widest <= field.width() else f"needs {widest}, has {field.width()}"
    if isinstance(one, QLineEdit):
        return "" if metrics.horizontalAdvance(_says(one)) <= one.width() - 16 else "its hint"
    needed = one.sizeHint()
    if one.sizePolicy().hasHeightForWidth():
        longest = max(metrics.horizontalAdvance(word) for word in one.text().split())
        return (
            ""
            if longest < one.width() and one.height() >= one.heightForWidth(one.width())
            else "wrap"
        )
    if not isinstance(one, QPushButton) and not one.text():
        return ""
    return "" if _holds(one, needed) else f"needs {needed.width()}x{needed.height()}"


def _holds(one: QWidget, size: object) -> bool:
    return one.width() >= size.width() and one.height() >= size.height()


def _is_carried(one: QWidget) -> bool:
    """Return whether it stands in the group bar, which scrolls sideways."""
    parent = one.parentWidget()
    while parent is not None:
        if isinstance(parent, GroupBar):
            return True
        parent = parent.parentWidget()
    return False


def see_that_nothing_is_cut(qtbot: QtBot, window: Window) -> None:
    """Check the page and the dialogs over it, once everything has settled."""

    def look() -> None:
        for up in (window, *window.findChildren(QDialog)):
            if up.isVisible():
                assert cut(up) == []

    for _ in range(2):  # what was requested arrives, and what that requests in turn
        let_come_in(qtbot, window)
    qtbot.waitUntil(look)


def let_come_in(qtbot: QtBot, window: Window) -> None:
    """Wait until each thread of the window is past everything submitted so far."""
    told: list[object] = []
    session = window.session
    met = threading.Barrier(len(session.background._threads))
    session.vault_queue.submit(lambda: None, told.append, told.append)
    for _ in session.background._threads:
        session.background.submit(met.wait, told.append, told.append)
    qtbot.waitUntil(lambda: len(told) == 1 + met.parties)
