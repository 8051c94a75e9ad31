"""Keys in a real keyring that are in no list: told by `doctor`'s check, and listed again."""

from pathlib import Path

import pytest

from authenticator.app.vault_check import check_vault
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle, repair
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.stores.keyring import KeyringStore
from tests.services.secret_service import secret_service

pytestmark = pytest.mark.system

KIM = Account(Label("Example Panel", "kim@example.org"), Secret(b"12345678901234567890"))
OTHER = Account(Label("Other Panel", "kim"), Secret(b"another secret of 20"))


def test_keys_that_the_list_lost_are_taken_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By name after an older file was put back; by a repair, as many as are missing."""
    with secret_service() as daemon:
        for name, value in daemon.environment.items():
            monkeypatch.setenv(name, value)
        keyring = KeyringStore()
        vault = lifecycle.create(
            home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=keyring
        )
        first = vault.add(KIM).id
        older = (home / "vault.db").read_bytes()
        second = vault.add(OTHER).id
        vault.close()

        (home / "vault.db").write_bytes(older)
        vault = lifecycle.open(home, keyring=keyring)
        assert check_vault(vault).unlisted == 1
        assert [entry.id for entry in vault.unlisted.take_back([second])] == [second]
        assert {vault.account(id) for id in (first, second)} == {KIM, OTHER}
        assert check_vault(vault).unlisted == 0
        vault.close()

        data = (home / "vault.db").read_bytes()
        begin = data.index(first.encode())
        (home / "vault.db").write_bytes(data[: begin - 8] + bytes(24) + data[begin + 16 :])
        done = repair.repair(home, keyring=keyring)
        assert (done.rescued, done.made_anew, done.missing) == (2, 1, 0)
        vault = lifecycle.open(home, keyring=keyring)
        assert {vault.account(id) for id in (first, second)} == {KIM, OTHER}
        vault.close()
        keyring.close()
