"""Checks an enrolment for problems in practice: findings with severity and reason."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from authenticator.otp.account import Account, FixedOtp, Hotp, PinOtp, type_of
from authenticator.otp.compatibility import Effect, incompatible_apps
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.secret import RECOMMENDED_BITS, SHORT_BITS, Secret
from authenticator.otp.spelling import spelled
from authenticator.otp.uri import Enrolment, ParsedUri, after_issuer

USUAL_DIGITS: Final = (6, 7, 8)
USUAL_PERIODS_S: Final = (30, 60)
_TELLING_BYTES: Final = 10
"""Shorter keys may show any pattern by chance. Ten random bytes are all readable once in 20,000
times."""
_TEXT: Final = re.compile(rb"[\x20-\x7e]+")
_LETTERS: Final = re.compile(rb"[A-Za-z]{10}")


class Severity(StrEnum):
    """`error`: can't be used. `warning`: works, with a risk. `note`: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    severity: Severity
    remark: Remark


_NOTES: Final = {
    Reason.ABSENT,
    Reason.IGNORED,
    Reason.NORMALISED,
    Reason.DEFAULTED,
    Reason.BELOW_RECOMMENDED,
    Reason.NO_PARAMETER,
    Reason.UNUSUAL,
    Reason.PADDED,
    Reason.LOWER_CASE,
    Reason.APPS_WARN,
    Reason.TIGHT,
    Reason.BASE64,
    Reason.BY_NAME,
}
_APPS: Final = {
    Effect.IGNORES: Reason.APPS_IGNORE,
    Effect.REFUSES: Reason.APPS_REFUSE,
    Effect.WARNS: Reason.APPS_WARN,
}

_SAMPLES: Final = (
    {
        Secret.from_base32(text).key
        for text in (
            "JBSWY3DPEHPK3PXP",  # the Key URI Format, and many tutorials
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ",  # the Key URI Format's long example
            "NFZS25DINFZV643VOAZXELLTGNRXEM3UH4",  # Perl's URI::otpauth
            "BASE32SECRET3232",  # pyotp
        )
    }
    | {
        (b"1234567890" * 7)[:length]  # RFC 4226, appendix D; RFC 6238, appendix B
        for length in (20, 32, 64)
    }
)


def with_severity(remark: Remark) -> Finding:
    """A notice with its severity. Faults that make an enrolment unusable are always errors."""
    return Finding(Severity.NOTE if remark.reason in _NOTES else Severity.WARNING, remark)


def lint(enrolment: Enrolment) -> tuple[Finding, ...]:
    """All findings about an enrolment that can be read, its notices first."""
    account = enrolment.account
    with_pin = isinstance(account.otp, PinOtp)
    remarks = [*enrolment.notices, *_secret(account.secret), *_names(account)]
    if with_pin:  # the type fixes how long a key is
        remarks = [one for one in remarks if one.reason is not Reason.BELOW_RECOMMENDED]
    elif enrolment.parsed_uri is not None:
        remarks += _written(enrolment.parsed_uri, account)
    remarks += [*_parameters(account), *_apps(account)]
    return tuple(with_severity(remark) for remark in remarks)


def _secret(secret: Secret) -> list[Remark]:
    found = []
    if SHORT_BITS <= secret.bits < RECOMMENDED_BITS:
        facts: dict[str, int | str] = {"bits": secret.bits, "wanted": RECOMMENDED_BITS}
        found.append(Remark(Field.SECRET, Reason.BELOW_RECOMMENDED, facts))
    key = secret.key
    if key in _SAMPLES:
        found.append(Remark(Field.SECRET, Reason.SAMPLE))
    elif any(key) and _repeats(key):
        found.append(Remark(Field.SECRET, Reason.REPETITIVE))
    elif (len(key) >= _TELLING_BYTES and _TEXT.fullmatch(key)) or _LETTERS.search(key):
        found.append(Remark(Field.SECRET, Reason.READABLE))
    return found


def _repeats(key: bytes) -> bool:
    """A repeated block, bytes that count up or down, or few different ones."""
    length = len(key)
    if length < 4:
        return False
    if any(key == (key[:block] * length)[:length] for block in range(1, length // 2 + 1)):
        return True
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(steps) == 1 or (length >= _TELLING_BYTES and len(set(key)) * 3 <= length)


def _names(account: Account) -> list[Remark]:
    """The Key URI Format: neither issuer nor account name may themselves contain a colon."""
    label = account.label
    return [
        Remark(field, Reason.COLON)
        for field, text in ((Field.ISSUER, label.issuer), (Field.ACCOUNT, label.account))
        if ":" in text
    ]


def _written(form: ParsedUri, account: Account) -> list[Remark]:
    """What only the URI shows: where the issuer is, and how values are encoded."""
    found = []
    parameter = form.values.get("issuer", "").strip()
    right: dict[str, int | str] = {"label": _canonical_label(account), "issuer": parameter}
    if parameter and form.prefix is None and after_issuer(form.label, parameter) is None:
        found.append(Remark(Field.ISSUER, Reason.NO_PREFIX, right))
    if form.prefix and not parameter:
        facts = {**right, "issuer": spelled(form.prefix)}
        found.append(Remark(Field.ISSUER, Reason.NO_PARAMETER, facts))
    if _plus_for_space(form.prefix or "", form.label, parameter):
        found.append(Remark(Field.ISSUER, Reason.PLUS, right))
    key = form.values["secret"].rstrip()
    if key.endswith("="):
        found.append(Remark(Field.SECRET, Reason.PADDED))
    if any(character.islower() for character in key):
        found.append(Remark(Field.SECRET, Reason.LOWER_CASE))
    return found


def _canonical_label(account: Account) -> str:
    """The label as the format has it: `ACME%20Co:kim`."""
    issuer, name = account.label.issuer, account.label.account
    return f"{spelled(issuer)}:{spelled(name)}"


def _plus_for_space(prefix: str, label: str, parameter: str) -> bool:
    """Whether the issuer before the account name has pluses in place of spaces: where the
    parameter shows that, or else where all look like it. `R+D`, `C++` and `Canal+` have none."""
    if "+" not in prefix:
        return False
    if parameter:
        return prefix != parameter and prefix.replace("+", " ").strip() == parameter
    return " " not in label and all(len(word) > 1 for word in prefix.split("+"))


def _parameters(account: Account) -> list[Remark]:
    otp = account.otp
    if isinstance(otp, FixedOtp):
        return [Remark(Field.TYPE, Reason.UNUSUAL, {"given": type_of(otp)})]
    found = []
    if otp.digits not in USUAL_DIGITS:
        found.append(Remark(Field.DIGITS, Reason.UNUSUAL, {"given": str(otp.digits)}))
    if not isinstance(otp, Hotp) and otp.period_s not in USUAL_PERIODS_S:
        found.append(Remark(Field.PERIOD, Reason.UNUSUAL, {"given": f"{otp.period_s} s"}))
    return found


def _apps(account: Account) -> list[Remark]:
    return [
        Remark(field, _APPS[effect], {"apps": ", ".join(apps)})
        for (field, effect), apps in incompatible_apps(account).items()
    ]
