"""Wrong passphrases slow down, and starting anew does not help."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.vault.attempts import FILE, FREE, LONGEST_WAIT_S, Attempts
from authenticator.vault.errors import TooManyAttempts

NOW = 1_800_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now_s = NOW

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def clock() -> Clock:
    return Clock()


def wait_after(home: Path, wrong: int, clock: Clock) -> float:
    for _ in range(wrong):
        Attempts(home, clock).record_wrong()
    return Attempts(home, clock).wait_s()


@pytest.mark.parametrize("wrong", range(FREE + 1))
def test_first_wrong_ones_are_free(home: Path, wrong: int, clock: Clock) -> None:
    assert wait_after(home, wrong, clock) == 0
    Attempts(home, clock).check()


def test_waits_double_up_to_five_minutes(home: Path, clock: Clock) -> None:
    waits = []
    for _ in range(FREE):
        Attempts(home, clock).record_wrong()
    for _ in range(10):
        waits.append(wait_after(home, 1, clock))
        clock.now_s += waits[-1]
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert LONGEST_WAIT_S == 300


def test_check_says_how_long_and_passes_afterwards(home: Path, clock: Clock) -> None:
    wait_after(home, FREE + 3, clock)
    clock.now_s += 1
    with pytest.raises(TooManyAttempts) as told:
        Attempts(home, clock).check()
    assert told.value.wait_s == 7
    clock.now_s += 7
    Attempts(home, clock).check()


def test_right_one_begins_anew(home: Path, clock: Clock) -> None:
    wait_after(home, 50, clock)
    Attempts(home, clock).forget()
    assert wait_after(home, FREE, clock) == 0
    Attempts(home, clock).forget()
    assert not (home / FILE).exists()
    Attempts(home, clock).forget()


@given(st.floats(-1e9, 1e9), st.integers(FREE + 1, 60))
def test_set_clock_never_makes_the_wait_longer(
    tmp_path_factory: pytest.TempPathFactory, step_s: float, wrong: int
) -> None:
    """One wait after the computer's clock was set, and it ends."""
    home, clock = tmp_path_factory.mktemp("home"), Clock()
    before_s = wait_after(home, wrong, clock)
    clock.now_s += step_s
    assert Attempts(home, clock).wait_s() <= before_s
    clock.now_s += before_s
    assert Attempts(home, clock).wait_s() == 0


def test_file_is_for_its_owner_only(home: Path, clock: Clock) -> None:
    wait_after(home, 1, clock)
    assert (home / FILE).stat().st_mode & 0o777 == 0o600


CONTENTS = [
    b"",
    b"\xff",
    b"[]",
    b"null",
    b'{"wrong": -5, "last_s": 0}',
    b'{"wrong": "x", "last_s": 0}',
    b'{"wrong": 9, "last_s": NaN}',
    b'{"wrong": 9, "last_s": Infinity}',
    b'{"wrong": 1e999, "last_s": 0}',
    b'{"wrong": 9}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: repr(content[:30]))
def test_file_that_can_not_be_read_counts_as_none(home: Path, clock: Clock, content: bytes) -> None:
    (home / FILE).write_bytes(content)
    assert wait_after(home, 0, clock) == 0
    assert wait_after(home, 1, clock) == 0


def test_forged_number_waits_no_longer_than_the_longest(home: Path, clock: Clock) -> None:
    (home / FILE).write_text(json.dumps({"wrong": 10**300, "last_s": 1e300}))
    assert Attempts(home, clock).wait_s() == LONGEST_WAIT_S


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes in folders")
def test_pipe_in_its_place_does_not_hang(home: Path, clock: Clock) -> None:
    os.mkfifo(home / FILE)
    assert Attempts(home, clock).wait_s() == 0


def test_folder_that_refuses_leaves_attempts_uncounted(tmp_path: Path, clock: Clock) -> None:
    """A vault on a read-only disk still opens."""
    assert wait_after(tmp_path / "missing", 9, clock) == 0
    Attempts(tmp_path / "missing", clock).forget()
