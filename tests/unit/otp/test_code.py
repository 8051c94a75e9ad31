"""Codes and when they are valid."""

import math

import pytest

from authenticator.otp.account import Account, Hotp, Label, Otp, Steam, Totp
from authenticator.otp.code import (
    TimeOutOfRange,
    code_at,
    code_of_counter,
    code_of_step,
    matching_step,
    time_step,
)
from authenticator.otp.secret import Secret

KEY = Secret(b"12345678901234567890")
LAST_COUNTER = 2**64 - 1


def account(otp: Otp) -> Account:
    return Account(Label("Panel", "kim"), KEY, otp)


def test_code_at_has_its_validity_seconds() -> None:
    code = code_at(account(Totp(period_s=30)), 59.999)
    assert (code.counter, code.valid_from, code.valid_until) == (1, 30, 60)


@pytest.mark.parametrize("period_s", [1, 7, 30, 60, 3_600, 86_400])
@pytest.mark.parametrize("step", [0, 1, 41_152_263, 2**31, 2**32, 2**40])
@pytest.mark.parametrize("digits", [4, 6, 10])
def test_code_at_step_boundaries_is_that_steps_code(period_s: int, step: int, digits: int) -> None:
    panel = account(Totp(digits=digits, period_s=period_s))
    start = step * period_s
    this = code_of_step(panel, step)
    assert code_at(panel, start) == this
    assert code_at(panel, math.nextafter(start + period_s, 0.0)) == this
    assert code_at(panel, start + period_s) == code_of_step(panel, step + 1)
    if start:
        assert code_at(panel, math.nextafter(start, 0.0)) == code_of_step(panel, step - 1)


def test_code_keeps_leading_zeros() -> None:
    panel = account(Totp(digits=10))
    assert {len(code_of_step(panel, step).value) for step in range(50)} == {10}
    assert code_of_step(account(Totp()), 37037036).value == "081804"  # RFC 6238, 1111111109 s


@pytest.mark.parametrize(
    "unix_s", [-1, -0.001, math.nan, math.inf, -math.inf, 2.0**64 * 30, 10**400]
)
def test_code_at_time_out_of_range_raises(unix_s: float) -> None:
    with pytest.raises(TimeOutOfRange):
        code_at(account(Totp()), unix_s)


def test_code_of_last_step_and_last_counter() -> None:
    assert code_of_step(account(Totp()), LAST_COUNTER).counter == LAST_COUNTER
    assert code_of_counter(account(Hotp()), LAST_COUNTER).counter == LAST_COUNTER
    for beyond in (-1, LAST_COUNTER + 1):
        with pytest.raises(TimeOutOfRange):
            code_of_step(account(Totp()), beyond)
        with pytest.raises(TimeOutOfRange):
            code_of_counter(account(Hotp()), beyond)


def test_code_of_counter_has_no_validity() -> None:
    code = code_of_counter(account(Hotp(counter=3)), 7)
    assert (code.counter, code.valid_from, code.valid_until) == (7, None, None)


def test_code_functions_refuse_other_kind() -> None:
    with pytest.raises(TypeError):
        code_at(account(Hotp()), 0)
    with pytest.raises(TypeError):
        code_of_step(account(Hotp()), 0)
    with pytest.raises(TypeError):
        matching_step(account(Hotp()), "755224", 0)
    for timed in (Totp(), Steam()):
        with pytest.raises(TypeError):
            code_of_counter(account(timed), 0)


@pytest.mark.parametrize("otp", [Totp(), Totp(digits=8, period_s=60), Steam()])
def test_matching_step_only_within_drift_window(otp: Totp | Steam) -> None:
    panel, now_s = account(otp), 1_700_000_000
    middle = time_step(otp, now_s)
    for away in range(-3, 4):
        value = code_of_step(panel, middle + away).value
        expected = middle + away if abs(away) <= 2 else None
        assert matching_step(panel, value, now_s, drift_steps=2) == expected
    assert matching_step(panel, code_of_step(panel, middle).value, now_s, drift_steps=0) == middle


def test_matching_step_window_ends_at_1970() -> None:
    panel = account(Totp())
    assert matching_step(panel, code_of_step(panel, 2).value, 10.0, drift_steps=5) == 2
