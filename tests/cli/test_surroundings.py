"""Usage, faults of the environment, and what scripts rely on: exit codes, clean stdout."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from authenticator.app import home_access, keyring_wait
from authenticator.cli.main import VERBS
from authenticator.cli.terminal import Terminal
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.scan.sandbox import Layer
from authenticator.vault import lifecycle
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.vault import Vault
from tests.contract.vault.memory_store import MemoryStore
from tests.patience import PATIENCE_S

KEY = "JBSWY3DPEHPK3PXP"
APP = [sys.executable, "-m", "authenticator"]


def test_every_verb_has_help(bare: Callable) -> None:
    overview = bare("--help").out
    for verb in VERBS:
        assert f"  {verb} " in overview
        outcome = bare(verb, "--help")
        assert outcome.exit_code == 0
        assert "--json" in outcome.out


def test_version_is_printed(bare: Callable) -> None:
    assert re.fullmatch(r"authenticator \d+\.\d+\S*\n", bare("--version").out)


@pytest.mark.parametrize(
    "words",
    [
        ["cod", "x"],
        ["code"],
        ["code", "x", "--nonsense"],
        ["code", "x", "--at", "soon"],
        ["scan"],
        ["add"],
        ["add", "a", "--key-file", "b"],
        ["inspect"],
        ["time", "--apply", "--clear"],
    ],
)
def test_invalid_words_are_usage_errors(bare: Callable, words: list[str]) -> None:
    outcome = bare(*words)
    assert outcome.exit_code == 2
    assert outcome.out == ""
    assert outcome.messages


@pytest.mark.parametrize(
    "words",
    [
        ["add", "--account", "kim", "--key", KEY],
        ["add", "--account", "kim", "--key=JBSWY3DPEHPK3PXP"],
        ["add", "--key-file", "-", "a", KEY],
        [KEY],
    ],
)
def test_key_on_command_line_is_neither_accepted_nor_repeated(
    bare: Callable, words: list[str]
) -> None:
    outcome = bare(*words)
    assert outcome.exit_code == 2
    assert "JBSW" not in outcome.out + outcome.messages


def test_missing_keyring_names_passphrase_file_which_works(
    bare: Callable, passphrase_file: Path
) -> None:
    words = ("add", "--account", "kim", "--key-file", "-")
    refused = bare(*words, stdin=KEY)
    assert refused.exit_code == 5
    assert "--passphrase-file" in refused.messages
    accepted = bare(*words, "--passphrase-file", passphrase_file, "--json", stdin=KEY)
    assert accepted.exit_code == 0
    wrong = passphrase_file.with_name("wrong")
    wrong.write_text("nonsense")
    assert bare("list", "--passphrase-file", wrong).exit_code == 3
    wrong.write_text("")
    assert bare("list", "--passphrase-file", wrong).exit_code == 3
    assert bare("list").exit_code == 5  # locked, and nobody to ask
    assert bare("list", "--passphrase-file", passphrase_file).exit_code == 0


def test_missing_keyring_of_an_existing_vault_names_no_passphrase_file(
    bare: Callable, home: Path
) -> None:
    """It has no passphrase, so that no file of one could open it."""
    lifecycle.create(
        home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=MemoryStore()
    ).close()
    for words in (["list"], ["code", "kim"], ["add", "--account", "kim", "--key-file", "-"]):
        refused = bare(*words, stdin=KEY)
        assert refused.exit_code == 5
        assert "No keyring found" in refused.messages
        assert "passphrase" not in refused.messages


@pytest.mark.parametrize("by_root", [False, True])
def test_home_of_another_user_is_neither_read_nor_written(
    cli: Callable, home: Path, monkeypatch: pytest.MonkeyPatch, by_root: bool
) -> None:
    cli("add", "--account", "kim", "--key-file", "-", stdin=KEY)
    (home / "settings.json").write_text('{"debug_log": true}')
    before = {path.name: path.stat().st_mtime_ns for path in (home, *home.rglob("*"))}
    owner = home.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: 0 if by_root else owner + 1)
    if by_root and not owner:
        monkeypatch.setattr(home_access, "check_owner", refuse_as_root)
    for words in (
        ["list"],
        ["code", "kim", "--debug"],
        ["add", "--account", "new", "--key-file", "-"],
        ["time", "--clear"],
        ["scan", "nothing.png"],
    ):
        refused = cli(*words, stdin=KEY)
        assert refused.exit_code == 5
        assert not refused.out
        assert ("without sudo" if by_root else "chown") in refused.messages
    checks = {one["check"]: one for one in cli("doctor", "--json").objects}
    assert not checks["folder"]["ok"]
    assert not checks["access"]["ok"]
    assert {path.name: path.stat().st_mtime_ns for path in (home, *home.rglob("*"))} == before


def refuse_as_root(home: Path) -> None:
    raise home_access.HomeOfAnother(home, "kim", by_root=True)


def test_home_that_is_open_to_others_is_closed_and_told_once(cli: Callable, home: Path) -> None:
    home.chmod(0o777)
    (home / "vault.db").chmod(0o664)
    assert "Now only you can" in cli("list").messages
    assert home.stat().st_mode & 0o077 == (home / "vault.db").stat().st_mode & 0o077 == 0
    assert not cli("list").messages.startswith("Other users")
    home.chmod(0o770)
    checks = {one["check"]: one for one in cli("doctor", "--json").objects}
    assert "Now only you can" in checks["access"]["detail"]
    assert checks["access"]["ok"]
    assert home.stat().st_mode & 0o077 == 0


def test_home_that_cannot_be_closed_to_others_is_told_by_doctor(
    cli: Callable, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.chmod(0o777)
    monkeypatch.setattr(Path, "chmod", lambda path, mode: None)
    assert cli("list").exit_code == 0
    checks = {one["check"]: one for one in cli("doctor", "--json").objects}
    assert not checks["access"]["ok"]
    assert not checks["access"]["needed"]
    assert "keeps no permissions" in checks["access"]["detail"]


def test_missing_vault_is_an_error_for_code_but_not_for_list(bare: Callable) -> None:
    assert bare("list").exit_code == 0
    assert bare("code", "kim").exit_code == 3  # as for any query that matches nothing


def test_corrupt_index_is_never_overwritten(cli: Callable, home: Path) -> None:
    index = home / "vault.db"
    garbage = os.urandom(5000)
    index.write_bytes(garbage)
    for words in (["list"], ["code", "x"], ["add", "--key-file", "-", "--account", "kim"]):
        outcome = cli(*words, stdin=KEY)
        assert outcome.exit_code == 4
        assert "doctor --set-aside" in outcome.messages
        assert index.read_bytes() == garbage
    kept = Path(cli("doctor", "--set-aside", "--json").only["kept"])
    assert kept.read_bytes() == garbage
    assert not index.exists()
    assert cli("add", "--account", "kim", "--key-file", "-", stdin=KEY).exit_code == 0


def test_newer_index_is_left_untouched(cli: Callable, home: Path) -> None:
    import sqlite3

    with sqlite3.connect(home / "vault.db") as index:
        index.execute("PRAGMA user_version = 99")
    index.close()
    content = (home / "vault.db").read_bytes()
    outcome = cli("list")
    assert outcome.exit_code == 4
    assert "newer version" in outcome.messages
    assert (home / "vault.db").read_bytes() == content


def test_doctor_does_not_set_aside_intact_vault(cli: Callable, home: Path) -> None:
    assert cli("doctor", "--set-aside").exit_code == 2
    assert (home / "vault.db").exists()


def test_invalid_settings_file_is_reported_and_kept(cli: Callable, home: Path) -> None:
    (home / "settings.json").write_text("{nonsense")
    outcome = cli("list")
    assert outcome.exit_code == 0
    assert "settings.json.unreadable-1" in outcome.messages
    assert (home / "settings.json.unreadable-1").read_text() == "{nonsense"


def test_setting_of_newer_version_is_reported_and_others_kept(cli: Callable, home: Path) -> None:
    cli("add", "--account", "kim", "--key-file", "-", stdin=KEY)
    correction = {"offset_s": -92.4, "uncertainty_s": 0.02, "checked_at": 1_700_000_000.5}
    content = {"text_percent": 110, "correction": correction}
    (home / "settings.json").write_text(json.dumps(content))
    outcome = cli("code", "kim", "--json")
    assert outcome.exit_code == 0
    assert outcome.only["offset_s"] == pytest.approx(-92.4, abs=0.05)
    assert "text_percent" in outcome.messages
    checks = {one["check"]: one for one in cli("doctor", "--json").objects}
    assert not checks["settings"]["ok"]
    assert not checks["settings"]["needed"]
    assert "text_percent" in checks["settings"]["detail"]
    assert json.loads((home / "settings.json").read_text())["text_percent"] == 110


def test_doctor_lists_what_works_and_what_does_not(cli: Callable) -> None:
    checks = {one["check"]: one for one in cli("doctor", "--json").objects}
    assert checks["folder"]["ok"]
    assert checks["vault"]["ok"]
    assert checks["settings"]["ok"]
    assert checks["pictures"]["ok"]
    for part in ("program", "pdf", "opencv", "zxing", "zbar", "certificates", "icons"):
        assert checks[part]["ok"], checks[part]
    if sys.platform == "linux":
        assert checks["sandbox"]["layers"].keys() == set(Layer)
        assert checks["sandbox"]["ok"] == all(checks["sandbox"]["layers"].values())
    assert not checks["sandbox"]["needed"]
    assert checks["time"]["detail"].startswith("Codes follow this computer's clock.")
    assert not checks["keyring"]["ok"]
    assert "keyring" in checks["keyring"]["detail"]
    assert not checks["keyring"]["needed"]


@pytest.mark.parametrize("function", ["main", "main_gui"])
def test_self_check_runs_from_either_program(home: Path, function: str) -> None:
    script = f"import sys; from authenticator.__main__ import {function} as f; sys.exit(f())"
    words = [sys.executable, "-c", script, "--self-check", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    checks = {one["check"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert checks["icons"]["ok"]
    assert not checks["keyring"]["ok"]
    assert done.returncode == 5


def test_self_check_without_terminal_reports_by_exit_code(home: Path) -> None:
    script = (
        "import sys; sys.stdout = sys.stderr = None; sys.argv[1:] = ['--self-check']; "
        "from authenticator.__main__ import main_gui; sys.exit(main_gui())"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 5


def test_demo_shows_code_of_sample(bare: Callable, home: Path) -> None:
    outcome = bare("demo", "--json")
    assert outcome.exit_code == 0
    told = outcome.only
    sample = Path(__file__).parents[2] / "resources" / "samples" / "panel-enrolment.png"
    uri = bare("scan", sample, "--json").only["payloads"][0]["text"]
    secret = re.search(r"secret=([A-Z2-7]+)", uri)
    assert secret is not None
    oath = subprocess.run(
        ["oathtool", "--totp", "-b", secret[1], "-N", f"@{told['valid_from']}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert told["code"] == oath
    assert not (home / "vault.db").exists()


def test_unexpected_error_is_reported_as_bug_without_its_message(
    cli: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(KEY)

    monkeypatch.setattr(Vault, "entries", broken)
    outcome = cli("list")
    assert outcome.exit_code == 70
    assert "RuntimeError" in outcome.messages
    assert "JBSW" not in outcome.messages


def test_closed_pipe_of_doctor_is_not_an_error() -> None:
    process = subprocess.Popen(
        [*APP, "doctor"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.close()
    _, messages = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in messages


def test_code_imports_neither_gui_nor_camera(cli: Callable, passphrase_file: Path) -> None:
    cli("add", "--account", "kim", "--key-file", "-", stdin=KEY)
    words = ["code", "kim", "--passphrase-file", str(passphrase_file)]
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "authenticator", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    roots = {name.partition(".")[0] for name in imported}
    assert "pyotp" in roots
    assert not roots & {
        "PySide6",
        "shiboken6",
        "cv2",
        "numpy",
        "PIL",
        "zxingcpp",
        "pyzbar",
        "ntplib",
    }


def test_terminal_without_unicode_still_gets_every_message(
    cli: Callable, passphrase_file: Path
) -> None:
    cli("add", "--issuer", "Zürich", "--account", "kim", "--key-file", "-", stdin=KEY)
    result = subprocess.run(
        [*APP, "list", "--passphrase-file", str(passphrase_file)],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        check=True,
    )
    assert b"Z\\xfcrich: kim" in result.stdout


def test_missing_system_library_of_qt_is_named(tmp_path: Path) -> None:
    package = tmp_path / "PySide6"
    package.mkdir()
    (package / "__init__.py").write_text(
        'raise ImportError("libEGL.so.1: cannot open shared object file")'
    )
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(tmp_path)}
    result = subprocess.run(APP, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 5
    assert "libEGL.so.1" in result.stderr
    assert "Traceback" not in result.stderr


def test_start_without_display_runs_demo_and_says_so() -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    result = subprocess.run(APP, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 0
    assert "no display" in result.stderr
    assert re.search(r"Code: \d{6} \(for \d+ s\)", result.stdout)


def test_keyring_that_lets_one_wait_is_said_on_stderr_alone(
    bare: Callable, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring, goes_on = MemoryStore(), threading.Event()
    vault = lifecycle.create(home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=keyring)
    vault.add(Account(Label("", "kim"), Secret(b"12345678901234567890")))
    vault.close()
    read, say = keyring.read, Terminal.say_keyring_waits

    def slow(name: str) -> str:
        assert goes_on.wait(PATIENCE_S)
        return read(name)

    def said(terminal: Terminal) -> None:
        say(terminal)
        goes_on.set()

    monkeypatch.setattr(keyring, "read", slow)
    monkeypatch.setattr(Terminal, "say_keyring_waits", said)
    monkeypatch.setattr(keyring_wait, "SOON_S", 0.01)
    monkeypatch.setattr("authenticator.vault.stores.keyring.KeyringStore", lambda: keyring)
    outcome = bare("code", "kim", "--json")
    assert outcome.exit_code == 0
    assert set(outcome.only) >= {"code", "valid_until"}
    assert outcome.messages.count("Waiting for your keyring") == 1
