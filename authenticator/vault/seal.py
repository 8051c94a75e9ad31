"""Sealing: AES-256-GCM under the vault key, and Argon2id from a passphrase to a key."""

import os
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from authenticator.vault.errors import SealBroken

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12  # NIST SP 800-38D: the length that needs no hashing


class Column(StrEnum):
    """What sealed bytes are bound to, beside their vault and row; `Detail` has more of them.

    The values are part of the file format.
    """

    META = "meta"
    TRASHED = "binned"
    TRASH_CLOCK = "bin_clock"
    KEY_CHECK = "proof"
    KEY = "key"
    SECRET = "secret"  # noqa: S105 - in the index file
    ITEM = "item"  # in another store
    DRAFT = "aside"  # in memory


VAULT_ROW: Final = ""
"""The row that is the vault as a whole; no account has an empty id."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs (Argon2id, RFC 9106).

    `iterations` 1 to 64, `parallelism` 1 to 16, `memory_kib` 8 KiB a lane to 2 GiB. The
    upper bounds keep a forged file from taking all the memory. Raises ValueError.
    """

    iterations: int
    parallelism: int
    memory_kib: int

    def __post_init__(self) -> None:
        if not (
            1 <= self.iterations <= 64
            and 1 <= self.parallelism <= 16
            and 8 * self.parallelism <= self.memory_kib <= 2 * 1024 * 1024
        ):
            raise ValueError("a cost out of bounds")


INTERACTIVE: Final = Cost(iterations=3, parallelism=4, memory_kib=64 * 1024)
"""For people: RFC 9106's second recommended choice, a quarter of a second or less."""

CHEAP: Final = Cost(iterations=1, parallelism=1, memory_kib=8)
"""For tests and throw-away vaults: protects nothing."""


class Seal:
    """Seals bytes to the place where they are kept: vault, row and column are authenticated."""

    def __init__(self, key: bytes, vault_id: str) -> None:
        """`key` has 32 bytes."""
        self.key = key
        self._cipher = AESGCM(key)
        self._place = vault_id.encode()

    def close(self, plain: bytes, row: str, column: str) -> bytes:
        """A fresh random nonce, then ciphertext and tag (28 bytes more than `plain`)."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, self._bound_to(row, column))

    def open(self, sealed: bytes, row: str, column: str) -> bytes:
        """What was sealed for this place. Raises SealBroken."""
        try:
            return self._cipher.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._bound_to(row, column)
            )
        except (InvalidTag, ValueError, TypeError) as refusal:
            raise SealBroken from refusal

    def _bound_to(self, row: str, column: str) -> bytes:
        return b"%b\0%b\0%b" % (self._place, row.encode(), column.encode())


def new_key() -> bytes:
    """A random vault key."""
    return AESGCM.generate_key(KEY_BYTES * 8)


def key_from_passphrase(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes by Argon2id. Composed and decomposed spellings of one text give one key."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # only where one is used

    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.parallelism,
        memory_cost=cost.memory_kib,
    ).derive(unicodedata.normalize("NFC", passphrase).encode())
