"""Derives a key from a passphrase with Argon2id (RFC 9106), at a cost measured on this computer."""

import os
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from authenticator.vault.errors import TooLittleMemory
from authenticator.vault.seal import KEY_BYTES

SALT_BYTES: Final = 16
TARGET_S: Final = 0.5
"""How long one guess is to take on the computer where the passphrase is chosen, in seconds."""
_MEMORY_LIMIT_KIB: Final = 256 * 1024
_WORK_LIMIT_KIB: Final = 2 * 1024 * 1024
_PASSES_LIMIT: Final = 32


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs (Argon2id, RFC 9106).

    `iterations` (passes) 1 to 32, `parallelism` 1 to 16, `memory_kib` from 8 KiB a lane to
    256 MiB; passes times memory is at most 2 GiB. A forged file can thus take neither all the
    memory nor minutes, and what a fast computer chose still opens on a small one. Raises
    ValueError.
    """

    iterations: int
    parallelism: int
    memory_kib: int

    def __post_init__(self) -> None:
        numbers = (self.iterations, self.parallelism, self.memory_kib)
        if not (
            all(type(number) is int for number in numbers)
            and 1 <= self.iterations <= _PASSES_LIMIT
            and 1 <= self.parallelism <= 16
            and 8 * self.parallelism <= self.memory_kib <= _MEMORY_LIMIT_KIB
            and self.iterations * self.memory_kib <= _WORK_LIMIT_KIB
        ):
            raise ValueError("a cost out of bounds")

    @property
    def is_low(self) -> bool:
        """Whether it is below FLOOR, by an earlier version or somebody else's hand."""
        return self.iterations < FLOOR.iterations or self.memory_kib < FLOOR.memory_kib


FLOOR: Final = Cost(iterations=3, parallelism=4, memory_kib=64 * 1024)
"""The least that a passphrase is chosen with: RFC 9106's second recommended option."""

CHEAP: Final = Cost(iterations=1, parallelism=1, memory_kib=8)
"""For tests and throwaway vaults: protects nothing."""


def measured_cost(
    clock: Callable[[], float] = time.perf_counter, memory_kib: int | None = None
) -> Cost:
    """The cost that takes about TARGET_S here, FLOOR or more. Takes a few tenths of a second.

    `memory_kib` is the computer's memory, of which one guess may take a sixteenth; `clock`
    returns seconds. Raises TooLittleMemory.
    """
    fits = TARGET_S / min(_time_of_floor(clock) for _ in range(2))  # the quieter of two moments
    affordable_kib = (_memory_kib() if memory_kib is None else memory_kib) // 16
    memory = FLOOR.memory_kib
    while 2 * memory <= min(affordable_kib, _MEMORY_LIMIT_KIB, fits * FLOOR.memory_kib):
        memory *= 2
    passes = int(fits * FLOOR.iterations * FLOOR.memory_kib / memory)
    most = min(_PASSES_LIMIT, _WORK_LIMIT_KIB // memory)
    return Cost(max(FLOOR.iterations, min(passes, most)), FLOOR.parallelism, memory)


def key_from_passphrase(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes by Argon2id. Composed and decomposed Unicode spellings give the same key.

    Lets other threads run meanwhile. Raises TooLittleMemory.
    """
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # only needed where one is used

    derivation = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.parallelism,
        memory_cost=cost.memory_kib,
    )
    try:
        # Half a character, as a broken file or clipboard has it, is a wrong passphrase, no damage.
        text = unicodedata.normalize("NFC", passphrase).encode(errors="surrogatepass")
        return derivation.derive(text)
    except MemoryError:
        raise TooLittleMemory(cost.memory_kib // 1024) from None


def _time_of_floor(clock: Callable[[], float]) -> float:
    begun_s = clock()
    key_from_passphrase("", bytes(SALT_BYTES), FLOOR)
    return max(clock() - begun_s, 1e-3)


def _memory_kib() -> int:
    """The memory of this computer; 4 GiB where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024
    except (AttributeError, ValueError, OSError):
        return 4 * 1024 * 1024
