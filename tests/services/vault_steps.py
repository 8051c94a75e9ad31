"""A program that does to a vault whatever can be done to it, a step at a time.

    python -m tests.services.vault_steps HOME STORE ITEMS

After each step it prints a line: the state of the vault, or what the step was refused with. ITEMS
is a folder that stands for the keyring; without it, "", nothing is moved there.
"""

import itertools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from authenticator.errors import AuthenticatorError
from authenticator.otp.account import Account, Hotp, Label
from authenticator.otp.secret import Secret
from authenticator.vault import entry, lifecycle
from authenticator.vault import vault as vault_module
from authenticator.vault.errors import SecretMissing
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.vault import Vault

PASSPHRASE = "correct horse"
NOW_S = 1_700_000_000.0
FIRST = Account(Label("First"), Secret(b"a first secret"))
KIM = Account(Label("Panel", "kim"), Secret(b"12345678901234567890"))
COUNTED = Account(Label("Counted"), Secret(b"another secret here"), Hotp(counter=7))


class FolderStore:
    """A SecretStore with a file for each item, which stays when the process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def read(self, name: str) -> str:
        try:
            return (self._folder / name).read_text()
        except FileNotFoundError:
            raise SecretMissing(name) from None

    def write(self, name: str, text: str) -> None:
        fresh = self._folder / f".{name}"
        fresh.write_text(text)
        fresh.replace(self._folder / name)

    def delete(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)

    def names(self) -> set[str]:
        """All items that a finished write left."""
        return {path.name for path in self._folder.iterdir() if not path.name.startswith(".")}


def prepare(home: Path, store: StoreKind, items: Path) -> Vault:
    """A vault with one account and a passphrase."""
    vault = lifecycle.create(
        home,
        store=store,
        key=KeyKind.PASSPHRASE,
        keyring=FolderStore(items),
        passphrase=PASSPHRASE,
        cost=CHEAP,
        now=lambda: NOW_S,
    )
    vault.add(FIRST)
    return vault


def state(vault: Vault) -> object:
    """All that a vault holds, as JSON reads it back."""
    listed = [
        [one.id, repr(one), repr(vault.account(one.id)), vault.notes(one.id)]
        for one in vault.entries()
    ]
    trashed = [[one.entry.id, repr(one.entry)] for one in vault.trashed()]
    return json.loads(json.dumps([listed, trashed]))


def steps(vault: Vault) -> list[Callable[[], object]]:
    """Everything that changes a vault; each finds its accounts by their place."""

    def at(place: int) -> str:
        return vault.entries()[place].id

    def counted() -> str:
        return next(one.id for one in vault.entries() if isinstance(one.otp, Hotp))

    def rewrap() -> None:
        vault.slots.change_passphrase(PASSPHRASE, PASSPHRASE)

    def move() -> None:
        """To the other store."""
        here = vault.info.store
        vault.slots.move_store(next(store for store in StoreKind if store is not here))
        while vault.is_moving:
            vault.slots.advance(60)

    moves = [] if vault._keyring is None else [move, rewrap, move]
    return [
        lambda: None,
        lambda: vault.add(KIM),
        lambda: vault.add(COUNTED),
        *moves,
        lambda: vault.edit(at(0), label=Label("New"), notes="notes", picture=bytes(9000)),
        lambda: vault.edit(at(0), groups=["work"]),
        lambda: vault.advance_counter(counted()),
        lambda: vault.move(at(-1), at(0)),
        lambda: vault.remove(at(0)),
        lambda: vault.restore(vault.trashed()[0].entry.id),
        lambda: vault.add(KIM),
        lambda: vault.replace(at(0), at(-1)),
        lambda: vault.delete(vault.trashed()[0].entry.id),
        lambda: vault.delete(at(-1)),
    ]


def main(home: str, store: str, items: str) -> None:
    ids = itertools.count(1)
    # The same ids in each run, so that its states can be compared with those of another.
    entry.new_id = vault_module.new_id = lambda: f"{next(ids):016x}"  # type: ignore[attr-defined]
    assert store in list(StoreKind)
    keyring = FolderStore(Path(items)) if items else None
    try:
        vault = lifecycle.open(
            Path(home),
            keyring=keyring,
            passphrase=PASSPHRASE,
            cost=lambda: CHEAP,
            now=lambda: NOW_S,
        )
    except AuthenticatorError:
        return  # the disk refused from the start
    for step in steps(vault):
        try:
            step()
            told = state(vault)
        except AuthenticatorError as error:
            told = {"refused": type(error).__name__}
        except (IndexError, StopIteration, ValueError):
            told = {"refused": "an account that an earlier step would have added"}
        # One write, so that it is one moment.
        os.write(1, (json.dumps(told) + "\n").encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
