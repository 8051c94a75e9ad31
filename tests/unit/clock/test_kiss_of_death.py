"""A server that sent a kiss of death is not contacted while it applies."""

import pytest

from authenticator.clock.kiss_of_death import RATE_REST_S, Rests

SERVER = ("time.example", 123)


class Tick:
    """A monotonic clock that a test advances."""

    now_s = 5.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize("code", [b"DENY", b"RSTR"])
def test_kiss_of_death_log_holds_forever_after_deny_or_rstr(code: bytes) -> None:
    tick = Tick()
    rests = Rests(tick)
    rests.note(*SERVER, code)
    tick.now_s = 1e9
    assert rests.holds(*SERVER)


def test_kiss_of_death_log_holds_for_a_while_after_rate() -> None:
    tick = Tick()
    rests = Rests(tick)
    rests.note(*SERVER, b"RATE")
    assert rests.holds(*SERVER)
    tick.now_s += RATE_REST_S
    assert not rests.holds(*SERVER)


@pytest.mark.parametrize("code", [b"ACST", b"XABC", b"NTSN"])
def test_kiss_of_death_log_ignores_informational_codes(code: bytes) -> None:
    rests = Rests()
    rests.note(*SERVER, code)
    assert not rests.holds(*SERVER)


def test_kiss_of_death_log_applies_to_one_server_and_port() -> None:
    rests = Rests()
    rests.note(*SERVER, b"DENY")
    assert not rests.holds("time.example", 124)
    assert not rests.holds("other.example", 123)
