"""Errors of reading the screen or the clipboard. The reading itself needs Qt, in `gui/`."""

from authenticator.errors import EnvironmentFault, InputRefused


class NoDisplay(EnvironmentFault):
    """There is no display, so neither a screen nor a clipboard."""


class ClipboardHidden(EnvironmentFault):
    """On Wayland, only the focused window can read the clipboard."""


class ClipboardEmpty(InputRefused):
    """The clipboard holds nothing that could contain a code."""


class ScreenRefused(EnvironmentFault):
    """The system does not let this app capture the screen, or gives it a black picture."""


class ScreenPortalAbsent(EnvironmentFault):
    """On Wayland, only the desktop portal can capture the screen, and none responds."""


class ScreenDismissed(EnvironmentFault):
    """The user dismissed the desktop's request to capture the screen."""


class NoCodeOnScreen(InputRefused):
    """All screens were read, and none shows a code."""
