"""Opening a vault of the sealed store and listing what is in it: the index, no secret."""

import shutil
import tempfile
from pathlib import Path

import pytest

from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.errors import SecretMissing
from authenticator.vault.kinds import KeyKind, StoreKind

MEMORY = Path("/dev/shm")  # noqa: S108 - filling waits for the disk twenty thousand times elsewhere


class Keyring:
    """Holds the one vault key."""

    def __init__(self) -> None:
        self._items: dict[str, str] = {}

    def read(self, name: str) -> str:
        if name not in self._items:
            raise SecretMissing(name)
        return self._items[name]

    def write(self, name: str, text: str) -> None:
        self._items[name] = text

    def delete(self, name: str) -> None:
        self._items.pop(name, None)


@pytest.mark.parametrize("count", [10, 1_000, 10_000])
def test_open_and_list(paired, tmp_path: Path, count: int) -> None:
    keyring = Keyring()
    home = tmp_path / "vault"
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as fast:
        filled = Path(fast) / "vault"
        vault = lifecycle.create(
            filled, store=StoreKind.SEALED, key=KeyKind.KEYRING, keyring=keyring
        )
        for number in range(count):
            secret = Secret(number.to_bytes(20, "big"))
            vault.add(Account(Label(f"Panel {number}", f"kim{number}@example.org"), secret))
        vault.close()
        shutil.copytree(filled, home)

    def ours() -> None:
        vault = lifecycle.open(home, keyring=keyring)
        assert len(vault.entries()) == count
        vault.close()

    paired(ours)
