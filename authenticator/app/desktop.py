"""The screens and the clipboard, as a use case may ask for them: only Qt reaches them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from authenticator.errors import EnvironmentFault

if TYPE_CHECKING:  # numpy costs 50 to 150 ms
    import numpy as np
    from numpy.typing import NDArray


class IconBroken(EnvironmentFault):
    """An icon of the app, or what draws it, is missing or damaged."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


@dataclass(frozen=True, slots=True)
class Given:
    """One thing on the clipboard, by the name to show for it: a picture (a file or the bytes
    of one), or else a text."""

    name: str
    picture: Path | bytes | None = None
    text: str = ""


class Desktop(Protocol):
    def screens(self) -> list[NDArray[np.uint8]]:
        """The brightness of every screen, in its own pixels, as rows of columns.

        Raises NoDisplay, ScreenRefused, ScreenPortalAbsent, ScreenDismissed.
        """

    def clipboard(self) -> list[Given]:
        """What is on the clipboard, nothing if it is empty.

        Raises NoDisplay, ClipboardHidden.
        """

    def icons(self) -> int:
        """How many of the app's icons can be drawn: all. Raises IconBroken."""
