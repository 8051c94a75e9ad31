"""`otpauth://` and `motp://` text <-> Account: first the syntax, then the meaning.

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
Types that need a PIN: see `pin_links`.
"""

import dataclasses
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from authenticator.otp.account import (
    LABEL_LIMIT,
    Account,
    Hotp,
    Label,
    PinOtp,
    Steam,
    Totp,
    Type,
    account_from_fields,
    is_steam,
    type_of,
    well_formed,
)
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.uri_notices import (
    DEFAULTS,
    FIELDS,
    normalised,
    secret_notices,
    value_notices,
)

TEXT_LIMIT = 131_072
"""Characters. The longest valid account takes fewer than 14,000; the rest leaves room to report
which field is too long."""

PARAMETER_LIMIT = 64

_START = re.compile(r"[\s\ufeff]*(?:otpauth|(motp))://", re.IGNORECASE)
_ANY_START = re.compile(r"[\s\ufeff]*(otpauth(-migration)?|motp)://", re.IGNORECASE)
DECIMAL = "decimal"  # the `encoder` of digits under Steam's name
_LINE_BREAKS = re.compile(r"[\r\n\t]+")
STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")

MOTP = "motp:"
WITH_PIN = {MOTP: Type.MOTP, "yaotp": Type.YANDEX, "yandex": Type.YANDEX}
"""How links name the types that need a PIN: one by the scheme. `otpauth://motp/` is none of them,
as some apps write its key in hex, some in Base32."""


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
    if isinstance(otp, PinOtp):
        from authenticator.otp.pin_links import write

        return write(account, label, _encoded)
    values = {"secret": account.secret.base32()}
    if issuer:
        values["issuer"] = _encoded(issuer)
    if not isinstance(otp, Steam):
        values["algorithm"] = otp.algorithm.value
        values["digits"] = str(otp.digits)
        if isinstance(otp, Totp):
            values["period"] = str(otp.period_s)
    query = "&".join(
        f"{name}={value}" for name, value in values.items() if value != DEFAULTS.get(name)
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
    host, _, path = (MOTP, "", head) if start[1] else head.partition("/")
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
        if name not in FIELDS:
            # By mistake, the key may be where a name belongs.
            plain = bool(equals) and len(name) <= 16 and name.replace("_", "").isalnum()
            notices.append(Remark(Field.PARAMETER, Reason.IGNORED, {"name": name if plain else ""}))
        elif name in values:
            notices.append(Remark(FIELDS[name], Reason.REPEATED, {"name": name}))
        else:
            field = FIELDS[name]
            values[name] = _decoded(field, raw_value.replace("+", " "), notices)
            if field is Field.ISSUER and "+" in raw_value:
                notices.append(normalised(field, raw_value, values[name]))
    return values


def _decoded(field: Field, raw: str, notices: list[Remark]) -> str:
    try:
        text = unquote(raw, errors="strict")
        bent = STRAY_PERCENT.search(raw) is not None
    except UnicodeDecodeError:
        text = unquote(raw, encoding="latin-1")
        bent = True
    if bent:
        notices.append(
            Remark(field, Reason.NORMALISED)
            if field in (Field.SECRET, Field.PIN)
            else normalised(field, raw, text)
        )
    return text


def interpret(form: ParsedUri) -> Enrolment:
    """The account that a split URI means. Raises EnrolmentRefused with the faults of all fields."""
    notices = list(form.notices)
    values = {name: value.strip() for name, value in form.values.items() if value.strip()}
    kind = _type(form, notices)
    issuer, name = _label(form, values.get("issuer", ""), notices)
    if kind in (Type.MOTP, Type.YANDEX):
        from authenticator.otp.pin_links import read

        return _enrolment(*read(Type(kind), form.values, Label(issuer, name), notices), form)
    try:
        account = account_from_fields(
            # Not trimmed: a wrong character is pointed at where it stands.
            key=form.values.get("secret", ""),
            issuer=issuer,
            account=name,
            type=kind,
            algorithm=values.get("algorithm", DEFAULTS["algorithm"]),
            digits=values.get("digits", DEFAULTS["digits"]),
            period_s=values.get("period", DEFAULTS["period"]),
            counter=values.get("counter", DEFAULTS["counter"]),
        )
    except EnrolmentRefused as refusal:
        if "secret" in form.values:
            raise
        no_secret = Remark(Field.SECRET, Reason.EMPTY)
        missing = Remark(Field.SECRET, Reason.MISSING)
        raise EnrolmentRefused(
            missing if fault == no_secret else fault for fault in refusal.faults
        ) from None

    notices += secret_notices(form.values["secret"], account)
    notices += value_notices(form.values, account)
    return _enrolment(account, notices, form)


def _enrolment(account: Account, notices: list[Remark], form: ParsedUri) -> Enrolment:
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
    if form.type in WITH_PIN:
        return WITH_PIN[form.type]
    # This is shown in the error, so it must look like a type, not a key.
    named = len(form.type) <= 10 and form.type.isalpha() and form.type != Type.MOTP
    return form.type if named else ""


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
