"""One window for each home: later starts find it, hand over their words, and never wait long."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QTimer
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from authenticator.app.desktop import WindowOrder
from authenticator.gui.desktop import instance_messages
from authenticator.gui.desktop.dropped_sources import FILES_LIMIT, is_readable
from authenticator.gui.desktop.instance_messages import (
    CALL_LIMIT,
    Call,
    Forwarded,
    InstanceServer,
    call_for,
    forward,
    read_call,
)
from authenticator.gui.desktop.single_instance import SingleInstance

LINK = "otpauth://totp/Wiki:kim?secret=JBSWY3DPEHPK3PXP"
posix = pytest.mark.skipif(sys.platform == "win32", reason="looks at files and signals")
argument = st.binary(max_size=40).filter(lambda raw: b"\0" not in raw).map(os.fsdecode)


@pytest.fixture
def first(home: Path) -> Iterator[SingleInstance]:
    one = SingleInstance(home)
    assert one.claim()
    yield one
    one.release()


@pytest.fixture
def second(home: Path) -> Iterator[SingleInstance]:
    one = SingleInstance(home)
    yield one
    one.release()


@pytest.fixture
def door(qtbot: QtBot, first: SingleInstance) -> Iterator[InstanceServer]:
    one = InstanceServer(first.address)
    assert one.is_open
    yield one
    one.close()
    one.deleteLater()


@pytest.fixture
def calls(door: InstanceServer) -> list[Call]:
    heard: list[Call] = []
    door.called.connect(heard.append)
    return heard


class Later:
    """Later starts, each a process of its own."""

    def __init__(self, qtbot: QtBot, home: Path) -> None:
        self._qtbot = qtbot
        self._home = home

    def forward(self, *starts: Sequence[str]) -> list[str]:
        """Return the outcome of each start; all run at once, while Qt goes on here."""
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.gui.later_start", self._home, *words],
                stdout=subprocess.PIPE,
                text=True,
            )
            for words in starts
        ]
        self._qtbot.waitUntil(lambda: all(start.poll() is not None for start in running))
        return [start.communicate()[0].strip() for start in running]


@pytest.fixture
def later(qtbot: QtBot, home: Path) -> Later:
    return Later(qtbot, home)


# The lock


def test_only_one_claim_of_a_home_succeeds(home: Path) -> None:
    one, other = SingleInstance(home), SingleInstance(home)
    assert [one.claim(), one.claim(), other.claim()] == [True, True, False]
    one.release()
    assert other.claim()
    assert not one.claim()
    other.release()


def test_each_home_has_its_own_lock_and_address(
    first: SingleInstance, home: Path, tmp_path: Path
) -> None:
    other = SingleInstance(tmp_path / "other")
    assert other.claim()
    assert other.address != first.address
    other.release()


@posix
def test_home_reached_by_any_path_has_one_lock(
    first: SingleInstance, home: Path, tmp_path: Path
) -> None:
    home.mkdir()
    (tmp_path / "link").symlink_to(home)
    assert not SingleInstance(tmp_path / "link").claim()
    assert not SingleInstance(home / ".." / home.name).claim()


@posix
def test_lock_ends_with_its_process_however_it_ends(home: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path;"
        "from authenticator.gui.desktop.single_instance import SingleInstance;"
        "one = SingleInstance(Path(sys.argv[1])); print(one.claim(), flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, home], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        one = SingleInstance(home)
        assert not one.claim()
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert one.claim()
        one.release()


@posix
def test_socket_is_accessible_to_owner_only(first: SingleInstance, door: InstanceServer) -> None:
    address = Path(first.address)
    assert address.stat().st_mode & 0o077 == 0
    assert address.parent.stat().st_mode & 0o077 == 0


@posix
@pytest.mark.parametrize("make", [lambda f: f.mkdir(mode=0o755), Path.touch, None])
def test_folder_open_to_others_is_not_used(
    home: Path, tmp_path: Path, make: Callable[[Path], None] | None
) -> None:
    runtime = tmp_path / "run"
    if make is not None:
        runtime.mkdir()
        make(runtime / f"authenticator-{os.getuid()}")
    one, other = (SingleInstance(home, {"XDG_RUNTIME_DIR": str(runtime)}) for _ in range(2))
    assert (one.address, one.claim(), other.claim()) == ("", True, True)


# The message


@given(words=st.lists(argument, max_size=FILES_LIMIT), token=st.text("abc-123", max_size=99))
def test_message_survives_encoding_and_decoding(words: list[str], token: str) -> None:
    call = Call(tuple(words), token, len(words))
    line = call.line()
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert read_call(line) == call


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["words", "token"]), inner),
)


@given(st.binary() | json_values.map(lambda told: instance_messages.json.dumps(told).encode()))
def test_any_line_is_a_valid_message_or_refused(line: bytes) -> None:
    call = read_call(line)
    if call is not None:
        assert all(isinstance(text, str) for text in (*call.words, call.token))
        assert read_call(call.line()) == call


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[" * 100_000,
        b'{"words": "otpauth", "token": ""}',
        b'{"words": {"a": 1}, "token": ""}',
        b'{"words": [1], "token": ""}',
        b'{"words": ["a\\u0000b"], "token": ""}',
        b'{"words": ["\\ud800"], "token": ""}',
        b'{"words": [], "token": 1}',
        b'{"words": [], "token": "a\\u0000b"}',
        b'{"words": []}',
        Call(("a",) * (FILES_LIMIT + 1)).line(),
        Call(token="a" * 300).line(),
        Call(left_out=-1).line(),
        Call(left_out=True).line(),
        b'{"words": [], "token": "", "left_out": 1e400}',
        b'{"words": [' + b"[]," * 100_000 + b'[]], "token": ""}',
    ],
)
def test_malformed_message_is_refused(line: bytes) -> None:
    assert read_call(line) is None


def test_call_of_an_earlier_version_is_read() -> None:
    assert read_call(b'{"words": ["a"], "token": "b"}\n') == Call(("a",), "b")


def test_call_holds_what_can_wait_and_counts_the_rest() -> None:
    call = call_for([f"{LINK}&issuer={number}" for number in range(FILES_LIMIT + 7)], "token")
    assert (len(call.words), call.left_out, call.token) == (FILES_LIMIT, 7, "token")
    assert read_call(call.line()) == call


@pytest.mark.parametrize("word", ["otpauth://totp/" + "a" * 10_000_000, "-" * 10_000_000])
def test_word_that_is_too_long_arrives_as_such(word: str) -> None:
    """It is told by the window, which a person looks at; a desktop shows nobody our stderr."""
    call = call_for([word], "")
    assert len(call.line()) < CALL_LIMIT
    assert not is_readable(call.words[0])


# The conversation


def test_later_start_hands_over_its_words(
    later: Later, door: InstanceServer, calls: list[Call]
) -> None:
    words = (LINK, "/home/kim/a b.png", "\udcff")
    assert later.forward(words) == ["TAKEN"]
    assert calls == [Call(words, "token-1")]


def test_longest_command_line_is_handed_over(
    later: Later, door: InstanceServer, calls: list[Call]
) -> None:
    words = ("\udcff" * 131_000,) * 15
    assert later.forward(words) == ["TAKEN"]
    assert calls == [Call(words, "token-1")]


def test_simultaneous_starts_are_all_received(
    later: Later, door: InstanceServer, calls: list[Call]
) -> None:
    starts = [(f"{LINK}&issuer={number}",) for number in range(6)]
    assert later.forward(*starts) == ["TAKEN"] * 6
    assert {call.words for call in calls} == set(starts)


def test_start_waits_for_window_still_starting(later: Later, first: SingleInstance) -> None:
    doors: list[InstanceServer] = []
    QTimer.singleShot(1000, lambda: doors.append(InstanceServer(first.address)))
    assert later.forward((LINK,)) == ["TAKEN"]
    doors[0].close()


def test_start_takes_over_from_closing_window(
    first: SingleInstance, second: SingleInstance
) -> None:
    threading.Timer(0.2, first.release).start()
    assert forward(second, Call((LINK,))) is Forwarded.GONE
    assert not first.claim()


SQUATTERS: dict[str, Callable[[socket.socket], None]] = {
    "says nothing": lambda _: time.sleep(0.1),
    "hangs up": lambda _: None,
    "says something else": lambda end: end.sendall(b"hello\n"),
    "says no end": lambda end: end.sendall(b"taken"),
    "never stops": lambda end: [end.sendall(bytes(2**20)) for _ in range(10_000)] and None,
}


@posix
@pytest.mark.parametrize("says", SQUATTERS)
def test_start_is_told_apart_from_a_program_in_the_windows_place(
    first: SingleInstance, second: SingleInstance, says: str
) -> None:
    """Whatever holds the lock and the socket: within its time the start knows that no window has
    what it was given."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            with contextlib.suppress(OSError):
                end, _ = squatter.accept()
                with end:
                    SQUATTERS[says](end)

    with socket.socket(socket.AF_UNIX) as squatter:
        squatter.bind(first.address)
        squatter.listen(8)
        squatter.settimeout(0.1)
        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        assert forward(second, Call((LINK,)), within_s=0.5) is Forwarded.SILENT
        over.set()
        serving.join()
    Path(first.address).unlink()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_holder_of_the_lock_is_named(
    home: Path, first: SingleInstance, second: SingleInstance
) -> None:
    assert second.holder().startswith(f"{os.getpid()} (")
    first.release()
    assert second.holder() == ""


@posix
def test_start_gives_up_on_hanging_window(first: SingleInstance, second: SingleInstance) -> None:
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(first.address)
        hung.listen(1)
        for _ in range(3):  # the third finds the queue full
            assert forward(second, Call((LINK,)), within_s=0.3) is Forwarded.SILENT
    Path(first.address).unlink()


@posix
def test_socket_left_by_crash_does_not_block(later: Later, first: SingleInstance) -> None:
    with socket.socket(socket.AF_UNIX) as crashed:
        crashed.bind(first.address)
    assert Path(first.address).exists()
    door = InstanceServer(first.address)
    assert door.is_open
    assert later.forward(()) == ["TAKEN"]
    door.close()
    assert not Path(first.address).exists()


def test_malformed_callers_do_not_disturb_others(
    qtbot: QtBot,
    first: SingleInstance,
    later: Later,
    door: InstanceServer,
    calls: list[Call],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(instance_messages, "CALLER_MS", 200)
    monkeypatch.setattr(instance_messages, "CALL_LIMIT", 1000)
    callers = []
    too_long = Call(("x" * 5000,)).line()
    for said in (b"", b"half a line", b"{}\n", b"x" * 5000, b"[]\n" * 200, too_long):
        caller = QLocalSocket()
        caller.connectToServer(first.address)
        caller.write(said)
        caller.flush()
        callers.append(caller)
    assert later.forward((LINK,)) == ["TAKEN"]
    assert [call.words for call in calls] == [(LINK,)]
    closed = QLocalSocket.LocalSocketState.UnconnectedState
    qtbot.waitUntil(lambda: all(caller.state() == closed for caller in callers))
    assert all(caller.readAll().isEmpty() for caller in callers)


def test_malformed_messages_are_counted(
    qtbot: QtBot, first: SingleInstance, door: InstanceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_messages, "CALLER_MS", 200)
    refused: list[None] = []
    door.refused.connect(lambda: refused.append(None))
    callers = []
    for said in (b"", b"half a line", b"{}\n", b'{"words": ["a\\u0000"], "token": ""}\n'):
        caller = QLocalSocket()
        caller.connectToServer(first.address)
        caller.write(said)
        caller.flush()
        callers.append(caller)
    closed = QLocalSocket.LocalSocketState.UnconnectedState
    qtbot.waitUntil(lambda: all(caller.state() == closed for caller in callers))
    assert len(refused) == 3  # a silent one has refused itself


@posix
def test_window_goes_on_between_the_calls_of_a_flood(
    qtbot: QtBot, first: SingleInstance, door: InstanceServer
) -> None:
    """However many call at once: between two of them everything else has its turn."""
    heard: list[str] = []
    door.called.connect(lambda _: heard.append("call"))
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: heard.append("else"))
    beat.start()

    def call() -> None:
        for _ in range(25):
            with socket.socket(socket.AF_UNIX) as end:
                end.connect(first.address)
                end.sendall(Call((LINK,)).line())
                end.recv(16)

    flood = [threading.Thread(target=call, daemon=True) for _ in range(4)]
    for one in flood:
        one.start()
    qtbot.waitUntil(lambda: heard.count("call") == 100)
    assert ("call", "call") not in itertools.pairwise(heard)


@pytest.mark.skipif(sys.platform != "linux", reason="asks the socket who is at its other end")
def test_call_of_another_user_is_not_heard(
    later: Later, door: InstanceServer, calls: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: user + 1)
    assert later.forward((LINK,)) == ["SILENT"]
    assert not calls


@pytest.mark.skipif(sys.platform != "linux", reason="asks the socket who is at its other end")
def test_nothing_is_given_to_a_window_of_another_user(
    first: SingleInstance, second: SingleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = os.getuid()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(first.address)
        other.listen(1)
        monkeypatch.setattr(os, "getuid", lambda: user + 1)
        assert forward(second, Call((LINK,)), within_s=0.3) is Forwarded.SILENT
        end, _ = other.accept()
        with end:
            assert end.recv(64) == b""
    Path(first.address).unlink()


# Orders of the terminal


@pytest.mark.parametrize("order", WindowOrder)
@pytest.mark.parametrize("is_open", [True, False])
def test_order_reaches_the_window_and_tells_whether_it_was_open(
    door: InstanceServer, calls: list[Call], later: Later, order: WindowOrder, is_open: bool
) -> None:
    door.vault_is_open = lambda: is_open
    assert later.forward(["--order", order]) == [str(is_open)]
    assert calls == [Call(order=order)]


def test_order_without_a_window_is_told(home: Path, later: Later) -> None:
    assert later.forward(["--order", "lock"]) == ["WindowAbsent"]


def test_order_to_a_window_that_does_not_answer_is_told(
    first: SingleInstance, later: Later
) -> None:
    assert later.forward(["--order", "lock"]) == ["WindowSilent"]


@pytest.mark.parametrize(
    "told", ['"open"', '"LOCK"', "1", '["lock"]', '{"lock": 1}', '"lock unlock"', "true"]
)
def test_unknown_order_is_not_understood(told: str) -> None:
    assert read_call(f'{{"words": [], "token": "", "order": {told}}}'.encode()) is None


def test_call_of_an_earlier_version_has_no_order() -> None:
    assert read_call(b'{"words": [], "token": ""}') == Call()
