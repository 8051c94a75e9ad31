"""Power fails at any moment: whatever part of the unsynced writes is on the disk, the vault opens,
and holds what was acknowledged."""

import json
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from authenticator.vault import lifecycle
from authenticator.vault.kinds import StoreKind
from tests.services.older_formats import make_older
from tests.services.power_loss import losses, recorded
from tests.services.vault_steps import prepare, state

pytestmark = [
    pytest.mark.system,
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="strace is for Linux"),
]


@pytest.mark.parametrize("format", [2, 3])
def test_power_loss_leaves_what_was_acknowledged(
    tmp_path: Path, rounds: int, format: int, record_property: Callable[[str, object], None]
) -> None:
    home = tmp_path / "home"
    vault = prepare(home, StoreKind.SEALED, tmp_path / "items")
    key, first = vault.key, state(vault)
    if format == 2:
        make_older(vault, home, 2, lambda *_: None)
    vault.close()
    shutil.copytree(home, tmp_path / "before")
    calls = recorded("tests.services.vault_steps", str(home), "sealed", "", log=tmp_path / "calls")
    printed = [
        json.loads(line)
        for call in calls
        if call.name == "write" and call.file()[0] == 1
        for line in b"".join(call.texts()).splitlines()
    ]
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "before", home)
    states = [first, *printed]
    chosen, tried = random.Random(4), 0
    lost = tmp_path / "lost"
    for lines, files in losses(home, calls, chosen, each=2 + rounds):
        shutil.rmtree(lost, ignore_errors=True)
        lost.mkdir(mode=0o700)
        for name, content in files.items():
            (lost / name).write_bytes(content)
        opened = lifecycle.open(lost, key=key)
        # What was acknowledged last, or what was being done.
        assert state(opened) in states[lines : lines + 2], (lines, sorted(files))
        assert opened.verify().whole
        opened.close()
        tried += 1
    record_property("states after a power loss", tried)
    assert tried > 500
