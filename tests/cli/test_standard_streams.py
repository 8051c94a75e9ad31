"""A failing standard stream is reported as a fault of the environment, exit 5, never as a bug."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

APP = [sys.executable, "-m", "authenticator"]
PASSPHRASE_FILE = "--passphrase-file"


@pytest.fixture
def account(cli: Callable) -> None:
    words = ("--issuer", "Zone panel", "--account", "kim")
    assert cli("add", *words, "--key-file", "-", stdin="JBSWY3DPEHPK3PXP").exit_code == 0


def app(words: list[str], **streams: object) -> subprocess.CompletedProcess[str]:
    streams = {"stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE} | streams
    return subprocess.run([*APP, *words], text=True, timeout=60, check=False, **streams)


def by_shell(words: list[str], redirection: str) -> subprocess.CompletedProcess[str]:
    """Run with streams redirected by a shell: `>&-` closes one."""
    script = f'exec "$@" {redirection}'
    return subprocess.run(
        ["sh", "-c", script, "sh", *APP, *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


WRITING = [
    ["--help"],
    ["--version"],
    ["list", "--help"],
    ["list"],
    ["list", "--json"],
    ["show", "kim"],
    ["code", "kim"],
    ["code", "kim", "--json"],
    ["watch", "--steps", "1"],
    ["inspect", "--json", "--uri-file", "-"],
    ["doctor", "--json"],
    ["time", "--status"],
    ["demo"],
    ["demo", "--json"],
]


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_unwritable_stdout_exits_5_with_reason(
    words: list[str], redirection: str, account: None, passphrase_file: Path
) -> None:
    if words[0] in ("list", "show", "code", "watch"):
        words = [*words, PASSPHRASE_FILE, str(passphrase_file)]
    done = by_shell(words, f"{redirection} </dev/null")
    assert "The output could not be written." in done.stderr
    assert ("The disk is full" in done.stderr) == (redirection == ">/dev/full")
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode == 5


@pytest.mark.parametrize("words", [["nonsense"], ["list", "--nonsense"], ["code", "kim"]])
@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-"])
def test_unwritable_stderr_leaves_exit_code_to_tell(
    words: list[str], redirection: str, home: Path
) -> None:
    """`code` without a vault: exit 3 says so by itself."""
    done = by_shell(words, redirection)
    usual = 3 if words[0] == "code" else 2
    assert done.returncode == (5 if redirection == "2>/dev/full" and usual == 2 else usual)
    assert done.stderr == ""


@pytest.mark.parametrize("redirection", [">/dev/full 2>&1", ">&- 2>&-"])
def test_no_writable_stream_still_exits_5(redirection: str) -> None:
    assert by_shell(["--help"], redirection).returncode == 5


def test_unreadable_stdin_exits_5_with_reason(cli: Callable, passphrase_file: Path) -> None:
    words = ["add", "--account", "kim", "--key-file", "-", PASSPHRASE_FILE, str(passphrase_file)]
    closed = by_shell(words, "<&-")
    assert closed.returncode == 5
    assert "The standard input can't be read." in closed.stderr
    with Path("/proc/self/mem").open("rb") as broken:  # EIO: nothing is mapped at 0
        done = app(words, stdin=broken, stdout=subprocess.PIPE)
    assert done.returncode == 5
    assert "EIO" in done.stderr


@pytest.mark.parametrize("gone", ["stdout", "stderr"])
def test_closed_pipe_is_not_an_error(gone: str, home: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | {gone: write}
    done = app(["--help"] if gone == "stdout" else ["list"], **streams)
    os.close(write)
    assert done.returncode == 0
    assert not done.stderr


def test_closed_standard_streams_are_not_reused_by_files(home: Path) -> None:
    """Otherwise what a library writes to stderr would end up in that file."""
    script = (
        "import os; from authenticator.__main__ import _hold_standard_files as hold; hold(); "
        "os._exit(os.open(os.devnull, os.O_RDONLY))"
    )
    words = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", script]
    assert subprocess.run(words, check=False).returncode == 3


def test_terminal_vanishing_at_prompt_is_reported(
    bare: Callable, monkeypatch: pytest.MonkeyPatch, cli: Callable
) -> None:
    def gone(*_: object, **__: object) -> str:
        raise OSError(5, "EIO")

    from authenticator.cli.terminal import Terminal

    monkeypatch.setattr(Terminal, "interactive", True)
    monkeypatch.setattr("getpass.getpass", gone)
    outcome = bare("list")
    assert outcome.exit_code == 5
    assert "The standard input can't be read." in outcome.messages


def test_end_of_input_at_prompt_is_not_a_passphrase(
    bare: Callable, monkeypatch: pytest.MonkeyPatch, cli: Callable
) -> None:
    def ended(*_: object, **__: object) -> str:
        raise EOFError

    from authenticator.cli.terminal import Terminal

    monkeypatch.setattr(Terminal, "interactive", True)
    monkeypatch.setattr("getpass.getpass", ended)
    outcome = bare("list")
    assert outcome.exit_code == 3
    assert "A passphrase is needed." in outcome.messages
