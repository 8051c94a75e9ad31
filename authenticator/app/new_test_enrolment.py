"""A new enrolment for testing a panel, and files for it, which never overwrite existing ones."""

from collections.abc import Callable
from pathlib import Path

from authenticator import files
from authenticator.errors import InputRefused
from authenticator.otp.account import Account, Label, Otp
from authenticator.otp.secret import Secret


class FileInTheWay(InputRefused):
    """The file `source` already exists, and is not overwritten."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(source)


def new_test_enrolment(
    label: Label, otp: Otp, bits: int, random_bytes: Callable[[int], bytes]
) -> Account:
    """An account with a new key of `bits` bits, a multiple of 8.

    Raises EnrolmentRefused for 0 or more than 8,192 bits.
    """
    return Account(label, Secret(random_bytes(bits // 8)), otp)


def write_new(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read. Raises FileInTheWay, DiskRefused."""
    try:
        files.create(path, content)
    except FileExistsError:
        raise FileInTheWay(str(path)) from None
