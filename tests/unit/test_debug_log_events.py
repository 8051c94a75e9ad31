"""Where a fault would be looked for, the debug log has a line of numbers, members and classes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from authenticator import debug_log
from authenticator.app.settings_file import SettingsFile
from authenticator.app.time.check import ask_servers
from authenticator.clock.sample import Sample, TimeReason, TimeServerFault
from authenticator.clock.server import Server
from authenticator.compose import Services
from authenticator.vault.errors import KeyringFailed
from authenticator.vault.stores.keyring import KeyringStore
from tests.services.pictures import qrencode_png


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    yield debug_log.start(tmp_path / "logs")
    debug_log.stop()


def events(log: Path) -> list[str]:
    """Return the lines without time, process and thread."""
    return [line.split(" ", 3)[-1] for line in log.read_text(encoding="utf-8").splitlines()]


def test_keyring_fault_is_logged_by_its_class(log: Path) -> None:
    def connect() -> object:
        raise OSError("Zone panel")

    with pytest.raises(KeyringFailed):
        KeyringStore(connect).read("Zone panel")  # type: ignore[arg-type]
    (told,) = events(log)
    assert told.startswith("keyring failed error=OSError at authenticator/vault/stores/keyring.py:")


def test_settings_fallback_is_logged(log: Path, tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "settings.json")
    settings.path.write_text('{"text_percent": 110, "theme": "kim"}')
    settings.read()
    settings.path.write_text("kim")
    settings.read()
    assert events(log) == [
        "settings unknown, their defaults hold count=2",
        "settings damaged salvaged=0",
    ]


def test_time_check_is_logged_with_counts_of_servers(log: Path) -> None:
    def ask(server: Server, *, deadline_s: float, cancelled: Callable[[], bool]) -> Sample:
        if server.host == "down.example":
            raise TimeServerFault(server.host, TimeReason.REFUSED)
        return Sample(server.host, 92.4, 0.01, 2, 0.02)

    ask_servers([f"{name}.example" for name in ("one", "two", "three", "down")], ask=ask)
    (told,) = events(log)
    assert told.startswith("time servers asked decision=agreed offset_s=92.4")
    assert " agrees=3 disagrees=0 failed=1" in told
    assert "example" not in told


def test_scan_and_its_worker_are_logged(log: Path, home: Path) -> None:
    services = Services(home)
    services.read_picture(qrencode_png("otpauth://totp/Wiki:kim?secret=JBSWY3DPEHPK3PXP"))
    for worker in list(services._worker_pool._running):
        worker._process.kill()
        worker._process.wait()
    services.read_picture(qrencode_png("once more"))
    services.close()
    told = [event.partition(" ms=")[0] for event in events(log)]
    assert told == [
        "worker started running=1",
        "picture read source=bytes codes=1",
        "worker died",
        "worker started running=1",
        "picture read source=bytes codes=1",
    ]
