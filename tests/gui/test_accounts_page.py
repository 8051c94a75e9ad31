"""The accounts page: copying, searching, editing, counters, changes by other processes."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from authenticator.app.codes import code_now
from authenticator.app.sorting import Order
from authenticator.clock.clock import FixedClock
from authenticator.gui.accounts import search
from authenticator.gui.accounts.edit_dialog import EditDialog
from authenticator.gui.accounts.row import Row, RowState
from authenticator.gui.accounts.row_data import ROW_ROLE
from authenticator.gui.startup.preload import start_preload
from authenticator.gui.window import Window
from authenticator.otp.account import Label, Totp
from authenticator.otp.code import code_of_counter
from authenticator.vault.entry import Entry
from authenticator.vault.errors import KeyringFailed
from authenticator.vault.vault import Vault
from authenticator.wording.account_name import name_of
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, account, fill

AT = 1_700_000_000.0


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 5, counting=True).close()
    services.still = FixedClock(AT)
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: row(opened, 0).state is RowState.CODE)
    qtbot.waitUntil(lambda: row(opened, 4).state is RowState.WAITING)
    return opened


def row(window: Window, number: int) -> Row:
    return window.codes_page.model.index(number).data(ROW_ROLE)


def value(window: Window, services: FakeServices, number: int) -> str:
    return code_now(services.open_vault().account(row(window, number).entry.id), AT).value


def spot(window: Window, number: int) -> QPoint:
    return window.codes_page.list.visualRect(window.codes_page.model.index(number)).center()


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def click(window: Window, place: QPoint) -> None:
    QTest.mouseClick(
        window.codes_page.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0), place
    )


@pytest.mark.parametrize("number", range(4))
def test_click_copies_code_of_its_row(
    qtbot: QtBot, window: Window, services: FakeServices, number: int
) -> None:
    click(window, spot(window, number))
    assert clipboard() == value(window, services, number)
    assert window.toast.isVisible()
    assert row(window, number).entry.label.issuer[:10] in window.toast.accessibleName()


def test_arrows_and_enter_copy_code(qtbot: QtBot, window: Window, services: FakeServices) -> None:
    view = window.codes_page.list
    view.setCurrentIndex(window.codes_page.model.index(0))
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert clipboard() == value(window, services, 1)


def test_copy_of_row_not_redrawn_gives_current_code(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    """A copied code is valid now, even if its row has not been redrawn since."""
    window.session.live_settings.clock = FixedClock(AT + 3600)
    click(window, spot(window, 0))
    kept = services.open_vault().account(row(window, 0).entry.id)
    assert clipboard() == code_now(kept, AT + 3600).value


def test_typing_on_list_starts_search(qtbot: QtBot, window: Window, services: FakeServices) -> None:
    QTest.keyClicks(window.codes_page.list, "g")
    QTest.keyClicks(window.codes_page.search, "it")
    assert window.codes_page.search.text() == "git"
    assert window.codes_page.model.rowCount() == 1
    QTest.keyClick(window.codes_page.search, Qt.Key.Key_Return)
    assert clipboard() == value(window, services, 0)
    QTest.keyClick(window.codes_page.search, Qt.Key.Key_Escape)
    assert window.codes_page.model.rowCount() == 5


def test_typing_on_button_starts_search_and_escape_in_list_ends_it(
    qtbot: QtBot, window: Window
) -> None:
    QTest.keyClicks(window.codes_page.menu_button, "m")
    assert window.codes_page.search.text() == "m"
    QTest.keyClick(window.codes_page.search, Qt.Key.Key_Down)
    assert window.codes_page.list.currentIndex().row() == 0
    QTest.keyClick(window.codes_page.list, Qt.Key.Key_Escape)
    assert window.codes_page.search.text() == ""
    assert window.codes_page.model.rowCount() == 5


def test_search_over_many_accounts_prepares_in_background(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = window.codes_page.model.finder
    window.codes_page.searching.prepare()
    assert "background" not in window.session.__dict__
    monkeypatch.setattr(search, "MANY", 5)
    window.codes_page.searching.prepare()
    qtbot.waitUntil(lambda: "_texts" in finder.__dict__)


def test_search_without_match_names_words_and_can_be_cleared(qtbot: QtBot, window: Window) -> None:
    window.codes_page.search.setText("nobody")
    assert "nobody" in window.codes_page.stack.no_match.words.text()
    (clear,) = window.codes_page.stack.no_match.findChildren(QPushButton)
    clear.click()
    assert window.codes_page.model.rowCount() == 5


def test_counter_is_saved_before_its_code_is_shown(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    entry = row(window, 4).entry
    rect = window.codes_page.list.visualRect(window.codes_page.model.index(4))
    for counter in range(3):
        click(window, window.codes_page.list.row_layout.next_button(rect).center())
        qtbot.waitUntil(
            lambda counter=counter: (
                row(window, 4).code is not None and row(window, 4).code.counter == counter
            )
        )
        vault = services.open_vault()
        assert vault.entry(entry.id).otp.counter == counter + 1
        assert row(window, 4).code == code_of_counter(vault.account(entry.id), counter)
    click(window, QPoint(rect.left() + 100, rect.center().y()))
    assert clipboard() == row(window, 4).code.value


def test_enter_on_hotp_account_takes_next_code(qtbot: QtBot, window: Window) -> None:
    view = window.codes_page.list
    view.setCurrentIndex(window.codes_page.model.index(4))
    QTest.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: row(window, 4).state is RowState.CODE)
    QTest.keyClick(view, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: row(window, 4).code.counter == 1)


def test_enter_in_search_copies_best_match(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.codes_page.search.setText("m")
    assert window.codes_page.model.rowCount() > 1
    assert row(window, 0).entry.label.issuer == "Mail"
    best = value(window, services, 0)
    qtbot.waitUntil(lambda: row(window, 0).state is RowState.CODE)
    QTest.keyClick(window.codes_page.search, Qt.Key.Key_Return)
    assert clipboard() == best


def test_f2_in_search_edits_account_that_enter_would_copy(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.codes_page.list.setCurrentIndex(window.codes_page.model.index(4))
    for words, names in (("m", ["Mail"]), ("nobody", [])):
        window.codes_page.search.setText(words)
        QTest.keyClick(window.codes_page.search, Qt.Key.Key_F2)
        dialogs = window.findChildren(EditDialog)
        assert [dialog.issuer.entry.text() for dialog in dialogs] == names
        for dialog in dialogs:
            dialog.reject()
        qtbot.waitUntil(lambda: not window.findChildren(EditDialog))


def test_enter_before_key_is_read_copies_once_it_is(
    qtbot: QtBot, window: Window, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = value(window, services, 1)
    QGuiApplication.clipboard().clear()
    asked: list[tuple[str, ...]] = []
    window.codes_page.model.codes.keys_requested.disconnect(window.session.accounts.read_keys)
    window.codes_page.model.codes.keys_requested.connect(asked.append)
    window.codes_page.model.codes.forget(row(window, 1).entry.id)
    window.codes_page.search.setText("git")
    QTest.keyClick(window.codes_page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asked))
    assert clipboard() == ""
    window.session.accounts.read_keys(asked[0])
    qtbot.waitUntil(lambda: clipboard() == best)


def test_changed_search_cancels_pending_copy(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    QGuiApplication.clipboard().clear()
    window.codes_page.model.codes.keys_requested.disconnect(window.session.accounts.read_keys)
    id = row(window, 1).entry.id
    window.codes_page.model.codes.forget(id)
    window.codes_page.search.setText("git")
    QTest.keyClick(window.codes_page.search, Qt.Key.Key_Return)
    window.codes_page.search.setText("gi")
    window.session.accounts.read_keys((id,))
    qtbot.waitUntil(lambda: row(window, 0).state is RowState.CODE)
    assert clipboard() == ""


def test_copy_counts_are_saved_when_window_is_hidden(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    for number in (1, 1, 2):
        click(window, spot(window, number))
    assert [entry.uses for entry in services.open_vault().entries()] == [0, 0, 0, 0, 0]
    window.hide()
    qtbot.waitUntil(
        lambda: [entry.uses for entry in services.open_vault().entries()] == [0, 2, 1, 0, 0]
    )
    assert services.open_vault().entries()[1].last_used_s == int(AT)


def test_copy_counts_are_saved_on_shutdown(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    click(window, spot(window, 0))
    window.shut_down()
    window.session.close()
    assert services.open_vault().entries()[0].uses == 1


def test_context_menu_offers_what_row_supports(qtbot: QtBot, window: Window) -> None:
    def words(number: int) -> list[str]:
        window.codes_page._open_menu(row(window, number), QPoint(0, 0))
        menu = window.codes_page.findChildren(QMenu)[-1]
        menu.close()
        return [one.text().split("\t")[0] for one in menu.actions() if one.text()]

    key = "Show QR code and key…"
    assert words(0) == [
        *("Copy", "Copy next code", "Edit…", "Pin on top"),
        *(key, "Move up", "Move down", "Remove"),
    ]
    window.codes_page.model.set_order(Order.ISSUER)
    last = next(n for n in range(5) if row(window, n).is_hotp)
    assert words(last) == ["Next code", "Edit…", "Pin on top", key, "Remove"]


def test_change_by_another_process_appears_within_two_seconds(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    def count() -> int:
        return window.codes_page.model.rowCount()

    other = services.open_vault()
    entry = other.add(account("From elsewhere", "kim", 99))
    qtbot.waitUntil(
        lambda: "From elsewhere" in [row(window, n).entry.label.issuer for n in range(count())]
    )
    other.remove(entry.id)
    qtbot.waitUntil(lambda: count() == 5)


def test_preloaded_accounts_are_read_again_only_after_a_write(
    qtbot: QtBot, open_window: Open, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was preloaded is read again only once another process wrote."""
    other = fill(services, 3)
    opened = open_window(start_preload(services))
    qtbot.waitUntil(lambda: shows_codes(opened))
    read: list[Vault] = []
    entries = Vault.entries

    def reading(vault: Vault) -> list[Entry]:
        read.append(vault)
        return entries(vault)

    def look_for_changes() -> None:
        with qtbot.waitCallback() as done:
            opened.session._poll_for_changes()
            opened.session.vault_queue.submit(lambda: None, done, done)

    monkeypatch.setattr(Vault, "entries", reading)
    for _ in range(2):
        look_for_changes()
        assert not read
    other.add(account("From elsewhere", "kim", 99))
    look_for_changes()
    assert len(read) == 1
    assert opened.codes_page.model.total == 4


def test_hidden_window_neither_polls_nor_refreshes(qtbot: QtBot, window: Window) -> None:
    assert window.session._poll.isActive()
    assert window.codes_page.list.rings.timer.isActive()
    window.hide()
    assert not window.session._poll.isActive()
    assert not window.codes_page.list.rings.timer.isActive()
    assert not window.codes_page.model.codes._refresh_timer.isActive()
    window.show()
    assert window.session._poll.isActive()
    assert window.codes_page.list.rings.timer.isActive()


def test_keyring_failing_while_open_is_reported_and_retried(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    services.fake_keyring.fault = KeyringFailed("DBusError")
    window.codes_page.account_actions.edit(row(window, 0))
    (dialog,) = window.findChildren(EditDialog)
    dialog.issuer.entry.setText("Other")
    dialog.save()
    qtbot.waitUntil(
        lambda: "The keyring reported an error" in window.codes_page.notices.notice.words
    )
    assert page_name(window) == "Codes"
    services.fake_keyring.fault = None


def test_dismissed_notice_is_shown_again(qtbot: QtBot, window: Window) -> None:
    for _ in range(2):
        window.codes_page.show_error(KeyringFailed("DBusError"))
        qtbot.waitUntil(lambda: window.codes_page.notices.notice.isVisible())
        assert window.codes_page.notices.notice.height() > 40
        window.codes_page.notices.dismiss()
        qtbot.waitUntil(lambda: not window.codes_page.notices.area.isVisible())


def test_damaged_account_is_shown_and_others_work(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    tmp_path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from PySide6.QtWidgets import QFileDialog

    vault = fill(services, 3)
    ids = [entry.id for entry in vault.entries()]
    vault.close()
    (name,) = (name for name in services.fake_keyring.items if name == ids[1])
    services.fake_keyring.items[name] = "something else"
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    qtbot.waitUntil(lambda: row(window, 1).state in (RowState.UNREAD, RowState.DAMAGED))
    qtbot.waitUntil(lambda: row(window, 2).state is RowState.CODE)
    assert row(window, 0).state is RowState.CODE
    assert "One account is damaged" in window.codes_page.notices.damage_notice.words
    target = tmp_path / "left.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (str(target), ""))
    window.codes_page.account_actions.save_raw(row(window, 1))
    qtbot.waitUntil(target.exists)
    qtbot.waitUntil(lambda: target.read_text() != "")
    assert "something else" in target.read_text()
    assert target.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (Entry("1", Label(), Totp(), damaged=True), "the damaged account"),
        (Entry("2", Label(), Totp()), "the account without a name"),
        (Entry("3", Label("Wiki", "kim\u202e"), Totp()), "Wiki: kim\\u202e"),
    ],
)
def test_account_name_in_question_is_never_empty(qtbot: QtBot, entry: Entry, words: str) -> None:
    assert name_of(entry) == words


def test_damaged_account_can_be_removed(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    vault = fill(services, 2)
    ids = [entry.id for entry in vault.entries()]
    vault.close()
    services.fake_keyring.items[ids[0]] = "something else"
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    qtbot.waitUntil(lambda: row(window, 0).state in (RowState.UNREAD, RowState.DAMAGED))
    window.codes_page.account_actions.remove([row(window, 0)])
    qtbot.waitUntil(lambda: [entry.id for entry in services.open_vault().entries()] == ids[1:])
    qtbot.waitUntil(lambda: window.codes_page.model.rowCount() == 1)
    assert not window.codes_page.notices.damage_notice.isVisible()


def test_keys_are_read_only_for_visible_rows(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    fill(services, 60).close()
    services.fake_keyring.reads.clear()
    window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    qtbot.waitUntil(lambda: row_face(window, 6) is RowState.CODE)
    qtbot.wait(100)
    assert len(set(services.fake_keyring.reads)) < 20
    window.codes_page.list.scrollToBottom()
    qtbot.waitUntil(
        lambda: window.codes_page.model.codes._accounts.keys() >= {last(window).entry.id}
    )
    assert len(set(services.fake_keyring.reads)) < 40


def row_face(window: Window, number: int) -> RowState:
    id = window.codes_page.model._shown[number].id
    return RowState.CODE if id in window.codes_page.model.codes._accounts else RowState.READING


def last(window: Window) -> Row:
    return row(window, window.codes_page.model.rowCount() - 1)


@pytest.mark.parametrize(("width", "columns"), [(320, 1), (400, 1), (800, 2), (1180, 3)])
def test_wider_window_shows_more_columns(
    qtbot: QtBot, window: Window, width: int, columns: int
) -> None:
    window.resize(width, 640)

    def rects() -> list[QRect]:
        model = window.codes_page.model
        return [window.codes_page.list.visualRect(model.index(number)) for number in range(columns)]

    qtbot.waitUntil(lambda: window.codes_page.list.columns == columns)
    qtbot.waitUntil(lambda: len({rect.left() for rect in rects()}) == columns)
    assert all(rect.width() >= (width - 30) // columns for rect in rects())
    assert rects()[-1].right() < width


def test_every_control_has_a_name(qtbot: QtBot, window: Window) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit

    for go in (
        window.navigation.home,
        window.enrolment.add_account,
        window.enrolment.scan,
        window.enrolment.enter_key,
        window.settings.open,
        window.accounts.open_trash,
    ):
        go()
        qtbot.wait(10)
        page = window.pages.currentWidget()
        for kind in (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit):
            for control in page.findChildren(kind):
                if control.isVisible() and control.objectName() != "qt_toolbar_ext_button":
                    assert control.accessibleName() or control.text(), control
                    assert control.focusPolicy() != Qt.FocusPolicy.NoFocus or is_inner(control)


def is_inner(control) -> bool:
    """Return whether it is the clear button that Qt puts into a line edit."""
    from PySide6.QtWidgets import QLineEdit

    return isinstance(control.parent(), QLineEdit)


@pytest.mark.parametrize("chosen", [False, True])
@pytest.mark.parametrize("pinned", [False, True])
def test_ring_repaint_equals_full_repaint(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch, chosen: bool, pinned: bool
) -> None:
    """Repainting only the rings leaves the pixels that painting everything would."""
    view = window.codes_page.list
    if chosen:
        view.selectAll()
    if pinned:
        window.codes_page.account_actions.pin(row(window, 1))
        qtbot.waitUntil(lambda: row(window, 0).entry.pinned)
    kept = view.viewport().grab().toImage()
    step = AT // 30 * 30
    whole: list[object] = []
    paint = view._delegate.paint
    monkeypatch.setattr(view._delegate, "paint", lambda *row: (whole.append(row), paint(*row))[1])
    for late in (14.0, 17.5, 21.0):
        window.session.live_settings.clock = FixedClock(step + late)
        view.rings.animate()
        flowing = view.rings.visible.region
        assert not flowing.isEmpty()
        whole.clear()
        view.viewport().render(kept, flowing.boundingRect().topLeft(), flowing)
        assert whole == []
        assert kept == view.viewport().grab().toImage()
        assert whole != []
