"""Hostile and odd names are shown as they are, wherever they are shown."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from authenticator.app.sorting import Order
from authenticator.gui.accounts.delete_confirmation import ask_to_delete
from authenticator.gui.accounts.row import RowState
from authenticator.gui.accounts.show_key_confirmation import ask_to_show_key
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.window import Window
from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from authenticator.vault.entry import Entry
from authenticator.vault.kinds import StoreKind
from authenticator.wording.account_name import name_of
from tests.gui.conftest import Open, agree, page_name, shows_codes
from tests.gui.fakes import FakeServices, account
from tests.gui.test_accounts_page import row

NAMES = {
    "long": "W" * 255,
    "words": "word " * 51,
    "override": "moc.knab\u202egro.elpmaxe",
    "isolate": "\u2067Bank\u2069",
    "controls": "a\tb\x07c\x1b[31md\x7f",
    "zero width": "Goo\u200bgle\u2060\ufeff",
    "filler": "\u3164Bank\u115f",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 🔑",
    "marks": "Z" + "\u0335\u0353\u0301" * 60,
    "html": "<img src='file:///etc/passwd'><b>Bank</b><a href='https://example.org'>",
    "style": "<style>* { font-size: 99px }</style>&amp;&#8238;",
    "mnemonic": "B&ank && Co",
    "arabic": "بنك المدينة (12) Bank",
    "rare": "\U00013000\U0001e900\U00010380",
    "no glyph": "\U00010570\U0001e290\U00012f90\U0002a700\U00030000",
    "private use": "\ue000\U0010fffd",
    "format": "{name} {0} %1 %s",
    "blank": "   ",
}


def accounts() -> list[Account]:
    return [account(name, name, seed + 1) for seed, name in enumerate(NAMES.values())]


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    vault = services.create_vault(StoreKind.KEYRING)
    for one in accounts():
        entry = vault.add(one)
        vault.edit(entry.id, groups=[one.label.issuer[:40]])
    vault.close()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: row(opened, 0).state is RowState.CODE)
    return opened


def place_of(window: Window, name: str) -> int:
    wanted = account(NAMES[name], "", 1).label.issuer
    rows = range(window.codes_page.model.rowCount())
    return next(n for n in rows if row(window, n).entry.label.issuer == wanted)


def widgets(window: Window) -> Iterator[QWidget]:
    """Yield every visible widget of the window and of what is on top of it."""
    for one in window.findChildren(QWidget):
        if one.isVisible():
            yield one


STEERING = set("\u202a\u202b\u202d\u202e\u2067\u200b\u2060\ufeff\x07\x1b\u3164\u115f")


def check(window: Window) -> None:
    """Assert that every label is plain text, without control or bidi characters."""
    for one in widgets(window):
        assert "<" not in one.toolTip()
        if isinstance(one, QLabel) and one.text():
            assert one.textFormat() is Qt.TextFormat.PlainText, one.text()
        if isinstance(one, QLabel | QAbstractButton):
            assert not STEERING & set(one.text()), one.text()
        assert not STEERING & set(one.accessibleName()), one.accessibleName()
    assert not STEERING & set(window.windowTitle())
    assert window.width() <= 400


def test_list_draws_and_announces_every_name(qtbot: QtBot, window: Window) -> None:
    view, model = window.codes_page.list, window.codes_page.model
    for size in ((320, 400), (400, 640), (900, 640)):
        window.resize(*size)
        for number in range(model.rowCount()):
            view.scrollTo(model.index(number))
            assert not view.grab().isNull()
            assert view.visualRect(model.index(number)).height() == view.row_layout.height
            spoken = model.index(number).data(Qt.ItemDataRole.AccessibleTextRole)
            assert not STEERING & set(spoken)
    window.resize(400, 640)
    check(window)


def test_characters_missing_in_every_font_are_visible(qtbot: QtBot, window: Window) -> None:
    view = window.codes_page.list
    known = [view.fontMetrics().inFontUcs4(ord(letter)) for letter in NAMES["no glyph"]]
    if all(known):
        pytest.skip("this computer has letters for everything")

    index = window.codes_page.model.index(place_of(window, "no glyph"))
    view.scrollTo(index)
    first, _ = view.row_layout.names(view.visualRect(index), 0, alone=False)
    seen = view.viewport().grab(first).toImage()
    assert len({seen.pixel(x, y) for x in range(seen.width()) for y in range(seen.height())}) > 1


@pytest.mark.parametrize("name", NAMES)
def test_every_place_shows_account_name_as_plain_text(
    qtbot: QtBot, window: Window, name: str
) -> None:
    number = place_of(window, name)
    one = row(window, number)
    window.codes_page.list.setCurrentIndex(window.codes_page.model.index(number))
    qtbot.waitUntil(lambda: row(window, number).state is RowState.CODE)
    window.codes_page.account_actions.copy(row(window, number))
    qtbot.waitUntil(window.toast.isVisible)
    check(window)
    for ask in (
        lambda: ask_to_show_key(window, name_of(one.entry), lambda: None),
        lambda: ask_to_delete(window, [name_of(one.entry)], lambda: None),
    ):
        box = ask()
        check(window)
        box.reject()
    window.codes_page._open_menu(one, QPoint(0, 0))
    for menu in window.codes_page.findChildren(QMenu):
        menu.close()
    window.codes_page.account_actions.edit(one)
    dialog = next(iter(window.findChildren(QDialog)))
    assert dialog.issuer.entry.text().strip() == one.entry.label.issuer
    check(window)
    dialog.reject()
    window.accounts.show_key(one.entry)
    qtbot.waitUntil(lambda: page_name(window) == "QR code and key")
    check(window)
    window.enrolment.first_code_page().show_account(one.entry.id, account(NAMES[name], "kim", 1))
    window.navigation.show(window.enrolment.first_code_page())
    qtbot.wait(10)
    check(window)
    window.navigation.home()
    window.codes_page.search.setText(NAMES[name] + " zebra")
    check(window)
    window.codes_page.search.clear()
    window.codes_page.account_actions.remove([row(window, place_of(window, name))])
    window.accounts.open_trash()
    qtbot.waitUntil(lambda: window.accounts.trash_page().list.count() == 1)
    check(window)


def test_name_of_100_000_characters_is_refused_briefly(qtbot: QtBot, window: Window) -> None:
    link = f"otpauth://totp/{'W' * 100_000}?secret=JBSWY3DPEHPK3PXP"
    window.enrolment.read([dropped_sources.DroppedSource("the text", text=link)])
    qtbot.waitUntil(lambda: "has 100,000 characters; the limit is 255" in said(window))
    assert len(said(window)) < 5_000
    check(window)
    window.navigation.home()
    window.codes_page.search.setText("W" * 100_000)
    assert len(said(window)) < 5_000
    check(window)


def said(window: Window) -> str:
    return " ".join(one.text() for one in widgets(window) if isinstance(one, QLabel))


def test_ten_thousand_accounts_of_same_name_are_told_apart_by_place(
    qtbot: QtBot, window: Window
) -> None:
    model, view = window.codes_page.model, window.codes_page.list
    same = [Entry(f"id{n}", Label("Bank", "kim"), Totp()) for n in range(10_000)]
    read: list[str] = []
    model.codes.keys_requested.disconnect(window.session.accounts.read_keys)
    model.codes.keys_requested.connect(read.extend)
    window.codes_page.set_entries(same)
    view.setCurrentIndex(model.index(7_000))
    for order in Order:
        model.set_order(order)
        assert [model.id_of(place) for place in (0, 5_000, 9_999)] == ["id0", "id5000", "id9999"]
        assert view.current_row().entry.id == "id7000"
    model.set_order(Order.OWN)
    window.codes_page.search.setText("kim bank")
    assert model.rowCount() == 10_000
    window.codes_page.search.setText("kim zebra")
    assert model.rowCount() == 0
    window.codes_page.search.clear()
    model.move([9_999], 0)
    assert model.id_of(0) == "id9999"
    qtbot.waitUntil(lambda: bool(read))
    assert len(read) < 200
    assert not view.grab().isNull()


@pytest.fixture
def crowd(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    """A window on a vault of ten thousand accounts of one name, each with a key of its own."""
    vault = services.create_vault(StoreKind.SEALED)
    vault._index._database.execute("PRAGMA synchronous = OFF")  # a crash may lose data here
    for number in range(10_000):
        vault.add(Account(Label("Bank", "kim"), Secret(number.to_bytes(20, "big"))))
    vault.close()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened) and row(opened, 0).state is RowState.CODE)
    return opened


def test_change_among_ten_thousand_same_names_affects_only_chosen_account(
    qtbot: QtBot, crowd: Window, services: FakeServices
) -> None:
    model, view = crowd.codes_page.model, crowd.codes_page.list
    before = [model.id_of(place) for place in range(10_000)]
    view.setCurrentIndex(model.index(7_000))
    view.scrollTo(model.index(7_000))
    qtbot.waitUntil(lambda: row(crowd, 7_000).state is RowState.CODE)
    assert row(crowd, 7_000).code != row(crowd, 0).code

    QTest.keyClick(view, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: bool(crowd.findChildren(QDialog)))
    (dialog,) = crowd.findChildren(QDialog)
    dialog.account.entry.setText("eve")
    dialog.save()
    qtbot.waitUntil(lambda: row(crowd, 7_000).entry.label.account == "eve")
    crowd.codes_page.search.setText("eve")
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert row(crowd, 0).entry.id == before[7_000]
    crowd.codes_page.search.clear()
    qtbot.waitUntil(lambda: model.rowCount() == 10_000)

    view.setCurrentIndex(model.index(5_000))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: model.rowCount() == 9_999)
    assert model.id_of(5_000) == before[5_001]
    with closing(services.open_vault()) as vault:  # as another process sees it
        qtbot.waitUntil(lambda: [one.entry.id for one in vault.trashed()] == [before[5_000]])
        names = [(one.id, one.label.account) for one in vault.entries()]
    eve = before[7_000]
    assert names == [(id, "eve" if id == eve else "kim") for id in before if id != before[5_000]]


def test_account_is_added_beside_ten_thousand_of_same_name(qtbot: QtBot, crowd: Window) -> None:
    link = write_uri(account("Bank", "kim", 1))
    crowd.enrolment.read([dropped_sources.DroppedSource("", text=link)])
    agree(qtbot, crowd)
    qtbot.waitUntil(lambda: crowd.codes_page.model.total == 10_001)
    crowd.enrolment.read([dropped_sources.DroppedSource("", text=link)])
    qtbot.waitUntil(lambda: page_name(crowd) == "Accounts found")
    assert "This account is already here." in said(crowd)


def test_hostile_link_is_plain_text_on_review_page(qtbot: QtBot, window: Window) -> None:
    link = (
        "otpauth://totp/%3Cb%3EBank%3C%2Fb%3E%E2%80%AE:kim?secret=JBSWY3DPEHPK3PXP"
        "&issuer=%3Cb%3EBank%3C%2Fb%3E%E2%80%AE"
    )
    window.enrolment.read([dropped_sources.DroppedSource("<b>the text</b>", text=link)])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    check(window)
    assert "\\u202e" in window.enrolment.review_page().list.item(0).text()
    QTest.keyClick(window.enrolment.review_page().add, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    check(window)
    QGuiApplication.clipboard().clear()


def test_confirmation_questions_are_plain_text(qtbot: QtBot, window: Window) -> None:
    asked: list[Callable[[], QMessageBox]] = [
        lambda: ask_to_show_key(window, "<b>x</b>", lambda: None),
        lambda: ask_to_delete(window, ["<b>x</b>"], lambda: None),
    ]
    for ask in asked:
        box = ask()
        assert box.textFormat() is Qt.TextFormat.PlainText
        assert "<b>x</b>" in box.text()
        box.reject()
