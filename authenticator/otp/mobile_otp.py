"""Mobile-OTP (motp.sourceforge.net): six hexadecimal digits that follow the time in steps of 10 s.

A code is the beginning of the MD5 sum of three texts put together: the number of the time step in
decimal, the key in lower-case hexadecimal digits, and the PIN.
"""

import hashlib

from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import MAX_BYTES, Secret, spaced

_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


def value(secret: Secret, digits: int, step: int) -> str:
    """The code of a time step, in lower case."""
    text = f"{step}{secret.key.hex()}{secret.pin}"
    return hashlib.md5(text.encode("ascii"), usedforsecurity=False).hexdigest()[:digits]


def read_key(text: str) -> Secret:
    """Read a key in hexadecimal digits of either case; spaces, dashes, colons and invisible
    characters between them are skipped.

    Raises EnrolmentRefused: an odd number of digits is not a whole key.
    """
    digits = []
    for position, character in enumerate(spaced(text), start=1):
        if character in _HEX_DIGITS:
            digits.append(character)
        elif character not in " :":
            facts: dict[str, int | str] = {
                "position": position,
                "character": character,
                "alphabet": "hex",
            }
            raise EnrolmentRefused([Remark(Field.SECRET, Reason.WRONG_CHARACTER, facts)])
    if not digits:
        raise EnrolmentRefused([Remark(Field.SECRET, Reason.EMPTY)])
    if len(digits) % 2:
        raise EnrolmentRefused([Remark(Field.SECRET, Reason.ODD_HEX, {"length": len(digits)})])
    if len(digits) > 2 * MAX_BYTES:
        facts = {"length": len(digits) // 2, "limit": MAX_BYTES}
        raise EnrolmentRefused([Remark(Field.SECRET, Reason.TOO_LONG, facts)])
    return Secret(bytes.fromhex("".join(digits)))


def written_key(secret: Secret) -> str:
    """The key as links and people have it: lower-case hexadecimal digits."""
    return secret.key.hex()
