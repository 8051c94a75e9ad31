"""Derives a key from a passphrase with Argon2id (RFC 9106), at a chosen cost."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from authenticator.vault.seal import KEY_BYTES

SALT_BYTES: Final = 16


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
"""For people: RFC 9106's second recommended option, a quarter of a second or less."""

CHEAP: Final = Cost(iterations=1, parallelism=1, memory_kib=8)
"""For tests and throwaway vaults: protects nothing."""


def key_from_passphrase(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes by Argon2id. Composed and decomposed Unicode spellings give the same key."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # only needed where one is used

    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.parallelism,
        memory_cost=cost.memory_kib,
    ).derive(unicodedata.normalize("NFC", passphrase).encode())
