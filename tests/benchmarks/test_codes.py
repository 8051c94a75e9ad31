"""Codes a second, against pyotp on a new object for each code."""

import pyotp

from authenticator.otp.account import Account, Label
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TIMES = range(1_700_000_000, 1_700_000_000 + 30 * 2_000, 30)


def test_two_thousand_codes(paired) -> None:
    account = Account(Label("Example Panel", "kim"), Secret.from_base32(KEY))

    def ours() -> list[str]:
        return [code_at(account, moment).value for moment in TIMES]

    def bare() -> list[str]:
        return [pyotp.TOTP(KEY).at(moment) for moment in TIMES]

    assert ours() == bare()
    paired(ours, pyotp=bare)
