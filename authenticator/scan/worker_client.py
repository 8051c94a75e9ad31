"""The app's side of one worker process: starts it, asks it, ends it at its deadline."""

from __future__ import annotations

import mmap
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from authenticator.files import FILE_MODE
from authenticator.scan.sandbox import Layer
from authenticator.scan.worker_process import SHARED_BYTES, WORD, receive, send, shared

START_DEADLINE_S = 60.0
"""From a cold disk, behind a virus scanner."""
_ENVIRONMENT = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "WINDIR"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PYTHONHOME"),
)
"""What a process needs to start and to find its libraries. It gets nothing else."""


class WorkerEnded(Exception):
    """The worker is gone. `overran`: because it was killed for exceeding its time limit."""

    def __init__(self, overran: bool) -> None:
        self.overran = overran
        super().__init__(overran)


class _Limit:
    """Calls `overrun` when `end` does not follow `begin` in time.

    Not a wait on the pipe: sending blocks too, and Windows can wait on neither. Not a timer for
    each frame: on a busy computer, starting a thread takes as long as a frame.
    """

    def __init__(self, overrun: Callable[[], None]) -> None:
        self._overrun = overrun
        self._changed = threading.Condition()
        self._until_s: float | None = None
        self._wakes_s = float("inf")
        self._overran = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def begin(self, seconds: float) -> None:
        with self._changed:
            self._overran = False
            self._until_s = time.monotonic() + seconds
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, daemon=True)
                self._thread.start()
            if self._until_s < self._wakes_s:
                self._changed.notify()

    def end(self) -> bool:
        """Whether the time limit was exceeded."""
        with self._changed:
            self._until_s = None
            return self._overran

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._closed:
                left = None if self._until_s is None else self._until_s - time.monotonic()
                if left is not None and left <= 0:
                    self._until_s = None
                    self._overran = True
                    self._overrun()
                    continue
                self._wakes_s = float("inf") if self._until_s is None else self._until_s
                self._changed.wait(left)
                self._wakes_s = float("-inf")  # checks the deadline before it waits again


class Worker:
    """One process. `ask` is for one thread at a time; `end` may be called from any thread."""

    def __init__(self) -> None:
        place, kept = _new_shared_memory()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                [*_command(), place],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={
                    **{name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                    "OPENBLAS_NUM_THREADS": "1",  # numpy would start a thread for each core
                },
                pass_fds=() if kept is None else (kept,),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            self.pixels: mmap.mmap = shared(place)
            kept = None  # closed by `shared`
        finally:
            if kept is not None:
                os.close(kept)
        self._pipes = [pipe for pipe in (self._process.stdin, self._process.stdout) if pipe]
        self._write, self._read = (pipe.fileno() for pipe in self._pipes)
        self._ready = False
        self.layers: tuple[Layer, ...] = ()
        self._limit = _Limit(self._process.kill)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def wait_ready(self) -> None:
        """Wait until it has loaded everything, and has told by which `layers` it is shut off.
        Raises WorkerEnded."""
        if not self._ready:
            told = self._exchange({}, b"", START_DEADLINE_S, asking=False).get("layers", [])
            self.layers = tuple(layer for layer in Layer if layer in told)
            self._ready = True

    def ask(
        self, header: dict[str, Any], body: bytes | memoryview, deadline_s: float
    ) -> dict[str, Any]:
        """Its answer. Raises WorkerEnded."""
        return self._exchange({**header, "deadline_s": deadline_s}, body, deadline_s, asking=True)

    def _exchange(
        self, header: dict[str, Any], body: bytes | memoryview, deadline_s: float, *, asking: bool
    ) -> dict[str, Any]:
        self._limit.begin(deadline_s)
        try:
            if asking:
                send(self._write, header, body)
            message = receive(self._read, body_limit=0)
        except OSError:
            message = None
        finally:
            overran = self._limit.end()
        if message is None or overran:
            raise WorkerEnded(overran)
        return message[0]

    def end(self) -> None:
        """Kill it, and wait until it is gone. A pending `ask` raises WorkerEnded."""
        self._process.kill()
        self._process.wait()
        self._limit.close()

    def let_go(self) -> None:
        """`end`, and close the pipes: called by the last user of the worker, or when there will be
        none."""
        self.end()
        for pipe in self._pipes:
            pipe.close()


def _command() -> list[str]:
    if getattr(sys, "frozen", False):  # PyInstaller: only the terminal program has standard streams
        program = Path(sys.executable)
        return [str(program.with_name(f"authenticator{program.suffix}")), WORD]
    # The worker imports from the same places as this process, and nothing from the current folder.
    start = (
        "import sys; *sys.path, place = sys.argv[1:]; "
        "from authenticator.scan.worker_process import serve; serve(place)"
    )
    return [sys.executable, "-P", "-c", start, *(part for part in sys.path if part)]


def _new_shared_memory() -> tuple[str, int | None]:
    """Shared memory without a name in the file system, so that nothing is left behind there: how
    the worker finds it, and the descriptor to pass on."""
    if sys.platform == "win32":
        return f"authenticator-{secrets.token_hex(16)}", None
    if sys.platform == "linux":
        descriptor = os.memfd_create("picture")
    else:
        import _posixshmem

        name = f"/{secrets.token_hex(8)}"
        descriptor = _posixshmem.shm_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode=FILE_MODE)
        _posixshmem.shm_unlink(name)
    os.ftruncate(descriptor, SHARED_BYTES)
    return str(descriptor), descriptor
