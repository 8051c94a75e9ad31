"""'Do you still know your passphrase?': after a week, a month, then each three months."""

from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.passphrase_reminder import (
    AFTER_DAYS,
    DAY_S,
    SNOOZED_DAYS,
    Reminder,
    chosen,
    known,
    snoozed,
    typed,
)

NOW = 1_800_000_000
moments = st.floats(0, 2**40)
reminders = st.builds(Reminder, st.integers(0, 9), st.integers(0, 2**40))


def test_it_is_asked_after_a_week_a_month_and_each_three_months() -> None:
    reminder, now_s = chosen(NOW), float(NOW)
    waited = []
    for _ in range(5):
        waited.append((reminder.due_s - now_s) / DAY_S)
        assert not reminder.is_due(reminder.due_s - 1)
        assert reminder.is_due(reminder.due_s)
        now_s = reminder.due_s
        reminder = known(reminder, now_s)
    assert waited == [7, 30, 91, 91, 91]


@given(reminders, moments)
def test_whatever_is_done_it_is_not_asked_again_at_once(reminder: Reminder, now_s: float) -> None:
    for after in (known(reminder, now_s), typed(reminder, now_s), snoozed(reminder, now_s)):
        assert not after.is_due(now_s)
        assert after.is_due(now_s + max(AFTER_DAYS) * DAY_S + 1)


@given(reminders, moments)
def test_snoozing_and_typing_are_no_answers(reminder: Reminder, now_s: float) -> None:
    assert snoozed(reminder, now_s).answers == typed(reminder, now_s).answers == reminder.answers
    assert snoozed(reminder, now_s).due_s == int(now_s) + SNOOZED_DAYS * DAY_S


@given(moments)
def test_without_a_passphrase_it_is_never_asked(now_s: float) -> None:
    assert not Reminder().is_due(now_s)


def test_a_clock_that_was_wrong_by_years_does_not_keep_it_from_being_asked() -> None:
    assert chosen(NOW + 3650 * DAY_S).is_due(NOW)
