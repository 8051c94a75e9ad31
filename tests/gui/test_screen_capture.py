"""Scanning from the screen: the window hides, every screen is read, codes are picked."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from authenticator.gui.desktop import screen_capture
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.window import Window
from authenticator.otp.migration import write_migration
from authenticator.otp.uri import write_uri
from authenticator.scan.screen_errors import ScreenDismissed, ScreenPortalAbsent, ScreenRefused
from tests.gui.conftest import Open, agree, found_names, page_name
from tests.gui.fakes import FakeServices, account, fill
from tests.gui.screens import pictured_desktop
from tests.patience import PATIENCE_S

KIM = account("Wiki", "kim", 5)
EVE = account("Shop", "eve", 6)
BOB = account("Mail", "bob", 7)


class Screens:
    """What is on the screens; checks that the window is hidden when they are grabbed."""

    def __init__(self) -> None:
        self.shown: list[QImage] = []
        self.fault: Exception | None = None
        self.window: Window | None = None
        self.looks = 0

    def grab(self) -> list[QImage]:
        assert self.window is not None
        assert not self.window.isVisible()
        self.looks += 1
        if self.fault is not None:
            raise self.fault
        return list(self.shown)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Screens:
    made = Screens()
    monkeypatch.setattr(screen_capture, "grab", made.grab)
    return made


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices, there: Screens) -> Window:
    fill(services, 0).close()
    there.window = opened = open_window()
    qtbot.waitUntil(lambda: opened.session.is_open)
    return opened


def desktop(*texts: str) -> QImage:
    return pictured_desktop(list(texts))


def look(qtbot: QtBot, window: Window) -> None:
    window.enrolment.scan()
    qtbot.mouseClick(window.enrolment.scan_page().screen_button, Qt.MouseButton.LeftButton)
    assert not window.isVisible()
    qtbot.waitUntil(window.isVisible)


def said(window: Window) -> str:
    return window.enrolment.scan_page().notice.words


def issuers(services: FakeServices) -> list[str]:
    return [entry.label.issuer for entry in services.open_vault().entries()]


def ticked(window: Window) -> list[bool]:
    found = window.enrolment.review_page().list
    return [found.item(row).checkState() == Qt.CheckState.Checked for row in range(found.count())]


def test_window_hides_and_single_account_is_added(
    qtbot: QtBot, window: Window, services: FakeServices, there: Screens
) -> None:
    there.shown = [desktop(), desktop(write_uri(KIM))]
    window.move(37, 41)
    before = window.geometry()
    look(qtbot, window)
    assert window.geometry() == before
    agree(qtbot, window)
    assert issuers(services) == ["Wiki"]
    assert there.looks == 1


def test_same_code_on_two_screens_is_one_account(
    qtbot: QtBot, window: Window, services: FakeServices, there: Screens
) -> None:
    there.shown = [desktop(write_uri(KIM)), desktop(write_uri(KIM))]
    look(qtbot, window)
    agree(qtbot, window)
    assert issuers(services) == ["Wiki"]


def test_each_code_is_outlined_and_picked_by_a_click(
    qtbot: QtBot, window: Window, services: FakeServices, there: Screens
) -> None:
    there.shown = [
        desktop(write_uri(KIM), "https://example.org/", write_uri(EVE)),
        desktop(),
        desktop(write_uri(BOB)),
    ]
    look(qtbot, window)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    page = window.enrolment.review_page()
    assert found_names(window) == [
        "1.  Wiki: kim",
        "2.  Shop: eve",
        "3.  Mail: bob",
    ]
    assert "https://example.org/" in page.notice.words
    first, second = page.screenshots.pictures  # the screen without a code is not shown
    qtbot.waitUntil(lambda: second.height() > 100)
    marks = first._shot.marks

    # Where the desktop drew it: the first code's left edge, in pixels of the screen.
    def corner() -> tuple[float, float]:
        box = first.outline(marks[0]).boundingRect()
        return box.left() / first.width(), box.top() / first.height()

    # The page may still be laying itself out.
    qtbot.waitUntil(lambda: corner() == pytest.approx((248 / 1920, 528 / 1080), abs=0.03))
    assert first.mark_at(first.outline(marks[1]).boundingRect().center()) is None  # a link
    assert first.mark_at(QPointF(3, 3)) is None

    place = first.outline(marks[2]).boundingRect().center().toPoint()
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton, pos=place)
    assert ticked(window) == [True, False, True]
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton, pos=place)
    assert ticked(window) == [True, True, True]
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton, pos=place)
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "Codes")
    assert issuers(services) == ["Wiki", "Mail"]


def test_click_on_export_code_ticks_all_its_accounts(
    qtbot: QtBot, window: Window, services: FakeServices, there: Screens
) -> None:
    (export,) = write_migration([EVE, BOB], batch_id=7)
    there.shown = [desktop(export, write_uri(KIM))]
    look(qtbot, window)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    page = window.enrolment.review_page()
    (picture,) = page.screenshots.pictures
    qtbot.waitUntil(lambda: picture.height() > 100)
    place = picture.outline(picture._shot.marks[0]).boundingRect().center().toPoint()
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=place)
    assert dict(zip(found_names(window), ticked(window), strict=True)) == {
        "2.  Wiki: kim": True,
        "1.  Shop: eve": False,
        "1.  Mail: bob": False,
    }


def test_code_without_enrolment_is_reported_and_shown(
    qtbot: QtBot, window: Window, there: Screens
) -> None:
    there.shown = [desktop("https://example.org/")]
    look(qtbot, window)
    qtbot.waitUntil(lambda: "example.org" in said(window))
    (picture,) = window.enrolment.scan_page().screenshots.pictures
    assert picture.isVisible()
    window.navigation.home()
    assert window.enrolment.scan_page().screenshots.pictures == []


@pytest.mark.parametrize("count", [1, 3])
def test_screen_without_code_gets_advice(
    qtbot: QtBot, window: Window, there: Screens, count: int
) -> None:
    there.shown = [desktop()] * count
    look(qtbot, window)
    qtbot.waitUntil(lambda: "No QR code on the screen" in said(window))
    assert "make it larger" in said(window)
    assert said(window).count("to the front") == 1
    there.shown = [desktop(write_uri(KIM))]
    qtbot.mouseClick(window.enrolment.scan_page().screen_button, Qt.MouseButton.LeftButton)
    agree(qtbot, window)


def test_code_at_the_edge_of_a_screen_is_told_as_in_a_picture(
    qtbot: QtBot, window: Window, there: Screens
) -> None:
    cut = desktop(write_uri(KIM)).copy(0, 0, 350, 1080)
    there.shown = [desktop(), cut]
    look(qtbot, window)
    qtbot.waitUntil(lambda: "The picture seems to end in the middle" in said(window))
    window.enrolment.read([DroppedSource("picture", picture=cut)])
    qtbot.waitUntil(lambda: "picture: The picture seems to end in the middle" in said(window))
    there.shown = [cut, desktop(write_uri(KIM))]
    qtbot.mouseClick(window.enrolment.scan_page().screen_button, Qt.MouseButton.LeftButton)
    agree(qtbot, window)


def test_black_screen_is_reported_as_missing_permission(
    qtbot: QtBot, window: Window, there: Screens
) -> None:
    black = QImage(640, 480, QImage.Format.Format_RGB32)
    black.fill(QColor("black"))
    there.shown = [black]
    look(qtbot, window)
    qtbot.waitUntil(lambda: "not allowed to see the screen" in said(window))
    assert "Screen Recording" in said(window)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ScreenRefused(), "not allowed to see the screen"),
        (ScreenPortalAbsent(), "does not provide a screenshot"),
        (ScreenDismissed(), "was not captured"),
    ],
)
def test_failed_capture_is_reported_in_restored_window(
    qtbot: QtBot,
    window: Window,
    there: Screens,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    words: str,
) -> None:
    monkeypatch.setattr(screen_capture.ScreenCapture, "_capture", lambda self: self._fail(fault))
    look(qtbot, window)
    assert words in said(window)
    assert window.enrolment.scan_page().screen_button.isEnabled()


def test_cancelled_reading_keeps_no_picture(
    qtbot: QtBot,
    window: Window,
    services: FakeServices,
    there: Screens,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, gate, read = threading.Event(), threading.Event(), threading.Event()
    really = services.read_picture

    def slow(source: object) -> object:
        begun.set()
        gate.wait(PATIENCE_S)
        read.set()
        return really(source)

    monkeypatch.setattr(services, "read_picture", slow)
    there.shown = [desktop(write_uri(KIM))]
    look(qtbot, window)
    qtbot.waitUntil(lambda: window.enrolment.scan_page().busy.isVisible())
    # A job cancelled before its turn never starts.
    qtbot.waitUntil(begun.is_set)
    qtbot.mouseClick(window.enrolment.scan_page().cancel, Qt.MouseButton.LeftButton)
    assert not window.enrolment.scan_page().busy.isVisible()
    gate.set()
    qtbot.waitUntil(read.is_set)
    qtbot.wait(200)
    assert page_name(window) == "Scan QR code"
    assert issuers(services) == []


def test_portal_screenshot_is_read_the_same_way(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    from authenticator.gui.desktop import screenshot_portal

    shown = QByteArray()
    buffer = QBuffer(shown)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    desktop(write_uri(KIM)).save(buffer, "PNG")
    monkeypatch.setattr(screen_capture, "by_portal", lambda: True)
    monkeypatch.setattr(
        screenshot_portal.ScreenshotPortal, "start", lambda self: self.taken.emit(shown.data())
    )
    look(qtbot, window)
    agree(qtbot, window)
    assert issuers(services) == ["Wiki"]


class Watched(QImage):
    """A picture whose lifetime a test can watch."""


def test_screenshot_is_deleted_once_read(qtbot: QtBot, window: Window, there: Screens) -> None:
    picture = Watched(desktop(write_uri(KIM), write_uri(EVE)))
    alive = weakref.ref(picture)
    there.shown = [picture]
    del picture
    look(qtbot, window)
    there.shown = []
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    qtbot.wait(50)
    gc.collect()
    assert alive() is None
    window.navigation.home()
    assert window.enrolment.review_page().screenshots.pictures == []


@pytest.mark.parametrize(
    ("platform", "kind", "expected"),
    [
        ("wayland", "", True),
        ("wayland-egl", "wayland", True),
        ("xcb", "wayland", True),
        ("xcb", "x11", False),
        ("xcb", "", False),
        ("windows", "", False),
        ("cocoa", "", False),
    ],
)
def test_portal_is_used_only_under_wayland(
    monkeypatch: pytest.MonkeyPatch, platform: str, kind: str, expected: bool
) -> None:
    monkeypatch.setattr(screen_capture.QGuiApplication, "platformName", lambda: platform)
    monkeypatch.setenv("XDG_SESSION_TYPE", kind)
    assert screen_capture.by_portal() is expected
