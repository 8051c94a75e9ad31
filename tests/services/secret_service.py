"""A real Secret Service (gnome-keyring) on a bus of its own, in a folder of its own."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S, wait_for
from tests.services.keyring_session import PASSWORD as PASSWORD
from tests.services.keyring_session import KeyringSession


class SecretService(KeyringSession):
    """A running daemon with an unlocked login collection."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.start_bus()
        self.unlock()

    def unlock(self) -> None:
        """Replace whatever runs now by an unlocked daemon."""
        self.end_daemon()
        with Path(self.folder, "gkd.out").open("wb") as out:
            subprocess.run(
                ["gnome-keyring-daemon", "--replace", "--unlock", "--components=secrets"],
                env=self.environment,
                input=PASSWORD.encode(),
                stdout=out,
                stderr=out,
                timeout=PATIENCE_S,
                check=True,
            )
        wait_for(lambda: self.daemon is not None, "the start of gnome-keyring", every_s=0.01)

    def lock(self) -> None:
        """End the daemon: the bus starts a new, locked one on the next request."""
        self.end_daemon()


@contextlib.contextmanager
def secret_service() -> Iterator[SecretService]:
    """Run gnome-keyring; end it and its bus afterwards."""
    missing = [
        name
        for name in ("dbus-daemon", "dbus-send", "gnome-keyring-daemon", "secret-tool")
        if shutil.which(name) is None
    ]
    if missing:
        pytest.skip(f"not on this computer: {', '.join(missing)}")
    # A socket's path has to be short, and a test's own folder is not.
    with tempfile.TemporaryDirectory(prefix="ring-") as folder:
        service = SecretService(Path(folder))
        try:
            yield service
        finally:
            service.end_bus()
