"""Cameras by name, and frames from one; a film goes through the same capture code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from authenticator.errors import EnvironmentFault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]


class CameraFault(EnvironmentFault):
    """`camera` is the number of the one that was asked for."""

    def __init__(self, camera: int) -> None:
        self.camera = camera
        super().__init__(camera)


class NoCamera(CameraFault):
    """There is no camera of that number, or none at all."""


class CameraBusy(CameraFault):
    """The camera is there but gives no picture: most often another program holds it."""


class CameraLost(CameraFault):
    """The camera gave pictures and stopped: unplugged, or taken away by the system."""


class CameraRefused(CameraFault):
    """The system does not let this app use the camera."""


@dataclass(frozen=True, slots=True)
class CameraName:
    """`number` is what `open_camera` takes; `name` is what the system calls it."""

    number: int
    name: str


def cameras() -> list[CameraName]:
    """The cameras of this computer, by number."""
    raise NotImplementedError


class Camera:
    """An open camera or film. `close` may be called from any thread and more than once."""

    def read(self) -> Frame | None:
        """The next frame, BGR; None at the end of a film and after `close`."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

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
    """Open a camera by number, or a film by path.

    Raises NoCamera, CameraBusy, CameraRefused; for a film FileUnreadable, NotAnImage.
    """
    raise NotImplementedError
