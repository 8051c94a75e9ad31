"""`code` opens the vault once and reads the settings once; an id decrypts only that account."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.secret import Secret

COUNTING = """
import collections, json, os, sys
from authenticator.__main__ import main

seen = collections.Counter()

def event(name, facts):
    if name in ("open", "sqlite3.connect"):
        seen[name, os.path.basename(os.fsdecode(str(facts[0])).partition("?")[0])] += 1

def call(frame, kind, _):
    if kind == "call" and frame.f_code.co_name == "read_metadata":
        seen["metadata", ""] += 1

sys.addaudithook(event)
sys.setprofile(call)
code = main()
sys.setprofile(None)
counts = [seen["sqlite3.connect", "vault.db"], seen["open", "settings.json"], seen["metadata", ""]]
print(json.dumps(counts), file=sys.stderr)
sys.exit(code)
"""
ACCOUNTS = 12


@pytest.mark.parametrize(
    ("by_id", "options", "metadata"),
    [(True, [], 2), (False, [], ACCOUNTS + 1), (False, ["--json"], ACCOUNTS + 1)],
    ids=["id", "words", "words-json"],
)
def test_code_opens_vault_once_and_reads_settings_once(
    cli: Callable,
    stored: Callable,
    home: Path,
    passphrase_file: Path,
    by_id: bool,
    options: list[str],
    metadata: int,
) -> None:
    """Counted with a valid correction and an account in the bin, so that the clock is needed too.
    Finding an account reads its metadata; taking its key reads them once more."""
    ids = [
        stored(Account(Label("Panel", f"kim{number:02}"), Secret(b"12345678901234567890"), Totp()))
        for number in range(ACCOUNTS + 1)
    ]
    cli("remove", ids.pop(0))
    correction = {"offset_s": 0.5, "uncertainty_s": 0.02, "checked_at": 1_700_000_000}
    (home / "settings.json").write_text(json.dumps({"correction": correction}))
    words = [ids[6] if by_id else "kim07", "--passphrase-file", str(passphrase_file), *options]
    cli("code", ids[6])  # saves the offset for this boot
    counted = subprocess.run(
        [sys.executable, "-c", COUNTING, "code", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(counted.stderr) == [1, 1, metadata]
    assert counted.stdout


@pytest.mark.parametrize("query", ["\udcff", "nobody", "x" * 2000, "\x00"])
def test_invalid_id_matches_no_account(cli: Callable, stored: Callable, query: str) -> None:
    stored(Account(Label("Panel", "kim"), Secret(b"12345678901234567890"), Totp()))
    assert cli("code", query).exit_code == 3
