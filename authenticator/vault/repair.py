"""Repair: a new index from what a damaged one still has. The old file is kept beside it.

The vault key has to be there: it opens the seals that tell which rows are right.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from authenticator import debug_log
from authenticator.errors import AuthenticatorError, DiskRefused
from authenticator.otp.account import Account
from authenticator.otp.uri import read_uri
from authenticator.vault import folder, foreign_files, key_slots, schema
from authenticator.vault.database import Database, disk_errors
from authenticator.vault.errors import (
    IndexUnreadable,
    NoVault,
    SealBroken,
    SecretMissing,
    StoreFault,
)
from authenticator.vault.head import Head, checksum, write_head
from authenticator.vault.kinds import StoreKind, VaultInfo
from authenticator.vault.manifest import (
    Contents,
    RowHashes,
    State,
    count_rows,
    open_contents,
    seal_contents,
)
from authenticator.vault.rescue import Rescue, Rescued
from authenticator.vault.salvage import Row, Salvage, salvage, with_one_bit_put_right
from authenticator.vault.seal import Seal
from authenticator.vault.stores.sealed_rows import SEALED_MARK, SealedItemStore
from authenticator.vault.stores.secret_store import ListedStore, SecretStore
from authenticator.vault.write_lock import write_lock


class Repaired(NamedTuple):
    """What a repair did. Counts of accounts, those in the trash too: `rescued` ones work as before,
    of which `made_anew` were made from their secrets and have lost groups and the like; `damaged`
    ones are listed as such; `missing` ones were found nowhere, None if nothing tells how many
    there should be. `confirmed`: each row is certainly the newest; if not, counters may be behind.
    `kept` is the old file."""

    rescued: int
    made_anew: int
    damaged: int
    missing: int | None
    confirmed: bool
    kept: Path


def inspect(home: Path) -> VaultInfo:
    """What opening a damaged vault takes. Raises NoVault, IndexUnreadable if no copy of its head is
    left, DiskRefused."""
    index = _index(home)
    head = _heads(index, salvage(_read(index)))[0]
    return VaultInfo(head.store, head.key)


def is_needed(home: Path) -> bool:
    """Whether SQLite finds damage in the file, or a copy of its head is damaged. What only the
    vault key can tell is not looked at: see `Vault.verify`. Raises NoVault, DiskRefused,
    IndexBusy."""
    index = _index(home)
    try:
        with closing(Database(index)) as database:
            found = database.fetch_all("PRAGMA integrity_check(1)")
            return found != [("ok",)] or not schema.read_heads(database)[2]
    except IndexUnreadable:
        return True


def repair(
    home: Path,
    *,
    keyring: SecretStore | None = None,
    passphrase: str | Callable[[], str] | None = None,
    key: bytes | None = None,
) -> Repaired:
    """Put a new index in place of the one in `home`, with everything that can be read of it.

    The arguments are those of `lifecycle.open`. Nothing is deleted, neither in the folder nor in
    the keyring. Raises NoVault, IndexUnreadable if nothing tells how the vault opens, IndexTooNew,
    PassphraseNeeded, WrongPassphrase, VaultKeyMissing, StoreFault, IndexBusy, DiskRefused.
    """
    begun_s = time.monotonic()
    index = _index(home)
    foreign_files.set_aside(home)
    with write_lock(home):
        found = salvage(_read(index))
        head, seal = _unlocked(index, found, keyring, passphrase, key)
        contents = _contents(found, seal)
        rows = _without_pending(found.rows, contents, keyring)
        head = _confirmed(head, found, contents, rows)
        in_keyring = _names(keyring) if head.store is StoreKind.KEYRING else frozenset()
        rescue = Rescue(rows, seal, contents, in_keyring)
        secrets = {row.id: row for row in rescue.rows if row.table == "secret"}
        rescued = rescue.result(partial(_account, secrets, seal, keyring))
        fresh = index.with_name(folder.REPAIRED)
        _write(fresh, head, seal, rescued, contents or Contents())
        kept = folder.exchange(index, fresh)
    accounts = sum(row.table == "account" for row in rescued.rows)
    done = Repaired(
        accounts - len(rescued.damaged),
        len(rescued.made_anew),
        len(rescued.damaged),
        rescued.missing,
        rescued.confirmed,
        kept,
    )
    debug_log.write(
        "vault repaired",
        ms=1000 * (time.monotonic() - begun_s),
        rescued=done.rescued,
        damaged=done.damaged,
        missing=-1 if done.missing is None else done.missing,
    )
    return done


def _index(home: Path) -> Path:
    """The file itself, where `vault.db` is a link to it."""
    if not folder.exists(home):
        raise NoVault
    with disk_errors(home / folder.FILE):
        index = (home / folder.FILE).resolve()
    if not folder.is_plain(index):
        raise IndexUnreadable(index)
    return index


def _read(index: Path) -> bytes:
    """The bytes of the file, after SQLite has completed what a crash interrupted. Raises
    IndexTooNew: a later version knows better what is damage."""
    with suppress(IndexUnreadable, DiskRefused), closing(Database(index)) as database:
        schema.version(database)
    with disk_errors(index):
        return index.read_bytes()


def _heads(index: Path, found: Salvage) -> list[Head]:
    heads = found.readable_heads()
    if not heads:
        raise IndexUnreadable(index)
    return heads


def _unlocked(
    index: Path,
    found: Salvage,
    keyring: SecretStore | None,
    passphrase: str | Callable[[], str] | None,
    key: bytes | None,
) -> tuple[Head, Seal]:
    """The first head whose slot opens, and the seal of its key. Raises what kept the first one
    from opening."""
    faults: list[AuthenticatorError] = []
    asked = cache(passphrase) if callable(passphrase) else passphrase
    for head in _heads(index, found):
        try:
            opened = key or key_slots.unlock(head, index, keyring, asked).vault_key
            return head, Seal(opened, head.id)
        except AuthenticatorError as fault:
            faults.append(fault)
    raise faults[0]


def _contents(found: Salvage, seal: Seal) -> Contents | None:
    """What the newest manifest says that opens."""

    def opened(stored: bytes) -> Contents | None:
        with suppress(SealBroken, ValueError):
            return open_contents(stored, seal)
        return None

    read = [one for one in map(opened, found.manifests) if one is not None]
    for stored in () if read else found.manifests[:2]:
        fixed = with_one_bit_put_right(stored, lambda tried: opened(tried) is not None)
        if fixed is not None and (contents := opened(fixed)) is not None:
            read.append(contents)
    return max(read, key=lambda one: one.generation, default=None)


def _confirmed(head: Head, found: Salvage, contents: Contents | None, rows: Iterable[Row]) -> Head:
    """The head that the manifest knows. Without one, nobody can say that a head is this app's: then
    secrets are where they were found, and nothing goes on being rewritten on its word."""
    known = "" if contents is None else contents.head
    for one in found.readable_heads():
        if checksum(write_head(one)).hex() == known:
            return one
    tables = {row.table for row in rows}
    if "secret" in tables:
        head = head._replace(store=StoreKind.SEALED)
    elif tables:
        head = head._replace(store=StoreKind.KEYRING)
    return head._replace(moving=None)


def _without_pending(
    rows: Iterable[Row], contents: Contents | None, keyring: SecretStore | None
) -> list[Row]:
    """The rows without those of accounts whose adding a crash interrupted before the keyring got
    the secret."""
    unfinished = {} if contents is None else contents.unfinished
    never = set()
    for id in (id for id, state in unfinished.items() if state is State.PENDING):
        with suppress(StoreFault, UnicodeDecodeError):
            try:
                if keyring is not None:
                    keyring.read(id)
            except SecretMissing:
                never.add(id)
    return [row for row in rows if row.id not in never]


def _names(keyring: SecretStore | None) -> frozenset[str]:
    """The names of the keyring's items, none where it can't list them or doesn't answer."""
    with suppress(StoreFault):
        if isinstance(keyring, ListedStore):
            return keyring.names() or frozenset()
    return frozenset()


def _account(
    secrets: Mapping[str, Row], seal: Seal, keyring: SecretStore | None, id: str
) -> Account | None:
    """The account as its secret has it, wherever that is."""
    with suppress(AuthenticatorError, UnicodeDecodeError):
        if id in secrets:
            row = secrets[id]
            return read_uri(seal.open(row.sealed, id, row.column).decode()).account
        if keyring is not None:
            text = keyring.read(id)
            if text.startswith(SEALED_MARK):
                text = SealedItemStore(keyring, seal).read(id)
            return read_uri(text).account
    return None


def _write(path: Path, head: Head, seal: Seal, rescued: Rescued, before: Contents) -> None:
    """Write the rows to a new file, and a manifest that says that these are all."""
    with disk_errors(path):
        path.unlink(missing_ok=True)
    schema.create(path, head, b"")
    with closing(Database(path)) as database, database.transaction():
        for row in rescued.rows:
            match row.table:
                case "account":
                    statement = "INSERT INTO account VALUES (?, ?, ?, ?)"
                    database.execute(statement, row.id, row.position, row.sealed, row.trashed)
                case "detail":
                    statement = "INSERT INTO detail VALUES (?, ?, ?)"
                    database.execute(statement, row.id, row.column, row.sealed)
                case _:
                    database.execute("INSERT INTO secret VALUES (?, ?)", row.id, row.sealed)
        accounts, total = count_rows(database, RowHashes(seal))
        contents = Contents(
            before.generation + 1,
            total,
            accounts,
            checksum(write_head(head)).hex(),
            trash_clock=before.trash_clock,
        )
        database.execute("UPDATE manifest SET sealed = ?", seal_contents(contents, seal))
