"""Setting, changing and removing ways into a vault, and moving its secrets."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri
from authenticator.vault import lifecycle, secret_move
from authenticator.vault.attempts import FREE
from authenticator.vault.errors import (
    KeyringAbsent,
    KeyringLocked,
    LastSlot,
    ManifestBroken,
    NoSuchSlot,
    PassphraseNeeded,
    PassphraseTooSimple,
    SecretTooLong,
    SecretUnreadable,
    SlotExists,
    SlotsChanged,
    TooManyAttempts,
    VaultKeyMissing,
    WrongPassphrase,
    WrongRecoveryKey,
)
from authenticator.vault.head import checksum, read_head, write_head
from authenticator.vault.key_derivation import CHEAP, FLOOR, Cost
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.vault.recovery_key import new_recovery_key, recipient_of
from authenticator.vault.stores.choice import Form, form_of
from authenticator.vault.vault import Vault
from tests.unit.vault.sample_vault import COUNTED, KIM, PASSPHRASE, SampleVault

NEW = "another horse"
LONG = Account(Label("ł" * 200, "x" * 200), Secret(b"k" * 200))


def settle(vault: Vault) -> None:
    while vault.slots.is_moving:
        vault.slots.advance(60)


def open_with(sample: SampleVault, passphrase: str | None = None) -> Vault:
    return sample.kept(
        lifecycle.open(sample.home, keyring=sample.keyring, passphrase=passphrase, now=sample.now)
    )


def write_both(sample: SampleVault, body: bytes) -> None:
    """Put a forged head into the file."""
    sample.sql("UPDATE head SET body = ?, checksum = ?", body, checksum(body))
    sample.sql("UPDATE head_copy SET body = ?, checksum = ?", body, checksum(body))


@pytest.fixture
def filled(sample: SampleVault) -> SampleVault:
    vault = sample.create()
    vault.add(KIM)
    vault.remove(vault.add(COUNTED).id)
    return sample


def expect(sample: SampleVault, info: VaultInfo, passphrase: str) -> None:
    """All secrets are there in one form, nothing is left over, and only what should opens it."""
    vault = open_with(sample, passphrase)
    assert not vault.slots.is_moving
    assert vault.info == info
    assert vault.verify().whole
    (entry,) = vault.entries()
    (trashed,) = vault.trashed()
    assert vault.account(entry.id) == KIM
    assert vault.account(trashed.entry.id, in_trash=True).secret == COUNTED.secret
    rows = {name for (name,) in sample.sql("SELECT name FROM secret")}
    ids = {entry.id, trashed.entry.id}
    form = form_of(info.store, info.key)
    assert rows == (ids if form is Form.ROW else set())
    items = dict(sample.keyring.items)
    key = items.pop(f"vault {vault._index.head.id}", None)
    assert (key is not None) is (info.key is KeyKind.KEYRING)
    assert set(items) == (set() if form is Form.ROW else ids)
    for text in items.values():
        assert text.startswith("otpauth://" if form is Form.ITEM else "sealed1:")
    assert vault.add(Account(Label("One more", ""), KIM.secret)) in vault.entries()
    if info.key is KeyKind.PASSPHRASE:
        with pytest.raises(WrongPassphrase):
            open_with(sample, passphrase + "x")
        with pytest.raises(PassphraseNeeded):
            open_with(sample)


@pytest.mark.parametrize("store", StoreKind)
@pytest.mark.parametrize("key", [KeyKind.KEYRING, KeyKind.PASSPHRASE])
def test_every_kind_of_vault_becomes_every_other(
    filled: SampleVault, store: StoreKind, key: KeyKind
) -> None:
    vault = filled.open()
    slots = vault.slots
    vault_key = vault.key
    passphrase = PASSPHRASE
    if key is not filled.kinds.key:
        if key is KeyKind.PASSPHRASE:
            passphrase = NEW
            slots.set_passphrase(NEW)
        else:
            slots.remove_passphrase(PASSPHRASE)
        settle(vault)
    slots.move_store(store)
    settle(vault)
    assert vault.info == VaultInfo(store, key)
    assert vault.key == vault_key
    (entry,) = vault.entries()
    assert vault.account(entry.id) == KIM
    expect(filled, VaultInfo(store, key), passphrase)


def test_change_passphrase_takes_the_present_one(filled: SampleVault) -> None:
    vault = filled.open()
    slots = vault.slots
    if filled.kinds.key is KeyKind.KEYRING:
        with pytest.raises(NoSuchSlot):
            slots.change_passphrase(PASSPHRASE, NEW)
        with pytest.raises(NoSuchSlot):
            slots.remove_passphrase(PASSPHRASE)
        return
    with pytest.raises(SlotExists):
        slots.set_passphrase(NEW)
    with pytest.raises(WrongPassphrase):
        slots.change_passphrase(NEW, NEW)
    with pytest.raises(WrongPassphrase):
        slots.remove_passphrase(NEW)
    slots.change_passphrase(PASSPHRASE, NEW)
    expect(filled, filled.kinds, NEW)
    with pytest.raises(WrongPassphrase):
        filled.open()


@pytest.mark.parametrize("passphrase", ["a", " ", "   ", "aaaaaa"])
def test_passphrase_that_protects_nothing_is_refused_everywhere(
    sample: SampleVault, passphrase: str
) -> None:
    with pytest.raises(PassphraseTooSimple):
        lifecycle.create(
            sample.home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase=passphrase
        )
    slots = sample.create().slots
    if sample.kinds.key is KeyKind.PASSPHRASE:
        with pytest.raises(PassphraseTooSimple):
            slots.change_passphrase(PASSPHRASE, passphrase)
    else:
        with pytest.raises(PassphraseTooSimple):
            slots.set_passphrase(passphrase)
    assert not slots.is_moving


def test_recovery_key_opens_beside_the_other_way(filled: SampleVault) -> None:
    mine = new_recovery_key()
    slots = filled.open().slots
    with pytest.raises(NoSuchSlot):
        slots.remove_recovery()
    slots.add_recovery(recipient_of(mine))
    with pytest.raises(SlotExists):
        slots.add_recovery(recipient_of(new_recovery_key()))
    assert slots.kinds == {filled.kinds.key, KeyKind.RECOVERY}
    vault = filled.kept(
        lifecycle.open(filled.home, keyring=filled.keyring, recovery_key=mine.lower())
    )
    assert vault.account(vault.entries()[0].id) == KIM
    with pytest.raises(WrongRecoveryKey):
        lifecycle.open(filled.home, keyring=filled.keyring, recovery_key=new_recovery_key())
    expect(filled, filled.kinds, PASSPHRASE)
    slots = filled.open().slots
    slots.remove_recovery()
    with pytest.raises(NoSuchSlot):
        lifecycle.open(filled.home, keyring=filled.keyring, recovery_key=mine)
    expect_kinds = frozenset({filled.kinds.key})
    assert slots.kinds == expect_kinds


def test_lost_passphrase_is_replaced_by_the_recovery_key(sealed: SampleVault) -> None:
    mine = new_recovery_key()
    sealed.create().slots.add_recovery(recipient_of(mine))
    vault = sealed.kept(lifecycle.open(sealed.home, recovery_key=mine))
    vault.slots.change_passphrase(mine, NEW)
    open_with(sealed, NEW)
    with pytest.raises(WrongPassphrase):
        open_with(sealed, PASSPHRASE)


def test_recovery_key_opens_a_vault_whose_keyring_is_gone(keyring_sealed: SampleVault) -> None:
    mine = new_recovery_key()
    vault = keyring_sealed.create()
    vault.add(KIM)
    vault.slots.add_recovery(recipient_of(mine))
    keyring_sealed.keyring.items.clear()
    with pytest.raises(VaultKeyMissing):
        keyring_sealed.open()
    found = keyring_sealed.kept(lifecycle.open(keyring_sealed.home, recovery_key=mine))
    assert found.account(found.entries()[0].id) == KIM


@pytest.fixture
def sealed(home: Path) -> Iterator[SampleVault]:
    one = SampleVault(home, VaultInfo(StoreKind.SEALED, KeyKind.PASSPHRASE))
    yield one
    one.close()


@pytest.fixture
def keyring_sealed(home: Path) -> Iterator[SampleVault]:
    one = SampleVault(home, VaultInfo(StoreKind.SEALED, KeyKind.KEYRING))
    yield one
    one.close()


def test_last_slot_stays() -> None:
    from authenticator.vault.head import Head, Slot

    both = (Slot(KeyKind.KEYRING, b"x"), Slot(KeyKind.RECOVERY, b"y", recipient="age1"))
    head = Head("0" * 16, StoreKind.SEALED, both)
    assert secret_move.without_slot(head, KeyKind.RECOVERY).slots == both[:1]
    with pytest.raises(LastSlot):
        secret_move.without_slot(head, KeyKind.KEYRING)


# Wrong passphrases


def test_wrong_passphrases_slow_down_across_starts(sealed: SampleVault) -> None:
    sealed.create()
    for _ in range(FREE + 1):
        with pytest.raises(WrongPassphrase):
            open_with(sealed, NEW)
    asked = []
    with pytest.raises(TooManyAttempts) as told:
        lifecycle.open(sealed.home, passphrase=lambda: asked.append(1) or PASSPHRASE)
    assert not asked
    assert 0 < told.value.wait_s <= 2
    (sealed.home / "attempts.json").unlink()
    open_with(sealed, PASSPHRASE)


def test_right_passphrase_makes_the_count_begin_anew(sealed: SampleVault) -> None:
    sealed.create()
    for _ in range(3):
        for _ in range(FREE):
            with pytest.raises(WrongPassphrase):
                open_with(sealed, NEW)
        open_with(sealed, PASSPHRASE)
    assert not (sealed.home / "attempts.json").exists()


def test_change_of_an_open_vault_slows_down_too(sealed: SampleVault) -> None:
    slots = sealed.create().slots
    for _ in range(FREE + 1):
        with pytest.raises(WrongPassphrase):
            slots.change_passphrase(NEW, NEW)
    with pytest.raises(TooManyAttempts):
        slots.change_passphrase(PASSPHRASE, NEW)


def test_check_of_what_one_still_knows_never_locks_out(sealed: SampleVault) -> None:
    slots = sealed.create().slots
    for _ in range(FREE + 5):
        assert not slots.check_passphrase(NEW)
    assert slots.check_passphrase(PASSPHRASE)
    open_with(sealed, PASSPHRASE)


# The cost of a guess


def test_low_cost_is_raised_at_the_next_opening(sealed: SampleVault) -> None:
    key = sealed.create().key

    def opened(cost: Cost) -> Vault:
        return sealed.kept(lifecycle.open(sealed.home, passphrase=PASSPHRASE, cost=lambda: cost))

    def stored() -> Cost | None:
        slot = open_with(sealed, PASSPHRASE)._index.head.slot(KeyKind.PASSPHRASE)
        assert slot
        return slot.cost

    opened(CHEAP)
    assert stored() == CHEAP
    assert opened(FLOOR).key == key
    assert stored() == FLOOR
    opened(Cost(4, 4, 64 * 1024))
    assert stored() == FLOOR


@pytest.mark.parametrize(
    ("field", "forged"),
    [("memory_kib", 512 * 1024), ("iterations", 64), ("lanes", 0)],
)
def test_forged_cost_is_damage_and_no_wrong_passphrase(
    sealed: SampleVault, field: str, forged: object
) -> None:
    import json

    from authenticator.vault.errors import IndexUnreadable

    sealed.create()
    ((body,),) = sealed.sql("SELECT body FROM head")
    told = json.loads(body)
    told["slots"][0][field] = forged
    text = json.dumps(told).encode()
    write_both(sealed, text)
    with pytest.raises(IndexUnreadable):
        open_with(sealed, PASSPHRASE)


# What goes wrong


def test_item_that_would_not_fit_is_told_before_anything_changes(
    keyring_sealed: SampleVault,
) -> None:
    vault = keyring_sealed.create()
    vault.add(LONG)
    before = vault._index.head
    with pytest.raises(SecretTooLong):
        vault.slots.move_store(StoreKind.KEYRING)
    assert vault._index.head == before
    assert len(keyring_sealed.keyring.items) == 1


def test_item_that_fits_only_unsealed_is_told_before_anything_changes(
    keyring_sample: SampleVault,
) -> None:
    vault = keyring_sample.create()
    vault.add(Account(Label("L" * 200, "x" * 200), Secret(b"k" * 200)))
    items = dict(keyring_sample.keyring.items)
    if max(map(len, items.values())) < 940:
        pytest.fail("too short to show anything")
    with pytest.raises(SecretTooLong):
        vault.slots.set_passphrase(NEW)
    assert keyring_sample.keyring.items == items
    assert not vault.slots.is_moving


def test_remove_passphrase_refused_by_the_keyring_changes_nothing(sealed: SampleVault) -> None:
    vault = sealed.create()
    vault.add(KIM)
    head = vault._index.head
    sealed.keyring.before = KeyringLocked()
    with pytest.raises(KeyringLocked):
        vault.slots.remove_passphrase(PASSPHRASE)
    assert open_with(sealed, PASSPHRASE)._index.head == head
    without = sealed.kept(lifecycle.open(sealed.home, passphrase=PASSPHRASE))
    with pytest.raises(KeyringAbsent):
        without.slots.remove_passphrase(PASSPHRASE)
    with pytest.raises(KeyringAbsent):
        without.slots.move_store(StoreKind.KEYRING)


def test_keyring_that_locks_midway_is_gone_on_with_at_the_next_opening(
    keyring_sample: SampleVault,
) -> None:
    vault = keyring_sample.create()
    for number in range(5):
        vault.add(Account(Label(f"Panel {number}"), KIM.secret))
    vault.slots.set_passphrase(NEW)
    vault.slots.advance(0)
    keyring_sample.keyring.before = KeyringLocked()
    with pytest.raises(KeyringLocked):
        vault.slots.advance(60)
    assert {vault.account(entry.id).secret for entry in vault.entries()} == {KIM.secret}
    found = open_with(keyring_sample)
    assert not found.slots.is_moving
    assert found.info.key is KeyKind.PASSPHRASE
    with pytest.raises(PassphraseNeeded):
        open_with(keyring_sample)


def test_what_is_no_link_moves_along_and_what_is_gone_stops_nothing(
    keyring_sample: SampleVault,
) -> None:
    vault = keyring_sample.create()
    odd, gone, good = (vault.add(KIM).id for _ in range(3))
    keyring_sample.keyring.items[odd] = "nonsense"
    del keyring_sample.keyring.items[gone]
    vault.slots.move_store(StoreKind.SEALED)
    settle(vault)
    assert vault._records.store.read(odd) == "nonsense"
    assert vault.account(good) == KIM
    assert len(keyring_sample.keyring.items) == 1
    vault.slots.move_store(StoreKind.KEYRING)
    settle(vault)
    assert keyring_sample.keyring.items[odd] == "nonsense"


def test_sealed_item_that_does_not_open_stays_as_it_is(home: Path) -> None:
    sample = SampleVault(home, VaultInfo(StoreKind.KEYRING, KeyKind.PASSPHRASE))
    vault = sample.create()
    broken, good = vault.add(KIM).id, vault.add(KIM).id
    sample.keyring.items[broken] = "sealed1:nonsense"
    vault.slots.move_store(StoreKind.SEALED)
    settle(vault)
    assert sample.keyring.items == {broken: "sealed1:nonsense"}
    assert vault.account(good) == KIM
    sample.close()


def test_item_that_is_no_text_stops_nothing(
    keyring_sample: SampleVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays where it is, to be looked at; all others move."""
    vault = keyring_sample.create()
    broken, good = vault.add(KIM).id, vault.add(KIM).id
    read = keyring_sample.keyring.read

    def refuse(name: str) -> str:
        if name == broken:
            raise SecretUnreadable(name)
        return read(name)

    monkeypatch.setattr(keyring_sample.keyring, "read", refuse)
    for store in (StoreKind.SEALED, StoreKind.KEYRING):
        vault.slots.move_store(store)
        settle(vault)
        assert vault.account(good) == KIM
        assert broken in keyring_sample.keyring.items
    vault.slots.set_passphrase(NEW)
    settle(vault)
    assert vault.account(good) == KIM


def test_forged_move_is_never_carried_out(sample: SampleVault) -> None:
    """Who can write the file can't make the app write keys in the open."""
    vault = sample.create()
    vault.add(KIM)
    head = vault._index.head
    items = dict(sample.keyring.items)
    for source, target in product(Form, Form):
        forged = write_head(
            head._replace(moving={"from": source, "to": target, "drop": KeyKind.PASSPHRASE})
        )
        write_both(sample, forged)
        opened = sample.open()
        for act in (
            lambda opened=opened: opened.slots.advance(60),
            lambda opened=opened: opened.slots.add_recovery(recipient_of(new_recovery_key())),
            lambda opened=opened: opened.slots.move_store(StoreKind.SEALED),
        ):
            with pytest.raises(ManifestBroken):
                act()
        assert sample.keyring.items == items
        assert read_head(forged).slots == head.slots


# Others that have the vault open


def test_other_open_vault_notices_and_writes_nothing(filled: SampleVault) -> None:
    other = filled.open()
    vault = filled.open()
    if filled.kinds.key is KeyKind.KEYRING:
        vault.slots.set_passphrase(NEW)
    else:
        vault.slots.move_store(
            StoreKind.KEYRING if filled.kinds.store is StoreKind.SEALED else StoreKind.SEALED
        )
    for _ in range(2):
        with pytest.raises(SlotsChanged):
            other.add(KIM)
        with pytest.raises(SlotsChanged):
            other.change_stamp()
        with pytest.raises(SlotsChanged):
            other.slots.advance(0)
    settle(vault)
    assert len(vault.entries()) == 1
    (entry,) = vault.entries()
    assert vault.account(entry.id) == KIM


def test_two_processes_finish_the_same_move(filled: SampleVault) -> None:
    one = filled.open()
    target = StoreKind.KEYRING if filled.kinds.store is StoreKind.SEALED else StoreKind.SEALED
    one.slots.move_store(target)
    other = filled.kept(_opened_without_advancing(filled))
    while one.slots.is_moving:
        one.slots.advance(0)
        if other.slots.is_moving:
            other.slots.advance(0)
    if other.slots.is_moving:
        other.slots.advance(0)
    for vault in (one, other):
        assert vault.info.store is target
        assert vault.account(vault.entries()[0].id) == KIM
    expect(filled, VaultInfo(target, filled.kinds.key), PASSPHRASE)


def _opened_without_advancing(sample: SampleVault) -> Vault:
    before, lifecycle.MOVE_S = lifecycle.MOVE_S, -1.0  # type: ignore[misc]
    try:
        return lifecycle.open(
            sample.home, keyring=sample.keyring, passphrase=PASSPHRASE, now=sample.now
        )
    finally:
        lifecycle.MOVE_S = before  # type: ignore[misc]


def test_edits_while_secrets_are_rewritten_are_kept(filled: SampleVault) -> None:
    """Added, renamed, removed and deleted in the middle of a move, in whatever form each is."""
    for store in StoreKind:
        vault = filled.open()
        if vault.info.store is store:
            continue
        ids = [vault.add(Account(Label(f"Panel {n}"), KIM.secret)).id for n in range(6)]
        vault.slots.move_store(store)
        vault.slots.advance(0)
        vault.edit(ids[0], label=Label("First"))
        vault.edit(ids[5], label=Label("Last"))
        vault.delete(ids[1])
        vault.delete(ids[4])
        vault.remove(ids[2])
        added = vault.add(COUNTED)
        settle(vault)
        found = filled.open()
        names = {entry.id: entry.label for entry in found.entries()}
        assert names[ids[0]] == Label("First")
        assert names[ids[5]] == Label("Last")
        assert {ids[1], ids[4], ids[2]}.isdisjoint(names)
        assert found.account(added.id) == COUNTED
        for one in (ids[0], ids[5]):
            assert read_uri(found._records.store.read(one)).account.label == names[one]
        expected = {entry.id for entry in found.entries()} | {
            one.entry.id for one in found.trashed()
        }
        rows = {name for (name,) in filled.sql("SELECT name FROM secret")}
        items = {name for name in filled.keyring.items if not name.startswith("vault ")}
        assert rows == (expected if store is StoreKind.SEALED else set())
        assert items == (expected if store is StoreKind.KEYRING else set())
