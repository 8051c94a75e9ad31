"""`settings.json`, beside the vault: what is kept there of Settings, field by field."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from authenticator import debug_log, files
from authenticator.app.settings import JSON_FIELDS, Settings
from authenticator.errors import AuthenticatorError, DataBad, DiskRefused

LOCK_WAIT_S = 5.0

_SIZE_LIMIT = 1 << 20


class SettingsUnreadable(DataBad):
    """The file is damaged; it is kept as `path`. Of the settings in it, `salvaged` still hold, and
    for all others their defaults."""

    def __init__(self, path: Path, salvaged: tuple[str, ...] = ()) -> None:
        self.path = path
        self.salvaged = salvaged
        super().__init__(path, salvaged)


class SettingsUnknown(DataBad):
    """The file has values for the settings `names` that this version can't read, so their
    defaults hold. They stay in the file until something else is chosen."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(names)


class SettingsFile:
    """The file. One that is damaged is put aside, never overwritten, and what can be read in it
    goes on; a single value that can't be read is passed over, and stays there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault: SettingsUnreadable | SettingsUnknown | None = None
        """Why defaults hold where the file says otherwise, as far as `read` has met it."""
        self.mends = True
        """Whether a damaged file is put aside; False where nobody could be told of it."""

    def read(self) -> Settings:
        """The settings: each as the file has it, its default where that has none that can be
        read.

        Raises DiskRefused where the file can't be read now: nobody knows then what it says, the
        time correction among it, and it stays where it is.
        """
        return self._read()[0]

    def change(
        self, *, provided: Callable[[Settings], bool] = lambda _: True, **chosen: Any
    ) -> Settings:
        """Write the chosen fields, keep all others as they are on disk now, return the result.
        Nothing is written unless what is on disk now is as `provided`.

        Raises DiskRefused; the file then stays as it was. Raises ValueError for what could
        not be read again.
        """
        written = {name: JSON_FIELDS[name].write(value) for name, value in chosen.items()}
        for name, value in chosen.items():
            if JSON_FIELDS[name].read(written[name]) != value:
                raise ValueError(name)
        files.make_folder(self.path.parent)
        with self._lock():
            known, raw = self._read(locked=True)
            if not provided(known):
                return known
            # What is there stays: fields of a newer version, and values of one.
            self._write(_json(known) | raw | written)
        return replace(known, **chosen)

    def _write(self, raw: dict[str, Any]) -> None:
        files.replace(self.path, f"{json.dumps(raw, indent=2)}\n".encode())

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        # Imported here: most runs of the terminal change nothing.
        from filelock import FileLock, Timeout

        path = self.path.with_suffix(".lock")
        lock = FileLock(path, timeout=LOCK_WAIT_S, mode=files.FILE_MODE)
        with files.refusals(path):
            try:
                lock.acquire()
            except Timeout as taken:  # an OSError too
                raise DiskRefused(path, "EAGAIN") from taken
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                lock.release()

    def _read(self, *, locked: bool = False) -> tuple[Settings, dict[str, Any]]:
        content = self._content()
        raw = _parsed(content)
        if raw is None:
            raw = self._mended(content, locked=locked)
            debug_log.write("settings damaged", salvaged=len(raw))
        settings, unknown = _settings(raw)
        if unknown:
            self.fault = SettingsUnknown(unknown)
            debug_log.write("settings unknown, their defaults hold", count=len(unknown))
        elif isinstance(self.fault, SettingsUnknown):
            self.fault = None  # chosen anew meanwhile
        return settings, raw

    def _content(self) -> bytes:
        try:
            return files.read(self.path, _SIZE_LIMIT)
        except FileNotFoundError:
            return b"{}"

    def _mended(self, damaged: bytes, *, locked: bool) -> dict[str, Any]:
        """Put the damaged file aside, and leave what can be read of it in its place. Nothing is
        changed where the disk refuses that."""
        salvaged = _salvaged(damaged)
        kept = self.path
        try:
            with contextlib.nullcontext() if locked else self._lock():
                content = self._content()
                if (raw := _parsed(content)) is not None:
                    return raw  # another process was quicker
                salvaged = _salvaged(content)
                if self.mends:
                    kept = self._set_aside(content, salvaged)
        except DiskRefused as refused:
            debug_log.write("settings can't be put aside", error=refused)
        self.fault = SettingsUnreadable(kept, tuple(salvaged))
        return salvaged

    def _set_aside(self, content: bytes, salvaged: dict[str, Any]) -> Path:
        """Raises DiskRefused; nothing is changed then."""
        with files.refusals(self.path):
            number = 1
            while (aside := self.path.with_name(f"{self.path.name}.unreadable-{number}")).exists():
                number += 1
            if not salvaged:
                self.path.rename(aside)
                return aside
            files.create(aside, content)  # a copy: no reader finds the place empty meanwhile
            try:
                self._write(salvaged)
            except DiskRefused:
                aside.unlink()
                raise
        return aside


def _parsed(content: bytes) -> dict[str, Any] | None:
    """None for what is no JSON object, or too large for settings."""
    if len(content) > _SIZE_LIMIT:
        return None
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


def _salvaged(damaged: bytes) -> dict[str, Any]:
    """The settings that can still be read in a damaged file, each by itself. None in one that is
    too large: what is not looked at would be lost."""
    if len(damaged) > _SIZE_LIMIT:
        return {}
    text = damaged.decode("utf-8", "replace")
    found: dict[str, Any] = {}
    for name, form in JSON_FIELDS.items():
        _, key, rest = text.partition(f'"{name}":')
        if key:
            with contextlib.suppress(ValueError, RecursionError, AuthenticatorError):
                value, _ = json.JSONDecoder().raw_decode(rest.lstrip())
                form.read(value)
                found[name] = value
    return found


def _json(settings: Settings) -> dict[str, Any]:
    return {name: form.write(getattr(settings, name)) for name, form in JSON_FIELDS.items()}


def _settings(raw: dict[str, Any]) -> tuple[Settings, tuple[str, ...]]:
    """What can be read, and the names of the fields whose values can't."""
    read: dict[str, Any] = {}
    unknown: list[str] = []
    for name, form in JSON_FIELDS.items():
        if name in raw:
            try:
                read[name] = form.read(raw[name])
            except (ValueError, AuthenticatorError):
                unknown.append(name)
    return Settings(**read), tuple(unknown)
