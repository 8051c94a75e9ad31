"""`move-store`: moves all keys into the system's keyring, or into a sealed file."""

import argparse
from contextlib import closing

from authenticator.cli.open_vault import opened, passphrase_argument
from authenticator.cli.store_move import finish
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import join_sentences, tr
from authenticator.vault.kinds import StoreKind
from authenticator.wording.storage import kept_where


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "store",
        type=StoreKind,
        choices=list(StoreKind),
        metavar="keyring|sealed",
        help=tr("where keys are to be kept; accounts, order and passphrase stay as they are"),
    )
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """`outcome` is `moved`, or `there_already`; `store` is where the keys are. An interrupted move
    goes on the next time the accounts are opened."""
    with closing(opened(services, terminal, chosen)) as vault:
        slots = vault.slots
        moved = slots.is_moving or vault.info.store is not chosen.store
        slots.move_store(chosen.store)
        finish(terminal, slots)
        outcome = "moved" if moved else "there_already"
        info = vault.info
    told = "" if moved else tr("There was nothing to move.")
    terminal.show({"outcome": outcome, "store": info.store}, join_sentences(told, kept_where(info)))
    return 0
