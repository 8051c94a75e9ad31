"""Pictures -> payload texts by worker processes: what a picture does to C code ends only those.

Each worker reads one picture at a time and is thrown away whenever anything about it is odd,
so an answer belongs to the question by construction.
"""

from __future__ import annotations

import mmap
import os
import threading
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

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
from authenticator.scan.input_file import FileTooLarge
from authenticator.scan.ladder import Reading
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
"""Tries, for who kills one that reads may kill the next ones before they read. One that can't
start says so at once."""
MOST = 2
"""Workers at a time: a camera goes on while a file is read."""


def _let_go_all(workers: set[Worker]) -> None:
    for worker in list(workers):
        worker.let_go()


class Reader:
    """Reads pictures, each in a process of its own that is started ahead and started anew.

    Any thread may call. The processes end with `close`, with this object and with this process.
    """

    def __init__(self) -> None:
        self._running: set[Worker] = set()
        self._idle: list[Worker] = []
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
            return self._ask(header, path, PICTURE_DEADLINE_S, name, answers.reading)
        if isinstance(source, bytes):
            if len(source) > FILE_LIMIT:
                raise FileTooLarge(name, len(source), FILE_LIMIT)
            return self._ask({"job": "bytes"}, source, PICTURE_DEADLINE_S, name, answers.reading)
        return self._ask_pixels({"job": "array"}, source, PICTURE_DEADLINE_S, name, answers.reading)

    def read_frame(self, frame: NDArray[np.uint8]) -> Reading:
        """The codes of a camera's frame, as watch.read_frame reads it. Raises as `read`."""
        return self._ask_pixels({"job": "frame"}, frame, FRAME_DEADLINE_S, "", answers.reading)

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
            return self._ask(header, path, PICTURE_DEADLINE_S, str(source), answers.legibility)
        if isinstance(source, bytes):
            header["of"] = "bytes"
            return self._ask(header, source, PICTURE_DEADLINE_S, "", answers.legibility)
        return self._ask_pixels(header, source, PICTURE_DEADLINE_S, "", answers.legibility)

    def icon(self, source: Path) -> bytes:
        """A picture made small for an account, as pixels: see image.icon. Raises as it does, and
        PictureBroke and ReaderAbsent."""
        path = os.fsencode(_absolute(source))
        return self._ask({"job": "icon"}, path, PICTURE_DEADLINE_S, str(source), answers.icon)

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
                told = answers.understood(answer, name, meaning)
            except WorkerEnded as ended:
                self._drop(worker)
                self.warm()
                reason = Breakage.OVERRAN if ended.overran else Breakage.CRASHED
                raise PictureBroke(name, reason) from None
            except tuple(answers.ERRORS.values()):
                self._give_back(worker)
                raise
            except BaseException:  # Ctrl+C among them: its answer would come to another question
                self._drop(worker)
                raise
            self._give_back(worker)
            return told

    def _take(self) -> Worker:
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
            except WorkerEnded:
                pass
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
        except OSError:
            return None
        self._running.add(worker)
        return worker

    def _give_back(self, worker: Worker) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(worker)
                return
        self._drop(worker)

    def _drop(self, worker: Worker) -> None:
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
