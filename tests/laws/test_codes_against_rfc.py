"""Codes against the test vectors of RFC 4226 and RFC 6238, and against a short implementation of
the RFCs."""

import hashlib
import hmac
import math
import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from authenticator.otp.account import Account, Algorithm, Hotp, Label, Steam, Totp
from authenticator.otp.code import code_at, code_of_counter, code_of_step, matching_step
from authenticator.otp.secret import Secret

# RFC 4226, appendix D
COUNTER_TABLE = [
    "755224", "287082", "359152", "969429", "338314",
    "254676", "287922", "162583", "399871", "520489",
]  # fmt: skip

# RFC 6238, appendix B (its SHA256 and SHA512 rows use keys of 32 and 64 bytes, as its code does)
TIME_TABLE = {
    59: ("94287082", "46119246", "90693936"),
    1111111109: ("07081804", "68084774", "25091201"),
    1111111111: ("14050471", "67062674", "99943326"),
    1234567890: ("89005924", "91819424", "93441116"),
    2000000000: ("69279037", "90698825", "38618901"),
    20000000000: ("65353130", "77737706", "47863826"),
}
KEYS = {
    Algorithm.SHA1: b"12345678901234567890",
    Algorithm.SHA256: b"12345678901234567890123456789012",
    Algorithm.SHA512: b"1234567890123456789012345678901234567890123456789012345678901234",
}

# Published by other apps for their tests of Steam Guard
STEAM_TABLE = [
    ("BASE32SECRET3232", 0, "2TC8B"),
    ("BASE32SECRET3232", 30, "YKKK4"),
    ("FMXNK4QEGKVPULRTADY6JIDK5VHUBGZW", 0, "C5V56"),
    ("FMXNK4QEGKVPULRTADY6JIDK5VHUBGZW", 90, "JG3T3"),
    ("63BEDWCQZKTQWPESARIERL5DTTQFCJTK", 1511200518, "FR8RV"),
    ("63BEDWCQZKTQWPESARIERL5DTTQFCJTK", 1511200714, "9P3VP"),
]

keys = st.one_of(
    st.binary(min_size=1, max_size=1024),
    st.binary(min_size=1, max_size=1),
    st.integers(1, 100).map(bytes),  # zeros
    st.binary(min_size=1, max_size=40).map(lambda key: b"\0" + key + b"\0"),
)
counters = st.integers(0, 2**64 - 1) | st.integers(0, 2**33)
digits = st.integers(4, 10)
algorithms = st.sampled_from(Algorithm)


def truncation(key: bytes, algorithm: str, counter: int) -> int:
    """RFC 4226, section 5.3: the 31 bits from which every code is made."""
    hashed = hmac.new(key, struct.pack(">Q", counter), getattr(hashlib, algorithm.lower())).digest()
    (number,) = struct.unpack_from(">I", hashed, hashed[-1] & 0xF)
    return number & 0x7FFFFFFF


def decimal(key: bytes, algorithm: str, length: int, counter: int) -> str:
    return f"{truncation(key, algorithm, counter) % 10**length:0{length}d}"


def steam(key: bytes, step: int) -> str:
    number, letters = truncation(key, "sha1", step), ""
    while len(letters) < 5:
        letters += "23456789BCDFGHJKMNPQRTVWXY"[number % 26]
        number //= 26
    return letters


@pytest.mark.parametrize(("counter", "value"), list(enumerate(COUNTER_TABLE)))
def test_code_of_counter_matches_rfc_4226_vectors(counter: int, value: str) -> None:
    account = Account(Label(), Secret(KEYS[Algorithm.SHA1]), Hotp(counter=counter))
    assert code_of_counter(account, counter).value == value


@pytest.mark.parametrize("unix_s", list(TIME_TABLE))
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_code_at_matches_rfc_6238_vectors(algorithm: Algorithm, unix_s: int) -> None:
    account = Account(Label(), Secret(KEYS[algorithm]), Totp(algorithm, 8))
    expected = TIME_TABLE[unix_s][list(Algorithm).index(algorithm)]
    assert code_at(account, unix_s).value == expected


@pytest.mark.parametrize(("base32", "unix_s", "value"), STEAM_TABLE)
def test_code_at_steam_matches_published_codes(base32: str, unix_s: int, value: str) -> None:
    account = Account(Label(), Secret.from_base32(base32), Steam())
    assert code_at(account, unix_s).value == value


@given(keys, algorithms, digits, counters)
@settings(max_examples=200, deadline=None)
def test_code_equals_direct_implementation_of_the_rfc(
    key: bytes, algorithm: Algorithm, length: int, counter: int
) -> None:
    expected = decimal(key, algorithm, length, counter)
    by_counter = Account(Label(), Secret(key), Hotp(algorithm, length, counter))
    by_step = Account(Label(), Secret(key), Totp(algorithm, length))
    assert code_of_counter(by_counter, counter).value == expected
    assert code_of_step(by_step, counter).value == expected


@given(keys, counters)
@settings(max_examples=200, deadline=None)
def test_code_at_steam_equals_direct_implementation(key: bytes, step: int) -> None:
    assert code_of_step(Account(Label(), Secret(key), Steam()), step).value == steam(key, step)


@given(
    keys,
    digits,
    st.integers(1, 86_400),
    st.floats(0, 2.0**40, allow_nan=False) | st.integers(0, 2**40),
)
@example(b"k", 6, 30, 0.0)
@example(b"k", 6, 30, math.nextafter(30.0, 0.0))
@example(b"k", 6, 30, 2.0**31)
@example(b"k", 6, 30, 2.0**32)
@settings(max_examples=200, deadline=None)
def test_code_at_is_valid_at_its_time_and_of_that_step(
    key: bytes, length: int, period_s: int, unix_s: float
) -> None:
    """A code is valid at the time it is shown for, and belongs to that time step alone."""
    account = Account(Label(), Secret(key), Totp(digits=length, period_s=period_s))
    code = code_at(account, unix_s)
    assert code.valid_from is not None
    assert code.valid_until is not None
    assert code.valid_from <= unix_s < code.valid_until
    assert code.valid_until - code.valid_from == period_s
    assert code.valid_from == code.counter * period_s
    assert code.value == decimal(key, "sha1", length, int(unix_s) // period_s)
    # The neighbouring codes are shown from the first to the last instant of their own steps.
    assert code_at(account, code.valid_until).counter == code.counter + 1
    if code.valid_from:
        before = code_at(account, math.nextafter(code.valid_from, 0.0))
        assert before.value == decimal(key, "sha1", length, code.counter - 1)


@given(keys, st.integers(1, 86_400), st.integers(0, 2**35), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_matching_step_is_nearest_with_that_code(
    key: bytes, period_s: int, unix_s: int, drift_steps: int
) -> None:
    """Of all steps in the window with that code, the nearest is found."""
    account = Account(Label(), Secret(key), Totp(digits=4, period_s=period_s))
    middle = unix_s // period_s
    for step in range(max(0, middle - 4), middle + 5):
        value = code_of_step(account, step).value
        found = matching_step(account, value, unix_s, drift_steps)
        if found is None:
            assert abs(step - middle) > drift_steps
        else:
            assert code_of_step(account, found).value == value
            assert abs(found - middle) <= min(drift_steps, abs(step - middle))
