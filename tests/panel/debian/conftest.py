"""Debian's panels, each started once, in a browser that knows the names they want to have."""

import os
from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests.panel.conftest import Open
from tests.panel.debian.glewlwyd import Glewlwyd
from tests.panel.debian.lemonldap import LemonLdap
from tests.panel.debian.measure import Measurer
from tests.panel.debian.mediawiki import MediaWiki
from tests.panel.debian.panel import DebianPanel, served
from tests.panel.debian.redmine import Redmine
from tests.services.browser import chromium

USERS = [f"Kim{number}" for number in range(12)]
Site = tuple[type[DebianPanel], str, Iterator[str]]


@pytest.fixture(scope="module")
def browser(screen: dict[str, str]) -> Iterator[Chrome]:
    with chromium(os.environ | screen, hosts=[LemonLdap.HOST]) as opened:
        yield opened


PANELS = {kind.PACKAGE: kind for kind in (Redmine, MediaWiki, LemonLdap, Glewlwyd)}


class ByPanel(LoadScopeScheduling):
    """One process for all tests of a panel: most of the time each waits for a time step."""

    def _split_scope(self, nodeid: str) -> str:
        return next(package for package in PANELS if f"[{package}" in nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByPanel:
    return ByPanel(config, log)


@pytest.fixture(scope="session", params=PANELS.values(), ids=PANELS)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A panel: its class, its address, and its users one after another."""
    with served(request.param, *USERS) as url:
        yield request.param, url, iter(USERS)


@pytest.fixture
def measurer(browser: Chrome, site: Site, by_terminal: Open) -> Measurer:
    return Measurer(browser, site, by_terminal())
