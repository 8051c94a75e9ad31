"""Scanning by camera, pictures, drops and clipboard; what is no enrolment is only reported."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from authenticator import resource
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.enrolment import camera_feed
from authenticator.gui.window import Window
from authenticator.otp.account import Account
from authenticator.otp.migration import write_migration
from authenticator.otp.uri import write_uri
from authenticator.scan import camera
from authenticator.scan.camera import CameraBusy, CameraLost, CameraRefused, NoCamera
from authenticator.scan.decoders import Payload
from authenticator.scan.live_scan import FrameResult
from tests.gui.conftest import Open, agree, found_names, page_name
from tests.gui.fakes import FakeServices, account, fill
from tests.patience import PATIENCE_S
from tests.services import pictures, sheets

SAMPLE = resource.path("samples/panel-enrolment.png")
KIM = account("Wiki", "kim", 5)
CODE = pictures.qr_pixels(write_uri(KIM))
EVE = account("Shop", "eve", 6)


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 0).close()
    opened = open_window()
    qtbot.waitUntil(lambda: opened.session.is_open)
    return opened


def picture(*texts: str) -> bytes:
    """Return a PNG of these codes side by side."""
    codes = [pictures.qr_pixels(text) for text in texts]
    width = sum(code.shape[1] for code in codes) + 40 * len(codes)
    height = max(code.shape[0] for code in codes) + 40
    x, placed = 20, []
    for code in codes:
        placed.append((code, x, 20))
        x += code.shape[1] + 40
    return pictures.encoded(pictures.sheet(placed, width=width, height=height))


def give(window: Window, *content: bytes | Path) -> None:
    window.enrolment.read(
        [
            dropped_sources.DroppedSource(f"picture {n}", picture=one)
            for n, one in enumerate(content)
        ]
    )


def said(window: Window) -> str:
    return window.enrolment.scan_page().notice.words


def test_image_file_becomes_account_with_first_code(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtWidgets import QFileDialog

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a: ([str(SAMPLE)], ""))
    window.enrolment.scan()
    qtbot.mouseClick(window.enrolment.scan_page().image, Qt.MouseButton.LeftButton)
    agree(qtbot, window)
    (entry,) = services.open_vault().entries()
    assert str(entry.label) == "Example Panel: kim@example.org"


def test_dropped_file_is_read(qtbot: QtBot, window: Window) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(SAMPLE))])
    buttons = Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(
        window.rect().center(), Qt.DropAction.CopyAction, mime, buttons, Qt.KeyboardModifier(0)
    )
    window.pages.dragEnterEvent(entering)
    assert entering.isAccepted()
    dropping = QDropEvent(
        QPointF(window.rect().center()),
        Qt.DropAction.CopyAction,
        mime,
        buttons,
        Qt.KeyboardModifier(0),
    )
    window.pages.dropEvent(dropping)
    agree(qtbot, window)


@pytest.mark.parametrize("form", ["picture", "text", "file"])
def test_clipboard_of_any_form_is_read(qtbot: QtBot, window: Window, form: str) -> None:
    mime = QMimeData()
    if form == "picture":
        mime.setImageData(QImage(str(SAMPLE)))
    elif form == "text":
        mime.setText(write_uri(KIM))
    else:
        mime.setUrls([QUrl.fromLocalFile(str(SAMPLE))])
    QGuiApplication.clipboard().setMimeData(mime)
    window.activateWindow()
    QTest.keyClick(window.codes_page.search, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    agree(qtbot, window)
    QGuiApplication.clipboard().clear()


def test_pasted_words_go_into_search(qtbot: QtBot, window: Window) -> None:
    QGuiApplication.clipboard().setText("wiki")
    QTest.keyClick(window.codes_page.search, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.codes_page.search.text() == "wiki"
    assert page_name(window) == "Codes"


def test_several_codes_are_offered_for_selection(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    give(window, picture(write_uri(KIM), write_uri(EVE), "https://example.org/"))
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    pick = window.enrolment.review_page()
    assert [pick.list.item(row).text() for row in range(2)] == [
        "Wiki: kim\nTime-based, 6 digits every 30 s",
        "Shop: eve\nTime-based, 6 digits every 30 s",
    ]
    assert "https://example.org/" in pick.notice.words
    pick.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert pick.add.text() == "Add one account"
    pick.add.click()
    agree(qtbot, window)
    assert [entry.label.issuer for entry in services.open_vault().entries()] == ["Shop"]


def test_existing_account_starts_unticked(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    services.open_vault().add(KIM)
    give(window, picture(write_uri(KIM), write_uri(EVE)))
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    states = [window.enrolment.review_page().list.item(row).checkState() for row in range(2)]
    assert states == [Qt.CheckState.Unchecked, Qt.CheckState.Checked]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no picture", "There is no picture to read"),
        (SAMPLE.read_bytes()[:200], "The picture is damaged"),
        (pictures.encoded(np.full((50, 50), 255, np.uint8)), "No QR code found"),
        (Path("/nonexistent/picture.png"), "The file can't be read"),
        (Path("/"), "is a folder"),
        (b"", "There is no picture to read"),
        (sheets.locked([b""]), "The PDF is locked"),
        (sheets.drawn([b""] * 60, size=(30, 30)), "Only the first 50 of 60 pages were read"),
    ],
)
def test_unreadable_picture_is_reported(
    qtbot: QtBot, window: Window, content: bytes | Path, words: str
) -> None:
    give(window, content)
    qtbot.waitUntil(lambda: words in said(window))
    assert page_name(window) == "Scan QR code"
    assert not window.enrolment.scan_page().busy.isVisible()


def test_pdf_accounts_are_offered_and_unread_pages_reported(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    path = tmp_path / "recovery.pdf"
    codes = [sheets.code(write_uri(one), 30, x=10, y=10) for one in (KIM, EVE)]
    path.write_bytes(sheets.drawn(codes + [b""] * 49, size=(110, 110)))
    window.enrolment.read([dropped_sources.file_source(path)])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert found_names(window) == ["Wiki: kim", "Shop: eve"]
    assert (
        "recovery.pdf: Only the first 50 of 51 pages" in window.enrolment.review_page().notice.words
    )


def test_link_is_shown_and_never_opened(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    give(window, picture("https://example.org/\u202egnp"))
    qtbot.waitUntil(lambda: "example.org" in said(window))
    assert "\\u202e" in said(window)
    assert "\u202e" not in said(window)
    assert opened == []


def test_invalid_enrolment_is_refused_with_every_reason(qtbot: QtBot, window: Window) -> None:
    give(window, picture("otpauth://totp/Wiki:kim?digits=99&period=0"))
    qtbot.waitUntil(lambda: "digits" in said(window))
    assert "period" in said(window)
    assert "key" in said(window).lower()


def test_vendors_code_is_named_with_the_way_to_standard_codes(qtbot: QtBot, window: Window) -> None:
    give(window, picture("phonefactor://activate_account?code=123456789"))
    qtbot.waitUntil(lambda: "Microsoft Authenticator" in said(window))
    assert "'I want to use a different authenticator app'" in said(window)
    assert "123456789" not in said(window)


def test_app_store_beside_an_enrolment_is_only_a_note(qtbot: QtBot, window: Window) -> None:
    give(window, picture("https://apps.apple.com/app/id388497605", write_uri(KIM)))
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    page = window.enrolment.review_page()
    assert found_names(window) == ["Wiki: kim"]
    assert "can't be added" not in page.notice.words
    assert "It is a link to an app store." in page.notice.words


def test_text_with_several_links_is_offered_and_bad_ones_told_by_line(
    qtbot: QtBot, window: Window
) -> None:
    bad = "otpauth://totp/Bad:kim?secret=undefined"
    text = f"# mine\n{write_uri(KIM)} {write_uri(EVE)}\n{bad}\n"
    window.enrolment.read([dropped_sources.DroppedSource("the text", text=text)])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    page = window.enrolment.review_page()
    assert "Line 3: The panel made a link with 'undefined'" in page.notice.words
    assert found_names(window) == ["Wiki: kim", "Shop: eve"]


def test_dropped_text_file_is_read(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    file = tmp_path / "links.csv"
    file.write_bytes(f"name,otp\r\nx,{write_uri(KIM)}\r\n".encode("utf-16"))
    give(window, file)
    agree(qtbot, window)


def test_bad_pictures_are_reported_without_affecting_good_ones(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    white = pictures.encoded(np.full((50, 50), 255, np.uint8))
    give(window, b"no picture", SAMPLE.read_bytes(), white)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    told = window.enrolment.review_page().notice.words
    assert "2 of them can't be added" in told
    assert "There is no picture to read" in told
    assert "No QR code found" in told
    window.enrolment.review_page().add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")


def progress(window: Window) -> str:
    """Return the export progress shown on the page; empty if none is."""
    page = window.enrolment.scan_page()
    return page.progress.words if page.progress.isVisible() else ""


def export(count: int) -> tuple[list[Account], list[str]]:
    """Return `count` accounts and the links of their export, one account a part."""
    accounts = [account(f"Panel {number}", "kim", number + 1) for number in range(count)]
    return accounts, write_migration(accounts, batch_id=7, per_part=1)


def test_export_parts_are_joined_over_several_scans(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    accounts, links = export(3)
    give(window, picture(links[2]))
    qtbot.waitUntil(lambda: "1 of 3" in progress(window))
    assert "Still to scan: 1, 2." in progress(window)
    give(window, picture(links[0]))
    qtbot.waitUntil(lambda: "2 of 3" in progress(window))
    assert "Still to scan: 2." in progress(window)
    give(window, picture(links[1]))
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    window.enrolment.review_page().add.click()
    qtbot.waitUntil(lambda: page_name(window) == "Codes")
    assert [entry.label for entry in services.open_vault().entries()] == [
        one.label for one in accounts
    ]


def test_foreign_code_is_reported_and_export_parts_stay(qtbot: QtBot, window: Window) -> None:
    _, links = export(2)
    give(window, picture(links[0]))
    qtbot.waitUntil(lambda: "1 of 2" in progress(window))
    give(window, b"no picture")
    qtbot.waitUntil(lambda: "not a picture" in said(window))
    assert "1 of 2" in progress(window)
    give(window, picture(write_uri(KIM)))
    qtbot.waitUntil(lambda: not window.enrolment.scan_page().busy.isVisible())
    give(window, picture(links[1]))
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert found_names(window) == ["Wiki: kim", "Panel 0: kim", "Panel 1: kim"]


def test_part_read_by_camera_while_picture_is_read_is_kept(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, links = export(2)
    gate = threading.Event()
    really = services.read_picture
    monkeypatch.setattr(
        services, "read_picture", lambda source: gate.wait(PATIENCE_S) and really(source)
    )
    give(window, picture(links[0]))
    square = ((0, 0), (9, 0), (9, 9), (0, 9))
    window.enrolment.scan_page().camera.show_frame_result(
        FrameResult((Payload(links[1], "QRCode", square),), (square,))
    )
    assert "Still to scan: 1." in progress(window)
    gate.set()
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert window.enrolment.review_page().list.count() == 2


@pytest.mark.parametrize(
    "content",
    [
        pictures.drawing(write_uri(KIM)),
        b"<!DOCTYPE html><p>Scan</p>" + pictures.drawing(write_uri(KIM)),
        pictures.film_file([np.full_like(CODE, 255), CODE]),
        pictures.film_file([np.full_like(CODE, 255), CODE], "TIFF"),
    ],
    ids=["svg", "page", "gif", "tiff"],
)
def test_pictures_of_every_kind_are_read(qtbot: QtBot, window: Window, content: bytes) -> None:
    give(window, content)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert found_names(window) == ["Wiki: kim"]


def test_text_over_several_codes_is_joined_and_a_part_alone_is_none(
    qtbot: QtBot, window: Window
) -> None:
    """Each part reads as an account whose key is cut."""
    parts = [pictures.encoded(pixels) for pixels in pictures.parts_pixels(write_uri(KIM), 3)]
    give(window, parts[2])
    qtbot.waitUntil(lambda: "1 of 3" in progress(window))
    assert "Still to scan: 1, 2." in progress(window)
    assert "export" not in progress(window)
    assert not window.enrolment.scan_page().progress._button.isVisible()
    give(window, parts[0])
    qtbot.waitUntil(lambda: "2 of 3" in progress(window))
    give(window, parts[1])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert found_names(window) == ["Wiki: kim"]


def test_export_can_be_continued_without_missing_parts(qtbot: QtBot, window: Window) -> None:
    _, links = export(2)
    give(window, picture(links[1]))
    qtbot.waitUntil(lambda: "1 of 2" in progress(window))
    window.enrolment.scan_page().progress.go_on.emit()
    agree(qtbot, window)


def test_new_scan_starts_without_parts_of_last_one(qtbot: QtBot, window: Window) -> None:
    _, links = export(2)
    give(window, picture(links[0]))
    qtbot.waitUntil(lambda: "1 of 2" in progress(window))
    window.navigation.home()
    window.enrolment.scan()
    assert progress(window) == ""
    give(window, picture(links[1]))
    qtbot.waitUntil(lambda: "Still to scan: 1." in progress(window))


def test_reading_can_be_cancelled(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    really = services.read_picture
    monkeypatch.setattr(
        services, "read_picture", lambda source: gate.wait(PATIENCE_S) and really(source)
    )
    give(window, SAMPLE)
    qtbot.waitUntil(lambda: window.enrolment.scan_page().busy.isVisible())
    qtbot.mouseClick(window.enrolment.scan_page().cancel, Qt.MouseButton.LeftButton)
    assert not window.enrolment.scan_page().busy.isVisible()
    gate.set()
    qtbot.wait(200)
    assert page_name(window) == "Scan QR code"
    assert services.open_vault().entries() == []


# The camera: a film runs through the same code


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return pictures.film(
        tmp_path / "film.avi", pictures.webcam_frames([write_uri(KIM)], size=(640, 480))
    )


def test_code_held_before_camera_becomes_account(
    qtbot: QtBot, window: Window, services: FakeServices, film: Path
) -> None:
    services.films = {"Desk camera": film}
    assert services.opened == []
    window.enrolment.scan()
    agree(qtbot, window)
    assert [str(entry.label) for entry in services.open_vault().entries()] == ["Wiki: kim"]
    qtbot.waitUntil(lambda: all(one._closed for one in services.opened))


def test_camera_is_released_when_page_closes(
    qtbot: QtBot, window: Window, services: FakeServices, tmp_path: Path
) -> None:
    grey = np.full((480, 640), 128, np.uint8)
    services.films = {"Desk camera": pictures.film(tmp_path / "long.avi", [grey] * 10)}
    window.enrolment.scan()
    qtbot.waitUntil(lambda: window.enrolment.scan_page().camera.viewfinder.has_picture)
    window.navigation.home()
    qtbot.waitUntil(lambda: services.opened[0]._closed)
    assert not window.enrolment.scan_page().camera.feed.running


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (NoCamera(0), "No camera found"),
        (CameraBusy(0), "The camera gives no picture"),
        (CameraLost(0), "The camera stopped"),
        (CameraRefused(0), "not allowed to use the camera"),
    ],
)
def test_failed_camera_is_reported_and_other_sources_stay(
    qtbot: QtBot, window: Window, services: FakeServices, film: Path, fault: Exception, words: str
) -> None:
    services.films = {"Desk camera": fault}
    window.enrolment.scan()
    page = window.enrolment.scan_page()
    qtbot.waitUntil(lambda: words in page.camera.viewfinder.accessibleDescription())
    assert page.image.isEnabled()
    assert page.paste_button.isEnabled()
    services.films = {"Desk camera": film}
    qtbot.mouseClick(page.camera.retry, Qt.MouseButton.LeftButton)
    agree(qtbot, window)


def test_no_camera_is_opened_where_there_is_none(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.enrolment.scan()
    qtbot.waitUntil(
        lambda: (
            "No camera" in window.enrolment.scan_page().camera.viewfinder.accessibleDescription()
        )
    )
    assert services.opened == []


def test_last_used_camera_is_opened_first(
    qtbot: QtBot, window: Window, services: FakeServices, film: Path, tmp_path: Path
) -> None:
    grey = np.full((480, 640), 128, np.uint8)
    other = pictures.film(tmp_path / "other.avi", [grey] * 10)
    services.films = {"Built-in": other, "Desk camera": film}
    window.enrolment.scan()
    qtbot.waitUntil(lambda: window.enrolment.scan_page().camera.cameras.isVisible())
    window.enrolment.scan_page().camera.cameras.setCurrentIndex(1)
    window.enrolment.scan_page().camera.cameras.activated.emit(1)
    agree(qtbot, window)
    assert services.settings_file.read().camera == "Desk camera"


class Garbage:
    """A camera that gives odd frames, `frames` times, and then nothing more."""

    def __init__(self, frames: int) -> None:
        self.left = frames
        self.chance = np.random.default_rng(1)

    def read(self) -> tuple[bool, object]:
        self.left -= 1
        if self.left < 0:
            return False, None
        height, width = self.chance.integers(0, 300, 2)
        shape = [(height, width, 3), (height, width), (0, 0, 3), (height, width, 4)]
        kind = [np.uint8, np.uint16, np.float32][self.left % 5 % 3]
        frame = self.chance.integers(0, 256, shape[self.left % 4]).astype(kind)
        return self.left % 7 != 0, None if self.left % 11 == 0 else frame

    def release(self) -> None:
        pass


class Hanging:
    """A camera whose driver hangs after `after` frames."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.go_on = threading.Event()

    def read(self) -> tuple[bool, object]:
        self.left -= 1
        if self.left < 0:
            self.go_on.wait(PATIENCE_S)
        return True, np.full((48, 64, 3), 90, np.uint8)

    def release(self) -> None:
        pass


def test_camera_with_garbage_that_stops_is_reported(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera, "FRAME_TIMEOUT_S", 0.5)
    monkeypatch.setattr(camera, "PAUSE_S", 0.002)
    services.films = {"Broken camera": Garbage(400)}
    window.enrolment.scan()
    page = window.enrolment.scan_page()
    qtbot.waitUntil(lambda: page.camera.viewfinder.has_picture)
    qtbot.waitUntil(lambda: "The camera stopped" in page.camera.viewfinder.accessibleDescription())
    assert page.camera.retry.isVisible()
    assert page_name(window) == "Scan QR code"


@pytest.mark.parametrize(
    ("after", "words"), [(0, "The camera gives no picture"), (3, "The camera stopped")]
)
def test_hanging_camera_is_reported_and_blocks_nothing(
    qtbot: QtBot,
    window: Window,
    services: FakeServices,
    film: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    words: str,
) -> None:
    monkeypatch.setattr(camera_feed, "OPENS_MS", 300)
    monkeypatch.setattr(camera_feed, "STALLS_MS", 300)
    monkeypatch.setattr(camera_feed, "RELEASE_S", 0.1)
    hanging = Hanging(after)
    services.films = {"Hanging camera": hanging}
    window.enrolment.scan()
    page = window.enrolment.scan_page()
    qtbot.waitUntil(lambda: words in page.camera.viewfinder.accessibleDescription())
    qtbot.mouseClick(page.camera.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "gives no picture" in page.camera.viewfinder.accessibleDescription())
    window.navigation.home()
    assert page_name(window) == "Codes"
    monkeypatch.setattr(camera_feed, "OPENS_MS", 20_000)
    services.films = {"Desk camera": film}  # plugged in again, while the old one still hangs
    window.enrolment.scan()
    agree(qtbot, window)
    hanging.go_on.set()


def test_mirroring_can_be_turned_off_and_is_saved(
    qtbot: QtBot, window: Window, services: FakeServices, tmp_path: Path
) -> None:
    grey = np.full((480, 640), 128, np.uint8)
    services.films = {"Desk camera": pictures.film(tmp_path / "long.avi", [grey] * 10)}
    window.enrolment.scan()
    page = window.enrolment.scan_page()
    qtbot.waitUntil(lambda: page.camera.mirror.isVisible())
    assert page.camera.viewfinder.mirrored
    page.camera.mirror.click()
    assert not page.camera.viewfinder.mirrored
    qtbot.waitUntil(lambda: not services.settings_file.read().mirror)


def test_export_parts_are_collected_from_handheld_phone(
    qtbot: QtBot, window: Window, services: FakeServices, tmp_path: Path
) -> None:
    accounts, _ = export(20)
    links = write_migration(accounts, batch_id=7, per_part=4)
    frames = pictures.handheld_frames([links[at] for at in (3, 0, 4, 1, 2)], shown=20)
    services.films = {"Desk camera": pictures.film(tmp_path / "hand.avi", frames, frames_per_s=30)}
    window.enrolment.scan()
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert found_names(window) == [f"{one.label.issuer}: {one.label.account}" for one in accounts]


posix = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")


def kill_a_worker(services: FakeServices) -> None:
    """Send SIGKILL to one of the processes that decode."""
    for worker in list(services._worker_pool._running)[:1]:
        os.kill(worker._process.pid, signal.SIGKILL)


@posix
def test_ten_worker_kills_do_not_end_camera_scan(
    qtbot: QtBot, window: Window, services: FakeServices, tmp_path: Path
) -> None:
    _, links = export(11)
    frames = pictures.webcam_frames(links, shown=10, size=(640, 480))
    services.films = {"Desk camera": pictures.film(tmp_path / "export.avi", frames)}
    window.enrolment.scan()
    for scanned in range(1, 11):
        qtbot.waitUntil(lambda scanned=scanned: len(window.enrolment.scan_page()._texts) >= scanned)
        kill_a_worker(services)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert window.enrolment.review_page().list.count() == 11


@posix
def test_ten_worker_kills_cost_only_pictures_being_read(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, links = export(12)
    really: Callable[[object], object] = services.read_picture
    kills = iter(range(10))

    def read_picture(source: object) -> object:
        if (number := next(kills, None)) is not None:
            threading.Timer(number * 0.002, kill_a_worker, (services,)).start()
        return really(source)

    monkeypatch.setattr(services, "read_picture", read_picture)
    services.warm_up()
    give(window, *(picture(link) for link in links))
    qtbot.waitUntil(lambda: not window.enrolment.scan_page().busy.isVisible())
    assert next(kills, None) is None
    if page_name(window) != "Accounts found":  # what was lost is reported, and can be read again
        assert "crashed the part of the app" in said(window)
        assert "does not start" not in said(window)
        give(window, *(picture(link) for link in links))
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert window.enrolment.review_page().list.count() == 12
