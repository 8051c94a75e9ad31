"""Work off the GUI thread comes back on it, once, in order, unless it was forgotten."""

import threading

import shiboken6
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from authenticator.gui.jobs import Voice, Work
from tests.patience import PATIENCE_S


def unwanted(error: object) -> None:
    raise AssertionError(error)


def test_results_come_back_in_order_on_the_thread_that_asked(qtbot: QtBot) -> None:
    work = Work(1)
    here = threading.get_ident()
    seen: list[tuple[int, bool, bool]] = []

    def then(result: tuple[int, int]) -> None:
        number, there = result
        seen.append((number, there != here, threading.get_ident() == here))

    for number in range(20):
        work.do(lambda number=number: (number, threading.get_ident()), then, unwanted)
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == [(number, True, True) for number in range(20)]
    work.close()


def test_an_error_is_handed_over_whole(qtbot: QtBot) -> None:
    work = Work(1)
    errors: list[Exception] = []

    def fail() -> None:
        raise KeyError("x")

    work.do(fail, unwanted, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], KeyError)
    work.close()


def test_a_forgotten_job_calls_nobody(qtbot: QtBot) -> None:
    work = Work(1)
    gate = threading.Event()
    done: list[object] = []
    job = work.do(gate.wait, unwanted, unwanted)
    job.forget()
    gate.set()
    work.do(lambda: 1, done.append, unwanted)
    qtbot.waitUntil(lambda: done == [1])
    work.close()


def test_several_threads_do_not_wait_for_each_other(qtbot: QtBot) -> None:
    work = Work(2)
    gate = threading.Event()
    done: list[object] = []
    work.do(lambda: gate.wait(PATIENCE_S), done.append, unwanted)
    work.do(lambda: "quick", done.append, unwanted)
    qtbot.waitUntil(lambda: done == ["quick"])
    gate.set()
    qtbot.waitUntil(lambda: len(done) == 2)
    work.close()


def test_closing_lets_what_was_asked_for_finish() -> None:
    work = Work(1)
    done: list[int] = []
    for number in range(50):
        work.do(lambda number=number: done.append(number), lambda _: None, unwanted)
    work.close()
    assert done == list(range(50))


class Owner(QObject):
    said = Signal(object)


def test_nothing_is_said_in_the_middle_of_its_owner_s_end(qtbot: QtBot) -> None:
    for _ in range(100):
        owner = Owner()
        voice = Voice(owner.said.emit)
        over = threading.Event()

        def speak(voice: Voice = voice, over: threading.Event = over) -> None:
            while not over.is_set():
                voice("word")

        speaking = threading.Thread(target=speak)
        speaking.start()
        voice.take_back()
        shiboken6.delete(owner)
        over.set()
        speaking.join()


def test_what_is_said_before_it_was_taken_back_is_heard(qtbot: QtBot) -> None:
    owner = Owner()
    heard: list[object] = []
    owner.said.connect(heard.append)
    voice = Voice(owner.said.emit)
    voice(1)
    voice.take_back()
    voice(2)
    assert heard == [1]
