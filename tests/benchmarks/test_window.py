"""From starting the program to the first picture with codes, fifty accounts in the vault,
against a PySide6 window with nothing in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from authenticator.app.settings_file import SettingsFile
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from authenticator.vault.kinds import StoreKind
from tests.services.secret_service import secret_service

BARE = Path(__file__).with_name("bare_window.py")


@pytest.mark.system
@pytest.mark.parametrize("store", StoreKind)
def test_window_of_fifty_accounts(
    paired, screen: dict[str, str], command: Path, tmp_path: Path, store: StoreKind
) -> None:
    links = tmp_path / "links"
    accounts = (
        Account(Label(f"Panel {number}", "kim"), Secret(number.to_bytes(20, "big")))
        for number in range(1, 51)
    )
    links.write_text("\n".join(map(write_uri, accounts)), encoding="utf-8")
    home = tmp_path / "home"
    SettingsFile(home / "settings.json").change(store=store, introduced=True)
    with secret_service() as service:
        environment = service.environment | screen | {"AUTHENTICATOR_HOME": str(home)}
        subprocess.run([command, "add", links], env=environment, capture_output=True, check=True)
        running: list[subprocess.Popen[str]] = []

        def until_painted(*words: str | Path) -> None:
            process = subprocess.Popen(
                words,
                env=environment | {"AUTHENTICATOR_TRACE_START": "quit"},
                stdout=subprocess.PIPE,
                text=True,
            )
            running.append(process)
            assert process.stdout is not None
            assert process.stdout.readline() == "painted\n"

        def all_gone() -> None:
            while running:
                process = running.pop()
                process.communicate(timeout=30)
                assert process.returncode == 0

        try:
            paired(
                lambda: until_painted(command),
                settle=all_gone,
                window=lambda: until_painted(sys.executable, BARE),
            )
        finally:
            for process in running:
                process.kill()
                process.communicate()
