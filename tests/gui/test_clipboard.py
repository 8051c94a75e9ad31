"""What is copied is marked as secret and leaves the clipboard again, unless something else came."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from authenticator.gui.desktop.clipboard import HINTS, Clipboard
from authenticator.gui.window import Window
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import StageParts, fill


@pytest.fixture(autouse=True)
def emptied(qtbot: QtBot) -> Iterator[None]:
    """Qt's offscreen clipboard outlives Python, and must not hold anything of it then."""
    yield
    QGuiApplication.clipboard().clear()


def text() -> str:
    return QGuiApplication.clipboard().text()


def test_a_copied_code_is_text_with_the_marks_of_a_secret(qtbot: QtBot) -> None:
    Clipboard(lambda: 30).copy("012345")
    content = QGuiApplication.clipboard().mimeData()
    assert content.text() == "012345"
    assert content.data("x-kde-passwordManagerHint") == b"secret"
    for name in ("CanIncludeInClipboardHistory", "CanUploadToCloudClipboard"):
        mark = content.data(f'application/x-qt-windows-mime;value="{name}"').data()
        assert mark == bytes(4)  # a DWORD of Windows, 0: no
    assert set(HINTS) <= set(content.formats())


def test_it_is_gone_after_the_time(qtbot: QtBot) -> None:
    clipboard = Clipboard(lambda: 1)
    clipboard.copy("012345")
    qtbot.waitUntil(lambda: text() == "")


def test_the_time_begins_anew_with_each_copy(qtbot: QtBot) -> None:
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
def test_what_was_copied_since_stays(qtbot: QtBot, later: str) -> None:
    clipboard = Clipboard(lambda: 30)
    clipboard.copy("012345")
    QGuiApplication.clipboard().setText(later)
    clipboard.clear()
    assert text() == later


def test_a_code_that_a_manager_made_its_own_is_taken_off_too(qtbot: QtBot) -> None:
    clipboard = Clipboard(lambda: 30)
    clipboard.copy("012345")
    QGuiApplication.clipboard().setText("012345")
    clipboard.clear()
    assert text() == ""


def test_a_later_code_of_somebody_else_that_is_the_same_is_left_alone(qtbot: QtBot) -> None:
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
def test_it_is_gone_at_the_end(
    qtbot: QtBot, open_window: Open, parts: StageParts, ending: Callable[[Window], None]
) -> None:
    fill(parts, 1).close()
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    window.clipboard.copy("012345")
    ending(window)
    assert text() == ""
