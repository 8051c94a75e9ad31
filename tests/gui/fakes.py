"""The app's own parts with a keyring in memory, films for cameras, and time servers that answer
as the test wants; everything else is what a user has."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from authenticator.app.autostart import Autostart, DesktopFile
from authenticator.app.brand import Pack
from authenticator.app.settings import Settings
from authenticator.app.time.check import ServerAnswer, ServerProgress, TimeAnswer
from authenticator.app.time.correction import measured
from authenticator.clock.agreement import Decision, Verdict
from authenticator.clock.boot_clock import this_boot
from authenticator.clock.clock import Clock
from authenticator.clock.clock_reading import ClockReading
from authenticator.clock.system_sync import Sync, SystemSync
from authenticator.compose import Services
from authenticator.otp.account import Account, Hotp, Label, Totp
from authenticator.otp.secret import Secret
from authenticator.scan.camera import Camera, CameraName, Capture
from authenticator.vault.errors import SecretMissing
from authenticator.vault.key_derivation import CHEAP, Cost
from authenticator.vault.kinds import StoreKind
from authenticator.vault.stores.secret_store import SecretStore
from authenticator.vault.vault import Vault


class Keyring:
    """A keyring in memory; `fault`, where set, is what every call raises."""

    def __init__(self) -> None:
        self.items: dict[str, str] = {}
        self.fault: Exception | None = None
        self.reads: list[str] = []

    def read(self, name: str) -> str:
        self._answer()
        self.reads.append(name)
        if name not in self.items:
            raise SecretMissing(name)
        return self.items[name]

    def write(self, name: str, text: str) -> None:
        self._answer()
        self.items[name] = text

    def delete(self, name: str) -> None:
        self._answer()
        self.items.pop(name, None)

    def _answer(self) -> None:
        if self.fault is not None:
            raise self.fault


MOST_LOST = 5
"""Frames lost at a time. More could be all that show a code: a slow computer sees the film slower
instead."""


class FilmCamera:
    """A film played as a camera delivers it: each frame at its time, and frames nobody fetches are
    lost. It starts again at its end, as a person goes on holding up a code."""

    def __init__(self, camera: Camera) -> None:
        import cv2

        self._camera = camera
        self._film = camera._capture
        self._frame_s = 1 / self._film.get(cv2.CAP_PROP_FPS)
        self._rewind = lambda: self._film.set(cv2.CAP_PROP_POS_FRAMES, 0)
        self._due_s = time.monotonic()

    def read(self):  # type: ignore[no-untyped-def]
        self._due_s += self._frame_s
        for _ in range(MOST_LOST):
            if self._due_s >= time.monotonic() or not self._film.grab():
                break
            self._due_s += self._frame_s
        self._due_s = max(self._due_s, time.monotonic())
        time.sleep(max(0.0, self._due_s - time.monotonic()))
        frame = self._camera.read()
        if frame is None and not self._camera._closed:
            self._rewind()
            return self._camera.read()
        return frame

    def close(self) -> None:
        self._camera.close()


class FakeServices(Services):
    """Parts a test can replace: keyring, clock, cameras, the servers' answer."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.fake_keyring = Keyring()
        self.still: Clock | None = None
        self.films: dict[str, Path | Capture | Exception] = {}
        self.opened: list[Camera] = []
        self.pack: Pack | None = None
        self.answer: TimeAnswer | Exception = unreachable()
        self.asked: list[tuple[str, ...]] = []
        self.sync = SystemSync(Sync.UNKNOWN, False, "linux")

    def keyring(self) -> SecretStore:
        return self.fake_keyring

    def clock(self, settings: Settings | None = None) -> Clock:
        return self.still or super().clock(settings)

    def passphrase_cost(self) -> Cost:
        return CHEAP

    def cameras(self) -> list[CameraName]:
        return [CameraName(number, name) for number, name in enumerate(self.films)]

    def open_camera(self, source: int | Path) -> Camera | FilmCamera:
        film = list(self.films.values())[source] if isinstance(source, int) else source
        if isinstance(film, Exception):
            raise film
        played = isinstance(film, Path)
        self.opened.append(super().open_camera(film) if played else Camera(film, source))
        return FilmCamera(self.opened[-1]) if played else self.opened[-1]

    def ask_time(
        self,
        servers: Sequence[str] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        *,
        needed: int | None = None,
        heard: Callable[[ServerProgress], None] = lambda _: None,
    ) -> TimeAnswer:
        self.asked.append(tuple(servers or self.settings_file.read().servers))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def brands(self) -> Pack | None:
        return self.pack

    def autostart(self) -> Autostart | None:
        return DesktopFile(self.home / "autostart")

    def system_sync(self) -> SystemSync:
        return self.sync


def unreachable() -> TimeAnswer:
    """Return the answer a computer gets without a network."""
    return TimeAnswer(
        Decision.UNREACHABLE,
        None,
        None,
        (ServerAnswer("time.example", None, None, None, Verdict.FAILED, "name_not_found"),),
        1_700_000_000.0,
    )


SERVERS = ("time.cloudflare.com", "ptbtime1.ptb.de", "nts.netnod.se")


def answered(decision: Decision, *servers: ServerAnswer) -> TimeAnswer:
    """Return the answer where these servers don't agree."""
    return TimeAnswer(decision, None, None, servers, time.time())


def agreed(offset_s: float, *others: ServerAnswer) -> TimeAnswer:
    """Return the answer of three good servers of different operators, beside `others`."""
    boot = this_boot()
    now = ClockReading.now(steady=boot.read)
    servers = tuple(
        ServerAnswer(host, offset_s + place * 0.004, 0.031, 2, Verdict.AGREES, "", 0.02)
        for place, host in enumerate(SERVERS)
    )
    return TimeAnswer(
        Decision.AGREED,
        offset_s,
        0.02,
        servers + others,
        now.wall_s + offset_s,
        correction=measured(offset_s, 0.02, boot, now),
    )


def account(issuer: str, name: str, seed: int = 1, otp: object = None) -> Account:
    """Return an account whose key follows from `seed`."""
    key = bytes((seed * 37 + place * 11) % 256 for place in range(20))
    return Account(Label(issuer, name), Secret(key), otp or Totp())


NAMES = (
    ("Zone panel", "kim@example.org"),
    ("Git hosting", "kim"),
    ("Mail", "kim.van.der.meer@a-rather-long-department.example.org"),
    ("127.0.0.1:8765", "alice"),
    ("Störungsdienst für Ämter, Behörden und kommunale Rechenzentren", "Jörg Müller"),
    ("Bank", "4711-0815"),
    ("Wiki", "kim"),
    ("クラウド", "金"),
    ("Shop", "orders@example.org"),
    ("VPN", "kim"),
)


def fill(services: Services, count: int = 6, *, counting: bool = False) -> Vault:
    """Create a vault with `count` accounts, the last one HOTP where asked for."""
    vault = services.create_vault(StoreKind.KEYRING)
    for number in range(count):
        issuer, name = NAMES[number % len(NAMES)]
        suffix = "" if number < len(NAMES) else f" {number}"
        otp = Hotp() if counting and number == count - 1 else Totp()
        vault.add(account(issuer + suffix, name, number + 1, otp))
    return vault
