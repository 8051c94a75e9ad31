"""Codes against oathtool, an implementation that shares nothing with ours."""

import random
import shutil
import subprocess

import pytest

from authenticator.otp.account import Account, Algorithm, Hotp, Label, Totp
from authenticator.otp.code import code_at, code_of_counter
from authenticator.otp.secret import Secret
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(
    shutil.which("oathtool") is None, reason="oathtool, the oracle, is not on this computer"
)

TIMES = {
    "1970": (0, 31_536_000),
    "now": (1_600_000_000, 2_000_000_000),
    "around_2038": (2**31 - 100_000, 2**31 + 100_000),
    "around_2106": (2**32 - 100_000, 2**32 + 100_000),
    "far": (2**32, 253_402_300_799),  # the year 9999
}


def oathtool(*arguments: str) -> list[str]:
    done = subprocess.run(
        ["oathtool", *arguments], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    return done.stdout.split()


def some_key(chance: random.Random) -> bytes:
    length = chance.choice([1, 2, 5, 10, 16, 20, 32, 64, 65, 128, 129, 200])
    key = chance.randbytes(length)
    return chance.choice([key, b"\0" * length, b"\0" + key, key + b"\0\0"])


def totp_arguments(key: bytes, otp: Totp, unix_s: int) -> list[str]:
    # oathtool supports 6 to 8 digits. A code with fewer or more has the same last digits.
    known = min(8, max(6, otp.digits))
    return [
        f"--totp={otp.algorithm.lower()}",
        f"--digits={known}",
        f"--time-step-size={otp.period_s}s",
        f"--now=@{unix_s}",
        key.hex(),
    ]


def same_ending(ours: str, theirs: str) -> bool:
    shorter = min(len(ours), len(theirs))
    return ours[-shorter:] == theirs[-shorter:]


@pytest.mark.parametrize("era", list(TIMES))
def test_code_at_random_times_equals_oathtool(era: str) -> None:
    chance = random.Random(f"times {era}")
    for _ in range(60):
        otp = Totp(
            chance.choice(list(Algorithm)),
            chance.randint(4, 10),
            chance.choice([1, 15, 30, 60, 86_400, chance.randint(1, 86_400)]),
        )
        key, unix_s = some_key(chance), chance.randint(*TIMES[era])
        ours = code_at(Account(Label(), Secret(key), otp), unix_s).value
        (theirs,) = oathtool(*totp_arguments(key, otp, unix_s))
        assert len(ours) == otp.digits
        assert same_ending(ours, theirs), (key, otp, unix_s)


@pytest.mark.parametrize("period_s", [1, 30, 61, 86_400])
def test_code_at_step_boundaries_equals_oathtool(period_s: int) -> None:
    chance = random.Random(period_s)
    for _ in range(5):
        otp = Totp(chance.choice(list(Algorithm)), 8, period_s)
        key, step = some_key(chance), chance.randint(1, 2**33 // period_s)
        account = Account(Label(), Secret(key), otp)
        start = step * period_s
        edges = [start - 1, start, start + period_s - 1, start + period_s]
        steps = [step - 1, step, step, step + 1]
        theirs = oathtool("--window=2", *totp_arguments(key, otp, start - period_s))
        assert [code_at(account, unix_s).value for unix_s in edges] == [
            theirs[this - (step - 1)] for this in steps
        ]


def test_code_of_random_counters_equals_oathtool() -> None:
    chance = random.Random("counters")
    edges = [0, 2**31 - 2, 2**32 - 2, 2**63 - 2, 2**64 - 6]
    for first in edges + [chance.randrange(2**64 - 5) for _ in range(20)]:
        key, digits = some_key(chance), chance.choice([6, 7, 8])
        account = Account(Label(), Secret(key), Hotp(digits=digits))
        theirs = oathtool("--hotp", f"--counter={first}", "-w4", f"-d{digits}", key.hex())
        ours = [code_of_counter(account, first + place).value for place in range(5)]
        assert ours == theirs


def test_from_base32_reads_keys_as_oathtool() -> None:
    chance = random.Random("base32")
    for _ in range(40):
        secret = Secret(chance.randbytes(chance.randint(1, 40)))
        ours = code_at(Account(Label(), Secret.from_base32(secret.base32())), 1_700_000_000)
        (theirs,) = oathtool("--totp", "--base32", "--now=@1700000000", secret.base32())
        assert ours.value == theirs
