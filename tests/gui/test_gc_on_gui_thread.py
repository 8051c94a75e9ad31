"""Garbage is collected on the GUI thread, whichever thread makes the most of it."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot


@pytest.fixture
def ended_on() -> Iterator[list[int]]:
    yield (threads := [])
    threads.clear()


class Knot(QObject):
    """Only the collector frees it: it refers to itself, as a dialog does through its slots."""

    def __init__(self, ended_on: list[int]) -> None:
        super().__init__()
        self.itself = self
        self.ended_on = ended_on
        self.timer = QTimer(self)
        self.timer.start(1000)

    def __del__(self) -> None:
        self.ended_on.append(threading.get_ident())


def test_cyclic_qt_objects_are_collected_on_gui_thread(qtbot: QtBot, ended_on: list[int]) -> None:
    over = threading.Event()

    def litter() -> None:
        while not over.is_set():
            heap = [[number] for number in range(5_000)]
            for one in heap:
                one.append(one)  # type: ignore[arg-type]

    littering = threading.Thread(target=litter)
    littering.start()
    try:
        for _ in range(50):
            for _ in range(20):
                Knot(ended_on)
            qtbot.wait(1)
        qtbot.waitUntil(lambda: len(ended_on) > 500)
    finally:
        over.set()
        littering.join()
    assert set(ended_on) == {threading.get_ident()}


def test_process_that_only_draws_still_collects(qtbot: QtBot, ended_on: list[int]) -> None:
    for _ in range(1_000):
        Knot(ended_on)
    assert not gc.isenabled()
    qtbot.waitUntil(lambda: bool(ended_on))
