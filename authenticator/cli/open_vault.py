"""Opens the vault for a verb, or creates it if there is none, and asks for its passphrase."""

import argparse
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from authenticator.app.search import resolve_one
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import join_sentences, tr
from authenticator.vault.entry import Entry
from authenticator.vault.errors import (
    KeyringAbsent,
    NoSuchAccount,
    NoVault,
    PassphraseNeeded,
    PassphraseTooSimple,
    VaultExists,
    VaultLocked,
)
from authenticator.vault.kinds import StoreKind
from authenticator.vault.new_passphrase import require_usable
from authenticator.vault.vault import Vault

_PASSPHRASE_LIMIT = 4096


def passphrase_argument(parser: argparse.ArgumentParser) -> None:
    """`--passphrase-file`, for a vault whose key is under a passphrase."""
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help=tr("the passphrase of the vault, the first line of FILE"),
    )


def vault_passphrase(terminal: Terminal, chosen: argparse.Namespace) -> Callable[[], str]:
    """What gives the vault's passphrase, from the file that was named or from the person, who is
    asked once. It raises VaultLocked where nobody can be asked."""

    @cache
    def passphrase() -> str:
        return present_passphrase(terminal, chosen)

    return passphrase


def opened(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> Vault:
    """Open the existing vault. Raises NoVault, VaultLocked where nobody can be asked for its
    passphrase, DiskRefused where the settings can't be read, and whatever lifecycle.open raises."""
    passphrase = vault_passphrase(terminal, chosen)
    settings = services.settings  # first: the codes, and what leaves the bin, follow its time
    vault = services.open_vault(passphrase, now=lambda: services.clock(settings).now())
    found = vault.verify()
    if not found.whole:
        from authenticator.wording.storage import altered_file

        terminal.say(
            join_sentences(
                tr("The file with your accounts is damaged."),
                altered_file(found),
                tr("Restore it from a backup, or repair it with 'authenticator doctor --repair'."),
            )
        )
    return vault


def present_passphrase(terminal: Terminal, chosen: argparse.Namespace) -> str:
    """The passphrase of the vault, from its file or as a person types it. Raises VaultLocked,
    PassphraseNeeded, TextUnreadable."""
    told = passphrase_from(chosen.passphrase_file)
    if told is None:
        if not terminal.interactive:
            raise VaultLocked
        told = terminal.passphrase(tr("Passphrase"))
    return told


def opened_or_made(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> Vault:
    """Open the vault, or create it first if there is none: in the OS keyring, or as a sealed
    file if a passphrase is given, or if no keyring answers and a person can choose one."""
    try:
        return opened(services, terminal, chosen)
    except NoVault:
        pass
    try:
        return _made(services, terminal, passphrase_from(chosen.passphrase_file))
    except VaultExists:
        # Another copy of the app was quicker.
        return opened(services, terminal, chosen)


def _made(services: Services, terminal: Terminal, passphrase: str | None) -> Vault:
    if passphrase is None:
        try:
            return services.create_vault(services.settings.store)
        except KeyringAbsent as absent:
            if not terminal.interactive:
                raise
            terminal.fault(absent)
            prompt = tr("New passphrase for a sealed file (nothing to stop)")
            passphrase = new_passphrase(terminal, prompt)
    return services.create_vault(StoreKind.SEALED, passphrase)


def new_passphrase(terminal: Terminal, prompt: str) -> str:
    """A new passphrase that a person types twice, told how strong it is. Ask only an interactive
    terminal. Raises PassphraseNeeded where none is typed."""
    from authenticator.app.passphrase_strength import strength
    from authenticator.wording.passphrase_strength import in_words

    while True:
        first = terminal.passphrase(prompt)
        try:
            require_usable(first)
        except PassphraseTooSimple as refused:
            terminal.fault(refused)
            continue
        terminal.say(in_words(strength(first)))
        if terminal.passphrase(tr("The same again")) == first:
            return first
        terminal.say(tr("The two differ. Type them once more."))


def passphrase_from(path: Path | None) -> str | None:
    """The first line of a file, None without one. Raises PassphraseNeeded for an empty line,
    TextUnreadable."""
    if path is None:
        return None
    from authenticator.app.text_input import read_text

    passphrase = read_text(path, _PASSPHRASE_LIMIT).partition("\n")[0].rstrip("\r")
    if not passphrase:
        raise PassphraseNeeded
    return passphrase


def chosen_entry(vault: Vault, query: str) -> Entry:
    """The one account that `query` refers to; raises as app.search.resolve_one. An id opens only
    that account; words require opening all of them, since names are sealed."""
    id = query.strip()
    if id.isascii():
        with suppress(NoSuchAccount):
            return vault.entry(id)
    return resolve_one(vault.entries(), query)
