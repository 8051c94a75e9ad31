"""The Secret Service (Linux), by SecretStorage over one connection that is kept.

keyring's own backend connects and agrees on a session key for each call (10 ms), waits forever
for a daemon that hangs, and prompts users who may have no screen. Here each wait is bounded,
and locked, dismissed and absent are told apart. Items get the label and the attributes that
keyring's backend gives them, so each reads what the other wrote; keyring itself, whose import
takes 45 ms, is not needed.
"""

import os
from contextlib import suppress
from time import monotonic
from typing import Any, Final

from jeepney import (
    DBusErrorResponse,
    HeaderFields,
    MatchRule,
)
from jeepney.bus import get_bus
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import (
    DBusConnection,
    Proxy,
    prep_socket,
)
from secretstorage import (
    Collection,
    Item,
    ItemNotFoundException,
    LockedException,
    SecretServiceNotAvailableException,
    create_collection,
)

from authenticator.vault.errors import KeyringAbsent, KeyringDismissed, KeyringFailed, KeyringLocked

CONNECT_S: Final = 10.0
"""How long the bus may take to accept a connection: a busy computer is slow, not without a bus."""
CALL_S: Final = 25.0
"""How long a call may take; libdbus gives up after as many seconds."""
PROMPT_S: Final = 300.0
"""How long the user may take to answer a prompt."""
_LOOK_S: Final = 1.0

_BUS_NAME: Final = "org.freedesktop.secrets"
_PROMPT: Final = "org.freedesktop.Secret.Prompt"
_DEFAULT_COLLECTION: Final = "/org/freedesktop/secrets/aliases/default"


class _Connection(DBusConnection):  # type: ignore[misc] # it has no types
    """A connection that bounds each wait, and prompts only if a person can see it."""

    _asked: str | None = None  # the daemon that a prompt was asked of

    def owner(self) -> str:
        """The daemon's unique name on the bus, empty where none is running."""
        try:
            (owner,) = Proxy(message_bus, self).GetNameOwner(_BUS_NAME)
        except DBusErrorResponse:
            return ""
        return str(owner)

    def send_and_get_reply(self, message: Any, *, timeout: float | None = None) -> Any:
        """Raises TimeoutError; KeyringLocked instead of prompting without a screen."""
        if message.header.fields.get(HeaderFields.interface) == _PROMPT:
            self._before_prompt()
        return super().send_and_get_reply(message, timeout=timeout or CALL_S)

    def recv_until_filtered(self, queue: Any, *, timeout: float | None = None) -> Any:
        """The answer to a prompt.

        Raises KeyringLocked at no answer, and KeyringFailed where the daemon that was asked
        has ended.
        """
        deadline = monotonic() + (timeout or PROMPT_S)
        while True:
            try:
                return super().recv_until_filtered(queue, timeout=_LOOK_S)
            except TimeoutError:
                if self.owner() != self._asked:
                    raise KeyringFailed("PromptLost") from None
                if monotonic() > deadline:
                    # The prompt goes away with the connection. Its own method Dismiss makes
                    # gnome-keyring 42 fail an assertion and end.
                    raise KeyringLocked from None

    def _before_prompt(self) -> None:
        if not _has_screen():
            raise KeyringLocked
        if self._asked is None:
            # Some services broadcast the answer instead of sending it here.
            Proxy(message_bus, self).AddMatch(MatchRule(sender=_BUS_NAME, interface=_PROMPT))
        self._asked = self.owner()


def connect() -> "SecretService":
    """Connect to the daemon of this session's bus, which starts it if need be.

    Raises KeyringAbsent; KeyringFailed or TimeoutError where there is one that does not answer.
    """
    try:
        socket = prep_socket(get_bus("SESSION"), timeout=CONNECT_S)
    except Exception:  # noqa: BLE001 - a missing, stale, foreign or refusing bus is no bus
        raise KeyringAbsent from None
    try:
        connection = _Connection(socket)
    except BaseException:
        socket.close()
        raise
    try:
        return SecretService(connection)
    except (SecretServiceNotAvailableException, DBusErrorResponse):
        connection.close()
        raise KeyringAbsent from None
    except BaseException:
        connection.close()
        raise


class SecretService:
    """The `Backend` that `KeyringStore` asks for."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._owner = ""
        self._collection: Collection | None = None
        with suppress(ItemNotFoundException):
            self._find_collection()

    def end(self) -> None:
        """Close the connection for good."""
        self._connection.close()

    def get_password(self, service: str, username: str) -> str | None:
        """Found by the two attributes that keyring's backend searches for."""
        if self._collection is not None:
            # Most reads follow another. Whatever has changed since (locked, another daemon,
            # an item that seems gone) is looked into below; a daemon that dies meanwhile is not.
            with suppress(ItemNotFoundException, LockedException, DBusErrorResponse):
                for item in self._collection.search_items(_query(service, username)):
                    return self._secret(item)
        for item in self._unlocked_collection().search_items(_query(service, username)):
            self._unlock(item)
            return self._secret(item)
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        label = f"Password for '{username}' on '{service}'"
        attributes = _query(service, username) | {"application": "Python keyring library"}
        self._unlocked_collection().create_item(label, attributes, password.encode(), replace=True)

    def delete_password(self, service: str, username: str) -> None:
        """One that is not there is fine."""
        for item in self._unlocked_collection().search_items(_query(service, username)):
            self._unlock(item)
            item.delete()
            return

    def _secret(self, item: Item) -> str:
        secret = item.get_secret()
        if self._collection is not None:
            self._collection.session = item.session  # one for all: agreeing on it takes 5 ms
        return secret.decode()

    def _unlocked_collection(self) -> Collection:
        """Raises KeyringAbsent, KeyringLocked, KeyringDismissed."""
        collection = self._collection
        if collection is None or self._connection.owner() != self._owner:
            try:
                collection = self._find_collection()
            except ItemNotFoundException:
                collection = self._make_collection()
        self._unlock(collection)
        return collection

    def _find_collection(self) -> Collection:
        return self._keep(Collection(self._connection, _preferred() or _DEFAULT_COLLECTION))

    def _make_collection(self) -> Collection:
        """For a user who has none yet: the system asks for a password for it."""
        if _preferred() is not None or not _has_screen():
            raise KeyringAbsent from None
        return self._keep(create_collection(self._connection, "Default", "default"))

    def _keep(self, collection: Collection) -> Collection:
        self._collection = collection
        self._owner = self._connection.owner()
        return collection

    def _unlock(self, locked: Collection | Item) -> None:
        # Opens without a prompt where the daemon knows the password, or there is none.
        if locked.is_locked() and (locked.unlock() or locked.is_locked()):
            raise KeyringDismissed


def _query(service: str, username: str) -> dict[str, str]:
    return {"username": username, "service": service}


def _preferred() -> str | None:
    """The path of the collection that the user wants, told as to keyring."""
    return os.environ.get("KEYRING_PROPERTY_PREFERRED_COLLECTION")


def _has_screen() -> bool:
    """Whether a person could see a prompt."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
