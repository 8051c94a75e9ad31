"""Opening the vault: what is found, up to the keys of the rows that are seen first.

Knows no Qt, so that the keyring can be asked while Qt is still being loaded.
"""

import threading
from dataclasses import dataclass, field

from authenticator.compose import Parts
from authenticator.otp.account import Account
from authenticator.vault.vault import Entry, KeyKind, Peek, Vault

FIRST_ROWS = 7
"""As many rows as the window shows when it opens."""


@dataclass(frozen=True, slots=True)
class KeyRead:
    """What reading one account's key came to: exactly one of the two is there."""

    id: str
    account: Account | None
    error: Exception | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What there is. Without `vault` and `error` there is none yet, or `peek` asks for a
    passphrase."""

    peek: Peek | None
    vault: Vault | None = None
    entries: list[Entry] = field(default_factory=list)
    keys: list[KeyRead] = field(default_factory=list)
    error: Exception | None = None


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
        entries = vault.entries()
        first = [read_key(vault, one.id) for one in entries[:FIRST_ROWS] if not one.damaged]
        return Opening(peek, vault, entries, first)
    except Exception as error:  # noqa: BLE001
        return Opening(peek, error=error)


class Ahead:
    """Looks on a thread of its own, at once."""

    def __init__(self, parts: Parts) -> None:
        self._found: Opening | None = None
        self._thread = threading.Thread(target=self._look, args=(parts,), daemon=True)
        self._thread.start()

    def _look(self, parts: Parts) -> None:
        self._found = look(parts)

    def result(self) -> Opening:
        """Wait for what is found; once, for nothing is kept: there are keys in it."""
        self._thread.join()
        found, self._found = self._found, None
        if found is None:
            raise RuntimeError("the thread ended without an answer")
        return found
