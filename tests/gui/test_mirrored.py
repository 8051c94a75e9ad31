"""Right-to-left layout: everything is mirrored but the digits of a code."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, qGray
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from authenticator.app.digit_grouping import Grouping
from authenticator.app.settings import NextCode
from authenticator.clock.clock import FixedClock
from authenticator.gui.accounts.row import RowState
from authenticator.gui.theme import appearance, colors
from authenticator.gui.widgets.flow_layout import FlowLayout, Spare
from authenticator.gui.widgets.switch import Switch
from authenticator.gui.window import Window
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, fill
from tests.gui.test_accounts_page import row
from tests.gui.test_text_sizes import PAGES, see_that_nothing_is_cut

LEFT, RIGHT = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft


@pytest.fixture
def mirrored(qapp: QApplication) -> Iterator[None]:
    qapp.setLayoutDirection(RIGHT)
    yield
    qapp.setLayoutDirection(LEFT)
    appearance.apply_theme(qapp, colors.LIGHT)


@pytest.mark.parametrize("page", PAGES)
def test_no_text_is_cut_on_mirrored_page(
    qtbot: QtBot, mirrored: None, open_window: Open, services: FakeServices, page: str
) -> None:
    fill(services, 2).close()
    services.settings_file.change(text_percent=150)
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    window.resize(320, 400)
    PAGES[page](window)
    see_that_nothing_is_cut(qtbot, window)


def ink(picture: QImage) -> QImage:
    """Return what is drawn, cropped."""
    ground = picture.pixel(0, 0)
    spots = [
        (x, y)
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixel(x, y) != ground
    ]
    columns, lines = zip(*spots, strict=True)
    box = QRect(QPoint(min(columns), min(lines)), QPoint(max(columns), max(lines)))
    return picture.copy(box)


def unlike(one: QImage, other: QImage) -> float:
    """Return how much two pictures differ, 0 to 1; antialiased edges may differ a little."""
    one, other = (
        picture.convertToFormat(QImage.Format.Format_Grayscale8) for picture in (one, other)
    )
    size = QSize(min(one.width(), other.width()), min(one.height(), other.height()))
    grey = [
        [qGray(picture.pixel(x, y)) for x in range(size.width()) for y in range(size.height())]
        for picture in (one, other)
    ]
    far = sum(abs(a - b) > 100 for a, b in zip(*grey, strict=True))
    return far / len(grey[0])


@pytest.mark.parametrize("grouping", Grouping)
def test_code_digits_look_the_same_in_both_directions(
    qtbot: QtBot, open_window: Open, services: FakeServices, grouping: Grouping
) -> None:
    fill(services, 1).close()
    services.still = FixedClock(1_700_000_000.0)
    services.settings_file.change(grouping=grouping)
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    qtbot.waitUntil(lambda: row(window, 0).state is RowState.CODE)
    drawn, places = [], []
    for direction in (LEFT, RIGHT):
        window.setLayoutDirection(direction)
        view = window.codes_page.list
        qtbot.waitUntil(lambda: view.row_layout.mirrored is (direction is RIGHT))  # noqa: B023
        box = view.row_layout.shortened(
            view.row_layout.code(view.visualRect(view.model().index(0, 0))), 50
        )
        drawn.append(ink(view.viewport().grab(box.adjusted(0, 2, 0, -6)).toImage()))
        places.append(box)
    assert unlike(*drawn) < 0.1
    assert places[0].left() != places[1].left()


def test_next_code_and_marks_move_to_the_other_end(
    qtbot: QtBot, mirrored: None, open_window: Open, services: FakeServices
) -> None:
    vault = fill(services, 2)
    vault.edit(vault.entries()[0].id, pinned=True)
    vault.close()
    services.settings_file.change(next_code=NextCode.ALWAYS)
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    qtbot.waitUntil(lambda: row(window, 0).state is RowState.CODE)
    view = window.codes_page.list
    place = view.visualRect(view.model().index(0, 0))
    middle = place.center().x()
    assert (
        view.row_layout.ring(place).center().x()
        < middle
        < view.row_layout.avatar(place).center().x()
    )
    picture = view.grab().toImage()
    ground = picture.pixel(middle, place.top() + 2)
    line = view.row_layout.code(place).center().y()
    inked = [x for x in range(60, middle) if picture.pixel(x, line) != ground]
    assert inked, "the next code stands left of the middle"


def test_pages_start_at_the_right(
    qtbot: QtBot, mirrored: None, open_window: Open, services: FakeServices
) -> None:
    fill(services, 1).close()
    window: Window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert window.codes_page.search.x() > window.codes_page.menu_button.x()
    window.settings.open()
    page = window.settings.page()
    assert page.back_button.x() > page.width() // 2
    window.resize(900, 640)
    qtbot.waitUntil(page.contents.isVisible)
    assert page.contents.mapTo(page, QPoint()).x() > page.width() // 2
    for switch in page.findChildren(Switch):
        track = switch.grab().toImage()
        assert track.pixel(4, 4) is not None
        inked = ink(track.copy(0, 0, track.width() // 4, track.height()))
        assert inked.width() >= 30, "the track stands at the left end"


class Box(QWidget):
    def __init__(self, width: int) -> None:
        super().__init__()
        self._hint = QSize(width, 20)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self._hint


@given(
    widths=st.lists(st.integers(10, 120), min_size=1, max_size=6),
    room=st.integers(60, 400),
    spare=st.sampled_from(Spare),
)
def test_flow_layout_fills_lines_without_overlap_and_mirrors(
    qapp: QApplication, widths: list[int], room: int, spare: Spare
) -> None:
    places: list[list[QRect]] = []
    for direction in (LEFT, RIGHT):
        around = QWidget()
        around.setLayoutDirection(direction)
        flow = FlowLayout(spare)
        around.setLayout(flow)
        boxes = [Box(width) for width in widths]
        for box in boxes:
            flow.addWidget(box)
        flow.setGeometry(QRect(0, 0, room, flow.heightForWidth(room)))
        places.append([box.geometry() for box in boxes])
    for one, other in zip(*places, strict=True):
        assert other == QRect(room - one.right() - 1, one.top(), one.width(), one.height())
    for place, one in enumerate(places[0]):
        assert QRect(0, 0, room, flow.heightForWidth(room)).contains(one)
        assert not any(one.intersects(other) for other in places[0][:place])
        before = places[0][place - 1] if place else None
        if before is not None and one.top() > before.top():  # it did not fit into the line above
            line = [box for box in places[0][:place] if box.top() == before.top()]
            used = sum(min(widths[places[0].index(box)], room) + 8 for box in line)
            assert used + min(widths[place], room) > room
