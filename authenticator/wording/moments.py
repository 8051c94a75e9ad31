"""Points in time, as text."""

import time

from authenticator.language import tr
from authenticator.vault.entry import Entry


def moment(unix_s: float) -> str:
    """A date with its time, by the computer's time zone: `2026-11-28 14:03`."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(unix_s))
    except (OverflowError, ValueError, OSError):  # a year that the system has no calendar for
        return "?"


def added(entry: Entry) -> str:
    """When an account was added; empty if that is not known."""
    return tr("added {date}", date=moment(entry.added_s)) if entry.added_s else ""
