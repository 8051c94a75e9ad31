"""From a passphrase to a key: the reference implementation's, within bounds, at a measured cost."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.vault import key_derivation
from authenticator.vault.errors import TooLittleMemory
from authenticator.vault.key_derivation import (
    CHEAP,
    FLOOR,
    Cost,
    key_from_passphrase,
    measured_cost,
)

SALT = b"sixteen bytes ok"
GIB = 1024 * 1024


def test_key_from_passphrase_equals_the_reference_implementation() -> None:
    # By argon2(1), which is that implementation:
    # printf %s password | argon2 'sixteen bytes ok' -id -t 2 -k 1024 -p 1 -l 32 -r
    expected = "0c11cc0666dfc7787e2f57c43a63ca8fee7cc42a1dd4a4f20e9fa9c14a33fa9e"
    assert key_from_passphrase("password", SALT, Cost(2, 1, 1024)).hex() == expected


def test_key_from_composed_and_decomposed_text_is_the_same() -> None:
    assert key_from_passphrase("caf\u00e9", SALT, CHEAP) == key_from_passphrase(
        "cafe\u0301", SALT, CHEAP
    )


def test_key_with_another_salt_or_cost_differs() -> None:
    keys = {
        key_from_passphrase("password", SALT, CHEAP),
        key_from_passphrase("password", SALT[::-1], CHEAP),
        key_from_passphrase("password", SALT, Cost(2, 1, 8)),
        key_from_passphrase("Password", SALT, CHEAP),
    }
    assert len(keys) == 4


def test_text_that_no_encoding_has_gives_a_key_too() -> None:
    """A lone surrogate is a wrong passphrase and no fault of the file."""
    assert len(key_from_passphrase("\ud800", SALT, CHEAP)) == 32


def test_too_little_memory_is_told_for_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.hazmat.primitives.kdf import argon2

    class Full:
        def __init__(self, **_: object) -> None: ...

        def derive(self, _: bytes) -> bytes:
            raise MemoryError

    monkeypatch.setattr(argon2, "Argon2id", Full)
    with pytest.raises(TooLittleMemory) as told:
        key_from_passphrase("password", SALT, FLOOR)
    assert told.value.needed_mib == 64


def test_floor_is_what_rfc_9106_recommends() -> None:
    assert Cost(iterations=3, parallelism=4, memory_kib=65536) == FLOOR


@pytest.mark.parametrize(
    "numbers",
    [
        (0, 1, 8),
        (33, 1, 8),
        (1, 0, 8),
        (1, 17, 512),
        (1, 2, 15),
        (1, 1, 256 * 1024 + 1),
        (64, 4, 512 * 1024),
        (9, 4, 256 * 1024),
        (1.0, 1, 8),
        (True, 1, 8),
        (3, 4, "65536"),
        (-1, 1, -8),
        (10**30, 1, 8),
    ],
)
def test_cost_out_of_bounds_raises_value_error(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="bounds"):
        Cost(*numbers)


@given(st.integers(-1, 70), st.integers(-1, 20), st.integers(0, 2**20))
def test_no_cost_within_bounds_takes_all_memory_or_minutes(
    passes: int, lanes: int, memory_kib: int
) -> None:
    """A sixth of a second goes into FLOOR's work on a common computer: at most two seconds go into
    any other."""
    try:
        cost = Cost(passes, lanes, memory_kib)
    except ValueError:
        return
    assert cost.memory_kib <= 256 * 1024
    assert cost.iterations * cost.memory_kib <= 11 * FLOOR.iterations * FLOOR.memory_kib


@pytest.mark.parametrize(
    ("cost", "low"),
    [
        (CHEAP, True),
        (FLOOR, False),
        (Cost(2, 4, 256 * 1024), True),
        (Cost(32, 4, 32 * 1024), True),
        (Cost(3, 1, 64 * 1024), False),
    ],
)
def test_cost_below_the_floor_is_low(cost: Cost, low: bool) -> None:
    assert cost.is_low == low


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_derivation, "key_from_passphrase", lambda *_: b"")


@pytest.mark.usefixtures("quick")
@given(floor_s=st.floats(0, 100), memory_kib=st.integers(0, 64 * GIB))
def test_measured_cost_is_never_low_and_never_out_of_bounds(
    floor_s: float, memory_kib: int
) -> None:
    """However quick or slow the computer is, with whatever memory."""
    cost = measured_cost(_ticking(floor_s), memory_kib)
    assert not cost.is_low
    assert cost.memory_kib <= max(FLOOR.memory_kib, memory_kib // 16)


@pytest.mark.usefixtures("quick")
@given(floor_s=st.floats(0.05, 0.5))
def test_measured_cost_takes_about_half_a_second(floor_s: float) -> None:
    """Time goes by passes and memory; on a computer with plenty of it."""
    cost = measured_cost(_ticking(floor_s), 64 * GIB)
    work = cost.iterations * cost.memory_kib / (FLOOR.iterations * FLOOR.memory_kib)
    assert 0.3 <= floor_s * work <= 0.501


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("floor_s", "memory_kib", "expected"),
    [
        (2.0, 64 * GIB, FLOOR),
        (0.15, GIB, Cost(10, 4, 64 * 1024)),
        (0.15, 8 * GIB, Cost(5, 4, 128 * 1024)),
        (0.01, 64 * GIB, Cost(8, 4, 256 * 1024)),
    ],
)
def test_measured_cost_prefers_memory_to_passes(
    floor_s: float, memory_kib: int, expected: Cost
) -> None:
    """Memory is what costs those who guess on special hardware most (RFC 9106, section 4)."""
    assert measured_cost(_ticking(floor_s), memory_kib) == expected


def _ticking(step_s: float):  # type: ignore[no-untyped-def]
    moments = count()
    return lambda: next(moments) * step_s
