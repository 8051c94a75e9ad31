"""A disk that refuses: the window says so, shows no code without the correction, and goes on."""

import os

import pytest
from pytestqt.qtbot import QtBot

from authenticator import files
from authenticator.app.settings import Theme
from authenticator.app.time.correction import measured
from authenticator.clock.boot_clock import this_boot
from authenticator.clock.clock_reading import ClockReading
from authenticator.gui.startup.preload import ThreadPreload, start_preload
from authenticator.gui.unlock.status_page import StatusPage
from authenticator.gui.window import Window
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, fill
from tests.services.refusing_disk import ERRNOS, LOOKS, READS, WRITES, refusing

OFFSET_S = 3600.0


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PAUSES_S", (0.0, 0.0))


@pytest.fixture
def corrected(services: FakeServices) -> FakeServices:
    """Two accounts whose codes follow a correction."""
    fill(services, 2).close()
    boot = this_boot()
    found = measured(OFFSET_S, 0.02, boot, ClockReading.now(steady=boot.read))
    services.settings_file.change(correction=found, theme=Theme.DARK, introduced=True)
    return services


def status_words(window: Window) -> str:
    page = window.pages.currentWidget()
    return page.words if isinstance(page, StatusPage) and page._buttons.count() else ""


@pytest.mark.parametrize("preloading", ["", "thread", "process"])
def test_settings_that_cannot_be_read_open_no_vault_until_they_can(
    qtbot: QtBot, open_window: Open, corrected: FakeServices, preloading: str
) -> None:
    path = corrected.settings_file.path
    content = path.read_bytes()
    with refusing(path, "EIO", READS):
        starts = {"thread": ThreadPreload, "process": start_preload}
        preload = starts[preloading](corrected) if preloading else None
        window = open_window(preload)
        qtbot.waitUntil(lambda: "settings.json" in status_words(window))
        assert not window.session.is_open
        window.pages.currentWidget()._buttons.itemAt(0).widget().click()
        qtbot.waitUntil(lambda: "settings.json" in status_words(window))
    assert path.read_bytes() == content
    again = window.pages.currentWidget()._buttons.itemAt(0).widget()
    assert again.text() == "Try again"
    again.click()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert window.session.clock.offset_s == pytest.approx(OFFSET_S, abs=1)
    assert window.session.settings.theme is Theme.DARK
    assert path.read_bytes() == content


def test_settings_that_only_the_preload_could_read_are_read_again(
    qtbot: QtBot, open_window: Open, corrected: FakeServices
) -> None:
    """The window's own first read failed for a moment; codes wait for the second."""
    preload = ThreadPreload(corrected)
    preload._thread.join()
    with refusing(corrected.settings_file.path, "ESTALE", ("stat",), times=3):
        window = open_window(preload)
        assert window.session.live_settings.unread
    qtbot.waitUntil(lambda: shows_codes(window))
    assert not window.session.live_settings.unread
    assert window.session.clock.offset_s == pytest.approx(OFFSET_S, abs=1)


def test_settings_that_fail_later_leave_codes_as_they_are(
    qtbot: QtBot, open_window: Open, corrected: FakeServices
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    with refusing(corrected.settings_file.path, "EACCES", (*LOOKS, *READS)) as failed:
        window.session._poll_for_changes()
        qtbot.waitUntil(lambda: bool(failed) and not window.session._poll_pending)
        assert window.session.clock.offset_s == pytest.approx(OFFSET_S, abs=1)
        refused: list[Exception] = []
        window.session.change_settings({"tray": True}, lambda _: None, refused.append)
        qtbot.waitUntil(lambda: bool(refused))
    assert corrected.settings_file.read().correction is not None


def test_first_start_with_unreadable_settings_makes_no_vault(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    services.settings_file.change(introduced=True)
    with refusing(services.settings_file.path, "EACCES", READS):
        window = open_window()
        qtbot.waitUntil(lambda: "settings.json" in status_words(window))
    assert not (services.home / "vault.db").exists()


@pytest.mark.parametrize("name", ERRNOS)
def test_window_comes_with_a_home_that_refuses(
    qtbot: QtBot, open_window: Open, corrected: FakeServices, name: str
) -> None:
    with refusing(corrected.home, name, (*LOOKS, *READS, *WRITES)):
        window = open_window()
        absent = ("Welcome", "Introduction") if name == "ENOENT" else ()
        qtbot.waitUntil(lambda: bool(status_words(window)) or page_name(window) in absent)
        assert window.isVisible()
        assert "unexpected" not in status_words(window)


@pytest.mark.parametrize("preloading", [False, True])
def test_home_of_another_user_is_told_and_left_alone(
    qtbot: QtBot,
    open_window: Open,
    corrected: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
    preloading: bool,
) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in corrected.home.iterdir()}
    owner = corrected.home.stat().st_uid
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: owner + 1)
        window = open_window(start_preload(corrected) if preloading else None)
        qtbot.waitUntil(lambda: "belongs to another user" in status_words(window))
    assert {path.name: path.stat().st_mtime_ns for path in corrected.home.iterdir()} == before
    window.pages.currentWidget()._buttons.itemAt(0).widget().click()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert window.session.clock.offset_s == pytest.approx(OFFSET_S, abs=1)


def test_home_that_was_open_to_others_is_closed_and_told_once(
    qtbot: QtBot, open_window: Open, corrected: FakeServices
) -> None:
    corrected.home.chmod(0o777)
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert corrected.home.stat().st_mode & 0o077 == 0
    notice = window.codes_page.notices.notice
    assert "Now only you can" in notice.words
    window.codes_page.notices.dismiss()
    window.lock()
    window.session.open()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert window.codes_page.notices.notice.isHidden()


def test_vault_on_a_disk_that_is_not_mounted_waits_for_it(
    qtbot: QtBot, open_window: Open, corrected: FakeServices
) -> None:
    file, disk = corrected.home / "vault.db", corrected.home / "vault.db.disk"
    file.rename(disk)
    file.symlink_to(corrected.home / "mounted" / "vault.db")
    window = open_window()
    qtbot.waitUntil(lambda: "not there" in status_words(window))
    (corrected.home / "mounted").mkdir()
    disk.rename(corrected.home / "mounted" / "vault.db")
    window.pages.currentWidget()._buttons.itemAt(0).widget().click()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert window.codes_page.model.total == 2


def test_window_comes_where_no_process_can_be_forked(
    corrected: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    assert len(start_preload(corrected).first().entries) == 2
