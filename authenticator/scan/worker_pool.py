"""Pictures -> payload texts by worker processes: what a picture does to C code ends only those.

Each worker reads one picture at a time and is thrown away whenever anything about it is odd,
so an answer belongs to the question by construction.
"""

from __future__ import annotations

import mmap
import os
import secrets
import subprocess
import sys
import threading
import time
import weakref
from base64 import b64decode
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from authenticator.files import FILE_MODE
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.scan.decoders import Payload
from authenticator.scan.image import (
    FILE_LIMIT,
    ICON_SIDE,
    Breakage,
    ImageTooLarge,
    ImageTruncated,
    NotAnImage,
    PictureBroke,
    ReaderAbsent,
    SheetLocked,
    check_array,
)
from authenticator.scan.input_file import FileTooLarge, FileUnreadable, Unreadable
from authenticator.scan.ladder import Reading
from authenticator.scan.pdf import SheetReading
from authenticator.scan.worker_process import SHARED_BYTES, WORD, receive, send, shared

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

PICTURE_DEADLINE_S = 20.0
"""Decoding a picture of the largest size and the ladder's budget, on a slow computer."""
FRAME_DEADLINE_S = 2.0
START_DEADLINE_S = 60.0
"""From a cold disk, behind a virus scanner."""
STARTS = 12
"""Tries, for who kills one that reads may kill the next ones before they read. One that can't
start says so at once."""
MOST = 2
"""Workers at a time: a camera goes on while a file is read."""

_ERRORS = {
    kind.__name__: kind
    for kind in (
        FileTooLarge,
        FileUnreadable,
        ImageTooLarge,
        ImageTruncated,
        NotAnImage,
        SheetLocked,
    )
}
_ENVIRONMENT = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "WINDIR"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PYTHONHOME"),
)
"""What a process needs to start and to find its libraries. The rest is none of its business."""


class _Ended(Exception):
    """The worker is gone. `overran`: because it was ended here, after its time."""

    def __init__(self, overran: bool) -> None:
        self.overran = overran
        super().__init__(overran)


class _Limit:
    """Calls `overrun` when what began did not end in time.

    Not a wait on the pipe: sending blocks as well, and Windows can wait on neither. Not a
    timer for each frame: on a busy computer the start of a thread takes as long as a frame.
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
        """Whether it was too late."""
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
                self._wakes_s = float("-inf")  # looks at the deadline before it waits again


class _Worker:
    """One process. `ask` is for one thread at a time; `end` may be called from any."""

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
        self._limit = _Limit(self._process.kill)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def wait_ready(self) -> None:
        """Wait until it has loaded everything. Raises _Ended."""
        if not self._ready:
            self._exchange({}, b"", START_DEADLINE_S, asking=False)
            self._ready = True

    def ask(
        self, header: dict[str, Any], body: bytes | memoryview, deadline_s: float
    ) -> dict[str, Any]:
        """Its answer. Raises _Ended."""
        return self._exchange({**header, "deadline_s": deadline_s}, body, deadline_s, asking=True)

    def _exchange(
        self, header: dict[str, Any], body: bytes | memoryview, deadline_s: float, *, asking: bool
    ) -> dict[str, Any]:
        self._limit.begin(deadline_s)
        try:
            if asking:
                send(self._write, header, body)
            message = receive(self._read)
        except (OSError, ValueError):
            message = None
        finally:
            overran = self._limit.end()
        if message is None or overran:
            raise _Ended(overran)
        return message[0]

    def end(self) -> None:
        """Kill it, and wait until it is gone. What waits for its answer gets _Ended."""
        self._process.kill()
        self._process.wait()
        self._limit.close()

    def let_go(self) -> None:
        """`end`, and close what led to it: by whoever asked last, or when nobody will."""
        self.end()
        for pipe in self._pipes:
            pipe.close()


def _command() -> list[str]:
    if getattr(sys, "frozen", False):  # PyInstaller: the program for terminals has its streams
        program = Path(sys.executable)
        return [str(program.with_name(f"authenticator{program.suffix}")), WORD]
    # What is imported here is imported there, and nothing from the current folder.
    start = (
        "import sys; *sys.path, place = sys.argv[1:]; "
        "from authenticator.scan.worker_process import serve; serve(place)"
    )
    return [sys.executable, "-P", "-c", start, *(part for part in sys.path if part)]


def _new_shared_memory() -> tuple[str, int | None]:
    """Memory without a name in the file system, so that none is ever left there: what the
    worker is told about it, and the descriptor to pass on."""
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


def _let_go_all(workers: set[_Worker]) -> None:
    for worker in list(workers):
        worker.let_go()


class Reader:
    """Reads pictures, each in a process of its own that is started ahead and started anew.

    Any thread may call. The processes end with `close`, with this object and with this process.
    """

    def __init__(self) -> None:
        self._running: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._closed = False
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST)
        weakref.finalize(self, _let_go_all, self._running)  # also when the interpreter ends

    def warm(self) -> None:
        """Start a process ahead of the first picture, where none waits. Returns at once."""
        with self._lock:
            if not self._closed and not self._running:
                worker = self._started()
                if worker:
                    self._idle.append(worker)

    def close(self) -> None:
        """End all processes. What is being read comes back as PictureBroke."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = self._running - set(idle)
        for worker in idle:
            self._drop(worker)
        for worker in busy:
            worker.end()

    def read(self, source: Path | bytes | NDArray[np.uint8], name: str = "") -> Reading:
        """All codes of a picture: a file, the bytes of one, or pixels (see image.from_array). Of
        a PDF's file or bytes comes a SheetReading.

        `name` stands in errors for what came without a file. Raises what sheet.read_file and
        image.from_array raise, PictureBroke and ReaderAbsent.
        """
        if isinstance(source, Path):
            path = os.fsencode(_absolute(source))
            header, name = {"job": "file"}, name or str(source)
            return self._ask(header, path, PICTURE_DEADLINE_S, name, _reading)
        if isinstance(source, bytes):
            if len(source) > FILE_LIMIT:
                raise FileTooLarge(name, len(source), FILE_LIMIT)
            return self._ask({"job": "bytes"}, source, PICTURE_DEADLINE_S, name, _reading)
        return self._ask_pixels({"job": "array"}, source, PICTURE_DEADLINE_S, name, _reading)

    def read_frame(self, frame: NDArray[np.uint8]) -> Reading:
        """The codes of a camera's frame, as watch.read_frame reads it. Raises as `read`."""
        return self._ask_pixels({"job": "frame"}, frame, FRAME_DEADLINE_S, "", _reading)

    def legibility(
        self, source: Path | bytes | NDArray[np.uint8], payloads: Sequence[Payload]
    ) -> tuple[tuple[Remark, ...], ...]:
        """What would keep a phone from reading each of a picture's codes, as they were read from
        it. Nothing for a PDF and for codes of the small kinds. Raises as `read`."""
        corners = [code.corners if code.format == "QRCode" else None for code in payloads]
        header: dict[str, Any] = {"job": "legibility", "corners": corners}
        if isinstance(source, Path):
            path = os.fsencode(_absolute(source))
            header["of"] = "file"
            return self._ask(header, path, PICTURE_DEADLINE_S, str(source), _legibility)
        if isinstance(source, bytes):
            header["of"] = "bytes"
            return self._ask(header, source, PICTURE_DEADLINE_S, "", _legibility)
        return self._ask_pixels(header, source, PICTURE_DEADLINE_S, "", _legibility)

    def icon(self, source: Path) -> bytes:
        """A picture made small for an account, as pixels: see image.icon. Raises as it does, and
        PictureBroke and ReaderAbsent."""
        path = os.fsencode(_absolute(source))
        return self._ask({"job": "icon"}, path, PICTURE_DEADLINE_S, str(source), _icon)

    def _ask_pixels(
        self,
        header: dict[str, Any],
        pixels: NDArray[np.uint8],
        deadline_s: float,
        name: str,
        meaning: Callable[[dict[str, Any]], T],
    ) -> T:
        check_array(pixels, name)
        header["shape"] = pixels.shape
        if pixels.nbytes <= SHARED_BYTES:
            return self._ask(header, b"", deadline_s, name, meaning, pixels)
        return self._ask(header, pixels.tobytes(), deadline_s, name, meaning)

    def _ask(
        self,
        header: dict[str, Any],
        body: bytes,
        deadline_s: float,
        name: str,
        meaning: Callable[[dict[str, Any]], T],
        pixels: NDArray[np.uint8] | None = None,
    ) -> T:
        with self._places:
            worker = self._take()
            try:
                if pixels is not None:
                    _share(pixels, worker.pixels)
                answer = worker.ask(header, body, deadline_s)
                told = _understood(answer, name, meaning)
            except _Ended as ended:
                self._drop(worker)
                self.warm()
                reason = Breakage.OVERRAN if ended.overran else Breakage.CRASHED
                raise PictureBroke(name, reason) from None
            except tuple(_ERRORS.values()):
                self._give_back(worker)
                raise
            except BaseException:  # Ctrl+C among them: its answer would come to another question
                self._drop(worker)
                raise
            self._give_back(worker)
            return told

    def _take(self) -> _Worker:
        """A worker that waits for a picture. That one does not start is no picture's fault."""
        for _ in range(STARTS):
            with self._lock:
                worker = self._idle.pop() if self._idle else self._started()
            if worker is None:
                break
            try:
                if worker.alive:
                    worker.wait_ready()
                    return worker
            except _Ended:
                pass
            except BaseException:
                self._drop(worker)
                raise
            self._drop(worker)
        raise ReaderAbsent

    def _started(self) -> _Worker | None:
        if self._closed:
            return None
        try:
            worker = _Worker()
        except OSError:
            return None
        self._running.add(worker)
        return worker

    def _give_back(self, worker: _Worker) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(worker)
                return
        self._drop(worker)

    def _drop(self, worker: _Worker) -> None:
        with self._lock:
            self._running.discard(worker)
        worker.let_go()


def _absolute(path: Path) -> Path:
    try:
        return path.absolute()
    except OSError:  # the current folder is gone; the worker will say what that means
        return path


def _share(pixels: NDArray[np.uint8], memory: mmap.mmap) -> None:
    import numpy as np

    place = np.frombuffer(memory, np.uint8, pixels.size).reshape(pixels.shape)
    np.copyto(place, pixels)


def _understood(answer: dict[str, Any], name: str, meaning: Callable[[dict[str, Any]], T]) -> T:
    """What an answer means. Raises the error it tells, for `name`; _Ended for none at all."""
    try:
        if "error" not in answer:
            return meaning(answer)
        error = _error(answer["error"], answer["facts"], name)
    except (KeyError, TypeError, ValueError):
        raise _Ended(overran=False) from None
    raise error


def _reading(answer: dict[str, Any]) -> Reading:
    reading = Reading(
        tuple(_payload(*told) for told in answer["payloads"]),
        float(answer["ms"]),
        bool(answer["complete"]),
    )
    return _of_sheet(reading, answer) if "pages" in answer else reading


def _legibility(answer: dict[str, Any]) -> tuple[tuple[Remark, ...], ...]:
    return tuple(
        tuple(
            Remark(Field.PICTURE, Reason(reason), {str(name): _fact(fact) for name, fact in facts})
            for reason, facts in code
        )
        for code in answer["legibility"]
    )


def _icon(answer: dict[str, Any]) -> bytes:
    """Pixels and nothing else: what made them may be in a picture's hands."""
    pixels = b64decode(answer["pixels"], validate=True)
    if len(pixels) != 4 * ICON_SIDE * ICON_SIDE:
        raise ValueError("no icon")
    return pixels


def _fact(told: object) -> int | str:
    return told if isinstance(told, int) else str(told)


def _of_sheet(reading: Reading, answer: dict[str, Any]) -> SheetReading:
    pages, pages_read = int(answer["pages"]), int(answer["pages_read"])
    return SheetReading(reading.payloads, reading.ms, reading.complete, pages, pages_read)


def _payload(text: str, format: str, corners: list[list[int]]) -> Payload:
    a, b, c, d = ((int(x), int(y)) for x, y in corners)
    return Payload(str(text), str(format), (a, b, c, d))


def _error(kind: str, facts: list[Any], name: str) -> Exception:
    _, *rest = facts
    if kind == FileUnreadable.__name__:
        return FileUnreadable(name, Unreadable(rest[0]), *rest[1:])
    return _ERRORS[kind](name, *rest)
