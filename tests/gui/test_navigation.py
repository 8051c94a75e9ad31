"""Pages by their keys: created late, shown one at a time, discarded with all they know."""

import pytest
import shiboken6
from PySide6.QtWidgets import QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from authenticator.gui.navigation import Navigation, PageKey


class Plain(QWidget):
    """A page that counts how often it got the focus."""

    focused = 0

    def set_initial_focus(self) -> None:
        self.focused += 1


class Made:
    """A factory of pages that keeps them."""

    def __init__(self) -> None:
        self.pages: list[Plain] = []

    def __call__(self) -> Plain:
        self.pages.append(Plain())
        return self.pages[-1]


@pytest.fixture
def pages(qtbot: QtBot) -> QStackedWidget:
    stack = QStackedWidget()
    qtbot.addWidget(stack)
    return stack


@pytest.fixture
def navigation(pages: QStackedWidget) -> Navigation:
    return Navigation(pages, pages)


def test_page_is_created_once_and_only_when_needed(navigation: Navigation) -> None:
    make = Made()
    page = navigation.register(PageKey.SCAN, make)
    assert not navigation.is_created(PageKey.SCAN)
    assert not make.pages
    assert page() is page() is navigation.page(PageKey.SCAN)
    assert len(make.pages) == 1


def test_shown_page_is_announced_then_focused(navigation: Navigation) -> None:
    shown: list[tuple[QWidget, int]] = []
    navigation.shown.connect(lambda page: shown.append((page, page.focused)))
    page = navigation.register(PageKey.SCAN, Made())
    navigation.show(PageKey.SCAN)
    assert navigation.is_up(PageKey.SCAN)
    assert navigation.current is page()
    assert shown == [(page(), 0)]  # the title is set before the focus moves
    assert page().focused == 1


def test_home_shows_codes(qtbot: QtBot, navigation: Navigation) -> None:
    navigation.register(PageKey.CODES, Made())
    with qtbot.waitSignal(navigation.went_home):
        navigation.home()
    assert navigation.is_up(PageKey.CODES)


def test_one_time_page_is_deleted_when_removed(
    qtbot: QtBot, navigation: Navigation, pages: QStackedWidget
) -> None:
    navigation.register(PageKey.REVIEW, Made())
    navigation.show(PageKey.REVIEW)
    once = Plain()
    navigation.show(once)
    assert navigation.current is once
    assert not navigation.is_up(PageKey.REVIEW)
    navigation.remove(once)
    assert navigation.is_up(PageKey.REVIEW)
    assert pages.count() == 1
    qtbot.waitUntil(lambda: not shiboken6.isValid(once))


def test_afresh_discards_all_but_the_kept_page(
    qtbot: QtBot, navigation: Navigation, pages: QStackedWidget
) -> None:
    locked = navigation.register(PageKey.LOCKED, Made())
    make = Made()
    navigation.register(PageKey.CODES, make)
    once = Plain()
    kept = locked()
    navigation.show(PageKey.CODES)
    navigation.show(once)
    with navigation.rebuild(keep=(PageKey.LOCKED,)):
        navigation.show(PageKey.LOCKED)
    assert navigation.current is locked() is kept
    assert pages.count() == 1
    assert not navigation.is_created(PageKey.CODES)
    qtbot.waitUntil(lambda: not shiboken6.isValid(once) and not shiboken6.isValid(make.pages[0]))
    navigation.show(PageKey.CODES)
    assert len(make.pages) == 2


def test_afresh_discards_pages_even_if_next_page_fails(
    qtbot: QtBot, navigation: Navigation
) -> None:
    make = Made()
    navigation.register(PageKey.KEY, make)
    navigation.show(PageKey.KEY)
    with pytest.raises(RuntimeError), navigation.rebuild():
        raise RuntimeError
    assert navigation.current is None
    qtbot.waitUntil(lambda: not shiboken6.isValid(make.pages[0]))
