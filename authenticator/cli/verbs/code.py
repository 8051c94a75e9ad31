"""`code`: the code of one account, now or at a given time. Imports no Qt, cv2 or numpy."""

import argparse
from contextlib import closing

from authenticator.app.codes import CounterHasNoTime, next_code, previous_code, use
from authenticator.cli.arguments import parse_time
from authenticator.cli.code_clock import CodeClock
from authenticator.cli.open_vault import chosen_entry, opened, passphrase_argument
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr
from authenticator.otp.account import Hotp


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", help=tr("id, or words of the issuer and account name"))
    parser.add_argument(
        "--at", type=parse_time, metavar="T", help=tr("at this Unix time instead of now")
    )
    parser.add_argument(
        "--skew",
        type=parse_time,
        metavar="S",
        default=0,
        help=tr("as a device whose clock is S seconds ahead (behind: negative) would show it"),
    )
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Print the code alone; for HOTP the next one, which then counts as used."""
    with closing(opened(services, terminal, chosen)) as vault:
        entry = chosen_entry(vault, chosen.query)
        if isinstance(entry.otp, Hotp) and (chosen.at is not None or chosen.skew):
            raise CounterHasNoTime
        timed = CodeClock(services, terminal)
        clock = timed.clock
        in_doubt = chosen.at is None and not isinstance(entry.otp, Hotp) and timed.in_doubt()
        now = (clock.now() if chosen.at is None else chosen.at) + chosen.skew
        account, code = use(vault, entry, now)
        before, following = previous_code(account, code), next_code(account, code)
    terminal.show(
        {
            "id": entry.id,
            "code": code.value,
            "valid_from": code.valid_from,
            "valid_until": code.valid_until,
            "previous_code": before and before.value,
            "next_code": following and following.value,
            "offset_s": clock.offset_s,
            "in_doubt": in_doubt,
        },
        code.value,
    )
    return 0
