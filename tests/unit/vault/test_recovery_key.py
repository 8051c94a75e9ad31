"""Recovery keys are age's: what one program writes, the other opens."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authenticator.vault.errors import NotRecoveryKey, SealBroken, WrongRecoveryKey
from authenticator.vault.recovery_key import new_recovery_key, recipient_of, unwrap, wrap
from authenticator.vault.seal import new_key

AGE = pytest.mark.skipif(shutil.which("age") is None, reason="needs Debian's package age")


def test_wrapped_key_opens_with_its_recovery_key_only() -> None:
    mine, other, key = new_recovery_key(), new_recovery_key(), new_key()
    recipient = recipient_of(mine)
    assert unwrap(wrap(key, recipient), recipient, mine) == key
    with pytest.raises(WrongRecoveryKey):
        unwrap(wrap(key, recipient), recipient, other)


def test_recovery_keys_are_never_the_same() -> None:
    assert len({new_recovery_key() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "typed",
    ["{}", "  {}\n", "# created: 2026-11-28\n# public key: age1\n{}\n", "\r\n{}\r\n"],
    ids=repr,
)
def test_recovery_key_is_read_as_people_keep_it(typed: str) -> None:
    mine = new_recovery_key()
    recipient = recipient_of(mine)
    assert recipient_of(typed.format(mine)) == recipient
    assert recipient_of(typed.format(mine.lower())) == recipient
    in_groups = " ".join(mine[start : start + 4] for start in range(0, len(mine), 4))
    assert recipient_of(typed.format(in_groups)) == recipient


@pytest.mark.parametrize("change", ["cut", "swap", "letter", "recipient", "empty", "hash"])
def test_mistyped_recovery_key_is_told_as_none(change: str) -> None:
    mine = new_recovery_key()
    last = "Q" if mine[-1] != "Q" else "P"
    typed = {
        "cut": mine[:-1],
        "swap": mine[:30] + mine[31] + mine[30] + mine[32:],
        "letter": mine[:-1] + last,
        "recipient": recipient_of(mine),
        "empty": "",
        "hash": "# " + mine,
    }[change]
    if typed == mine:  # both letters of the swap were the same
        return
    with pytest.raises(NotRecoveryKey) as told:
        recipient_of(typed)
    assert mine[20:40] not in repr(told.value)


@given(st.integers(0), st.integers(1, 255))
@settings(deadline=None)
def test_flipped_byte_anywhere_is_damage_and_no_wrong_key(place: int, flip: int) -> None:
    mine = new_recovery_key()
    recipient = recipient_of(mine)
    wrapped = bytearray(wrap(new_key(), recipient))
    wrapped[place % len(wrapped)] ^= flip
    with pytest.raises(SealBroken):
        unwrap(bytes(wrapped), recipient, mine)


def test_age_file_of_something_else_is_damage() -> None:
    mine = new_recovery_key()
    recipient = recipient_of(mine)
    with pytest.raises(SealBroken):
        unwrap(wrap(b"no key", recipient), recipient, mine)


@AGE
def test_age_opens_what_we_wrapped(tmp_path: Path) -> None:
    mine, key = new_recovery_key(), new_key()
    identity = tmp_path / "identity.txt"
    identity.write_text(mine)
    wrapped = wrap(key, recipient_of(mine))
    done = subprocess.run(
        ["age", "--decrypt", "--identity", identity], input=wrapped, capture_output=True, check=True
    )
    assert done.stdout == key
    told = subprocess.run(
        ["age-keygen", "-y", identity], capture_output=True, check=True, text=True
    )
    assert told.stdout.strip() == recipient_of(mine)


@AGE
def test_we_open_what_age_wrapped() -> None:
    made = subprocess.run(["age-keygen"], capture_output=True, check=True, text=True).stdout
    recipient, key = recipient_of(made), new_key()
    done = subprocess.run(
        ["age", "--recipient", recipient], input=key, capture_output=True, check=True
    )
    assert unwrap(done.stdout, recipient, made) == key
