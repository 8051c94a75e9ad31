"""The manual's flows at a real panel in a real browser, each by terminal and by window."""

import time

import pytest

from tests.gui.window_driver import wait_for
from tests.panel.conftest import Open
from tests.panel.steps import STEP_S, codes_since, early_in_a_step, next_step, wrong
from tests.services.panel import Panel
from tests.services.time_server import time_server

pytestmark = pytest.mark.system


def test_user_enables_signs_in_and_disables(open_app: Open, panel: Panel) -> None:
    app, key = open_app(), panel.key
    app.scan(panel)
    assert app.label() == (panel.issuer, panel.account_name)
    assert not panel.answer(wrong(key))
    begun = time.time()
    used = app.code()
    assert used in codes_since(key, begun)
    assert app.give_code(panel)
    assert panel.two_step_is_on

    panel.sign_in()
    assert panel.asks_for_code
    assert not panel.answer(wrong(key))
    if not panel.ENROLLING_IS_A_USE:
        wait_for(lambda: app.give_again(panel), "the panel's pause after a wrong code")
        panel.sign_in()
    assert not app.give_again(panel), "a code counts once"
    next_step()
    wait_for(lambda: app.give_code(panel), "the panel's pause after a code used twice")
    assert panel.two_step_is_on

    panel.disable()
    assert not panel.two_step_is_on
    panel.sign_in()
    assert not panel.asks_for_code


def test_typed_name_and_key_work_like_the_scan(open_app: Open, panel: Panel) -> None:
    app, key = open_app(), panel.key
    app.enter(panel)
    assert app.label() == ("By hand", panel.account_name)
    begun = time.time()
    assert app.code() in codes_since(key, begun)
    assert app.give_code(panel)
    assert panel.two_step_is_on


def test_clock_90_s_slow_is_refused_until_corrected(open_app: Open, panel: Panel) -> None:
    app = open_app(shift_s=-90)
    app.scan(panel)
    assert not app.give_code(panel)
    with time_server() as server:
        app.correct_time(server)
    assert app.give_code(panel)
    assert panel.two_step_is_on


@pytest.mark.parametrize("steps", [-1, 1], ids=["previous", "next"])
def test_panel_accepts_code_of_adjacent_time_step_only(
    by_terminal: Open, panel: Panel, steps: int
) -> None:
    app = by_terminal()
    app.scan(panel)
    early_in_a_step()
    assert not panel.answer(app.code("--skew", 2 * steps * STEP_S))
    assert panel.answer(app.code("--skew", steps * STEP_S))
