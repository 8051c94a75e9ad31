"""The one place that names the real parts: this user's folder, keyring, clock, camera, network.

Everything heavy is imported when it is asked for: a code on the terminal needs neither a
camera nor a decoder. Services has more than 25 methods, since each effect has one here and
nowhere else.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from authenticator import debug_log
from authenticator.app.settings import Settings
from authenticator.app.settings_file import SettingsFile
from authenticator.app.time.correction import corrected, up_to_date
from authenticator.clock.boot_clock import this_boot
from authenticator.clock.clock import Clock
from authenticator.clock.kiss_of_death import KissOfDeathLog
from authenticator.errors import DiskRefused
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo

if TYPE_CHECKING:
    import numpy as np

    from authenticator.app.autostart import Autostart
    from authenticator.app.brand import Pack
    from authenticator.app.home_access import HomeAccess
    from authenticator.app.time.check import ServerProgress, TimeAnswer
    from authenticator.clock.system_sync import SystemSync
    from authenticator.otp.remark import Remark
    from authenticator.scan.camera import Camera, CameraName
    from authenticator.scan.decoders import Payload
    from authenticator.scan.ladder import Reading
    from authenticator.scan.live_scan import LiveScan
    from authenticator.scan.sandbox import Layer
    from authenticator.scan.worker_pool import WorkerPool
    from authenticator.vault.key_derivation import Cost
    from authenticator.vault.repair import Repaired
    from authenticator.vault.stores.secret_store import SecretStore
    from authenticator.vault.vault import Vault

HOME_VARIABLE = "AUTHENTICATOR_HOME"


class Services:
    """The real effects (keyring, clock, camera, network), and the vault and settings of one
    folder."""

    def __init__(self, home: Path, *, debug: bool = False) -> None:
        self.home = home
        self.settings_file = SettingsFile(home / "settings.json")
        self.debug = debug
        """Whether this run writes a debug log, whatever the settings say."""
        self.keyring_waits: Callable[[], None] | None = None
        """Is called, on another thread, where the keyring lets us wait."""
        self._kiss_log = KissOfDeathLog()

    @classmethod
    def for_user(cls, *, debug: bool = False) -> Services:
        """The folder that AUTHENTICATOR_HOME names, else the platform's place for data."""
        chosen = os.environ.get(HOME_VARIABLE)
        if chosen:
            home = Path(chosen)
            # What can't be found out (a user that is not there, a working directory that is gone)
            # is told by whoever uses the folder.
            with contextlib.suppress(OSError, RuntimeError):
                home = home.expanduser().absolute()
            return cls(home, debug=debug)
        import platformdirs

        return cls(platformdirs.user_data_path("authenticator", appauthor=False), debug=debug)

    def check_home(self) -> None:
        """Raises HomeOfAnother, where the folder is not this user's."""
        from authenticator.app.home_access import check_owner

        check_owner(self.home)

    @cached_property
    def home_access(self) -> HomeAccess:
        """Who else can get at the folder, which was closed to others when this was first asked."""
        from authenticator.app.home_access import close_to_others

        return close_to_others(self.home)

    @property
    def log_folder(self) -> Path:
        """Where the debug log is."""
        return self.home / "logs"

    def set_debug_log(self, *, chosen: bool) -> None:
        """Turn the debug log on or off: it is on if it is chosen in the settings, or for this
        run. Raises DiskRefused."""
        wanted = chosen or self.debug
        if wanted and not debug_log.is_on():
            debug_log.start(self.log_folder)
        elif not wanted:
            debug_log.stop()

    @cached_property
    def settings(self) -> Settings:
        """As read once, for a command. The window reads `settings_file` instead, which other
        processes may change while it is open."""
        return self.settings_file.read()

    def clock(self, settings: Settings | None = None) -> Clock:
        """The clock that codes follow: by these settings, else by those on disk now."""
        settings = settings or self.settings_file.read()
        return corrected(settings.correction, this_boot())

    def note_clock_changes(self, settings: Settings | None = None) -> Settings:
        """Store in the settings what has happened to the computer's clock since the last call,
        for example a restart; returns the settings as stored. `settings`: as just read, if they
        were."""
        boot = this_boot()
        known = settings or self.settings_file.read()
        changed = {
            name: kept
            for name in ("correction", "measured")
            if (stored := getattr(known, name)) is not None
            and (kept := up_to_date(stored, boot)) != stored
        }
        if changed:
            # If the disk refuses, the next start finds the same out again.
            with contextlib.suppress(DiskRefused):
                known = self.settings_file.change(
                    provided=lambda on_disk: all(
                        getattr(on_disk, name) == getattr(known, name) for name in changed
                    ),
                    **changed,
                )
        return known

    @cached_property
    def _keyring(self) -> SecretStore:
        from authenticator.vault.stores.keyring import KeyringStore

        if self.keyring_waits is None:
            return KeyringStore()
        from authenticator.app.keyring_wait import AnnouncingStore

        return AnnouncingStore(KeyringStore(), self.keyring_waits)

    @cached_property
    def _worker_pool(self) -> WorkerPool:
        from authenticator.scan.worker_pool import WorkerPool

        return WorkerPool()

    def keyring(self) -> SecretStore:
        """The OS keyring."""
        return self._keyring

    def inspect_vault(self) -> VaultInfo | None:
        """What kind of vault there is, or None."""
        from authenticator.vault import lifecycle

        return lifecycle.inspect(self.home)

    def open_vault(
        self,
        passphrase: str | Callable[[], str] | None = None,
        key: bytes | None = None,
        now: Callable[[], float] | None = None,
    ) -> Vault:
        """The vault in this folder; see lifecycle.open for its errors."""
        from authenticator.vault import lifecycle

        return lifecycle.open(
            self.home,
            keyring=self.keyring(),
            passphrase=passphrase,
            key=key,
            cost=self.passphrase_cost,
            now=now or self._now,
        )

    def create_vault(self, store: StoreKind, passphrase: str | None = None) -> Vault:
        """A first vault. Its key goes into the OS keyring, or under the passphrase if one is
        given; see lifecycle.create for its errors."""
        from authenticator.vault import lifecycle
        from authenticator.vault.errors import KeyringAbsent

        try:
            return lifecycle.create(
                self.home,
                store=store,
                key=KeyKind.KEYRING if passphrase is None else KeyKind.PASSPHRASE,
                keyring=self.keyring(),
                passphrase=passphrase,
                cost=None if passphrase is None else self.passphrase_cost(),
                now=self._now,
            )
        except KeyringAbsent:
            raise KeyringAbsent(new_vault=True) from None

    def passphrase_cost(self) -> Cost:
        """What a guess at a new passphrase is to cost, measured on this computer."""
        from authenticator.vault.key_derivation import measured_cost

        return measured_cost()

    def _now(self) -> float:
        """Unix seconds of the corrected clock; its settings are read only when this is called."""
        return self.clock().now()

    def quarantine_vault(self) -> Path:
        """Keep a damaged vault under another name, so that a new one can be made."""
        from authenticator.vault import lifecycle

        return lifecycle.quarantine(self.home)

    def inspect_damaged_vault(self) -> VaultInfo:
        """What opening the vault takes, read from a file that may be damaged; see
        repair.inspect for its errors."""
        from authenticator.vault import repair

        return repair.inspect(self.home)

    def vault_needs_repair(self) -> bool:
        """Whether the file of the vault is damaged, accounts aside; see repair.is_needed."""
        from authenticator.vault import repair

        return repair.is_needed(self.home)

    def repair_vault(
        self,
        passphrase: str | Callable[[], str] | None = None,
        key: bytes | None = None,
    ) -> Repaired:
        """Put a new file in place of a damaged one, with what can be read of it; see
        repair.repair for its errors."""
        from authenticator.vault import repair

        return repair.repair(self.home, keyring=self.keyring(), passphrase=passphrase, key=key)

    def read_picture(self, source: Path | bytes | np.ndarray) -> Reading:
        """All codes in a picture: a file, the bytes of one, or a frame. See WorkerPool.read."""
        reading = self._worker_pool.read(source)
        debug_log.write(
            "picture read",
            source=type(source),
            codes=len(reading.payloads),
            ms=reading.ms,
            complete=reading.complete,
            by_zbar=reading.by_zbar,
        )
        return reading

    def icon(self, picture: Path) -> bytes:
        """A picture made small for an account, as pixels. See WorkerPool.icon."""
        return self._worker_pool.icon(picture)

    def legibility(
        self, picture: Path | bytes | np.ndarray, payloads: Sequence[Payload]
    ) -> tuple[tuple[Remark, ...], ...]:
        """What would keep a phone from reading each code of a picture. See
        WorkerPool.legibility."""
        return self._worker_pool.legibility(picture, payloads)

    def reader_layers(self) -> dict[Layer, bool]:
        """What shuts off the process that reads pictures. See WorkerPool.layers."""
        return self._worker_pool.layers()

    def warm_up(self) -> None:
        """Start the process that reads pictures, so that the first one need not wait for it."""
        self._worker_pool.warm_up()

    def close(self) -> None:
        """End the processes that read pictures."""
        if "_worker_pool" in self.__dict__:
            self._worker_pool.close()

    def cameras(self) -> list[CameraName]:
        """The cameras of this computer by name."""
        from authenticator.scan.camera import cameras

        return cameras()

    def open_camera(self, source: int | Path) -> Camera:
        """A camera by its number, or a video file."""
        from authenticator.scan.camera import open_camera

        return open_camera(source)

    def live_scan(self) -> LiveScan:
        """A new scan of camera frames."""
        from authenticator.scan.live_scan import LiveScan

        return LiveScan(read_frame=self._worker_pool.read_frame)

    def ask_time(
        self,
        servers: Sequence[str] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        needed: int | None = None,
        heard: Callable[[ServerProgress], None] = lambda _: None,
    ) -> TimeAnswer:
        """Ask time servers (the chosen ones, else those of the settings) how wrong this
        computer's clock is; `needed` of them must agree. See ask_servers."""
        from authenticator.app.time.check import ask_servers
        from authenticator.clock.server import ask

        settings = self.settings_file.read()
        return ask_servers(
            tuple(settings.servers if servers is None else servers),
            cancelled=cancelled,
            needed=settings.servers_needed if needed is None else needed,
            heard=heard,
            ask=partial(ask, kiss_log=self._kiss_log),
        )

    def brands(self) -> Pack | None:
        """The icons of known brands; None if their package is not installed."""
        from authenticator.app.brand import SimpleIcons

        try:
            return SimpleIcons()
        except ImportError:
            return None

    def autostart(self) -> Autostart | None:
        """The entry that starts the window with the session; None if the system alone decides."""
        from authenticator.app.autostart import for_this_system

        return for_this_system()

    def system_sync(self) -> SystemSync:
        """Whether the system synchronises this computer's clock."""
        from authenticator.clock.system_sync import system_sync

        return system_sync()
