"""What can go wrong with a vault and with the stores of its secrets.

An error carries facts; `authenticator.wording` has the sentences.
"""

from pathlib import Path
from typing import Final

from authenticator.errors import DataBad, EnvironmentFault, InputRefused
from authenticator.vault.kinds import DETAIL_LIMITS, Detail, KeyKind

ITEM_LIMIT: Final = 1280
"""UTF-16 units that an item may have: Windows Credential Manager takes 2,560 bytes."""


class NoVault(InputRefused):
    """There is no vault yet."""


class VaultExists(InputRefused):
    """There is a vault already, and it never gets a second key."""


class PassphraseNeeded(InputRefused):
    """This vault opens with a passphrase, and none (or an empty one) was given."""


class WrongPassphrase(InputRefused):
    """The passphrase does not open this vault."""


class TooManyAttempts(InputRefused):
    """Several wrong passphrases came in a row: the next is taken in `wait_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(wait_s)


class PassphraseTooSimple(InputRefused):
    """A new passphrase is blank, shorter than `least` characters, or one character repeated."""

    def __init__(self, least: int) -> None:
        self.least = least
        super().__init__(least)


class NotRecoveryKey(InputRefused):
    """The text is not a recovery key (an age identity), or was mistyped."""


class WrongRecoveryKey(InputRefused):
    """The recovery key belongs to another vault, or to an earlier recovery sheet."""


class NoSuchSlot(InputRefused):
    """There is no such way in: for example no passphrase that could be changed."""

    def __init__(self, kind: KeyKind) -> None:
        self.kind = kind
        super().__init__(kind)


class SlotExists(InputRefused):
    """There is such a way in already."""

    def __init__(self, kind: KeyKind) -> None:
        self.kind = kind
        super().__init__(kind)


class LastSlot(InputRefused):
    """Without this way in, nothing would open the vault any more."""

    def __init__(self, kind: KeyKind) -> None:
        self.kind = kind
        super().__init__(kind)


class VaultKeyMissing(DataBad):
    """The keyring does not hold the key of this vault, or holds another."""


class NoSuchAccount(InputRefused):
    """No account has this id (any more)."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(id)


class DetailTooLong(InputRefused):
    """`detail` exceeds its limit: `given` is its size, `limit` the largest allowed."""

    def __init__(self, detail: Detail, given: int) -> None:
        self.detail = detail
        self.given = given
        self.limit = DETAIL_LIMITS[detail]
        super().__init__(detail, given, self.limit)


class SecretUnreadable(DataBad):
    """What is stored for this account can't be read as an enrolment; `export_raw` shows it."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(id)


class SecretAmbiguous(SecretUnreadable):
    """The keyring has several items for this account, with different texts: which is right can't
    be known."""


class SecretSwapped(SecretUnreadable):
    """The store holds another key for this account than the one it was added with."""


class SealBroken(DataBad):
    """Sealed bytes that this key does not open: damaged, or moved from another place."""


class IndexUnreadable(DataBad):
    """The file at `path` is not an index of this app, or is damaged. It is never overwritten."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(path)


class ManifestBroken(IndexUnreadable):
    """The manifest in the file at `path` is damaged: accounts can be read, and nothing is
    written until the file was repaired."""


class VaultUnsound(DataBad):
    """The vault opens, but is not as this app left it. Counts of accounts, those in the trash too:
    `missing` rows, `damaged` rows, `without_secret` and `swapped` secrets. `altered` tells that
    the file was, by something else than this app."""

    def __init__(
        self, *, altered: bool, missing: int, damaged: int, without_secret: int, swapped: int
    ) -> None:
        self.altered = altered
        self.missing = missing
        self.damaged = damaged
        self.without_secret = without_secret
        self.swapped = swapped
        super().__init__(altered, missing, damaged, without_secret, swapped)


class IndexReplaced(EnvironmentFault):
    """The file at `path` is another one than was opened, or an older copy of it: it has to be
    opened anew. Nothing was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(path)


class SlotsChanged(EnvironmentFault):
    """Another process changed who opens the vault, or where its secrets are: it has to be opened
    anew. Nothing was written."""


class IndexTooNew(DataBad):
    """The index was written by a later version of the app: schema `version`, ours is `known`."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        self.path = path
        self.version = version
        self.known = known
        super().__init__(path, version, known)


class IndexBusy(EnvironmentFault):
    """Another process has been writing for longer than we are willing to wait."""


class VaultLocked(EnvironmentFault):
    """This vault opens with a passphrase, and there is nobody to ask for it."""


class TooLittleMemory(EnvironmentFault):
    """Opening the vault with its passphrase takes `needed_mib` MiB of memory for a moment."""

    def __init__(self, needed_mib: int) -> None:
        self.needed_mib = needed_mib
        super().__init__(needed_mib)


class StoreFault(EnvironmentFault):
    """The store of secrets does not work as it should. Nothing was lost."""


class KeyringAbsent(StoreFault):
    """This session has no keyring: no bus, no service or no collection.

    `new_vault`: it was to hold a vault that does not exist yet, which could do without it.
    """

    def __init__(self, *, new_vault: bool = False) -> None:
        self.new_vault = new_vault
        super().__init__()


class KeyringRefused(StoreFault):
    """The keyring refused this program: a person or a policy said no."""


class KeyringLocked(StoreFault):
    """The keyring is locked, and nobody could be asked to unlock it."""


class KeyringDismissed(StoreFault):
    """The user dismissed the prompt to unlock the keyring."""


class KeyringFailed(StoreFault):
    """A call to the keyring failed; a write may have taken place or not.

    `detail` is the class name of the foreign exception, whose text may hold a secret.
    """

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(detail)


class KeyringSilent(KeyringFailed):
    """The keyring did not answer in time."""

    def __init__(self) -> None:
        super().__init__("TimeoutError")


class SecretMissing(DataBad):
    """The store has no item with this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class SecretTooLong(InputRefused):
    """The text is too long for an item; both numbers count UTF-16 units."""

    def __init__(self, units: int, limit: int = ITEM_LIMIT) -> None:
        self.units = units
        self.limit = limit
        super().__init__(units, limit)
