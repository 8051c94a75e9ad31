"""`add`: stores accounts from a file of otpauth links, or one from its name and key."""

import argparse
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from authenticator import exit_codes
from authenticator.app.enrolment import SortedPayloads, sort_payloads
from authenticator.app.text_input import STDIN, read_text
from authenticator.app.text_kind import TextKind, text_kind
from authenticator.cli.add_by_hand import key_arguments, typed_enrolment
from authenticator.cli.add_enrolment import (
    again_arguments,
    exit_code,
    not_added,
    store,
    tell_missing,
    tell_slow,
    wishes,
)
from authenticator.cli.arguments import digits_help, period_help
from authenticator.cli.code_clock import CodeClock
from authenticator.cli.open_vault import opened_or_made, passphrase_argument
from authenticator.cli.pins import Pins, pin_argument
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr
from authenticator.otp.account import Totp
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.uri import Enrolment
from authenticator.wording import displayable


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "uri_file",
        nargs="?",
        type=Path,
        metavar="URI-FILE",
        help=tr("file with otpauth links; - for stdin"),
    )
    parser.add_argument("--issuer", default="")
    parser.add_argument("--account", default="", help=tr("account name"))
    key_arguments(parser)
    parser.add_argument("--type", default="totp", help=tr("totp, hotp, steam, motp or yandex"))
    parser.add_argument("--algorithm", default="SHA1", help=tr("SHA1, SHA256 or SHA512"))
    parser.add_argument("--digits", default=str(Totp().digits), help=digits_help())
    parser.add_argument("--period", default=str(Totp().period_s), help=period_help())
    parser.add_argument("--counter", default="0", help=tr("HOTP: the next counter"))
    again_arguments(parser)
    pin_argument(parser)
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Store each account; print its id and its current code. What can't be added stops nothing
    else; the exit code is that of the last such fault."""
    if (chosen.uri_file is None) == (chosen.key_file is None):
        terminal.say(tr("Give either a file with an otpauth link or --account and --key-file."))
        return exit_codes.USAGE
    if chosen.pin_file == STDIN and STDIN in (chosen.uri_file, chosen.key_file):
        terminal.say(tr("Only one of these files can be stdin."))
        return exit_codes.USAGE
    pins = Pins(terminal, chosen.pin_file)
    if chosen.uri_file is not None:
        gathered = sort_payloads([read_text(chosen.uri_file)])
    else:
        gathered = SortedPayloads((typed_enrolment(terminal, chosen),), (), ())
    code = _added(services, terminal, chosen, gathered.found, pins) if gathered.found else 0
    # Plain text is not repeated: it may be a password, and scripts keep what they are told.
    others = tuple(other for other in gathered.others if text_kind(other) is not TextKind.TEXT)
    for error in not_added(replace(gathered, others=others)):
        code = terminal.fault(error)
    return tell_missing(terminal, gathered) or code


def _added(
    services: Services,
    terminal: Terminal,
    chosen: argparse.Namespace,
    enrolments: tuple[Enrolment, ...],
    pins: Pins,
) -> int:
    """Store each account; one that can't be stored stops no other."""
    timed = CodeClock(services, terminal)
    code = 0
    with closing(opened_or_made(services, terminal, chosen)) as vault:
        tell_slow(services, terminal, len(enrolments))
        for enrolment in enrolments:
            try:
                told, text = store(vault, enrolment, timed, wishes(terminal, chosen), pins)
            except EnrolmentRefused as refusal:  # its PIN: the others are added
                terminal.say(f"{displayable(str(enrolment.account.label))}:")
                code = terminal.fault(refusal)
            else:
                terminal.show(told, text)
                code = exit_code(told) or code
    return code
