"""A panel that is down, slow, broken or rate-limited: the app goes on, and nothing is lost."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.gui.window_driver import wait_for
from tests.panel.conftest import Open
from tests.panel.steps import early_in_a_step
from tests.services.front import Front, Weather, front
from tests.services.panel import DjangoPanel, Panel, served
from tests.services.stepped import SteppedClock

pytestmark = pytest.mark.system

KEY = "GKXVMZQ4UVSPQ5UCCMKXFVWYKXYTBSZ3"
LOST = [Weather.DOWN, Weather.BROKEN, Weather.LIMITED]
"""The panel never receives what was sent."""


@pytest.fixture(scope="module")
def users() -> Iterator[str]:
    return iter(f"kim{number}@example.org" for number in range(20))


@pytest.fixture(scope="module")
def fronted() -> Iterator[Front]:
    names = [f"kim{number}@example.org" for number in range(20)]
    with served(DjangoPanel, *names) as url, front(url) as before:
        yield before


@pytest.fixture
def panel(browser: Chrome, fronted: Front, users: Iterator[str]) -> Panel:
    """A new user, signed in by password alone, while all is well."""
    fronted.weather = Weather.FINE
    opened = DjangoPanel(browser, fronted.url, next(users))
    opened.sign_in()
    return opened


def ids(weather: Weather) -> str:
    return weather.name.lower()


@pytest.mark.parametrize("weather", LOST, ids=ids)
def test_code_lost_by_panel_is_still_valid_and_account_stays(
    by_terminal: Open, panel: Panel, fronted: Front, weather: Weather
) -> None:
    app = by_terminal()
    panel.begin_enrolment()
    app.scan(panel)
    assert app.give_code(panel)
    kept = app.label()
    panel.sign_in()
    fronted.weather = weather
    now_s = int(time.time())
    first = app.code("--at", now_s)
    panel.enter(first)
    panel.send()
    assert not panel.asks_for_code, "the page of the bad day"
    assert app.code("--at", now_s) == first, "a code that is looked at is not used up"
    assert app.label() == kept
    fronted.weather = Weather.FINE
    panel.sign_in()
    assert panel.answer(first)
    assert panel.two_step_is_on


def test_slow_panel_accepts_code_once_and_then_the_next(
    by_terminal: Open, panel: Panel, fronted: Front
) -> None:
    app = by_terminal()
    panel.begin_enrolment()
    app.scan(panel)
    assert app.give_code(panel)
    panel.sign_in()
    early_in_a_step()  # a code that arrives one step late moves this panel's window
    fronted.weather = Weather.SLOW
    assert app.give_code(panel)
    fronted.weather = Weather.FINE
    panel.sign_in()
    assert not app.give_again(panel), "late, but taken"
    following = app.code("--skew", 30)
    assert following != app.code()
    wait_for(lambda: panel.answer(following), "the panel's pause after a code used twice")


def test_right_code_is_accepted_after_pause_for_wrong_ones(
    by_terminal: Open, browser: Chrome, tmp_path: Path
) -> None:
    """The pause is a second or two, which a slow computer needs for a page, so the panel's clock
    is stopped meanwhile."""
    app, clock, user = by_terminal(), SteppedClock(tmp_path), "kim@example.org"
    surroundings = clock.environment
    with served(DjangoPanel, user, tolerance_steps=4, environment=surroundings) as url:
        panel = DjangoPanel(browser, url, user)
        panel.sign_in()
        panel.begin_enrolment()
        app.scan(panel)
        assert app.give_code(panel)
        panel.sign_in()
        code = app.code()
        clock.stop()
        for _ in range(2):
            assert not panel.answer(app.code("--skew", -600))
        assert not panel.answer(code), "the panel pauses"
        clock.set_to(0.0)
        wait_for(lambda: panel.answer(code), "the end of the panel's pause")


@pytest.mark.parametrize("weather", LOST, ids=ids)
def test_page_without_qr_code_is_reported_and_scanned_once_it_appears(
    by_terminal: Open, panel: Panel, fronted: Front, weather: Weather, tmp_path: Path
) -> None:
    app = by_terminal()
    fronted.weather = weather
    panel.browser.get(f"{fronted.url}/account/two_factor/setup/")
    page = tmp_path / "page.png"
    page.write_bytes(panel.browser.get_screenshot_as_png())
    for verb in (("scan", page, "--add"), ("inspect", page)):
        out, messages = app.app.run(*verb, exit_code=3)
        assert "No QR code found" in messages
        assert "Traceback" not in messages
        assert out == ""
    assert app.app.told("list") == []
    fronted.weather = Weather.FINE
    panel.begin_enrolment()
    app.scan(panel)
    assert app.label() == (panel.issuer, panel.account_name)


def test_hotp_codes_lost_in_outage_stay_within_panels_window(
    by_terminal: Open,
) -> None:
    app = by_terminal()
    words = ("add", "--account", "kim", "--type", "hotp", "--key-file", "-")
    (added,) = app.app.told(*words, stdin=KEY)
    swallowed = [str(app.app.told("code", added["id"])[0]["code"]) for _ in range(3)]
    following = str(app.app.told("code", added["id"])[0]["code"])
    assert len({*swallowed, following}) == 4
    checked = subprocess.run(
        ["oathtool", "--hotp", "-b", "-c0", "-w9", KEY, following],
        capture_output=True,
        text=True,
        check=True,
    )
    assert checked.stdout.strip() == "3"
    (told,) = app.app.told("verify", added["id"], swallowed[0])
    assert (told["counter"], told["away"]) == (0, -4), "how far the panel's counter is behind"
