"""Why a look at the screen gave nothing. The look itself is Qt's, in `gui/`."""

from authenticator.errors import EnvironmentFault, InputRefused


class ScreenRefused(EnvironmentFault):
    """The system does not let this app see the screen, or shows it black."""


class ScreenPortalAbsent(EnvironmentFault):
    """Under Wayland only the desktop's portal may look, and none answers."""


class ScreenDismissed(EnvironmentFault):
    """The desktop asked whether this app may look, and was sent away."""


class NoCodeOnScreen(InputRefused):
    """Every screen was read, and none shows a code."""
