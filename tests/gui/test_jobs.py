"""Work off the GUI thread comes back on it, once, in order, unless it was cancelled."""

import threading
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from authenticator import debug_log, files
from authenticator.gui.jobs import JobQueue, SignalRelay


def unwanted(error: object) -> None:
    raise AssertionError(error)


def test_results_arrive_in_order_on_calling_thread(qtbot: QtBot) -> None:
    queue = JobQueue(1)
    here = threading.get_ident()
    seen: list[tuple[int, bool, bool]] = []

    def then(result: tuple[int, int]) -> None:
        number, there = result
        seen.append((number, there != here, threading.get_ident() == here))

    for number in range(20):
        queue.submit(lambda number=number: (number, threading.get_ident()), then, unwanted)
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == [(number, True, True) for number in range(20)]
    queue.close()


def test_job_error_is_delivered_unchanged(qtbot: QtBot) -> None:
    queue = JobQueue(1)
    errors: list[Exception] = []

    def fail() -> None:
        raise KeyError("x")

    queue.submit(fail, unwanted, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], KeyError)
    queue.close()


def test_cancelled_job_calls_no_callback(qtbot: QtBot) -> None:
    queue = JobQueue(1)
    gate = threading.Event()
    done: list[object] = []
    job = queue.submit(gate.wait, unwanted, unwanted)
    job.cancel()
    gate.set()
    queue.submit(lambda: 1, done.append, unwanted)
    qtbot.waitUntil(lambda: done == [1])
    queue.close()


def test_threads_of_queue_do_not_block_each_other(qtbot: QtBot) -> None:
    queue = JobQueue(2)
    gate = threading.Event()
    done: list[object] = []
    queue.submit(lambda: gate.wait(10), done.append, unwanted)
    queue.submit(lambda: "quick", done.append, unwanted)
    qtbot.waitUntil(lambda: done == ["quick"])
    gate.set()
    qtbot.waitUntil(lambda: len(done) == 2)
    queue.close()


def test_closing_queue_finishes_submitted_jobs() -> None:
    queue = JobQueue(1)
    done: list[int] = []
    for number in range(50):
        queue.submit(lambda number=number: done.append(number), lambda _: None, unwanted)
    queue.close()
    assert done == list(range(50))


class Owner(QObject):
    said = Signal(object)


def test_revoked_relay_emits_nothing_while_owner_is_deleted(qtbot: QtBot) -> None:
    for _ in range(100):
        owner = Owner()
        relay = SignalRelay(owner.said.emit)
        over = threading.Event()

        def emit(relay: SignalRelay = relay, over: threading.Event = over) -> None:
            while not over.is_set():
                relay("word")

        emitting = threading.Thread(target=emit)
        emitting.start()
        relay.revoke()
        shiboken6.delete(owner)
        over.set()
        emitting.join()


def test_relay_emits_until_revoked(qtbot: QtBot) -> None:
    owner = Owner()
    heard: list[object] = []
    owner.said.connect(heard.append)
    relay = SignalRelay(owner.said.emit)
    relay(1)
    relay.revoke()
    relay(2)
    assert heard == [1]


def test_failed_job_is_logged_by_class_and_place(qtbot: QtBot, tmp_path: Path) -> None:
    log = debug_log.start(tmp_path)
    queue = JobQueue(1)
    errors: list[Exception] = []
    queue.submit(lambda: files.create(tmp_path / "kim" / "file"), unwanted, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    queue.close()
    debug_log.stop()
    told = log.read_text(encoding="utf-8")
    assert "job failed error=DiskRefused at authenticator/files.py:" in told
    assert "kim" not in told
