"""`--debug` and the setting write a debug log of what a verb does, and `doctor` says where."""

from pathlib import Path

import pytest

from authenticator import debug_log
from authenticator.app.settings_file import SettingsFile
from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.secret import Secret
from tests.cli.conftest import PASSPHRASE, Cli

ACCOUNT = Account(Label("Zone panel", "kim"), Secret.from_base32("JBSWY3DPEHPK3PXP"), Totp())


@pytest.fixture
def log(home: Path) -> Path:
    return home / "logs" / debug_log.FILE_NAME


def test_debug_writes_verb_with_exit_code_and_no_secret(cli: Cli, stored, log: Path) -> None:
    stored(ACCOUNT)
    code = cli("code", "kim", "--json", "--debug").only["code"]
    told = log.read_text(encoding="utf-8")
    assert " vault opened " in told
    assert " code ended exit=0 ms=" in told
    for secret in (code, "kim", "Zone", "JBSWY3DP", PASSPHRASE):
        assert secret not in told
    assert not debug_log.is_on()


def test_verb_writes_no_log_unless_told(cli: Cli, stored, log: Path) -> None:
    stored(ACCOUNT)
    assert cli("code", "kim").exit_code == 0
    assert not log.parent.exists()


def test_verb_writes_log_that_settings_want(cli: Cli, home: Path, log: Path) -> None:
    SettingsFile(home / "settings.json").change(debug_log=True)
    assert cli("list").exit_code == 0
    assert " list ended exit=0" in log.read_text(encoding="utf-8")


def test_failing_verb_writes_class_of_error(cli: Cli, log: Path) -> None:
    exit_code = cli("code", "nobody", "--debug").exit_code
    told = log.read_text(encoding="utf-8")
    assert "failed error=QueryMatchesNone at authenticator/" in told
    assert f"code ended exit={exit_code}" in told
    assert "nobody" not in told


def test_log_that_disk_refuses_is_told_and_costs_nothing_else(cli: Cli, stored, log: Path) -> None:
    stored(ACCOUNT)
    log.parent.write_text("a file in the way")
    outcome = cli("code", "kim", "--json", "--debug")
    assert outcome.exit_code == 0
    assert outcome.only["code"]
    assert f"{log.parent.name} could not be written" in outcome.messages


def test_doctor_says_whether_log_is_on_and_where(cli: Cli, home: Path, log: Path) -> None:
    def told(*words: str) -> dict[str, object]:
        checks = {one["check"]: one for one in cli("doctor", "--json", *words).objects}
        return checks["log"]

    assert told()["detail"] == f"debug log off, otherwise written to {log}"
    assert told("--debug")["detail"] == f"debug log on, written to {log}"
    SettingsFile(home / "settings.json").change(debug_log=True)
    assert told()["detail"] == f"debug log on, written to {log}"
    assert log.exists()
