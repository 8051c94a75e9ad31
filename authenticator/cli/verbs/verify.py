"""`verify`: where a code of the other side belongs, or which mistake would explain it."""

import argparse
from contextlib import closing

from authenticator.app.code_owner import Owner, OwnerSearch, find_owners
from authenticator.app.codes import CounterHasNoTime
from authenticator.app.verification import DRIFT_STEPS, Explanation, Place, code_text, verify
from authenticator.cli.arguments import parse_time
from authenticator.cli.code_clock import CodeClock
from authenticator.cli.open_vault import chosen_entry, opened, passphrase_argument
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr
from authenticator.otp.account import Account, Hotp
from authenticator.wording.verification import explanation, verdict_text

NO_MATCH = 3


STEPS = range(1001)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", help=tr("id, or words of the issuer and account name"))
    parser.add_argument("code", help=tr("the code that the other side shows"))
    parser.add_argument(
        "--at", type=parse_time, metavar="T", help=tr("at this Unix time instead of now")
    )
    parser.add_argument(
        "--steps",
        type=int,
        choices=STEPS,
        metavar="N",
        default=DRIFT_STEPS,
        help=tr(
            "how many time steps or counters to look at on either side (to {most}; {steps})",
            most=STEPS[-1],
            steps=DRIFT_STEPS,
        ),
    )
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Print one result; exit 3 if the code matches nowhere. No counter is used up. A code that
    this account does not show is looked for among the others."""
    with closing(opened(services, terminal, chosen)) as vault:
        entry = chosen_entry(vault, chosen.query)
        if isinstance(entry.otp, Hotp) and chosen.at is not None:
            raise CounterHasNoTime
        account = vault.account(entry.id)
        timed = CodeClock(services, terminal)
        in_doubt = chosen.at is None and not isinstance(entry.otp, Hotp) and timed.in_doubt()
        now_s = timed.clock.now() if chosen.at is None else chosen.at
        verdict = verify(account, chosen.code, now_s, chosen.steps)
        whose = OwnerSearch()
        if verdict.place is None:
            whose = find_owners(vault, entry, code_text(chosen.code, entry.otp), now_s)
    fields = {
        "id": entry.id,
        "matches": verdict.place is not None,
        **_place(account, verdict.place),
        "explanations": [_explanation(one) for one in verdict.explanations],
        "owners": [_owner(one) for one in whose.owners],
        "not_looked_at": whose.skipped,
        "in_doubt": in_doubt,
    }
    terminal.show(fields, "\n".join(verdict_text(verdict, whose)))
    return 0 if verdict.place is not None else NO_MATCH


def _owner(owner: Owner) -> dict[str, object]:
    entry = owner.entry
    return {
        "id": entry.id,
        "issuer": entry.label.issuer,
        "account": entry.label.account,
        "added_at": entry.added_s or None,
        "in_bin": owner.in_trash,
        "away": owner.away,
    }


def _place(account: Account, place: Place | None) -> dict[str, object]:
    otp = account.otp
    timed = None if place is None or isinstance(otp, Hotp) else place.counter * otp.period_s
    return {
        "counter": place and place.counter,
        "away": place and place.away,
        "valid_from": timed,
        "valid_until": None if timed is None or isinstance(otp, Hotp) else timed + otp.period_s,
        "ahead_s": _bounds(place),
    }


def _bounds(place: Place | None) -> list[float] | None:
    if place is None or place.ahead_s is None:
        return None
    return [round(bound, 3) for bound in place.ahead_s]


def _explanation(one: Explanation) -> dict[str, object]:
    return {
        "mistakes": list(one.mistakes),
        "instead": dict(one.instead),
        "reason": explanation(one),
        "counter": one.place.counter,
        "away": one.place.away,
        "ahead_s": _bounds(one.place),
    }
