"""A locked window holds no name, key or code; what was not added yet waits as a sealed draft."""

import gc
from collections.abc import Callable
from itertools import product
from threading import Thread, current_thread, main_thread

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from authenticator.app.desktop import WindowOrder
from authenticator.gui.accounts.edit_dialog import EditDialog
from authenticator.gui.accounts.row import Row, RowState
from authenticator.gui.accounts.row_data import ROW_ROLE
from authenticator.gui.desktop import session_lock
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.desktop.idle_timer import IdleTimer
from authenticator.gui.desktop.instance_messages import Call
from authenticator.gui.startup.preload import start_preload
from authenticator.gui.window import Window
from authenticator.otp.account import Account, Hotp, Label, Totp
from authenticator.otp.code import Code
from authenticator.otp.migration import write_migration
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from authenticator.vault.entry import Entry
from authenticator.vault.errors import KeyringLocked
from authenticator.vault.kinds import StoreKind
from authenticator.vault.seal import Seal
from authenticator.vault.vault import Vault
from tests.gui.conftest import Open, found_names, page_name, shows_codes
from tests.gui.fakes import FakeServices, account, fill

KIM = write_uri(account("Wiki", "kim", 5))
EVE = write_uri(account("Shop", "eve", 6))


Left = Callable[[], list[object]]


@pytest.fixture
def left() -> Left:
    """Return all account and vault objects in memory, except what earlier tests left."""
    kinds = (Secret, Account, Code, Entry, Row, Vault, Seal)

    def look() -> list[object]:
        gc.collect()
        return [
            one for one in gc.get_objects() if issubclass(type(one), kinds)
        ]  # some objects misreport their class

    before = look()
    known = {id(one) for one in before}

    def added() -> list[object]:
        assert len(known) == len(before)  # kept alive, so that no other object gets their ids
        return [one for one in look() if id(one) not in known]

    return added


@pytest.fixture
def window(qtbot: QtBot, left: Left, open_window: Open, services: FakeServices) -> Window:
    fill(services, 3, counting=True).close()
    opened = open_window()
    opened.activateWindow()
    shows_all(qtbot, opened)
    return opened


def shows_all(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: shows_codes(window))
    qtbot.waitUntil(lambda: row(window, 0).state is RowState.CODE)
    qtbot.waitUntil(lambda: row(window, 2).state is RowState.WAITING)


def row(window: Window, number: int) -> Row:
    return window.codes_page.model.index(number).data(ROW_ROLE)


def press(window: Window, key: str = "Ctrl+L") -> None:
    QTest.keySequence(window.focusWidget() or window, key)


def unlock(qtbot: QtBot, window: Window) -> None:
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    try:
        qtbot.waitUntil(lambda: window.session.is_open)
    except BaseException as error:
        error.add_note(f"the page is {page_name(window)!r}, the focus is at {window.focusWidget()}")
        raise


def by_key(window: Window) -> None:
    press(window)


def by_menu(window: Window) -> None:
    window.codes_page.menu_button.click()
    menu = QApplication.activePopupWidget()
    next(one for one in menu.actions() if one.text().startswith("Lock")).trigger()


@pytest.mark.parametrize("way", [by_key, by_menu])
def test_enter_unlocks_locked_window(
    qtbot: QtBot, window: Window, way: Callable[[Window], None]
) -> None:
    way(window)
    assert page_name(window) == "Locked"
    assert not window.session.is_open
    unlock(qtbot, window)
    shows_all(qtbot, window)


def edit(window: Window) -> None:
    window.codes_page.account_actions.edit(row(window, 0))


def show_key(window: Window) -> None:
    window.codes_page.account_actions.show_key(row(window, 0))
    (box,) = window.findChildren(QMessageBox)
    next(one for one in box.buttons() if one.text() == "Show").click()


def take_code(window: Window) -> None:
    window.codes_page.account_actions.copy(row(window, 0))


def count(window: Window) -> None:
    window.codes_page.account_actions.advance_counter(row(window, 2))


def pick(window: Window) -> None:
    window.enrolment.read([DroppedSource("", text=f"{KIM}\n{EVE}")])


def look_closer(window: Window) -> None:
    pick(window)
    while page_name(window) != "Accounts found":
        QTest.qWait(5)
    window.enrolment.review_page().list.details_requested.emit(0)


def type_key(window: Window) -> None:
    window.enrolment.enter_key()
    window.enrolment.enter_key_page().account.entry.setText("kim")
    window.enrolment.enter_key_page().key.entry.setText("JBSWY3DPEHPK3PXP")


def enrol(window: Window) -> None:
    type_key(window)
    window.enrolment.enter_key_page().add.click()


def search(window: Window) -> None:
    window.codes_page.search.setText("zone")


def remove(window: Window) -> None:
    window.codes_page.account_actions.remove([row(window, 0)])


def open_bin(window: Window) -> None:
    window.accounts.open_trash()


def menu(window: Window) -> None:
    window.codes_page._open_menu(row(window, 0), window.mapToGlobal(window.rect().center()))


EVERYWHERE: dict[Callable[[Window], None], Callable[[Window], bool]] = {
    edit: lambda window: bool(window.findChildren(QDialog)),
    show_key: lambda window: page_name(window) == "QR code and key",
    take_code: lambda _: QGuiApplication.clipboard().text().isdigit(),
    count: lambda window: row(window, 2).state is RowState.CODE,
    pick: lambda window: page_name(window) == "Accounts found",
    look_closer: lambda window: page_name(window) == "Details",
    type_key: lambda window: page_name(window) == "Enter the key",
    enrol: lambda window: page_name(window) == "New code",
    search: lambda window: window.codes_page.model.rowCount() == 1,
    remove: lambda window: "toast" in window.__dict__ and window.toast.isVisible(),
    open_bin: lambda window: page_name(window) == "Bin",
    menu: lambda _: QApplication.activePopupWidget() is not None,
}


@pytest.mark.parametrize("do", EVERYWHERE, ids=lambda do: do.__name__)
def test_lock_leaves_nothing_of_any_account_in_memory(
    qtbot: QtBot, window: Window, left: Left, do: Callable[[Window], None]
) -> None:
    """Wherever an account was shown, nothing of it is left in memory."""
    names = [row(window, number).entry.label.issuer for number in range(3)]
    assert left()
    do(window)
    qtbot.waitUntil(lambda: EVERYWHERE[do](window))
    window.lock()
    assert page_name(window) == "Locked"
    assert not QGuiApplication.clipboard().text()
    qtbot.waitUntil(lambda: not left())
    assert [window.pages.widget(at).accessibleName() for at in range(window.pages.count())] == [
        "Locked"
    ]
    assert not [one for one in QApplication.topLevelWidgets() if one.isVisible() and one != window]
    words = [one.text() for kind in (QLabel, QLineEdit) for one in window.findChildren(kind)]
    assert not [name for name in names if any(name in text for text in words)]


def test_lock_leaves_nothing_of_preload_in_memory(
    qtbot: QtBot, left: Left, open_window: Open, services: FakeServices
) -> None:
    fill(services, 3, counting=True).close()
    preload = start_preload(services)
    window = open_window(preload)
    shows_all(qtbot, window)
    window.lock()
    qtbot.waitUntil(lambda: not left())
    assert preload is not None  # kept until here, as the app's start keeps it


def test_locked_window_has_no_active_timer_however_it_got_there(
    qtbot: QtBot, window: Window
) -> None:
    session = window.session

    def open_again() -> None:
        if not session.is_open:
            with qtbot.waitSignal(session.ready):
                session.open()

    def show_while_it_opens() -> None:
        window.lock()
        window.hide()
        with qtbot.waitSignal(session.ready):
            session.open()
            window.show()

    def hide_while_it_opens() -> None:
        window.lock()
        window.show()
        with qtbot.waitSignal(session.ready):
            session.open()
            window.hide()

    steps = (
        window.show,
        window.hide,
        window.lock,
        open_again,
        show_while_it_opens,
        hide_while_it_opens,
    )
    for taken in product(steps, repeat=2):
        for step in taken:
            step()
            wanted = window.isVisible() and session.is_open
            assert session._poll.isActive() is wanted, [one.__name__ for one in taken]


def test_read_under_way_does_not_reach_locked_window(
    qtbot: QtBot, window: Window, left: Left
) -> None:
    id = row(window, 0).entry.id
    window.session.accounts.read_keys([id])
    window.session.accounts.read(id, lambda _: pytest.fail("told"), lambda _: pytest.fail("told"))
    window.session.accounts.edit(id, {"notes": "n"}, lambda _: pytest.fail("told"), lambda _: None)
    window.lock()
    qtbot.waitUntil(lambda: not left())
    assert page_name(window) == "Locked"
    unlock(qtbot, window)
    shows_all(qtbot, window)
    assert row(window, 0).entry.has_notes  # a write already submitted is carried out


def test_lock_saves_copy_counts(qtbot: QtBot, window: Window, services: FakeServices) -> None:
    window.codes_page.account_actions.copy(row(window, 0))
    window.lock()
    qtbot.waitUntil(lambda: services.open_vault().entries()[0].uses == 1)


def test_lock_keeps_other_text_on_clipboard(window: Window) -> None:
    window.codes_page.account_actions.copy(row(window, 0))
    QGuiApplication.clipboard().setText("a line of a letter")
    window.lock()
    assert QGuiApplication.clipboard().text() == "a line of a letter"


def test_unlock_asks_for_passphrase_again(
    qtbot: QtBot, left: Left, open_window: Open, services: FakeServices
) -> None:
    vault = services.create_vault(StoreKind.SEALED, "open sesame")
    vault.add(account("Wiki", "kim"))
    vault.close()
    del vault
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Unlock")
    window.pages.currentWidget().passphrase_entered.emit("open sesame")
    qtbot.waitUntil(lambda: shows_codes(window))
    qtbot.waitUntil(lambda: row(window, 0).state is RowState.CODE)
    window.activateWindow()
    press(window)
    assert page_name(window) == "Unlock"
    qtbot.waitUntil(lambda: not left())
    QTest.keyClicks(window.focusWidget(), "wrong")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "Unlock")
    qtbot.waitUntil(lambda: window.pages.currentWidget().field.error != "")
    QTest.keyClicks(window.focusWidget(), "open sesame")
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: shows_codes(window))


def test_unlock_with_locked_keyring_is_explained_and_retried(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.lock()
    services.fake_keyring.fault = KeyringLocked()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "The keyring is locked")
    services.fake_keyring.fault = None
    unlock(qtbot, window)
    shows_all(qtbot, window)


def test_lock_before_vault_is_open_takes_effect_once_it_is(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    fill(services, 2).close()
    window = open_window()
    window.lock()
    qtbot.waitUntil(lambda: page_name(window) == "Locked")
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: shows_codes(window))


def test_lock_without_vault_does_nothing(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    window.lock()
    assert page_name(window) == "Welcome"


def test_lock_closes_file_dialog_before_its_page(qtbot: QtBot, window: Window, left: Left) -> None:
    window.enrolment.scan()

    def lock_once_it_is_up() -> None:
        if window.findChildren(QFileDialog):
            window.lock()
        else:
            QTimer.singleShot(20, lock_once_it_is_up)

    QTimer.singleShot(0, lock_once_it_is_up)
    window.enrolment.scan_page().choose_file()  # returns when the dialog is closed
    assert page_name(window) == "Locked"
    qtbot.waitUntil(lambda: not left())


# What is not added yet


def sealed(qtbot: QtBot, window: Window) -> bytes:
    """Return the sealed draft once everything submitted so far is done."""
    with qtbot.waitCallback() as done:
        window.session.vault_queue.submit(lambda: None, done, done)
    return window.session.sealed_draft


def test_found_accounts_are_offered_again_after_unlock(qtbot: QtBot, window: Window) -> None:
    pick(window)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    window.lock()
    waits = sealed(qtbot, window)
    assert waits
    assert KIM.encode() not in waits
    assert b"secret" not in waits
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert found_names(window) == ["Wiki: kim", "Shop: eve"]


def test_source_waiting_from_the_start_is_sealed_as_draft(
    qtbot: QtBot, open_window: Open, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(services, 1).close()
    opening: list[Thread] = []
    open_vault = services.open_vault

    def opened(*args: str | None, **named: bytes | None) -> Vault:
        opening.append(current_thread())
        return open_vault(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "open_vault", opened)
    window = open_window(start_preload(services))
    window.enrolment.hand_over([KIM])
    window.lock()
    qtbot.waitUntil(lambda: page_name(window) == "Locked")
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: opened_names(window) == ["Wiki: kim"])
    assert opening
    assert main_thread() not in opening


def test_declined_accounts_are_not_offered_after_unlock(qtbot: QtBot, window: Window) -> None:
    pick(window)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    window.navigation.home()
    window.lock()
    unlock(qtbot, window)
    shows_all(qtbot, window)


def test_sources_handed_over_before_and_during_lock_wait(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    window.lock()
    assert not window.enrolment.opened.under_way()
    window.enrolment.hand_over([EVE])
    assert page_name(window) == "Locked"
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: opened_names(window) == ["Wiki: kim", "Shop: eve"])
    assert window.enrolment.opened.review_page().list.checked_rows() == []


def test_own_work_comes_back_before_what_another_program_opened(
    qtbot: QtBot, window: Window
) -> None:
    type_key(window)
    window.enrolment.hand_over([KIM])
    before = window.enrolment.enter_key_page().draft()
    window.lock()
    waits = sealed(qtbot, window)
    assert KIM.encode() not in waits
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: page_name(window) == "Enter the key")
    assert window.enrolment.enter_key_page().draft() == before
    assert window.enrolment.opened.under_way() == (KIM,)


def opened_names(window: Window) -> list[str]:
    """Return the accounts on the page for what other programs opened, if it is up."""
    page = window.enrolment.opened.review_page()
    return found_names(page.list) if window.pages.currentWidget() is page else []


def test_export_parts_are_restored_after_unlock(qtbot: QtBot, window: Window) -> None:
    accounts = [account("Wiki", f"kim {n}", n) for n in range(3)]
    links = write_migration(accounts, batch_id=1, per_part=1)
    window.enrolment.read([DroppedSource("", text="\n".join(links[:2]))])

    def parts() -> int:
        return "".join(window.enrolment.scan_page().texts).count("otpauth-migration:")

    qtbot.waitUntil(lambda: parts() == 2)
    window.lock()
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: page_name(window) == "Scan QR code")
    qtbot.waitUntil(lambda: parts() == 2)


def test_typed_key_is_restored_after_unlock(qtbot: QtBot, window: Window) -> None:
    type_key(window)
    window.enrolment.enter_key_page().how.digits.entry.setText("8")
    before = window.enrolment.enter_key_page().draft()
    window.lock()
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: page_name(window) == "Enter the key")
    assert window.enrolment.enter_key_page().draft() == before
    assert before["digits"] == "8"


def test_accounts_being_added_are_offered_as_already_there(qtbot: QtBot, window: Window) -> None:
    pick(window)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    window.enrolment.review_page().add.click()
    window.lock()
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert not window.enrolment.review_page().add.isEnabled()
    assert window.session.is_open


def editor(window: Window) -> EditDialog:
    """Return the open dialog."""
    (dialog,) = window.findChildren(EditDialog)
    return dialog


def has_editor(window: Window) -> bool:
    return bool(window.findChildren(EditDialog))


def typed_name() -> str:
    """Built anew each time: literals of the code are in memory anyway."""
    return "eman wen reh"[::-1]


def lies_open() -> list[object]:
    """Return every object that holds `typed_name` in memory."""
    gc.collect()
    found: list[object] = []
    for one in gc.get_objects():
        # The collector does not track containers that hold only texts.
        parts = gc.get_referents(one)
        parts += gc.get_referents(*(part for part in parts if not gc.is_tracked(part)))
        texts = [part.decode("latin-1") if type(part) is bytes else part for part in parts]
        found += [one for text in texts if type(text) is str and typed_name() in text]
    return found


def test_edited_fields_are_sealed_by_lock_and_restored(
    qtbot: QtBot, window: Window, left: Left, services: FakeServices
) -> None:
    typed = {"issuer": " Zone", "groups": '"a, b",, c', "notes": "not saved yet\n", "digits": "99"}
    edit(window)
    dialog = editor(window)
    dialog.account.entry.setText(typed_name())
    dialog.issuer.entry.setText(typed["issuer"])
    dialog.groups.entry.setText(typed["groups"])
    dialog.notes.entry.setPlainText(typed["notes"])
    dialog.more.click()
    dialog.how.digits.entry.setText(typed["digits"])
    del dialog
    window.lock()
    assert typed_name().encode() not in sealed(qtbot, window)
    qtbot.waitUntil(lambda: not left() and not has_editor(window))
    assert not lies_open()
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: has_editor(window))
    dialog = editor(window)
    assert dialog.isVisible()
    assert dialog.draft() == {"account": typed_name(), **typed}
    assert dialog.how.isVisible()
    dialog.how.digits.entry.setText("8")
    dialog.save()
    qtbot.waitUntil(lambda: row(window, 0).entry.label.account == typed_name())
    saved = services.open_vault().entries()[0]
    assert (saved.groups, saved.otp) == (("a, b", "c"), Totp(digits=8))
    assert services.open_vault().notes(saved.id) == "not saved yet"


def test_chosen_icon_is_restored_after_unlock(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    edit(window)
    editor(window).icon.set_picture(b"a new one")
    window.lock()
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: has_editor(window))
    assert editor(window).icon.picture == b"a new one"


def test_unchanged_edit_dialog_stays_closed_after_unlock(qtbot: QtBot, window: Window) -> None:
    edit(window)
    window.lock()
    assert not sealed(qtbot, window)
    unlock(qtbot, window)
    shows_all(qtbot, window)
    assert not has_editor(window)


@pytest.mark.parametrize("end", [EditDialog.save, EditDialog.reject])
def test_saved_or_cancelled_edit_does_not_come_back(
    qtbot: QtBot, window: Window, end: Callable[[EditDialog], None]
) -> None:
    edit(window)
    editor(window).issuer.entry.setText("Zone")
    end(editor(window))
    window.lock()
    assert not sealed(qtbot, window)


def test_edit_keeps_changes_of_another_process(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    """What another process changed meanwhile stays beside what was typed."""
    counting = row(window, 2)
    window.codes_page.account_actions.edit(counting)
    editor(window).how.digits.entry.setText("8")
    window.lock()
    vault = services.open_vault()
    vault.edit(counting.entry.id, label=Label("Renamed", "kim"), notes="n")
    counter = vault.advance_counter(counting.entry.id)
    vault.close()
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: has_editor(window))
    dialog = editor(window)
    assert dialog.issuer.entry.text() == "Renamed"
    assert dialog.notes.entry.toPlainText() == "n"
    assert dialog.draft() == {"digits": "8"}
    dialog.save()
    wanted = Hotp(digits=8, counter=counter + 1)
    qtbot.waitUntil(lambda: services.open_vault().entry(counting.entry.id).otp == wanted)


def test_edit_of_account_removed_meanwhile_is_reported(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    id = row(window, 0).entry.id
    edit(window)
    editor(window).issuer.entry.setText("Zone")
    window.lock()
    vault = services.open_vault()
    vault.remove(id)
    vault.close()
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: shows_codes(window))
    assert not has_editor(window)
    assert "no longer exists" in window.codes_page.notices.notice.words


def test_draft_survives_lock_right_after_unlock(qtbot: QtBot, window: Window) -> None:
    type_key(window)
    before = window.enrolment.enter_key_page().draft()
    window.lock()
    with qtbot.waitSignal(window.session.locked):
        window.session.open()
        window.lock()
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: page_name(window) == "Enter the key")
    assert window.enrolment.enter_key_page().draft() == before


def test_edit_draft_waits_while_its_dialog_is_not_open_yet(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    vault = services.open_vault()
    vault.edit(row(window, 0).entry.id, notes="to be read first")
    vault.close()
    qtbot.waitUntil(lambda: row(window, 0).entry.has_notes)
    edit(window)
    qtbot.waitUntil(lambda: has_editor(window))
    editor(window).issuer.entry.setText("Zone")
    window.lock()
    window.session.ready.connect(window.lock, Qt.ConnectionType.SingleShotConnection)
    with qtbot.waitSignal(window.session.locked):
        window.session.open()
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: has_editor(window))
    assert editor(window).draft() == {"issuer": "Zone"}


def test_draft_is_not_given_to_another_vault(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    pick(window)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    window.lock()
    services.quarantine_vault()
    fill(services, 3, counting=True).close()
    unlock(qtbot, window)
    shows_all(qtbot, window)


# Automatic locking


class Watch:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def idle_of(window: Window, minutes: int) -> tuple[IdleTimer, Watch]:
    watch = Watch()
    idle = IdleTimer(watch, window)
    idle.timed_out.connect(window.lock)
    window.desktop.idle = idle
    window.session.live_settings.settings = window.session.services.settings_file.change(
        lock_after_min=minutes
    )
    window.desktop._set_locks()
    return idle, watch


def some_key(window: Window) -> None:
    QGuiApplication.sendEvent(
        window.windowHandle(),
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier),
    )


def some_move(window: Window) -> None:
    place = QPointF(5, 5)
    QGuiApplication.sendEvent(
        window.windowHandle(),
        QMouseEvent(
            QEvent.Type.MouseMove,
            place,
            place,
            Qt.MouseButton.NoButton,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        ),
    )


@pytest.mark.parametrize("use", [some_key, some_move])
def test_idle_window_locks_after_chosen_time(window: Window, use: Callable[[Window], None]) -> None:
    idle, watch = idle_of(window, 5)
    idle._watch(window.windowHandle())
    watch.now_s += 200
    use(window)
    watch.now_s += 200
    idle._due.timeout.emit()
    assert window.session.is_open
    assert idle._due.remainingTime() == pytest.approx(100_000, abs=2000)
    watch.now_s += 100
    idle._due.timeout.emit()
    assert page_name(window) == "Locked"
    assert not idle._due.isActive()


def test_first_key_after_long_sleep_finds_window_locked(window: Window) -> None:
    idle, watch = idle_of(window, 60)
    idle._watch(window.windowHandle())
    watch.now_s += 8 * 3600
    some_key(window)
    assert page_name(window) == "Locked"


def test_idle_time_restarts_on_unlock(qtbot: QtBot, window: Window) -> None:
    idle, _ = idle_of(window, 5)
    window.lock()
    assert not idle._due.isActive()
    unlock(qtbot, window)
    qtbot.waitUntil(idle._due.isActive)


def test_idle_lock_set_to_never_does_not_start(window: Window) -> None:
    idle, _ = idle_of(window, 0)
    assert not idle._due.isActive()


def test_window_locks_with_session_where_chosen(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    window.settings.open()
    window.settings.page().lock.with_session.click()
    if not session_lock.is_supported():
        assert not window.settings.page().lock.with_session.isEnabled()
        return
    qtbot.waitUntil(lambda: window.desktop.session_lock is not None)
    window.desktop.session_lock.turn(False)
    assert window.session.is_open
    window.desktop.session_lock.turn(True)
    assert page_name(window) == "Locked"
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: shows_codes(window))
    window.settings.open()
    window.settings.page().lock.with_session.click()
    qtbot.waitUntil(lambda: window.desktop.session_lock is None)


def test_idle_time_is_saved_in_settings(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.settings.open()
    after = window.settings.page().lock.after.entry
    after.setFocus()
    assert after.currentText() == "Never"
    for _ in range(2):
        QTest.keyClick(after, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: services.settings_file.read().lock_after_min == 5)
    qtbot.waitUntil(lambda: window.desktop.idle is not None and window.desktop.idle._due.isActive())
    assert after.accessibleName() == "Lock when not in use"


def test_terminal_locks_the_window_and_brings_up_what_unlocks_it(
    qtbot: QtBot, window: Window
) -> None:
    """What comes over the channel does what Ctrl+L does, and nothing that needs a passphrase."""
    window.hide()
    window.desktop._called(Call(order=WindowOrder.LOCK))
    assert page_name(window) == "Locked"
    assert not window.isVisible()
    window.desktop._called(Call(order=WindowOrder.UNLOCK))
    assert window.isVisible()
    assert page_name(window) == "Locked"
