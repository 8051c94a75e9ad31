"""`unlock`: tries whether the accounts open and with what; a locked window asks for itself.

The passphrase typed here stays in this process: the window that is open gets none of it.
"""

import argparse
from contextlib import closing

from authenticator.app.desktop import WindowAbsent, WindowOrder
from authenticator.cli.open_vault import opened, passphrase_argument
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import join_sentences, tr, trn
from authenticator.vault.kinds import KeyKind


def arguments(parser: argparse.ArgumentParser) -> None:
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """`opens_with` is `passphrase` or `keyring`; `window` is `asks` (it is locked and has come to
    the front), `open` or `none`."""
    with closing(opened(services, terminal, chosen)) as vault:
        accounts = len(vault.entries())
    info = services.inspect_vault()
    key = KeyKind.KEYRING if info is None else info.key
    try:
        was_open = terminal.desktop.order_window(services.home, WindowOrder.UNLOCK)
    except WindowAbsent:
        window, asked = "none", ""
    else:
        window = "open" if was_open else "asks"
        asked = tr("The window is open.") if was_open else tr("The window asks for itself now.")
    how = (
        tr("They open with the passphrase.")
        if key is KeyKind.PASSPHRASE
        else tr("They open with the system's keyring.")
    )
    count = trn("{count} account.", "{count} accounts.", accounts)
    terminal.show(
        {"opens_with": key, "accounts": accounts, "window": window},
        join_sentences(count, how, asked),
    )
    return 0
