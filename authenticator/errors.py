"""The root error, its families, and the errors that every floor may meet.

An error carries facts as attributes and no sentence for users: `authenticator.wording`
turns every class into a title, a cause, a next step and an exit code. No fact may hold
a secret, a passphrase, a code or a whole otpauth URI.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class AuthenticatorError(Exception):
    """Anything that this app foresees going wrong."""


class InputRefused(AuthenticatorError):
    """What the user handed in can't be taken (exit 3)."""


class DataBad(AuthenticatorError):
    """What is stored, or was imported, can't be used (exit 4)."""


class EnvironmentFault(AuthenticatorError):
    """Something around the app does not answer: keyring, camera, network, disk (exit 5)."""


class DiskRefused(EnvironmentFault):
    """The disk does not take (or give) `path`; `reason` is an errno name such as ENOSPC."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(path, reason)


class StreamRefused(EnvironmentFault):
    """A standard stream of this program (`stdin`, `stdout`, `stderr`) gives or takes nothing;
    `reason` is an errno name such as ENOSPC, EBADF where the stream is closed."""

    def __init__(self, stream: str, reason: str) -> None:
        self.stream = stream
        self.reason = reason
        super().__init__(stream, reason)
