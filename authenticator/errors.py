"""The root error, its families, and the errors that every layer may raise.

An error carries facts as attributes and no sentence for users: `authenticator.wording`
turns every class into a title, a cause, a next step and an exit code. No fact may hold
a secret, a passphrase, a code or a whole otpauth URI.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authenticator import exit_codes

if TYPE_CHECKING:
    from pathlib import Path


class AuthenticatorError(Exception):
    """Any error that this app foresees; each family has its exit code."""

    exit_code = exit_codes.OUR_BUG


class InputRefused(AuthenticatorError):
    """The user's input can't be used."""

    exit_code = exit_codes.INPUT


class DataBad(AuthenticatorError):
    """Stored or imported data can't be used."""

    exit_code = exit_codes.DATA


class EnvironmentFault(AuthenticatorError):
    """Something in the environment fails: keyring, camera, network, disk."""

    exit_code = exit_codes.ENVIRONMENT


class DiskRefused(EnvironmentFault):
    """`path` can't be written (or read); `reason` is an errno name such as ENOSPC, or one of the
    two others that `files` has."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(path, reason)


class StreamRefused(EnvironmentFault):
    """A standard stream of this program (`stdin`, `stdout`, `stderr`) can't be read or written;
    `reason` is an errno name such as ENOSPC, or EBADF if the stream is closed."""

    def __init__(self, stream: str, reason: str) -> None:
        self.stream = stream
        self.reason = reason
        super().__init__(stream, reason)
