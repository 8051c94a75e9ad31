"""The Secret Service (Linux), by SecretStorage over one connection that is kept.

keyring's own backend connects and agrees on a session key for each call (10 ms), waits forever
for a daemon that hangs, and prompts users who may have no screen. Here each wait is bounded,
and locked, dismissed, refused and absent are told apart. Items get the label and the attributes
that keyring's backend gives them, so each reads what the other wrote; keyring itself, whose
import takes 45 ms, is not needed.

Items are looked for in all collections: which of them is the default may change. A service may
have each item confirmed by a person (KeePassXC), so that all of ours are asked for at once.
"""

import os
from collections.abc import Iterable
from typing import Final, NamedTuple

from jeepney import DBusAddress, DBusErrorResponse
from secretstorage import (
    Collection,
    Item,
    ItemNotFoundException,
    LockedException,
    PromptDismissedException,
    SecretServiceNotAvailableException,
    create_collection,
)
from secretstorage.dhcrypto import Session
from secretstorage.util import exec_prompt

from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringLocked,
    KeyringRefused,
)
from authenticator.vault.stores import kwallet, session_bus
from authenticator.vault.stores.secret_store import ItemsDiffer
from authenticator.vault.stores.session_bus import SECRETS, SERVICE, Connection, has_screen

_NONE: Final = "/"  # where a path is expected and there is none
_NO_REPLY: Final = "org.freedesktop.DBus.Error.NoReply"
_THERE: Final = (  # errors of a service that is there: it refuses, or lacks a part (KWallet)
    "org.freedesktop.DBus.Error.AccessDenied",
    "org.freedesktop.DBus.Error.InvalidArgs",
)


class _Found(NamedTuple):
    """Paths of items."""

    unlocked: list[str]
    locked: list[str]

    @property
    def all(self) -> list[str]:
        return [*self.unlocked, *self.locked]


def connect() -> "SecretService":
    """Connect to the service of this session's bus, which starts it if need be.

    Raises KeyringAbsent; DBusErrorResponse or TimeoutError where there is one that refuses or does
    not answer.
    """
    connection = session_bus.connect()
    try:
        return SecretService(connection)
    except (SecretServiceNotAvailableException, DBusErrorResponse) as error:
        connection.close()
        if getattr(error, "name", "") in _THERE:
            raise
        raise KeyringAbsent from None
    except BaseException:
        connection.close()
        raise


class SecretService:
    """The `Backend` that `KeyringStore` asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session: Session | None = None
        self._look_again()

    def end(self) -> None:
        """Close the connection for good."""
        self._connection.close()

    def get_password(self, service: str, username: str) -> str | None:
        """The secret of the items with these attributes; of several, those that are unlocked count.

        Raises ItemsDiffer, UnicodeDecodeError.
        """
        query = {"username": username, "service": service}
        if self._kwallet:  # another daemon may take our session for that of somebody else
            self._follow()
        try:
            secret = self._read(query)
        except (ItemNotFoundException, LockedException, DBusErrorResponse) as error:
            if getattr(error, "name", "") == _NO_REPLY:  # it died at this call
                raise
            # Another daemon, or an item that somebody has locked or deleted since it was found.
            self._look_again()
            secret = self._read(query)
        return None if secret is None else secret.decode()

    def set_password(self, service: str, username: str, password: str) -> None:
        """Write one item in place of all that have these attributes."""
        query = {"username": username, "service": service}
        self._follow()
        found = self._find(query)
        if found.all:
            # Not by CreateItem: for replacing one of its items KeePassXC asks a person.
            path = self._opened(found, query).unlocked[0]
            item = self._item(path)
            item.set_secret(password.encode())
            self._session = item.session
        else:
            path = self._create(query, password)
        self._delete(query, set(found.all) - {path})
        self._flush([path, *found.all])

    def delete_password(self, service: str, username: str) -> None:
        """Delete all items with these attributes; none is fine."""
        query = {"username": username, "service": service}
        self._follow()
        items = set(self._find(query).all)
        self._delete(query, items)
        self._flush(items)

    def services(self, username: str) -> frozenset[str]:
        """The attribute `service` of all items of a user name."""
        query = {"username": username}
        self._follow()
        found = self._opened(self._find(query), query)
        told = (self._item(path).get_attributes() for path in found.unlocked)
        return frozenset(attributes["service"] for attributes in told if "service" in attributes)

    # What is there.

    def _read(self, query: dict[str, str]) -> bytes | None:
        """Raises ItemsDiffer, and KeyringAbsent where there is no collection."""
        found = self._find(query)
        if not found.all:
            collections = self._collections()
            if not collections:
                raise KeyringAbsent
            if self._unlock(self._locked(collections)):
                found = self._find(query)  # a locked collection may not show what it holds
        if not found.unlocked:
            found = self._opened(found, query)
        secrets = {self._secret(path) for path in found.unlocked}
        if len(secrets) > 1:
            raise ItemsDiffer
        return secrets.pop() if secrets else None

    def _find(self, query: dict[str, str]) -> _Found:
        """Looks in all collections. Raises as `_unlock`."""
        default = self._default
        if default is None or self._locked([default]):
            paths = self._collections()
            if not paths:
                return _Found([], [])
            # With none unlocked, KeePassXC answers a search only once somebody has unlocked one,
            # and such a search would be given up before anybody has typed a password.
            if len(self._locked(paths)) == len(paths):
                self._unlock([default or paths[0]])
        return self._search(query)

    def _search(self, query: dict[str, str]) -> _Found:
        unlocked, locked = self._connection.call(SERVICE, "SearchItems", "a{ss}", query)
        return _Found(unlocked, locked)

    def _follow(self) -> None:
        """Notice another daemon."""
        if self._connection.owner() != self._owner:
            self._look_again()

    def _look_again(self) -> None:
        """Ask what may have changed with the service, started if need be.

        Raises DBusErrorResponse.
        """
        self._owner = self._connection.owner()
        if not self._owner:
            if not self._connection.start(SECRETS):
                kwallet.start(self._connection)
            self._owner = self._connection.owner()
        self._kwallet = kwallet.serving(self._connection, self._owner)
        self._session = self._kwallet.session() if self._kwallet else None
        self._homes: dict[str, str] = {}
        self._default = self._preferred() or self._alias()

    def _preferred(self) -> str | None:
        """The collection that the user wants, told as to keyring. Raises KeyringAbsent."""
        path = os.environ.get("KEYRING_PROPERTY_PREFERRED_COLLECTION")
        if path:
            try:
                self._locked([path])
            except DBusErrorResponse:
                raise KeyringAbsent from None
        return path

    def _alias(self) -> str | None:
        """The default collection, if there is one."""
        (path,) = self._connection.call(SERVICE, "ReadAlias", "s", "default")
        return None if path == _NONE else str(path)

    def _collections(self) -> list[str]:
        return list(self._connection.property(SERVICE, "Collections"))

    def _home(self, username: str) -> str:
        """The collection for new items: the default one, unless only others hold any.

        Raises KeyringAbsent.
        """
        if username not in self._homes:
            holding = [_collection_of(item) for item in self._find({"username": username}).all]
            home = self._default or self._make_collection()
            self._homes[username] = home if home in holding or not holding else holding[0]
        return self._homes[username]

    def _make_collection(self) -> str:
        """For a user who has none yet: the system asks for a password for it."""
        if not has_screen():
            raise KeyringAbsent
        self._default = create_collection(self._connection, "Default", "default").collection_path
        return self._default

    def _item(self, path: str) -> Item:
        return Item(self._connection, path, self._session)

    def _secret(self, path: str) -> bytes:
        item = self._item(path)
        secret: bytes = item.get_secret()
        self._session = item.session  # one for all: agreeing on it takes 5 ms
        return secret

    def _create(self, query: dict[str, str], password: str) -> str:
        """The path of a new item. Raises KeyringAbsent, KeyringRefused."""
        home = self._home(query["username"])
        self._unlock(self._locked([home]))
        collection = Collection(self._connection, home, self._session)
        try:
            item = collection.create_item(
                f"Password for '{query['username']}' on '{query['service']}'",
                query | {"application": "Python keyring library"},
                password.encode(),
            )
        except PromptDismissedException:
            raise KeyringRefused from None
        self._session = collection.session
        return str(item.item_path)

    def _delete(self, query: dict[str, str], items: set[str]) -> None:
        """Delete those of the items that a query finds. Raises KeyringRefused if one stays."""
        if not items:
            return
        for path in items.intersection(self._opened(self._search(query), query).all):
            try:
                self._item(path).delete()
            except PromptDismissedException:
                raise KeyringRefused from None
        if items.intersection(self._search(query).all):
            raise KeyringRefused

    def _flush(self, items: Iterable[str]) -> None:
        """Have what has changed written to disk, where the service waits with it."""
        if self._kwallet:
            self._kwallet.flush({_collection_of(item) for item in items})

    # What is locked.

    def _locked(self, collections: Iterable[str]) -> list[str]:
        interface = "org.freedesktop.Secret.Collection"
        return [
            path
            for path in collections
            if self._connection.property(DBusAddress(path, SECRETS, interface), "Locked")
        ]

    def _opened(self, found: _Found, query: dict[str, str]) -> _Found:
        """What a query finds once a person has let us have it.

        Raises KeyringLocked, KeyringDismissed, KeyringRefused.
        """
        if not found.locked:
            return found
        if self._unlock(self._locked({_collection_of(item) for item in found.locked})):
            found = self._search(query)
        if found.locked:
            # Here it is single items that have to be confirmed: all of ours, not one by one.
            self._ask_to_unlock(self._search({"username": query["username"]}).locked)
            found = self._search(query)
            if found.locked:
                raise KeyringRefused
        return found

    def _unlock(self, collections: list[str]) -> bool:
        """Whether there was anything to unlock. Raises KeyringLocked, KeyringDismissed.

        Opens without a prompt where the daemon knows the password, or there is none.
        """
        if not collections:
            return False
        if self._ask_to_unlock(collections) or self._locked(collections):
            raise KeyringDismissed
        return True

    def _ask_to_unlock(self, paths: list[str]) -> bool:
        """Whether somebody said no. Raises KeyringLocked if nobody could be asked."""
        _unlocked, prompt = self._connection.call(SERVICE, "Unlock", "ao", paths)
        if prompt == _NONE:
            return False
        if not has_screen():
            raise KeyringLocked
        try:
            dismissed, _result = exec_prompt(self._connection, prompt)
        except TimeoutError:
            raise KeyringLocked from None
        return bool(dismissed)


def _collection_of(item: str) -> str:
    return item.rpartition("/")[0]
