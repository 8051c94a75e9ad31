"""Opening the vault: what is found, up to the keys of the rows that are seen first.

Knows no Qt, so that the keyring can be asked while Qt is still being loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from authenticator.app.sorting import ordered
from authenticator.otp.account import Account, Hotp
from authenticator.otp.code import Code, TimeOutOfRange, code_at
from authenticator.vault.entry import Entry
from authenticator.vault.kinds import KeyKind, Peek

if TYPE_CHECKING:
    from authenticator.compose import Parts
    from authenticator.vault.vault import Vault

FIRST_ROWS = 7
"""As many rows as the window shows when it opens."""


class KeyRead(NamedTuple):
    """What reading one account's key came to: either `account` or `error` is there. `code`, where
    it is there, is one of the account's that was right a moment ago."""

    id: str
    account: Account | None
    error: Exception | None
    code: Code | None = None


class Opening(NamedTuple):
    """What there is. Without `vault` and `error` there is none yet, or `peek` asks for a
    passphrase. With `more` the entries are only those that are seen first. `stamp` is the
    vault's of when they were read, None where nothing was."""

    peek: Peek | None
    vault: Vault | None = None
    entries: Sequence[Entry] = ()
    keys: Sequence[KeyRead] = ()
    error: Exception | None = None
    more: bool = False
    stamp: int | None = None


def read_key(vault: Vault, id: str) -> KeyRead:
    """One account's key. Its trouble is shown in its row, so it is told, not raised."""
    try:
        return KeyRead(id, vault.account(id), None)
    except Exception as error:  # noqa: BLE001
        return KeyRead(id, None, error)


def look(parts: Parts, passphrase: str | None = None) -> Opening:
    """Open what is there. Never raises: what went wrong is in the answer."""
    peek: Peek | None = None
    try:
        peek = parts.peek()
        if peek is None or (peek.key is KeyKind.PASSPHRASE and passphrase is None):
            return Opening(peek)
        vault = parts.open_vault(passphrase)
        stamp = vault.change_stamp()  # first: what comes while reading makes it old
        entries = vault.entries()
        first = seen_first(parts, entries)[:FIRST_ROWS]
        keys = [read_key(vault, one.id) for one in first if not one.damaged]
        now = parts.clock().now()
        keys = [_with_code(one, now) for one in keys]
        return Opening(peek, vault, entries, keys, stamp=stamp)
    except Exception as error:  # noqa: BLE001
        return Opening(peek, error=error)


def _with_code(read: KeyRead, now: float) -> KeyRead:
    if read.account is None or isinstance(read.account.otp, Hotp):  # a counter is never used up so
        return read
    with suppress(TimeOutOfRange):
        return read._replace(code=code_at(read.account, now))
    return read


def seen_first(parts: Parts, entries: list[Entry]) -> list[Entry]:
    """The entries in the order of the window's list."""
    return ordered(entries, parts.settings_file.read().order)
