"""The trash: 30 days are 30 days, whatever the computer's clock does once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.vault.errors import (
    KeyringLocked,
    NoSuchAccount,
)
from authenticator.vault.trash import (
    DAY_S,
    RETENTION_S,
    WEEK_S,
    Retention,
    TrashClock,
    TrashedAccount,
    begin_retention,
    read_numbers,
    write_numbers,
)
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault, all_entries

NOW = 1_700_000_000
gaps = st.integers(1, WEEK_S)


def seen(start: TrashClock, moments: list[int]) -> TrashClock:
    clock = start
    for moment in moments:
        clock = clock.advanced_to(moment)
    return clock


def started() -> tuple[TrashClock, Retention]:
    clock = TrashClock().advanced_to(NOW)
    return clock, begin_retention(clock)


@given(st.lists(gaps, max_size=40))
def test_stay_looked_at_weekly_lasts_thirty_days(passing: list[int]) -> None:
    clock, stay = started()
    assert stay.remaining_s(clock) == RETENTION_S
    now = NOW
    for gap in passing:
        now += gap
        clock = clock.advanced_to(now)
        assert stay.remaining_s(clock) == max(0, RETENTION_S - (now - NOW))


@given(
    st.lists(gaps, max_size=12),
    st.integers(0, 12),
    st.integers(-100 * 365 * DAY_S, 100 * 365 * DAY_S).filter(lambda jump: abs(jump) > WEEK_S),
    st.integers(0, 12),
)
def test_clock_jumping_and_coming_back_never_shortens_a_stay(
    passing: list[int], first: int, jump: int, looks: int
) -> None:
    """The clock is wrong by `jump` for some looks, and right again after."""
    clock, stay = started()
    now = NOW
    for number, gap in enumerate(passing):
        now += gap
        wrong = first <= number < first + looks
        clock = clock.advanced_to(now + (jump if wrong else 0))
        # Steps between a wrong and a right look count as nothing, the others as they are.
        assert stay.remaining_s(clock) >= RETENTION_S - (now - NOW)


@given(st.integers(WEEK_S + 1, 100 * 365 * DAY_S))
def test_clock_wrong_at_removal_keeps_the_whole_stay(error: int) -> None:
    for wrong in (NOW + error, NOW - error):
        stay = begin_retention(clock := TrashClock().advanced_to(wrong))
        assert stay.remaining_s(clock.advanced_to(NOW)) == RETENTION_S


def test_stay_looked_at_monthly_ends_too() -> None:
    clock, stay = started()
    left = []
    for month in range(1, 8):
        clock = clock.advanced_to(NOW + month * 31 * DAY_S)
        left.append(stay.remaining_s(clock) // DAY_S)
    assert left == [30, 23, 16, 9, 2, 0, 0]


def test_clock_starting_in_1970_each_day_keeps_thirty_days() -> None:
    clock, stay = started()
    for day in range(30):
        assert stay.remaining_s(clock) > 0
        clock = seen(clock, [3600, NOW + day * DAY_S, NOW + day * DAY_S + 3600])


def test_wants_look_is_true_once_a_day() -> None:
    clock, _ = started()
    for gap, wanted in [(0, False), (DAY_S - 1, False), (DAY_S, True), (-DAY_S, True)]:
        assert clock.is_stale(NOW + gap) == wanted


@given(st.builds(TrashClock, *[st.integers()] * 3) | st.builds(Retention, *[st.integers()] * 3))
def test_numbers_read_back_equal(value: TrashClock | Retention) -> None:
    assert type(value)(*read_numbers(write_numbers(value))) == value


@pytest.mark.parametrize("text", [b"", b"{}", b"[1,2]", b"[1,2,1e999]", b"[1,2,null]", b"\xff"])
def test_read_numbers_of_another_text_raises_value_error(text: bytes) -> None:
    with pytest.raises(ValueError, match="no numbers"):
        read_numbers(text)


def test_removed_account_is_in_the_trash_only_and_comes_back_as_it_was(sample: SampleVault) -> None:
    vault = sample.create()
    first, counted, last = vault.add(KIM), vault.add(COUNTED, groups=["work"]), vault.add(KIM)
    assert vault.advance_counter(counted.id) == 7
    counted = vault.edit(counted.id, notes="notes", picture=b"picture")
    vault.remove(counted.id)
    for opened in (vault, sample.open()):
        assert opened.entries() == [first, last]
        assert opened.trashed() == [TrashedAccount(counted, int(sample.now_s), 30 * DAY_S)]
        for call in (
            opened.entry,
            opened.account,
            opened.advance_counter,
            opened.remove,
            opened.notes,
        ):
            with pytest.raises(NoSuchAccount):
                call(counted.id)
        with pytest.raises(NoSuchAccount):
            opened.move(first.id, counted.id)
    assert sample.secrets() == {first.id, counted.id, last.id}
    assert vault.restore(counted.id) == counted
    assert vault.entries() == [first, counted, last]
    assert vault.notes(counted.id) == "notes"
    assert vault.advance_counter(counted.id) == 8
    with pytest.raises(NoSuchAccount):
        vault.restore(counted.id)


def test_trashed_lists_the_last_removed_first(sample: SampleVault) -> None:
    vault = sample.create()
    ids = [vault.add(KIM).id for _ in range(3)]
    for id in ids:
        sample.now_s += 1
        vault.remove(id)
    assert [one.entry.id for one in vault.trashed()] == ids[::-1]


def test_open_thirty_days_after_a_removal_deletes_for_good(sample: SampleVault) -> None:
    vault = sample.create()
    kept, early, late = (vault.add(account).id for account in (COUNTED, KIM, KIM))
    vault.remove(early)
    sample.now_s += 5 * DAY_S
    vault.remove(late)
    for _ in range(5):
        sample.now_s += 5 * DAY_S
        vault = sample.open()
    assert sample.secrets() == {kept, late}
    assert vault.trashed()[0].left_s == 5 * DAY_S
    sample.now_s += 5 * DAY_S
    vault.purge_expired()  # as a window that stays open does
    assert sample.secrets() == {kept}
    assert all_entries(vault) == [vault.entry(kept)]


@pytest.mark.parametrize("jump_days", [-20_000, -30, 40, 4000])
def test_clock_jumping_once_deletes_nothing(sample: SampleVault, jump_days: int) -> None:
    """A clock that is years off once, whichever way, must not empty the trash."""
    vault = sample.create()
    old = vault.add(KIM)
    vault.remove(old.id)
    sample.now_s += 25 * 3600
    sample.open()
    sample.now_s += jump_days * DAY_S
    for _ in range(3):
        assert len(sample.open().trashed()) == 1
    sample.now_s -= jump_days * DAY_S
    assert sample.open().restore(old.id) == old


def test_open_writes_nothing_for_an_empty_trash_nor_twice_a_day(sample: SampleVault) -> None:
    vault = sample.create()
    id = vault.add(KIM).id
    path = sample.home / "vault.db"
    before = path.read_bytes()
    sample.now_s += 3 * DAY_S
    sample.open()
    assert path.read_bytes() == before
    vault.remove(id)
    sample.now_s += DAY_S
    sample.open()
    before = path.read_bytes()
    sample.now_s += DAY_S - 1
    sample.open()
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "damage", ["UPDATE account SET trashed = 7", "UPDATE manifest SET sealed = x'07'"]
)
def test_damaged_trash_deletes_nothing(sample: SampleVault, damage: str) -> None:
    vault = sample.create()
    old = vault.add(KIM)
    sample.now_s += 100 * DAY_S
    vault.remove(old.id)
    sample.sql(damage)
    for _ in range(8):
        sample.now_s += 5 * DAY_S
        vault = sample.open()
        assert [one.entry for one in vault.trashed()] == [old]
    if "account" in damage:
        assert vault.trashed() == [TrashedAccount(old, None, None)]
        assert vault.restore(old.id) == old


def test_purge_refused_by_the_keyring_leaves_the_vault_readable(
    keyring_sample: SampleVault,
) -> None:
    vault = keyring_sample.create()
    old, due = vault.add(COUNTED), vault.add(KIM)
    vault.remove(due.id)
    for _ in range(6):
        keyring_sample.now_s += 5 * DAY_S
        keyring_sample.keyring.before = KeyringLocked()
        vault = keyring_sample.open()
        keyring_sample.keyring.before = None
    assert vault.entries() == [old]
    assert [one.left_s for one in vault.trashed()] == [0]
    assert all_entries(keyring_sample.open()) == [old]
    assert keyring_sample.secrets() == {old.id}
