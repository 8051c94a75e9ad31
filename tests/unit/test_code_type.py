"""Descriptions of an account's kind: they include everything that affects its codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.otp.account import Algorithm, Hotp, MobileOtp, Otp, Steam, Totp, Yandex
from authenticator.wording import kind


@pytest.mark.parametrize(
    ("otp", "words"),
    [
        (Totp(), "Time-based, 6 digits every 30 s"),
        (Totp(Algorithm.SHA512, 8, 60), "Time-based, 8 digits every 60 s, SHA512"),
        (Hotp(counter=7), "Counter-based, 6 digits, next counter 7"),
        (Steam(), "Steam Guard"),
        (MobileOtp(), "Mobile-OTP, 6 characters every 10 s, with a PIN"),
        (Yandex(), "Yandex, 8 letters, with a PIN"),
    ],
)
def test_kind_describes_each_otp_in_one_line(otp: Otp, words: str) -> None:
    assert kind(otp) == words


otps = st.one_of(
    st.builds(Totp, st.sampled_from(Algorithm), st.integers(6, 10), st.integers(1, 300)),
    st.builds(Hotp, st.sampled_from(Algorithm), st.integers(6, 10), st.integers(0, 300)),
    st.just(Steam()),
    st.just(MobileOtp()),
    st.just(Yandex()),
)


@given(one=otps, other=otps)
def test_kind_of_different_otps_differs(one: Otp, other: Otp) -> None:
    """Two accounts whose codes are made differently have different descriptions."""
    assert (kind(one) == kind(other)) == (one == other)
