"""A disk that is full, read-only or not ours; and what others could read off it."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authenticator.errors import DiskRefused
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.manifest import State
from authenticator.vault.trash import DAY_S
from authenticator.vault.vault import Vault
from tests.contract.vault.memory_store import MemoryStore
from tests.patience import PATIENCE_S
from tests.services.child_process import Say, in_child
from tests.services.older_formats import make_older

KIM = Account(Label("Example Panel", "kim@example.org"), Secret(b"12345678901234567890"))
PASSPHRASE = "correct horse battery"
NOBODY = 65534


def _create(home: Path, store: StoreKind, keyring: MemoryStore) -> Vault:
    return lifecycle.create(
        home,
        store=store,
        key=KeyKind.PASSPHRASE,
        keyring=keyring,
        passphrase=PASSPHRASE,
        cost=CHEAP,
    )


def _refused(call: Callable[[], object]) -> str:
    with pytest.raises(DiskRefused) as refused:
        call()
    return refused.value.reason


@pytest.mark.parametrize("store", StoreKind)
def test_full_disk_refuses_new_and_keeps_old_accounts(home: Path, store: StoreKind) -> None:
    """Full at any size from 'not one page more' on: each write that fails, fails as a whole."""

    def child(say: Say) -> None:
        keyring = MemoryStore()
        vault = _create(home, store, keyring)
        kept = [vault.add(KIM)]
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        full = 0
        for spare in range(0, 40_000, 512):
            size = (home / "vault.db").stat().st_size
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + spare % 5000, most))
            try:
                kept.append(vault.add(Account(Label("x" * 255), Secret(bytes(1024)))))
            except DiskRefused:
                full += 1
            else:
                kept[-1] = vault.edit(kept[-1].id, groups=["edited"])
            assert vault.entries() == kept
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        vault.close()
        vault = lifecycle.open(home, keyring=keyring, passphrase=PASSPHRASE)
        vault.recover()
        assert vault.entries() == kept
        assert vault.account(kept[0].id) == KIM
        if store is StoreKind.KEYRING:
            assert set(keyring.items) == {entry.id for entry in kept}
        say((full, len(kept)))

    full, kept = in_child(child).said[0]
    assert full > 0
    assert kept > 1


def test_first_start_on_full_disk_leaves_no_vault(home: Path) -> None:
    def child(say: Say) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, most))
        keyring = MemoryStore()
        say(_refused(lambda: _create(home, StoreKind.SEALED, keyring)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        say(lifecycle.inspect(home) is None)
        _create(home, StoreKind.SEALED, keyring).add(KIM)

    assert in_child(child).said[1] is True


@pytest.fixture
def read_only(home: Path) -> Iterator[Path]:
    """A home with one account that its owner may read and nobody may write."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "home")
        vault = _create(place, StoreKind.SEALED, MemoryStore())
        vault.add(KIM)
        vault.close()
        for path in (Path(folder), place, *place.iterdir()):
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)
        (place / "vault.db").chmod(0o400)
        place.chmod(0o500)
        yield place
        place.chmod(0o700)


def _as_somebody_bound_by_modes() -> None:
    if os.geteuid() == 0:  # root is not bound by modes
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def test_read_only_vault_is_readable_and_refuses_writes(read_only: Path) -> None:
    def child(say: Say) -> None:
        _as_somebody_bound_by_modes()
        vault = lifecycle.open(read_only, passphrase=PASSPHRASE)
        (entry,) = vault.entries()
        assert vault.account(entry.id) == KIM
        vault.change_stamp()
        say(_refused(lambda: vault.add(KIM)))
        say(_refused(lambda: vault.edit(entry.id, groups=["x"])))
        say(_refused(lambda: vault.remove(entry.id)))
        say(_refused(lambda: lifecycle.quarantine(read_only)))
        assert vault.entries() == [entry]

    assert set(in_child(child).said) <= {"EACCES", "EROFS"}


def test_read_only_vault_in_need_of_repair_is_readable(read_only: Path) -> None:
    read_only.chmod(0o700)
    (read_only / "vault.db").chmod(0o600)
    vault = lifecycle.open(read_only, passphrase=PASSPHRASE)
    left = vault.add(KIM).id
    with vault._index.transaction():
        vault._index.manifest.set_state(left, State.PENDING)
    vault.close()
    for path in read_only.iterdir():
        path.chmod(0o400)
    read_only.chmod(0o500)

    def child(say: Say) -> None:
        _as_somebody_bound_by_modes()
        vault = lifecycle.open(read_only, passphrase=PASSPHRASE)
        say(len(vault.entries()))
        say(_refused(vault.recover))

    assert in_child(child).said[0] == 1


def test_read_only_vault_with_expired_bin_is_readable(read_only: Path) -> None:
    read_only.chmod(0o700)
    (read_only / "vault.db").chmod(0o600)
    vault = lifecycle.open(read_only, passphrase=PASSPHRASE)
    vault.remove(vault.add(KIM).id)
    vault.close()
    for path in read_only.iterdir():
        path.chmod(0o400)
    read_only.chmod(0o500)

    def child(say: Say) -> None:
        _as_somebody_bound_by_modes()
        later = time.time() + 3 * DAY_S
        vault = lifecycle.open(read_only, passphrase=PASSPHRASE, now=lambda: later)
        say((len(vault.entries()), len(vault.trashed())))
        say(_refused(vault.purge_expired))

    (counts, refusal) = in_child(child).said
    assert counts == (1, 1)
    assert refusal in {"EACCES", "EROFS"}


def test_old_index_that_cannot_be_migrated_is_reported(read_only: Path) -> None:
    read_only.chmod(0o700)
    (read_only / "vault.db").chmod(0o600)
    vault = lifecycle.open(read_only, passphrase=PASSPHRASE)
    make_older(vault, read_only, 1, MemoryStore().write)
    vault.close()
    for path in read_only.iterdir():
        path.chmod(0o400)
    read_only.chmod(0o500)

    def child(say: Say) -> None:
        _as_somebody_bound_by_modes()
        say(_refused(lambda: lifecycle.open(read_only, passphrase=PASSPHRASE)))

    assert in_child(child).said[0] in {"EACCES", "EROFS"}


def test_home_that_cannot_be_created_or_read_is_reported(read_only: Path) -> None:
    def child(say: Say) -> None:
        _as_somebody_bound_by_modes()
        say(_refused(lambda: _create(read_only / "deeper", StoreKind.SEALED, MemoryStore())))

    assert in_child(child).said == ["EACCES"]
    read_only.chmod(0)

    def blind(say: Say) -> None:
        _as_somebody_bound_by_modes()
        say(_refused(lambda: lifecycle.inspect(read_only)))
        say(_refused(lambda: lifecycle.open(read_only, passphrase=PASSPHRASE)))

    assert in_child(blind).said == ["EACCES", "EACCES"]


def test_full_file_system_refuses_new_and_keeps_old_accounts(home: Path) -> None:
    unshare = shutil.which("unshare")
    if os.geteuid() != 0 or unshare is None or shutil.which("mount") is None:
        pytest.skip("only root can mount a small file system")
    home.mkdir(parents=True)
    # In a mount namespace of its own, which ends with the process.
    mounted = [
        unshare,
        "--mount",
        "sh",
        "-c",
        'mount -t tmpfs -o size=160k tmpfs "$0" && exec "$@"',
    ]
    if subprocess.run([*mounted, home, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("root may not mount here (a container without CAP_SYS_ADMIN)")
    subprocess.run(
        [*mounted, home, sys.executable, "-c", FILL, home], check=True, timeout=PATIENCE_S
    )


FILL = f"""
import sys
from pathlib import Path
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault.key_derivation import CHEAP
from authenticator.errors import DiskRefused
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault import lifecycle
from authenticator.vault import lifecycle

home = Path(sys.argv[1])
ballast = home / "ballast"
ballast.write_bytes(bytes(48 * 1024))
vault = lifecycle.create(
    home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase={PASSPHRASE!r}, cost=CHEAP
)
account = Account(Label("x" * 255), Secret(bytes(1024)))
kept = []
try:
    while True:
        kept.append(vault.add(account))
except DiskRefused as refused:
    assert refused.reason == "ENOSPC", refused
assert len(kept) > 3
assert vault.entries() == kept
assert vault.account(kept[0].id) == account
ballast.unlink()
kept.append(vault.add(account))
vault.close()
vault = lifecycle.open(home, passphrase={PASSPHRASE!r})
assert vault.entries() == kept
"""


@pytest.mark.parametrize("store", StoreKind)
def test_files_never_contain_names_or_secrets(
    home: Path, store: StoreKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every byte of every file, including the rollback journal before each commit."""
    seen: list[tuple[str, bytes]] = []

    class Watched(sqlite3.Connection):
        def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
            if statement == "COMMIT":
                _look(home, seen)
            return super().execute(statement, *values)

    real_connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **named: real_connect(*args, factory=Watched, **named)
    )
    account = Account(
        Label("Überwachte Bank", "kim.nobody@example.org"), Secret(b"sixteen secret bytes")
    )
    vault = _create(home, store, MemoryStore())
    id = vault.add(account, groups=["Geheimbund"]).id
    vault.edit(id, label=Label("Second Issuer", "second account"))
    vault.add(account, groups=["Geheimbund"])
    vault.edit(id, notes="Geheimbund's notes", picture=b"Geheimbund's picture", icon="geheim")
    vault.move(id, None)
    vault.remove(id)
    vault.restore(id)
    vault.delete(id)
    vault.close()
    _look(home, seen)

    assert any(name.endswith("-journal") and data for name, data in seen)
    words = [
        *("Überwachte", "kim.nobody", "Geheimbund", "Second Issuer", "second account"),
        *("issuer", "otpauth", account.secret.base32(), "sixteen secret", PASSPHRASE),
    ]
    for name, data in seen:
        for word in words:
            for encoding in ("utf-8", "utf-16-le", "latin-1"):
                assert word.encode(encoding) not in data, (name, word)
        assert b"%C3%9Cberwachte" not in data
    if store is StoreKind.KEYRING:
        connection = real_connect(home / "vault.db")
        assert connection.execute("SELECT count(*) FROM secret").fetchone() == (0,)
        connection.close()


def _look(home: Path, seen: list[tuple[str, bytes]]) -> None:
    # One process, one connection: closing a file drops its locks, which harms nobody here.
    seen.extend((path.name, path.read_bytes()) for path in home.iterdir())


@pytest.mark.parametrize("store", StoreKind)
def test_deleted_data_is_overwritten(home: Path, store: StoreKind) -> None:
    vault = _create(home, store, MemoryStore())
    id = vault.add(KIM).id
    before = (home / "vault.db").read_bytes()
    vault.delete(id)
    vault.close()
    after = (home / "vault.db").read_bytes()
    assert id.encode() in before
    assert id.encode() not in after
