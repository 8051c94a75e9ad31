"""What use cases need of the desktop: screens, clipboard, icons. `gui/` implements it with Qt."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from authenticator.errors import EnvironmentFault

if TYPE_CHECKING:  # numpy costs 50 to 150 ms
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from authenticator.app.reading import Source


class IconBroken(EnvironmentFault):
    """An icon of the app, or what renders it, is missing or damaged."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class WindowOrder(StrEnum):
    """What the terminal may ask of the window that is open."""

    LOCK = "lock"
    UNLOCK = "unlock"


class WindowAbsent(EnvironmentFault):
    """No window of this home is open."""


class WindowSilent(EnvironmentFault):
    """A window is open and does not answer."""


class Desktop(Protocol):
    def screens(self) -> list[NDArray[np.uint8]]:
        """Every screen in its native pixels, as rows of columns: brightness, or blue, green, red
        and opacity.

        Raises NoDisplay, ScreenRefused, ScreenPortalAbsent, ScreenDismissed.
        """

    def clipboard(self) -> list[Source]:
        """The items on the clipboard; none if it is empty.

        Raises NoDisplay, ClipboardHidden.
        """

    def icons(self) -> int:
        """The number of the app's icons, all of which can be drawn. Raises IconBroken."""

    def order_window(self, home: Path, order: WindowOrder) -> bool:
        """Let the window of this home lock, or come to the front with the page that unlocks it.
        Returns whether it had the vault open before.

        Raises WindowAbsent, WindowSilent.
        """
