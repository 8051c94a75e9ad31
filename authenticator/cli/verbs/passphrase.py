"""`passphrase`: sets, changes or removes the passphrase that opens the accounts."""

import argparse
from contextlib import closing
from functools import cache
from pathlib import Path

from authenticator.cli.open_vault import (
    new_passphrase,
    passphrase_argument,
    passphrase_from,
    present_passphrase,
)
from authenticator.cli.store_move import finish
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr
from authenticator.vault.errors import NoSuchSlot, SlotExists, VaultLocked
from authenticator.vault.kinds import KeyKind


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("set", "change", "remove"),
        metavar="set|change|remove",
        help=tr("ask for a passphrase from now on, for another one, or for none"),
    )
    passphrase_argument(parser)
    parser.add_argument(
        "--new-passphrase-file",
        type=Path,
        metavar="FILE",
        help=tr("with set and change: the new passphrase, the first line of FILE"),
    )


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """`outcome` is `set`, `changed` or `removed`. Whoever may open the accounts may set a
    passphrase; to change or to remove one takes the present one."""
    present = cache(lambda: present_passphrase(terminal, chosen))
    with closing(services.open_vault(present)) as vault:
        slots = vault.slots
        has_one = KeyKind.PASSPHRASE in slots.kinds
        if chosen.action == "set":
            if has_one:
                raise SlotExists(KeyKind.PASSPHRASE)
            slots.set_passphrase(_new(terminal, chosen))
            outcome, told = "set", tr("The accounts open with the passphrase from now on.")
        elif not has_one:
            raise NoSuchSlot(KeyKind.PASSPHRASE)
        elif chosen.action == "change":
            slots.change_passphrase(present(), _new(terminal, chosen))
            outcome, told = "changed", tr("The new passphrase opens the accounts.")
        else:
            slots.remove_passphrase(present())
            outcome, told = "removed", tr("The accounts open with your session from now on.")
        finish(terminal, slots)
    terminal.show({"outcome": outcome}, told)
    return 0


def _new(terminal: Terminal, chosen: argparse.Namespace) -> str:
    from authenticator.app.passphrase_strength import Score, strength
    from authenticator.wording.passphrase_strength import in_words

    told = passphrase_from(chosen.new_passphrase_file)
    if told is None:
        if not terminal.interactive:
            raise VaultLocked
        return new_passphrase(terminal, tr("New passphrase (nothing to stop)"))
    rated = strength(told)
    if rated.score < Score.STRONG:
        terminal.say(in_words(rated))
    return told
