"""Current, previous and next code of an account; those that use a counter save it first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from authenticator.errors import InputRefused
from authenticator.otp.account import COUNTER_LIMIT, Account, Hotp
from authenticator.otp.code import Code, code_at, code_of_counter, code_of_step

if TYPE_CHECKING:
    from authenticator.vault.entry import Entry
    from authenticator.vault.vault import Vault


TYPING_S = 8


class CounterHasNoTime(InputRefused):
    """A code for a time was requested, but the account uses a counter."""


def code_now(account: Account, now_s: float) -> Code:
    """The code at a (corrected) Unix time; for HOTP the code of the account's next counter,
    which the caller must already have saved as used."""
    if isinstance(account.otp, Hotp):
        return code_of_counter(account, account.otp.counter)
    return code_at(account, now_s)


def next_code(account: Account, code: Code) -> Code | None:
    """The code of the following time step; None for HOTP and at the last step."""
    if isinstance(account.otp, Hotp) or code.counter + 1 >= COUNTER_LIMIT:
        return None
    return code_of_step(account, code.counter + 1)


def previous_code(account: Account, code: Code) -> Code | None:
    """The code of the previous time step; None for HOTP and in the first step of 1970."""
    if isinstance(account.otp, Hotp) or code.counter == 0:
        return None
    return code_of_step(account, code.counter - 1)


def typing_until(code: Code) -> float:
    """Until when (Unix seconds) there is time enough to type a code into a panel: to eight seconds
    before its end, or a third of a short period. Infinity for HOTP."""
    if code.valid_from is None or code.valid_until is None:
        return math.inf
    return code.valid_until - min(TYPING_S, (code.valid_until - code.valid_from) / 3)


def use(vault: Vault, entry: Entry, now_s: float) -> tuple[Account, Code]:
    """An account and its current code. For HOTP the counter is saved as used before the code is
    returned: a code shown twice would be rejected."""
    account = vault.account(entry.id)
    if isinstance(account.otp, Hotp):
        account = account.at_counter(vault.advance_counter(entry.id))
    return account, code_now(account, now_s)
