"""PINs, from which Mobile-OTP and Yandex make codes besides the key.

Only their form is checked: whether one is right shows when the other side takes a code.
"""

import base64
import binascii
import re

from authenticator.otp import mobile_otp, yandex
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret

LENGTH = range(4, 17)
"""Characters. Yandex asks for 4 to 16 digits; with Mobile-OTP 4 digits are usual."""

_DIGITS = re.compile(r"[0-9]+")
_VISIBLE_ASCII = re.compile(r"[!-~]+")


def pin_faults(pin: str, *, digits_only: bool = False, length: int = 0) -> list[Remark]:
    """What keeps this from being a PIN, without showing any of it. `length` is how many characters
    it has to have, 0 if that is not known."""
    if not pin:
        return [Remark(Field.PIN, Reason.MISSING)]
    if not (_DIGITS if digits_only else _VISIBLE_ASCII).fullmatch(pin):
        alphabet = "digits" if digits_only else "visible ASCII"
        return [Remark(Field.PIN, Reason.WRONG_CHARACTER, {"alphabet": alphabet})]
    low, high = (length, length) if length else (LENGTH.start, LENGTH.stop - 1)
    if not low <= len(pin) <= high:
        return [Remark(Field.PIN, Reason.OUT_OF_RANGE, {"low": low, "high": high})]
    return []


def pin_as_base32(pin: str) -> str:
    """A PIN of digits as links for Yandex have it: Base32 of its ASCII text, without padding."""
    return base64.b32encode(pin.encode("ascii")).decode("ascii").rstrip("=")


def pin_from_base32(text: str) -> str:
    """The PIN of digits in a link, in Base32 or as it is: Base32 of digits begins with a letter,
    so the two can't be confused. Raises EnrolmentRefused."""
    if _DIGITS.fullmatch(text):
        return text
    try:
        pin = base64.b32decode(text.upper() + "=" * (-len(text) % 8)).decode("ascii")
    except (binascii.Error, ValueError):
        pin = ""
    if not _DIGITS.fullmatch(pin):
        fault = Remark(Field.PIN, Reason.WRONG_CHARACTER, {"alphabet": "digits"})
        raise EnrolmentRefused([fault]) from None
    return pin


def read_key(kind: str, text: str) -> tuple[Secret, int]:
    """Read a key as Mobile-OTP (`motp`) or Yandex writes it: the key, and how many digits its PIN
    has, 0 if that is not known. Raises EnrolmentRefused."""
    return (mobile_otp.read_key(text), 0) if kind == "motp" else yandex.read_key(text)
