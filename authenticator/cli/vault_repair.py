"""`doctor --repair` and `doctor --take-back`."""

import argparse

from authenticator.app.vault_check import check_vault
from authenticator.cli.open_vault import opened, vault_passphrase
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.errors import DataBad
from authenticator.language import tr
from authenticator.otp.account import Hotp
from authenticator.wording.untrusted_text import displayable
from authenticator.wording.vault_state import repaired


def repair(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Repair the vault, if anything is wrong with it that repair can help."""
    passphrase = vault_passphrase(terminal, chosen)
    try:
        if not services.vault_needs_repair():
            vault = services.open_vault(passphrase)
            try:
                check_vault(vault)
            finally:
                vault.close()
            terminal.show({"repaired": False}, tr("Nothing is wrong with the vault."))
            return 0
    except DataBad as fault:
        terminal.fault(fault)
    done = services.repair_vault(passphrase)
    terminal.show(
        {
            "repaired": True,
            "rescued": done.rescued,
            "made_anew": done.made_anew,
            "damaged": done.damaged,
            "missing": done.missing,
            "confirmed": done.confirmed,
            "kept": str(done.kept),
        },
        repaired(done),
    )
    return 0


def take_back(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """List accounts again whose keys are there and that are in no list."""
    vault = opened(services, terminal, chosen)
    try:
        found = vault.unlisted.find()
        if not found:
            terminal.say(tr("No key was found that is in no list."))
        for entry in vault.unlisted.take_back([id for id, _ in found]):
            text = tr("Taken back: {name}", name=displayable(str(entry.label)) or entry.id)
            if isinstance(entry.otp, Hotp):
                counter = tr("Its counter may be behind: see what the panel has.")
                text = f"{text}. {counter}"
            terminal.show(
                {
                    "taken_back": entry.id,
                    "issuer": entry.label.issuer,
                    "account": entry.label.account,
                    "counter_in_doubt": isinstance(entry.otp, Hotp),
                },
                text,
            )
    finally:
        vault.close()
    return 0
