"""A disk that fails at any system call, once or from then on, and kill -9 there: what was told as
done is there, what was told as refused is not, and nothing is half there."""

import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from authenticator.vault import lifecycle
from authenticator.vault.kinds import StoreKind
from tests.services.vault_steps import PASSPHRASE, FolderStore, prepare, state

pytestmark = [
    pytest.mark.system,
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="strace is for Linux"),
]

CALLS = ("openat", "pwrite64", "write", "fsync", "fdatasync", "ftruncate", "unlink", "rename")
FAULTS = {
    "killed": "signal=KILL:when={n}",
    "once EIO": "error=EIO:when={n}",
    "full from then on": "error=ENOSPC:when={n}+",
    "read-only from then on": "error=EROFS:when={n}+",
    "short write": "retval=0:when={n}",
}


@pytest.mark.parametrize("store", StoreKind)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_fault_at_any_call_leaves_what_was_told(
    tmp_path: Path,
    rounds: int,
    store: StoreKind,
    fault: str,
    record_property: Callable[[str, object], None],
) -> None:
    vault = prepare(tmp_path / "before", store, tmp_path / "items before")
    first = state(vault)
    vault.close()
    states = [first, *_undisturbed(tmp_path, store)]
    stride = 20 if rounds == 1 else max(1, 20 // rounds)
    tried = 0
    for call in ("pwrite64",) if "retval" in fault else CALLS:
        for number in itertools.count(1, stride):
            _fresh(tmp_path)
            told, struck = _with_fault(tmp_path, store, call, fault.format(n=number))
            if not struck:
                break  # beyond the last call
            tried += 1
            found = _found(tmp_path / "home", tmp_path / "items")
            if "KILL" in fault:  # what was told last, or what was being done
                assert found in states[len(told) : len(told) + 2], (call, number)
            else:
                last = next((one for one in told[::-1] if isinstance(one, list)), first)
                assert found == last, (call, number, told)
    record_property("faults", tried)
    assert tried > 3


def _with_fault(folder: Path, store: StoreKind, call: str, fault: str) -> tuple[list[object], bool]:
    """Run all steps with a fault at a system call; returns what the program told, and whether the
    fault has struck."""
    home, log = folder / "home", folder / "log"
    files = (home / "vault.db", home / "vault.db-journal", home)
    ended = subprocess.run(
        [
            *("strace", "-f", "-qq", "-o", str(log), "-e", f"trace={call}"),
            *(word for path in files for word in ("-P", str(path))),
            *("-e", f"inject={call}:{fault}", sys.executable, "-m", "tests.services.vault_steps"),
            *(str(home), store, str(folder / "items")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    struck = any(word in log.read_text() for word in ("INJECTED", "SIGKILL"))
    return [json.loads(line) for line in ended.stdout.splitlines()], struck


def _fresh(folder: Path) -> None:
    for name in ("home", "items"):
        shutil.rmtree(folder / name, ignore_errors=True)
    shutil.copytree(folder / "before", folder / "home")
    shutil.copytree(folder / "items before", folder / "items")


def _undisturbed(folder: Path, store: StoreKind) -> list[object]:
    """The states after each step of a run without faults."""
    _fresh(folder)
    run = [sys.executable, "-m", "tests.services.vault_steps", str(folder / "home"), store]
    ended = subprocess.run(
        [*run, str(folder / "items")], capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in ended.stdout.splitlines()]


def _found(home: Path, items: Path) -> object:
    """What the next start finds; nothing is half there, and nothing is left over."""
    keyring = FolderStore(items)
    with closing(lifecycle.open(home, keyring=keyring, passphrase=PASSPHRASE)) as vault:
        assert vault.verify().whole
        assert not vault._index.incomplete()
        assert not vault.is_moving
        ids = {one.entry.id for one in vault.trashed()} | {one.id for one in vault.entries()}
        assert keyring.names() == (ids if vault.info.store is StoreKind.KEYRING else set())
        return state(vault)
