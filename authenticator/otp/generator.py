"""The code of a counter (RFC 4226) or time step. The one importer of pyotp.

pyotp's own constructors reject many accounts in use (keys under 112 bits, periods over 120 s, fewer
than six digits), so its generator is given raw key bytes and an explicit counter.
"""

import hashlib
from collections.abc import Callable

from pyotp.contrib.steam import STEAM_CHARS
from pyotp.otp import OTP

from authenticator.otp.account import Algorithm, MobileOtp, Otp, Steam, Yandex
from authenticator.otp.secret import Secret

_DIGESTS: dict[Algorithm, Callable[..., object]] = {
    Algorithm.SHA1: hashlib.sha1,
    Algorithm.SHA256: hashlib.sha256,
    Algorithm.SHA512: hashlib.sha512,
}


class _Generator(OTP):
    """pyotp's generator over raw key bytes, without the checks of its constructor."""

    def __init__(self, key: bytes, digits: int, digest: Callable[..., object]) -> None:
        self.digits = digits
        self.digest = digest
        self._key = key

    def byte_secret(self) -> bytes:
        return self._key


def value(secret: Secret, otp: Otp, counter: int) -> str:
    """The code for a counter or time step, with leading zeros."""
    if isinstance(otp, MobileOtp):
        from authenticator.otp import mobile_otp

        return mobile_otp.value(secret, otp.digits, counter)
    if isinstance(otp, Yandex):
        from authenticator.otp import yandex

        return yandex.value(secret, otp.digits, counter)
    key = secret.key
    if isinstance(otp, Steam):
        # Ten decimal digits hold the full 31-bit truncation, from which Steam makes letters.
        rest = int(_Generator(key, 10, hashlib.sha1).generate_otp(counter))
        letters = []
        for _ in range(otp.digits):
            rest, place = divmod(rest, len(STEAM_CHARS))
            letters.append(STEAM_CHARS[place])
        return "".join(letters)
    return _Generator(key, otp.digits, _DIGESTS[otp.algorithm]).generate_otp(counter)
