"""The one way off the GUI thread.

A `Work` owns threads and a queue. A task runs there; what it returns or raises comes back
on the GUI thread through a signal that the `Work`, a QObject of the GUI thread, owns: the
threads are only lent it, for a signal that dies with its thread takes the process along.
"""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Signal

Then = Callable[[Any], None]
Failed = Callable[[Exception], None]


class Voice:
    """A signal lent to another thread, until it is taken back: then what is still to be said goes
    nowhere. Qt ends a process in which a signal is emitted while its owner is being deleted."""

    def __init__(self, emit: Callable[[object], None]) -> None:
        self._emit: Callable[[object], None] | None = emit
        self._speaking = threading.Lock()

    def __call__(self, what: object) -> None:
        """Only posts an event to the owner's thread, so that `take_back` hardly waits."""
        with self._speaking:
            if self._emit is not None:
                self._emit(what)

    def take_back(self) -> None:
        """Before the owner goes, on its thread."""
        with self._speaking:
            self._emit = None


class Job:
    """One task under way. `forget` drops its result: neither callback is called then.

    The callbacks are let go on the GUI thread, for a thread of the Work may hold the job a little
    longer, and what they lead to, a dialog perhaps, must not end there.
    """

    __slots__ = ("_callbacks", "_task")

    def __init__(self, task: Callable[[], object], then: Then, failed: Failed) -> None:
        self._task = task
        self._callbacks: tuple[Then, Failed] | None = (then, failed)

    @property
    def forgotten(self) -> bool:
        return self._callbacks is None

    def forget(self) -> None:
        self._callbacks = None

    def run(self) -> tuple["Job", object, Exception | None]:
        """On a thread of the Work."""
        try:
            return self, self._task(), None
        except Exception as error:  # noqa: BLE001 - carried to the GUI thread, told to the person
            return self, None, error

    def finish(self, result: object, error: Exception | None) -> None:
        """On the GUI thread."""
        if self._callbacks is None:
            return
        (then, failed), self._callbacks = self._callbacks, None
        if error is None:
            then(result)
        else:
            failed(error)


class Work(QObject):
    """Threads that do jobs in the order they were given; one thread means one after the other."""

    _reported = Signal(object)

    def __init__(self, threads: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._reported.connect(self._finish)
        self._report = Voice(self._reported.emit)
        # Daemons: a keyring that never answers must not keep the process alive.
        self._threads = [
            threading.Thread(target=_serve, args=(self._queue, self._report), daemon=True)
            for _ in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def do(self, task: Callable[[], object], then: Then, failed: Failed) -> Job:
        """Run `task` on a thread; then call `then(result)` or `failed(error)` here."""
        job = Job(task, then, failed)
        self._queue.put(job)
        return job

    def close(self, wait_s: float = 2.0) -> None:
        """Let what was asked for finish, for at most this long."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(wait_s)
        self._report.take_back()

    def _finish(self, report: tuple[Job, object, Exception | None]) -> None:
        job, result, error = report
        job.finish(result, error)


def _serve(queue: SimpleQueue[Job | None], report: Voice) -> None:
    while (job := queue.get()) is not None:
        if job.forgotten:
            continue
        outcome = job.run()
        report(outcome)
        del job, outcome  # or a picture of the screen would stay until the next job
