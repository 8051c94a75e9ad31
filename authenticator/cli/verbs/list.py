"""`list`: all accounts, in the user's order."""

import argparse
from contextlib import closing

from authenticator.cli.terminal import Terminal
from authenticator.cli.vaults import fields, opened, passphrase_argument
from authenticator.compose import Parts
from authenticator.vault.vault import NoVault
from authenticator.wording import shown


def arguments(parser: argparse.ArgumentParser) -> None:
    passphrase_argument(parser)


def run(parts: Parts, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """One line an account: its id, what it is for, and how codes come."""
    try:
        vault = opened(parts, terminal, chosen)
    except NoVault:
        terminal.say("No account yet. 'authenticator scan FILE --add' stores the first.")
        return 0
    with closing(vault):
        for entry in vault.entries():
            if entry.damaged:
                text = f"{entry.id}  damaged: kept, but it can't be read"
            else:
                pin = "  pinned" if entry.pinned else ""
                text = f"{entry.id}  {shown(str(entry.label))}{pin}"
            terminal.show(fields(entry), text)
    return 0
