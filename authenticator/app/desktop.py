"""The screens and the clipboard, which only Qt can reach, as a use case asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from authenticator.errors import EnvironmentFault

if TYPE_CHECKING:  # numpy costs 50 to 150 ms
    import numpy as np
    from numpy.typing import NDArray

    from authenticator.app.reading import Source


class IconBroken(EnvironmentFault):
    """An icon of the app, or what draws it, is missing or damaged."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class Desktop(Protocol):
    def screens(self) -> list[NDArray[np.uint8]]:
        """The brightness of every screen, in its own pixels, as rows of columns.

        Raises NoDisplay, ScreenRefused, ScreenPortalAbsent, ScreenDismissed.
        """

    def clipboard(self) -> list[Source]:
        """What is on the clipboard, nothing if it is empty.

        Raises NoDisplay, ClipboardHidden.
        """

    def icons(self) -> int:
        """Draw all icons of the app; returns their number. Raises IconBroken."""
