"""A copied code is marked as secret and is cleared, unless something else was copied since."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from authenticator.gui.desktop.clipboard import HINTS, Clipboard
from authenticator.gui.window import Window
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, fill


@pytest.fixture(autouse=True)
def emptied(qtbot: QtBot) -> Iterator[None]:
    """Qt's offscreen clipboard outlives Python, so it must be empty by then."""
    yield
    QGuiApplication.clipboard().clear()


def text() -> str:
    return QGuiApplication.clipboard().text()


def test_copied_code_is_text_marked_as_secret(qtbot: QtBot) -> None:
    Clipboard(lambda: 30).copy("012345")
    content = QGuiApplication.clipboard().mimeData()
    assert content.text() == "012345"
    assert content.data("x-kde-passwordManagerHint") == b"secret"
    for name in ("CanIncludeInClipboardHistory", "CanUploadToCloudClipboard"):
        mark = content.data(f'application/x-qt-windows-mime;value="{name}"').data()
        assert mark == bytes(4)  # a Windows DWORD, 0: no
    assert set(HINTS) <= set(content.formats())


def test_clipboard_is_cleared_after_its_time(qtbot: QtBot) -> None:
    clipboard = Clipboard(lambda: 1)
    clipboard.copy("012345")
    qtbot.waitUntil(lambda: text() == "")


def test_each_copy_restarts_clear_timer(qtbot: QtBot) -> None:
    seconds = 120
    clipboard = Clipboard(lambda: seconds)
    clipboard.copy("012345")
    assert clipboard._due.isActive()
    assert clipboard._due.interval() == 120_000
    seconds = 10
    clipboard.copy("678901")
    assert clipboard._due.isActive()
    assert clipboard._due.interval() == 10_000
    seconds = 0
    clipboard.copy("012345")
    assert not clipboard._due.isActive()
    assert text() == "012345"


@pytest.mark.parametrize("later", ["something else", "", "0123456"])
def test_text_copied_since_is_not_cleared(qtbot: QtBot, later: str) -> None:
    clipboard = Clipboard(lambda: 30)
    clipboard.copy("012345")
    QGuiApplication.clipboard().setText(later)
    clipboard.clear()
    assert text() == later


def test_code_taken_over_by_clipboard_manager_is_cleared_too(qtbot: QtBot) -> None:
    """A clipboard manager may copy the code as its own; it is cleared all the same."""
    clipboard = Clipboard(lambda: 30)
    clipboard.copy("012345")
    QGuiApplication.clipboard().setText("012345")
    clipboard.clear()
    assert text() == ""


def test_same_code_copied_later_by_others_is_left_alone(qtbot: QtBot) -> None:
    clipboard = Clipboard(lambda: 30)
    clipboard.copy("012345")
    clipboard.clear()
    QGuiApplication.clipboard().setText("012345")
    clipboard.clear()
    assert text() == "012345"


@pytest.mark.parametrize(
    "ending",
    [Window.shut_down, lambda window: window.session.open()],
    ids=["quit", "the vault is opened anew"],
)
def test_clipboard_is_cleared_when_vault_closes(
    qtbot: QtBot, open_window: Open, services: FakeServices, ending: Callable[[Window], None]
) -> None:
    fill(services, 1).close()
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    window.clipboard.copy("012345")
    ending(window)
    assert text() == ""
