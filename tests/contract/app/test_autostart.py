"""Starting with the session: one suite for all systems."""

# ruff: noqa: N802 - the names of winreg

import os
import plistlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.autostart import (
    HIDDEN,
    Autostart,
    DesktopFile,
    LaunchAgent,
    RunKey,
    exec_line,
    for_this_system,
    launch_command,
)
from authenticator.errors import DiskRefused
from tests.patience import PATIENCE_S

COMMAND = ["/opt/My Apps/100 % $HOME/authenticator-gui", "--hidden"]


class Registry(SimpleNamespace):
    """The part of `winreg` in use, in memory; `fault` is what opening the key raises."""

    def __init__(self) -> None:
        super().__init__(HKEY_CURRENT_USER=1, KEY_READ=2, KEY_WRITE=4, REG_SZ=1)
        self.values: dict[str, str] = {}
        self.fault: OSError | None = None

    @contextmanager
    def CreateKeyEx(self, root: int, path: str, _: int, access: int) -> Iterator[dict[str, str]]:
        assert (root, access) == (1, 6)
        assert path == r"Software\Microsoft\Windows\CurrentVersion\Run"
        if self.fault is not None:
            raise self.fault
        yield self.values

    def QueryValueEx(self, key: dict[str, str], name: str) -> tuple[str, int]:
        if name not in key:
            raise FileNotFoundError(name)
        return key[name], 1

    def SetValueEx(self, key: dict[str, str], name: str, _: int, kind: int, value: str) -> None:
        key[name] = value

    def DeleteValue(self, key: dict[str, str], name: str) -> None:
        if name not in key:
            raise FileNotFoundError(name)
        del key[name]


class Case:
    """An implementation: what it would start, whether anything is left, and how to make it fail."""

    entry: Autostart
    started: Callable[[], list[str]]
    is_empty: Callable[[], bool]
    refuse: Callable[[], None]


def desktop_file(folder: Path) -> Case:
    case = Case()
    case.entry = entry = DesktopFile(folder / "autostart")
    case.started = lambda: started_by_desktop(entry.path)
    case.is_empty = lambda: not entry.path.exists() and not list(folder.rglob("*.new"))
    case.refuse = lambda: (folder / "autostart").write_text("a file in the way")
    return case


def launch_agent(folder: Path) -> Case:
    case = Case()
    case.entry = entry = LaunchAgent(folder / "LaunchAgents")
    case.started = lambda: plistlib.loads(entry.path.read_bytes())["ProgramArguments"]
    case.is_empty = lambda: not entry.path.exists() and not list(folder.rglob("*.new"))
    case.refuse = lambda: (folder / "LaunchAgents").write_text("a file in the way")
    return case


def run_key(folder: Path) -> Case:
    case, registry = Case(), Registry()
    case.entry = RunKey(registry)
    case.started = lambda: words_of_line(registry.values["authenticator"])
    case.is_empty = lambda: not registry.values
    case.refuse = lambda: setattr(registry, "fault", PermissionError(13, "refused"))
    return case


def started_by_desktop(path: Path) -> list[str]:
    """What a desktop starts, by the Desktop Entry Specification."""
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == "[Desktop Entry]"
    entry = dict(line.split("=", 1) for line in lines[1:])
    assert entry["Type"] == "Application"
    return words_of_exec(entry["Exec"])


def words_of_exec(line: str) -> list[str]:
    """Escapes of a text first, then the quotes."""
    text, letters = "", iter(line)
    for letter in letters:
        text += (
            {"n": "\n", "t": "\t", "r": "\r", "s": " ", "\\": "\\"}[next(letters)]
            if (letter == "\\")
            else letter
        )
    words: list[str] = []
    letters = iter(text.replace("%%", "%"))
    for letter in letters:
        if letter == '"':
            word = ""
            while (letter := next(letters)) != '"':
                word += next(letters) if letter == "\\" else letter
            words.append(word)
        else:
            assert letter == " "
    return words


def words_of_line(line: str) -> list[str]:
    """As Windows' C runtime splits it; none of these words has a quote or ends in a backslash."""
    words, quoted = [""], False
    for letter in line:
        if letter == '"':
            quoted = not quoted
        elif letter == " " and not quoted:
            words.append("")
        else:
            words[-1] += letter
    return words


@pytest.fixture(params=[desktop_file, launch_agent, run_key])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    return request.param(tmp_path)


def test_is_on_is_false_initially(case: Case) -> None:
    assert not case.entry.is_on()
    assert case.is_empty()


def test_turn_on_starts_the_given_command(case: Case) -> None:
    case.entry.turn_on(COMMAND)
    assert case.entry.is_on()
    assert case.started() == COMMAND


def test_turn_on_twice_keeps_last_command(case: Case) -> None:
    case.entry.turn_on(COMMAND)
    case.entry.turn_on(COMMAND[:1])
    assert case.started() == COMMAND[:1]


def test_turn_off_leaves_nothing(case: Case) -> None:
    case.entry.turn_on(COMMAND)
    for _ in range(2):
        case.entry.turn_off()
        assert not case.entry.is_on()
        assert case.is_empty()


def test_turn_on_refused_by_system_raises(case: Case) -> None:
    case.refuse()
    with pytest.raises(DiskRefused):
        case.entry.turn_on(COMMAND)


# Specific to one system


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
        min_size=1,
    )
)
def test_exec_line_round_trips_any_command(command: list[str]) -> None:
    """A desktop that follows the specification starts exactly the given command."""
    line = exec_line(command)
    assert "\n" not in line
    assert words_of_exec(line) == command


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_is_on_is_false_if_desktop_turned_it_off(tmp_path: Path, line: str) -> None:
    entry = DesktopFile(tmp_path)
    entry.turn_on(COMMAND)
    with entry.path.open("a") as file:
        file.write(f"{line}\n")
    assert not entry.is_on()
    entry.turn_on(COMMAND)
    assert entry.is_on()


def test_this_system_has_entry_for_each_platform(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    linux = for_this_system(home, "linux")
    assert isinstance(linux, DesktopFile)
    assert linux.path == tmp_path / ".config/autostart/authenticator.desktop"
    moved = for_this_system({**home, "XDG_CONFIG_HOME": str(tmp_path / "cfg")}, "linux")
    assert isinstance(moved, DesktopFile)
    assert moved.path == tmp_path / "cfg/autostart/authenticator.desktop"
    mac = for_this_system(home, "darwin")
    assert isinstance(mac, LaunchAgent)
    assert mac.path.parent == tmp_path / "Library/LaunchAgents"
    assert for_this_system({**home, "FLATPAK_ID": "org.example.App"}, "linux") is None


# The program


def test_program_of_environment_is_beside_its_python(tmp_path: Path) -> None:
    python = tmp_path / "python"
    assert launch_command(str(python), frozen=False, platform="linux") == [
        str(python),
        "-m",
        "authenticator",
    ]
    (tmp_path / "authenticator-gui").touch()
    assert launch_command(str(python), frozen=False, platform="linux") == [
        str(tmp_path / "authenticator-gui")
    ]
    (tmp_path / "authenticator-gui.exe").touch()
    assert launch_command(str(python), frozen=False, platform="win32") == [
        str(tmp_path / "authenticator-gui.exe")
    ]


def test_program_of_package_is_the_windowed_one(tmp_path: Path) -> None:
    terminal = tmp_path / "authenticator"
    assert launch_command(str(terminal), frozen=True, platform="linux") == [
        str(tmp_path / "authenticator-gui")
    ]


def test_program_can_be_started() -> None:
    """Without a display it reports that, which is all that can be observed here."""
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    done = subprocess.run(
        [*launch_command(sys.executable), HIDDEN],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 5
    assert "no display for the window" in done.stderr


def test_pipe_in_place_of_an_entry_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "authenticator.desktop")
    with pytest.raises(DiskRefused):
        DesktopFile(tmp_path).is_on()
