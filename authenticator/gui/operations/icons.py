"""Reads and makes the icons that people give their accounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from authenticator.errors import AuthenticatorError
from authenticator.gui.jobs import Failed, Job, JobQueue

if TYPE_CHECKING:
    from authenticator.gui.operations.vault_queue import VaultQueue
    from authenticator.vault.entry import Entry
    from authenticator.vault.vault import Vault


class IconOperations(QObject):
    """The custom icons of the open vault, as PNGs."""

    icons_read = Signal(object)  # list[tuple[str, bytes]]: names of icons (Entry.picture), PNGs

    def __init__(
        self,
        queue: VaultQueue,
        background: Callable[[], JobQueue],
        shrink: Callable[[Path], bytes],
    ) -> None:
        super().__init__(queue)
        self._queue = queue
        self._background = background
        self._shrink = shrink

    def read(self, id: str, then: Callable[[bytes | None], None], failed: Failed) -> None:
        """An account's custom icon, None without one."""
        self._queue.ask(lambda vault: vault.picture(id), then, failed)

    def read_many(self, entries: Sequence[Entry]) -> None:
        """Read the custom icons of these accounts and emit `icons_read`."""
        if not self._queue.is_open:
            return

        def task(vault: Vault) -> list[tuple[str, bytes]]:
            found = []
            for entry in entries:
                # An account whose icon can't be read is shown without it.
                with suppress(AuthenticatorError):
                    found.append((entry.picture, vault.picture(entry.id) or b""))
            return found

        self._queue.ask(task, self.icons_read.emit, lambda _: None)

    def from_file(self, path: Path, then: Callable[[bytes], None], failed: Failed) -> Job:
        """Make an icon from a picture."""
        return self._background().submit(lambda: png(self._shrink(path)), then, failed)


def png(pixels: bytes) -> bytes:
    """The pixels of `scan.image.icon` as a PNG."""
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage

    from authenticator.scan.image import ICON_SIDE

    image = QImage(pixels, ICON_SIDE, ICON_SIDE, QImage.Format.Format_RGBA8888)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # Qt takes no bytes here
    return bytes(buffer.data().data())
