"""Every way in does the same with each input, in the window and in the terminal."""

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from pytestqt.qtbot import QtBot

from authenticator.app.enrolment import sort_payloads
from authenticator.app.reading import Source
from authenticator.app.text_input import text_of
from authenticator.cli.main import run
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.window import Window
from authenticator.otp.account import Account
from authenticator.otp.link_reading import read_link
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.cli.conftest import StandInDesktop
from tests.field import texts
from tests.field.truth import Variant
from tests.gui.conftest import Open, page_name
from tests.gui.fakes import FakeServices, fill
from tests.services import pictures

KINDS = {name: tuple(kind()) for name, kind in texts.KINDS.items()}
SOME = 7
"""Each way takes every seventh variant; two take all."""
LONGEST = 600
"""Bytes of a text that is drawn as a code here."""
PASSPHRASE = "correct horse"


def written(variant: Variant) -> bytes:
    assert not isinstance(variant.given, tuple)
    return variant.given if isinstance(variant.given, bytes) else variant.given.encode()


def wanted(variant: Variant) -> set[Account]:
    """What every way has to find."""
    return {one.account for one in sort_payloads([text_of(written(variant))]).found}


class Terminal:
    """Commands, each on a vault of its own. They return what is in it then, and whether the
    terminal spoke of something that is not."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._patch = monkeypatch
        self._runs = 0
        self.desktop = StandInDesktop()
        self._passphrase = folder / "passphrase"
        self._passphrase.write_text(PASSPHRASE)

    def file(self, content: bytes, name: str = "given") -> Path:
        path = self._folder / name
        path.write_bytes(content)
        return path

    def __call__(self, *words: object, stdin: bytes = b"") -> tuple[set[Account], bool]:
        self._runs += 1
        home = self._folder / f"home{self._runs}"
        lifecycle.create(
            home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase=PASSPHRASE, cost=CHEAP
        ).close()
        self._patch.setenv("AUTHENTICATOR_HOME", str(home))
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        command = [*map(str, words), "--passphrase-file", str(self._passphrase)]
        exit_code = run(command, self.desktop)
        vault = lifecycle.open(home, passphrase=PASSPHRASE)
        accounts = {vault.account(entry.id) for entry in vault.entries()}
        vault.close()
        return accounts, exit_code != 0


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(tmp_path, monkeypatch)


def by_file(terminal: Terminal, variant: Variant) -> tuple[set[Account], bool]:
    return terminal("add", terminal.file(written(variant)))


def by_stdin(terminal: Terminal, variant: Variant) -> tuple[set[Account], bool]:
    return terminal("add", "-", stdin=written(variant))


def by_scanned_file(terminal: Terminal, variant: Variant) -> tuple[set[Account], bool]:
    return terminal("scan", terminal.file(written(variant)), "--add")


def by_copied_text(terminal: Terminal, variant: Variant) -> tuple[set[Account], bool]:
    terminal.desktop.copied = [Source("clipboard", text=text_of(written(variant)))]
    return terminal("scan", "--clipboard", "--add")


def by_picture(terminal: Terminal, variant: Variant) -> tuple[set[Account], bool]:
    return terminal("scan", terminal.file(drawn(variant), "code.png"), "--add")


def by_screen(terminal: Terminal, variant: Variant) -> tuple[set[Account], bool]:
    terminal.desktop.shown = [pixels(variant)]
    return terminal("scan", "--screen", "--add")


def by_film(terminal: Terminal, variant: Variant) -> tuple[set[Account], bool]:
    path = terminal.file(b"", "film.avi")
    pictures.film(path, [pixels(variant)] * 4)
    return terminal("scan", "--camera", path, "--add")


def pixels(variant: Variant) -> np.ndarray:
    code = pictures.qr_pixels(text_of(written(variant)), module_px=6)
    return np.pad(code, 40, constant_values=255)


def drawn(variant: Variant) -> bytes:
    return pictures.encoded(pixels(variant))


TextWay = Callable[[Terminal, Variant], tuple[set[Account], bool]]
AS_TEXT: Sequence[TextWay] = (by_file, by_stdin, by_scanned_file, by_copied_text)
AS_CODE: Sequence[TextWay] = (by_picture, by_screen, by_film)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", AS_TEXT, ids=lambda way: way.__name__)
def test_terminal_takes_text_alike_by_every_way(
    terminal: Terminal, way: TextWay, kind: str
) -> None:
    for variant in KINDS[kind] if way is by_stdin else KINDS[kind][::SOME]:
        found, spoke = way(terminal, variant)
        assert found == wanted(variant), variant.name
        assert spoke or found, variant.name


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", AS_CODE, ids=lambda way: way.__name__)
def test_terminal_takes_code_as_it_takes_its_text(
    terminal: Terminal, way: TextWay, kind: str
) -> None:
    for variant in KINDS[kind][::SOME]:
        if "\0" in text_of(written(variant)) or len(written(variant)) > LONGEST:
            continue
        found, spoke = way(terminal, variant)
        assert found == wanted(variant), variant.name
        assert spoke or found, variant.name


# The window


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 0).close()
    opened = open_window()
    qtbot.waitUntil(lambda: opened.session.is_open)
    return opened


def taken(qtbot: QtBot, window: Window, give: Callable[[], None]) -> tuple[set[Account], bool]:
    """What the window found, and whether it spoke of something else."""
    window.enrolment.scan()
    scanning = page_name(window)
    give()
    scan_page = window.enrolment.scan_page()
    qtbot.waitUntil(lambda: page_name(window) != scanning or not scan_page.notice.isHidden())
    if page_name(window) == scanning:
        return set(), True
    spoke = page_name(window) != "Accounts found" or bool(
        window.enrolment.review_page().notice.isVisible()
    )
    links, _ = window.enrolment.under_way()
    return {read_link(link).account for link in links}, spoke


def mime(variant: Variant) -> QMimeData:
    made = QMimeData()
    made.setText(text_of(written(variant)))
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_window_takes_dropped_text_as_terminal_does(
    qtbot: QtBot, window: Window, kind: str
) -> None:
    for variant in KINDS[kind]:
        dropped = dropped_sources.sources(mime(variant))
        if not dropped:
            continue
        found, spoke = taken(qtbot, window, lambda: window.enrolment.read(dropped))  # noqa: B023
        assert found == wanted(variant), variant.name
        assert spoke or found, variant.name


@pytest.mark.parametrize("kind", KINDS)
def test_window_takes_files_and_pictures_as_terminal_does(
    qtbot: QtBot, window: Window, kind: str, tmp_path: Path
) -> None:
    for variant in KINDS[kind][::SOME]:
        path = tmp_path / "given.txt"
        path.write_bytes(written(variant))
        url = QMimeData()
        url.setUrls([QUrl.fromLocalFile(str(path))])
        given = [dropped_sources.sources(url)]
        if "\0" not in text_of(written(variant)) and len(written(variant)) <= LONGEST:
            given.append([DroppedSource("picture", picture=drawn(variant))])
        for sources in given:
            found, spoke = taken(
                qtbot,
                window,
                lambda: window.enrolment.read(sources),  # noqa: B023 - called at once
            )
            assert found == wanted(variant), variant.name
            assert spoke or found, variant.name
