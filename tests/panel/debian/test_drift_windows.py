"""How far off a clock may be at each of Debian's panels, and how soon it takes the next code."""

import pytest
from selenium.webdriver import Chrome

from tests.panel.conftest import Open
from tests.panel.debian.conftest import Site
from tests.panel.debian.glewlwyd import Glewlwyd
from tests.panel.debian.measure import Measurer

pytestmark = pytest.mark.system

WINDOWS = {
    "redmine": (1, 0),
    "mediawiki": (4, 4),
    "liblemonldap-ng-portal-perl": (1, 1),
    "glewlwyd": (0, 0),
}
"""Time steps behind and ahead."""


def test_panel_takes_codes_of_its_drift_window_only(measurer: Measurer, site: Site) -> None:
    assert (measurer.behind(), measurer.ahead()) == WINDOWS[site[0].PACKAGE]


at_glewlwyd = pytest.mark.parametrize(
    "site", [Glewlwyd], indirect=True, ids=[Glewlwyd.PACKAGE], scope="session"
)


@at_glewlwyd
def test_glewlwyd_takes_no_code_for_a_period_after_one(measurer: Measurer) -> None:
    assert not measurer.takes_next_at_once(measurer.enrolled())


@at_glewlwyd
def test_glewlwyd_takes_codes_by_counter_in_order_and_once(
    browser: Chrome, site: Site, by_terminal: Open
) -> None:
    """It skips none, in spite of its setting `hotp-window`."""
    kind, url, users = site
    panel, app = kind(browser, url, next(users)), by_terminal()
    panel.sign_in()
    panel.begin_enrolment_by_counter()
    app.scan(panel)
    first, second, third = (app.code() for _ in range(3))
    panel.sign_in()
    assert not panel.answer(second)
    assert panel.answer(first)
    panel.sign_in()
    assert not panel.answer(first)
    assert not panel.answer(third)
    assert panel.answer(second)
