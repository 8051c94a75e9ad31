"""The only way off the GUI thread.

A `JobQueue` owns threads and a queue. A task runs on one of them; what it returns or raises
comes back on the GUI thread through a signal of the `JobQueue`, which is a QObject of the GUI
thread. The threads only borrow that signal: one that dies with its thread crashes the process.
"""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Signal

from authenticator import debug_log

Then = Callable[[Any], None]
Failed = Callable[[Exception], None]


class SignalRelay:
    """A signal lent to another thread until it is revoked; later emissions go nowhere. Qt ends a
    process that emits a signal while its owner is being deleted."""

    def __init__(self, emit: Callable[[object], None]) -> None:
        self._emit: Callable[[object], None] | None = emit
        self._emitting = threading.Lock()

    def __call__(self, value: object) -> None:
        """Only posts an event to the owner's thread, so `revoke` hardly ever waits."""
        with self._emitting:
            if self._emit is not None:
                self._emit(value)

    def revoke(self) -> None:
        """Call it on the owner's thread before the owner is deleted."""
        with self._emitting:
            self._emit = None


class Job:
    """A submitted task. After `cancel` its result is dropped: neither callback is called.

    The callbacks are released on the GUI thread: a worker thread may hold the job a little
    longer, and what the callbacks refer to, such as a dialog, must not be destroyed there.
    """

    __slots__ = ("_callbacks", "_task")

    def __init__(self, task: Callable[[], object], then: Then, failed: Failed) -> None:
        self._task = task
        self._callbacks: tuple[Then, Failed] | None = (then, failed)

    @property
    def cancelled(self) -> bool:
        return self._callbacks is None

    def cancel(self) -> None:
        self._callbacks = None

    def run(self) -> tuple["Job", object, Exception | None]:
        """Called on a worker thread."""
        try:
            return self, self._task(), None
        except Exception as error:  # noqa: BLE001 - passed to the GUI thread, shown to the user
            debug_log.write("job failed", error=error)
            return self, None, error

    def finish(self, result: object, error: Exception | None) -> None:
        """Called on the GUI thread."""
        if self._callbacks is None:
            return
        (then, failed), self._callbacks = self._callbacks, None
        if error is None:
            then(result)
        else:
            failed(error)


class JobQueue(QObject):
    """Threads that take jobs in the order of submission; a single thread runs them one by one."""

    _reported = Signal(object)

    def __init__(self, threads: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._reported.connect(self._finish)
        self._report = SignalRelay(self._reported.emit)
        # Daemons: a keyring that never answers must not keep the process alive.
        self._threads = [
            threading.Thread(target=_serve, args=(self._queue, self._report), daemon=True)
            for _ in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, task: Callable[[], object], then: Then, failed: Failed) -> Job:
        """Run `task` on a worker thread; then call `then(result)` or `failed(error)` on the GUI
        thread."""
        job = Job(task, then, failed)
        self._queue.put(job)
        return job

    def close(self, wait_s: float = 2.0) -> None:
        """Let submitted jobs finish; wait at most `wait_s` seconds for each thread."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(wait_s)
        self._report.revoke()

    def _finish(self, report: tuple[Job, object, Exception | None]) -> None:
        job, result, error = report
        job.finish(result, error)


def _serve(queue: SimpleQueue[Job | None], report: SignalRelay) -> None:
    while (job := queue.get()) is not None:
        if job.cancelled:
            continue
        outcome = job.run()
        report(outcome)
        del job, outcome  # or a picture of the screen would stay in memory until the next job
