"""A page in a browser opens links as often as it likes, at any moment. Nothing is added but what a
person has ticked after it was shown, and nothing that she does is disturbed."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from authenticator.gui.desktop.dropped_sources import FILES_LIMIT, WORD_LIMIT, DroppedSource
from authenticator.gui.desktop.instance_messages import Call
from authenticator.gui.enrolment import opened_review_page
from authenticator.gui.enrolment.opened_bar import OpenedBar
from authenticator.gui.enrolment.opened_review_page import OpenedReviewPage
from authenticator.gui.enrolment.scan_page import ScanPage
from authenticator.gui.navigation import PageKey
from authenticator.gui.window import Window
from authenticator.otp.account import Totp
from authenticator.otp.migration import write_migration
from authenticator.otp.uri import write_uri
from authenticator.vault.kinds import StoreKind
from tests.gui.conftest import Open, found_names, page_name, shows_codes
from tests.gui.fakes import FakeServices, account, fill
from tests.services.pictures import qrencode_png

Steps = list[str | int]
"""Keys by name, and links by number, each opened by another program at that moment."""
NAMES = [f"kim {number}" for number in range(8)]
LINKS = [write_uri(account("Wiki", name, 20 + number)) for number, name in enumerate(NAMES)]
KIM, EVE = LINKS[:2]


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 2).close()
    opened = open_window()
    opened.activateWindow()
    qtbot.waitUntil(lambda: shows_codes(opened))
    return opened


def page(window: Window) -> OpenedReviewPage:
    return window.enrolment.opened.review_page()


def offered(window: Window) -> list[str]:
    """Return the accounts on the page for what other programs opened, if it is up."""
    return found_names(page(window).list) if is_looking(window) else []


def is_looking(window: Window) -> bool:
    return window.navigation.is_up(PageKey.OPENED)


def rested(qtbot: QtBot, window: Window) -> OpenedReviewPage:
    """Wait until something was found, and the page takes keys and clicks."""
    qtbot.waitUntil(lambda: bool(offered(window)) and not page(window).is_resting)
    return page(window)


def bar(window: Window) -> OpenedBar | None:
    """Return the bar above the page, if it is there."""
    found = window.findChild(OpenedBar)
    return found if found is not None and found.isVisible() else None


def says(window: Window) -> str:
    shown = bar(window)
    return shown.words if shown is not None else ""


def look(window: Window) -> None:
    shown = bar(window)
    assert shown is not None
    shown.look.click()


def labels(services: FakeServices) -> list[str]:
    """Return the accounts in the vault, as another process sees them."""
    with closing(services.open_vault()) as vault:
        return [str(entry.label) for entry in vault.entries()]


def press(window: Window, key: Qt.Key) -> None:
    """Press a key where the keyboard is, in a dialog if there is one."""
    top = QApplication.activeModalWidget() or window
    QTest.keyClick(top.focusWidget() or top, key)


# The law: no key that was meant for something else adds anything

KEYS = {
    "Enter": Qt.Key.Key_Return,
    "Space": Qt.Key.Key_Space,
    "Tab": Qt.Key.Key_Tab,
    "Escape": Qt.Key.Key_Escape,
    "A": Qt.Key.Key_A,
    "Down": Qt.Key.Key_Down,
    "Right": Qt.Key.Key_Right,
}
ADDS = ("Tab", "Space", "Tab", "Tab", "Enter")
"""What would tick and add the first account, begun with the focus on the text above."""
habits = st.sampled_from(
    [*((key,) for key in KEYS), (0,), (1,), (2,), ADDS[:2], ADDS, ("Space", "Enter")]
)


def one_by_one(strategy: st.SearchStrategy[tuple[str | int, ...]]) -> st.SearchStrategy[Steps]:
    """Return lists of the steps in what the strategy draws."""
    drawn = st.lists(strategy, min_size=1, max_size=12)
    return drawn.map(lambda runs: list(itertools.chain.from_iterable(runs)))


def begin_anew(qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the codes, with nothing typed and a rest that only a test ends."""
    monkeypatch.setattr(opened_review_page, "REST_MS", 3_600_000)
    for other in ("capture_screen", "choose_file"):  # they wait for the desktop
        monkeypatch.setattr(ScanPage, other, lambda _: None)
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    window.enrolment.opened._discard()
    if not window.session.is_open:
        window.unlocking._lock.locked_page().unlock.click()  # does nothing while it opens
        qtbot.waitUntil(lambda: window.session.is_open)
    window.codes_page.search.clear()
    window.navigation.home()
    window.activateWindow()


@contextmanager
def all_read(window: Window, qtbot: QtBot) -> Iterator[None]:
    yield
    flow = window.enrolment.opened
    qtbot.waitUntil(lambda: flow._job is None)
    with qtbot.waitCallback() as done:
        window.session.vault_queue.submit(lambda: None, done, done)


@given(
    begins=st.sampled_from(["codes", "key", "search", "choice", "locked"]), steps=one_by_one(habits)
)
@example(begins="codes", steps=[0, *ADDS])
@example(begins="codes", steps=[0, 1, "Escape", *ADDS, 2, *ADDS])
@example(begins="locked", steps=[0, "Enter", 1, *ADDS])
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_key_within_rest_adds_anything(
    qtbot: QtBot,
    window: Window,
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
    begins: str,
    steps: Steps,
) -> None:
    """For any keys and links that arrive between them, as long as the list has just appeared."""
    begin_anew(qtbot, window, monkeypatch)
    before = labels(services)
    {
        "codes": lambda: None,
        "key": window.enrolment.enter_key,
        "search": window.codes_page.search.setFocus,
        "choice": window.enrolment.add_account,
        "locked": window.lock,
    }[begins]()
    for step in steps:
        if isinstance(step, int):
            with all_read(window, qtbot):
                window.enrolment.hand_over([LINKS[step]])
        else:
            press(window, KEYS[step])
        assert page(window).list.checked_rows() == []
    with all_read(window, qtbot):
        pass
    for dialog in window.findChildren(QDialog):
        dialog.reject()
    assert labels(services) == before


@given(steps=one_by_one(habits | st.just(("wait",))))
@example(steps=[0, "wait", *ADDS])
@example(steps=[0, "wait", "Tab", "Space", 1, "Escape", 2, *ADDS])
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_is_added_that_was_not_ticked_after_it_was_shown(
    qtbot: QtBot,
    window: Window,
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
    steps: Steps,
) -> None:
    """For any keys and links, with the rest over at any moment. What a person sees is remembered
    by name: a row that she ticked with Space while the list stood still in front of her."""
    begin_anew(qtbot, window, monkeypatch)
    before = labels(services)
    ticked: set[str] = set()
    for step in steps:
        if isinstance(step, int):
            with all_read(window, qtbot):
                window.enrolment.hand_over([LINKS[step]])
        elif step == "wait":
            page(window)._rest.stop()
            page(window)._count()
        else:
            found = page(window).list
            row = found.currentRow()
            if step == "Space" and found.hasFocus() and row >= 0 and not page(window).is_resting:
                ticked.add(found.item(row).text().splitlines()[0])
            with all_read(window, qtbot):
                press(window, KEYS[step])
    for dialog in window.findChildren(QDialog):
        dialog.reject()
    now = labels(services)
    assert now[: len(before)] == before
    assert set(now[len(before) :]) <= ticked


def test_keys_lead_to_the_account_once_the_rest_is_over(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.enrolment.hand_over([KIM])
    assert page(window).origin.words.startswith("Opened by another program")
    rested(qtbot, window)
    assert not page(window).add.hasFocus()
    assert not page(window).list.hasFocus()
    press(window, Qt.Key.Key_Tab)
    assert page(window).list.hasFocus()
    press(window, Qt.Key.Key_Space)
    assert page(window).add.isEnabled()
    while not page(window).add.hasFocus():
        press(window, Qt.Key.Key_Tab)
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert labels(services)[-1] == "Wiki: kim 0"


def test_clicks_within_the_rest_tick_nothing(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: bool(offered(window)))
    found = page(window).list
    spot = found.visualItemRect(found.item(0)).center()
    page(window)._begin_rest()

    def click() -> None:
        button, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(found.viewport(), button, no_key, spot)

    click()
    assert found.checked_rows() == []
    rested(qtbot, window)
    click()
    assert found.checked_rows() == [0]


def test_button_says_why_it_rests_and_rests_again_when_the_window_comes_to_the_front(
    qtbot: QtBot, window: Window
) -> None:
    window.enrolment.hand_over([KIM])
    rested(qtbot, window).list.item(0).setCheckState(Qt.CheckState.Checked)
    add = page(window).add
    assert (add.isEnabled(), add.accessibleDescription()) == (True, "")
    window.hide()
    window.show()
    assert not add.isEnabled()
    assert "by habit" in add.accessibleDescription()
    add.click()
    page(window)._pick()
    rested(qtbot, window)
    assert add.isEnabled()
    assert is_looking(window)


def test_what_was_left_within_the_rest_waits_on(qtbot: QtBot, window: Window) -> None:
    """Escape was meant for something else: nobody can have read the list yet."""
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: bool(offered(window)))
    page(window)._begin_rest()
    press(window, Qt.Key.Key_Escape)
    assert shows_codes(window)
    assert says(window) == "Another program opened a link or file."
    look(window)
    rested(qtbot, window)
    press(window, Qt.Key.Key_Escape)
    assert shows_codes(window)
    assert not says(window)


# Nothing is taken away


def typed_key(window: Window) -> Callable[[], object]:
    window.enrolment.enter_key()
    form = window.enrolment.enter_key_page()
    form.account.entry.setText("kim")
    form.key.entry.setText("JBSWY3DPEHPK3PXP")
    return form.draft


def searched(window: Window) -> Callable[[], object]:
    window.codes_page.search.setFocus()
    window.codes_page.search.setText("zo")
    return window.codes_page.search.text


def edited(window: Window) -> Callable[[], object]:
    window.codes_page.account_actions.edit(
        window.codes_page.model.row(window.codes_page.model.index(0))
    )
    QTest.qWait(50)
    (dialog,) = window.findChildren(QDialog)
    dialog.findChildren(QLineEdit)[0].setText("half a na")
    return lambda: [field.text() for field in dialog.findChildren(QLineEdit)]


def settings_typed(window: Window) -> Callable[[], object]:
    window.settings.open()
    field = window.settings.page().findChildren(QLineEdit)[0]
    field.setText("time.exam")
    return field.text


def own_review(window: Window) -> Callable[[], object]:
    """A review of her own, with a PIN that is half typed."""
    with_pin = "motp://Mail:kim?secret=0123456789abcdef"
    window.enrolment.read([DroppedSource("", text=f"{with_pin}\n{EVE}")])
    while not window.navigation.is_up(PageKey.REVIEW):
        QTest.qWait(5)
    own = window.enrolment.review_page()
    (field,) = own.pins.fields.values()
    field.entry.setText("47")
    return lambda: (
        found_names(own.list),
        own.list.checked_rows(),
        [one.entry.text() for one in own.pins.fields.values()],
    )


def own_parts(window: Window) -> Callable[[], object]:
    parts = write_migration(
        [account("Own", f"kim {n}", 50 + n) for n in range(3)], batch_id=7, per_part=1
    )
    window.enrolment.read([DroppedSource("", text=parts[0])])
    scan = window.enrolment.scan_page()
    while not scan.texts:
        QTest.qWait(5)
    return lambda: scan.texts


HALF_DONE = [typed_key, searched, edited, settings_typed, own_review, own_parts]


@pytest.mark.parametrize("do", HALF_DONE, ids=lambda do: do.__name__)
def test_links_wait_beside_what_is_half_done(
    qtbot: QtBot, window: Window, do: Callable[[Window], Callable[[], object]]
) -> None:
    state = do(window)
    before, title = state(), page_name(window)
    focus = (QApplication.activeModalWidget() or window).focusWidget()
    window.enrolment.hand_over([KIM])
    window.enrolment.hand_over([EVE])
    QTest.qWait(50)
    assert (state(), page_name(window)) == (before, title)
    assert (QApplication.activeModalWidget() or window).focusWidget() is focus
    assert says(window) == "Other programs opened 2 links and files."


@pytest.mark.parametrize(
    "do", [do for do in HALF_DONE if do is not edited], ids=lambda do: do.__name__
)
@pytest.mark.parametrize("ends", ["declined", "added", "locked"])
def test_looking_comes_back_to_what_was_half_done(
    qtbot: QtBot,
    window: Window,
    do: Callable[[Window], Callable[[], object]],
    ends: str,
) -> None:
    state = do(window)
    before, title = state(), page_name(window)
    window.enrolment.hand_over([KIM])
    look(window)
    shown = rested(qtbot, window)
    assert offered(window) == ["Wiki: kim 0"]
    assert shown.list.checked_rows() == []
    if ends == "locked":
        window.lock()
        window.unlocking._lock.locked_page().unlock.click()
        own = do in (typed_key, own_review, own_parts)
        qtbot.waitUntil(lambda: window.session.is_open and (own or is_looking(window)))
        assert window.enrolment.opened.under_way() == (KIM,)
        return
    if ends == "added":
        shown.list.item(0).setCheckState(Qt.CheckState.Checked)
        shown.add.click()
    else:
        shown.back.emit()
    went_on = "New code" if ends == "added" and title == "Codes" else title
    qtbot.waitUntil(lambda: page_name(window) == went_on)
    assert state() == before
    assert not says(window)


def test_passphrase_is_typed_on_while_links_arrive(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    services.create_vault(StoreKind.SEALED, "open sesame").close()
    window = open_window()
    window.activateWindow()
    qtbot.waitUntil(lambda: page_name(window) == "Unlock")
    for place, letter in enumerate("open sesame"):
        QTest.keyClick(window.focusWidget(), letter)
        if place < len(LINKS):
            window.enrolment.hand_over([LINKS[place]])
    shown = bar(window)
    assert shown is not None
    assert not shown.look.isVisible()
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(offered(window)) == len(LINKS))
    assert page(window).list.checked_rows() == []


@pytest.mark.parametrize("first", [True, False])
def test_codes_follow_where_the_window_was_opened_by_a_link(
    qtbot: QtBot, open_window: Open, services: FakeServices, first: bool
) -> None:
    """Nobody is led back to the introduction, or to the page that asks for the passphrase."""
    if not first:
        services.create_vault(StoreKind.SEALED, "open sesame").close()
    window = open_window()
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: page_name(window) == ("Welcome" if first else "Unlock"))
    if first:
        window.pages.currentWidget().started.emit()
        window.pages.currentWidget().done.emit()
    else:
        window.pages.currentWidget().passphrase_entered.emit("open sesame")
    rested(qtbot, window)
    press(window, Qt.Key.Key_Escape)
    assert shows_codes(window)


# Bounds


def test_more_than_can_wait_is_refused_and_told(qtbot: QtBot, window: Window) -> None:
    window.settings.open()
    for number in range(2 * FILES_LIMIT):
        window.enrolment.hand_over([write_uri(account("Wiki", f"kim {number}", 3))])
    assert says(window) == (
        "Other programs opened 200 links and files. 200 more were refused: too many were waiting."
    )
    look(window)
    qtbot.waitUntil(lambda: len(offered(window)) == FILES_LIMIT)
    assert page(window).list.checked_rows() == []
    assert not page(window).add.isEnabled()


def test_window_comes_to_the_front_for_what_is_new_and_the_first_refusal_only(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood can't keep the window in front, and nobody who opens one link waits in vain."""
    raised: list[str] = []
    monkeypatch.setattr(window, "bring_to_front", raised.append)
    window.settings.open()
    window.desktop.called.emit(Call(tuple(LINKS[:1]) * FILES_LIMIT, "full"))
    for number in range(5):
        window.desktop.called.emit(Call((EVE,), f"refused {number}"))
    assert raised == ["full", "refused 0"]
    window.desktop.called.emit(Call((), "by hand"))
    assert raised[-1] == "by hand"
    look(window)
    window.desktop.called.emit(Call((EVE,), "still full"))
    assert raised[-1] == "still full"
    assert says(window) == "One more was refused: too many were waiting."


def test_refusal_beside_a_link_is_told(qtbot: QtBot, window: Window) -> None:
    window.desktop.called.emit(Call((KIM, "a\0b"), left_out=3))
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim 0"])
    assert says(window) == (
        "3 more were refused: too many were waiting. "
        "One was refused: it is too long, or no link at all."
    )


def test_call_that_makes_no_sense_is_told(window: Window) -> None:
    window.desktop.call_refused.emit()
    assert says(window) == "One was refused: it is too long, or no link at all."


def test_more_than_can_wait_is_told_after_unlocking_too(qtbot: QtBot, window: Window) -> None:
    window.settings.open()
    window.enrolment.hand_over([KIM] * FILES_LIMIT)
    window.lock()
    window.enrolment.hand_over([EVE] * 7)
    window.unlocking._lock.locked_page().unlock.click()
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim 0"])
    assert len(window.enrolment.opened.under_way()) == FILES_LIMIT
    assert says(window) == "7 more were refused: too many were waiting."


def test_what_waits_can_be_discarded(window: Window) -> None:
    window.settings.open()
    window.enrolment.hand_over([KIM])
    shown = bar(window)
    assert shown is not None
    shown.discard.click()
    assert not says(window)
    assert window.enrolment.opened.under_way() == ()


@pytest.mark.parametrize(
    "word",
    ["otpauth://totp/a?secret=\0", "otpauth://totp/" + "a" * 10_000_000, "x" * (WORD_LIMIT + 1)],
    ids=["NUL", "10 MB", "one too many"],
)
def test_what_can_be_no_link_is_refused_and_told(window: Window, word: str) -> None:
    window.enrolment.hand_over([word])
    assert says(window) == "One was refused: it is too long, or no link at all."
    assert shows_codes(window)


@pytest.mark.parametrize("word", ["-x", "--hidden", "-", "otpauth://", "otpauth:", "x:y", "\udcff"])
def test_what_is_no_link_is_told_on_the_page(qtbot: QtBot, window: Window, word: str) -> None:
    window.enrolment.hand_over([word])
    qtbot.waitUntil(lambda: page(window).notice.isVisible())
    assert not page(window).list.isVisible()
    assert page(window).notice.words


def test_empty_words_are_nothing(window: Window) -> None:
    window.enrolment.hand_over(["", ""])
    assert shows_codes(window)
    assert not says(window)


# What is said


@pytest.mark.parametrize(
    "changed",
    [
        str,
        str.upper,
        lambda name: name.replace("a", "\u00e4"),
        lambda name: name.replace("a", "a\u200b"),
        lambda name: f"{name} ",
        lambda name: "".join(chr(ord(c) + 0xFEE0) if "a" <= c <= "z" else c for c in name),
    ],
    ids=["same", "upper case", "accent", "invisible", "space", "wide"],
)
def test_namesake_with_another_key_is_named(
    qtbot: QtBot, window: Window, services: FakeServices, changed: Callable[[str], str]
) -> None:
    there = labels(services)[0]
    issuer, _, name = there.partition(": ")
    name = changed(name)
    window.enrolment.hand_over([write_uri(account(issuer, name, 90))])
    qtbot.waitUntil(lambda: bool(offered(window)))
    said = page(window).list.item(0).text()
    assert f"You have {there} with another key already" in said
    assert "Adding this makes one more of that name" in said


@pytest.mark.parametrize("known", ["identical", "changed", "renamed"])
def test_known_account_is_left_as_it_is_at_first(
    qtbot: QtBot, window: Window, services: FakeServices, known: str
) -> None:
    with closing(services.open_vault()) as vault:
        entry = vault.entries()[0]
        there = vault.account(entry.id)
    label = there.label
    link = {
        "identical": write_uri(there),
        "changed": write_uri(account(label.issuer, label.account, 0, Totp(digits=8))),
        "renamed": write_uri(there).replace("/totp/", "/totp/x"),
    }[known]
    if known == "changed":
        link = write_uri(there).replace("?", "?digits=8&", 1)
    window.enrolment.hand_over([link])
    qtbot.waitUntil(lambda: bool(offered(window)))
    assert page(window).list.checked_rows() == []


def test_parts_are_joined_only_with_parts_that_came_the_same_way(
    qtbot: QtBot, window: Window
) -> None:
    parts = write_migration(
        [account("Wiki", f"kim {n}", 60 + n) for n in range(3)], batch_id=9, per_part=1
    )
    window.enrolment.read([DroppedSource("", text=parts[0])])
    qtbot.waitUntil(lambda: bool(window.enrolment.scan_page().texts))
    window.enrolment.hand_over([parts[1]])
    look(window)
    qtbot.waitUntil(lambda: "1 of 3 parts" in page(window).origin.words)
    assert offered(window) == ["Wiki: kim 1"]
    window.enrolment.hand_over([parts[2]])
    look(window)
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim 1", "Wiki: kim 2"])
    assert "Missing: 1." in page(window).origin.words


def test_key_alone_is_given_a_name_by_the_person(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    """As for a key that she scans; but not over a form that is half filled in."""
    file = tmp_path / "key.png"
    file.write_bytes(qrencode_png("JBSWY3DPEHPK3PXP"))
    draft = typed_key(window)
    before = draft()
    window.enrolment.hand_over([str(file)])
    look(window)
    qtbot.waitUntil(lambda: "without a name" in page(window).notice.words)
    assert not page(window).notice.findChildren(QPushButton)
    rested_from_nothing(qtbot, window)
    page(window).back.emit()
    assert draft() == before
    window.navigation.home()
    window.enrolment.hand_over([str(file)])
    qtbot.waitUntil(lambda: bool(page(window).notice.findChildren(QPushButton)))
    page(window).notice.findChildren(QPushButton)[0].click()
    assert page_name(window) == "Enter the key"
    assert window.enrolment.enter_key_page().key.entry.text().replace(" ", "") == (
        "JBSWY3DPEHPK3PXP"
    )


def rested_from_nothing(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: not page(window).is_resting)
