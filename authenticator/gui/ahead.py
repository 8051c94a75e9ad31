"""The start's look at the vault, taken while Qt is still being loaded.

Threads of Python take turns, and both are busy: so a process of its own looks where one can be
forked, and tells by a pipe what stands in the window first, then the rest. The window's process
opens the vault when it is first asked for more.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from authenticator.gui.opening import KeyRead, Opening, look, seen_first
from authenticator.otp.account import Account
from authenticator.otp.secret import Secret

if TYPE_CHECKING:
    from authenticator.compose import Parts
    from authenticator.otp.account import Label, Otp
    from authenticator.vault.entry import Entry
    from authenticator.vault.vault import Vault

FIRST = 100
"""So many accounts are told at once: more than any screen shows. The rest follows."""


class Ahead(Protocol):
    """What was begun, and is asked for once: nothing of it is kept, for there are keys in it."""

    def first(self) -> Opening:
        """Wait for what is found, as `look` tells it."""
        ...

    def rest(self) -> list[Entry]:
        """All entries, where the first answer said that there are more."""
        ...


def begin(parts: Parts, let_go: Callable[[], None] = lambda: None) -> Ahead:
    """Look from now on. `let_go` is called in the other process, if there is one, and gives up
    what belongs to this one alone. Call it before there are threads."""
    # macOS forbids to use its frameworks, the keychain among them, in a forked process.
    if hasattr(os, "fork") and sys.platform != "darwin":
        return ByProcess(parts, let_go)
    return ByThread(parts)


class ByThread:
    """Looks on a thread of its own."""

    def __init__(self, parts: Parts) -> None:
        self._found: Opening | None = None
        self._thread = threading.Thread(target=self._look, args=(parts,), daemon=True)
        self._thread.start()

    def _look(self, parts: Parts) -> None:
        self._found = look(parts)

    def first(self) -> Opening:
        self._thread.join()
        found, self._found = self._found, None
        if found is None:
            raise RuntimeError("the thread ended without an answer")
        return found

    def rest(self) -> list[Entry]:
        raise RuntimeError("all was told at once")


class ByProcess:
    """Looks in a process of its own, which ends with this one at the latest."""

    def __init__(self, parts: Parts, let_go: Callable[[], None]) -> None:
        self._parts = parts
        told, tell = os.pipe()
        alive, living = os.pipe()  # this process keeps the second open for as long as it is there
        self._pid = os.fork()
        if not self._pid:
            try:
                os.close(told)
                os.close(living)
                let_go()
                threading.Thread(target=_end_with, args=(alive,), daemon=True).start()
                with os.fdopen(tell, "wb") as pipe:
                    _tell(parts, pipe)
            finally:
                os._exit(0)
        os.close(tell)
        os.close(alive)
        self._living = living
        self._pipe = os.fdopen(told, "rb")

    def first(self) -> Opening:
        try:
            found, key, secrets = self._hear()
        except Exception:  # noqa: BLE001 - whatever ended it, the look can be taken here
            self._end()
            return look(self._parts)
        if not found.more:
            self._end()
        if not key:
            return found
        keys = [_whole(*one) for one in secrets]
        return replace(found, vault=cast("Vault", Unopened(self._parts, key)), keys=keys)

    def rest(self) -> list[Entry]:
        try:
            entries: list[Entry] = self._hear()
        except Exception:  # noqa: BLE001
            entries = look(self._parts).entries
        self._end()
        return entries

    def _hear(self) -> Any:
        import pickle

        return pickle.load(self._pipe)  # noqa: S301 - from our own process

    def _end(self) -> None:
        self._pipe.close()
        os.close(self._living)
        os.waitpid(self._pid, 0)


class Unopened:
    """A vault whose key is known, opened by whoever first asks it for anything."""

    def __init__(self, parts: Parts, key: bytes) -> None:
        self._parts = parts
        self._key = key
        self._vault: Vault | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            self._key = b""
            if self._vault is not None:
                self._vault.close()

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            if self._vault is None:
                if not self._key:
                    raise RuntimeError("the vault is closed")
                self._vault = self._parts.open_vault(key=self._key)
                self._key = b""
        return getattr(self._vault, name)


def _tell(parts: Parts, pipe: IO[bytes]) -> None:
    import pickle

    found = look(parts)
    key = found.vault.key if found.vault is not None else b""
    # A Secret is not pickled: that would be how one gets into a file.
    secrets = [_apart(one) for one in found.keys]
    more = len(found.entries) > FIRST
    first = seen_first(parts, found.entries)[:FIRST] if more else found.entries
    opening = replace(found, vault=None, keys=[], entries=first, more=more)
    pickle.dump((opening, key, secrets), pipe)
    if more:
        pipe.flush()
        pickle.dump(found.entries, pipe)


def _apart(read: KeyRead) -> tuple[str, tuple[Label, bytes, Otp] | None, Exception | None]:
    known = read.account
    parts = None if known is None else (known.label, known.secret.key, known.otp)
    return read.id, parts, read.error


def _whole(id: str, parts: tuple[Label, bytes, Otp] | None, error: Exception | None) -> KeyRead:
    if parts is None:
        return KeyRead(id, None, error)
    label, key, otp = parts
    return KeyRead(id, Account(label, Secret(key), otp), error)


def _end_with(alive: int) -> None:
    """End when the other process does: it might be waiting for an answer to the keyring's
    question, which nobody needs any more."""
    os.read(alive, 1)
    os._exit(0)
