"""When to ask 'do you still know your passphrase?': after a week, a month, then each three months.

Typing it to open the accounts counts, so those who do are never asked.
"""

from typing import Final, NamedTuple

DAY_S: Final = 86_400
AFTER_DAYS: Final = (7, 30, 91)
"""Since it was chosen, and since each answer; the last one repeats."""
SNOOZED_DAYS: Final = 3


class Reminder(NamedTuple):
    """`answers` is how often it was asked and known, `due_s` when to ask next (Unix seconds); 0
    where there is no passphrase to be asked for."""

    answers: int = 0
    due_s: int = 0

    def is_due(self, now_s: float) -> bool:
        """Whether to ask. A clock that was set back by years does not keep it from being asked."""
        longest_s = max(AFTER_DAYS) * DAY_S
        return self.due_s > 0 and not now_s < self.due_s <= now_s + longest_s


def chosen(now_s: float) -> Reminder:
    """After a passphrase was chosen."""
    return Reminder(0, _in_days(now_s, AFTER_DAYS[0]))


def typed(reminder: Reminder, now_s: float) -> Reminder:
    """After it was typed to open the accounts."""
    return reminder._replace(due_s=_in_days(now_s, _interval(reminder.answers)))


def known(reminder: Reminder, now_s: float) -> Reminder:
    """After it was asked for, and known."""
    answers = min(reminder.answers + 1, len(AFTER_DAYS) - 1)
    return Reminder(answers, _in_days(now_s, _interval(answers)))


def snoozed(reminder: Reminder, now_s: float) -> Reminder:
    """After 'another day'."""
    return reminder._replace(due_s=_in_days(now_s, SNOOZED_DAYS))


def _interval(answers: int) -> int:
    return AFTER_DAYS[min(answers, len(AFTER_DAYS) - 1)]


def _in_days(now_s: float, days: int) -> int:
    return int(now_s) + days * DAY_S
