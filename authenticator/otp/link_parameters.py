"""The parameters of a link from elsewhere: which each one is, and what its value means."""

import re
from collections.abc import Iterable
from typing import Final

from authenticator.otp import parameter_values as values_of
from authenticator.otp.escapes import decoded
from authenticator.otp.key_doubts import USUAL_LETTERS
from authenticator.otp.parameter_names import (
    ISSUER,
    Effect,
    about,
    effect,
    known_parameter,
    parameter,
    pin_parameter,
    resembling,
    unescaped,
)
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.secret import may_hold_key
from authenticator.otp.uri_notices import FIELDS

_READ: Final = {
    "algorithm": values_of.algorithm,
    "digits": values_of.digits,
    "period": values_of.period,
    "counter": values_of.counter,
}
_BOUNDARY: Final = re.compile(r"&|[;,|?\s]+(?=([^&;,|?=]{1,40})=)")
_OF_ENTITY: Final = re.compile(r"\s*(?:amp;|#0*38;|#x0*26;)*(?:amp|#0*38|#x0*26)", re.IGNORECASE)
"""`&amp;`, between its `&` and its `;`."""
_LOST_SIGN: Final = re.compile(r"(?:%(?:25)*26)?amp$", re.IGNORECASE)
_ENCODED_SIGN: Final = re.compile(r"%(?:25)*3D", re.IGNORECASE)
_COLON: Final = re.compile(r"\s*([^:=]{1,24}):(.*)", re.DOTALL)
_SWALLOWED: Final = re.compile(r"(?:secret|digits|period|algorithm|counter)=", re.IGNORECASE)
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
                found.append(_LOST_SIGN.sub("", item))
                begin = match.end() - len("amp;")
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
        elif named and parameter(named[-1][0]) == ISSUER and _may_be_name(name):
            named[-1] = (named[-1][0], f"{named[-1][1]}&{item}")
        else:
            named.append((name, ""))
    return named


def _may_be_name(text: str) -> bool:
    return not may_hold_key(text) and about(text) in (None, ISSUER)


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

    `add` them, then `settle`. `values` are what was understood, by the parameter's own name;
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

    def add(self, found: Iterable[str]) -> None:
        """Take in the items of a query."""
        signed = []
        for item in found:
            name = decoded(item)[0]
            about_codes = not known_parameter(name) and effect(name, "") is Effect.CODES
            if "=" in name or _COLON.fullmatch(item) or not about_codes:
                signed.append(item)
            else:  # a name that runs into its value, or is cut off
                self._refuse(name)
        for name, raw in named_items(signed):
            self._add(name, raw)

    def _add(self, given: str, raw: str) -> None:
        name = parameter(given)
        value = decoded(raw)[0]
        if self._with_pin and (about_pin := pin_parameter(given)) is not None:
            self._take_pin(about_pin, given, value)
            return
        if name is not None and (raw.strip() or known_parameter(given)):
            self._take(name, given, raw)
            return
        match effect(given, value):
            case Effect.KEY:
                fact = shown_name(given.lower())
                self.faults.append(Remark(Field.PARAMETER, Reason.OWN_APP, {"name": fact}))
            case Effect.CODES if value.strip().lower() not in ("true", "false"):
                self._unsure.append((given, raw))
            case _ if _is_usual(resembling(given), value):
                self._unsure.append((given, raw))
            case _ if raw and not given.strip():
                self._refuse("")
            case _:
                fact = shown_name(given).lower()
                self.notices.append(Remark(Field.PARAMETER, Reason.IGNORED, {"name": fact}))

    def _refuse(self, given: str) -> None:
        facts: dict[str, int | str] = {"name": shown_name(given.strip())}
        self.faults.append(Remark(Field.PARAMETER, Reason.UNREAD, facts))

    def settle(self, kind: str) -> None:
        """Read what is left once all names are known."""
        for given, raw in self._unsure:
            name = about(given) or resembling(given) or ""
            if name in self.values:
                fact = shown_name(given).lower()
                self.notices.append(Remark(Field.PARAMETER, Reason.IGNORED, {"name": fact}))
            elif name in _READ and _READ[name](decoded(raw)[0]) is not None:
                self._take(name, given, raw)
            else:
                self._refuse(given)
        unused = Field.PERIOD if kind == "hotp" else Field.COUNTER
        self.faults = [fault for fault in self.faults if fault.field is not unused]

    def _take_pin(self, name: str, given: str, value: str) -> None:
        self._name_notice(name, given)
        if self.values.setdefault(name, value) != value:
            self.faults.append(Remark(Field.PIN, Reason.CONFLICT, {"name": name}))
        self.sent.setdefault(name, value)

    def _take(self, name: str, given: str, raw: str) -> None:
        field = FIELDS[name]
        self._name_notice(name, given)
        value, sent = self._read(name, given, raw)
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
        plain = unescaped(given)
        found = []
        if plain != given.strip():
            found.append(Remark(Field.URI, Reason.ENTITIES))
        if plain.lower() != name:
            facts: dict[str, int | str] = {"given": plain[:24], "used": name}
            found.append(Remark(FIELDS[name], Reason.NEAR_MISS, facts))
        self.notices += [notice for notice in found if notice not in self.notices]

    def _read(self, name: str, given: str, raw: str) -> tuple[str, str]:
        """A value as it is understood, and as it was sent. Notices and faults are taken in."""
        if name == ISSUER:
            if _SWALLOWED.search(raw):  # the `&` in front of it is lost
                self._refuse("")
            return decoded(raw)[0], decoded(raw)[0]
        if name == "secret":
            return self._key(given, raw)
        field = FIELDS[name]
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

    def _key(self, given: str, raw: str) -> tuple[str, str]:
        sent, bent = decoded(raw)
        key = values_of.unquoted(sent)
        key = key.rstrip(_TAIL).lstrip("\"'`([{<")
        if values_of.is_placeholder(sent):
            word = "" if not key else values_of.placeholder_word(sent)
            self.faults.append(Remark(Field.SECRET, Reason.PLACEHOLDER, {"given": word}))
        elif not known_parameter(given) and len(key.rstrip("=")) not in USUAL_LETTERS:
            self._refuse(given)  # a part of the key may be in the misspelt name
        if bent or key != sent.strip():
            self.notices.append(Remark(Field.SECRET, Reason.NORMALISED))
        # Base64 keeps its plus; in Base32 it is a space, which is skipped.
        as_base64 = values_of.steam_base64(key)
        return key if as_base64 else key.replace("+", " "), sent


def _is_usual(name: str | None, value: str) -> bool:
    """Whether a value is one that panels give for this parameter."""
    match name:
        case "digits":
            return values_of.digits(value) in ("6", "7", "8")
        case "period":
            return values_of.period(value) in ("15", "30", "45", "60", "90", "120")
        case "algorithm":
            return values_of.algorithm(value) is not None
    return False


def _same(name: str, one: str, other: str) -> bool:
    if name == "secret":
        one, other = (re.sub(r"[\s=+-]", "", key).upper() for key in (one, other))
    return one.strip() == other.strip()
