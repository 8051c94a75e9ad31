"""The parameters of a link from elsewhere: which each one is, and what its value means."""

import re
from collections.abc import Iterable
from typing import Final

from authenticator.otp import parameter_values as values_of
from authenticator.otp.escapes import decoded
from authenticator.otp.parameter_names import (
    ISSUER,
    Effect,
    effect,
    is_escaped,
    known_parameter,
    parameter,
    pin_parameter,
)
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.secret import may_hold_key

_FIELDS: Final = {
    "secret": Field.SECRET,
    "issuer": Field.ISSUER,
    "algorithm": Field.ALGORITHM,
    "digits": Field.DIGITS,
    "period": Field.PERIOD,
    "counter": Field.COUNTER,
    "encoder": Field.PARAMETER,
    "pin": Field.PIN,
    "pin_length": Field.PIN,
}
_READ: Final = {
    "algorithm": values_of.algorithm,
    "digits": values_of.digits,
    "period": values_of.period,
    "counter": values_of.counter,
}
_ABOUT: Final = (
    ("digit", "digits"),
    ("period", "period"),
    ("interval", "period"),
    ("timestep", "period"),
    ("algo", "algorithm"),
    ("hash", "algorithm"),
)
_BOUNDARY: Final = re.compile(r"&|[;,|?\s]+(?=([^&;,|?=]{1,40})=)")
_OF_ENTITY: Final = re.compile(r"\s*(?:amp;|#0*38;|#x0*26;)*(?:amp|#0*38|#x0*26)", re.IGNORECASE)
"""`&amp;`, between its `&` and its `;`."""
_ENCODED_SIGN: Final = re.compile(r"%(?:25)*3D", re.IGNORECASE)
_COLON: Final = re.compile(r"\s*([^:=]{1,24}):(.*)", re.DOTALL)
_TAIL: Final = " \t\r\n.,;:!?)]}>\"'`\\"
_SHOWN_LIMIT: Final = 12
_VALUE_WORDS: Final = 3
"""Words in a value, as in `SHA 256` or `1 min`."""


def items(query: str) -> list[str]:
    """A query at its separators: `&`, and any other where a known name and `=` follow."""
    found, begin = [], 0
    for match in _BOUNDARY.finditer(query):
        if match[0][0] == ";" and _OF_ENTITY.fullmatch(query, begin, match.start()):
            continue
        if match[0] == "&" or known_parameter(decoded(match[1])[0]):
            item = query[begin : match.start()]
            if match[0] == ";" and item.endswith("amp"):  # its `&` is lost
                found += [item.removesuffix("amp"), "amp;"]
            else:
                found.append(item)
            begin = match.end()
    return [item for item in (*found, query[begin:]) if item]


def named_items(found: Iterable[str]) -> list[tuple[str, str]]:
    """Names, decoded, and values as they are written. What has no `=` is the rest of a name with
    an `&` in it, where the issuer is before it."""
    named: list[tuple[str, str]] = []
    for item in found:
        name, equals, value = item.partition("=")
        if not equals and (match := _ENCODED_SIGN.search(item)):
            name, equals, value = item[: match.start()], "=", item[match.end() :]
        elif not equals and (match := _COLON.fullmatch(item)) and known_parameter(match[1]):
            name, equals, value = match[1], "=", match[2]
        name = decoded(name)[0].strip()
        if equals or known_parameter(name):
            named.append((name, value))
        elif named and parameter(named[-1][0]) == ISSUER and not may_hold_key(name):
            named[-1] = (named[-1][0], f"{named[-1][1]}&{item}")
        else:
            named.append((name if len(name) < 8 else "", ""))
    return named


def first_value(name: str | None, raw: str) -> str:
    """The last value of a link without the words behind it. All of it where these may belong to
    it: it is refused then, instead of being cut."""
    words = [word for word in re.split(r"[\s,;|]+", raw) if word]
    if name not in _READ:
        return words[0] if words else ""
    for count in range(min(len(words), _VALUE_WORDS), 0, -1):
        taken = " ".join(words[:count])
        if _READ[name](decoded(taken)[0]) is not None:
            return raw if any(map(_has_digit, words[count : count + 2])) else taken
    return raw


def shown_name(name: str) -> str:
    """The name of a parameter nobody knows, to be shown; empty if it may be a key in the wrong
    place."""
    plain = re.fullmatch(r"[\w.\-\[\]]{1,24}", name) is not None
    return name if plain and (len(name) < 8 or not (name.isupper() or _has_digit(name))) else ""


def shown_value(value: str) -> str:
    """A value that is not the key, to be shown; empty if a key may have run into it."""
    return value.strip() if len(value.strip()) <= _SHOWN_LIMIT else ""


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


class Parameters:
    """What the parameters of one link mean.

    `add` each, then `settle`. `values` are what was understood, by the parameter's own name;
    `sent` the same as they were sent; `raw_issuer` the issuer before it is decoded.
    """

    def __init__(self, *, with_pin: bool = False) -> None:
        """`with_pin` is whether the link's type needs a PIN."""
        self._with_pin = with_pin
        self.values: dict[str, str] = {}
        self.sent: dict[str, str] = {}
        self.raw_issuer: str | None = None
        self.notices: list[Remark] = []
        self.faults: list[Remark] = []
        self._unsure: list[tuple[str, str]] = []

    @staticmethod
    def known(name: str) -> bool:
        """Whether this decoded name is or plainly means a parameter."""
        return known_parameter(name) is not None

    @staticmethod
    def knows(wanted: str, names: Iterable[str]) -> bool:
        """Whether one of these decoded names means this parameter."""
        return any(parameter(name) == wanted for name in names)

    def add(self, given: str, raw: str) -> None:
        """Take in one parameter: its decoded name, its value as it is written."""
        name = parameter(given)
        value = decoded(raw)[0]
        if self._with_pin and (about_pin := pin_parameter(given)) is not None:
            self._take_pin(about_pin, given, value)
            return
        if name is not None:
            self._take(name, given, raw)
            return
        match effect(given, value):
            case Effect.KEY:
                fact = shown_name(given.lower())
                self.faults.append(Remark(Field.PARAMETER, Reason.OWN_APP, {"name": fact}))
            case Effect.CODES if value.strip().lower() not in ("", "true", "false"):
                self._unsure.append((given, raw))
            case _:
                fact = shown_name(given).lower()
                self.notices.append(Remark(Field.PARAMETER, Reason.IGNORED, {"name": fact}))

    def settle(self, kind: str) -> None:
        """Read what is left once all names are known."""
        for given, raw in self._unsure:
            about = next(name for word, name in _ABOUT if word in given.lower())
            if about in self.values:
                self.notices.append(
                    Remark(Field.PARAMETER, Reason.IGNORED, {"name": shown_name(given)})
                )
            elif _READ[about](decoded(raw)[0]) is not None:
                self._take(about, given, raw)
            else:
                self.faults.append(
                    Remark(Field.PARAMETER, Reason.UNREAD, {"name": shown_name(given)})
                )
        unused = Field.PERIOD if kind == "hotp" else Field.COUNTER
        self.faults = [fault for fault in self.faults if fault.field is not unused]

    def _take_pin(self, name: str, given: str, value: str) -> None:
        self._name_notice(name, given)
        if self.values.setdefault(name, value) != value:
            self.faults.append(Remark(Field.PIN, Reason.CONFLICT, {"name": name}))
        self.sent.setdefault(name, value)

    def _take(self, name: str, given: str, raw: str) -> None:
        field = _FIELDS[name]
        self._name_notice(name, given)
        value, sent = self._read(name, raw)
        if name not in self.values:
            self.values[name], self.sent[name] = value, sent
            if name == ISSUER:
                self.raw_issuer = raw
            return
        before = self.values[name]
        if name in (ISSUER, "encoder") or _same(name, before, value) or not value.strip():
            self.notices.append(Remark(field, Reason.REPEATED, {"name": name}))
        elif not before.strip():
            self.values[name], self.sent[name] = value, sent
        else:
            facts: dict[str, int | str] = {"name": name}
            if field is not Field.SECRET:
                facts |= {"given": shown_value(before), "used": shown_value(value)}
            self.faults.append(Remark(field, Reason.CONFLICT, facts))

    def _name_notice(self, name: str, given: str) -> None:
        if is_escaped(given):
            notice = Remark(Field.URI, Reason.ENTITIES)
        elif given.strip().lower() != name:
            notice = Remark(
                _FIELDS[name], Reason.NEAR_MISS, {"given": given.strip()[:24], "used": name}
            )
        else:
            return
        if notice not in self.notices:
            self.notices.append(notice)

    def _read(self, name: str, raw: str) -> tuple[str, str]:
        """A value as it is understood, and as it was sent. Notices and faults are taken in."""
        if name == ISSUER:
            return decoded(raw)[0], decoded(raw)[0]
        if name == "secret":
            return self._key(raw)
        field = _FIELDS[name]
        sent, bent = decoded(raw.replace("+", " "))
        if name == "encoder" or not sent.strip():
            return sent, sent
        read = _READ[name](sent)
        if name == "period" and values_of.may_be_milliseconds(sent):
            self.faults.append(Remark(field, Reason.AMBIGUOUS, {"given": sent.strip()}))
        if read is None:
            return sent, sent
        if bent or read != (sent.strip().upper() if name == "algorithm" else sent.strip()):
            self.notices.append(
                Remark(field, Reason.NORMALISED, {"given": shown_value(sent), "used": read})
            )
        return read, sent

    def _key(self, raw: str) -> tuple[str, str]:
        sent, bent = decoded(raw)
        key = values_of.unquoted(sent)
        key = key.rstrip(_TAIL).lstrip("\"'`([{<")
        if values_of.is_placeholder(sent):
            word = "" if not key else values_of.placeholder_word(sent)
            self.faults.append(Remark(Field.SECRET, Reason.PLACEHOLDER, {"given": word}))
        place = key.rstrip("= ").find("=") + 1
        if place:
            self.faults.append(
                Remark(Field.SECRET, Reason.WRONG_CHARACTER, {"position": place, "character": "="})
            )
        if bent or key != sent.strip():
            self.notices.append(Remark(Field.SECRET, Reason.NORMALISED))
        # Base64 keeps its plus; in Base32 it is a space, which is skipped.
        as_base64 = values_of.steam_base64(key)
        return key if as_base64 else key.replace("+", " "), sent


def _same(name: str, one: str, other: str) -> bool:
    if name == "secret":
        one, other = (re.sub(r"[\s=+-]", "", key).upper() for key in (one, other))
    return one.strip() == other.strip()
