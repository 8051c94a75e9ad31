"""The order of the list: by choice, by hand, by groups."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDropEvent, QMouseEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from authenticator.app.sorting import Order
from authenticator.errors import DiskRefused
from authenticator.gui.window import Window
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, fill
from tests.gui.test_accounts_page import row
from tests.gui.test_trash_page import issuers

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def start(qtbot: QtBot, open_window: Open, services: FakeServices) -> Callable[..., Window]:
    def begin(count: int = 4, *, pinned: tuple[int, ...] = (), groups: bool = False) -> Window:
        vault = fill(services, count)
        for number, entry in enumerate(vault.entries()):
            if number in pinned:
                vault.edit(entry.id, pinned=True)
            if groups:
                vault.edit(entry.id, groups=["Even" if number % 2 == 0 else "Odd & co"])
        vault.close()
        window = open_window()
        qtbot.waitUntil(lambda: shows_codes(window))
        qtbot.waitUntil(lambda: window.codes_page.model.rowCount() == count)
        QAbstractItemModelTester(
            window.codes_page.model, QAbstractItemModelTester.FailureReportingMode.Fatal, window
        )
        return window

    return begin


def kept(services: FakeServices) -> list[str]:
    return [entry.label.issuer for entry in services.open_vault().entries()]


def press(window: Window, row: int, key: Qt.Key) -> None:
    view = window.codes_page.list
    view.setCurrentIndex(window.codes_page.model.index(row))
    QTest.keyClick(view, key, ALT)


def test_alt_arrows_move_focused_row(
    qtbot: QtBot, start: Callable[..., Window], services: FakeServices
) -> None:
    window = start()
    a, b, c, d = issuers(window)
    view = window.codes_page.list
    press(window, 0, Qt.Key.Key_Down)
    assert issuers(window) == [b, a, c, d]  # at once
    assert view.currentIndex().row() == 1
    QTest.keyClick(view, Qt.Key.Key_Down, ALT)
    QTest.keyClick(view, Qt.Key.Key_Down, ALT)
    QTest.keyClick(view, Qt.Key.Key_Down, ALT)  # stops at the end
    assert issuers(window) == [b, c, d, a]
    press(window, 2, Qt.Key.Key_Up)
    assert issuers(window) == [b, d, c, a]
    qtbot.waitUntil(lambda: kept(services) == [b, d, c, a])
    qtbot.waitUntil(lambda: not window.session.accounts._moving)
    assert issuers(window) == [b, d, c, a]


def test_pinned_rows_stay_above_others_when_moved(
    qtbot: QtBot, start: Callable[..., Window], services: FakeServices
) -> None:
    window = start(pinned=(2, 3))
    a, b, c, d = kept(services)
    assert issuers(window) == [c, d, a, b]
    press(window, 1, Qt.Key.Key_Down)
    press(window, 2, Qt.Key.Key_Up)
    assert issuers(window) == [c, d, a, b]
    press(window, 1, Qt.Key.Key_Up)
    press(window, 2, Qt.Key.Key_Down)
    assert issuers(window) == [d, c, b, a]
    qtbot.waitUntil(lambda: not window.session.accounts._moving)
    qtbot.waitUntil(lambda: kept(services).index(d) < kept(services).index(c))
    assert kept(services).index(b) < kept(services).index(a)
    assert issuers(window) == [d, c, b, a]


def test_refused_move_is_reported_and_undone(
    qtbot: QtBot,
    start: Callable[..., Window],
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = start()
    before = issuers(window)

    def refuse(*_: object) -> None:
        raise DiskRefused(services.home, "ENOSPC")

    monkeypatch.setattr(window.session.vault_queue.vault, "move", refuse)
    press(window, 0, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "full" in window.codes_page.notices.notice.words)
    qtbot.waitUntil(lambda: issuers(window) == before)


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("taken", range(4))
@pytest.mark.parametrize("gap", range(5))
def test_dragged_row_goes_where_it_is_dropped(
    qtbot: QtBot,
    start: Callable[..., Window],
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
    taken: int,
    gap: int,
) -> None:
    window = start()
    window.resize(400 * columns, 640)
    view = window.codes_page.list
    qtbot.waitUntil(lambda: view.columns == columns)
    qtbot.waitUntil(lambda: view.visualRect(window.codes_page.model.index(3)).isValid())
    before = issuers(window)

    def drop(drag: QDrag, _actions: Qt.DropAction) -> Qt.DropAction:
        place = view.visualRect(window.codes_page.model.index(min(gap, 3)))
        spot = QPoint(place.center())
        shift = 20 if gap == 4 else -20
        if columns == 1:
            spot.setY(spot.y() + shift)
        else:
            spot.setX(spot.x() + shift)
        move = Qt.DropAction.MoveAction
        event = QDropEvent(
            QPointF(spot), move, drag.mimeData(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
        )
        view.dropEvent(event)
        assert event.isAccepted()
        return move

    monkeypatch.setattr(QDrag, "exec", drop)
    drag_row(window, taken)
    expected = [*before]
    expected.insert(gap, "HERE")
    expected.remove(before[taken])
    assert issuers(window) == [before[taken] if one == "HERE" else one for one in expected]


def choose(window: Window, *rows: int) -> None:
    """As with Ctrl held; the first one is current."""
    view = window.codes_page.list
    view.setCurrentIndex(window.codes_page.model.index(rows[0]))
    for number in rows:
        index = window.codes_page.model.index(number)
        view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)


def test_selected_rows_are_dragged_together(
    qtbot: QtBot,
    start: Callable[..., Window],
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = start(5)
    view = window.codes_page.list
    a, b, c, d, e = issuers(window)
    qtbot.waitUntil(lambda: view.visualRect(window.codes_page.model.index(4)).isValid())

    def drop(drag: QDrag, _actions: Qt.DropAction) -> Qt.DropAction:
        assert not drag.pixmap().isNull()
        spot = QPointF(view.visualRect(window.codes_page.model.index(4)).center() + QPoint(0, 20))
        move = Qt.DropAction.MoveAction
        event = QDropEvent(
            spot, move, drag.mimeData(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
        )
        view.dropEvent(event)
        return move

    monkeypatch.setattr(QDrag, "exec", drop)
    choose(window, 2, 0)
    view.startDrag(Qt.DropAction.MoveAction)
    assert issuers(window) == [b, d, e, a, c]
    assert [one.entry.label.issuer for one in view.selected_rows()] == [a, c]
    qtbot.waitUntil(lambda: kept(services) == [b, d, e, a, c])
    # An unselected row is dragged alone.
    view.selectionModel().setCurrentIndex(
        window.codes_page.model.index(1), QItemSelectionModel.SelectionFlag.NoUpdate
    )
    view.startDrag(Qt.DropAction.MoveAction)
    assert issuers(window) == [b, e, a, c, d]


def test_selected_rows_are_moved_together_by_keys(
    qtbot: QtBot, start: Callable[..., Window], services: FakeServices
) -> None:
    window = start(5)
    a, b, c, d, e = issuers(window)
    choose(window, 1, 3)
    view = window.codes_page.list
    QTest.keyClick(view, Qt.Key.Key_Up, ALT)
    assert issuers(window) == [b, d, a, c, e]
    QTest.keyClick(view, Qt.Key.Key_Up, ALT)
    assert issuers(window) == [b, d, a, c, e]
    QTest.keyClick(view, Qt.Key.Key_Down, ALT)
    assert issuers(window) == [a, b, d, c, e]
    assert len(view.selected_rows()) == 2
    qtbot.waitUntil(lambda: kept(services) == [a, b, d, c, e])
    qtbot.waitUntil(lambda: not window.session.accounts._moving)
    assert issuers(window) == [a, b, d, c, e]


def test_gap_between_columns_follows_reading_direction(
    qtbot: QtBot, start: Callable[..., Window]
) -> None:
    """Past the middle of a row is towards its end, which is on the left in right-to-left layout."""
    window = start()
    view = window.codes_page.list
    for direction, way in (
        (Qt.LayoutDirection.LeftToRight, 1),
        (Qt.LayoutDirection.RightToLeft, -1),
    ):
        window.setLayoutDirection(direction)
        window.resize(800, 640)
        qtbot.waitUntil(lambda: view.columns == 2)
        qtbot.waitUntil(lambda: view.visualRect(window.codes_page.model.index(0)).isValid())
        middle = view.visualRect(window.codes_page.model.index(0)).center()
        assert view._drop_position(middle + QPoint(20 * way, 0)) == 1
        assert view._drop_position(middle - QPoint(20 * way, 0)) == 0
        first, second = (view.visualRect(window.codes_page.model.index(row)) for row in (0, 1))
        assert (first.left() < second.left()) is (way == 1)
        assert view.row_layout.mirrored is (way == -1)


def drag_row(window: Window, number: int) -> None:
    view = window.codes_page.list
    start = view.visualRect(window.codes_page.model.index(number)).center()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(view.viewport(), left, Qt.KeyboardModifier(0), start)
    for step in (1, 2):
        spot = QPointF(start + QPoint(0, 30 * step))
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            spot,
            QPointF(view.viewport().mapToGlobal(spot)),
            left,
            left,
            Qt.KeyboardModifier(0),
        )
        QApplication.sendEvent(view.viewport(), event)
    QTest.mouseRelease(view.viewport(), left, Qt.KeyboardModifier(0), QPoint(-5, -5))


def test_rows_can_be_moved_only_in_own_order(qtbot: QtBot, start: Callable[..., Window]) -> None:
    window = start()
    window.codes_page.model.set_order(Order.NAME)
    sorted_ = issuers(window)
    press(window, 0, Qt.Key.Key_Down)
    assert issuers(window) == sorted_
    window.codes_page.model.set_order(Order.OWN)
    window.codes_page.search.setText("kim")
    found = issuers(window)
    press(window, 0, Qt.Key.Key_Down)
    assert issuers(window) == found


def test_order_chosen_in_menu_is_saved(
    qtbot: QtBot, start: Callable[..., Window], services: FakeServices
) -> None:
    window = start()
    own = issuers(window)
    window.codes_page._open_main_menu()
    (sorting,) = [
        menu for menu in window.codes_page.findChildren(QMenu) if menu.title() == "Sort by"
    ]
    actions = {one.text(): one for one in sorting.actions()}
    assert [words for words, one in actions.items() if one.isChecked()] == ["Own order"]
    actions["Issuer"].trigger()
    assert issuers(window) == sorted(own, key=str.casefold)
    qtbot.waitUntil(lambda: services.settings_file.read().order is Order.ISSUER)
    for menu in window.codes_page.findChildren(QMenu):
        menu.close()


def test_order_that_cannot_be_saved_is_reported_and_undone(
    qtbot: QtBot,
    start: Callable[..., Window],
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = start()
    own = issuers(window)

    def refuse(**_: object) -> None:
        raise DiskRefused(services.home, "ENOSPC")

    monkeypatch.setattr(services.settings_file, "change", refuse)
    window.codes_page.account_actions.sort_by(Order.ISSUER)
    assert issuers(window) != own
    qtbot.waitUntil(lambda: "full" in window.codes_page.notices.notice.words)
    assert issuers(window) == own


def test_saved_order_applies_from_the_start(
    qtbot: QtBot, start: Callable[..., Window], services: FakeServices
) -> None:
    services.settings_file.change(order=Order.ISSUER)
    window = start()
    assert issuers(window) == sorted(kept(services), key=str.casefold)


def test_changing_order_keeps_current_row(qtbot: QtBot, start: Callable[..., Window]) -> None:
    window = start()
    view = window.codes_page.list
    view.setCurrentIndex(window.codes_page.model.index(3))
    id = row(window, 3).entry.id
    window.codes_page.model.set_order(Order.ISSUER)
    current = view.current_row()
    assert current is not None
    assert current.entry.id == id


def test_pinned_row_moves_to_top_and_is_announced(
    qtbot: QtBot, start: Callable[..., Window]
) -> None:
    window = start()
    last = row(window, 3)
    window.codes_page.account_actions.pin(last)
    qtbot.waitUntil(lambda: row(window, 0).entry.id == last.entry.id)
    words = window.codes_page.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words.endswith("pinned")
    window.codes_page.account_actions.pin(row(window, 0))
    qtbot.waitUntil(lambda: row(window, 3).entry.id == last.entry.id)


def test_group_bar_is_absent_without_groups(qtbot: QtBot, start: Callable[..., Window]) -> None:
    assert not start().codes_page._has_group_bar


def test_chosen_group_limits_list_and_search(qtbot: QtBot, start: Callable[..., Window]) -> None:
    window = start(groups=True)
    groups = window.codes_page.group_bar
    assert groups.isVisible()
    chips = {one.accessibleName(): one for one in groups._buttons.buttons()}
    assert list(chips) == ["All groups", "Group Even", "Group Odd & co"]
    everything = issuers(window)
    chips["Group Odd & co"].click()
    assert issuers(window) == everything[1::2]
    window.codes_page.search.setText("zone")
    assert issuers(window) == []
    assert "Odd & co" in window.codes_page.stack.no_match.words.text()
    window.codes_page._clear_search()
    assert issuers(window) == everything
    assert chips["All groups"].isChecked()


def test_arrow_keys_move_along_groups(qtbot: QtBot, start: Callable[..., Window]) -> None:
    window = start(groups=True)
    everything = issuers(window)
    groups = window.codes_page.group_bar
    window.activateWindow()
    groups._buttons.button(0).setFocus()
    qtbot.waitUntil(groups._buttons.button(0).hasFocus)
    QTest.keyClick(groups._buttons.button(0), Qt.Key.Key_Right)
    assert groups.current == "Even"
    assert issuers(window) == everything[::2]


def test_vanished_group_falls_back_to_all(
    qtbot: QtBot, start: Callable[..., Window], services: FakeServices
) -> None:
    window = start(groups=True)
    groups = window.codes_page.group_bar
    groups._buttons.button(2).click()
    vault = services.open_vault()
    for entry in vault.entries():
        vault.edit(entry.id, groups=["Even"])
    qtbot.waitUntil(lambda: len(issuers(window)) == 4)
    assert groups.current == ""
    for entry in vault.entries():
        vault.edit(entry.id, groups=[])
    qtbot.waitUntil(lambda: not groups.isVisible())
    assert len(issuers(window)) == 4


def test_rows_can_be_moved_within_a_group(
    qtbot: QtBot, start: Callable[..., Window], services: FakeServices
) -> None:
    window = start(groups=True)
    a, b, c, d = issuers(window)
    window.codes_page.group_bar._buttons.button(1).click()
    assert issuers(window) == [a, c]
    press(window, 0, Qt.Key.Key_Down)
    assert issuers(window) == [c, a]
    qtbot.waitUntil(lambda: kept(services) == [b, c, a, d])
