"""The order in which rows and items are written, and what is done about a crash in between.

An item of the store is written only when the index knows of it: row `pending`, item, row
`ready`; row `removing`, item deleted, row gone; row `changing` with the new metadata, item
rewritten, row `ready`. So whatever a crash leaves can be found and settled from the index
alone. The index is authoritative for everything but the secret's bytes.

All of this happens under `write_lock`. Where a call raises, the account is as it was before,
or is so once recovered; only a deletion that the disk broke off is ended instead.
"""

from collections.abc import Mapping
from contextlib import suppress

from authenticator.errors import AuthenticatorError
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
        # Whether a failed keyring has the item is not known: the row stays
        # `pending` and repair looks. Otherwise it goes now, as far as it can.
        if not isinstance(fault, KeyringFailed):
            with suppress(AuthenticatorError):
                if not _left_the_item(fault):
                    records.store.delete(entry.id)
                with records.index.transaction():
                    records.index.delete(entry.id)
        raise


def change(
    records: Records,
    old: Entry,
    new: Entry,
    details: Mapping[Detail, bytes | None],
) -> None:
    """Rewrite a row, its sealed details that are given, and its item where that would differ."""
    before = {kind: records.index.detail(old.id, kind) for kind in details}
    if (new.label, new.otp) == (old.label, old.otp):
        with records.index.transaction():
            records.describe(new, details)
        return
    item = write_uri(records.account(new))
    with records.index.transaction():
        records.describe(new, details)
        records.index.set_state(new.id, State.CHANGING)
    try:
        with records.index.transaction():
            records.store.write(new.id, item)
            records.index.set_state(new.id, State.READY)
    except AuthenticatorError as fault:
        with suppress(AuthenticatorError), records.index.transaction():
            records.describe(old, before)
            if _left_the_item(fault):
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
        # The caller hears that it was not removed, so it must not vanish later.
        with suppress(AuthenticatorError), records.index.transaction():
            records.index.set_state(id, State.READY)
        raise


def recover(records: Records) -> None:
    """Finish or roll back what a crash left. Raises what stands in the way."""
    for row in records.index.unsettled():
        _recover(records, row)


def _recover(records: Records, row: Row) -> None:
    with records.index.transaction():
        if row.state == State.CHANGING:
            # Where the secret can't be read there is nothing to rewrite; the account
            # stays as it is, and reading it says what is wrong.
            entry = records.entry(row.id, row.meta)
            with suppress(SecretMissing, SecretUnreadable, SecretTooLong):
                if not entry.damaged:
                    records.store.write(row.id, write_uri(records.account(entry)))
            records.index.set_state(row.id, State.READY)
        else:
            records.store.delete(row.id)
            records.index.delete(row.id)


def _left_the_item(fault: AuthenticatorError) -> bool:
    """Whether a store that raised this has certainly not touched the item."""
    return isinstance(fault, StoreFault | SecretTooLong) and not isinstance(fault, KeyringFailed)
