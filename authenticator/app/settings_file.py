"""`settings.json`, beside the vault: what is kept there of Settings, field by field."""

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from authenticator import debug_log, files
from authenticator.app.settings import JSON_FIELDS, Settings
from authenticator.errors import AuthenticatorError, DataBad, DiskRefused

_SIZE_LIMIT = 1 << 20


class SettingsUnreadable(DataBad):
    """The file holds no settings, so all defaults hold; it is kept as `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(path)


class SettingsUnknown(DataBad):
    """The file has values for the settings `names` that this version can't read, so their
    defaults hold. They stay in the file until something else is chosen."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(names)


class _InvalidSettings(Exception):
    """The file holds no settings."""


class SettingsFile:
    """The file. One that can't be read as settings is put aside, never overwritten; a single
    value that can't is passed over, and stays there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault: SettingsUnreadable | SettingsUnknown | None = None
        """Why defaults hold where the file says otherwise, as far as `read` has met it."""

    def read(self) -> Settings:
        """The settings: each as the file has it, its default where that has none that can be
        read."""
        return self._read()[0]

    def change(
        self, *, provided: Callable[[Settings], bool] = lambda _: True, **chosen: Any
    ) -> Settings:
        """Write the chosen fields, keep all others as they are on disk now, return the result.
        Nothing is written unless what is on disk now is as `provided`.

        Raises DiskRefused; the old file then stays as it was. Raises ValueError for what could
        not be read again.
        """
        written = {name: JSON_FIELDS[name].write(value) for name, value in chosen.items()}
        for name, value in chosen.items():
            if JSON_FIELDS[name].read(written[name]) != value:
                raise ValueError(name)
        # Imported here: most runs of the terminal change nothing.
        from filelock import FileLock, Timeout

        try:
            files.make_folder(self.path.parent)
            lock = FileLock(self.path.with_suffix(".lock"), timeout=5, mode=files.FILE_MODE)
            with files.refusals(self.path), lock:
                known, raw = self._read()
                if not provided(known):
                    return known
                # What is there stays: fields of a newer version, and values of one.
                content = json.dumps(_json(known) | raw | written, indent=2)
                files.replace(self.path, f"{content}\n".encode())
        except Timeout as busy:
            raise DiskRefused(self.path, "EAGAIN") from busy
        return replace(known, **chosen)

    def _read(self) -> tuple[Settings, dict[str, Any]]:
        try:
            raw = self._raw()
        except _InvalidSettings:
            self.fault = SettingsUnreadable(self._quarantine())
            debug_log.write("settings unreadable, defaults hold")
            return Settings(), {}
        settings, unknown = _settings(raw)
        if unknown:
            self.fault = SettingsUnknown(unknown)
            debug_log.write("settings unknown, their defaults hold", count=len(unknown))
        elif isinstance(self.fault, SettingsUnknown):
            self.fault = None  # chosen anew meanwhile
        return settings, raw

    def _raw(self) -> dict[str, Any]:
        try:
            with self.path.open("rb") as file:
                content = file.read(_SIZE_LIMIT + 1)
        except FileNotFoundError:
            return {}
        except OSError as refusal:
            raise _InvalidSettings from refusal
        try:
            if len(content) > _SIZE_LIMIT:
                raise _InvalidSettings
            raw = json.loads(content)
        except (ValueError, RecursionError) as nonsense:
            raise _InvalidSettings from nonsense
        if not isinstance(raw, dict):
            raise _InvalidSettings
        return raw

    def _quarantine(self) -> Path:
        for number in range(1, 1000):
            aside = self.path.with_name(f"{self.path.name}.unreadable-{number}")
            if not aside.exists():
                # A folder that can't be written keeps the file where it is.
                with contextlib.suppress(OSError):
                    self.path.rename(aside)
                    return aside
                break
        return self.path


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
