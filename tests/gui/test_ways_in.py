"""Every way in does the same with each input, in the window and in the terminal.

All texts go by standard input and by drop; each goes by one of the other ways besides, and drawn as
a code by one of those of pictures: the next by the next. `make soak` takes as many ways for each as
it has rounds, and with more rounds than ways all of them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from authenticator.app.enrolment import sort_payloads
from authenticator.app.reading import Source, read_sources
from authenticator.otp.account import Account
from tests.field import pictures, texts
from tests.field.truth import Variant
from tests.gui import ways_in
from tests.gui.conftest import Open
from tests.gui.fakes import FakeServices, fill
from tests.gui.ways_in import InWindow, Taken, Terminal, Way, words

pytestmark = pytest.mark.soak
TEXTS = {name: tuple(kind()) for name, kind in texts.KINDS.items()}
PICTURES_SHARE = 8
"""Each way takes one in so many of the variants that are pictures, which take longest."""


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(tmp_path, monkeypatch)


@pytest.fixture
def window(
    qtbot: QtBot,
    open_window: Open,
    services: FakeServices,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> InWindow:
    fill(services, 0).close()
    opened = open_window()
    qtbot.waitUntil(lambda: opened.session.is_open)
    return InWindow(qtbot, opened, services, tmp_path, monkeypatch)


@pytest.fixture
def take(request: pytest.FixtureRequest) -> object:
    """Gives a variant by a way in."""

    def take(way: Way, variant: Variant) -> Taken:
        of_window = way.__qualname__.startswith(InWindow.__name__)
        return way(request.getfixturevalue("window" if of_window else "terminal"), variant)

    return take


def share(
    variants: Sequence[Variant], way: Way, ways: Sequence[Way], rounds: int, of: int = 0
) -> Iterator[Variant]:
    """The variants whose turn it is to go by this way."""
    parts = max(len(ways), of)
    for number, variant in enumerate(variants):
        if (number + ways.index(way)) % parts < rounds:
            yield variant


def compare(taken: Taken, wanted: set[Account], variant: Variant) -> None:
    assert taken.accounts == wanted, variant.name
    assert taken.spoke or taken.accounts, variant.name


def wanted(variant: Variant) -> set[Account]:
    """What every way has to find."""
    return {one.account for one in sort_payloads([words(variant)]).found}


def name_of(way: Way) -> str:
    return way.__qualname__


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("way", [Terminal.add_stdin, InWindow.drop_text], ids=name_of)
def test_all_texts_are_taken_alike(take, way: Way, kind: str) -> None:  # type: ignore[no-untyped-def]
    for variant in TEXTS[kind]:
        compare(take(way, variant), wanted(variant), variant)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("way", ways_in.AS_TEXT, ids=name_of)
def test_text_is_taken_alike_by_every_way(take, way: Way, kind: str, rounds: int) -> None:  # type: ignore[no-untyped-def]
    for variant in share(TEXTS[kind], way, ways_in.AS_TEXT, rounds):
        compare(take(way, variant), wanted(variant), variant)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("way", ways_in.AS_CODE, ids=name_of)
def test_code_is_taken_as_its_text_by_every_way(take, way: Way, kind: str, rounds: int) -> None:  # type: ignore[no-untyped-def]
    for variant in share(TEXTS[kind], way, ways_in.AS_CODE, rounds):
        compare(take(way, variant), wanted(variant), variant)


@pytest.mark.parametrize("kind", pictures.KINDS)
@pytest.mark.parametrize("way", ways_in.AS_FILES, ids=name_of)
def test_pictures_are_taken_alike_by_every_way(  # type: ignore[no-untyped-def]
    take, services: FakeServices, way: Way, kind: str, rounds: int
) -> None:
    variants = tuple(pictures.KINDS[kind]())
    for variant in share(variants, way, ways_in.AS_FILES, rounds, PICTURES_SHARE):
        sources = [Source("given", picture=one) for one in ways_in.files(variant)]
        found = read_sources(sources, services.read_picture).payloads.found
        compare(take(way, variant), {one.account for one in found}, variant)


def test_each_text_goes_by_a_way_of_pictures_and_each_way_is_gone() -> None:
    for rounds in (1, 2, len(ways_in.AS_CODE)):
        gone = [
            {one.name for one in share(TEXTS[kind], way, ways_in.AS_CODE, rounds)}
            for kind in TEXTS
            for way in ways_in.AS_CODE
        ]
        assert all(gone)
        assert sum(map(len, gone)) == rounds * sum(map(len, TEXTS.values()))
