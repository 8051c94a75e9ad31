"""The ways in, by which the same input is given to the terminal and to the window."""

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from authenticator.app.reading import Source
from authenticator.app.text_input import text_of
from authenticator.cli.main import run
from authenticator.gui.desktop import dropped_sources, screen_capture
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.window import Window
from authenticator.otp.account import Account
from authenticator.otp.link_reading import read_link
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.cli.conftest import StandInDesktop
from tests.field.truth import Variant
from tests.gui.conftest import page_name
from tests.gui.fakes import FakeServices
from tests.services import pictures
from tests.services.pictures import Pixels

PASSPHRASE = "correct horse"


class Taken(NamedTuple):
    """What came of an input: the accounts, and whether there was a word about anything else."""

    accounts: set[Account]
    spoke: bool


def files(variant: Variant) -> list[bytes]:
    given = variant.given if isinstance(variant.given, tuple) else (variant.given,)
    return [one if isinstance(one, bytes) else one.encode() for one in given]


def written(variant: Variant) -> bytes:
    (only,) = files(variant)
    return only


def words(variant: Variant) -> str:
    return text_of(written(variant))


def desktop(variant: Variant) -> Pixels:
    """A screen, and a page on it that shows the text as a code."""
    code = np.pad(pictures.qr_pixels(words(variant), module_px=6), 40, constant_values=255)
    return np.pad(code, ((60, 90), (150, 240)), constant_values=90)


def drawn(variant: Variant) -> bytes:
    return pictures.encoded(desktop(variant))


def film(variant: Variant, path: Path) -> Path:
    """What a camera sees of it."""
    return pictures.film(path, [desktop(variant)] * 4)


class Terminal:
    """Commands, each on a vault of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._patch = monkeypatch
        self._runs = 0
        self.desktop = StandInDesktop()
        self._passphrase = folder / "passphrase"
        self._passphrase.write_text(PASSPHRASE)

    def file(self, content: bytes, name: str = "given") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def __call__(self, *arguments: object, stdin: bytes = b"") -> Taken:
        self._runs += 1
        home = self.folder / f"home{self._runs}"
        lifecycle.create(
            home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase=PASSPHRASE, cost=CHEAP
        ).close()
        self._patch.setenv("AUTHENTICATOR_HOME", str(home))
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        command = [*map(str, arguments), "--passphrase-file", str(self._passphrase)]
        exit_code = run(command, self.desktop)
        vault = lifecycle.open(home, passphrase=PASSPHRASE)
        accounts = {vault.account(entry.id) for entry in vault.entries()}
        vault.close()
        return Taken(accounts, exit_code != 0)

    # Texts

    def add_file(self, variant: Variant) -> Taken:
        return self("add", self.file(written(variant)))

    def add_stdin(self, variant: Variant) -> Taken:
        return self("add", "-", stdin=written(variant))

    def scan_file(self, variant: Variant) -> Taken:
        return self("scan", self.file(written(variant)), "--add")

    def scan_copied_text(self, variant: Variant) -> Taken:
        self.desktop.copied = [Source("clipboard", text=words(variant))]
        return self("scan", "--clipboard", "--add")

    # Codes

    def scan_picture(self, variant: Variant) -> Taken:
        return self("scan", self.file(drawn(variant), "code.png"), "--add")

    def scan_copied_picture(self, variant: Variant) -> Taken:
        self.desktop.copied = [Source("clipboard", picture=drawn(variant))]
        return self("scan", "--clipboard", "--add")

    def scan_screen(self, variant: Variant) -> Taken:
        self.desktop.shown = [desktop(variant)]
        return self("scan", "--screen", "--add")

    def scan_camera(self, variant: Variant) -> Taken:
        return self("scan", "--camera", film(variant, self.folder / "film.avi"), "--add")

    # Files as they are

    def scan_files(self, variant: Variant) -> Taken:
        given = [self.file(one, f"given{n}") for n, one in enumerate(files(variant))]
        return self("scan", *given, "--add")

    def scan_copied_files(self, variant: Variant) -> Taken:
        self.desktop.copied = [Source("clipboard", picture=one) for one in files(variant)]
        return self("scan", "--clipboard", "--add")


class InWindow:
    """The window, with an empty vault that is open."""

    def __init__(
        self,
        qtbot: QtBot,
        window: Window,
        services: FakeServices,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.window = window
        self._qtbot = qtbot
        self._services = services
        self._folder = folder
        self._screens: list[QImage] = []
        monkeypatch.setattr(screen_capture, "AWAY_MS", 1)
        monkeypatch.setattr(screen_capture, "grab", lambda: list(self._screens))

    def take(self, give: Callable[[], object] = lambda: None) -> Taken:
        """Open the scan page, give something to it, and wait for what it makes of it."""
        window = self.window
        window.navigation.home()
        window.enrolment.scan()
        scanning, scan_page = page_name(window), window.enrolment.scan_page()
        give()
        self._qtbot.waitUntil(
            lambda: (
                page_name(window) != scanning
                or not scan_page.notice.isHidden()
                or not scan_page.progress.isHidden()
            )  # parts are still to come
        )
        if page_name(window) == scanning:
            return Taken(set(), True)
        spoke = (
            page_name(window) != "Accounts found"
            or window.enrolment.review_page().notice.isVisible()
        )
        links, _ = window.enrolment.under_way()
        return Taken({read_link(link).account for link in links}, spoke)

    def _drop(self, mime: QMimeData) -> Taken:
        return self.take(lambda: self.window.enrolment.read(dropped_sources.sources(mime)))

    def _paste(self) -> Taken:
        return self.take(lambda: self._click(self.window.enrolment.scan_page().paste_button))

    def _click(self, button: object) -> None:
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    # Texts

    def drop_text(self, variant: Variant) -> Taken:
        mime = QMimeData()
        mime.setText(words(variant))
        return self._drop(mime)

    def drop_file(self, variant: Variant) -> Taken:
        return self.drop_files(variant)

    def paste_text(self, variant: Variant) -> Taken:
        QGuiApplication.clipboard().setText(words(variant))
        return self._paste()

    # Codes

    def drop_picture(self, variant: Variant) -> Taken:
        sources = [DroppedSource("picture", picture=drawn(variant))]
        return self.take(lambda: self.window.enrolment.read(sources))

    def paste_picture(self, variant: Variant) -> Taken:
        QGuiApplication.clipboard().setImage(QImage.fromData(drawn(variant)))
        return self._paste()

    def from_screen(self, variant: Variant) -> Taken:
        self._screens = [QImage.fromData(drawn(variant))]
        return self.take(lambda: self._click(self.window.enrolment.scan_page().screen_button))

    def by_camera(self, variant: Variant) -> Taken:
        self._services.films = {"Camera": film(variant, self._folder / "seen.avi")}
        try:
            return self.take()  # the camera runs as soon as the page is shown
        finally:
            self._services.films = {}

    # Files as they are

    def drop_files(self, variant: Variant) -> Taken:
        mime, urls = QMimeData(), []
        for number, one in enumerate(files(variant)):
            path = self._folder / f"dropped{number}"
            path.write_bytes(one)
            urls.append(QUrl.fromLocalFile(str(path)))
        mime.setUrls(urls)
        return self._drop(mime)

    def drop_pictures(self, variant: Variant) -> Taken:
        sources = [DroppedSource("picture", picture=one) for one in files(variant)]
        return self.take(lambda: self.window.enrolment.read(sources))


Way = Callable[[Terminal, Variant], Taken] | Callable[[InWindow, Variant], Taken]
AS_TEXT: Sequence[Way] = (
    *(Terminal.add_file, Terminal.scan_file, Terminal.scan_copied_text),
    *(InWindow.drop_file, InWindow.paste_text),
)
AS_CODE: Sequence[Way] = (
    *(Terminal.scan_picture, Terminal.scan_copied_picture, Terminal.scan_screen),
    *(Terminal.scan_camera, InWindow.drop_picture, InWindow.paste_picture),
    *(InWindow.from_screen, InWindow.by_camera),
)
AS_FILES: Sequence[Way] = (
    *(Terminal.scan_files, Terminal.scan_copied_files),
    *(InWindow.drop_files, InWindow.drop_pictures),
)
