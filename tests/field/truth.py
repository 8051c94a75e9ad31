"""What is right: accounts and their codes, calculated here, without the app."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import quote

STEAM_LETTERS = "23456789BCDFGHJKMNPQRTVWXY"
AT_S = 1_800_000_000
"""The Unix time of all codes in the table."""


@dataclass(frozen=True)
class Truth:
    """One account as its panel has it. `counter` makes it HOTP, `steam` makes Steam's codes, and
    `pin` Mobile-OTP's."""

    key: bytes = field(repr=False)
    issuer: str = ""
    name: str = ""
    digits: int = 6
    period_s: int = 30
    algorithm: str = "SHA1"
    counter: int | None = None
    steam: bool = False
    pin: str = field(default="", repr=False)

    @property
    def base32(self) -> str:
        return base64.b32encode(self.key).decode().rstrip("=")

    def code(self) -> str:
        """At AT_S, or at the counter (RFC 4226, section 5.3; RFC 6238; for Mobile-OTP
        motp.sourceforge.net)."""
        if self.pin:
            text = f"{AT_S // 10}{self.key.hex()}{self.pin}"
            return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:6]
        moving = AT_S // self.period_s if self.counter is None else self.counter
        mac = hmac.digest(self.key, moving.to_bytes(8, "big"), self.algorithm.lower())
        place = mac[-1] & 15
        number = int.from_bytes(mac[place : place + 4], "big") & 0x7FFF_FFFF
        if self.steam:
            letters = ""
            for _ in range(5):
                number, which = divmod(number, len(STEAM_LETTERS))
                letters += STEAM_LETTERS[which]
            return letters
        return str(number % 10**self.digits).zfill(self.digits)

    def link(self) -> str:
        """The plain link of a panel that does everything right."""
        kind = "totp" if self.counter is None else "hotp"
        values = {"secret": self.base32, "issuer": quote(self.issuer)}
        if self.algorithm != "SHA1":
            values["algorithm"] = self.algorithm
        if self.digits != 6:
            values["digits"] = str(self.digits)
        if self.period_s != 30:
            values["period"] = str(self.period_s)
        if self.counter is not None:
            values["counter"] = str(self.counter)
        query = "&".join(f"{name}={value}" for name, value in values.items())
        return f"otpauth://{kind}/{quote(self.issuer)}:{quote(self.name)}?{query}"


def key_of(word: str, size: int = 20) -> bytes:
    """A key that looks random, and is the same each time."""
    return hashlib.shake_256(word.encode()).digest(size)


@dataclass(frozen=True)
class Variant:
    """One thing that panels or people send: a text, the content of a file, or of several.

    `right` are the accounts that a person expects of it, and nothing else may come of it. Where
    `may_refuse` is set, the app may also ask or refuse, with a reason; it has to where `right` is
    empty.
    """

    name: str
    given: "str | bytes | tuple[bytes, ...]"
    right: tuple[Truth, ...] = ()
    may_refuse: bool = True
