"""Starting with the session: the entry that each system reads when the user signs in.

Linux: a desktop file in `~/.config/autostart` (Desktop Application Autostart Specification).
Windows: a value of the user's Run key. macOS: a property list of a launch agent.
"""

import contextlib
import os
import plistlib
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from authenticator import IDENTIFIER, files

HIDDEN = "--hidden"
_NAME = "authenticator"
_SIZE_LIMIT = 1 << 16

_RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


class Autostart(Protocol):
    """One user's entry. Every method may raise DiskRefused."""

    def is_on(self) -> bool:
        """Whether the app starts with the session."""

    def turn_on(self, command: Sequence[str]) -> None:
        """Start this with the session, replacing any earlier entry."""

    def turn_off(self) -> None:
        """Remove the entry."""


def launch_command(
    executable: str = sys.executable,
    *,
    frozen: bool = bool(getattr(sys, "frozen", False)),
    platform: str = sys.platform,
) -> list[str]:
    """The command that opens the window, with absolute paths: the program beside this Python or in
    the packaged folder; else this Python with the package."""
    suffix = ".exe" if platform == "win32" else ""
    beside = Path(executable).with_name(f"{_NAME}-gui{suffix}")
    if frozen or beside.is_file():
        return [str(beside)]
    return [executable, "-m", "authenticator"]


def for_this_system(
    environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> Autostart | None:
    """This user's entry on this system; None inside a Flatpak, which has its own folders."""
    if platform == "win32":
        import winreg

        return RunKey(winreg)
    home = Path(environment.get("HOME") or Path.home())
    if platform == "darwin":
        return LaunchAgent(home / "Library" / "LaunchAgents")
    if environment.get("FLATPAK_ID"):
        return None
    return DesktopFile(Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "autostart")


class _File:
    """An entry that is a separate file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def turn_off(self) -> None:
        with files.refusals(self.path):
            self.path.unlink(missing_ok=True)

    def _read(self) -> bytes:
        try:
            return files.read(self.path, _SIZE_LIMIT)
        except FileNotFoundError:
            return b""

    def _write(self, content: bytes) -> None:
        files.make_folder(self.path.parent)
        files.replace(self.path, content)  # atomic: a session may start at any time


class DesktopFile(_File):
    """In the folder `autostart` of the user's configuration folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / f"{_NAME}.desktop")

    def is_on(self) -> bool:
        lines = self._read().decode("utf-8", "replace").splitlines()
        # A desktop that turns it off in its own settings keeps the file.
        off = ("Hidden=true", "X-GNOME-Autostart-enabled=false")
        return any(line.startswith("Exec=") for line in lines) and not set(off) & set(lines)

    def turn_on(self, command: Sequence[str]) -> None:
        self._write(
            "[Desktop Entry]\nType=Application\nName=Authenticator\nIcon=authenticator\n"
            f"Terminal=false\nExec={exec_line(command)}\n".encode()
        )


def exec_line(command: Sequence[str]) -> str:
    """A command as the value of the Exec key: each argument quoted, then the whole escaped as a
    string (Desktop Entry Specification 1.5, The Exec key)."""
    words = " ".join('"' + re.sub(r'(["`$\\])', r"\\\1", word) + '"' for word in command)
    for plain, escaped in (
        ("\\", "\\\\"),
        ("\n", "\\n"),
        ("\t", "\\t"),
        ("\r", "\\r"),
        ("%", "%%"),
    ):
        words = words.replace(plain, escaped)
    return words


class LaunchAgent(_File):
    """In the folder `LaunchAgents` of the user's library."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / f"{IDENTIFIER}.plist")

    def is_on(self) -> bool:
        return bool(self._read())

    def turn_on(self, command: Sequence[str]) -> None:
        content = {"Label": IDENTIFIER, "ProgramArguments": list(command), "RunAtLoad": True}
        self._write(plistlib.dumps(content))


class RunKey:
    """A registry value under HKEY_CURRENT_USER. `registry` is `winreg`."""

    def __init__(self, registry: Any) -> None:
        self._registry = registry

    def is_on(self) -> bool:
        with self._key() as key:
            try:
                self._registry.QueryValueEx(key, _NAME)
            except FileNotFoundError:
                return False
        return True

    def turn_on(self, command: Sequence[str]) -> None:
        line = subprocess.list2cmdline(command)
        with self._key() as key:
            self._registry.SetValueEx(key, _NAME, 0, self._registry.REG_SZ, line)

    def turn_off(self) -> None:
        with self._key() as key, contextlib.suppress(FileNotFoundError):
            self._registry.DeleteValue(key, _NAME)

    @contextlib.contextmanager
    def _key(self) -> Iterator[Any]:
        registry = self._registry
        with (
            files.refusals(Path(_RUN_KEY)),
            registry.CreateKeyEx(
                registry.HKEY_CURRENT_USER, _RUN_KEY, 0, registry.KEY_READ | registry.KEY_WRITE
            ) as key,
        ):
            yield key
