"""`doctor` on a vault that is not whole: it says so, repairs it, and takes keys back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from authenticator.otp.account import Account, Hotp, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.cli.conftest import Cli
from tests.contract.vault.memory_store import MemoryStore

KIM = Account(Label("Example Panel", "kim"), Secret(b"12345678901234567890"))
COUNTED = Account(Label("Counted", "kim"), Secret(b"another secret of 20"), Hotp(counter=5))


@pytest.fixture
def doctor(cli: Cli, passphrase_file: Path) -> Cli:
    return lambda *words: cli("doctor", "--passphrase-file", passphrase_file, "--json", *words)


def _vault_check(doctor: Cli) -> dict[str, object]:
    return next(one for one in doctor().objects if one.get("check") == "vault")


def test_whole_vault_is_told_as_whole(doctor: Cli, stored: Callable[[Account], str]) -> None:
    stored(KIM)
    told = _vault_check(doctor)
    assert told["ok"]
    assert "1 account is whole" in str(told["detail"])
    assert doctor("--repair").only == {"repaired": False}


def test_vault_that_was_not_opened_is_not_told_as_whole(cli: Cli) -> None:
    told = next(one for one in cli("doctor", "--json").objects if one["check"] == "vault")
    assert "not opened" in str(told["detail"])


@pytest.mark.parametrize("place", ["schema", "account", "head"])
def test_damaged_vault_is_told_and_repaired(
    doctor: Cli, cli: Cli, stored: Callable[[Account], str], home: Path, place: str
) -> None:
    ids = {stored(KIM), stored(COUNTED)}
    file = home / "vault.db"
    data = bytearray(file.read_bytes())
    at = {"schema": data.index(b"CREATE TABLE"), "head": data.index(b'"store"')}.get(place)
    data[data.index(min(ids).encode()) if at is None else at] ^= 1
    file.write_bytes(data)
    told = _vault_check(doctor)
    assert not told["ok"]
    assert "--repair" in str(told["detail"])

    done = doctor("--repair")
    assert done.exit_code == 0
    assert done.only["repaired"]
    assert (done.only["rescued"], done.only["damaged"], done.only["missing"]) == (2, 0, 0)
    assert Path(done.only["kept"]).read_bytes() == data
    assert {one["id"] for one in cli("list", "--json").objects} == ids
    assert _vault_check(doctor)["ok"]


def test_vault_without_a_head_says_what_else_helps(doctor: Cli, home: Path) -> None:
    (home / "vault.db").write_bytes(b"garbage" * 1000)
    done = doctor("--repair")
    assert done.exit_code == 4
    assert "--set-aside" in done.messages
    assert (home / "vault.db").read_bytes() == b"garbage" * 1000


def test_wrong_passphrase_is_no_damage(cli: Cli, home: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("another one\n")
    before = (home / "vault.db").read_bytes()
    done = cli("doctor", "--repair", "--passphrase-file", tmp_path / "wrong")
    assert done.exit_code == 3
    assert (home / "vault.db").read_bytes() == before


def test_keys_in_no_list_are_taken_back(
    bare: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = MemoryStore()
    monkeypatch.setattr("authenticator.compose.Services.keyring", lambda _: keyring)
    vault = lifecycle.create(home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=keyring)
    older = (home / "vault.db").read_bytes()
    ids = {vault.add(KIM).id, vault.add(COUNTED).id}
    binned = vault.add(KIM).id
    vault.close()
    (home / "vault.db").write_bytes(older)
    keyring.delete(binned)
    told = next(one for one in bare("doctor", "--json").objects if one["check"] == "vault")
    assert told["ok"]
    assert "2 keys are in the keyring and in no list" in str(told["detail"])

    taken = {one["taken_back"]: one for one in bare("doctor", "--take-back", "--json").objects}
    assert taken.keys() == ids
    assert {one["counter_in_doubt"] for one in taken.values()} == {True, False}
    vault = lifecycle.open(home, keyring=keyring)
    assert {entry.id for entry in vault.entries()} == ids
    assert {vault.account(id) for id in ids} == {KIM, COUNTED}
    assert vault.verify().whole
    vault.close()
    assert bare("doctor", "--take-back", "--json").out == ""
