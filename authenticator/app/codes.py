"""Codes of the accounts in a vault: which account is meant, its code now and the one after."""

import unicodedata
from collections.abc import Iterable, Sequence

from authenticator.errors import InputRefused
from authenticator.otp.account import COUNTER_LIMIT, Account, Hotp
from authenticator.otp.code import Code, code_at, code_of_counter, code_of_step
from authenticator.vault.vault import Entry, Vault


class QueryMatchesNone(InputRefused):
    """No account fits the words; `among` is how many there are."""

    def __init__(self, query: str, among: int) -> None:
        super().__init__(query, among)
        self.query = query
        self.among = among


class QueryMatchesSeveral(InputRefused):
    """More than one account fits the words: `entries`."""

    def __init__(self, query: str, entries: Sequence[Entry]) -> None:
        super().__init__(query, len(entries))
        self.query = query
        self.entries = tuple(entries)


class CounterHasNoTime(InputRefused):
    """A time was asked for, but the account counts instead of following a clock."""


def folded(text: str) -> str:
    """Text as it is compared: case and accents away."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def find(entries: Iterable[Entry], query: str) -> list[Entry]:
    """Every account whose issuer, account name or group holds all words of `query`."""
    words = folded(query).split()
    return [
        entry
        for entry in entries
        if all(
            word in folded(f"{entry.label.issuer} {entry.label.account} {entry.group}")
            for word in words
        )
    ]


def the(entries: Sequence[Entry], query: str) -> Entry:
    """The one account that `query` means: its id, else its label or one half of it as a
    whole, else words that only it holds.

    Raises QueryMatchesNone, QueryMatchesSeveral.
    """
    whole = folded(query.strip())
    closest: list[list[Entry]] = [
        [entry for entry in entries if entry.id == query.strip()],
        [
            entry
            for entry in entries
            if whole
            in (folded(str(entry.label)), folded(f"{entry.label.issuer}:{entry.label.account}"))
        ],
        [
            entry
            for entry in entries
            if whole and whole in (folded(entry.label.issuer), folded(entry.label.account))
        ],
        find(entries, query) if whole else [],
    ]
    for matches in closest:
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise QueryMatchesSeveral(query, matches)
    raise QueryMatchesNone(query, len(entries))


def code_now(account: Account, now_s: float) -> Code:
    """The code at a (corrected) Unix time; for HOTP the code of the account's next counter,
    which the caller must have saved as used."""
    if isinstance(account.otp, Hotp):
        return code_of_counter(account, account.otp.counter)
    return code_at(account, now_s)


def next_code(account: Account, code: Code) -> Code | None:
    """The code of the following time step; None for HOTP and after the last step."""
    if isinstance(account.otp, Hotp) or code.counter + 1 >= COUNTER_LIMIT:
        return None
    return code_of_step(account, code.counter + 1)


def use(vault: Vault, entry: Entry, now_s: float) -> tuple[Account, Code]:
    """An account and the code to type now. For HOTP the counter is saved as used before the
    code comes back: a code shown twice is a code refused."""
    account = vault.account(entry.id)
    if isinstance(account.otp, Hotp):
        account = account.at_counter(vault.advance(entry.id))
    return account, code_now(account, now_s)


def grouped(value: str) -> str:
    """A code as people read it: `482 913`, `1234 5678`, `12 345`; Steam's letters as they are."""
    if not value.isdigit() or len(value) < 5:
        return value
    middle = len(value) // 2
    return f"{value[:middle]} {value[middle:]}"
