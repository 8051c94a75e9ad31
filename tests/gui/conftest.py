"""A window whose parts a test can replace; every Qt warning fails the test."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from authenticator.gui.session import Session
from authenticator.gui.startup import gc_on_gui_thread
from authenticator.gui.startup.macos_application import MacosApplication
from authenticator.gui.startup.preload import Preload
from authenticator.gui.theme import appearance
from authenticator.gui.widgets.check_list import FoundList
from authenticator.gui.window import Window
from tests.gui.fakes import FakeServices

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            # From Qt's own offscreen platform, which has no window manager to ask and no tray.
            item.add_marker(
                pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged")
            )


@pytest.fixture(scope="session")
def qapp_cls() -> type[MacosApplication]:
    """Have pytest-qt create the app's own application class."""
    return MacosApplication


@pytest.fixture(scope="module", autouse=True)
def garbage_is_collected_here(qapp: MacosApplication) -> Iterator[None]:
    """Collect as the app does after its first frame; other tests have no event loop for it."""
    gc_on_gui_thread.collect_here()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def clipboard_is_left_empty(qapp: MacosApplication) -> Iterator[None]:
    """Leave no text behind that a later test would find in this process's memory."""
    yield
    qapp.clipboard().clear()


@pytest.fixture
def services(home: Path) -> Iterator[FakeServices]:
    """The app's parts, empty, with a keyring in memory."""
    home.mkdir(mode=0o700)
    services = FakeServices(home)
    yield services
    services.close()


class Open(Protocol):
    def __call__(self, preload: Preload | None = None) -> Window: ...


@pytest.fixture
def open_window(qtbot: QtBot, services: FakeServices) -> Iterator[Open]:
    """Open the window on `services`, as the app does when it starts."""
    opened: list[Window] = []

    def start(preload: Preload | None = None) -> Window:
        session = Session(services)
        appearance.apply_chosen_theme(qtbot_app(), session.settings)
        window = Window(session)
        opened.append(window)
        session.open(preload=preload)
        window.show()
        return window

    yield start
    for window in opened:
        window.shut_down()
        window.session.close()
        window.deleteLater()


def qtbot_app():  # type: ignore[no-untyped-def]
    from PySide6.QtWidgets import QApplication

    return QApplication.instance()


def page_name(window: Window) -> str:
    """Return the name of the page that is shown."""
    return window.pages.currentWidget().accessibleName()


def shows_codes(window: Window) -> bool:
    """Return whether the vault is open and its list is shown."""
    return window.session.is_open and page_name(window) == "Codes"


def found_names(found: Window | FoundList) -> list[str]:
    """Return the first line of each account in a list, or found by the person at a window."""
    if isinstance(found, Window):
        found = found.enrolment.review_page().list
    return [found.item(row).text().splitlines()[0] for row in range(found.count())]


def agree(qtbot: QtBot, window: Window) -> None:
    """Wait for the single account found, and confirm it with the suggested key."""
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert window.enrolment.review_page().add.text() == "Add one account"
    window.activateWindow()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "New code")
