"""A window that was locked goes on in another process as if it were the same. Here that process is
this one; tests/system/test_locking_forgets.py has the real ones."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from authenticator.gui import restart
from authenticator.gui.desktop.single_instance import SingleInstance
from authenticator.gui.restart import RestartWhenLocked
from authenticator.gui.session import Session
from authenticator.gui.startup import restart_process
from authenticator.gui.startup.restart_process import WORD, Locked
from authenticator.gui.window import Window
from authenticator.otp.uri import write_uri
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, account, fill

EVE = write_uri(account("Shop", "eve", 6))
IN_KEYRING = VaultInfo(StoreKind.KEYRING, KeyKind.KEYRING)
numbers = st.integers(-(2**31), 2**31 - 1)


@pytest.fixture
def handed_on(monkeypatch: pytest.MonkeyPatch) -> list[Locked]:
    """Collects what each process would hand on."""
    told: list[Locked] = []
    monkeypatch.setattr(restart_process, "replace", lambda _command, locked: told.append(locked))
    return told


@pytest.fixture
def instance(home: Path) -> Iterator[SingleInstance]:
    one = SingleInstance(home)
    assert one.claim()
    yield one
    one.release()


class Next:
    """Goes on with a locked window."""

    def __init__(self, qtbot: QtBot, services: FakeServices, instance: SingleInstance) -> None:
        self._qtbot = qtbot
        self._services = services
        self._instance = instance
        self.windows: list[Window] = []

    def __call__(self, locked: Locked) -> Window:
        session = Session(self._services)
        session.start_locked(locked.vault, locked.draft)
        window = Window(session)
        self.windows.append(window)
        RestartWhenLocked(window, self._instance, ["again"]).resume(
            restart_process.read(restart_process.write(locked))
        )
        return window


@pytest.fixture
def go_on(qtbot: QtBot, services: FakeServices, instance: SingleInstance) -> Iterator[Next]:
    one = Next(qtbot, services, instance)
    yield one
    for window in one.windows:
        window.shut_down()
        window.session.close()
        window.deleteLater()


@pytest.fixture
def window(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    instance: SingleInstance,
    handed_on: list[Locked],
) -> Window:
    fill(services, 3).close()
    window = open_window()
    RestartWhenLocked(window, instance, ["again"])
    qtbot.waitUntil(lambda: shows_codes(window))
    return window


def lock(qtbot: QtBot, window: Window, handed_on: list[Locked]) -> Locked:
    window.lock()
    qtbot.waitUntil(lambda: bool(handed_on))
    window.hide()
    return handed_on.pop()


def test_next_window_is_locked_at_same_place_and_asks_nobody(
    qtbot: QtBot,
    window: Window,
    handed_on: list[Locked],
    go_on: Next,
    services: FakeServices,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.setGeometry(90, 70, 444, 555)
    place = window.geometry()
    locked = lock(qtbot, window, handed_on)
    with monkeypatch.context() as patch:
        patch.setattr(services, "open_vault", lambda *_: pytest.fail("opened"))
        after = go_on(locked)
        qtbot.waitUntil(after.isVisible)
        qtbot.wait(50)
        assert page_name(after) == "Locked"
        assert not after.session.is_open
        assert after.geometry() == place
    after.session.open()
    qtbot.waitUntil(lambda: shows_codes(after))


def test_next_window_of_passphrase_vault_asks_for_it(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    instance: SingleInstance,
    handed_on: list[Locked],
    go_on: Next,
) -> None:
    services.create_vault(StoreKind.SEALED, "open sesame").close()
    window = open_window()
    RestartWhenLocked(window, instance, ["again"])
    qtbot.waitUntil(lambda: page_name(window) == "Unlock")
    window.pages.currentWidget().passphrase_entered.emit("open sesame")
    qtbot.waitUntil(lambda: shows_codes(window))
    after = go_on(lock(qtbot, window, handed_on))
    assert page_name(after) == "Unlock"


@pytest.mark.parametrize("state", [Qt.WindowState.WindowMaximized, Qt.WindowState.WindowMinimized])
def test_state_of_window_is_kept(
    qtbot: QtBot, window: Window, handed_on: list[Locked], go_on: Next, state: Qt.WindowState
) -> None:
    window.setWindowState(state)
    after = go_on(lock(qtbot, window, handed_on))
    qtbot.waitUntil(lambda: bool(after.windowState() & state))


def test_hidden_window_stays_hidden(
    qtbot: QtBot, window: Window, handed_on: list[Locked], go_on: Next
) -> None:
    window.hide()
    locked = lock(qtbot, window, handed_on)
    assert not locked.visible
    after = go_on(locked)
    qtbot.wait(50)
    assert not after.isVisible()


def test_draft_and_links_that_came_meanwhile_are_offered_after_unlock(
    qtbot: QtBot, window: Window, handed_on: list[Locked], go_on: Next
) -> None:
    window.enrolment.hand_over([write_uri(account("Wiki", "kim", 5))])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    window.lock()
    window.enrolment.hand_over([EVE])
    qtbot.waitUntil(lambda: bool(handed_on))
    locked = handed_on.pop()
    assert locked.words == (EVE,)
    assert b"kim" not in restart_process.write(locked)
    after = go_on(locked)
    locked = lock(qtbot, again(qtbot, after), handed_on)
    after = again(qtbot, go_on(locked))
    wiki = write_uri(account("Wiki", "kim", 5))
    qtbot.waitUntil(lambda: set(after.enrolment.opened.under_way()) == {wiki, EVE})


def again(qtbot: QtBot, window: Window) -> Window:
    window.session.open()
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    return window


def test_keyring_that_hangs_delays_the_end_by_a_limit_only(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    instance: SingleInstance,
    handed_on: list[Locked],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(restart, "WAITS_MS", 100)
    fill(services, 3).close()
    window = open_window()
    RestartWhenLocked(window, instance, ["again"])
    qtbot.waitUntil(lambda: shows_codes(window))
    window.enrolment.hand_over([EVE])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    answers = threading.Event()
    window.session.vault_queue.submit(answers.wait, lambda _: None, lambda _: None)
    try:
        assert lock(qtbot, window, handed_on).draft
    finally:
        answers.set()
    qtbot.waitUntil(lambda: bool(handed_on))  # the vault is closed at last, and nothing is replaced


def test_window_that_is_not_to_be_replaced_stays_as_it_is(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    instance: SingleInstance,
    handed_on: list[Locked],
) -> None:
    fill(services, 1).close()
    window = open_window()
    RestartWhenLocked(window, instance, [])
    qtbot.waitUntil(lambda: shows_codes(window))
    with qtbot.waitSignal(window.session.closed):
        window.lock()
    assert handed_on == []


# What is handed on


@given(
    st.builds(
        Locked,
        st.builds(VaultInfo, st.sampled_from(StoreKind), st.sampled_from(KeyKind)),
        st.binary(),
        st.lists(st.text() | st.binary().map(os.fsdecode)).map(tuple),
        st.binary(),
        st.tuples(numbers, numbers, numbers, numbers),
        st.none() | numbers,
        *[st.booleans()] * 4,
        st.none() | st.integers(3, 2**20),
        st.lists(numbers).map(tuple),
    )
)
def test_what_is_written_is_read(locked: Locked) -> None:
    assert restart_process.read(restart_process.write(locked)) == locked


def test_word_of_another_version_is_read_as_far_as_it_is_known() -> None:
    text = b'{"vault": {"store": "keyring", "key": "keyring", "slots": 2}, "draft": "YQ==", "x": 1}'
    assert restart_process.read(text) == Locked(IN_KEYRING, b"a")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"vault": 1}', '{"vault": {"store": "x"}}'])
def test_other_text_makes_an_ordinary_start(text: str) -> None:
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    assert restart_process.told_by([f"{WORD}{reading}"]) is None


@pytest.mark.parametrize("word", ["", "x", "-1", "1", "99999", "1e3"])
def test_number_of_no_file_makes_an_ordinary_start(word: str) -> None:
    assert restart_process.told_by([f"{WORD}{word}"]) is None


# The lock of the home


def test_lock_that_was_handed_on_is_held_further(home: Path, instance: SingleInstance) -> None:
    lock = instance.hand_on()
    if lock is None:
        pytest.skip("another process takes the place here")
    after = SingleInstance(home)
    assert after.take_over(os.dup(lock))
    instance.release()
    assert not SingleInstance(home).claim()
    after.release()
    assert instance.claim()


def test_lock_of_something_else_is_waited_for(
    home: Path, instance: SingleInstance, tmp_path: Path
) -> None:
    with (tmp_path / "other").open("w") as other:
        after = SingleInstance(home)
        ends = threading.Timer(0.1, instance.release)
        ends.start()
        assert after.take_over(other.fileno())
        ends.join()
    after.release()
