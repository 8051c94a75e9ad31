"""KeePassXC and KWallet, both real, as the Secret Service of a session on a test's own screen."""

import base64
import hashlib
import os
import shutil
import subprocess
import tempfile
import uuid
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, DBusErrorResponse, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, prep_socket
from jeepney.wrappers import unwrap_msg

from tests.patience import PATIENCE_S, wait_for
from tests.services.commands import output
from tests.services.keyring_session import PASSWORD, KeyringSession

_SECRETS = "org.freedesktop.secrets"
_SERVICE = DBusAddress("/org/freedesktop/secrets", _SECRETS, "org.freedesktop.Secret.Service")


class OtherKeyring(KeyringSession):
    """A keyring with windows of its own, in which `allow` and `dismiss` answer what it asks."""

    QUESTION: str
    """What the titles of the windows match that ask something."""

    def __init__(self, folder: Path, screen: dict[str, str]) -> None:
        super().__init__(folder)
        self.environment |= screen
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.bare_bus(self.startable())

    def startable(self) -> Path | None:
        """The folder with what the bus may start."""
        return None

    @abstractmethod
    def prepare(self) -> None:
        """Make settings and an empty keyring."""

    @abstractmethod
    def start(self) -> None:
        """Have the program run, unlocked."""

    @abstractmethod
    def lock(self) -> None:
        """Lock it while it runs."""

    def question(self) -> str:
        """The id of a window that asks something now; empty if none does."""
        found = self._xdotool("search", "--onlyvisible", "--name", self.QUESTION).split()
        return found[-1] if found else ""

    def allow(self) -> None:
        """Give the password that is asked for, or a yes."""
        self._press(*PASSWORD, "Return")

    def dismiss(self) -> None:
        """Close the window that asks."""
        self._press("Escape")

    def _press(self, *keys: str) -> None:
        window = self.question()
        if window:  # it has the focus: no other window is above it
            self._xdotool("key", *keys)

    def _xdotool(self, *arguments: str) -> str:
        return output(["xdotool", *arguments], self.environment)

    def collections(self) -> list[str]:
        """The paths of its collections."""
        return list(self._answer(Properties(_SERVICE).get("Collections"))[0][1])

    def locked(self) -> bool:
        """Whether all of them are locked."""
        return all(
            self._answer(
                Properties(DBusAddress(path, _SECRETS, "org.freedesktop.Secret.Collection")).get(
                    "Locked"
                )
            )[0][1]
            for path in self.collections()
        )

    def call(self, to: DBusAddress, method: str, signature: str = "", *body: object) -> Any:
        """Call a method as a program of its own."""
        return self._answer(new_method_call(to, method, signature or None, body))

    def _answer(self, question: Any) -> Any:
        address = self.environment["DBUS_SESSION_BUS_ADDRESS"]
        path = address.partition("path=")[2].partition(",")[0]
        with DBusConnection(prep_socket(path, timeout=PATIENCE_S)) as bus:
            return unwrap_msg(bus.send_and_get_reply(question, timeout=PATIENCE_S))


class KeePassXC(OtherKeyring):
    """With one database; with `confirm`, a person has to allow each use of an entry."""

    QUESTION = "^Unlock Database|Access Request$"

    def __init__(self, folder: Path, screen: dict[str, str], *, confirm: bool = False) -> None:
        super().__init__(folder, screen)
        self.database = folder / "ring.kdbx"
        self._confirm = str(confirm).lower()
        self._programs: list[subprocess.Popen[bytes]] = []

    def prepare(self) -> None:
        self._make_database()
        settings = self.folder / "cfg" / "keepassxc" / "keepassxc.ini"
        settings.parent.mkdir(exist_ok=True)
        settings.write_text(
            "[General]\nConfigVersion=2\nSingleInstance=false\nUpdateCheckMessageShown=true\n"
            "[GUI]\nCheckForUpdates=false\n[Security]\nLockDatabaseIdle=false\n"
            "[FdoSecrets]\nEnabled=true\nShowNotification=false\n"
            f"ConfirmAccessItem={self._confirm}\nConfirmDeleteItem={self._confirm}\n"
        )

    def start(self) -> None:
        with (self.folder / "keepassxc.out").open("wb") as out:
            program = subprocess.Popen(
                ["keepassxc", "--pw-stdin", str(self.database)],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
            )
        self._programs.append(program)
        assert program.stdin is not None
        program.stdin.write(PASSWORD.encode() + b"\n")
        program.stdin.close()
        wait_for(lambda: self.daemon is not None, "the start of KeePassXC")
        wait_for(lambda: self.collections() and not self.locked(), "its database")

    def _make_database(self) -> None:
        """An empty one, of which all is shown to other programs."""
        top = uuid.uuid4()
        page = self.folder / "ring.xml"
        page.write_text(
            "<?xml version='1.0' encoding='UTF-8'?><KeePassFile><Meta><DatabaseName>ring"
            "</DatabaseName><CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key>"
            f"<Value>{{{top}}}</Value></Item></CustomData></Meta><Root><Group>"
            f"<UUID>{base64.b64encode(top.bytes).decode()}</UUID><Name>Root</Name>"
            "</Group></Root></KeePassFile>"
        )
        subprocess.run(
            ["keepassxc-cli", "import", "-p", "-t", "100", str(page), str(self.database)],
            env=self.environment,
            input=f"{PASSWORD}\n{PASSWORD}\n".encode(),
            capture_output=True,
            timeout=PATIENCE_S,
            check=True,
        )

    def saved_entries(self) -> set[str]:
        """The titles in its file."""
        return set(
            subprocess.run(
                ["keepassxc-cli", "ls", "-q", str(self.database)],
                env=self.environment,
                input=PASSWORD.encode() + b"\n",
                capture_output=True,
                timeout=PATIENCE_S,
                check=True,
            )
            .stdout.decode()
            .splitlines()
        )

    def lock(self) -> None:
        _, prompt = self.call(_SERVICE, "Lock", "ao", self.collections())
        self.call(DBusAddress(prompt, _SECRETS, "org.freedesktop.Secret.Prompt"), "Prompt", "s", "")
        wait_for(self.locked, "a locked database")

    def end_bus(self) -> None:
        super().end_bus()
        for program in self._programs:
            program.kill()
            program.wait(timeout=PATIENCE_S)


class KWallet(OtherKeyring):
    """With one wallet, which logging in opens; the bus starts the program, as on KDE."""

    QUESTION = "^KDE Wallet Service$"
    _DAEMON = DBusAddress("/modules/kwalletd5", "org.kde.kwalletd5", "org.kde.KWallet")
    _SALT = b"s" * 56

    def prepare(self) -> None:
        (self.folder / "cfg" / "kwalletrc").write_text(
            "[Wallet]\nFirst Use=false\nDefault Wallet=kdewallet\nUse One Wallet=true\n"
            "Close When Idle=false\n"
        )
        wallets = self.folder / "data" / "kwalletd"
        wallets.mkdir()
        (wallets / "kdewallet.salt").write_bytes(self._SALT)
        self.log_in()  # makes the wallet, which the next start offers
        os.kill(self._pid(), 9)
        wait_for(lambda: self.daemon is None, "the end of KWallet")

    def startable(self) -> Path:
        services = self.folder / "services"
        services.mkdir()
        shutil.copy("/usr/share/dbus-1/services/org.kde.kwalletd5.service", services)
        return services

    def start(self) -> None:
        self.log_in()
        wait_for(lambda: self.daemon is not None, "the start of KWallet")

    def log_in(self) -> None:
        """What KDE's PAM module does."""
        derived = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), self._SALT, 50_000, 56)
        self.call(self._DAEMON, "pamOpen", "sayi", "kdewallet", derived, 0)

    def lock(self) -> None:
        self.call(self._DAEMON, "closeAllWallets")
        wait_for(self.locked, "a locked wallet")

    def _pid(self) -> int:
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        (pid,) = self.call(bus, "GetConnectionUnixProcessID", "s", "org.kde.kwalletd5")
        return int(pid)


@contextmanager
def other_keyring(make: Callable[[Path], OtherKeyring]) -> Iterator[OtherKeyring]:
    """Run one, unlocked; end it and its bus afterwards."""
    # A socket's path has to be short, and a test's own folder is not.
    with tempfile.TemporaryDirectory(prefix="ring-") as folder:
        keyring = make(Path(folder))
        try:
            keyring.prepare()
            keyring.start()
            yield keyring
        finally:
            with suppress(DBusErrorResponse):
                keyring.end_bus()
