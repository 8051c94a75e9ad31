"""Adding accounts: duplicates, accounts in the bin, and adding that fails midway."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from authenticator.app.add_account import add_account, add_accounts, find_duplicates
from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.errors import SecretTooLong
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.vault import Vault

KIM = Account(Label("Panel", "kim"), Secret(b"0123456789"), Totp())
LEE = replace(KIM, label=Label("Panel", "lee"))


@pytest.fixture
def vault(home: Path) -> Iterator[Vault]:
    vault = lifecycle.create(
        home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase="horse", cost=CHEAP
    )
    yield vault
    vault.close()


def test_duplicate_has_same_label_and_secret(vault: Vault) -> None:
    entry = vault.add(KIM)
    other_key = replace(KIM, secret=Secret(b"9876543210"))
    assert find_duplicates(vault, [LEE, KIM, other_key]) == [None, entry, None]


def test_add_keeps_existing_account_unless_asked_to_add_again(vault: Vault) -> None:
    first = add_account(vault, KIM)
    assert (first.kept, first.removed) == (False, None)
    second = add_account(vault, KIM)
    assert (second.kept, second.entry) == (True, first.entry)
    third = add_account(vault, KIM, again=True)
    assert not third.kept
    assert vault.entries() == [first.entry, third.entry]


def test_add_reports_same_account_in_bin_and_adds_another(vault: Vault) -> None:
    before = vault.add(KIM)
    vault.remove(before.id)
    added = add_account(vault, KIM)
    assert not added.kept
    assert added.removed is not None
    assert added.removed.id == before.id
    assert [entry.id for entry in vault.entries()] == [added.entry.id]


def test_add_stops_at_first_failure(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    add = vault.add

    def refuse_lee(account: Account) -> object:
        if account == LEE:
            raise SecretTooLong(9, 1)
        return add(account)

    monkeypatch.setattr(vault, "add", refuse_lee)
    added = add_accounts(vault, [KIM, LEE, KIM])
    assert isinstance(added.error, SecretTooLong)
    assert list(added.entries) == vault.entries()
    assert len(added.entries) == 1
    assert add_accounts(vault, [KIM, KIM]).error is None
