"""User-facing texts: an error -> title, cause, next step, exit code; a remark -> a sentence.

Short, concrete, in the second person: what happened, then what to do. Every error class and every
reason has a text; a test checks all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authenticator.wording.code_type import kind
from authenticator.wording.enrolment_remarks import remark
from authenticator.wording.untrusted_text import displayable, keyless, without_key

if TYPE_CHECKING:
    from authenticator.otp.remark import Remark
    from authenticator.wording.message import Message

__all__ = ["displayable", "explain", "keyless", "kind", "remark", "suggested_fix", "without_key"]


def explain(error: BaseException) -> Message:
    """The message for any error; an unforeseen one is reported as a bug of the app.

    The text of an unforeseen error is left out, as it may contain anything; the place where it was
    raised is included.
    """
    # Imported only on errors: the table imports every layer below.
    from authenticator.wording.errors import message_for

    return message_for(error)


def suggested_fix(remark: Remark) -> str:
    """What to do about a remark; empty if nothing needs to be done."""
    # Imported only where something is inspected or refused.
    from authenticator.wording import enrolment_fixes

    return enrolment_fixes.suggested_fix(remark)
