"""An error -> its message: one entry for each class, by family in the modules beside."""

import traceback
from pathlib import Path

from authenticator import exit_codes
from authenticator.errors import AuthenticatorError
from authenticator.language import tr
from authenticator.wording import (
    enrolment_errors,
    environment_errors,
    key_slot_errors,
    sandbox,
    scan_errors,
    time_errors,
    vault_errors,
)
from authenticator.wording.message import Message, Messages

_MESSAGES: Messages = {
    **enrolment_errors.MESSAGES,
    **scan_errors.MESSAGES,
    **time_errors.MESSAGES,
    **vault_errors.MESSAGES,
    **key_slot_errors.MESSAGES,
    **environment_errors.MESSAGES,
    **sandbox.MESSAGES,
}


def classes() -> tuple[type[AuthenticatorError], ...]:
    """Every class that has an entry."""
    return tuple(_MESSAGES)


def message_for(error: BaseException) -> Message:
    """See `wording.explain`."""
    for kind in type(error).__mro__:
        if kind in _MESSAGES and isinstance(error, AuthenticatorError):
            words = _MESSAGES[kind](error)
            return Message(
                words.title, words.cause, words.next_step, error.exit_code, words.terminal_step
            )
    frames = traceback.extract_tb(error.__traceback__)
    place = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Message(
        tr("Something unexpected went wrong"),
        tr(
            "This is a fault in the app ({kind}). Your keys were not changed.",
            kind=f"{type(error).__name__}{place}",
        ),
        tr("Try again. If it happens again, please report it with the line above."),
        exit_codes.OUR_BUG,
    )
