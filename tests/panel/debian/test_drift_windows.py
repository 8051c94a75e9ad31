"""How far off a clock may be at each of Debian's panels, and how soon it takes the next code."""

import pytest

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


@pytest.mark.parametrize("site", [Glewlwyd], indirect=True, ids=[Glewlwyd.PACKAGE], scope="session")
def test_glewlwyd_takes_no_code_for_a_period_after_one(measurer: Measurer) -> None:
    assert not measurer.takes_next_at_once(measurer.enrolled())
