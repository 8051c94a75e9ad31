"""What the app makes of a variant, held against what is right."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from authenticator.app.enrolment import NotAnEnrolment
from authenticator.app.reading import ReadOutcome, Source, read_sources
from authenticator.otp.account import Account, Hotp, Label
from authenticator.otp.code import code_at, code_of_counter
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.typed_key import read_key
from authenticator.scan.ladder import Reading
from authenticator.wording import explain, remark
from tests.field.truth import AT_S, Variant

ReadPicture = Callable[..., Reading]


class Verdict(StrEnum):
    """`LOST` (something is missing and nothing was said) and `WRONG` (a code that no panel
    expects) never happen."""

    READ = "read"
    ASKED = "asked"
    REFUSED = "refused"
    LOST = "lost"
    WRONG = "wrong"


@dataclass(frozen=True)
class Result:
    """`said` is what a person is told, without what is read as it should be."""

    verdict: Verdict
    said: tuple[str, ...] = ()


def of_sources(variant: Variant, read_picture: ReadPicture) -> Result:
    """A text or pictures, as every way in reads them."""
    given = variant.given if isinstance(variant.given, tuple) else (variant.given,)
    sources = [
        Source("given", text=one) if isinstance(one, str) else Source("given", picture=one)
        for one in given
    ]
    outcome = read_sources(sources, read_picture)
    found = outcome.payloads.found
    codes = [
        (one.account.label.issuer, one.account.label.account, code(one.account)) for one in found
    ]
    notices = [remark(notice) for one in found for notice in one.notices]
    return _judged(variant, codes, notices, _refusals(outcome))


def of_key(variant: Variant) -> Result:
    """A key, as it is typed or pasted into its field."""
    assert isinstance(variant.given, str)
    try:
        typed = read_key(variant.given)
    except EnrolmentRefused as refusal:
        return Result(Verdict.REFUSED, tuple(remark(fault) for fault in refusal.faults))
    if typed.questions:
        return Result(Verdict.ASKED, tuple(remark(question) for question in typed.questions))
    codes = [("", "", code(Account(Label(), typed.secret)))]
    return _judged(variant, codes, [remark(note) for note in typed.notes], [])


def code(account: Account) -> str:
    otp = account.otp
    if isinstance(otp, Hotp):
        return code_of_counter(account, otp.counter).value
    return code_at(account, AT_S).value


def _refusals(outcome: ReadOutcome) -> list[str]:
    payloads = outcome.payloads
    errors: list[Exception] = [
        *(error for _, error in outcome.faults),
        *payloads.parts,
        *(NotAnEnrolment(other) for other in payloads.others),
    ]
    said = [explain(error).title for error in errors]
    said += [remark(fault) for refusal in payloads.refused for fault in refusal.faults]
    if outcome.empty:
        said.append("No QR code found")
    return said


def _judged(
    variant: Variant, codes: list[tuple[str, str, str]], notices: list[str], refusals: list[str]
) -> Result:
    wanted = sorted((one.issuer, one.name, one.code()) for one in variant.right)
    said = tuple(dict.fromkeys((*refusals, *notices)))
    if any(made not in {right[2] for right in wanted} for *_, made in codes):
        return Result(Verdict.WRONG, said)
    if wanted and sorted(codes) == wanted:
        return Result(Verdict.READ, said)
    if not codes and refusals and (variant.may_refuse or not variant.right):
        return Result(Verdict.REFUSED, said)
    return Result(Verdict.LOST, said)
