"""The live picture of a camera, and what its codes say.

One thread takes frames from the camera as fast as they come and keeps the newest one; another
reads whichever is kept. So the picture stays fluid however long a frame takes to read, and no
old frame is read. The first thread opens and closes the camera.
"""

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from authenticator import debug_log
from authenticator.compose import Services
from authenticator.gui.jobs import SignalRelay
from authenticator.scan.camera import CameraBusy, CameraLost

if TYPE_CHECKING:
    from authenticator.scan.camera import Camera, Frame

OPENS_MS = 20_000
"""How long a camera may take until its first picture: USB and drivers are slow to wake."""
STALLS_MS = 5_000
"""How long it may take from one picture to the next."""
RELEASE_S = 5.0
"""How long to wait for a camera to be released before another is opened."""


class CameraFeed(QObject):
    """Emits pictures, what was read, and why it ended (None: there are no more frames).

    A camera may hang in its driver for ever. Nothing here waits for it: it is reported as one
    that gives no picture, and its thread is left to itself.
    """

    frame_ready = Signal(QImage)
    result_ready = Signal(object)  # scan.live_scan.FrameResult
    ended = Signal(object)  # Exception | None

    _came = Signal(object)  # (run, QImage | FrameResult)
    _stopped = Signal(object)  # (run, Exception | None)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._run: _Run | None = None
        self._before: _Run | None = None
        self._number = 0
        self._pictured = False
        self._timeout = QTimer(self, singleShot=True)
        self._timeout.timeout.connect(self._give_up)
        self._came.connect(self._pass_on)
        self._stopped.connect(self._end)

    @property
    def running(self) -> bool:
        return self._run is not None

    def start(self, number: int) -> None:
        """Open a camera; the previous one is released first."""
        self.stop()
        self._number = number
        self._pictured = False
        came, stopped = SignalRelay(self._came.emit), SignalRelay(self._stopped.emit)
        self._run = _Run(self._services, number, came, stopped)
        threading.Thread(target=self._run.capture, args=(self._before,), daemon=True).start()
        self._before = self._run
        self._timeout.start(OPENS_MS)

    def stop(self) -> None:
        """Release the camera. Returns at once; its thread closes it within a frame."""
        self._timeout.stop()
        if self._run is not None:
            self._run.stop()
            self._run = None  # what is still on its way belongs to no one

    def close(self, wait_s: float = 2.0) -> None:
        """Stop, and wait until the camera is closed, but at most `wait_s` for one that hangs."""
        self.stop()
        if self._before is not None:
            self._before.released.wait(wait_s)

    def _pass_on(self, came: tuple["_Run", object]) -> None:
        run, thing = came
        if isinstance(thing, QImage):
            run.drawn.set()
        if run is not self._run:
            return
        if isinstance(thing, QImage):
            if not self._pictured:
                debug_log.write("camera opened", width=thing.width(), height=thing.height())
            self._pictured = True
            self._timeout.start(STALLS_MS)
            self.frame_ready.emit(thing)
        else:
            self.result_ready.emit(thing)

    def _end(self, told: tuple["_Run", Exception | None]) -> None:
        run, error = told
        if run is self._run:
            self._timeout.stop()
            self._run = None
            debug_log.write("camera ended", error=error)
            self.ended.emit(error)

    def _give_up(self) -> None:
        self.stop()
        debug_log.write("camera gives no picture", opened=self._pictured)
        self.ended.emit((CameraLost if self._pictured else CameraBusy)(self._number))


class _Newest:
    """Holds one frame: the newest. The one before it is dropped, read or not."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._closed = False

    def put(self, frame: "Frame") -> None:
        with self._changed:
            self._frame = frame
            self._changed.notify()

    def take(self) -> "Frame | None":
        """The newest frame, once; waits for one. None when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._closed)
            frame, self._frame = self._frame, None
            return frame

    def close(self) -> None:
        """The frame that is kept may still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify()


class _Run:
    """One camera, from its opening to its release. `send` and `tell` are the feed's signals."""

    def __init__(
        self,
        services: Services,
        number: int,
        send: SignalRelay,
        tell: SignalRelay,
    ) -> None:
        self.drawn = threading.Event()
        """Whether the last picture was drawn: a slow screen drops some, and piles up none."""
        self.drawn.set()
        self.released = threading.Event()
        """Whether the camera is free again."""
        self._services = services
        self._number = number
        self._send = send
        self._tell = tell
        self._stop = threading.Event()
        self._newest = _Newest()
        self._fault: Exception | None = None

    def stop(self) -> None:
        """Emit nothing from here on."""
        self._stop.set()
        self._send.revoke()
        self._tell.revoke()

    def capture(self, before: "_Run | None") -> None:
        """The first thread: from the camera to the screen, and to the thread that reads."""
        reading = threading.Thread(target=self._read, daemon=True)
        reading.start()
        try:
            # Two can't have one camera.
            if before is not None and not before.released.wait(RELEASE_S):
                raise CameraBusy(self._number)
            if not self._stop.is_set():
                camera = self._services.open_camera(self._number)
                try:
                    self._pass_on_frames(camera)
                finally:
                    camera.close()
        except Exception as fault:  # noqa: BLE001 - told to the person
            self._fault = self._fault or fault
        self.released.set()
        self._newest.close()
        reading.join()  # what it waits for has a deadline
        self._tell((self, self._fault))

    def _pass_on_frames(self, camera: "Camera") -> None:
        while not self._stop.is_set():
            frame = camera.read()
            if frame is None:
                return
            self._newest.put(frame)
            if self.drawn.is_set():
                self.drawn.clear()
                height, width = frame.shape[:2]
                view = QImage(
                    frame.data, width, height, frame.strides[0], QImage.Format.Format_BGR888
                )
                self._send((self, view.copy()))

    def _read(self) -> None:
        """The second thread."""
        try:
            watch = self._services.live_scan()
            while (frame := self._newest.take()) is not None and not self._stop.is_set():
                sight = watch.add_frame(frame)
                if sight.accepted:
                    debug_log.write("camera read", codes=len(sight.accepted))
                self._send((self, sight))
        except Exception as fault:  # noqa: BLE001 - told to the person
            self._fault = fault
            self._stop.set()
