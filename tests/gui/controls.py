"""Controls of a window: each has a name, works without a mouse, shows focus and is large enough."""

import itertools
from collections.abc import Iterator
from functools import cache

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from authenticator.gui.enrolment.batch_progress import PartBoxes
from authenticator.gui.settings.server_results import IntervalBar
from authenticator.gui.theme import colors
from authenticator.gui.widgets.illustration import Illustration
from authenticator.gui.widgets.toast import Toast

TARGET = 32
"""Px, the smallest size for a finger."""
MARK = 8
"""Px, the least width and height of a focus mark; a text cursor does not count."""
DECORATION = (Illustration, IntervalBar, PartBoxes)
"""Drawings that only repeat the text beside them."""
SHAPE = 3.0
"""Least contrast of a focus mark (WCAG 2.2, 1.4.11)."""
_KINDS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractSlider, QAbstractItemView)


def faults(window: QWidget) -> Iterator[str]:
    """Yield faults of the controls usable now: in a menu, else a dialog, else on the page."""
    popup = QApplication.activePopupWidget()
    if isinstance(popup, QMenu):
        yield from _of_menu(popup)
        return
    top = QApplication.activeModalWidget() or window
    controls = [one for one in top.findChildren(QWidget) if _is_control(one, top)]
    for one in controls:
        for fault in (*_of_name(one), *_of_size(one)):
            yield f"{_called(one)}: {fault}"
    for one in top.findChildren(QWidget):
        if _is_nameless_drawing(one, top):
            yield f"{_called(one)}: a drawing without a name"
    yield from _of_focus(top, controls)


def _is_control(one: QWidget, top: QWidget) -> bool:
    """Return whether it can be used at all. Scroll bars only show what keys scroll too."""
    if not one.isVisible() or not one.isEnabled() or one.window() is not top:
        return False
    return not isinstance(one, QScrollBar) and (isinstance(one, _KINDS) or _takes_focus(one))


def _takes_focus(one: QWidget) -> bool:
    return bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _is_nameless_drawing(one: QWidget, top: QWidget) -> bool:
    """Return whether it draws something that has no accessible name."""
    if not one.isVisible() or one.window() is not top or isinstance(one, DECORATION):
        return False
    ours = (kind for kind in type(one).__mro__ if kind.__module__.startswith("authenticator"))
    return any("paintEvent" in vars(kind) for kind in ours) and not _name(one).strip()


def _called(one: QWidget) -> str:
    return f"{type(one).__name__} {_name(one)!r}"


def _name(one: QWidget) -> str:
    """Return the name a screen reader gets: on Linux Qt takes a combo box's choice for its name
    and leaves the naming to its label."""
    told = QAccessible.queryAccessibleInterface(one)
    if isinstance(one, QComboBox):
        labels = told.relations(QAccessible.RelationFlag.Label)
        return " ".join(label.text(QAccessible.Text.Name) for label, _ in labels)
    return told.text(QAccessible.Text.Name)


def _of_menu(menu: QMenu) -> Iterator[str]:
    for action in menu.actions():
        if action.isSeparator():
            continue
        if not action.text():
            yield "menu: an action without a name"
        if (height := menu.actionGeometry(action).height()) < TARGET:
            yield f"menu: {action.text()!r} is {height} px high"


def _of_name(one: QWidget) -> Iterator[str]:
    if not _name(one).strip():
        yield "no name"
    if isinstance(one, QAbstractItemView):
        rows = QAccessible.queryAccessibleInterface(one)
        for place in range(rows.childCount()):
            if not rows.child(place).text(QAccessible.Text.Name).strip():
                yield f"row {place} has no name"


def _of_size(one: QWidget) -> Iterator[str]:
    if one.height() < TARGET or one.width() < TARGET:
        yield f"is {one.width()} x {one.height()} px"
    if isinstance(one, QAbstractItemView):
        low = {
            one.visualRect(one.model().index(row, 0)).height()
            for row in range(one.model().rowCount())
        }
        low.discard(0)  # hidden
        if low and min(low) < TARGET:
            yield f"a row is {min(low)} px high"
    if isinstance(one, QComboBox):
        one.showPopup()
        height = one.view().visualRect(one.model().index(0, 0)).height()
        one.hidePopup()
        if height < TARGET:
            yield f"a choice is {height} px high"


def _of_focus(top: QWidget, controls: list[QWidget]) -> Iterator[str]:
    reached: list[QWidget] = []
    top.activateWindow()
    QTest.qWaitForWindowActive(top)
    for _ in range(2 * len(controls) + 2):
        QTest.keyClick(QApplication.focusWidget() or top, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now in reached:
            break
        reached.append(now)
        if not _shows_focus(now) and now in controls:
            yield f"{_called(now)}: does not show that it has the focus"
    for one in controls:
        if one not in reached and not _is_reached_beside(one, reached):
            yield f"{_called(one)}: Tab does not lead to it"

    yield from _of_order(top, [one for one in reached if not isinstance(one.parentWidget(), Toast)])
    for area in top.findChildren(QScrollArea):
        if area.isVisible() and area.window() is top and not _is_read_to_its_end(area, reached):
            yield f"{_called(area)}: keys do not lead to its end"


def _of_order(top: QWidget, reached: list[QWidget]) -> Iterator[str]:
    """Tab moves down the page, and up only from its end to its beginning."""
    ups = [
        (one, other)
        for one, other in itertools.pairwise([*reached, *reached[:1]])
        if _is_above(other, one, top)
    ]
    if len(ups) > 1:
        for one, other in ups:
            yield f"{_called(one)}: Tab leads up from it to {_called(other)}"


def _is_above(one: QWidget, other: QWidget, top: QWidget) -> bool:
    """Controls that scroll together are compared by position, others by their scroll areas."""
    areas = [_area(one), _area(other)]
    if areas[0] is areas[1]:
        areas = [one, other]
    first, second = (
        QRect(area.mapTo(top, QPoint()), area.size())
        for area in (areas[0] or one, areas[1] or other)
    )
    return first.bottom() <= second.top()


def _area(one: QWidget) -> QScrollArea | None:
    parent = one.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    return parent


def _is_read_to_its_end(area: QScrollArea, reached: list[QWidget]) -> bool:
    bar = area.verticalScrollBar()
    for one in reached:
        one.setFocus(Qt.FocusReason.TabFocusReason)
        if bar.value() == bar.maximum():
            return True
        if isinstance(one, QAbstractButton | QLineEdit | QScrollArea):
            for _ in range(bar.maximum() // TARGET + 1):
                QTest.keyClick(one, Qt.Key.Key_PageDown)
        if bar.value() == bar.maximum():
            return True
    return bar.value() == bar.maximum()


def _is_reached_beside(one: QWidget, reached: list[QWidget]) -> bool:
    """By arrow keys from another button of its group, or by Escape where it clears a field."""
    if isinstance(one.parentWidget(), QLineEdit):
        return one.parentWidget() in reached
    group = one.group() if isinstance(one, QAbstractButton) else None
    return group is not None and group.exclusive() and any(b in reached for b in group.buttons())


def _shows_focus(one: QWidget) -> bool:
    with_focus = _picture(one)
    one.clearFocus()
    without = _picture(one)
    one.setFocus(Qt.FocusReason.TabFocusReason)
    differs = _differing(with_focus, without)
    return differs.width() >= MARK and differs.height() >= MARK


def _picture(one: QWidget) -> QImage:
    picture = QImage(one.size(), QImage.Format.Format_RGB32)
    picture.fill(QColor(colors.current().background))
    one.render(picture, QPoint())
    return picture


def _differing(one: QImage, other: QImage) -> QRect:
    """Return the box around all pixels that clearly differ."""
    box = QRect()
    for y in range(one.height()):
        if bytes(one.constScanLine(y)) == bytes(other.constScanLine(y)):
            continue
        for x in range(one.width()):
            if _contrast(one.pixel(x, y), other.pixel(x, y)) >= SHAPE:
                box |= QRect(x, y, 1, 1)
    return box


@cache
def _contrast(one: int, other: int) -> float:
    return colors.contrast(QColor(one), QColor(other))
