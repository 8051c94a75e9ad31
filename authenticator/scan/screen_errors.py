"""Why a look at the screen or the clipboard gave nothing. The look itself is Qt's, in `gui/`."""

from authenticator.errors import EnvironmentFault, InputRefused


class NoDisplay(EnvironmentFault):
    """No display answers, so there is neither a screen nor a clipboard."""


class ClipboardHidden(EnvironmentFault):
    """Under Wayland only a window that has the focus sees the clipboard."""


class ClipboardEmpty(InputRefused):
    """Nothing is on the clipboard in which a code could be."""


class ScreenRefused(EnvironmentFault):
    """The system does not let this app see the screen, or shows it black."""


class ScreenPortalAbsent(EnvironmentFault):
    """Under Wayland only the desktop's portal may look, and none answers."""


class ScreenDismissed(EnvironmentFault):
    """The desktop asked whether this app may look, and was sent away."""


class NoCodeOnScreen(InputRefused):
    """Every screen was read, and none shows a code."""
