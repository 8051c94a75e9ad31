"""The live picture of a camera, on a thread of its own.

The camera is opened by the thread and closed by it, whatever happens. A frame is only sent
when the last one was drawn, so that a slow screen drops frames instead of piling them up.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from authenticator.compose import Parts


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame: its picture, the codes' outlines in its pixels, and newly accepted texts."""

    image: QImage
    outlines: tuple[tuple[tuple[int, int], ...], ...]
    texts: tuple[str, ...]


class CameraFeed(QObject):
    """Starts and stops; tells what is seen, and why it ended (None: the film is over)."""

    seen = Signal(object)  # Seen
    ended = Signal(object)  # Exception | None

    _sent = Signal(object)  # (run number, Seen)
    _stopped = Signal(object)  # (run number, Exception | None)

    def __init__(self, parts: Parts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._run = 0
        self._stop: threading.Event | None = None
        self._drawn = threading.Event()
        self._thread: threading.Thread | None = None
        self._sent.connect(self._pass_on)
        self._stopped.connect(self._end)

    @property
    def running(self) -> bool:
        return self._stop is not None

    def start(self, source: int | Path) -> None:
        """Open a camera by number, or a film by path; the one before is let go first."""
        self.stop()
        self._run += 1
        self._stop = threading.Event()
        self._drawn.set()
        self._thread = threading.Thread(
            target=_watch,
            args=(
                self._parts,
                source,
                self._run,
                self._stop,
                self._drawn,
                self._thread,
                self._sent.emit,
                self._stopped.emit,
            ),
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Let the camera go. Returns at once; the thread closes it within a frame."""
        if self._stop is not None:
            self._stop.set()
            self._stop = None
            self._run += 1  # what is still on its way belongs to no one

    def close(self, wait_s: float = 2.0) -> None:
        """Stop, and wait until the camera is closed."""
        self.stop()
        if self._thread is not None:
            self._thread.join(wait_s)

    def _pass_on(self, sent: tuple[int, Seen]) -> None:
        run, seen = sent
        self._drawn.set()
        if run == self._run:
            self.seen.emit(seen)

    def _end(self, told: tuple[int, Exception | None]) -> None:
        run, error = told
        if run == self._run:
            self._stop = None
            self.ended.emit(error)


def _watch(
    parts: Parts,
    source: int | Path,
    run: int,
    stop: threading.Event,
    drawn: threading.Event,
    before: threading.Thread | None,
    send: Callable[[object], None],
    tell: Callable[[object], None],
) -> None:
    error: Exception | None = None
    try:
        if before is not None:
            before.join()  # two can't have one camera
        if stop.is_set():
            return
        camera = parts.open_camera(source)
        try:
            watch = parts.watch()
            while not stop.is_set():
                frame = camera.read()
                if frame is None:
                    break
                sight = watch.offer(frame)
                texts = tuple(payload.text for payload in sight.accepted)
                if texts or drawn.is_set():
                    drawn.clear()
                    height, width = frame.shape[:2]
                    image = QImage(
                        frame.data, width, height, frame.strides[0], QImage.Format.Format_BGR888
                    ).copy()
                    send((run, Seen(image, sight.outlines, texts)))
        finally:
            camera.close()
    except RuntimeError:
        return  # the window is gone, and with it the owner of the signals
    except Exception as fault:  # noqa: BLE001 - told to the person
        error = fault
    try:
        tell((run, error))
    except RuntimeError:
        return
