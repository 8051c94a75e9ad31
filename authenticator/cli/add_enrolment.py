"""Adds the account of an enrolment to the vault, and composes the output about it."""

import argparse
import math
from dataclasses import dataclass

from authenticator import exit_codes
from authenticator.app.add_account import AddedAccount, Outcome, add_account, updatable
from authenticator.app.codes import next_code, typing_until, use
from authenticator.app.enrolment import NotAnEnrolment, SortedPayloads
from authenticator.cli.account_json import fields
from authenticator.cli.code_clock import CodeClock
from authenticator.cli.pins import Pins
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.errors import AuthenticatorError
from authenticator.language import gettext_noop, join_list, join_sentences, tr
from authenticator.otp.account import Account, Hotp, Otp
from authenticator.otp.uri import Enrolment
from authenticator.vault.entry import Entry
from authenticator.vault.vault import Vault
from authenticator.wording import displayable, remark
from authenticator.wording.relatives import relation
from authenticator.wording.storage import slow_to_add

_SAID = {
    Outcome.ADDED: "",
    Outcome.KEPT: gettext_noop(
        "is already there and was left as it is (--again adds it a second time)"
    ),
    Outcome.UPDATED: gettext_noop("was updated to what this code says"),
    Outcome.LEFT: gettext_noop("was left as it is"),
    Outcome.PUT_BACK: gettext_noop("is back from the bin"),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says about accounts that are there already; `terminal` asks a person
    about one in the bin."""

    again: bool = False
    update: bool = False
    terminal: Terminal | None = None


def again_arguments(parser: argparse.ArgumentParser) -> None:
    """The options about accounts that are there already."""
    same = parser.add_mutually_exclusive_group()
    same.add_argument(
        "--again", action="store_true", help=tr("also add accounts that are already there")
    )
    same.add_argument(
        "--update",
        action="store_true",
        help=tr(
            "give an account that is there with the same key the name and parameters of this code"
        ),
    )


def wishes(terminal: Terminal, chosen: argparse.Namespace) -> Wishes:
    """What `again_arguments` read."""
    return Wishes(chosen.again, chosen.update, terminal)


def store(
    vault: Vault, enrolment: Enrolment, timed: CodeClock, wished: Wishes, pins: Pins
) -> tuple[dict[str, object], str]:
    """Add an account unless it is there already. Returns its fields, with the code to type into
    the panel now, and the same as text.

    `outcome` is an `Outcome`; `namesakes` are accounts of the same name with another key,
    `same_key` are those of the same key with another name or other parameters; `in_bin` is the id
    of the same account in the bin, from where it can still be put back, else null. No code is
    shown of an HOTP account: that would use it up. The PIN that an account lacks is asked of
    `pins`.
    """
    added = add_account(
        vault,
        enrolment.account,
        again=wished.again,
        update=wished.update,
        completed=pins.completed,
        put_back=lambda entry: _put_back(wished.terminal, entry),
    )
    entry, there = added.entry, added.relatives
    in_bin = there.trashed if added.outcome is Outcome.ADDED else None
    told = fields(entry) | {
        "outcome": added.outcome,
        "namesakes": [_reference(one) for one in there.namesakes],
        "same_key": [_reference(one) for one in (*there.changed, *there.renamed)],
        "in_bin": in_bin and in_bin.id,
        "code": None,
        "next_code": None,
        "valid_until": None,
        "in_doubt": False,
        "notices": [remark(notice) for notice in enrolment.notices],
    }
    said = _SAID[added.outcome]
    lines = ["  ".join((entry.id, displayable(str(entry.label)), *([tr(said)] if said else ())))]
    if added.outcome is Outcome.LEFT:
        _ask_for_an_option(wished.terminal, added, enrolment.account)
    else:
        lines += [*_hints(added, enrolment.account.otp), _code_line(vault, entry, timed, told)]
    lines += [tr("note: {remark}", remark=remark(notice)) for notice in enrolment.notices]
    return told, "\n  ".join(lines)


def tell_slow(services: Services, terminal: Terminal, count: int) -> None:
    """Say so if adding this many accounts takes a while."""
    if words := slow_to_add(count, services.inspect_vault()):
        terminal.say(words)


def exit_code(told: dict[str, object]) -> int:
    """3 for an account that was left, as somebody has to say what is to become of it."""
    return exit_codes.INPUT if told["outcome"] is Outcome.LEFT else 0


def _put_back(terminal: Terminal | None, entry: Entry) -> bool:
    if terminal is None or terminal.as_json or not terminal.interactive:
        return False
    return terminal.confirm(
        tr(
            "{name} is in the bin, with its groups and notes. Put it back instead of adding it "
            "anew?",
            name=displayable(str(entry.label)) or entry.id,
        )
    )


def _ask_for_an_option(terminal: Terminal | None, added: AddedAccount, given: Account) -> None:
    if terminal is None:
        return
    name = displayable(str(added.entry.label)) or added.entry.id
    step = tr("--update changes it to what this code says, --again keeps both.")
    if len(updatable(given, added.relatives)) > 1:
        step = tr(
            "Which of them is meant is not clear: change that one with 'authenticator edit ID', or "
            "keep all of them with --again."
        )
    terminal.say(
        f"{name}: {join_sentences(*relation(added.relatives, given.otp, with_ids=True), step)}"
    )


def _reference(entry: Entry) -> dict[str, object]:
    return {"id": entry.id, "added_at": entry.added_s or None}


def _hints(added: AddedAccount, given: Otp) -> list[str]:
    """What is there already, and what can be done about it."""
    entry, there = added.entry, added.relatives
    if there.identical is not None:  # kept, or added again on purpose
        return []
    hints = list(relation(there, given, with_ids=True))
    if added.outcome is not Outcome.ADDED:
        return hints
    if there.trashed is not None:
        hints.append(
            tr(
                "the same account is in the bin: to get it back, with its groups and notes, run\n"
                "  'authenticator remove {id} --undo', then remove this one",
                id=there.trashed.id,
            )
        )
    if there.namesakes:
        hints.append(
            tr(
                "once the panel has taken the new code, 'authenticator remove {old} "
                "--replaced-by {new}'\n"
                "  puts the old one into the bin; this one keeps its name, groups, notes, icon, "
                "pin and place",
                old=there.namesakes[-1].id,
                new=entry.id,
            )
        )
    return hints


def _code_line(vault: Vault, entry: Entry, timed: CodeClock, told: dict[str, object]) -> str:
    """The code to type now; with little time left, also the one to wait for."""
    if isinstance(entry.otp, Hotp):
        return tr("'authenticator code {id}' shows the next code", id=entry.id)
    told["in_doubt"] = timed.in_doubt()
    now_s = timed.clock.now()
    account, code = use(vault, entry, now_s)
    following = next_code(account, code)
    told["code"] = code.value
    told["next_code"] = following and following.value
    told["valid_until"] = code.valid_until
    if following is None or code.valid_until is None or now_s < typing_until(code):
        return tr("code now: {code}", code=code.value)
    return tr(
        "code now: {code}, for only {seconds} s more; then {next}",
        code=code.value,
        seconds=max(1, math.ceil(code.valid_until - now_s)),
        next=following.value,
    )


def not_added(gathered: SortedPayloads) -> list[AuthenticatorError]:
    """Why some of what was read can't be added, one error for each. Another text beside an
    account is no error; nor are parts of a text, which `tell_missing` is about."""
    if gathered.found or gathered.refused or gathered.parts:
        return list(gathered.refused)
    others = dict.fromkeys((*gathered.keys, *gathered.others))
    return [NotAnEnrolment(other) for other in others] or [NotAnEnrolment()]


def tell_missing(terminal: Terminal, gathered: SortedPayloads) -> int:
    """Say which parts of a text and of an export are still to be read. Returns the exit code:
    only the parts of a text say nothing alone."""
    code = 0
    for part in gathered.parts:
        code = terminal.fault(part)
    missing = [one for export in gathered.exports if not export.split for one in export.missing]
    if missing:
        numbers = join_list(map(str, missing))
        terminal.say(tr("The export has more parts. Still to scan: {parts}.", parts=numbers))
    return code
