"""The root error, its families, and the one error that every layer may raise.

An error carries facts as attributes and no sentence for users: `authenticator.wording`
turns every class into a title, a cause, a next step and an exit code. No fact may hold
a secret, a passphrase, a code or a whole otpauth URI.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class AuthenticatorError(Exception):
    """Any error that this app foresees."""


class InputRefused(AuthenticatorError):
    """The user's input can't be used (exit 3)."""


class DataBad(AuthenticatorError):
    """Stored or imported data can't be used (exit 4)."""


class EnvironmentFault(AuthenticatorError):
    """Something in the environment fails: keyring, camera, network, disk (exit 5)."""


class DiskRefused(EnvironmentFault):
    """`path` can't be written (or read); `reason` is an errno name such as ENOSPC."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(path, reason)
