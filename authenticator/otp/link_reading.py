"""One link as panels really write it -> an account, and what had to be understood on the way.

`otp/uri.py` reads and writes the format as it is meant. This reads what comes from elsewhere:
near misses of a parameter's name (`digit=8`, `&amp;digits=8`), values in other words (`60s`),
too many or too few escapes. What was plainly meant is read and becomes a notice. What may change
the codes and can't be read is refused: a default in its place would be a wrong code without a
word. A link that this app wrote is read as it was written.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from authenticator.otp import parameter_values as values_of
from authenticator.otp.account import (
    LABEL_LIMIT,
    Account,
    Label,
    Steam,
    Type,
    is_steam,
    well_formed,
)
from authenticator.otp.escapes import (
    LEVELS,
    decoded,
    one_level,
    without_extra_levels,
    without_references,
)
from authenticator.otp.link_parameters import Parameters, items, named_items
from authenticator.otp.parameter_names import about, known_parameter, parameter
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret
from authenticator.otp.uri import (
    MOTP,
    PARAMETER_LIMIT,
    TEXT_LIMIT,
    WITH_PIN,
    Enrolment,
    ParsedUri,
    after_issuer,
    interpret,
    read_uri,
    write_uri,
)
from authenticator.otp.uri_notices import normalised

_LEAST_BYTES: Final = 4
"""No panel makes shorter keys: what is left of one is no key."""

_START: Final = re.compile(r"[\s\ufeff]*(otpauth|motp)://", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[\s\ufeff]*([a-z]{1,20}):", re.IGNORECASE)
_LINE_BREAKS: Final = re.compile(r"[\r\n\t]+")
_HOLDS_LINK: Final = re.compile(r"(otpauth(-migration)?|motp):.*[?&](secret|data)=", re.IGNORECASE)
_QUERY: Final = re.compile(r"[?&]\s*[\"']?([^=&?/:]{1,40}?)[\"']?\s*=")
_OWN_APPS: Final = re.compile(r".*push.*|phonefactor|daypassword|tiqr|smstoken|ocra", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://\S+"
    r"|(?:localhost|(?:[0-9]{1,3}\.){3}[0-9]{1,3}|(?:[a-z0-9-]+\.)+[a-z]{2,24})(?::[0-9]+)?(?:/\S*)?"
    r"|\[?(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}\]?(?::[0-9]+)?",
    re.IGNORECASE,
)


def read_link(text: str) -> Enrolment:
    """Read one link of at most 131,072 characters.

    Raises EnrolmentRefused with the faults of all fields. No fact of a remark contains the key.
    """
    if len(text) > TEXT_LIMIT:
        raise _refused(Field.URI, Reason.TOO_LONG, length=len(text), limit=TEXT_LIMIT)
    start = text.lstrip("\ufeff \t\r\n").lower()
    for prefix, read in _READERS.items():
        if start.startswith(prefix):
            return read(text)
    scheme = _SCHEME.match(text)
    if scheme is None:
        raise _refused(Field.URI, Reason.NOT_AN_ENROLMENT)
    raise _refused(Field.TYPE, Reason.UNKNOWN, given=scheme[1].lower()[:10])


def _read_otpauth(text: str) -> Enrolment:
    start = _START.match(text)
    if start is None:
        raise _refused(Field.URI, Reason.NOT_AN_ENROLMENT)
    rest = _LINE_BREAKS.sub("", well_formed(text[start.end() :]).strip()).lstrip("/")
    head, query = _split(rest)
    if any(_HOLDS_LINK.search(_fully_decoded(part)) for part in (head, *items(query))):
        raise _refused(Field.URI, Reason.REPEATED, count=2)
    written = _as_written_here(f"{start[1].lower()}://{rest}")
    notices = []
    rest, levels = _decoded_tail(rest) if written is None else (rest, 0)
    if levels:
        notices.append(Remark(Field.URI, Reason.OVER_ENCODED))
    head, query = _split(rest)
    lost = "=" in head and rest[len(head) :].startswith("&")
    if written is None and (lost or ("?" in head and about(head.rpartition("?")[2]))):
        raise _refused(Field.URI, Reason.MALFORMED)  # where does the name end?
    mobile = start[1].lower() == Type.MOTP
    kind, _, path = (MOTP, "", head) if mobile else head.partition("/")
    kind = kind.strip().lower()
    if _OWN_APPS.fullmatch(kind):
        raise _refused(Field.TYPE, Reason.OWN_APP, given=kind if len(kind) <= 12 else "")
    found = items(query)
    if len(found) > PARAMETER_LIMIT:
        raise _refused(Field.PARAMETER, Reason.TOO_LONG, length=len(found), limit=PARAMETER_LIMIT)
    parameters = Parameters(with_pin=kind in WITH_PIN)
    parameters.add(found)
    parameters.settle(kind)
    if parameters.faults:
        raise EnrolmentRefused(_with_others(parameters, kind))
    if written is not None:
        return written
    form = _form(kind, path, parameters)
    return _understood(replace(form, notices=(*notices, *form.notices)), parameters)


def _with_others(parameters: Parameters, kind: str) -> list[Remark]:
    """The faults of the parameters, and those that their values have besides."""
    faults = list(parameters.faults)
    if kind in WITH_PIN:
        return faults
    told = {fault.field for fault in faults}
    try:
        interpret(ParsedUri(kind, "", None, "", {"secret": "AA", **parameters.values}, ()))
    except EnrolmentRefused as refusal:
        faults += [fault for fault in refusal.faults if fault.field not in told]
    return faults


def _as_written_here(text: str) -> Enrolment | None:
    """The account of a link in this app's own form, where every escape is meant as it stands."""
    try:
        enrolment = read_uri(text)
    except EnrolmentRefused:
        return None
    return enrolment if write_uri(enrolment.account) == text else None


# The link's form


def _fully_decoded(text: str) -> str:
    for _ in range(LEVELS):
        if "%" not in text:
            break
        text = one_level(text)
    return text


def _decoded_tail(rest: str) -> tuple[str, int]:
    """What follows `otpauth://` with its parameters in plain sight, and how many levels of
    percent-encoding that took."""
    text = rest
    for level in range(LEVELS):
        names = [name for name, _ in named_items(items(_split(text)[1]))]
        if any(parameter(name) == "secret" for name in names) and not _hides_parameter(text):
            return text, level
        deeper = one_level(text)
        if deeper == text:
            break
        text = deeper
    # Without a key at any level, nothing says that it is encoded too often.
    return rest, 0


def _hides_parameter(text: str) -> bool:
    """Whether one parameter is inside the name or inside the value of another, encoded."""
    head, query = _split(text)
    _, hidden = _split(_fully_decoded(head))
    if any(known_parameter(name) for name, _ in named_items(items(hidden))):
        return True
    for _, value in named_items(items(query)):
        within = _fully_decoded(value)
        if within != value and "&" in within:
            names = [name for name, _ in named_items(items(within))[1:]]
            if any(known_parameter(name) for name in names):
                return True
    return False


def _split(rest: str) -> tuple[str, str]:
    """What is before and behind the `?` that begins the parameters: one may also be in a name.
    A `/` before it belongs to neither."""
    match = None
    for found in _QUERY.finditer(rest):
        if found[0][0] == "?" or known_parameter(decoded(found[1])[0]):
            match = found
            break
    if match is not None:
        head, query = rest[: match.start()], rest[match.start() + 1 :]
        if match[0][0] == "&" and "?" in head:
            head, _, first = head.rpartition("?")
            query = f"{first}&{query}"
    else:
        head, _, query = rest.partition("?")
    return head.rstrip("/") if "/" in head.rstrip("/") else head, query


def _form(kind: str, path: str, parameters: Parameters) -> ParsedUri:
    notices = list(parameters.notices)
    raw = without_extra_levels(path.lstrip("/"))
    label = _name(Field.LABEL, raw, notices)
    # A raw colon is the intended separator if others are encoded.
    parts = (
        raw.split(":", 1) if ":" in raw else re.split("%3a", raw, maxsplit=1, flags=re.IGNORECASE)
    )
    rest = _name(Field.ACCOUNT, parts[-1], [])
    prefix = _name(Field.ISSUER, parts[0], []) if len(parts) > 1 else None
    if parameters.raw_issuer is not None:
        keeps_plus = "%2b" in raw.lower() and prefix == decoded(parameters.raw_issuer)[0]
        parameters.values["issuer"] = _issuer(parameters.raw_issuer, notices, keeps_plus=keeps_plus)
    return ParsedUri(
        type=kind,
        label=label,
        prefix=None if prefix is None else prefix.strip(),
        rest=rest,
        values=parameters.sent | _only(parameters.values, "issuer"),
        notices=tuple(notices),
    )


def _only(values: dict[str, str], name: str) -> dict[str, str]:
    return {name: values[name]} if name in values else {}


def _issuer(raw: str, notices: list[Remark], *, keeps_plus: bool) -> str:
    """The issuer of the query. There a `+` is a space, unless spaces are written in another
    way."""
    plain = without_extra_levels(raw)
    if "+" not in plain or keeps_plus or re.search(r"%20| |%u[0-9a-f]{4}", plain, re.IGNORECASE):
        return _name(Field.ISSUER, plain, notices)
    text = _name(Field.ISSUER, plain.replace("+", " "), notices)
    notices.append(normalised(Field.ISSUER, raw, text))
    return text


def _name(field: Field, raw: str, notices: list[Remark]) -> str:
    text, bent = decoded(raw)
    plain = without_references(text)
    if bent or plain != text:
        notices.append(normalised(field, raw, plain))
    return plain


# The link's meaning


def _understood(form: ParsedUri, parameters: Parameters) -> Enrolment:
    notices = list(form.notices)
    values = dict(parameters.values)
    prefix, issuer = form.prefix or "", values.get("issuer", "").strip()
    if (
        prefix
        and _ADDRESS.fullmatch(issuer)
        and not _ADDRESS.fullmatch(prefix)
        and after_issuer(form.label, issuer) is None
    ):
        notices.append(
            Remark(
                Field.ISSUER,
                Reason.DIFFERS,
                {"given": issuer[:LABEL_LIMIT], "used": prefix[:LABEL_LIMIT]},
            )
        )
        values["issuer"] = issuer = prefix
    kind = form.type
    if kind == Type.TOTP and is_steam(issuer or prefix) and _fits_steam(values):
        kind = Type.STEAM
        notices.append(Remark(Field.TYPE, Reason.BY_NAME))
    if Type.STEAM in (kind, values.get("encoder", "").strip().lower()):
        key = values_of.steam_base64(values.get("secret", ""))
        if key is not None:
            values["secret"] = Secret(key).base32()
            notices.append(Remark(Field.SECRET, Reason.BASE64))
    enrolment = interpret(replace(form, type=kind, values=values, notices=tuple(notices)))
    account = enrolment.account
    if len(account.secret.key) < _LEAST_BYTES:
        length = len(account.secret.base32())
        raise _refused(Field.SECRET, Reason.INCOMPLETE, length=length)
    if kind == Type.STEAM and account.label.issuer.lower() == "steam":
        account = replace(account, label=Label("Steam", account.label.account))
    return replace(enrolment, account=account, parsed_uri=form)


def _fits_steam(values: dict[str, str]) -> bool:
    """Whether no parameter says that these codes are others than Steam's. Six digits don't:
    that is what tools write for want of another number."""
    allowed = {
        "algorithm": ("", "SHA1"),
        "digits": ("", "5", "6"),
        "period": ("", "30"),
        "encoder": ("", Type.STEAM.value),
    }
    return all(values.get(name, "").strip() in fitting for name, fitting in allowed.items())


def _read_steam_key(text: str) -> Enrolment:
    """`steam://` and the key, as KeePass writes it; in Base64 it is Steam's `shared_secret`."""
    given = decoded(text.strip().partition("://")[2].partition("?")[0].strip().rstrip("/"))[0]
    notices = [Remark(Field.TYPE, Reason.BY_NAME), Remark(Field.ACCOUNT, Reason.ABSENT)]
    key = values_of.steam_base64(given)
    if key is not None:
        notices.append(Remark(Field.SECRET, Reason.BASE64))
    secret = Secret.from_base32(given) if key is None else Secret(key)
    account = Account(Label("Steam", ""), secret, Steam())
    return Enrolment(account, (*notices, *account.notices()))


def _refused(field: Field, reason: Reason, **facts: int | str) -> EnrolmentRefused:
    return EnrolmentRefused([Remark(field, reason, facts)])


_READERS: Final[dict[str, Callable[[str], Enrolment]]] = {
    "steam://": _read_steam_key,
    "otpauth://": _read_otpauth,
    "motp://": _read_otpauth,
}
"""How a link begins -> what reads it; the first that fits."""
