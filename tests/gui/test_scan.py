"""Scanning: camera, pictures, drops and the clipboard; what is no enrolment is told, not used."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from authenticator import resource
from authenticator.gui import intake
from authenticator.gui.window import Window
from authenticator.otp.migration import write_migration
from authenticator.otp.uri import write_uri
from authenticator.scan.camera import CameraBusy, CameraLost, CameraRefused, NoCamera
from tests.gui.conftest import Open, page_name
from tests.gui.stage import StageParts, account, fill
from tests.services import pictures, sheets

SAMPLE = resource.path("samples/panel-enrolment.png")
KIM = account("Wiki", "kim", 5)
EVE = account("Shop", "eve", 6)


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, parts: StageParts) -> Window:
    fill(parts, 0).close()
    opened = open_window()
    qtbot.waitUntil(lambda: opened.session.is_open)
    return opened


def picture(*texts: str) -> bytes:
    """A page with these codes side by side."""
    codes = [pictures.qr_pixels(text) for text in texts]
    width = sum(code.shape[1] for code in codes) + 40 * len(codes)
    height = max(code.shape[0] for code in codes) + 40
    x, placed = 20, []
    for code in codes:
        placed.append((code, x, 20))
        x += code.shape[1] + 40
    return pictures.encoded(pictures.sheet(placed, width=width, height=height))


def give(window: Window, *content: bytes | Path) -> None:
    window.take([intake.Source(f"picture {n}", picture=one) for n, one in enumerate(content)])


def said(window: Window) -> str:
    return window.scanning.notice.words


def test_an_image_file_becomes_an_account_and_its_code(
    qtbot: QtBot, window: Window, parts: StageParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtWidgets import QFileDialog

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a: ([str(SAMPLE)], ""))
    window.scan()
    qtbot.mouseClick(window.scanning.image, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    (entry,) = parts.open_vault().entries()
    assert str(entry.label) == "Example Panel: kim@example.org"


def test_a_dropped_file_is_read(qtbot: QtBot, window: Window) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(SAMPLE))])
    buttons = Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(
        window.rect().center(), Qt.DropAction.CopyAction, mime, buttons, Qt.KeyboardModifier(0)
    )
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    dropping = QDropEvent(
        QPointF(window.rect().center()),
        Qt.DropAction.CopyAction,
        mime,
        buttons,
        Qt.KeyboardModifier(0),
    )
    window.dropEvent(dropping)
    qtbot.waitUntil(lambda: page_name(window) == "New code")


@pytest.mark.parametrize("form", ["picture", "text", "file"])
def test_the_clipboard_is_read_whatever_form_it_has(
    qtbot: QtBot, window: Window, form: str
) -> None:
    mime = QMimeData()
    if form == "picture":
        mime.setImageData(QImage(str(SAMPLE)))
    elif form == "text":
        mime.setText(write_uri(KIM))
    else:
        mime.setUrls([QUrl.fromLocalFile(str(SAMPLE))])
    QGuiApplication.clipboard().setMimeData(mime)
    window.activateWindow()
    QTest.keyClick(window.codes.search, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    QGuiApplication.clipboard().clear()


def test_words_on_the_clipboard_go_into_the_search(qtbot: QtBot, window: Window) -> None:
    QGuiApplication.clipboard().setText("wiki")
    QTest.keyClick(window.codes.search, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.codes.search.text() == "wiki"
    assert page_name(window) == "Codes"


def test_of_several_codes_the_person_picks(qtbot: QtBot, window: Window, parts: StageParts) -> None:
    give(window, picture(write_uri(KIM), write_uri(EVE), "https://example.org/"))
    qtbot.waitUntil(lambda: page_name(window) == "Choose accounts")
    pick = window.picking
    assert [pick.list.item(row).text() for row in range(2)] == ["Wiki: kim", "Shop: eve"]
    assert "https://example.org/" in pick.notice.words
    pick.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert pick.add.text() == "Add one account"
    pick.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert [entry.label.issuer for entry in parts.open_vault().entries()] == ["Shop"]


def test_an_account_that_is_there_already_starts_unticked(
    qtbot: QtBot, window: Window, parts: StageParts
) -> None:
    parts.open_vault().add(KIM)
    give(window, picture(write_uri(KIM), write_uri(EVE)))
    qtbot.waitUntil(lambda: page_name(window) == "Choose accounts")
    states = [window.picking.list.item(row).checkState() for row in range(2)]
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
def test_what_can_t_be_read_is_told(
    qtbot: QtBot, window: Window, content: bytes | Path, words: str
) -> None:
    give(window, content)
    qtbot.waitUntil(lambda: words in said(window))
    assert page_name(window) == "Scan QR code"
    assert not window.scanning.busy.isVisible()


def test_a_sheet_s_accounts_are_offered_and_pages_that_were_not_read_are_told(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    path = tmp_path / "recovery.pdf"
    codes = [sheets.code(write_uri(one), 30, x=10, y=10) for one in (KIM, EVE)]
    path.write_bytes(sheets.drawn(codes + [b""] * 49, size=(110, 110)))
    window.take([intake.file_source(path)])
    qtbot.waitUntil(lambda: page_name(window) == "Choose accounts", timeout=20_000)
    rows = [window.picking.list.item(row).text() for row in range(window.picking.list.count())]
    assert rows == ["Wiki: kim", "Shop: eve"]
    assert "recovery.pdf: Only the first 50 of 51 pages" in window.picking.notice.words


def test_a_link_is_shown_and_never_opened(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    give(window, picture("https://example.org/\u202egnp"))
    qtbot.waitUntil(lambda: "example.org" in said(window))
    assert "\\u202e" in said(window)
    assert "\u202e" not in said(window)
    assert opened == []


def test_an_enrolment_that_can_t_be_true_is_refused_with_every_reason(
    qtbot: QtBot, window: Window
) -> None:
    give(window, picture("otpauth://totp/Wiki:kim?digits=99&period=0"))
    qtbot.waitUntil(lambda: "digits" in said(window))
    assert "period" in said(window)
    assert "key" in said(window).lower()


def test_bad_pictures_among_good_ones_are_told_and_do_not_spoil_them(
    qtbot: QtBot, window: Window, parts: StageParts
) -> None:
    white = pictures.encoded(np.full((50, 50), 255, np.uint8))
    give(window, b"no picture", SAMPLE.read_bytes(), white)
    qtbot.waitUntil(lambda: page_name(window) == "Choose accounts")
    told = window.picking.notice.words
    assert "2 of them can't be added" in told
    assert "There is no picture to read" in told
    assert "No QR code found" in told
    window.picking.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")


def test_the_parts_of_an_export_are_joined_over_several_scans(
    qtbot: QtBot, window: Window, parts: StageParts
) -> None:
    accounts = [account(f"Panel {number}", "kim", number + 1) for number in range(5)]
    links = write_migration(accounts, batch_id=7, per_part=2)
    for number, link in enumerate(reversed(links)):
        give(window, picture(link))
        if number + 1 < len(links):
            qtbot.waitUntil(lambda: "more parts" in said(window))
            qtbot.waitUntil(lambda: not window.scanning.busy.isVisible())
    qtbot.waitUntil(lambda: page_name(window) == "Choose accounts")
    window.picking.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "Codes")
    assert [entry.label.issuer for entry in parts.open_vault().entries()] == [
        one.label.issuer for one in accounts
    ]


def test_reading_can_be_cancelled(
    qtbot: QtBot, window: Window, parts: StageParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    gate = threading.Event()
    really = parts.read_picture
    monkeypatch.setattr(parts, "read_picture", lambda source: gate.wait(20) and really(source))
    give(window, SAMPLE)
    qtbot.waitUntil(lambda: window.scanning.busy.isVisible())
    qtbot.mouseClick(window.scanning.cancel, Qt.MouseButton.LeftButton)
    assert not window.scanning.busy.isVisible()
    gate.set()
    qtbot.wait(200)
    assert page_name(window) == "Scan QR code"
    assert parts.open_vault().entries() == []


# The camera: a film runs through the same code


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return pictures.film(
        tmp_path / "film.avi", pictures.webcam_frames([write_uri(KIM)], size=(640, 480))
    )


def test_a_code_held_before_the_camera_becomes_an_account(
    qtbot: QtBot, window: Window, parts: StageParts, film: Path
) -> None:
    parts.films = {"Desk camera": film}
    assert parts.opened == []
    window.scan()
    qtbot.waitUntil(lambda: page_name(window) == "New code", timeout=15_000)
    assert [str(entry.label) for entry in parts.open_vault().entries()] == ["Wiki: kim"]
    qtbot.waitUntil(lambda: all(camera._closed for camera in parts.opened))


def test_the_camera_is_let_go_when_the_page_closes(
    qtbot: QtBot, window: Window, parts: StageParts, tmp_path: Path
) -> None:
    grey = np.full((480, 640), 128, np.uint8)
    parts.films = {"Desk camera": pictures.film(tmp_path / "long.avi", [grey] * 3000)}
    window.scan()
    qtbot.waitUntil(lambda: window.scanning.picture.has_picture, timeout=15_000)
    window.home()
    qtbot.waitUntil(lambda: parts.opened[0]._closed)
    assert not window.scanning.feed.running


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (NoCamera(0), "No camera found"),
        (CameraBusy(0), "The camera gives no picture"),
        (CameraLost(0), "The camera stopped"),
        (CameraRefused(0), "may not use the camera"),
    ],
)
def test_a_camera_that_fails_is_told_and_the_other_ways_stay(
    qtbot: QtBot, window: Window, parts: StageParts, film: Path, fault: Exception, words: str
) -> None:
    parts.films = {"Desk camera": fault}
    window.scan()
    page = window.scanning
    qtbot.waitUntil(lambda: words in page.picture.accessibleDescription())
    assert page.image.isEnabled()
    assert page.paste_button.isEnabled()
    parts.films = {"Desk camera": film}
    qtbot.mouseClick(page.retry, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page_name(window) == "New code", timeout=15_000)


def test_without_any_camera_none_is_opened(qtbot: QtBot, window: Window, parts: StageParts) -> None:
    window.scan()
    qtbot.waitUntil(lambda: "no camera" in window.scanning.picture.accessibleDescription())
    assert parts.opened == []


def test_of_two_cameras_the_one_used_last_comes_up(
    qtbot: QtBot, window: Window, parts: StageParts, film: Path, tmp_path: Path
) -> None:
    grey = np.full((480, 640), 128, np.uint8)
    other = pictures.film(tmp_path / "other.avi", [grey] * 3000)
    parts.films = {"Built-in": other, "Desk camera": film}
    window.scan()
    qtbot.waitUntil(lambda: window.scanning.cameras.isVisible())
    window.scanning.cameras.setCurrentIndex(1)
    window.scanning.cameras.activated.emit(1)
    qtbot.waitUntil(lambda: page_name(window) == "New code", timeout=15_000)
    assert parts.settings_file.read().camera == "Desk camera"
