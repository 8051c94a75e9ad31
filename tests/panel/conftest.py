"""One panel of each family, one browser and one keyring for all tests here; a new user for each."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.panel.ways import ByTerminal, ByWindow, Way
from tests.services.browser import chromium
from tests.services.panel import DjangoPanel, FlaskPanel, Panel, served
from tests.services.screen import x_screen
from tests.services.secret_service import SecretService, secret_service
from tests.services.shifted_clock import shifted_clock

USERS = [f"kim{number}@example.org" for number in range(30)]


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    """A screen apart from that of other tests, because the browser stays on it."""
    with x_screen() as environment:
        yield environment


@pytest.fixture(scope="module")
def browser(screen: dict[str, str]) -> Iterator[Chrome]:
    with chromium(os.environ | screen) as opened:
        yield opened


Site = tuple[type[Panel], str, Iterator[str]]


@pytest.fixture(scope="module", params=[DjangoPanel, FlaskPanel], ids=["django", "flask"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """One family of panels: its class, its address, and its users one after another."""
    with served(request.param, *USERS) as url:
        yield request.param, url, iter(USERS)


@pytest.fixture
def panel(browser: Chrome, site: Site) -> Panel:
    """A new user, at the panel's page with the QR code."""
    kind, url, users = site
    opened = kind(browser, url, next(users))
    opened.sign_in()
    opened.begin_enrolment()
    return opened


@pytest.fixture(scope="module")
def ring() -> Iterator[SecretService]:
    with secret_service() as service:
        yield service


Open = Callable[..., Way]


@pytest.fixture
def by_terminal(home: Path, ring: SecretService, tmp_path: Path) -> Open:
    return lambda shift_s=0: ByTerminal(home, ring.environment | shifted_clock(shift_s), tmp_path)


@pytest.fixture
def by_window(home: Path, ring: SecretService, screen: dict[str, str]) -> Iterator[Open]:
    opened: list[ByWindow] = []

    def start(shift_s: float = 0) -> Way:
        surroundings = ring.environment | screen | {"XDG_SESSION_TYPE": "x11"}
        opened.append(ByWindow(home, surroundings | shifted_clock(shift_s)))
        return opened[-1]

    yield start
    for way in opened:
        way.end()


@pytest.fixture(params=["by_terminal", "by_window"])
def open_app(request: pytest.FixtureRequest) -> Open:
    """Start the app in one of both ways, with a clock that is so many seconds ahead."""
    return request.getfixturevalue(request.param)
