"""Pictures -> payload texts in worker processes, so that a picture that crashes C code ends only
those.

Each worker reads one picture at a time and is discarded whenever anything about it is unexpected,
so an answer belongs to its request by construction.
"""

from __future__ import annotations

import mmap
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from authenticator import debug_log
from authenticator.errors import InputRefused
from authenticator.otp.remark import Remark
from authenticator.scan import worker_answers as answers
from authenticator.scan.decoders import Payload
from authenticator.scan.image import (
    FILE_LIMIT,
    Breakage,
    PictureBroke,
    ReaderAbsent,
    check_array,
)
from authenticator.scan.input_file import FileTooLarge, read_in_time
from authenticator.scan.ladder import Reading
from authenticator.scan.sandbox import LAYERS, Layer
from authenticator.scan.worker_client import Worker, WorkerEnded
from authenticator.scan.worker_process import SHARED_BYTES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

PICTURE_DEADLINE_S = 20.0
"""Decoding a picture of the largest size and the ladder's budget, on a slow computer."""
FRAME_DEADLINE_S = 2.0
STARTS = 12
"""Attempts: whatever kills a reading worker may kill the next ones before they read. A worker that
can't start fails at once."""
MOST = 2
"""Workers at a time, so that a camera continues while a file is read."""


def _let_go_all(workers: set[Worker]) -> None:
    for worker in list(workers):
        worker.let_go()


class WorkerPool:
    """Reads pictures, each in a separate process that is started ahead and replaced when it ends.

    Thread-safe. The processes end with `close`, with this object and with this process.
    """

    def __init__(self) -> None:
        self._running: set[Worker] = set()
        self._idle: list[Worker] = []
        self._closed = False
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST)
        weakref.finalize(self, _let_go_all, self._running)  # also at interpreter exit

    def warm_up(self) -> None:
        """Start a process before the first picture, if none is waiting. Returns at once."""
        with self._lock:
            if not self._closed and not self._running:
                worker = self._started()
                if worker:
                    self._idle.append(worker)

    def close(self) -> None:
        """End all processes. A picture that is being read raises PictureBroke."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = self._running - set(idle)
        for worker in idle:
            self._drop(worker)
        for worker in busy:
            worker.end()

    def read(self, source: Path | bytes | NDArray[np.uint8], name: str = "") -> Reading:
        """All codes of a picture: a file, its bytes, or pixels (see image.from_array). One of
        several pages, frames or pictures gives a PagedReading.

        `name` is the name in errors for input without a file. Raises FileUnreadable, FileTooLarge,
        what picture_file.read_file and image.from_array raise, PictureBroke and ReaderAbsent.
        """
        if isinstance(source, Path | bytes):
            content, name = _content(source, name)
            return self._ask({"job": "read"}, content, PICTURE_DEADLINE_S, name, answers.reading)
        return self._ask_pixels({"job": "array"}, source, PICTURE_DEADLINE_S, name, answers.reading)

    def read_frame(self, frame: NDArray[np.uint8]) -> Reading:
        """The codes of a camera frame, as live_scan.read_frame reads it. Raises as `read`."""
        return self._ask_pixels({"job": "frame"}, frame, FRAME_DEADLINE_S, "", answers.reading)

    def legibility(
        self, source: Path | bytes | NDArray[np.uint8], payloads: Sequence[Payload]
    ) -> tuple[tuple[Remark, ...], ...]:
        """What would keep a phone from reading each of the codes read from a picture. Empty for a
        PDF, for a file of several pictures, and for Micro QR and rMQR codes. Raises as `read`."""
        corners = [code.corners if code.format == "QRCode" else None for code in payloads]
        lengths = [len(code.text.encode("utf-8", "replace")) for code in payloads]
        header: dict[str, Any] = {"job": "legibility", "corners": corners, "lengths": lengths}
        if isinstance(source, Path | bytes):
            content, name = _content(source)
            return self._ask(header, content, PICTURE_DEADLINE_S, name, answers.legibility)
        return self._ask_pixels(header, source, PICTURE_DEADLINE_S, "", answers.legibility)

    def icon(self, source: Path) -> bytes:
        """A picture scaled down for an account, as pixels: see image.icon. Raises as `read`."""
        content, name = _content(source)
        return self._ask({"job": "icon"}, content, PICTURE_DEADLINE_S, name, answers.icon)

    def layers(self) -> dict[Layer, bool]:
        """Which layers shut a worker off from everything else, of those that this system can have.
        Raises ReaderAbsent."""
        with self._places:
            worker = self._acquire()
            self._release(worker)
        return {layer: layer in worker.layers for layer in LAYERS.get(sys.platform, ())}

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
            worker = self._acquire()
            try:
                if pixels is not None:
                    _share(pixels, worker.pixels)
                answer = worker.ask(header, body, deadline_s)
                told = answers.understood(answer, name, meaning)
            except WorkerEnded as ended:
                debug_log.write("worker killed" if ended.overran else "worker died")
                self._drop(worker)
                self.warm_up()
                reason = Breakage.OVERRAN if ended.overran else Breakage.CRASHED
                raise PictureBroke(name, reason) from None
            except InputRefused as error:
                debug_log.write("picture refused", error=error)
                self._release(worker)
                raise
            except BaseException:  # including Ctrl+C: its answer would go to another request
                self._drop(worker)
                raise
            self._release(worker)
            return told

    def _acquire(self) -> Worker:
        """A worker that is ready for a picture. Raises ReaderAbsent, which is no fault of the
        picture."""
        for _ in range(STARTS):
            with self._lock:
                worker = self._idle.pop() if self._idle else self._started()
            if worker is None:
                break
            try:
                if worker.alive:
                    worker.wait_ready()
                    return worker
                debug_log.write("worker died")
            except WorkerEnded as ended:
                debug_log.write("worker did not start", overran=ended.overran)
            except BaseException:
                self._drop(worker)
                raise
            self._drop(worker)
        raise ReaderAbsent

    def _started(self) -> Worker | None:
        if self._closed:
            return None
        try:
            worker = Worker()
        except OSError as error:
            debug_log.write("worker did not start", error=error)
            return None
        debug_log.write("worker started", running=len(self._running) + 1)
        self._running.add(worker)
        return worker

    def _release(self, worker: Worker) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(worker)
                return
        self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        with self._lock:
            self._running.discard(worker)
        worker.let_go()


def _content(source: Path | bytes, name: str = "") -> tuple[bytes, str]:
    """A file's bytes and its name in errors: the worker can open none."""
    if isinstance(source, Path):
        return read_in_time(source, FILE_LIMIT, PICTURE_DEADLINE_S), name or str(source)
    if len(source) > FILE_LIMIT:
        raise FileTooLarge(name, len(source), FILE_LIMIT)
    return source, name


def _share(pixels: NDArray[np.uint8], memory: mmap.mmap) -> None:
    import numpy as np

    place = np.frombuffer(memory, np.uint8, pixels.size).reshape(pixels.shape)
    np.copyto(place, pixels)
