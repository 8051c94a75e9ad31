"""`remove`: an account and its key, after asking."""

import argparse
from contextlib import closing

from authenticator.cli.terminal import Terminal
from authenticator.cli.vaults import chosen_entry, fields, opened, passphrase_argument
from authenticator.compose import Parts
from authenticator.wording import shown


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", metavar="ID", help="id, or words of the issuer and account name")
    parser.add_argument("--yes", action="store_true", help="don't ask")
    passphrase_argument(parser)


def run(parts: Parts, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Names the account, asks, removes. Nobody there to answer and no --yes: exit 2."""
    with closing(opened(parts, terminal, chosen)) as vault:
        entry = chosen_entry(vault, chosen.query)
        name = shown(str(entry.label)) or entry.id
        if not chosen.yes:
            if not terminal.interactive:
                terminal.say(f"Nothing was removed. To remove {name} say --yes.")
                return 2
            terminal.say(
                "Turn two-step authentication off in the panel first, or you lock yourself out."
            )
            if not terminal.confirm(f"Remove {name} and its key?"):
                terminal.say("Nothing was removed.")
                return 0
        vault.remove(entry.id)
    terminal.show(fields(entry), f"Removed {name}.")
    return 0
