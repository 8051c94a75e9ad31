"""Panels as Debian packages them: each runs with its own configuration and data in a folder of its
own, on loopback, and is gone with it."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest
from selenium.webdriver.remote.webelement import WebElement

from tests.patience import PATIENCE_S, wait_for
from tests.services.panel import Panel
from tests.services.time_server import LOOPBACK, free_port


@dataclass(frozen=True)
class Program:
    """What serves a panel: its command, and what its environment has beside the tests' own."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None


class DebianPanel(Panel):
    """A person on the pages of a panel that Debian packages.

    `disable` and `ask_for_recovery_codes` lead as far as a button does: to a page that asks for a
    code, or to the end.
    """

    TITLE: ClassVar[str]
    PACKAGE: ClassVar[str]
    """The package whose version is the panel's."""
    HOST: ClassVar[str] = LOOPBACK
    """The name that the panel wants to be called by."""
    QR: ClassVar[str]
    KEY: ClassVar[str]
    RECOVERY_CODES: ClassVar[str] = ""
    """Where recovery codes are shown; empty if the panel has none."""
    TAKES_A_CODE_TWICE: ClassVar[bool] = False
    TAKES_RECOVERY_CODES: ClassVar[bool] = True

    @classmethod
    @abstractmethod
    def set_up(cls, folder: Path, port: int, users: Sequence[str]) -> Program:
        """Write configuration and data into an empty folder."""

    @classmethod
    def add_users(cls, url: str, users: Sequence[str]) -> None:
        """Add users who can be added only while the panel runs."""

    @classmethod
    def version(cls) -> str:
        """As packaged; empty if it is not installed."""
        told = subprocess.run(
            ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}", cls.PACKAGE],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        state, _, version = told.partition(" ")
        return version if state == "installed" else ""

    @property
    def qr_picture(self) -> bytes:
        """The page as it is on the screen: a PNG."""
        return self.browser.get_screenshot_as_png()

    @property
    def account_name(self) -> str:
        return self.user

    @property
    def key(self) -> str:
        return self.one(self.KEY).text

    @property
    def recovery_codes(self) -> list[str]:
        """Those that the page shows, as it shows them."""
        return [code.text for code in self.all(self.RECOVERY_CODES)] if self.RECOVERY_CODES else []

    def ask_for_recovery_codes(self) -> bool:
        """Go to the page that gives them out; returns whether the panel has such a page."""
        return False

    def ensure_it_asks(self) -> None:
        """Sign in anew where the page asks for a code no longer."""
        if not self.asks_for_code:
            self.sign_in()

    @property
    def asks_for_password(self) -> bool:
        return any(field.is_displayed() for field in self.all("[type=password]"))

    def show_qr(self) -> None:
        """Wait for the QR code and move it to the middle of the window."""
        picture = wait_for(lambda: self.all(self.QR), "the panel's QR code")[0]
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", picture)
        wait_for(lambda: self.key.strip(), "the panel's key")

    def until(self, selector: str) -> WebElement:
        """Wait for what a page's script shows."""
        shown = wait_for(
            lambda: [found for found in self.all(selector) if found.is_displayed()], selector
        )
        return shown[0]


@contextlib.contextmanager
def served(kind: type[DebianPanel], *users: str) -> Iterator[str]:
    """Runs a panel with these users; yields its address."""
    if not kind.version():
        pytest.skip(f"not on this computer: Debian's package {kind.PACKAGE}")
    with tempfile.TemporaryDirectory(prefix="panel-") as name:
        folder, port = Path(name), free_port(socket.SOCK_STREAM)
        url = f"http://{kind.HOST}:{port}"
        program = kind.set_up(folder, port, users)
        with (folder / "output").open("w+") as log:
            server = subprocess.Popen(
                program.command,
                cwd=program.folder or folder,
                env=os.environ | program.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:
                wait_for(lambda: _answers(server, port, Path(log.name)), f"{kind.TITLE}'s start")
                kind.add_users(f"http://{LOOPBACK}:{port}", users)
                yield url
            finally:
                # Its session has this process's number, and holds whatever it started.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(server.pid, signal.SIGKILL)
                server.wait(PATIENCE_S)


def _answers(server: "subprocess.Popen[bytes]", port: int, log: Path) -> bool:
    if server.poll() is not None:
        raise RuntimeError(f"the panel ended: {log.read_text(errors='replace')[-2000:]}")
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
        return True
    return False
