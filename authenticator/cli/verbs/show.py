"""`show`: one account; its key only when asked for by --reveal."""

import argparse
from contextlib import closing

from authenticator.cli.account_json import fields
from authenticator.cli.open_vault import chosen_entry, opened, passphrase_argument
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr
from authenticator.otp.uri import write_uri
from authenticator.wording import displayable, remark
from authenticator.wording.moments import added

_TOLD_APART = ("group", "groups", "notes", "notices", "uri", "added_at")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query", metavar="ID", help=tr("id, or words of the issuer and account name")
    )
    parser.add_argument(
        "--reveal",
        action="store_true",
        help=tr("also the link, which holds the key (and the PIN, if there is one)"),
    )
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Fields, notes, notices, and the link with --reveal."""
    with closing(opened(services, terminal, chosen)) as vault:
        entry = chosen_entry(vault, chosen.query)
        account = vault.account(entry.id)
        told = fields(entry)
        told["notes"] = notes = vault.notes(entry.id)
        told["notices"] = [remark(notice) for notice in account.notices()]
        if chosen.reveal:
            told["uri"] = write_uri(account)
        lines = [
            f"{name:10} {displayable(str(value))}"
            for name, value in told.items()
            if name not in _TOLD_APART and value not in (None, "", False)
        ]
        lines += [added(entry)] if entry.added_s else []
        lines += [f"{'group':10} {displayable(group)}" for group in entry.groups]
        lines += [f"{'notes':10} {displayable(line, 10_000)}" for line in notes.splitlines()]
        lines += [f"{'notice':10} {remark(notice)}" for notice in account.notices()]
        if chosen.reveal:
            lines.append(f"{'uri':10} {told['uri']}")
        terminal.show(told, "\n".join(lines))
    return 0
