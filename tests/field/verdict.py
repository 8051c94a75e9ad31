"""What the app makes of a variant, held against what is right."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from authenticator.otp.account import Account, Hotp
from authenticator.otp.code import code_at, code_of_counter
from authenticator.scan.ladder import Reading
from tests.field.truth import AT_S, Variant

ReadPicture = Callable[..., Reading]


class Verdict(StrEnum):
    """`LOST` and `WRONG` never happen."""

    READ = "read"
    REFUSED = "refused"
    LOST = "lost"
    WRONG = "wrong"


@dataclass(frozen=True)
class Result:
    """`told` is what a person hears besides."""

    verdict: Verdict
    told: str = ""


def judged(variant: Variant, codes: list[tuple[str, str, str]], told: list[str]) -> Result:
    """`codes` are the issuer, account name and code of what was read, `told` what was said."""
    wanted = sorted((one.issuer, one.name, one.code()) for one in variant.right)
    said = " ".join(dict.fromkeys(told))
    if any(code not in {right[2] for right in wanted} for *_, code in codes):
        return Result(Verdict.WRONG, said)
    if wanted and sorted(codes) == wanted:
        return Result(Verdict.READ, said)
    if not codes and told and (variant.may_refuse or not variant.right):
        return Result(Verdict.REFUSED, said)
    return Result(Verdict.LOST, said)


def code_of(account: Account) -> str:
    otp = account.otp
    if isinstance(otp, Hotp):
        return code_of_counter(account, otp.counter).value
    return code_at(account, AT_S).value
