"""A vault's file that another program replaces or alters under the open window."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from authenticator.gui.window import Window
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, fill
from tests.gui.test_trash_page import issuers

THERE = Account(Label("From another computer"), Secret(b"12345678901234567890"))


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 3).close()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: opened.codes_page.model.rowCount() == 3)
    return opened


@pytest.mark.parametrize("in_place", [False, True])
def test_replaced_file_is_opened_anew(
    qtbot: QtBot, window: Window, services: FakeServices, tmp_path: Path, in_place: bool
) -> None:
    """As a program does that syncs files: the list is that of the new file, and adding works."""
    shutil.copy(services.home / "vault.db", tmp_path / "before")
    with closing(services.open_vault()) as vault:
        vault.add(THERE)
    qtbot.waitUntil(lambda: THERE.label.issuer in issuers(window))
    if in_place:
        shutil.copyfile(tmp_path / "before", services.home / "vault.db")
    else:
        (tmp_path / "before").replace(services.home / "vault.db")
    qtbot.waitUntil(lambda: window.codes_page.model.rowCount() == 3)
    done: list[object] = []
    window.session.vault_queue.write(lambda vault: vault.add(THERE), done.append, done.append)
    qtbot.waitUntil(lambda: THERE.label.issuer in issuers(window))
    assert done[0].label == THERE.label  # type: ignore[attr-defined]


def test_altered_file_is_told_above_the_list(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    with closing(sqlite3.connect(services.home / "vault.db")) as file, file:
        file.execute("DELETE FROM account WHERE id = (SELECT min(id) FROM account)")
    qtbot.waitUntil(lambda: window.codes_page.model.rowCount() == 2)
    notices = window.codes_page.notices
    qtbot.waitUntil(notices.file_notice.isVisible)
    assert "One account is missing" in notices.file_notice.words
