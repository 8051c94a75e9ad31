"""`otpauth://` text <-> Account: first the syntax, then the meaning.

Writes one canonical form of Google Authenticator's "Key URI Format". Reads what is used in
practice, which deviates from that format everywhere:

- Label: `issuer:account`, the colon raw or as `%3A`, white space around it or none, and
  colons inside the issuer too. `+` in the path is a plus, as `user+tag@host` is common.
- Query: `+` means a space, as in HTML forms. Names are case-insensitive; of a repeated one the
  first counts. The issuer in the query takes precedence over the one in the label.
- There are no fragments: a raw `#` is a character like any other.
- A `%` that starts no escape stays a `%`; bytes that are not UTF-8 are read as Latin-1.
- Raw line breaks and tabs are dropped, as browsers do in URLs.

Each deviation that could surprise someone becomes a notice.
"""

import dataclasses
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from authenticator.otp.account import (
    LABEL_LIMIT,
    STEAM_DIGITS,
    STEAM_PERIOD_S,
    Account,
    Algorithm,
    Hotp,
    Steam,
    Totp,
    Type,
    account_from_fields,
    is_steam,
    type_of,
    well_formed,
)
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark

TEXT_LIMIT = 131_072
"""Characters. The longest valid account takes fewer than 14,000; the rest leaves room to report
which field is too long."""

PARAMETER_LIMIT = 64

DECIMAL = "decimal"  # the `encoder` of digits under Steam's name

_START = re.compile(r"[\s\ufeff]*otpauth://", re.IGNORECASE)
_ANY_START = re.compile(r"[\s\ufeff]*otpauth(-migration)?://", re.IGNORECASE)
_LINE_BREAKS = re.compile(r"[\r\n\t]+")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_BASE32 = re.compile(r"[^A-Z2-7]")

_FIELDS = {
    "secret": Field.SECRET,
    "issuer": Field.ISSUER,
    "algorithm": Field.ALGORITHM,
    "digits": Field.DIGITS,
    "period": Field.PERIOD,
    "counter": Field.COUNTER,
    "encoder": Field.PARAMETER,
}

_DEFAULTS = {
    "algorithm": Algorithm.SHA1.value,
    "digits": str(Totp().digits),
    "period": str(Totp().period_s),
    "counter": str(Hotp().counter),
}

_STEAM_FIXED = {
    "algorithm": Algorithm.SHA1.value,
    "digits": str(STEAM_DIGITS),
    "period": str(STEAM_PERIOD_S),
    "counter": "0",
}


@dataclass(frozen=True, slots=True)
class ParsedUri:
    """A URI split and decoded, not yet interpreted.

    `prefix` is what comes before the label's separator, None if there is none; `values` holds the
    first value of each known parameter.
    """

    type: str
    label: str
    prefix: str | None
    rest: str
    values: dict[str, str] = dataclasses.field(repr=False)
    notices: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An account as it was read, with its notices. `parsed_uri` is its URI's form; None if it was
    not read from a URI."""

    account: Account
    notices: tuple[Remark, ...]
    parsed_uri: ParsedUri | None = dataclasses.field(default=None, compare=False)


def is_enrolment(text: str) -> bool:
    """Whether the text claims to be an `otpauth://` URI; it may still be a bad one."""
    return _START.match(text) is not None


def read_uri(text: str) -> Enrolment:
    """Read one URI of at most 131,072 characters.

    Raises EnrolmentRefused with the faults of all fields. No fact of a remark contains the secret.
    """
    return interpret(parse_uri(text))


def write_uri(account: Account) -> str:
    """The canonical URI: one line of ASCII that reads back as an equal account.

    Defaults (SHA1, 6 digits, 30 s) are omitted, as every reader has the same. The label repeats the
    issuer; an empty issuer gets a colon only if the account name has one of its own. Digits under
    Steam's name are marked (`encoder=decimal`).
    """
    otp = account.otp
    issuer, name = account.label.issuer, account.label.account
    label = _encoded(name)
    if issuer or ":" in name:
        label = f"{_encoded(issuer)}:{label}"
    values = {"secret": account.secret.base32()}
    if issuer:
        values["issuer"] = _encoded(issuer)
    if not isinstance(otp, Steam):
        values["algorithm"] = otp.algorithm.value
        values["digits"] = str(otp.digits)
        if isinstance(otp, Totp):
            values["period"] = str(otp.period_s)
    query = "&".join(
        f"{name}={value}" for name, value in values.items() if value != _DEFAULTS.get(name)
    )
    if isinstance(otp, Hotp):
        query += f"&counter={otp.counter}"  # the format requires it, even 0
    elif isinstance(otp, Totp) and is_steam(issuer):
        query += f"&encoder={DECIMAL}"
    return f"otpauth://{type_of(otp)}/{label}?{query}"


def after_issuer(label: str, issuer: str) -> str | None:
    """The account name of a decoded label that starts with exactly this issuer and a colon, else
    None. Only this distinguishes a colon in an issuer from the separator."""
    label = label.lstrip()
    rest = label.removeprefix(issuer).lstrip()
    return rest[1:] if issuer and label.startswith(issuer) and rest.startswith(":") else None


def _encoded(text: str) -> str:
    return quote(text, safe="@")


def _refused(field: Field, reason: Reason, facts: dict[str, int | str]) -> EnrolmentRefused:
    return EnrolmentRefused([Remark(field, reason, facts)])


def parse_uri(text: str) -> ParsedUri:
    """Split a URI. Raises EnrolmentRefused if that is not possible."""
    # Nothing below this line sees more than TEXT_LIMIT characters.
    if len(text) > TEXT_LIMIT:
        raise _refused(Field.URI, Reason.TOO_LONG, {"length": len(text), "limit": TEXT_LIMIT})
    start = _START.match(text)
    if start is None:
        raise EnrolmentRefused([Remark(Field.URI, Reason.NOT_AN_ENROLMENT)])
    lines = _LINE_BREAKS.split(well_formed(text[start.end() :]).strip())
    enrolments = 1 + sum(1 for line in lines[1:] if _ANY_START.match(line))
    if enrolments > 1:  # if joined, the key of one would end up in a name of the other
        raise _refused(Field.URI, Reason.REPEATED, {"count": enrolments})
    head, _, query = "".join(lines).partition("?")
    count = query.count("&") + 1
    if count > PARAMETER_LIMIT:
        raise _refused(
            Field.PARAMETER, Reason.TOO_LONG, {"length": count, "limit": PARAMETER_LIMIT}
        )

    notices = []
    if len(lines) > 1:
        notices.append(Remark(Field.URI, Reason.NORMALISED))
    host, _, path = head.partition("/")
    label = _decoded(Field.LABEL, path, notices)
    # A raw colon is the intended separator if others are encoded.
    raw_prefix, colon, raw_rest = path.partition(":")
    if colon:
        prefix, rest = _decoded(Field.ISSUER, raw_prefix, []), _decoded(Field.ACCOUNT, raw_rest, [])
    else:
        prefix, colon, rest = label.partition(":")
    return ParsedUri(
        type=host.strip().lower(),
        label=label,
        prefix=prefix.strip() if colon else None,
        rest=rest,
        values=_parameters(query, notices),
        notices=tuple(notices),
    )


def _parameters(query: str, notices: list[Remark]) -> dict[str, str]:
    """The first value of each known parameter, decoded; others become notices."""
    values: dict[str, str] = {}
    for item in query.split("&"):
        raw_name, equals, raw_value = item.partition("=")
        name = unquote(raw_name, errors="replace").strip().lower()
        if not item:
            continue
        if name not in _FIELDS:
            # By mistake, the key may be where a name belongs.
            plain = bool(equals) and len(name) <= 16 and name.replace("_", "").isalnum()
            notices.append(Remark(Field.PARAMETER, Reason.IGNORED, {"name": name if plain else ""}))
        elif name in values:
            notices.append(Remark(_FIELDS[name], Reason.REPEATED, {"name": name}))
        else:
            field = _FIELDS[name]
            values[name] = _decoded(field, raw_value.replace("+", " "), notices)
            if field is Field.ISSUER and "+" in raw_value:
                notices.append(_normalised(field, raw_value, values[name]))
    return values


def _decoded(field: Field, raw: str, notices: list[Remark]) -> str:
    try:
        text = unquote(raw, errors="strict")
        bent = _STRAY_PERCENT.search(raw) is not None
    except UnicodeDecodeError:
        text = unquote(raw, encoding="latin-1")
        bent = True
    if bent:
        notices.append(
            Remark(field, Reason.NORMALISED)
            if field is Field.SECRET
            else _normalised(field, raw, text)
        )
    return text


def _normalised(field: Field, given: str, used: str) -> Remark:
    return Remark(
        field,
        Reason.NORMALISED,
        {"given": given.strip()[:LABEL_LIMIT], "used": used.strip()[:LABEL_LIMIT]},
    )


def interpret(form: ParsedUri) -> Enrolment:
    """The account that a split URI means. Raises EnrolmentRefused with the faults of all fields."""
    notices = list(form.notices)
    values = {name: value.strip() for name, value in form.values.items() if value.strip()}
    kind = _type(form, notices)
    issuer, name = _label(form, values.get("issuer", ""), notices)
    try:
        account = account_from_fields(
            # Not trimmed: a wrong character is pointed at where it stands.
            key=form.values.get("secret", ""),
            issuer=issuer,
            account=name,
            type=kind,
            algorithm=values.get("algorithm", _DEFAULTS["algorithm"]),
            digits=values.get("digits", _DEFAULTS["digits"]),
            period_s=values.get("period", _DEFAULTS["period"]),
            counter=values.get("counter", _DEFAULTS["counter"]),
        )
    except EnrolmentRefused as refusal:
        if "secret" in form.values:
            raise
        no_secret = Remark(Field.SECRET, Reason.EMPTY)
        missing = Remark(Field.SECRET, Reason.MISSING)
        raise EnrolmentRefused(
            missing if fault == no_secret else fault for fault in refusal.faults
        ) from None

    notices += _secret_notices(form.values["secret"], account)
    notices += _value_notices(form.values, account)
    if not account.label.issuer:
        notices.append(Remark(Field.ISSUER, Reason.ABSENT))
    if not account.label.account:
        notices.append(Remark(Field.ACCOUNT, Reason.ABSENT))
    return Enrolment(account, (*notices, *account.notices()), form)


def _type(form: ParsedUri, notices: list[Remark]) -> str:
    """The type as `account_from_fields` takes it; also KeePass's `encoder=steam`."""
    encoder = form.values.get("encoder", "").strip().lower()
    if encoder == Type.STEAM and form.type in (Type.TOTP, Type.STEAM):
        return Type.STEAM
    if encoder and encoder != DECIMAL:
        notices.append(Remark(Field.PARAMETER, Reason.IGNORED, {"name": "encoder"}))
    # This is shown in the error, so it must look like a type, not a key.
    return form.type if len(form.type) <= 10 and form.type.isalpha() else ""


def _label(form: ParsedUri, wanted: str, notices: list[Remark]) -> tuple[str, str]:
    """Issuer and account name. `wanted` is the issuer in the query, which takes precedence."""
    name = after_issuer(form.label, wanted)
    if name is not None:
        return wanted, name
    if form.prefix is None:
        return wanted, form.label
    if not wanted:
        return form.prefix, form.rest
    # Encoders that write `+` for a space do so in the label too.
    if form.prefix and form.prefix.replace("+", " ").strip() != wanted:
        notices.append(
            Remark(
                Field.ISSUER,
                Reason.DIFFERS,
                {"given": form.prefix[:LABEL_LIMIT], "used": wanted[:LABEL_LIMIT]},
            )
        )
    return wanted, form.rest


def _secret_notices(given: str, account: Account) -> list[Remark]:
    """Spaces, dashes and marks between characters, and final characters that no encoder produces.

    Lower case and padding at the end are common and cause no remark.
    """
    tidy = given.upper().rstrip("=")
    letters = _NOT_BASE32.sub("", tidy)
    found = []
    if tidy != letters:
        found.append(Remark(Field.SECRET, Reason.NORMALISED))
    if letters != account.secret.base32():
        found.append(Remark(Field.SECRET, Reason.TRAILING_BITS))
    return found


def _value_notices(values: dict[str, str], account: Account) -> list[Remark]:
    """Parameters that are empty, missing though required, unused by the type, or misspelt."""
    otp = account.otp
    unused = {Type.TOTP: ("counter",), Type.HOTP: ("period",), Type.STEAM: tuple(_STEAM_FIXED)}
    kind = type_of(otp)
    fixed = _STEAM_FIXED if kind == Type.STEAM else _DEFAULTS
    found = []
    for name, default in _DEFAULTS.items():
        given = values.get(name, "").strip()
        if name in unused[kind]:
            if given and given.upper() != fixed[name]:
                facts: dict[str, int | str] = {"name": name, "given": given[:40]}
                found.append(Remark(_FIELDS[name], Reason.IGNORED, facts))
        elif not given and (name in values or name == "counter"):
            found.append(Remark(_FIELDS[name], Reason.DEFAULTED, {"used": default}))
    algorithm = values.get("algorithm", "").strip()
    if algorithm and kind != Type.STEAM and algorithm.upper() != otp.algorithm:
        found.append(_normalised(Field.ALGORITHM, algorithm, otp.algorithm))
    return found
