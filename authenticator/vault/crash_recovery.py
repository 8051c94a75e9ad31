"""The order in which rows and items are written, and recovery from a crash in between.

Keyrings can't be listed, so an item is only written once the index knows of it:

- adding: row `pending`, item written, row `ready`;
- changing: row `changing` with the new metadata, item rewritten, row `ready`;
- deleting: row `removing`, item deleted, row deleted.

Whatever a crash leaves behind can thus be found and recovered from the index alone, which is
authoritative for everything but the secret.

Call all of this under the write lock. When a call raises, the account is as it was before, at
the latest after recovery; only a deletion that the disk interrupted is completed instead.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from authenticator.errors import AuthenticatorError
from authenticator.otp.account import PinOtp
from authenticator.otp.uri import write_uri
from authenticator.vault.entry import Entry
from authenticator.vault.errors import (
    KeyringFailed,
    SecretMissing,
    SecretTooLong,
    SecretUnreadable,
    StoreFault,
)
from authenticator.vault.index import Row, State
from authenticator.vault.kinds import Detail
from authenticator.vault.records import Records


def add(records: Records, entry: Entry, item: str) -> None:
    """Write a new row and its item."""
    with records.index.transaction():
        records.index.insert(entry.id, State.PENDING, records.metadata(entry))
    try:
        with records.index.transaction():
            records.store.write(entry.id, item)
            records.index.set_state(entry.id, State.READY)
    except AuthenticatorError as fault:
        # A keyring that failed may have the item or not: the row stays `pending` for
        # recovery. After any other fault the row is deleted now, if possible.
        if not isinstance(fault, KeyringFailed):
            with suppress(AuthenticatorError):
                if not _item_is_untouched(fault):
                    records.store.delete(entry.id)
                with records.index.transaction():
                    records.index.delete(entry.id)
        raise


class Beside(Protocol):
    """Writes to the index what belongs to a change; with `back`, what was there before."""

    def __call__(self, *, back: bool) -> None: ...


def _nothing(*, back: bool) -> None:
    """Nothing belongs to the change."""


def change(
    records: Records,
    old: Entry,
    new: Entry,
    details: Mapping[Detail, bytes | None],
    beside: Beside = _nothing,
    pin: str | None = None,
) -> None:
    """Rewrite a row and the given sealed details, and the item if its content changes; `beside`
    is done and undone together with it. Raises EnrolmentRefused for a PIN, or a key, that the
    type can't have."""
    before = {kind: records.index.detail(old.id, kind) for kind in details}
    if pin is None and (new.label, new.otp) == (old.label, old.otp):
        with records.index.transaction():
            records.write_entry(new, details)
            beside(back=False)
        return
    account = replace(records.account(old), label=new.label, otp=new.otp)
    if pin is not None:
        account = account.with_pin(pin)
    account.require_pin()
    item = write_uri(account)
    with records.index.transaction():
        records.write_entry(new, details)
        beside(back=False)
        records.index.set_state(new.id, State.CHANGING)
    try:
        with records.index.transaction():
            records.store.write(new.id, item)
            records.index.set_state(new.id, State.READY)
    except AuthenticatorError as fault:
        with suppress(AuthenticatorError), records.index.transaction():
            records.write_entry(old, before)
            beside(back=True)
            if _item_is_untouched(fault):
                records.index.set_state(old.id, State.READY)
        raise


def delete(records: Records, id: str) -> None:
    """Delete an item and its row."""
    with records.index.transaction():
        records.index.set_state(id, State.REMOVING)
    try:
        with records.index.transaction():
            records.store.delete(id)
            records.index.delete(id)
    except StoreFault:
        # The caller learns that it was not deleted, so it must not vanish later.
        with suppress(AuthenticatorError), records.index.transaction():
            records.index.set_state(id, State.READY)
        raise


def recover(records: Records) -> None:
    """Complete or roll back what a crash left unfinished. Raises what prevents it."""
    for row in records.index.incomplete():
        _recover(records, row)


def _recover(records: Records, row: Row) -> None:
    with records.index.transaction():
        if row.state == State.CHANGING:
            # If the secret can't be read there is nothing to rewrite; reading the account
            # will say what is wrong.
            entry = records.entry(row.id, row.meta)
            with suppress(SecretMissing, SecretUnreadable, SecretTooLong):
                if not entry.damaged:
                    entry = _without_lost_pin(records, entry)
                    records.store.write(row.id, write_uri(records.account(entry)))
            records.index.set_state(row.id, State.READY)
        else:
            records.store.delete(row.id)
            records.index.delete(row.id)


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
