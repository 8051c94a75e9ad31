"""A fresh enrolment for feeding a panel, and files that hold it: never over what is there."""

from collections.abc import Callable
from pathlib import Path

from authenticator import files
from authenticator.errors import InputRefused
from authenticator.otp.account import Account, Label, Otp
from authenticator.otp.secret import Secret


class FileInTheWay(InputRefused):
    """A file of this name is there already, and is not written over; `source` names it."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(source)


def fresh(label: Label, otp: Otp, bits: int, random_bytes: Callable[[int], bytes]) -> Account:
    """An account with a new key of so many bits, a multiple of 8.

    Raises EnrolmentRefused for a key of none or more than 8,192 bits.
    """
    return Account(label, Secret(random_bytes(bits // 8)), otp)


def write_new(path: Path, content: bytes) -> None:
    """A new file that only its owner may read. Raises FileInTheWay, DiskRefused."""
    try:
        files.create(path, content)
    except FileExistsError:
        raise FileInTheWay(str(path)) from None
