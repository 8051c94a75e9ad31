"""`remove`: an account into the bin, back out of it, or deleted for good after asking."""

import argparse
from contextlib import closing

from authenticator import exit_codes
from authenticator.app.search import QueryMatchesNone
from authenticator.app.trash_search import resolve_trashed
from authenticator.cli.account_json import fields
from authenticator.cli.open_vault import chosen_entry, opened, passphrase_argument
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr, trn
from authenticator.vault.entry import Entry
from authenticator.vault.trash import RETENTION_DAYS
from authenticator.vault.vault import Vault
from authenticator.wording import displayable


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query", metavar="ID", help=tr("id, or words of the issuer and account name")
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--undo", action="store_true", help=tr("put an account in the bin back where it was")
    )
    how.add_argument(
        "--now",
        action="store_true",
        help=tr("delete the account and its key for good, in the bin or not"),
    )
    how.add_argument(
        "--replaced-by",
        metavar="NEW",
        help=tr(
            "put the account into the bin, and let NEW keep its name, groups, notes, icon, pin and "
            "place: for an account that was enrolled anew, once the panel takes its codes"
        ),
    )
    parser.add_argument("--yes", action="store_true", help=tr("with --now: don't ask"))
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """`outcome` is `binned`, `replaced`, `put_back` or `deleted`. Deleting names the
    account and asks; without a terminal and without --yes it exits with 2."""
    with closing(opened(services, terminal, chosen)) as vault:
        if chosen.undo:
            entry = vault.restore(resolve_trashed(vault, chosen.query).id)
            outcome, text = "put_back", tr("{name} is back.", name=_name(entry))
        elif chosen.now:
            entry = _anywhere(vault, chosen.query)
            if not chosen.yes and not terminal.interactive:
                terminal.say(
                    tr("Nothing was removed. To delete {name} say --yes.", name=_name(entry))
                )
                return exit_codes.USAGE
            if not chosen.yes and not _agreed(terminal, entry):
                terminal.say(tr("Nothing was removed."))
                return 0
            vault.delete(entry.id)
            outcome, text = "deleted", tr("Deleted {name}.", name=_name(entry))
        elif chosen.replaced_by is not None:
            return _replace(vault, terminal, chosen)
        else:
            entry = chosen_entry(vault, chosen.query)
            vault.remove(entry.id)
            outcome = "binned"
            text = trn(
                "{name} is in the bin for {count} day.\n"
                "'authenticator remove {id} --undo' puts it back.",
                "{name} is in the bin for {count} days.\n"
                "'authenticator remove {id} --undo' puts it back.",
                RETENTION_DAYS,
                name=_name(entry),
                id=entry.id,
            )
    terminal.show(fields(entry) | {"outcome": outcome}, text)
    return 0


def _replace(vault: Vault, terminal: Terminal, chosen: argparse.Namespace) -> int:
    old, new = chosen_entry(vault, chosen.query), chosen_entry(vault, chosen.replaced_by)
    if old.id == new.id:
        terminal.say(tr("An account can't take its own place. Name the new one by its id."))
        return exit_codes.USAGE
    merged = vault.replace(old.id, new.id)
    text = tr(
        "{new} took the place of {old}, which is in the bin.\n"
        "'authenticator remove {old} --undo' puts it back.",
        new=f"{merged.id} {_name(merged)}",
        old=old.id,
    )
    terminal.show(fields(old) | {"outcome": "replaced", "replaced_by": merged.id}, text)
    return 0


def _anywhere(vault: Vault, query: str) -> Entry:
    try:
        return chosen_entry(vault, query)
    except QueryMatchesNone:
        if not vault.trashed():
            raise
        return resolve_trashed(vault, query)


def _agreed(terminal: Terminal, entry: Entry) -> bool:
    terminal.say(
        tr("Turn two-step authentication off in the panel first, or you lock yourself out.")
    )
    return terminal.confirm(tr("Delete {name} and its key for good?", name=_name(entry)))


def _name(entry: Entry) -> str:
    return displayable(str(entry.label)) or entry.id
