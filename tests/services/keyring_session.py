"""A desktop session of a test's own: folder, bus, and whichever program is its Secret Service."""

import os
import re
import signal
import subprocess
from pathlib import Path

from tests.patience import PATIENCE_S, wait_for
from tests.services.commands import output

PASSWORD = "pw"


class KeyringSession:
    """A bus in a folder, and ways to make the program misbehave that is the keyring on it.

    `environment` is all that a process (or, by `monkeypatch.setenv`, a test) needs to reach it:
    no display, the folder as home, the address of the bus.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("data", "run", "cfg", "cache"):
            (folder / name).mkdir(mode=0o700)
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
        } | {
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "cfg"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_RUNTIME_DIR": str(folder / "run"),
        }
        self._buses: list[subprocess.Popen[bytes]] = []

    def start_bus(self, configuration: str = "--session") -> str:
        """Start a bus; return its address."""
        # Its output goes to files: a process that it starts would hold a pipe open.
        told = self.folder / f"bus-{len(self._buses)}.out"
        with told.open("wb") as out, told.with_suffix(".err").open("wb") as err:
            bus = subprocess.Popen(
                ["dbus-daemon", configuration, "--nofork", "--print-address=1"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        self._buses.append(bus)
        wait_for(lambda: bool(told.read_text().strip()), "the start of the bus", every_s=0.01)
        return told.read_text().strip()

    def bare_bus(self, services: Path | None = None) -> str:
        """Return the address of another bus, on which nothing can be started but what is in
        the folder `services`."""
        configuration = self.folder / "bare.conf"
        startable = f"<servicedir>{services}</servicedir>" if services else ""
        configuration.write_text(
            f"<busconfig><type>session</type><listen>unix:dir={self.folder}</listen>{startable}"
            "<auth>EXTERNAL</auth><policy context='default'>"
            "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/>"
            "<allow own='*'/></policy></busconfig>"
        )
        return self.start_bus(f"--config-file={configuration}")

    def show_prompts_on(self, display: str) -> None:
        """Give what the bus starts, including the system's prompt, a screen."""
        subprocess.run(
            ["dbus-update-activation-environment", f"DISPLAY={display}"],
            env=self.environment,
            timeout=PATIENCE_S,
            check=True,
        )

    @property
    def daemon(self) -> int | None:
        """The process id of the program that owns the bus name now."""
        answer = self._ask_bus("GetConnectionUnixProcessID")
        found = re.search(r"uint32 (\d+)", answer)
        return int(found[1]) if found else None

    def end_daemon(self, with_signal: int = signal.SIGKILL) -> None:
        """End that program and wait until the bus has noticed."""
        daemon = self.daemon
        if daemon is not None:
            os.kill(daemon, with_signal)
            wait_for(lambda: self.daemon != daemon, "the end of the keyring", every_s=0.01)

    def end_bus(self) -> None:
        """End the bus itself; nothing on it can be reached any more."""
        if self._buses:
            self.end_daemon()
        while self._buses:
            bus = self._buses.pop()
            bus.terminate()
            bus.wait(timeout=PATIENCE_S)

    def lookup(self, **attributes: str) -> str | None:
        """One secret, as read by the independent `secret-tool`."""
        found = self._secret_tool("lookup", attributes)
        return found.stdout if found.returncode == 0 else None

    def services(self, username: str = "authenticator") -> set[str]:
        """Return the `service` attribute of every item of a user name."""
        found = self._secret_tool("search", {"username": username}, "--all")
        return set(
            re.findall(r"^attribute\.service = (.*)$", found.stdout + found.stderr, re.MULTILINE)
        )

    def _secret_tool(
        self, verb: str, attributes: dict[str, str], *options: str
    ) -> "subprocess.CompletedProcess[str]":
        pairs = [text for pair in attributes.items() for text in pair]
        return subprocess.run(
            ["secret-tool", verb, *options, *pairs],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def _ask_bus(self, method: str) -> str:
        command = [
            *("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus"),
            *("/org/freedesktop/DBus", f"org.freedesktop.DBus.{method}"),
            "string:org.freedesktop.secrets",
        ]
        return output(command, self.environment)
