"""Yandex's two-factor codes: eight letters that follow the time in steps of 30 s.

As RFC 6238 with SHA-256, but the HMAC's key is the SHA-256 sum of PIN and key, 63 bits are taken
in place of 31, and they are written in letters. Described by KeeYaOtp
(https://github.com/norblik/KeeYaOtp), after Yandex's own app.

A key has 16 bytes. Typed by hand it has 10 more: 8 bytes for the user's number, then 4 bits for
the length of the PIN less one, and a checksum of 12 bits.
"""

import hashlib
import hmac

from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret, without_fillers

KEY_BYTES = 16
_LETTERS = (26, 42)
"""Base32 letters of 16 and of 26 bytes."""
_POLYNOMIAL = 0b1_1000_1111_0011
_CHECKSUM_BITS = 12


def value(secret: Secret, digits: int, step: int) -> str:
    """The code of a time step, letters a to z."""
    key = hashlib.sha256(secret.pin.encode("ascii") + secret.key).digest()
    if not key[0]:  # once in 256 PINs: Yandex leaves out a leading zero byte
        key = key[1:]
    sum = hmac.digest(key, step.to_bytes(8, "big"), "sha256")
    start = sum[-1] & 0xF
    rest = int.from_bytes(sum[start : start + 8], "big") & (2**63 - 1)
    letters = []
    for _ in range(digits):
        rest, place = divmod(rest, 26)
        letters.append(chr(ord("a") + place))
    return "".join(reversed(letters))


def read_key(text: str) -> tuple[Secret, int]:
    """Read a key in Base32, with or without what Yandex appends for typing: the key alone, and how
    many digits its PIN has, 0 if that is not said.

    Raises EnrolmentRefused, also where the length or the checksum is wrong. A letter too many that
    left the bytes complete would be a wrong key without a word, so letters are counted.
    """
    given = Secret.from_base32(text).key
    letters = without_fillers(text).rstrip("=")
    if len(letters) not in _LETTERS:
        facts: dict[str, int | str] = {
            "length": len(letters),
            "short": _LETTERS[0],
            "long": _LETTERS[1],
        }
        raise EnrolmentRefused([Remark(Field.SECRET, Reason.WRONG_LENGTH, facts)])
    if Secret(given).base32() != letters.upper():  # bits behind the last byte are checked as well
        raise EnrolmentRefused([Remark(Field.SECRET, Reason.CHECKSUM)])
    if len(given) == KEY_BYTES:
        return Secret(given), 0
    tail = int.from_bytes(given[-2:], "big")
    pin_nibble, checksum = divmod(tail, 1 << _CHECKSUM_BITS)
    if _remainder(int.from_bytes(given, "big") >> _CHECKSUM_BITS) != checksum:
        raise EnrolmentRefused([Remark(Field.SECRET, Reason.CHECKSUM)])
    return Secret(given[:KEY_BYTES]), pin_nibble + 1


def key_faults(key: bytes) -> list[Remark]:
    """What keeps these bytes from being a key of Yandex's."""
    if len(key) == KEY_BYTES:
        return []
    return [Remark(Field.SECRET, Reason.WRONG_LENGTH, {"length": len(key), "wanted": KEY_BYTES})]


def _remainder(bits: int) -> int:
    """What is left of `bits` after division by the polynomial, without carries."""
    size = _POLYNOMIAL.bit_length()
    while (excess := bits.bit_length() - size) >= 0:
        bits ^= _POLYNOMIAL << excess
    return bits
