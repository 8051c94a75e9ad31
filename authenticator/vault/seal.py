"""Seals bytes with AES-256-GCM under the vault key, each to the place where it is stored."""

import os
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from authenticator.vault.errors import SealBroken

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12  # NIST SP 800-38D: the length that needs no hashing


class Column(StrEnum):
    """The columns that bytes are sealed to, besides those in `Detail`.

    The values are part of the file format.
    """

    META = "meta"
    TRASHED = "binned"
    MANIFEST = "manifest"
    TRASH_CLOCK = "bin_clock"  # up to format 2
    KEY_CHECK = "proof"  # up to format 2
    KEY = "key"
    SECRET = "secret"  # noqa: S105 - in the index file
    ITEM = "item"  # in another store
    DRAFT = "aside"  # in memory


VAULT_ROW: Final = ""
"""Stands for the vault as a whole; no account has an empty id."""


class Seal:
    """Seals bytes to the place where they are stored: vault, row and column are authenticated."""

    def __init__(self, key: bytes, vault_id: str) -> None:
        """`key` has 32 bytes."""
        self.key = key
        self._cipher = AESGCM(key)
        self._place = vault_id.encode()

    def close(self, plain: bytes, row: str, column: str) -> bytes:
        """A random nonce, then ciphertext and tag: 28 bytes more than `plain`."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, self._bound_to(row, column))

    def open(self, sealed: bytes, row: str, column: str) -> bytes:
        """What was sealed to this place. Raises SealBroken."""
        try:
            return self._cipher.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._bound_to(row, column)
            )
        except (InvalidTag, ValueError, TypeError) as refusal:
            raise SealBroken from refusal

    def mark(self, secret: bytes) -> str:
        """What a secret is recognized by in this vault: 16 hex digits, which tell nothing about it
        without the vault key."""
        import hmac  # loads OpenSSL, which a start can do without

        key = hmac.digest(self.key, b"mark\0" + self._place, "sha256")
        return hmac.digest(key, secret, "sha256")[:8].hex()

    def _bound_to(self, row: str, column: str) -> bytes:
        return b"%b\0%b\0%b" % (self._place, row.encode(), column.encode())


def new_key() -> bytes:
    """A random vault key."""
    return AESGCM.generate_key(KEY_BYTES * 8)
