"""The order in which rows and items are written, and recovery from a crash in between.

Where secrets are rows of the same file, each change is one transaction. Keyrings can't take
part in one, and can't be listed everywhere, so an item is only written once the manifest knows
of it:

- adding: row and state `pending`; item written, state `ready`;
- changing: state `changing`; item and row rewritten, state `ready`;
- deleting: state `removing`; item and row deleted.

The second step is one transaction with the keyring's write inside. Recovery goes back to the
row as it is: a pending account goes, a changing one gets its item written again, and one that
was being removed stays if its item is still there. So whatever was reported as failed was not
done, and what a crash leaves behind is found from the index alone.

Call all of this under the write lock. When a call raises, the account is as it was before, at
the latest after recovery.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from authenticator.errors import AuthenticatorError
from authenticator.otp.account import PinOtp
from authenticator.otp.uri import write_uri
from authenticator.vault.entry import Entry
from authenticator.vault.errors import (
    KeyringFailed,
    SealBroken,
    SecretMissing,
    SecretTooLong,
    SecretUnreadable,
    StoreFault,
)
from authenticator.vault.index import Row
from authenticator.vault.kinds import Detail
from authenticator.vault.manifest import State
from authenticator.vault.records import Records


def add(records: Records, entry: Entry, item: str) -> None:
    """Write a new row and its item."""
    index = records.index
    if records.in_one_file:
        with index.transaction():
            index.insert(entry.id, records.metadata(entry))
            records.store.write(entry.id, item)
        return
    with index.transaction():
        index.insert(entry.id, records.metadata(entry))
        index.manifest.set_state(entry.id, State.PENDING)
    try:
        with index.transaction():
            records.store.write(entry.id, item)
            index.manifest.set_state(entry.id, State.READY)
    except AuthenticatorError as fault:
        # A keyring that failed may have the item or not: the row stays `pending` for
        # recovery. After any other fault the row is deleted now, if possible.
        if not isinstance(fault, KeyringFailed):
            with suppress(AuthenticatorError):
                if not _item_is_untouched(fault):
                    records.store.delete(entry.id)
                with index.transaction():
                    index.delete(entry.id)
        raise


def _nothing() -> None:
    """Nothing belongs to the change."""


def change(
    records: Records,
    old: Entry,
    new: Entry,
    details: Mapping[Detail, bytes | None],
    beside: Callable[[], None] = _nothing,
    pin: str | None = None,
) -> None:
    """Rewrite a row and the given sealed details, and the item if its content changes; `beside`
    writes to the index what belongs to it. Raises EnrolmentRefused for a PIN, or a key, that
    the type can't have."""
    index, store = records.index, records.store
    item: str | None = None
    if pin is not None or (new.label, new.otp) != (old.label, old.otp):
        account = replace(records.account(old), label=new.label, otp=new.otp)
        if pin is not None:
            account = account.with_pin(pin)
        account.require_pin()
        item = write_uri(account)
    if item is None or records.in_one_file:
        with index.transaction():
            records.write_entry(new, details)
            beside()
            if item is not None:
                store.write(new.id, item)
        return
    before = store.read(old.id)
    with index.transaction():
        index.manifest.set_state(old.id, State.CHANGING)
    try:
        with index.transaction():
            records.write_entry(new, details)
            beside()
            store.write(new.id, item)
            index.manifest.set_state(new.id, State.READY)
    except AuthenticatorError as fault:
        _go_back(records, old.id, None if _item_is_untouched(fault) else before)
        raise


def delete(records: Records, id: str) -> None:
    """Delete an item and its row."""
    index, store = records.index, records.store
    if records.in_one_file:
        with index.transaction():
            store.delete(id)
            index.delete(id)
        return
    before: str | None = None
    with suppress(SecretMissing, SecretUnreadable, SealBroken, UnicodeDecodeError):
        before = store.read(id)
    with index.transaction():
        index.manifest.set_state(id, State.REMOVING)
    try:
        with index.transaction():
            index.delete(id)
            store.delete(id)
    except AuthenticatorError as fault:
        # The caller learns that it was not deleted, so it must not vanish later.
        _go_back(records, id, None if _item_is_untouched(fault) else before)
        raise


def _go_back(records: Records, id: str, item: str | None) -> None:
    """After a failed change: put the item back (None: it is as it was), then the state. What
    can't be done now is left to recovery."""
    with suppress(AuthenticatorError):
        if item is not None:
            records.store.write(id, item)
        with records.index.transaction():
            records.index.manifest.set_state(id, State.READY)


def recover(records: Records) -> None:
    """Roll back what a crash left unfinished. Raises what prevents it."""
    if not records.index.verify().whole:
        return  # somebody else wrote to the file: nothing is deleted or rewritten on its word
    for row in records.index.incomplete():
        _recover(records, row)


def _recover(records: Records, row: Row) -> None:
    index = records.index
    with index.transaction():
        if row.state is State.CHANGING:
            # If the secret can't be read there is nothing to rewrite; reading the account
            # will say what is wrong.
            entry = records.entry(row.id, row.meta)
            with suppress(SecretMissing, SecretUnreadable, SecretTooLong):
                if not entry.damaged:
                    entry = _without_lost_pin(records, entry)
                    records.store.write(row.id, write_uri(records.account(entry)))
        elif row.state is State.PENDING:
            records.store.delete(row.id)
            index.delete(row.id)
        elif _is_gone(records, row.id):
            index.delete(row.id)
        index.manifest.set_state(row.id, State.READY)


def _is_gone(records: Records, id: str) -> bool:
    """Whether the store has no item of this name, readable or not."""
    try:
        records.store.read(id)
    except SecretMissing:
        return True
    except (SecretUnreadable, SealBroken, UnicodeDecodeError):
        return False
    return False


def _without_lost_pin(records: Records, entry: Entry) -> Entry:
    """The entry, with the type that its item still has if the new one needs a PIN that a crash
    kept from being written."""
    stored = records.stored(entry.id)
    if not isinstance(entry.otp, PinOtp) or stored.secret.pin:
        return entry
    entry = entry._replace(otp=stored.otp)
    records.write_entry(entry, {})
    return entry


def _item_is_untouched(fault: AuthenticatorError) -> bool:
    """Whether a store that raised this has certainly left the item alone."""
    return isinstance(fault, StoreFault | SecretTooLong) and not isinstance(fault, KeyringFailed)
