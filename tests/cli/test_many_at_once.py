"""Adding many accounts to a keyring is slow: that is said beforehand, and stops nothing."""

from pathlib import Path

import pytest

from authenticator.compose import Services
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.wording.storage import MANY
from tests.cli.conftest import Cli
from tests.contract.vault.memory_store import MemoryStore

OFFER = "A sealed file takes seconds"


def links(folder: Path, count: int) -> Path:
    file = folder / "links.txt"
    keys = (Secret(number.to_bytes(20, "big")).base32() for number in range(1, count + 1))
    file.write_text("".join(f"otpauth://totp/P:{key[-6:]}?secret={key}&issuer=P\n" for key in keys))
    return file


@pytest.fixture
def keyring(home: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    """What a vault keeps its keys in."""
    ring = MemoryStore()
    monkeypatch.setattr(Services, "keyring", lambda _: ring)
    lifecycle.create(home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=ring).close()
    return ring


@pytest.mark.parametrize("count", [MANY, MANY + 1])
@pytest.mark.parametrize("verb", ["add", "scan"])
def test_many_accounts_for_a_keyring_are_added_and_a_sealed_file_is_offered(
    bare: Cli, keyring: MemoryStore, tmp_path: Path, verb: str, count: int
) -> None:
    file = links(tmp_path, count)
    outcome = bare("add", file) if verb == "add" else bare("scan", file, "--add")
    assert outcome.exit_code == 0
    assert outcome.messages.count(OFFER) == (count > MANY)
    assert len(keyring.items) == count + 1  # and the vault key


def test_many_accounts_for_a_sealed_file_are_added_without_a_word(cli: Cli, tmp_path: Path) -> None:
    outcome = cli("add", links(tmp_path, MANY + 1))
    assert (outcome.exit_code, OFFER in outcome.messages) == (0, False)
