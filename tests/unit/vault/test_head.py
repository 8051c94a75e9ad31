"""The head of a vault: written twice, read from whichever copy is whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.vault.errors import IndexUnreadable
from authenticator.vault.head import Head, Slot, checksum, is_id, read_head, write_head
from authenticator.vault.key_derivation import Cost
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.unit.vault.sample_vault import COUNTED, KIM, SampleVault, reopened

SLOTS = [
    Slot(KeyKind.KEYRING, b"wrapped"),
    Slot(KeyKind.PASSPHRASE, b"wrapped", bytes(16), Cost(3, 4, 65536)),
    Slot(KeyKind.RECOVERY, b"wrapped", recipient="age1recipient"),
]


@given(
    st.sampled_from(StoreKind),
    st.permutations(SLOTS).flatmap(lambda slots: st.integers(1, 3).map(lambda n: slots[:n])),
    st.none() | st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3),
)
def test_head_is_read_as_it_was_written(
    store: StoreKind, slots: list[Slot], moving: dict[str, str] | None
) -> None:
    head = Head("0123456789abcdef", store, tuple(slots), moving)
    assert read_head(write_head(head)) == head
    assert all(head.slot(slot.kind) == slot for slot in slots)


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: json.dumps(text).encode()))
def test_anything_else_is_no_head(body: bytes) -> None:
    with pytest.raises(ValueError, match="no head"):
        read_head(body)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "../../etc"},
        {"id": "ABCDEF0123456789"},
        {"store": "cloud"},
        {"slots": []},
        {"slots": [{"kind": "passphrase", "wrapped": ""}]},
        {"slots": [{"kind": "keyring", "wrapped": "no base64 !"}]},
        {"slots": None},
        {"moving": 7},
    ],
    ids=str,
)
def test_head_that_makes_no_sense_is_refused(change: dict[str, object]) -> None:
    fields = json.loads(write_head(Head("0123456789abcdef", StoreKind.SEALED, tuple(SLOTS))))
    with pytest.raises(ValueError, match="no head"):
        read_head(json.dumps(fields | change).encode())


@pytest.mark.parametrize("text", ["", "0" * 15, "0" * 17, "G" * 16, "vault 0123456789", None, 7])
def test_is_id_takes_16_hex_digits_only(text: object) -> None:
    assert is_id("0123456789abcdef")
    assert not is_id(text)


@pytest.mark.parametrize("table", ["head", "head_copy"])
def test_damage_to_one_copy_is_healed_by_the_next_write(sample: SampleVault, table: str) -> None:
    vault = sample.create()
    before = vault.add(KIM)
    whole = sample.sql("SELECT * FROM head")
    sample.sql(f"UPDATE {table} SET body = substr(body, 2)")  # noqa: S608
    vault = sample.open()
    assert vault.entries() == [before]
    vault.add(COUNTED)
    assert sample.sql("SELECT * FROM head") == sample.sql("SELECT * FROM head_copy") == whole
    reopened(sample)


def test_damage_to_both_copies_is_told_as_damage_not_as_a_wrong_passphrase(
    sample: SampleVault,
) -> None:
    sample.create()
    sample.sql("UPDATE head SET checksum = x'00'")
    sample.sql("UPDATE head_copy SET body = x'00'")
    with pytest.raises(IndexUnreadable):
        sample.open()


def test_head_that_somebody_else_wrote_is_noticed(sample: SampleVault) -> None:
    vault = sample.create()
    head = vault._index.head
    other = next(one for one in StoreKind if one is not head.store)
    body = write_head(head._replace(store=other))
    for table in ("head", "head_copy"):
        sample.sql(f"UPDATE {table} SET body = ?, checksum = ?", body, checksum(body))  # noqa: S608
    assert not sample.open().verify().same_head
