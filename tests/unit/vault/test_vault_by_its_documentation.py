"""docs/vault-format.md is enough to read a vault, and whoever reads by it notices any change."""

import base64
import random
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from authenticator.otp.uri import read_uri
from authenticator.vault.entry import Entry
from authenticator.vault.kinds import KeyKind
from authenticator.vault.vault import Vault
from tests.services import independent_vault_reader
from tests.services.independent_vault_reader import Unreadable
from tests.unit.vault.sample_vault import COUNTED, KIM, PASSPHRASE, SampleVault


def _filled(sample: SampleVault) -> Vault:
    vault = sample.create()
    first = vault.add(KIM, groups=["work"]).id
    vault.edit(first, notes="Überall notes " * 500, picture=b"a picture", pinned=True)
    counted = vault.add(COUNTED).id
    vault.advance_counter(counted)
    vault.move(counted, first)
    vault.remove(vault.add(KIM).id)
    return vault


def _read(sample: SampleVault) -> list[dict[str, Any]]:
    passphrase = PASSPHRASE if sample.kinds.key is KeyKind.PASSPHRASE else None
    return independent_vault_reader.read(
        sample.home / "vault.db", items=sample.keyring.items, passphrase=passphrase
    )


def test_reader_by_the_documentation_finds_what_the_app_shows(sample: SampleVault) -> None:
    vault = _filled(sample)
    found = _read(sample)
    listed = [one for one in found if one["trashed"] is None]
    assert [one["id"] for one in listed] == [entry.id for entry in vault.entries()]
    assert [one["id"] for one in found if one["trashed"]] == [
        one.entry.id for one in vault.trashed()
    ]
    for one, entry in zip(listed, vault.entries(), strict=True):
        _check(one, entry, vault)


def _check(one: dict[str, Any], entry: Entry, vault: Vault) -> None:
    meta = one["meta"]
    assert (meta["issuer"], meta["account"]) == (entry.label.issuer, entry.label.account)
    assert meta.get("counter") == getattr(entry.otp, "counter", None)
    assert meta.get("groups", []) == list(entry.groups)
    assert meta["mark"] == entry.mark
    assert one.get("notes", b"").decode() == vault.notes(entry.id)
    assert one.get("picture") == vault.picture(entry.id)
    assert read_uri(one["link"]).account.secret == vault.account(entry.id).secret


def test_reader_notices_each_flipped_bit_of_what_is_stored(sample: SampleVault) -> None:
    _filled(sample).close()
    file = sample.home / "vault.db"
    whole = file.read_bytes()
    stored = [
        cell.encode() if isinstance(cell, str) else cell
        for question in (
            "SELECT sql FROM sqlite_schema",
            "SELECT body FROM head UNION ALL SELECT checksum FROM head",
            "SELECT sealed FROM manifest",
            "SELECT id FROM account UNION ALL SELECT meta FROM account",
            "SELECT trashed FROM account WHERE trashed IS NOT NULL",
            "SELECT kind FROM detail UNION ALL SELECT substr(sealed, 1, 200) FROM detail",
            "SELECT name FROM secret UNION ALL SELECT sealed FROM secret",
        )
        for (cell,) in sample.sql(question)
    ]
    chance = random.Random(3)
    for cell in stored:
        begin = whole.index(cell)  # type: ignore[arg-type]
        for at in chance.sample(range(begin, begin + len(cell)), 4):  # type: ignore[arg-type]
            damaged = bytearray(whole)
            damaged[at] ^= 1 << chance.randrange(8)
            file.write_bytes(damaged)
            with pytest.raises(Unreadable):
                _read(sample)


def test_reader_reads_the_same_or_notices_wherever_a_bit_is_flipped(
    sample: SampleVault, rounds: int
) -> None:
    """A bit that nobody reads, on an empty part of a page, changes nothing."""
    _filled(sample).close()
    file = sample.home / "vault.db"
    whole, expected = file.read_bytes(), _read(sample)
    chance = random.Random(4)
    noticed = 0
    for _ in range(60 * rounds):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        try:
            found = _read(sample)
        except Unreadable:
            noticed += 1
        else:
            assert found == expected
    assert noticed > 5


@pytest.mark.parametrize(
    "edit",
    [
        lambda sample: sample.sql("DELETE FROM account WHERE trashed IS NOT NULL"),
        lambda sample: sample.sql("UPDATE account SET position = position + 1"),
        lambda sample: sample.sql("UPDATE account SET trashed = NULL"),
        lambda sample: sample.sql("DELETE FROM detail"),
        lambda sample: sample.sql("INSERT INTO secret VALUES ('0123456789abcdef', x'00')"),
        lambda sample: sample.sql("CREATE TABLE more (cells)"),
        lambda sample: sample.sql("DELETE FROM head_copy"),
    ],
)
def test_reader_notices_rows_that_are_gone_or_moved(
    sample: SampleVault, edit: Callable[[SampleVault], object]
) -> None:
    _filled(sample).close()
    edit(sample)
    with pytest.raises(Unreadable):
        _read(sample)


# Written by age 1.1.1, for a key that is nobody's.
AGE_IDENTITY = "AGE-SECRET-KEY-15R2F02XXPRW49MQN0A2497SEG2XPDKJ88CCRMFAK6N6XLT49EXPSKKXCCX"
AGE_FILE = (
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSAvdnNUM1FjMDVPajlPKzNFNEJmOHZmZ3RDVDBoUFpCMnBv"
    "bFd2czV4cFQ0CjR3eXRaWGNta0VLa1ZsYlpVZ0lrZjRDVjQxSHBKWEE4MExxZ09qRDg3VG8KLS0tIFBtNmdYV2g1"
    "bjREOVJRQkxUbFZpN2dpL3lWTUhuaUM2NmtDRTh1UVFmM1EKSbYQxPIilKskKwlrS7eyEHYQJMJnO2tZsIvPGdbh"
    "L9HZP8hF+kBIwgR9A4v+KlqOjWcXFjNiNhsgYkBPupLGNg=="
)


def test_reader_opens_an_age_file_and_notices_each_flipped_bit() -> None:
    """The form of a recovery slot."""
    whole = base64.b64decode(AGE_FILE)
    opened = independent_vault_reader.open_age_file(whole, AGE_IDENTITY)
    assert opened == bytes(range(32))
    for at in range(len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 1
        with pytest.raises((Unreadable, InvalidTag, ValueError, LookupError)):
            independent_vault_reader.open_age_file(bytes(damaged), AGE_IDENTITY)
