"""What people do at panels as Debian packages them, from the first QR code to a new one."""

import time

import pytest

from tests.panel.conftest import Open
from tests.panel.debian.panel import DebianPanel
from tests.panel.steps import codes_since, next_step, wrong
from tests.panel.ways import Way

pytestmark = pytest.mark.system


STEPS = 3
"""How many time steps it may take until a code is taken: the one in which a code was used, and the
pause after it."""


def test_user_switches_on_signs_in_switches_off_and_on_anew(
    open_app: Open, panel: DebianPanel
) -> None:
    app, key = open_app(), panel.key
    app.scan(panel)
    assert app.label() == (panel.issuer, panel.account_name)
    begun = time.time()
    assert app.code() in codes_since(key, begun)
    switch_on(app, panel)

    panel.sign_in()
    assert not panel.answer(wrong(key))
    take_a_code(app, panel)
    assert panel.two_step_is_on

    panel.disable()
    if panel.asks_for_code:
        assert app.give_again(panel) == panel.TAKES_A_CODE_TWICE
        take_a_code(app, panel)
    assert not panel.two_step_is_on
    panel.sign_in()
    assert not panel.asks_for_code

    panel.begin_enrolment()
    new_key = panel.key
    assert new_key != key
    app.add_another()
    app.scan(panel)
    switch_on(app, panel)
    app.replace_the_old_one()
    assert app.label() == (panel.issuer, panel.account_name)
    begun = time.time()
    assert app.code() in codes_since(new_key, begun)


def test_typed_name_and_key_work_like_the_scan(open_app: Open, panel: DebianPanel) -> None:
    app, key = open_app(), panel.key
    app.enter(panel)
    assert app.label() == ("By hand", panel.account_name)
    begun = time.time()
    assert app.code() in codes_since(key, begun)
    switch_on(app, panel)


def test_recovery_code_signs_in_once(by_terminal: Open, panel: DebianPanel) -> None:
    if not panel.RECOVERY_CODES:
        pytest.skip(f"{panel.TITLE} has no recovery codes")
    app = by_terminal()
    app.scan(panel)
    codes = panel.recovery_codes
    switch_on(app, panel)
    if panel.ask_for_recovery_codes():
        take_a_code(app, panel)
        codes = panel.recovery_codes
    panel.sign_in()
    assert panel.answer(codes[0]) == panel.TAKES_RECOVERY_CODES
    panel.sign_in()
    assert not panel.answer(codes[0])


def switch_on(app: Way, panel: DebianPanel) -> None:
    """Give the code that the panel asks for, after a wrong one, if it asks for any."""
    if panel.asks_for_code:
        assert not panel.answer(wrong(panel.key))
        take_a_code(app, panel)
    assert panel.two_step_is_on


def take_a_code(app: Way, panel: DebianPanel) -> None:
    """Give codes until one is taken: the first, unless one of its time step was used before."""
    for _ in range(STEPS):
        panel.ensure_it_asks()
        if app.give_code(panel):
            return
        assert not panel.TAKES_A_CODE_TWICE
        next_step()
    raise AssertionError(f"{STEPS} codes were refused")
