"""The same account again, in the window: update, keep both, leave, put back, replace."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from authenticator.app.digit_grouping import grouped
from authenticator.clock.clock import FixedClock
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.widgets.row_choices import CHOICES_ROLE
from authenticator.gui.window import Window
from authenticator.otp.account import Account, Hotp, Label, Totp
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from authenticator.vault.vault import Vault
from authenticator.wording.relatives import told_apart
from tests.gui.conftest import Open, page_name
from tests.gui.fakes import FakeServices, account, fill

AT = 1_700_000_000.0
DAY_S = 86_400
KIM = account("Wiki", "kim", 7)
LONGER = replace(KIM, otp=Totp(digits=8, period_s=60))
NEW_KEY = replace(KIM, secret=Secret(b"the panel made a new"))


@pytest.fixture
def vault(services: FakeServices) -> Vault:
    """The vault that the window will open: one account, added ten days ago."""
    fill(services, 0).close()
    vault = services.open_vault(now=lambda: AT - 10 * DAY_S)
    vault.add(KIM)
    return vault


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices, vault: Vault) -> Window:
    services.still = FixedClock(AT)
    opened = open_window()
    qtbot.waitUntil(lambda: opened.session.is_open)
    return opened


def find(qtbot: QtBot, window: Window, *accounts: Account) -> None:
    text = "\n".join(map(write_uri, accounts))
    window.enrolment.read([DroppedSource("the text", text=text)])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")


def words(window: Window, row: int = 0) -> list[str]:
    return window.enrolment.review_page().list.item(row).data(CHOICES_ROLE) or []


def chosen(window: Window, row: int = 0) -> str:
    return words(window, row)[window.enrolment.review_page().list.chosen(row)]


def test_corrected_code_is_offered_as_update(qtbot: QtBot, window: Window, vault: Vault) -> None:
    (here,) = vault.entries()
    vault.edit(here.id, groups=["work"], notes="mine", pinned=True)
    find(qtbot, window, LONGER)
    page = window.enrolment.review_page()
    assert words(window) == ["Update", "Keep both", "Leave"]
    assert chosen(window) == "Update"
    assert "6 digits every 30 s" in page.list.item(0).text()
    assert page.add.text() == "Update one account"
    assert page.add.hasFocus()
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert window.enrolment.first_code_page().code.text() == grouped(code_at(LONGER, AT).value)
    (after,) = vault.entries()
    assert (after.id, after.otp, after.groups, after.pinned) == (
        here.id,
        LONGER.otp,
        ("work",),
        True,
    )
    assert vault.notes(here.id) == "mine"
    qtbot.waitUntil(lambda: window.session.accounts.listed == vault.entries())


def test_choice_is_made_by_keys_by_click_and_by_tick(
    qtbot: QtBot, window: Window, vault: Vault
) -> None:
    find(qtbot, window, LONGER)
    page = window.enrolment.review_page()
    rows = page.list
    rows.setFocus()
    seen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(rows, key)
        seen.append((chosen(window), page.add.isEnabled()))
    assert seen == [("Keep both", True), ("Leave", False), ("Leave", False), ("Keep both", True)]
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert chosen(window) == "Leave"
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert chosen(window) == "Update"
    assert rows.item(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("Chosen: Update")
    box = rows.visualItemRect(rows.item(0))
    found = set()
    for x in range(box.left(), box.right(), 6):
        qtbot.mouseClick(
            rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, box.bottom() - 20)
        )
        found.add(chosen(window))
    assert found == {"Update", "Keep both", "Leave"}


def test_update_of_one_among_several_is_chosen_by_its_name(
    qtbot: QtBot, window: Window, vault: Vault
) -> None:
    """A tick alone changes none of them."""
    (kim,) = vault.entries()
    lee = vault.add(replace(KIM, label=Label("Shop", "lee")))
    find(qtbot, window, replace(LONGER, label=Label("Shop", "kim")))
    page = window.enrolment.review_page()
    assert words(window) == ["Keep both", "Update Wiki: kim", "Update Shop: lee", "Leave"]
    assert chosen(window) == "Leave"
    qtbot.keyClick(page.list, Qt.Key.Key_Space)
    assert chosen(window) == "Keep both"
    page.list.choose(0, 2)
    assert page.add.text() == "Update one account"
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert vault.entries()[0] == kim
    assert vault.account(lee.id) == replace(LONGER, label=Label("Shop", "kim"))


def test_several_of_one_name_are_told_apart_by_what_differs(
    qtbot: QtBot, window: Window, vault: Vault
) -> None:
    (first,) = vault.entries()
    second = vault.add(KIM)
    find(qtbot, window, LONGER)
    assert words(window)[1:3] == [f"Update {text}" for text in told_apart([first, second])]
    assert words(window)[2].endswith(f", {second.id}")
    window.navigation.home()
    vault.edit(second.id, otp=Totp(digits=7))
    find(qtbot, window, LONGER)
    assert words(window)[1:3] == [
        "Update Wiki: kim, Time-based, 6 digits every 30 s",
        "Update Wiki: kim, Time-based, 7 digits every 30 s",
    ]


def test_keeping_both_adds_and_leaving_changes_nothing(
    qtbot: QtBot, window: Window, vault: Vault
) -> None:
    before = vault.entries()
    find(qtbot, window, LONGER)
    page = window.enrolment.review_page()
    page.list.choose(0, 2)
    assert not page.add.isEnabled()
    page.list.choose(0, 1)
    assert page.add.text() == "Add one account"
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert [one.otp for one in vault.entries()] == [KIM.otp, LONGER.otp]
    assert vault.entries()[0] == before[0]


def test_among_many_those_that_are_here_stay_as_they_are(
    qtbot: QtBot, window: Window, vault: Vault
) -> None:
    removed = vault.add(account("Bank", "kim", 20))
    vault.remove(removed.id)
    before = vault.entries()
    new = [account("Panel", str(number), 30 + number) for number in range(5)]
    renamed = replace(KIM, label=Label("Elsewhere", "kim"))
    find(qtbot, window, LONGER, renamed, KIM, account("Bank", "kim", 20), *new)
    page = window.enrolment.review_page()
    assert [chosen(window, row) for row in (0, 1, 3)] == ["Leave", "Leave", "Put back"]
    assert words(window, 2) == []
    assert words(window, 3) == ["Put back", "Add anew", "Leave"]
    assert page.list.checked_rows() == [3, 4, 5, 6, 7, 8]
    assert page.add.text() == "Save 6 accounts"
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "Codes")
    assert len(vault.entries()) == 7
    assert before[0] in vault.entries()
    assert removed in vault.entries()
    assert vault.trashed() == []


def test_renamed_account_scanned_again_is_told_by_its_name(
    qtbot: QtBot, window: Window, vault: Vault
) -> None:
    (here,) = vault.entries()
    vault.edit(here.id, label=Label("Work wiki", "kim"))
    find(qtbot, window, KIM)
    text = window.enrolment.review_page().list.item(0).text()
    assert "This key is already here under another name: Work wiki: kim" in text
    assert chosen(window) == "Leave"


def enrol_anew(qtbot: QtBot, window: Window) -> None:
    find(qtbot, window, NEW_KEY)
    page = window.enrolment.review_page()
    assert "added 2023-11-0" in page.list.item(0).text()
    assert page.add.text() == "Add one account"
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")


def test_old_account_is_replaced_once_the_panel_took_the_new_code(
    qtbot: QtBot, window: Window, vault: Vault
) -> None:
    other = vault.add(account("Shop", "kim", 9))
    (old, _) = vault.entries()
    vault.edit(old.id, label=Label("Work wiki", "kim"), groups=["work"], notes="mine", pinned=True)
    enrol_anew(qtbot, window)
    page = window.enrolment.first_code_page()
    assert page.old.isVisible()
    assert "Work wiki: kim" in page.old.words
    page.old.findChild(QPushButton).click()
    qtbot.waitUntil(lambda: "in the bin" in page.old.words)
    assert page._label.text() == "Work wiki"
    new, second = vault.entries()
    assert second == other
    assert (str(new.label), new.groups, new.pinned) == ("Work wiki: kim", ("work",), True)
    assert vault.notes(new.id) == "mine"
    assert vault.account(new.id).secret == NEW_KEY.secret
    assert [one.entry.id for one in vault.trashed()] == [old.id]
    assert vault.account(old.id, in_trash=True).secret == KIM.secret
    page.finish.click()
    qtbot.waitUntil(lambda: window.session.accounts.listed == vault.entries())


def test_old_account_stays_if_nobody_says_the_panel_took_the_code(
    qtbot: QtBot, window: Window, vault: Vault
) -> None:
    enrol_anew(qtbot, window)
    window.enrolment.first_code_page().finish.click()
    old, new = vault.entries()
    assert (vault.account(old.id), vault.account(new.id)) == (KIM, NEW_KEY)


def test_typed_key_of_a_namesake_is_told_before_it_is_added(
    qtbot: QtBot, window: Window, vault: Vault
) -> None:
    window.enrolment.enter_key()
    page = window.enrolment.enter_key_page()
    page.account.entry.setText("kim")
    page.issuer.entry.setText("Wiki")
    page.key.entry.setText(NEW_KEY.secret.base32())
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert "another key" in window.enrolment.review_page().list.item(0).text()
    assert len(vault.entries()) == 1


def test_little_time_is_told_and_the_next_code_awaited(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    page = window.enrolment.first_code_page()
    step = AT // 30 * 30
    for left_s, waits in ((9, False), (8, True), (4, True), (0, False)):
        window.session.live_settings.clock = FixedClock(step + 30 - left_s)
        page.show_account("", KIM)
        assert ("Wait for the next" in page._sentence.text()) is waits
    page.show_account("", replace(KIM, otp=Totp(period_s=6)))
    assert "Wait" not in page._sentence.text()
    page.show_account("", replace(KIM, otp=Hotp()))
    assert "once" in page._sentence.text()
