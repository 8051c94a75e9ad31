"""The code now and the one after."""

from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.codes import code_now, next_code
from authenticator.otp.account import Account, Hotp, Label, Steam, Totp
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret


@given(st.sampled_from([Totp(), Totp(digits=8, period_s=60), Steam()]), st.integers(0, 2**40))
def test_next_code_equals_code_of_following_step(otp: Totp | Steam, now: int) -> None:
    """The next code is the one that the next time step shows."""
    account = Account(Label(), Secret(b"12345678901234567890"), otp)
    code = code_now(account, now)
    following = next_code(account, code)
    assert following is not None
    assert following == code_at(account, code.valid_until)
    assert following.valid_from == code.valid_until


def test_code_now_of_hotp_ignores_time_and_has_no_next_code() -> None:
    account = Account(Label(), Secret(b"12345678901234567890"), Hotp(counter=1))
    assert code_now(account, 0).value == code_now(account, 9e9).value == "287082"
    assert next_code(account, code_now(account, 0)) is None
