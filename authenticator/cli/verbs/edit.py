"""`edit`: rename an account, pin it, put it into a group."""

import argparse
from contextlib import closing

from authenticator.cli.terminal import Terminal
from authenticator.cli.vaults import chosen_entry, fields, opened, passphrase_argument
from authenticator.compose import Parts
from authenticator.otp.account import Label
from authenticator.wording import shown


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", metavar="ID", help="id, or words of the issuer and account name")
    parser.add_argument("--issuer", help="the new issuer")
    parser.add_argument("--account", help="the new account name")
    parser.add_argument("--group", help="the new group; nothing for none")
    pin = parser.add_mutually_exclusive_group()
    pin.add_argument("--pin", dest="pinned", action="store_true", default=None)
    pin.add_argument("--unpin", dest="pinned", action="store_false")
    passphrase_argument(parser)


def run(parts: Parts, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Change what was named, leave the rest, print the account as it is now."""
    with closing(opened(parts, terminal, chosen)) as vault:
        entry = chosen_entry(vault, chosen.query)
        label = Label(
            entry.label.issuer if chosen.issuer is None else chosen.issuer,
            entry.label.account if chosen.account is None else chosen.account,
        )
        changed = vault.edit(
            entry.id,
            label=None if label == entry.label else label,
            group=chosen.group,
            pinned=chosen.pinned,
        )
    terminal.show(fields(changed), f"{changed.id}  {shown(str(changed.label))}")
    return 0
