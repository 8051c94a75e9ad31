"""Cameras by name, and frames from one; a video file goes through the same capture code."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from authenticator.errors import EnvironmentFault
from authenticator.scan.image import NotAnImage
from authenticator.scan.input_file import check_file

if TYPE_CHECKING:  # cv2 costs 125 to 290 ms, and `wording` imports this file's errors
    import numpy as np
    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]

WIDTH, HEIGHT = 1280, 720
"""Pixels asked for; a camera gives what it has."""
FRAME_TIMEOUT_S = 2.0
"""How long a camera may deliver no valid frame: one that wakes up or loses a packet misses a few,
one that was unplugged misses all."""
PAUSE_S = 0.05
"""Between two attempts: some fail at once."""


class CameraFault(EnvironmentFault):
    """`camera` is the number of the requested camera."""

    def __init__(self, camera: int) -> None:
        self.camera = camera
        super().__init__(camera)


class NoCamera(CameraFault):
    """There is no camera with that number, or none at all."""


class CameraBusy(CameraFault):
    """The camera exists but delivers no frame, usually because another program uses it."""


class CameraLost(CameraFault):
    """The camera delivered frames and stopped: unplugged, or disconnected by the system."""


class CameraRefused(CameraFault):
    """The system does not let this app use the camera."""


@dataclass(frozen=True, slots=True)
class CameraName:
    """`number` is what `open_camera` takes; `name` is what the system calls it."""

    number: int
    name: str


def _cv2() -> ModuleType:
    import cv2

    # OpenCV logs every camera that does not open to stderr. The errors here report that.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2


def _backend() -> int:
    """The backend for which camera numbers and names match.

    On Windows DirectShow, never Media Foundation (MSMF), which OpenCV would choose by default: it
    takes seconds to minutes to open some cameras and seconds more for each setting, and turning off
    its hardware transforms does not always help (github.com/opencv/opencv, issues 17687, 26495 and
    27917). It also numbers cameras differently.
    """
    cv2 = _cv2()
    by_platform = {"win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
    return int(by_platform.get(sys.platform, cv2.CAP_V4L2))


def cameras() -> list[CameraName]:
    """The cameras of this computer, by number."""
    backend = _backend()
    from cv2_enumerate_cameras import enumerate_cameras

    return sorted(
        (
            CameraName(found.index, found.name or f"Camera {found.index}")
            for found in enumerate_cameras(backend)
        ),
        key=lambda camera: camera.number,
    )


class Capture(Protocol):
    """What is used of cv2.VideoCapture."""

    def read(self) -> tuple[bool, Frame | None]: ...
    def release(self) -> None: ...


class Camera:
    """An open camera or video file. `close` may be called from any thread and more than once.

    `number` is the camera's; None for a video file, whose end is not an error.
    """

    def __init__(
        self,
        capture: Capture,
        number: int | None,
        *,
        now_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._capture = capture
        self._number = number
        self._now_s = now_s
        self._sleep = sleep
        self._seen = False
        self._closed = False
        self._reading = threading.Lock()

    def read(self) -> Frame | None:
        """The next frame, BGR, of any size; None at the end of a video file and after `close`.

        Blocks until the camera has one; invalid frames are skipped. Raises CameraBusy if it never
        delivered a frame, CameraLost if it stopped.
        """
        until_s = self._now_s() + FRAME_TIMEOUT_S
        while True:
            frame = self._next()
            if self._closed:
                self.close()  # `close` was called while the frame was being read: see there
                return None
            if frame is not None:
                self._seen = True
                return frame
            if self._number is None:
                return None
            if self._now_s() >= until_s:
                raise CameraLost(self._number) if self._seen else CameraBusy(self._number)
            self._sleep(PAUSE_S)

    def _next(self) -> Frame | None:
        """What the device delivers; None if that is not a BGR picture."""
        with self._reading:
            taken, frame = (False, None) if self._closed else self._capture.read()
        if not taken or frame is None or frame.ndim != 3 or frame.dtype.name != "uint8":
            return None
        return frame if frame.size and frame.shape[2] == 3 else None

    def close(self) -> None:
        """Release the device now, or on the reading thread as soon as it has its frame.

        A window that closes while its worker waits for a frame must not block.
        """
        self._closed = True
        if self._reading.acquire(blocking=False):
            try:
                self._capture.release()
            finally:
                self._reading.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_camera(source: int | Path) -> Camera:
    """Open a camera by number, or a video file by path.

    Raises NoCamera, CameraBusy, CameraRefused; for a video file FileUnreadable, NotAnImage.
    """
    if isinstance(source, Path):
        device = re.fullmatch(r"/dev/video(\d+)", os.path.realpath(source))
        if not device:
            return _open_film(source)
        source = int(device[1])
    if sys.platform.startswith("linux"):
        _check_device(source, Path(f"/dev/video{source}"))
    cv2 = _cv2()
    capture = cv2.VideoCapture(source, _backend())
    if not capture.isOpened():
        capture.release()
        raise _not_opened(source)
    # Before the size: uncompressed frames of this size saturate USB 2 at 10 per second.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the latest frame, not one from a second ago
    return Camera(capture, source)


def _check_device(number: int, device: Path) -> None:
    if not device.exists():
        raise NoCamera(number)
    if not os.access(device, os.R_OK | os.W_OK):
        raise CameraRefused(number)


def _not_opened(number: int) -> CameraFault:
    """Why a camera did not open, on systems without a device file to check."""
    if number not in [camera.number for camera in cameras()]:
        return NoCamera(number)
    # macOS lets programs share a camera, so only the user's permission can be missing.
    if sys.platform == "darwin" or _windows_denies():
        return CameraRefused(number)
    return CameraBusy(number)


def _windows_denies() -> bool:
    """Whether Windows' privacy settings deny cameras to programs like this one: for the whole
    computer, for this user, or for programs not from its store."""
    if sys.platform != "win32":
        return False
    import winreg

    webcam = (
        r"Software\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"
    )
    for root, path in (
        (winreg.HKEY_LOCAL_MACHINE, webcam),
        (winreg.HKEY_CURRENT_USER, webcam),
        (winreg.HKEY_CURRENT_USER, rf"{webcam}\NonPackaged"),
    ):
        with contextlib.suppress(OSError), winreg.OpenKey(root, path) as key:
            if winreg.QueryValueEx(key, "Value")[0] == "Deny":
                return True
    return False


def _open_film(path: Path) -> Camera:
    check_file(path)
    capture = _cv2().VideoCapture(str(path))
    if not capture.isOpened():
        capture.release()
        raise NotAnImage(str(path))
    return Camera(capture, None)
