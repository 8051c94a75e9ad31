"""The debug log holds what happened, and never a key, a code, a link or a name."""

import base64
import os
import stat
import threading
from collections.abc import Iterator
from enum import Enum, IntEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator import debug_log, files
from authenticator.errors import DiskRefused
from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri

KEYS = st.binary(min_size=10, max_size=40)


class Colour(Enum):
    RED = 1


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    yield debug_log.start(tmp_path / "logs")
    debug_log.stop()


def test_write_before_start_does_nothing(tmp_path: Path) -> None:
    assert not debug_log.is_on()
    debug_log.write("opened", accounts=3)
    assert list(tmp_path.iterdir()) == []


def test_write_puts_event_and_facts_on_one_line(log: Path) -> None:
    debug_log.write("opened", accounts=3, ms=1.25, how=Colour.RED, error=ValueError("kim"), of=None)
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert line.endswith("opened accounts=3 ms=1.250 how=red error=ValueError of=None")


def test_write_of_text_keeps_only_its_type(log: Path) -> None:
    debug_log.write("opened", name="Zone panel")  # type: ignore[arg-type] # a caller's slip
    told = log.read_text(encoding="utf-8")
    assert "Zone" not in told
    assert told.endswith("name=(str)\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_start_makes_file_readable_by_owner_only(log: Path) -> None:
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


@given(KEYS)
def test_redacted_hides_key_in_every_written_form(key: bytes) -> None:
    base32 = base64.b32encode(key).decode().rstrip("=")
    grouped = " ".join(base32[at : at + 4] for at in range(0, len(base32), 4))
    link = write_uri(Account(Label("Zone", "kim"), Secret(key), Totp()))
    for form in (base32, base32.lower(), grouped, grouped.lower(), key.hex(), key.hex(" "), link):
        told = debug_log.redacted(f"before {form} after")
        assert told.startswith("before ")
        assert form[:12] not in told


@pytest.mark.parametrize(
    "form",
    ["e3152afee62599c8", "E3 15 2A FE E6 25 99 C8", "motp://VPN:kim?secret=e3152afe&pin=8317"],
)
def test_redacted_hides_key_and_pin_of_mobile_otp(form: str) -> None:
    told = debug_log.redacted(f"before {form} after")
    assert told in ("before [hidden] after", "before [hidden]after")


@pytest.mark.parametrize("code", ["482913", "482 913", "0048291357", "48291357"])
def test_redacted_hides_code(code: str) -> None:
    assert code not in debug_log.redacted(f"typed {code}.")


def test_redacted_leaves_plain_sentence_unchanged() -> None:
    sentence = "QSystemTrayIcon::setVisible: No Icon set at main.py:120, 35 ms, KeyringDismissed"
    assert debug_log.redacted(sentence) == sentence


def test_full_file_is_rotated_and_old_ones_deleted(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debug_log, "SIZE_LIMIT", 200)
    debug_log.start(log.parent)
    for number in range(60):
        debug_log.write("turned", number=number)
    files = sorted(file.name for file in log.parent.iterdir())
    assert files == ["debug.log", "debug.log.1", "debug.log.2"]
    assert "number=59" in log.read_text(encoding="utf-8")
    if os.name != "nt":
        assert {stat.S_IMODE(file.stat().st_mode) for file in log.parent.iterdir()} == {0o600}


def lose(issuer: str) -> None:
    try:
        files.create(Path("/nonexistent") / issuer)
    except DiskRefused as refused:
        raise LookupError(f"no {issuer}") from refused


def test_write_keeps_classes_of_error_and_its_causes_and_their_places_in_our_code(
    log: Path,
) -> None:
    try:
        lose("Zone panel")
    except LookupError as error:
        debug_log.write("failed", error=error)
    told = log.read_text(encoding="utf-8")
    assert "error=LookupError after DiskRefused at authenticator/files.py:" in told
    assert " after FileNotFoundError at authenticator/files.py:" in told
    assert "Zone" not in told


class Outcome(IntEnum):
    UNREACHABLE = 2


def test_write_names_enum_member_that_would_pass_for_a_key_or_number(log: Path) -> None:
    debug_log.write("asked", decision=Outcome.UNREACHABLE)
    assert log.read_text(encoding="utf-8").endswith("asked decision=unreachable\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_start_takes_file_away_from_others(tmp_path: Path) -> None:
    (tmp_path / debug_log.FILE_NAME).touch(0o644)
    log = debug_log.start(tmp_path)
    debug_log.stop()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_start_raises_what_disk_refuses_and_leaves_log_off(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file in the way")
    with pytest.raises(DiskRefused):
        debug_log.start(tmp_path / "logs")
    assert not debug_log.is_on()


def test_threads_may_write_while_log_is_stopped_and_started(tmp_path: Path) -> None:
    over = threading.Event()
    errors: list[BaseException] = []

    def write() -> None:
        try:
            while not over.is_set():
                debug_log.write("turned", number=1)
        except BaseException as error:  # noqa: BLE001 - the test tells it
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(50):
        debug_log.start(tmp_path)
        debug_log.stop()
    over.set()
    for thread in threads:
        thread.join()
    debug_log.stop()
    assert errors == []
