"""Opens the vault, and reads its entries and the keys of the first rows.

Knows no Qt, so that the keyring can be asked while Qt is still loading.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol

from authenticator.app.sorting import ordered
from authenticator.otp.account import Account, Hotp
from authenticator.otp.code import Code, TimeOutOfRange, code_at
from authenticator.vault.entry import Entry
from authenticator.vault.kinds import KeyKind, VaultInfo

if TYPE_CHECKING:
    from authenticator.app.settings import Settings
    from authenticator.app.settings_file import SettingsFile
    from authenticator.clock.clock import Clock
    from authenticator.vault.vault import Vault

FIRST_ROWS = 7
"""As many rows as the window shows when it opens."""


class VaultSource(Protocol):
    """What opening needs: where the vault is, its clock, and the settings that order its list."""

    settings_file: SettingsFile

    def check_home(self) -> None: ...

    def inspect_vault(self) -> VaultInfo | None: ...

    def open_vault(self, passphrase: str | None = None, key: bytes | None = None) -> Vault: ...

    def clock(self, settings: Settings | None = None) -> Clock: ...


class KeyRead(NamedTuple):
    """The outcome of reading one account's key: either `account` or `error` is set. `code`, if
    set, is one of the account's codes that was valid a moment ago."""

    id: str
    account: Account | None
    error: Exception | None
    code: Code | None = None


class VaultSnapshot(NamedTuple):
    """What was found. Without `vault` and `error` there is no vault yet, or `info` says that it
    needs a passphrase. With `more`, `entries` are only the first ones displayed. `stamp` is the
    vault's change stamp from before they were read, None where nothing was read."""

    info: VaultInfo | None
    vault: Vault | None = None
    entries: Sequence[Entry] = ()
    keys: Sequence[KeyRead] = ()
    error: Exception | None = None
    more: bool = False
    stamp: int | None = None


def read_key(vault: Vault, id: str) -> KeyRead:
    """Read one account's key. An error is returned, not raised, for it is shown in its row."""
    try:
        return KeyRead(id, vault.account(id), None)
    except Exception as error:  # noqa: BLE001 - shown in the row
        return KeyRead(id, None, error)


def open_snapshot(source: VaultSource, passphrase: str | None = None) -> VaultSnapshot:
    """Open the vault, if there is one. Never raises: an error is part of the snapshot."""
    info: VaultInfo | None = None
    try:
        source.check_home()
        settings = source.settings_file.read()  # first: without it the time may be wrong
        info = source.inspect_vault()
        if info is None or (info.key is KeyKind.PASSPHRASE and passphrase is None):
            return VaultSnapshot(info)
        return _snapshot(source, settings, info, source.open_vault(passphrase))
    except Exception as error:  # noqa: BLE001 - part of the snapshot
        return VaultSnapshot(info, error=error)


def reopen_snapshot(source: VaultSource, key: bytes) -> VaultSnapshot:
    """As `open_snapshot`, for a vault that was open until its file was replaced by another."""
    info: VaultInfo | None = None
    try:
        source.check_home()
        settings = source.settings_file.read()
        info = source.inspect_vault()
        if info is None:
            return VaultSnapshot(info)
        return _snapshot(source, settings, info, source.open_vault(key=key))
    except Exception as error:  # noqa: BLE001 - part of the snapshot
        return VaultSnapshot(info, error=error)


def _snapshot(
    source: VaultSource, settings: Settings, info: VaultInfo, vault: Vault
) -> VaultSnapshot:
    stamp = vault.change_stamp()  # first: a write during the reading makes it out of date
    entries = vault.entries()
    first = ordered(entries, settings.order)[:FIRST_ROWS]
    keys = [read_key(vault, one.id) for one in first if not one.damaged]
    now = source.clock(settings).now()
    keys = [_with_code(one, now) for one in keys]
    return VaultSnapshot(info, vault, entries, keys, stamp=stamp)


def _with_code(read: KeyRead, now: float) -> KeyRead:
    if read.account is None or isinstance(read.account.otp, Hotp):  # would use up its counter
        return read
    with suppress(TimeOutOfRange):
        return read._replace(code=code_at(read.account, now))
    return read


def in_display_order(source: VaultSource, entries: Sequence[Entry]) -> list[Entry]:
    """The entries in the order of the window's list."""
    return ordered(entries, source.settings_file.read().order)
