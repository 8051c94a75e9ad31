"""`lock`: the window that is open forgets what it has opened."""

import argparse

from authenticator.app.desktop import WindowAbsent, WindowOrder
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr
from authenticator.vault.kinds import KeyKind


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options of its own: the terminal opens the accounts anew for each verb, so there is
    nothing else to lock."""
    del parser


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """`window` is `locked`, `was_locked` or `none`; `asks` is what opens it again: `passphrase`,
    `keyring`, or null where there are no accounts yet."""
    del chosen
    info = services.inspect_vault()
    try:
        was_open = terminal.desktop.order_window(services.home, WindowOrder.LOCK)
    except WindowAbsent:
        outcome, told = "none", tr("No window is open, so nothing had to be locked.")
    else:
        outcome = "locked" if was_open else "was_locked"
        told = tr("The window is locked.") if was_open else tr("The window was locked already.")
    if info is not None and info.key is KeyKind.KEYRING:
        told += " " + tr(
            "Without a passphrase, whoever uses this session can open it again: "
            "see 'authenticator passphrase set'."
        )
    terminal.show({"window": outcome, "asks": info and info.key}, told)
    return 0
