"""`list`: all accounts, in the user's order or another; or what is in the bin."""

import argparse
import math
from contextlib import closing

from authenticator.app.sorting import Order, ordered
from authenticator.cli.account_json import fields
from authenticator.cli.code_clock import CodeClock
from authenticator.cli.open_vault import opened, passphrase_argument
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr, trn
from authenticator.vault.entry import Entry
from authenticator.vault.errors import NoVault
from authenticator.vault.trash import DAY_S, TrashedAccount
from authenticator.wording import displayable
from authenticator.wording.lookalikes import lookalikes


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--bin", action="store_true", help=tr("what was removed and can be put back"))
    what.add_argument(
        "--sort",
        type=Order,
        choices=list(Order),
        metavar="ORDER",
        help=tr("{orders}; the pinned ones first", orders=", ".join(Order)),
    )
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Print one line per account: its id, its names, and how its codes are made."""
    try:
        vault = opened(services, terminal, chosen)
    except NoVault:
        terminal.say(tr("No account yet. 'authenticator scan FILE --add' stores the first."))
        return 0
    with closing(vault):
        if chosen.bin:
            for one in vault.trashed():
                told = {"removed_at": one.removed_s, "left_s": one.left_s}
                terminal.show(fields(one.entry) | told, f"{_line(one.entry)}  {_stay(one)}")
            return 0
        entries = vault.entries()
        doubt = {"in_doubt": CodeClock(services, terminal).in_doubt()}
        alike = lookalikes(entries)
        for entry in entries if chosen.sort is None else ordered(entries, chosen.sort):
            line, which = _line(entry), alike.get(entry.id)
            terminal.show(fields(entry) | doubt, f"{line}  {which}" if which else line)
    return 0


def _line(entry: Entry) -> str:
    if entry.damaged:
        return f"{entry.id}  " + tr("damaged: kept, but it can't be read")
    pin = "  " + tr("pinned") if entry.pinned else ""
    return f"{entry.id}  {displayable(str(entry.label))}{pin}"


def _stay(one: TrashedAccount) -> str:
    if one.left_s is None:
        return tr("stays until it is deleted by hand")
    return trn("{count} day left", "{count} days left", math.ceil(one.left_s / DAY_S))
