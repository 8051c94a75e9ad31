"""Entering a key: tolerant while typing, every fault at its field, then the code at once."""

from pathlib import Path

import pytest
import segno
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from authenticator.app.codes import code_now
from authenticator.app.digit_grouping import grouped, key_groups
from authenticator.clock.clock import FixedClock
from authenticator.gui.desktop.dropped_sources import file_source
from authenticator.gui.enrolment.enter_key_page import EnterKeyPage
from authenticator.gui.window import Window
from authenticator.otp.account import Account, Algorithm, Hotp, Steam, Totp, account_from_fields
from authenticator.otp.code import code_of_counter
from authenticator.otp.secret import Secret
from authenticator.otp.typed_key import Encoding, read_key
from tests.gui.conftest import Open, agree, page_name
from tests.gui.fakes import FakeServices, fill

AT = 1_700_000_000.0
KEY = "JBSWY3DPEHPK3PXP"
LONG = "QX4M7ZB2TKNE5RYVHD3WCLJ6GAPUFS2I"
HEX = "5f0caf3a0391b2c7d8e96471a0bb2c3d4e5f6071"


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 0).close()
    services.still = FixedClock(AT)
    opened = open_window()
    qtbot.waitUntil(lambda: opened.session.is_open)
    opened.enrolment.enter_key()
    return opened


def test_typed_key_leads_to_page_with_its_first_code(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    page = window.enrolment.enter_key_page()
    qtbot.keyClicks(page.account.entry, "kim@example.org")
    qtbot.keyClicks(page.key.entry, "jbsw-y3dp ehpk 3pxp=")
    qtbot.keyClicks(page.issuer.entry, "Example Panel")
    qtbot.keyClick(page.issuer.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    value = code_now(account_from_fields(key=KEY), AT).value
    assert window.enrolment.first_code_page().code.text() == grouped(value)
    assert window.enrolment.first_code_page().code.font().pixelSize() == 56
    assert window.enrolment.first_code_page().ring.isVisible()
    window.enrolment.first_code_page().copy.click()
    assert QGuiApplication.clipboard().text() == value
    window.enrolment.first_code_page().finish.click()
    assert page_name(window) == "Codes"
    (entry,) = services.open_vault().entries()
    assert str(entry.label) == "Example Panel: kim@example.org"


def test_escape_on_first_code_page_returns_to_list(qtbot: QtBot, window: Window) -> None:
    page = window.enrolment.enter_key_page()
    qtbot.keyClicks(page.key.entry, KEY)
    qtbot.keyClick(page.key.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    qtbot.keyClick(window.enrolment.first_code_page().copy, Qt.Key.Key_Escape)
    assert page_name(window) == "Codes"


@pytest.mark.parametrize("typed", ["", "J", "jb", "JBSW Y3", "====", " - - ", KEY + "=="])
def test_half_typed_key_is_not_a_fault(qtbot: QtBot, window: Window, typed: str) -> None:
    page = window.enrolment.enter_key_page()
    qtbot.keyClicks(page.key.entry, typed)
    assert page.key.error == ""


@pytest.mark.parametrize(
    ("typed", "place", "told"),
    [
        ("jb1w", 3, "at position 3."),
        ("JBSW Y3DP 8", 11, "character 1 of group 3."),
        ("JBSW Y30P", 8, "character 3 of group 2."),
        ("key: JBSW Y30P", 13, "character 3 of group 2."),
        ("ä", 1, "at position 1."),
    ],
)
def test_wrong_character_in_key_is_reported_with_its_place(
    qtbot: QtBot, window: Window, typed: str, place: int, told: str
) -> None:
    page = window.enrolment.enter_key_page()
    page.key.entry.setFocus()
    for letter in typed:
        page.key.entry.insert(letter)
    page.key.entry.textEdited.emit(typed)
    assert told in page.key.error
    page.add.click()
    assert page.key.entry.selectedText() == typed[place - 1]
    assert page_name(window) == "Enter the key"


def test_all_faults_are_shown_at_their_fields_at_once(qtbot: QtBot, window: Window) -> None:
    page = window.enrolment.enter_key_page()
    page.account.entry.setText("x" * 100_000)
    page.how.digits.entry.setText("99")
    page.how.period.entry.setText("often")
    page.add.click()
    for field in (page.account, page.key, page.how.digits, page.how.period):
        assert field.error
        assert field.entry.accessibleDescription() == f"{field.error} {field.hint}".strip()
    assert page.issuer.error == ""
    assert page.more.isChecked()


@pytest.mark.parametrize(
    ("row", "fields", "otp"),
    [
        (0, {"digits": "8", "period": "60"}, Totp(Algorithm.SHA512, 8, 60)),
        (1, {"digits": "7", "counter": "41"}, Hotp(Algorithm.SHA512, 7, 42)),
        (2, {}, Steam()),
    ],
)
def test_more_fields_set_otp_parameters(
    qtbot: QtBot,
    window: Window,
    services: FakeServices,
    row: int,
    fields: dict[str, str],
    otp: object,
) -> None:
    page = window.enrolment.enter_key_page()
    page.more.setChecked(True)
    page.how.type.entry.setCurrentIndex(row)
    page.how.algorithm.entry.setCurrentIndex(2)
    for name, value in fields.items():
        assert getattr(page.how, name).isVisible()
        getattr(page.how, name).entry.setText(value)
    page.account.entry.setText("kim")
    page.key.entry.setText(KEY)
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    # HOTP: the counter shown was saved as used before.
    qtbot.waitUntil(lambda: "•" not in window.enrolment.first_code_page().code.text())
    (entry,) = services.open_vault().entries()
    assert entry.otp == otp
    if isinstance(otp, Hotp):
        account = services.open_vault().account(entry.id)
        assert window.enrolment.first_code_page().code.text() == grouped(
            code_of_counter(account, 41).value
        )
        assert not window.enrolment.first_code_page().ring.isVisible()


def answers(window: Window) -> dict[str, QPushButton]:
    """The buttons of the question below the fields."""
    notice = window.enrolment.enter_key_page().notice
    shown = [one for one in notice.findChildren(QPushButton) if one.isVisible()]
    return {one.text(): one for one in shown}


def enter(window: Window, key: str) -> EnterKeyPage:
    window.enrolment.enter_key()
    page = window.enrolment.enter_key_page()
    page.account.entry.setText("kim")
    page.key.entry.setText(key)
    page.add.click()
    return page


def stored(services: FakeServices) -> list[Account]:
    vault = services.open_vault()
    return [vault.account(entry.id) for entry in vault.entries()]


@pytest.mark.parametrize(
    ("key", "question"),
    [
        (LONG[:31], "31 letters: is one missing?"),
        (f"{LONG}A", "33 letters: is one too many?"),
        (LONG.title(), "Capital and small letters are mixed"),
        ("JBSWY3DP", "only 8 letters"),
        ("abcde-fghij", "recovery code"),
        (HEX, "hex, with 40 digits"),
    ],
)
def test_doubtful_key_is_added_only_after_a_yes(
    qtbot: QtBot, window: Window, services: FakeServices, key: str, question: str
) -> None:
    page = enter(window, key)
    assert page_name(window) == "Enter the key"
    assert question in page.notice.words
    assert services.open_vault().entries() == []
    answers(window)["Use it as it is"].click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    (account,) = stored(services)
    assert account.secret == read_key(key).secret


@pytest.mark.parametrize(
    ("answer", "encoding"), [("It is Base32", Encoding.BASE32), ("It is hex", Encoding.HEX)]
)
def test_key_that_is_hex_or_base32_is_taken_as_the_person_says(
    qtbot: QtBot, window: Window, services: FakeServices, answer: str, encoding: Encoding
) -> None:
    key = "ABCDEF23" * 8
    enter(window, key)
    assert set(answers(window)) == {"It is Base32", "It is hex"}
    answers(window)[answer].click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    (account,) = stored(services)
    assert account.secret == read_key(key, encoding).secret


def test_words_around_a_key_are_left_out_after_a_yes_and_the_key_is_shown(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    page = enter(window, "lain text key" + key_groups(LONG))
    assert "Is 'lain text key' a part of the key?" in page.notice.words
    answers(window)["Leave the words out"].click()
    assert page.key.entry.text() == key_groups(LONG)
    assert services.open_vault().entries() == []
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert [account.secret.base32() for account in stored(services)] == [LONG]


def test_label_before_a_key_is_left_out_and_said(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.enrolment.enter_key()
    page = window.enrolment.enter_key_page()
    page.key.entry.insert(f"Secret = {LONG}")
    assert "'Secret' is no part of the key and was left out." in page.notice.words
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert "left out" in window.enrolment.first_code_page().notice.words
    assert [account.secret.base32() for account in stored(services)] == [LONG]


@pytest.mark.parametrize(
    ("account", "key"), [("kim", f"TOTP {key_groups(LONG)}"), ("Panel Wiki:Kim", LONG)]
)
def test_question_is_in_sight_in_the_smallest_window(
    qtbot: QtBot, window: Window, account: str, key: str
) -> None:
    window.resize(320, 400)
    page = window.enrolment.enter_key_page()
    page.account.entry.setText(account)
    page.key.entry.setText(key)
    page.add.click()
    question = page.notice if account == "kim" else page.name_offer
    view = page.scroll_area.viewport()

    def in_sight() -> bool:
        top = question.mapTo(view, question.rect().topLeft()).y()
        return top >= 0 and top + question.height() <= view.height()

    qtbot.waitUntil(lambda: question.isVisible() and in_sight())


def test_key_that_is_here_under_another_name_is_noticed(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    enter(window, f"Key: {LONG}")
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    window.enrolment.enter_key()
    page = window.enrolment.enter_key_page()
    page.account.entry.setText("lee")
    page.key.entry.setText(LONG.lower())
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert "kim" in window.enrolment.review_page().list.item(0).text()
    assert [str(account.label) for account in stored(services)] == ["kim"]


def test_cleared_key_is_not_brought_back_by_undoing(qtbot: QtBot, window: Window) -> None:
    page = window.enrolment.enter_key_page()
    qtbot.keyClicks(page.key.entry, LONG)
    page.clear()
    page.key.entry.undo()
    page.key.entry.redo()
    assert page.key.entry.text() == page.key.entry.typed() == ""


def test_files_and_pictures_dropped_on_the_key_are_left_to_the_window(window: Window) -> None:
    entry = window.enrolment.enter_key_page().key.entry
    text, file, picture = QMimeData(), QMimeData(), QMimeData()
    text.setText(LONG)
    file.setUrls([QUrl.fromLocalFile("code.png")])
    picture.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    assert entry.canInsertFromMimeData(text)
    assert not entry.canInsertFromMimeData(file)
    assert not entry.canInsertFromMimeData(picture)


def test_names_and_key_are_asked_about_one_after_the_other_and_once(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.enrolment.enter_key()
    page = window.enrolment.enter_key_page()
    page.account.entry.setText("Panel Wiki:Kim")
    page.key.entry.setText(LONG[:31])
    page.add.click()
    assert page.name_offer.isVisible()
    assert not page.notice.isVisible()
    page.name_offer.findChildren(QPushButton)[0].click()
    page.add.click()
    answers(window)["Use it as it is"].click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    (account,) = stored(services)
    assert str(account.label) == "Panel Wiki: Kim"


def test_changed_key_takes_the_question_away(qtbot: QtBot, window: Window) -> None:
    page = enter(window, LONG[:31])
    page.key.entry.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(page.key.entry, LONG[31])
    assert not page.notice.isVisible()


@pytest.mark.parametrize("letters", [16, 26, 32, 42, 52, 103])
def test_groups_that_the_field_makes_raise_no_question(
    qtbot: QtBot, window: Window, letters: int
) -> None:
    page = enter(window, Secret(bytes(range(letters * 5 // 8))).base32())
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert " " in page.key.entry.text()


@pytest.mark.parametrize("letters", [32, 52, 103])
@pytest.mark.parametrize("width", [320, 400])
def test_whole_key_is_seen_in_its_groups(
    qtbot: QtBot, window: Window, letters: int, width: int
) -> None:
    window.resize(width, 640)
    page = window.enrolment.enter_key_page()
    page.key.entry.setText((LONG * 4)[:letters])
    page.key.entry.show_groups()
    assert page.key.entry.text() == key_groups((LONG * 4)[:letters])
    QTest.qWait(50)
    entry = page.key.entry
    assert not entry.verticalScrollBar().isVisible()
    end = QTextCursor(entry.document())
    end.movePosition(QTextCursor.MoveOperation.End)
    assert entry.viewport().rect().contains(entry.cursorRect(end))
    assert entry.viewport().rect().contains(entry.cursorRect(QTextCursor(entry.document())))


@pytest.mark.parametrize(
    ("answer", "issuer", "account"),
    [("Separate them", "Panel Wiki", "Kim"), ("Keep as one name", "", "Panel Wiki:Kim")],
)
def test_name_with_a_colon_is_parted_after_a_yes(
    qtbot: QtBot, window: Window, services: FakeServices, answer: str, issuer: str, account: str
) -> None:
    page = window.enrolment.enter_key_page()
    page.key.entry.setText(LONG)
    page.account.entry.setText("Panel Wiki:Kim")
    page.add.click()
    assert "'Panel Wiki' may be the issuer" in page.name_offer.words
    assert services.open_vault().entries() == []
    offered = page.name_offer.findChildren(QPushButton)
    next(one for one in offered if one.text() == answer).click()
    assert not page.name_offer.isVisible()
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    (entry,) = services.open_vault().entries()
    assert (entry.label.issuer, entry.label.account) == (issuer, account)


@pytest.mark.parametrize(
    "text",
    [
        *(LONG, f"secret={LONG}", HEX, key_groups(LONG.lower())),
        f"Key:\n{key_groups(LONG)[:19]}\n{key_groups(LONG)[20:]}\n",
    ],
)
def test_bare_key_that_is_pasted_waits_for_a_name_and_a_yes(
    qtbot: QtBot, window: Window, services: FakeServices, text: str
) -> None:
    QGuiApplication.clipboard().setText(text)
    window.enrolment.paste()
    qtbot.waitUntil(lambda: page_name(window) == "Enter the key")
    page = window.enrolment.enter_key_page()
    assert read_key(page.key.entry.text()).secret == read_key(text).secret
    assert "without a name" in page.notice.words
    assert page.account.entry.hasFocus()
    assert services.open_vault().entries() == []


@pytest.mark.parametrize("text", [LONG, HEX])
def test_picture_of_a_bare_key_opens_enter_the_key(
    qtbot: QtBot, window: Window, tmp_path: Path, text: str
) -> None:
    segno.make_qr(text).save(tmp_path / "key.png", scale=4)
    window.enrolment.read([file_source(tmp_path / "key.png")])
    qtbot.waitUntil(lambda: page_name(window) == "Enter the key")
    shown = window.enrolment.enter_key_page().key.entry.text()
    assert read_key(shown).secret == read_key(text).secret


@pytest.mark.parametrize("text", ["correct horse battery staple", f"Password: {LONG}", "JBSWY3DP"])
def test_text_that_may_be_a_password_does_not_open_enter_the_key(
    qtbot: QtBot, window: Window, text: str
) -> None:
    QGuiApplication.clipboard().setText(text)
    window.enrolment.paste()
    qtbot.waitUntil(lambda: window.enrolment.scan_page().notice.isVisible())
    assert page_name(window) == "Scan QR code"


@pytest.mark.parametrize("before", ["", "Scan this: ", "<a href='"])
def test_link_in_key_field_is_read_as_enrolment(qtbot: QtBot, window: Window, before: str) -> None:
    page = window.enrolment.enter_key_page()
    link = f"{before}otpauth://totp/Wiki:kim?secret={KEY}&issuer=Wiki"
    page.key.entry.setText(link)
    page.key.entry.textEdited.emit(link)
    agree(qtbot, window)
    assert page.key.entry.text() == ""


def test_duplicate_account_is_offered_instead_of_added(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    for _ in range(2):
        window.enrolment.enter_key()
        page = window.enrolment.enter_key_page()
        assert page.key.entry.text() == ""
        page.account.entry.setText("kim")
        page.issuer.entry.setText("Wiki")
        page.key.entry.setText(KEY)
        page.add.click()
        qtbot.waitUntil(lambda: page_name(window) in ("New code", "Accounts found"))
    assert page_name(window) == "Accounts found"
    assert "already here" in window.enrolment.review_page().list.item(0).text().lower()
    assert not window.enrolment.review_page().add.isEnabled()
    assert len(services.open_vault().entries()) == 1
    window.enrolment.review_page().list.item(0).setCheckState(Qt.CheckState.Checked)
    window.enrolment.review_page().add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert len(services.open_vault().entries()) == 2


def test_code_on_first_code_page_changes_on_time_step(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    end = code_now(account_from_fields(key=KEY), AT).valid_until
    window.session.live_settings.clock = FixedClock(end - 0.1)
    window.enrolment.enter_key_page().key.entry.setText(KEY)
    window.enrolment.enter_key_page().add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    before = window.enrolment.first_code_page().code.text()
    assert (
        window.enrolment.first_code_page().code.font().bold()
        or window.enrolment.first_code_page().code.font().weight() >= 600
    )
    window.session.live_settings.clock = FixedClock(end + 0.0)
    qtbot.waitUntil(lambda: window.enrolment.first_code_page().code.text() != before)
    assert window.enrolment.first_code_page().code.text() == grouped(
        code_now(account_from_fields(key=KEY), end).value
    )


def test_ten_digit_code_fits_narrow_window(qtbot: QtBot, window: Window) -> None:
    window.resize(320, 400)
    page = window.enrolment.enter_key_page()
    page.key.entry.setText(KEY)
    page.how.digits.entry.setText("10")
    page.add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    qtbot.waitUntil(
        lambda: (
            window.enrolment.first_code_page()
            .code.fontMetrics()
            .horizontalAdvance(window.enrolment.first_code_page().code.text())
            <= window.enrolment.first_code_page().code.width()
        )
    )
