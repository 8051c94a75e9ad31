"""The message about an error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from authenticator import exit_codes
from authenticator.errors import AuthenticatorError


@dataclass(frozen=True, slots=True)
class Message:
    """What happened, why, what to do, and the exit code.

    `terminal_step` is the next step in a terminal, empty if it is the same.
    """

    title: str
    cause: str = ""
    next_step: str = ""
    exit_code: int = exit_codes.OUR_BUG
    terminal_step: str = ""


Messages = Mapping[type[AuthenticatorError], Callable[[Any], Message]]
"""The message of each class of error, made from the error itself."""
