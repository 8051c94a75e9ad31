"""Words for people: an error -> title, cause, next step, exit code; a remark -> a sentence.

Short, concrete, in the second person: what happened, then what to do. Total over every
error class and every reason; a test walks them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authenticator.wording.kinds import kind
from authenticator.wording.remarks import mend, remark
from authenticator.wording.text import shown, without_key

if TYPE_CHECKING:
    from authenticator.wording.message import Message

__all__ = ["explain", "kind", "mend", "remark", "shown", "without_key"]


def explain(error: BaseException) -> Message:
    """The message for any error; for one that this app did not foresee, that it is our bug.

    What an unforeseen error says is left out: it may hold anything. Where it was raised
    is told.
    """
    # Imported when something is wrong: the table knows every floor below.
    from authenticator.wording.errors import message_for

    return message_for(error)
