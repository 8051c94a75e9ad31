"""Rows of found accounts: all of their text is visible, and a click anywhere ticks."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QListWidgetItem
from pytestqt.qtbot import QtBot

from authenticator.gui.widgets.check_list import FoundList
from authenticator.gui.widgets.check_list_rows import (
    ABOVE,
    BOX,
    GAP,
    SIDE,
    FoundRowDelegate,
)

WIDTH = 300


@pytest.fixture
def found(qtbot: QtBot) -> QListWidget:
    rows = QListWidget()
    qtbot.addWidget(rows)
    rows.setResizeMode(QListWidget.ResizeMode.Adjust)
    rows.setItemDelegate(FoundRowDelegate(rows))
    rows.resize(WIDTH, 400)
    rows.show()
    return rows


def put(found: QListWidget, *texts: str) -> list[int]:
    """Add the rows and return their heights."""
    for text in texts:
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled)
        item.setCheckState(Qt.CheckState.Unchecked)
        found.addItem(item)
    found.doItemsLayout()
    return [found.visualItemRect(found.item(row)).height() for row in range(found.count())]


def test_row_with_more_text_is_taller(found: QListWidget) -> None:
    long_word = "x" * 90
    sizes = put(found, "Wiki", "Wiki\nTime-based", "Wiki\nTime-based\nAlready here", long_word)
    assert sizes[0] < sizes[1] < sizes[2]
    assert sizes[3] > sizes[0]
    assert all(size >= 32 for size in sizes)


@pytest.mark.parametrize("place", [8, 150, 290])
def test_click_anywhere_in_row_toggles_it(found: QListWidget, place: int) -> None:
    put(found, "Wiki\nTime-based", "Shop\nTime-based")
    for state in (Qt.CheckState.Checked, Qt.CheckState.Unchecked):
        middle = found.visualItemRect(found.item(1)).center()
        middle.setX(place)
        QTest.mouseClick(
            found.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle
        )
        assert found.item(1).checkState() == state
    assert found.item(0).checkState() == Qt.CheckState.Unchecked


@pytest.mark.parametrize(
    "direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
)
def test_click_on_details_link_opens_details_without_ticking(
    found: QListWidget, direction: Qt.LayoutDirection
) -> None:
    rows = FoundRowDelegate(found, "Details")
    asked: list[int] = []
    rows.details_requested.connect(asked.append)
    found.setItemDelegate(rows)
    found.setLayoutDirection(direction)
    put(found, "Wiki\nTime-based\nAlready here", "Shop\nTime-based\nAlready here")
    row = found.visualItemRect(found.item(1))
    x = row.right() - 20 if direction is Qt.LayoutDirection.LeftToRight else row.left() + 20
    for y, state in (
        (row.top() + 10, Qt.CheckState.Unchecked),
        (row.bottom() - 4, Qt.CheckState.Checked),  # below the link the row behaves like any other
    ):
        QTest.mouseClick(
            found.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            QPoint(x, y),
        )
        assert asked == [1]
        assert found.item(1).checkState() == state
    assert found.item(0).checkState() == Qt.CheckState.Unchecked


def test_long_name_keeps_clear_of_details_link(found: QListWidget) -> None:
    name = "Wiki of the department for " + "long names " * 3
    (plain,) = put(found, name)
    found.clear()
    found.setItemDelegate(FoundRowDelegate(found, "Details " * 3))
    (narrowed,) = put(found, name)
    assert narrowed > plain


def test_space_ticks_focused_row(found: QListWidget) -> None:
    put(found, "Wiki", "Shop")
    found.setCurrentRow(1)
    QTest.keyClick(found, Qt.Key.Key_Space)
    assert found.item(1).checkState() == Qt.CheckState.Checked


def test_checkbox_is_on_the_right_in_right_to_left_layout(found: QListWidget) -> None:
    put(found, "Wiki")
    found.item(0).setCheckState(Qt.CheckState.Checked)

    def marked() -> list[bool]:
        picture = found.grab().toImage()
        row = found.visualItemRect(found.item(0))
        halves = (range(2, 30), range(WIDTH - 30, WIDTH - 2))
        return [
            len({picture.pixel(x, y) for x in half for y in range(row.top() + 4, row.bottom() - 4)})
            > 3
            for half in halves
        ]

    assert marked() == [True, False]
    found.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert marked() == [False, True]


def test_list_that_scrolls_is_laid_out_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its scroll bar changes the width of the rows, which is no reason to begin again."""
    fitted: list[QSize] = []
    fit = FoundList._fit

    def noted(found: FoundList) -> None:
        fitted.append(found.size())
        fit(found)

    monkeypatch.setattr(FoundList, "_fit", noted)
    found = FoundList("Accounts found", "Details")
    qtbot.addWidget(found)
    found.set_rows([("Name\n" + "some words about it, " * 8, True)] * 8)
    found.resize(300, 260)
    found.show()
    found.show_first()
    qtbot.wait(300)
    assert found.verticalScrollBar().isVisible()
    assert len(fitted) <= 3


@pytest.mark.parametrize("width", range(280, 400, 7))
def test_row_is_as_tall_as_its_text_with_and_without_a_scroll_bar(qtbot: QtBot, width: int) -> None:
    """Rows lie one below the other without a gap in which a line was to be."""
    found = FoundList("Accounts found", "Details")
    qtbot.addWidget(found)
    for count in (2, 8):
        found.set_rows([("Name\n" + "some words about it, " * 8, True)] * count)
        found.resize(width, 400)
        found.show()
        found.show_first()
        qtbot.wait(20)
        assert found.verticalScrollBar().isVisible() is (count == 8)
        first, second = (found.visualItemRect(found.item(row)) for row in range(2))
        assert second.top() - first.bottom() - 1 == 2 * found.spacing()
        text = found.item(0).text().partition("\n")[2]
        room = QRect(0, 0, first.width() - 2 * SIDE - BOX - GAP, 9999)
        wrap = Qt.TextFlag.TextWordWrap
        needed = found.fontMetrics().boundingRect(room, wrap, text).height()
        assert first.height() >= needed + found.fontMetrics().height() + 2 * ABOVE
