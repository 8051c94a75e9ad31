"""With a passphrase, neither the keyring nor any file yields a name or a key: looked for as one
would who sits at the unlocked desk, with the system's own tools and byte by byte."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.stores.keyring import KeyringStore
from authenticator.vault.vault import Vault
from tests.services.secret_service import SecretService, secret_service

pytestmark = pytest.mark.system

PASSPHRASE = "marker passphrase quartz"
KEY = b"marker-key-0123456789"
KIM = Account(Label("MarkerIssuer", "marker.name@example.org"), Secret(KEY))


@pytest.fixture(scope="module")
def daemon() -> Iterator[SecretService]:
    with secret_service() as running:
        yield running


@pytest.fixture
def keyring(daemon: SecretService, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringStore]:
    for name, value in daemon.environment.items():
        monkeypatch.setenv(name, value)
    store = KeyringStore()
    yield store
    store.close()


def telling(vault_key: bytes) -> dict[str, bytes]:
    """What must be found nowhere, in the forms in which it could be."""
    told = {
        "issuer": b"MarkerIssuer",
        "name": b"marker.name",
        "group": b"MarkerGroup",
        "notes": b"MarkerNotes",
        "link": b"otpauth://",
        "passphrase": PASSPHRASE.encode(),
    }
    for name, key in (("key", KEY), ("vault key", vault_key)):
        told |= {
            name: key,
            f"{name} in Base32": base64.b32encode(key).rstrip(b"="),
            f"{name} in Base64": base64.b64encode(key).rstrip(b"="),
            f"{name} in hex": key.hex().encode(),
        }
    wide = {
        f"{name} in UTF-16": text.decode("latin-1").encode("utf-16-le")
        for name, text in told.items()
    }
    return told | wide


def found_in(content: bytes, marks: dict[str, bytes]) -> set[str]:
    return {name for name, mark in marks.items() if mark.lower() in content.lower()}


def everything_readable(daemon: SecretService) -> bytes:
    """All that the session's keyring tells without being asked for a password."""
    searched = subprocess.run(
        ["secret-tool", "search", "--all", "--unlock", "username", "authenticator"],
        env=daemon.environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return searched.stdout + searched.stderr


def strings(file: Path) -> bytes:
    return subprocess.run(["strings", file], capture_output=True, check=True).stdout


@pytest.mark.parametrize("first", [KeyKind.PASSPHRASE, KeyKind.KEYRING])
@pytest.mark.parametrize("store", StoreKind)
def test_neither_keyring_nor_files_yield_a_name_or_a_key(
    daemon: SecretService, keyring: KeyringStore, home: Path, store: StoreKind, first: KeyKind
) -> None:
    """Whether the passphrase was chosen at first or set later; where it was set later, all of it
    was readable before, so what is looked for can be found."""
    vault = lifecycle.create(
        home, store=store, key=first, keyring=keyring, passphrase=PASSPHRASE, cost=CHEAP
    )
    vault.edit(vault.add(KIM, groups=["MarkerGroup"]).id, notes="MarkerNotes")
    vault.remove(vault.add(KIM).id)
    marks = telling(vault.key)
    if first is KeyKind.KEYRING:
        readable = found_in(everything_readable(daemon), marks)
        assert ("link" in readable) is (store is StoreKind.KEYRING)
        vault._cost = lambda: CHEAP
        set_passphrase(vault)
    vault.close()

    assert found_in(everything_readable(daemon), marks) == set()
    looked_at = 0
    for folder in (home, daemon.folder):
        for file in folder.rglob("*"):
            if file.is_file():
                looked_at += 1
                assert found_in(file.read_bytes(), marks) == set(), file
                assert found_in(strings(file), marks) == set(), file
    assert looked_at > 2
    opened = lifecycle.open(home, keyring=keyring, passphrase=PASSPHRASE)
    assert opened.account(opened.entries()[0].id) == KIM
    ids = [opened.entries()[0].id, opened.trashed()[0].entry.id]
    opened.close()
    for id in ids:
        keyring.delete(id)


def set_passphrase(vault: Vault) -> None:
    vault.slots.set_passphrase(PASSPHRASE)
    while vault.is_moving:
        vault.slots.advance(60)
