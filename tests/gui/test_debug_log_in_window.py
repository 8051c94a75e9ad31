"""The debug log of a window: on as soon as it is chosen, and without any secret."""

import base64
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from authenticator import debug_log
from authenticator.clock.clock import FixedClock
from authenticator.gui.settings.log_folder_row import LogFolderRow
from authenticator.gui.settings.rows import SwitchRow
from authenticator.gui.window import Window
from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret
from authenticator.vault.errors import KeyringAbsent
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, fill

KEY = "JBSWY3DPEHPK3PXP"
NOW_S = 1_764_000_001.0
ISSUER, ACCOUNT, PASSPHRASE, WRONG = "Zone panel", "kim@example.org", "open sesame", "let me in"


@pytest.fixture(autouse=True)
def log_is_stopped() -> Iterator[None]:
    yield
    debug_log.stop()


@pytest.fixture
def log(services: FakeServices) -> Path:
    return services.log_folder / debug_log.FILE_NAME


def press(window: Window, words: str) -> None:
    (one,) = (
        one
        for one in window.pages.currentWidget().findChildren(QPushButton)
        if one.text() == words and one.isVisible()
    )
    one.click()


def forms_of(key: str) -> tuple[str, ...]:
    """The ways in which a key might be written, in lower case."""
    raw = base64.b32decode(key)
    grouped = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    return tuple(
        form.lower()
        for form in (
            key,
            grouped,
            raw.hex(),
            raw.hex(" "),
            base64.b64encode(raw).decode(),
            "otpauth",
        )
    )


def test_enrolment_code_lock_and_unlock_leave_no_secret_in_log(
    qtbot: QtBot, open_window: Open, services: FakeServices, log: Path
) -> None:
    services.debug = True
    services.still = FixedClock(NOW_S)
    services.fake_keyring.fault = KeyringAbsent()
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    window.pages.currentWidget().start.click()
    window.pages.currentWidget().skip.click()
    qtbot.waitUntil(lambda: "Use a sealed file" in texts(window))
    press(window, "Use a sealed file")
    page = window.pages.currentWidget()
    page.first.entry.setText(PASSPHRASE)
    page.second.entry.setText(PASSPHRASE)
    page.make.click()
    qtbot.waitUntil(lambda: window.session.is_open)
    window.enrolment.enter_key()
    page = window.enrolment.enter_key_page()
    page.issuer.entry.setText(ISSUER)
    page.account.entry.setText(ACCOUNT)
    page.key.entry.setText(KEY)
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    window.navigation.home()
    qtbot.waitUntil(lambda: shows_codes(window) and window.codes_page.model.rowCount() == 1)
    window.codes_page.list.setCurrentIndex(window.codes_page.model.index(0))
    code = code_at(Account(Label(ISSUER, ACCOUNT), Secret.from_base32(KEY), Totp()), NOW_S).value

    def copies() -> bool:  # once the key was read
        QTest.keyClick(window.codes_page.list, Qt.Key.Key_Return)
        return QGuiApplication.clipboard().text() == code

    qtbot.waitUntil(copies)
    window.lock()
    qtbot.waitUntil(lambda: page_name(window) in ("Locked", "Unlock"))
    if page_name(window) == "Locked":
        press(window, "Unlock")
        qtbot.waitUntil(lambda: page_name(window) == "Unlock")
    page = window.pages.currentWidget()
    page.field.entry.setText(WRONG)
    page.unlock.click()
    qtbot.waitUntil(lambda: page.field.error.startswith("Wrong passphrase"))
    page.field.entry.setText(PASSPHRASE)
    page.unlock.click()
    qtbot.waitUntil(lambda: shows_codes(window))

    told = log.read_text(encoding="utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600 or os.name == "nt"
    for event in ("vault made", "vault opened", "vault read", "locked"):
        assert f" {event} " in told, told
    assert "WrongPassphrase" in told
    assert "accounts=1" in told
    for secret in (ISSUER, ACCOUNT, "example.org", PASSPHRASE, WRONG, code):
        assert secret.lower() not in told.lower()
    for form in forms_of(KEY):
        assert form not in told.lower()


def texts(window: Window) -> list[str]:
    return [one.text() for one in window.pages.currentWidget().findChildren(QPushButton)]


def row(window: Window) -> SwitchRow:
    window.settings.open()
    (one,) = (
        one for one in window.settings.page().findChildren(SwitchRow) if one.field == "debug_log"
    )
    return one


def test_switch_turns_log_on_and_off_at_once(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    log: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or False)
    fill(services, 1).close()
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert not log.parent.exists()
    switch = row(window).switch
    where = window.settings.page().findChild(LogFolderRow)
    assert where.file.entry.text() == str(log)
    assert not where.open_button.isEnabled()
    switch.click()
    qtbot.waitUntil(lambda: services.settings_file.read().debug_log)
    qtbot.waitUntil(where.open_button.isEnabled)
    window.lock()
    assert " locked " in log.read_text(encoding="utf-8")

    press(window, "Unlock")
    qtbot.waitUntil(lambda: shows_codes(window))
    switch = row(window).switch
    assert switch.isChecked()
    where = window.settings.page().findChild(LogFolderRow)
    where.open_button.click()
    assert [url.toLocalFile() for url in opened] == [str(log.parent)]
    assert window.toast.accessibleName() == "The folder could not be opened"
    switch.click()
    qtbot.waitUntil(lambda: not debug_log.is_on())
    told = log.read_text(encoding="utf-8")
    window.lock()
    assert log.read_text(encoding="utf-8") == told


def test_log_that_was_chosen_is_written_from_the_start(
    qtbot: QtBot, open_window: Open, services: FakeServices, log: Path
) -> None:
    fill(services, 1).close()
    services.settings_file.change(debug_log=True)
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    assert "accounts=1" in log.read_text(encoding="utf-8")


def test_log_that_disk_refuses_is_not_chosen_and_says_why(
    qtbot: QtBot, open_window: Open, services: FakeServices, log: Path
) -> None:
    fill(services, 1).close()
    log.parent.write_text("a file in the way")
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    switch = row(window).switch
    switch.click()
    qtbot.waitUntil(window.settings.page().notice.isVisible)
    assert not switch.isChecked()
    assert not services.settings_file.read().debug_log
