"""Opens the vault while Qt is still loading.

Python's threads take turns, and both would be busy. So a process of its own opens the vault, where
one can be forked, and sends through a pipe what the window shows first, then the rest. The window's
process opens the vault itself when it is first asked for more.
"""

from __future__ import annotations

import marshal
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from authenticator.app.vault_opening import KeyRead, VaultSnapshot, in_display_order, open_snapshot
from authenticator.otp.account import Account
from authenticator.otp.code import Code
from authenticator.otp.secret import Secret
from authenticator.vault.entry import Entry, damaged_entry, read_metadata, write_metadata
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo

if TYPE_CHECKING:
    from authenticator.compose import Services
    from authenticator.vault.vault import Vault

FIRST = 100
"""Accounts that are sent first: more than any screen shows. The rest follows."""

UNCHANGED = -1
"""The change stamp of what the other process read; a vault's own stamps are never negative."""


class Preload(Protocol):
    """A snapshot that is on its way. It can be taken once only: it holds keys, so none is kept."""

    def first(self) -> VaultSnapshot:
        """Wait for the snapshot, as `open_snapshot` returns it."""
        ...

    def rest(self) -> list[Entry]:
        """All entries, if the snapshot said that there are more."""
        ...


def start_preload(services: Services, let_go: Callable[[], None] = lambda: None) -> Preload:
    """Start opening the vault. `let_go` is called in the other process, if there is one, and
    releases what belongs to this one alone. Call it before any thread is started."""
    # macOS forbids the use of its frameworks, the keychain among them, in a forked process.
    if hasattr(os, "fork") and sys.platform != "darwin":
        with suppress(OSError):  # too many files are open, or too many processes run
            return ProcessPreload(services, let_go)
    return ThreadPreload(services)


class ThreadPreload:
    """Opens the vault on a thread of its own."""

    def __init__(self, services: Services) -> None:
        self._found: VaultSnapshot | None = None
        self._thread = threading.Thread(target=self._open, args=(services,), daemon=True)
        self._thread.start()

    def _open(self, services: Services) -> None:
        self._found = open_snapshot(services)

    def first(self) -> VaultSnapshot:
        self._thread.join()
        found, self._found = self._found, None
        if found is None:
            raise RuntimeError("the thread ended without an answer")
        return found

    def rest(self) -> list[Entry]:
        raise RuntimeError("the snapshot was complete")


class ProcessPreload:
    """Opens the vault in a process of its own, which ends with this one at the latest."""

    def __init__(self, services: Services, let_go: Callable[[], None]) -> None:
        self._services = services
        self._vault: LazyVault | None = None  # while the rest is still to come
        told, tell = os.pipe()
        alive, living = os.pipe()  # this process keeps the second one open for as long as it lives
        self._pid = os.fork()
        if not self._pid:
            try:
                os.close(told)
                os.close(living)
                let_go()
                threading.Thread(target=_end_with, args=(alive,), daemon=True).start()
                services.settings_file.mends = False  # the window's process says so
                with os.fdopen(tell, "wb") as pipe:
                    _send_snapshot(services, pipe)
            finally:
                os._exit(0)
        os.close(tell)
        os.close(alive)
        self._living = living
        self._pipe = os.fdopen(told, "rb")

    def first(self) -> VaultSnapshot:
        try:
            info, told, keys, key, error, more, digest = marshal.load(self._pipe)  # noqa: S302 - our own
        except Exception:  # noqa: BLE001 - whatever ended it, the vault can be opened here
            self._end()
            return open_snapshot(self._services)
        vault = LazyVault(self._services, key, digest) if key else None
        if more:
            self._vault = vault
        else:
            self._end()
        entries = [_entry(*one) for one in told]
        known = {entry.id: entry for entry in entries}
        return VaultSnapshot(
            VaultInfo(StoreKind(info[0]), KeyKind(info[1])) if info else None,
            cast("Vault | None", vault),
            entries,
            [_key_read(known[id], *rest) for id, *rest in keys],
            _error(error),
            more,
            UNCHANGED if vault else None,
        )

    def rest(self) -> list[Entry]:
        vault, self._vault = self._vault, None
        try:
            told, digest = marshal.load(self._pipe)  # noqa: S302 - from our own process
            entries = [_entry(*one) for one in told]
            if vault is not None:
                vault.known_digest = digest
        except Exception:  # noqa: BLE001 - then it is read here
            entries = [*open_snapshot(self._services).entries]
        self._end()
        return entries

    def _end(self) -> None:
        self._pipe.close()
        os.close(self._living)
        os.waitpid(self._pid, 0)


class LazyVault:
    """A vault whose key is known, opened at the first call of any of its methods. `known_digest` is
    its digest from when its entries were read, empty if not known."""

    def __init__(self, services: Services, key: bytes, told: bytes) -> None:
        self._services = services
        self._key = key
        self.known_digest = told
        self._unchanged_stamp: int | None = None
        self._vault: Vault | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            self._key = b""
            if self._vault is not None:
                self._vault.close()

    def change_stamp(self) -> int:
        """UNCHANGED while nothing was written since its entries were read, else the vault's own."""
        vault = self._opened()
        stamp = vault.change_stamp()  # first: a write during the comparison makes it out of date
        told, self.known_digest = self.known_digest, b""
        if told and vault.digest() == told:
            self._unchanged_stamp = stamp
        return UNCHANGED if stamp == self._unchanged_stamp else stamp

    def __getattr__(self, name: str) -> Any:
        return getattr(self._opened(), name)

    def _opened(self) -> Vault:
        with self._lock:
            if self._vault is None:
                if not self._key:
                    raise RuntimeError("the vault is closed")
                self._vault = self._services.open_vault(key=self._key)
                self._key = b""
            return self._vault


# What goes through the pipe are plain values: a Secret can't be pickled, and loading pickle takes
# longer than all of this.


def _send_snapshot(services: Services, pipe: IO[bytes]) -> None:
    found = open_snapshot(services)
    key = found.vault.key if found.vault is not None else b""
    more = len(found.entries) > FIRST
    first = in_display_order(services, found.entries)[:FIRST] if more else found.entries
    info = (found.info.store.value, found.info.key.value) if found.info else None
    keys = [
        (one.id, _key_of(one.account), _numbers(one.code), _fault(one.error)) for one in found.keys
    ]
    told = [_line(one) for one in first]
    digest = b"" if more else _digest(found)
    pipe.write(marshal.dumps((info, told, keys, key, _fault(found.error), more, digest)))
    if more:
        pipe.flush()
        pipe.write(marshal.dumps(([_line(one) for one in found.entries], _digest(found))))


def _digest(found: VaultSnapshot) -> bytes:
    """The vault's digest from when the entries were read; empty if it was written to since."""
    if found.vault is None:
        return b""
    digest = found.vault.digest()
    return digest if found.vault.change_stamp() == found.stamp else b""


def _line(entry: Entry) -> tuple[str, bytes]:
    return entry.id, b"" if entry.damaged else write_metadata(entry)


def _entry(id: str, line: bytes) -> Entry:
    return read_metadata(id, line) if line else damaged_entry(id)


def _key_of(account: Account | None) -> tuple[bytes, str]:
    return (b"", "") if account is None else (account.secret.key, account.secret.pin)


def _numbers(code: Code | None) -> tuple[object, ...]:
    return () if code is None else (code.value, code.counter, code.valid_from, code.valid_until)


def _key_read(
    entry: Entry, secret: tuple[bytes, str], numbers: tuple[Any, ...], fault: bytes
) -> KeyRead:
    account = Account(entry.label, Secret(*secret), entry.otp) if secret[0] else None
    return KeyRead(entry.id, account, _error(fault), Code(*numbers) if numbers else None)


def _fault(error: Exception | None) -> bytes:
    if error is None:
        return b""
    import pickle

    return pickle.dumps(error)


def _error(fault: bytes) -> Exception | None:
    if not fault:
        return None
    import pickle

    error: Exception = pickle.loads(fault)  # noqa: S301 - from our own process
    return error


def _end_with(alive: int) -> None:
    """End when the other process does: this one might be waiting for the answer to the keyring's
    prompt, which is not needed any more."""
    os.read(alive, 1)
    os._exit(0)
