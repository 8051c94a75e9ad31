"""keyring's Secret Service backend (Linux) on one connection that is kept.

The backend as it is connects and agrees on a session key for each call (10 ms), waits for
ever on a daemon that hangs, and asks a user who may have no screen. This one keeps what it
has, bounds each wait, and tells locked, dismissed and absent apart. It writes and deletes
by keyring's backend, and reads what that wrote by itself: importing keyring takes 45 ms
(its helpers bring an HTTP client along), which a start that only reads need not pay.
"""

import os
from contextlib import suppress
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from jeepney import DBusErrorResponse, MatchRule, MessageType  # type: ignore[import-untyped]
from jeepney.bus import get_bus  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import (  # type: ignore[import-untyped]
    DBusConnection,
    Proxy,
    prep_socket,
)
from secretstorage import Collection, Item, item, util
from secretstorage.defines import SS_PATH, SS_PREFIX
from secretstorage.exceptions import (
    ItemNotFoundException,
    LockedException,
    SecretServiceNotAvailableException,
)
from secretstorage.util import (
    BUS_NAME,
    PROMPT_IFACE,
    DBusAddressWrapper,
    add_match_rules,
    open_session,
)

from authenticator.vault.errors import KeyringAbsent, KeyringDismissed, KeyringFailed, KeyringLocked

if TYPE_CHECKING:
    from authenticator.vault.stores.keyring import Ring

# cryptography takes no backend any more; the one that these ask for loads all that it can do.
item.default_backend = util.default_backend = lambda: None  # type: ignore[attr-defined]

CALL_S: Final = 25.0
"""How long a call may take; libdbus gives up after as many seconds."""
PROMPT_S: Final = 300.0
"""How long the user may take to answer the system's question."""
_LOOK_S: Final = 1.0


class _Connection(DBusConnection):  # type: ignore[misc]
    """A connection that outlives keyring's calls, each of which closes it."""

    def send_and_get_reply(self, message: Any, *, timeout: float | None = None) -> Any:
        return super().send_and_get_reply(message, timeout=timeout or CALL_S)

    def close(self) -> None:
        pass

    def end(self) -> None:
        super().close()


def connect() -> "HeldSecretService":
    """Connect to the daemon of this session's bus, which starts it if need be.

    Raises KeyringAbsent; KeyringFailed where there is one that does not answer.
    """
    try:
        socket = prep_socket(get_bus("SESSION"), timeout=2.0)
    except Exception:  # noqa: BLE001 - a missing, stale, foreign or refusing bus is no bus
        raise KeyringAbsent from None
    try:
        connection = _Connection(socket)
    except BaseException:
        socket.close()
        raise
    try:
        return HeldSecretService(connection)
    except (SecretServiceNotAvailableException, DBusErrorResponse):
        connection.end()
        raise KeyringAbsent from None
    except BaseException:
        connection.end()
        raise


class HeldSecretService:
    """What `keyring_store.Ring` asks for."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._service = DBusAddressWrapper(SS_PATH, SS_PREFIX + "Service", connection)
        self._session = open_session(connection)
        self._collection: Collection | None = None
        self._owner = self._current_owner()

    def end(self) -> None:
        """Close the connection for good."""
        self._connection.end()

    def get_password(self, service: str, username: str) -> str | None:
        """Found by the two attributes that keyring's backend writes."""
        query = {"username": username, "service": service}
        if self._collection is not None:
            # Most reads follow another. Whatever has changed since (locked, another daemon,
            # an item that seems gone) is looked into below; a daemon that dies meanwhile is not.
            with suppress(ItemNotFoundException, LockedException, DBusErrorResponse):
                for item in self._collection.search_items(query):
                    return str(item.get_secret(), "utf-8")
        for item in self.collection().search_items(query):
            self.unlock(item)
            return str(item.get_secret(), "utf-8")
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self._backend.set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._backend.delete_password(service, username)

    @cached_property
    def _backend(self) -> "Ring":
        """keyring's backend; how it gets at its collection and unlocks an item are ours."""
        from keyring.backends import SecretService

        backend: Any = SecretService.Keyring()  # type: ignore[no-untyped-call]
        backend.get_preferred_collection = self.collection
        backend.unlock = self.unlock
        found: Ring = backend
        return found

    def collection(self) -> Collection:
        """The default collection, unlocked. Raises KeyringAbsent, -Locked, -Dismissed."""
        self._follow_the_daemon()
        if self._collection is None:
            self._collection = self._default_collection()
        if self._collection.is_locked():
            self._unlock(self._collection.collection_path)
            if self._collection.is_locked():
                raise KeyringDismissed
        return self._collection

    def unlock(self, item: Item) -> None:
        """Unlock one item, which may be locked in an open collection."""
        if item.is_locked():
            self._unlock(item.item_path)
            if item.is_locked():
                raise KeyringDismissed

    def _default_collection(self) -> Collection:
        path = os.environ.get("KEYRING_PROPERTY_PREFERRED_COLLECTION")  # as keyring has it
        try:
            if path is not None:
                return Collection(self._connection, path, self._session)
            return Collection(self._connection, session=self._session)
        except ItemNotFoundException:
            # A user without any collection yet: making one asks for its password.
            if path is not None or not _can_ask():
                raise KeyringAbsent from None
        properties = {SS_PREFIX + "Collection.Label": ("s", "Default")}
        made, prompt = self._service.call("CreateCollection", "a{sv}s", properties, "default")
        if len(made) <= 1:
            _, made = self._ask(prompt)
        return Collection(self._connection, made, self._session)

    def _unlock(self, path: str) -> None:
        # Opens without a question where the daemon knows the password, or there is none.
        _, prompt = self._service.call("Unlock", "ao", [path])
        if len(prompt) > 1:
            if not _can_ask():
                raise KeyringLocked
            self._ask(prompt)

    def _ask(self, prompt_path: str) -> Any:
        """Let the system ask the user. Raises KeyringDismissed, KeyringLocked at no answer."""
        add_match_rules(self._connection)
        prompt = DBusAddressWrapper(prompt_path, PROMPT_IFACE, self._connection)
        rule = MatchRule(
            path=prompt_path,
            interface=PROMPT_IFACE,
            member="Completed",
            type=MessageType.signal,
        )
        deadline = monotonic() + PROMPT_S
        with self._connection.filter(rule) as answers:
            prompt.call("Prompt", "s", "")
            while True:
                try:
                    answer = self._connection.recv_until_filtered(answers, timeout=_LOOK_S)
                    break
                except TimeoutError:
                    if self._current_owner() != self._owner:
                        raise KeyringFailed("PromptLost") from None
                    if monotonic() > deadline:
                        # Not by Dismiss, which makes gnome-keyring 42 fail an assertion and
                        # end: the prompt goes when the connection does.
                        raise KeyringLocked from None
        dismissed, result = answer.body
        if dismissed:
            raise KeyringDismissed
        return result

    def _follow_the_daemon(self) -> None:
        """Agree on a session with a daemon that was started anew since the last call."""
        if self._current_owner() != self._owner:
            self._collection = None
            self._session = open_session(self._connection)
            self._owner = self._current_owner()

    def _current_owner(self) -> str:
        """The daemon's unique name on the bus, empty where none is running."""
        try:
            (owner,) = Proxy(message_bus, self._connection).GetNameOwner(BUS_NAME)
        except DBusErrorResponse:
            return ""
        return str(owner)


def _can_ask() -> bool:
    """Whether the system's question could be seen by whoever started us."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
