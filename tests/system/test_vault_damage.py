"""Damage at rest: whatever happens to the file, no account is lost unsaid, none gives a wrong code,
and nobody is told that the passphrase is wrong.

`make soak` does the same thousands of times; how often nothing opened is printed (`-s`).
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from authenticator.errors import AuthenticatorError, DataBad
from authenticator.otp.account import Account, Hotp, Label, Totp
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.entry import Entry
from authenticator.vault.errors import IndexUnreadable, VaultKeyMissing, WrongPassphrase
from authenticator.vault.kinds import VaultInfo
from authenticator.vault.repair import Repaired, repair
from authenticator.vault.vault import Vault
from tests.contract.vault.memory_store import MemoryStore
from tests.unit.vault.sample_vault import KINDS, PASSPHRASE, SampleVault

pytestmark = [pytest.mark.system, pytest.mark.crash]

SECTOR = 512

Found = dict[str, tuple[Entry, Account | None]]


def _state(vault: Vault) -> Found:
    """Each account, those in the bin too, and its key if it can be read."""
    found: Found = {}
    for entry, in_trash in [
        *((one, False) for one in vault.entries()),
        *((one.entry, True) for one in vault.trashed()),
    ]:
        account = None
        with suppress(DataBad):
            account = vault.account(entry.id, in_trash=in_trash)
        found[entry.id] = entry, account
    return found


@dataclass
class Place:
    """A vault, and what its file and its keyring hold while they are whole."""

    home: Path
    kinds: VaultInfo
    keyring: MemoryStore
    file: bytes
    items: dict[str, str]
    accounts: Found
    locked: int = 0
    locked_after_repair: int = 0
    tried: int = 0

    def open(self) -> Vault:
        return lifecycle.open(self.home, keyring=self.keyring, passphrase=PASSPHRASE)

    def repair(self) -> Repaired:
        return repair(self.home, keyring=self.keyring, passphrase=PASSPHRASE)

    def damage(self, data: bytes) -> None:
        for path in self.home.iterdir():
            path.unlink()
        (self.home / "vault.db").write_bytes(data)
        self.keyring.items = dict(self.items)


@pytest.fixture(params=KINDS, ids=lambda kinds: f"{kinds.store}+{kinds.key}")
def place(request: pytest.FixtureRequest, home: Path) -> Iterator[Place]:
    kinds = request.param
    sample = SampleVault(home, kinds)
    vault, keyring = sample.create(), sample.keyring
    chance = random.Random(17)
    for number in range(24):
        otp = Hotp(counter=number) if number % 4 == 1 else Totp(digits=6 + number % 3)
        secret = Secret(chance.randbytes(20))
        entry = vault.add(Account(Label(f"Panel {number}", "kim"), secret, otp))
        if number % 5 == 0:
            vault.edit(entry.id, notes="noted " * (900 if number % 10 == 0 else 9))
        if number % 4 == 1:
            vault.advance_counter(entry.id)
        if number % 7 == 6:
            vault.remove(entry.id)
    accounts = _state(vault)
    vault.close()
    one = Place(
        home, kinds, keyring, (home / "vault.db").read_bytes(), dict(keyring.items), accounts
    )
    yield one
    share = f"{one.locked} of {one.tried}, after repair {one.locked_after_repair}"
    print(f"\n{kinds.store}+{kinds.key}: nothing opened in {share}")  # noqa: T201


def _check(place: Place, data: bytes) -> None:
    """The law, before and after repair."""
    place.damage(data)
    place.tried += 1
    try:
        vault = place.open()
    except (WrongPassphrase, VaultKeyMissing):
        pytest.fail("damage is told as a wrong passphrase or a missing key")
    except AuthenticatorError:
        place.locked += 1
    else:
        whole, found = vault.verify().whole, _read(vault)
        vault.close()
        if found is not None:
            assert not _wrong(place, found)
            if whole:
                assert found.keys() == place.accounts.keys(), "an account is gone unsaid"
    assert place.items.items() <= place.keyring.items.items(), "a key was deleted"
    damaged = (place.home / "vault.db").read_bytes()
    try:
        done = place.repair()
    except IndexUnreadable:
        place.locked_after_repair += 1
        assert (place.home / "vault.db").read_bytes() == damaged
        return
    assert done.kept.exists()
    vault = place.open()
    assert vault.verify().whole
    found = _state(vault)
    vault.add(Account(Label("New", "kim"), Secret(b"another secret of 20")))
    vault.close()
    assert not _wrong(place, found)
    if done.missing is not None:
        assert len(found) + done.missing >= len(place.accounts), "an account is gone unsaid"
    assert sum(not entry.damaged for entry, _ in found.values()) == done.rescued
    assert place.items.items() <= place.keyring.items.items(), "a key was deleted"


def _read(vault: Vault) -> Found | None:
    """None where the rows can't be read, which is told."""
    try:
        return _state(vault)
    except AuthenticatorError:
        return None


def _wrong(place: Place, found: Found) -> list[str]:
    """Accounts that would show a wrong code: another key, type or counter than they have."""
    return [
        id
        for id, (entry, account) in found.items()
        if account is not None and not entry.damaged and account != _expected(place, id, account)
    ]


def _expected(place: Place, id: str, account: Account) -> Account | None:
    return place.accounts[id][1] if id in place.accounts else None


def _flip(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _flip_in_a_header(data: bytearray, chance: random.Random) -> None:
    """Of the file or of a page: few bytes, and the ones that matter most."""
    page = chance.randrange(len(data) // 4096)
    data[page * 4096 + (chance.randrange(140) if page == 0 else chance.randrange(40))] ^= (
        1 << chance.randrange(8)
    )


def _flip_many(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice([2, 3, 10, 100, 1000])):
        _flip(data, chance)


def _truncate(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def _lose_a_sector(data: bytearray, chance: random.Random) -> None:
    at = SECTOR * chance.randrange(len(data) // SECTOR)
    data[at : at + SECTOR] = chance.choice([bytes(SECTOR), chance.randbytes(SECTOR)])


def _exchange_sectors(data: bytearray, chance: random.Random) -> None:
    one, other = (SECTOR * chance.randrange(len(data) // SECTOR) for _ in range(2))
    data[one : one + SECTOR], data[other : other + SECTOR] = (
        data[other : other + SECTOR],
        data[one : one + SECTOR],
    )


Damage = Callable[[bytearray, random.Random], None]


def _repeat(place: Place, damage: Damage, times: int) -> None:
    for seed in range(times):
        data = bytearray(place.file)
        damage(data, random.Random(seed))
        try:
            _check(place, bytes(data))
        except BaseException:
            print(f"{damage.__name__}, seed {seed}")  # noqa: T201
            raise


@pytest.mark.parametrize("damage", [_flip, _flip_in_a_header])
def test_flipped_bit_locks_nobody_out_for_good(place: Place, rounds: int, damage: Damage) -> None:
    _repeat(place, damage, 40 if rounds == 1 else 60 * rounds)
    assert place.locked_after_repair == 0


@pytest.mark.parametrize("damage", [_flip_many, _truncate, _lose_a_sector, _exchange_sectors])
def test_more_damage_loses_nothing_unsaid(place: Place, rounds: int, damage: Damage) -> None:
    _repeat(place, damage, 10 if rounds == 1 else 100 * rounds)
