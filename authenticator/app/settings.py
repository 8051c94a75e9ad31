"""Settings: what the user chose, kept as JSON beside the vault. Nothing in here is secret."""

import contextlib
import errno
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from authenticator.app.digit_grouping import Grouping
from authenticator.app.sorting import Order
from authenticator.app.time.correction import Correction
from authenticator.app.time.servers import DEFAULT_SERVERS, parse_server
from authenticator.clock.server import NEEDED
from authenticator.errors import AuthenticatorError, DiskRefused
from authenticator.language import LANGUAGES
from authenticator.vault.kinds import StoreKind

_SIZE_LIMIT = 1 << 20

CLEAR_AFTER_S = (0, 10, 30, 60, 120)
"""How long a copied code may stay on the clipboard, in seconds; 0 leaves it there."""
TEXT_PERCENTS = (100, 125, 150, 200)
"""How large text may be, in percent of the usual."""


LOCK_AFTER_MIN = (0, 1, 5, 15, 60)
"""How long nobody may use the window before it locks, in minutes; 0 never locks it."""


class Theme(StrEnum):
    """Light or dark, or whatever the desktop has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class NextCode(StrEnum):
    """When the code after the present one is shown beside it."""

    NEVER = "never"
    HOVER = "hover"
    ALWAYS = "always"


class TimeCheck(StrEnum):
    """When time servers are asked without being told to."""

    OFF = "off"
    START = "start"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice, with what holds until the user chooses.

    `store` is where the secrets of a new vault go; `servers` are `host[:port]` texts;
    `servers_needed` is how many of them must agree, 1 to 99; `time_check` is None until the
    user was asked; `correction` is what codes follow, `measured` what the last check found
    where they don't; `camera` is the name of the camera used last, `mirror` whether its picture
    is shown as in a mirror; `introduced` says that the first start is over; `order` is how the
    window's list is sorted; `clear_after_s` is one of CLEAR_AFTER_S; `hide_codes` shows a code
    only when its row is pressed; `hide_window` keeps the window out of pictures of the screen,
    where the system can; `contrast` wants high contrast whatever the system has; `text_percent`
    is one of TEXT_PERCENTS; `compact` makes the list's rows lower; `still` draws what moves
    once a second only; `lock_after_min` is one of LOCK_AFTER_MIN; `lock_with_session` locks when
    the screen is locked or the computer goes to sleep; `tray` shows an icon in the desktop's
    tray, where `close_to_tray` leaves the app when its window is closed, and `start_hidden` starts
    it with the session; `global_shortcut` asks the desktop for a key that brings the window up;
    `language` is a code of authenticator.language, or nothing for the system's own.
    """

    store: StoreKind = StoreKind.KEYRING
    servers: tuple[str, ...] = DEFAULT_SERVERS
    servers_needed: int = NEEDED
    time_check: TimeCheck | None = None
    correction: Correction | None = None
    measured: Correction | None = None
    camera: str = ""
    mirror: bool = True
    introduced: bool = False
    theme: Theme = Theme.SYSTEM
    order: Order = Order.OWN
    clear_after_s: int = 30
    hide_codes: bool = False
    hide_window: bool = False
    contrast: bool = False
    text_percent: int = 100
    compact: bool = False
    still: bool = False
    grouping: Grouping = Grouping.HALVES
    next_code: NextCode = NextCode.NEVER
    lock_after_min: int = 0
    lock_with_session: bool = False
    tray: bool = False
    close_to_tray: bool = False
    start_hidden: bool = False
    global_shortcut: bool = False
    language: str = ""


_KINDS: dict[str, Callable[[Any], object]] = {
    "store": StoreKind,
    "theme": Theme,
    "order": Order,
    "grouping": Grouping,
    "next_code": NextCode,
}
_NUMBERS = {
    "clear_after_s": CLEAR_AFTER_S,
    "text_percent": TEXT_PERCENTS,
    "lock_after_min": LOCK_AFTER_MIN,
}
_PLAIN: dict[str, type] = {
    "camera": str,
    "mirror": bool,
    "introduced": bool,
    "hide_codes": bool,
    "hide_window": bool,
    "contrast": bool,
    "compact": bool,
    "still": bool,
    "lock_with_session": bool,
    "tray": bool,
    "close_to_tray": bool,
    "start_hidden": bool,
    "global_shortcut": bool,
    "language": str,
}


class _Nonsense(Exception):
    """The file holds no settings."""


class SettingsFile:
    """`settings.json`. A file that can't be read as settings is put aside, never overwritten."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kept_aside: Path | None = None
        """Where a file went that could not be read as settings, once `read` met one."""

    def read(self) -> Settings:
        """The settings; the defaults where there are none or none that can be read."""
        try:
            return _settings(self._raw())
        except _Nonsense:
            self._put_aside()
            return Settings()

    def change(
        self, *, provided: Callable[[Settings], bool] = lambda _: True, **chosen: Any
    ) -> Settings:
        """Write the chosen fields, keep all others as they are on disk now, return the result.
        Nothing is written unless what is on disk now is as `provided`.

        Raises DiskRefused; the old file then stays as it was.
        """
        # Imported here: most runs of the terminal change nothing.
        from filelock import FileLock, Timeout

        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock"), timeout=5):
                known = self.read()
                if not provided(known):
                    return known
                changed = replace(known, **chosen)
                try:
                    raw = self._raw()
                except _Nonsense:
                    raw = {}
                # Fields of a newer version stay in the file.
                self._write(raw | _json(changed))
        except Timeout as busy:
            raise DiskRefused(self.path, "EAGAIN") from busy
        except OSError as refusal:
            raise DiskRefused(
                self.path, errno.errorcode.get(refusal.errno or 0, "EIO")
            ) from refusal
        return changed

    def _raw(self) -> dict[str, Any]:
        try:
            with self.path.open("rb") as file:
                content = file.read(_SIZE_LIMIT + 1)
        except FileNotFoundError:
            return {}
        except OSError as refusal:
            raise _Nonsense from refusal
        try:
            if len(content) > _SIZE_LIMIT:
                raise _Nonsense
            raw = json.loads(content)
        except (ValueError, RecursionError) as nonsense:
            raise _Nonsense from nonsense
        if not isinstance(raw, dict):
            raise _Nonsense
        return raw

    def _put_aside(self) -> None:
        self.kept_aside = self.path
        for number in range(1, 1000):
            aside = self.path.with_name(f"{self.path.name}.unreadable-{number}")
            if not aside.exists():
                # A folder that can't be written keeps the file where it is.
                with contextlib.suppress(OSError):
                    self.path.rename(aside)
                    self.kept_aside = aside
                return

    def _write(self, raw: dict[str, Any]) -> None:
        # Imported here, as filelock is: most starts change nothing.
        import tempfile

        handle, name = tempfile.mkstemp(prefix=".settings-", dir=self.path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(raw, file, indent=2)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _json(settings: Settings) -> dict[str, Any]:
    written: dict[str, Any] = {
        field.name: getattr(settings, field.name) for field in fields(settings)
    }
    written["servers"] = list(settings.servers)
    for name in ("correction", "measured"):
        correction: Correction | None = getattr(settings, name)
        written[name] = correction and correction.to_json()
    return written


def _settings(raw: dict[str, Any]) -> Settings:
    read: dict[str, Any] = {}
    try:
        for name, kind in _KINDS.items():
            if name in raw:
                read[name] = kind(raw[name])
        if "servers" in raw:
            for server in raw["servers"]:
                parse_server(server)
            read["servers"] = tuple(raw["servers"])
        if raw.get("time_check") is not None:
            read["time_check"] = TimeCheck(raw["time_check"])
        if "servers_needed" in raw:
            needed = raw["servers_needed"]
            if type(needed) is not int or not 1 <= needed <= 99:
                raise _Nonsense
            read["servers_needed"] = needed
        for name in ("correction", "measured"):
            if raw.get(name) is not None:
                read[name] = Correction.from_json(raw[name])
        for name, offered in _NUMBERS.items():
            if name in raw:
                if type(raw[name]) is not int or raw[name] not in offered:
                    raise _Nonsense
                read[name] = raw[name]
        for name, plain in _PLAIN.items():
            if name in raw:
                if not isinstance(raw[name], plain):
                    raise _Nonsense
                read[name] = raw[name]
        if read.get("language") not in LANGUAGES:  # one of a newer version, perhaps
            read["language"] = ""
    except (ValueError, TypeError, AttributeError, AuthenticatorError) as nonsense:
        raise _Nonsense from nonsense
    return Settings(**read)
