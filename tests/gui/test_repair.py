"""A damaged vault is repaired from the window, and what came of it is told."""

import sqlite3
from contextlib import closing

from pytestqt.qtbot import QtBot

from authenticator.gui.unlock.unlock_page import UnlockPage
from authenticator.gui.window import Window
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, account, fill
from tests.gui.test_first_start import press

PASSPHRASE = "correct horse"


def _flip(services: FakeServices, words: bytes) -> None:
    file = services.home / "vault.db"
    data = bytearray(file.read_bytes())
    data[data.index(words)] ^= 1
    file.write_bytes(data)


def _page(window: Window) -> UnlockPage:
    page = window.pages.currentWidget()
    assert isinstance(page, UnlockPage)
    return page


def _enter(window: Window, passphrase: str) -> None:
    _page(window).field.entry.setText(passphrase)
    _page(window).unlock.click()


def _says_repaired(window: Window) -> bool:
    notice = window.codes_page.notices.file_notice
    return notice.isVisible() and "repaired" in notice.words


def test_file_that_cannot_be_read_is_repaired(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    fill(services, 3).close()
    _flip(services, b"CREATE TABLE")
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window).startswith("The file with your accounts"))
    press(qtbot, window, "Repair")
    qtbot.waitUntil(lambda: shows_codes(window))
    assert window.codes_page.model.rowCount() == 3
    qtbot.waitUntil(lambda: _says_repaired(window))
    words = window.codes_page.notices.file_notice.words
    assert "3 accounts were rescued" in words
    assert "vault.db.aside-1" in words
    press(qtbot, window, "Dismiss")
    assert not _says_repaired(window)
    assert (services.home / "vault.db.aside-1").exists()


def test_repair_asks_for_the_passphrase(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    lifecycle.create(
        services.home,
        store=StoreKind.SEALED,
        key=KeyKind.PASSPHRASE,
        passphrase=PASSPHRASE,
        cost=CHEAP,
    ).close()
    with closing(services.open_vault(PASSPHRASE)) as vault:
        vault.add(account("Zone", "kim"))
    _flip(services, b"CREATE TABLE")
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window).startswith("The file with your accounts"))
    press(qtbot, window, "Repair")
    qtbot.waitUntil(lambda: page_name(window) == "Unlock")
    _enter(window, "another one")
    qtbot.waitUntil(lambda: page_name(window) == "Unlock" and bool(_page(window).field.error))
    _enter(window, PASSPHRASE)
    qtbot.waitUntil(lambda: shows_codes(window))
    qtbot.waitUntil(lambda: _says_repaired(window))
    assert window.codes_page.model.rowCount() == 1


def test_altered_file_is_repaired_while_it_is_open(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    """The vault's key is at hand, so nobody is asked."""
    fill(services, 3).close()
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    qtbot.waitUntil(lambda: window.codes_page.model.rowCount() == 3)
    with closing(sqlite3.connect(services.home / "vault.db")) as file, file:
        file.execute("UPDATE manifest SET sealed = x'00'")
    notices = window.codes_page.notices
    qtbot.waitUntil(lambda: "damaged" in notices.file_notice.words)
    press(qtbot, window, "Repair")
    qtbot.waitUntil(lambda: _says_repaired(window))
    assert "Whether accounts are missing" in notices.file_notice.words
    done: list[object] = []
    window.session.vault_queue.write(
        lambda vault: vault.add(account("New", "kim")), done.append, done.append
    )
    qtbot.waitUntil(lambda: window.codes_page.model.rowCount() == 4)


def test_file_beyond_repair_is_told_again_and_kept(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    fill(services, 1).close()
    garbage = b"garbage" * 1000
    (services.home / "vault.db").write_bytes(garbage)
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window).startswith("The file with your accounts"))
    begun = []
    window.session.repair.begun.connect(lambda: begun.append(1))
    failed = []
    window.session.failed.connect(failed.append)
    press(qtbot, window, "Repair")
    qtbot.waitUntil(lambda: bool(begun and failed))
    assert page_name(window).startswith("The file with your accounts")
    assert (services.home / "vault.db").read_bytes() == garbage
