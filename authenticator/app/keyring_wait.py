"""Says that a keyring lets us wait: it may be asking for its password where nobody looks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any, Final

from authenticator.vault.stores.secret_store import SecretStore

SOON_S: Final = 1.0
"""How long a keyring may take without a word about it."""


class AnnouncingStore:
    """A SecretStore that calls `announce`, on another thread, if it takes longer than SOON_S: once,
    whatever is asked of it later. Has all other methods of the store as well."""

    def __init__(self, store: SecretStore, announce: Callable[[], None]) -> None:
        self._store = store
        self._announce = announce
        self._announced = False

    def read(self, name: str) -> str:
        with self._waiting():
            return self._store.read(name)

    def write(self, name: str, text: str) -> None:
        with self._waiting():
            self._store.write(name, text)

    def delete(self, name: str) -> None:
        with self._waiting():
            self._store.delete(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        if self._announced:
            yield
            return
        timer = Timer(SOON_S, self._say)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _say(self) -> None:
        self._announced = True
        self._announce()
