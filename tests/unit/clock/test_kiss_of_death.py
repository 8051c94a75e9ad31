"""A server that sent a kiss of death is not contacted while it applies."""

import pytest

from authenticator.clock.kiss_of_death import RATE_REST_S, KissOfDeathLog

SERVER = ("time.example", 123)


class Tick:
    """A monotonic clock that a test advances."""

    now_s = 5.0

    def __call__(self) -> float:
        return self.now_s


@pytest.mark.parametrize("code", [b"DENY", b"RSTR"])
def test_kiss_of_death_log_holds_forever_after_deny_or_rstr(code: bytes) -> None:
    tick = Tick()
    kiss_log = KissOfDeathLog(tick)
    kiss_log.record(*SERVER, code)
    tick.now_s = 1e9
    assert kiss_log.forbids(*SERVER)


def test_kiss_of_death_log_holds_for_a_while_after_rate() -> None:
    tick = Tick()
    kiss_log = KissOfDeathLog(tick)
    kiss_log.record(*SERVER, b"RATE")
    assert kiss_log.forbids(*SERVER)
    tick.now_s += RATE_REST_S
    assert not kiss_log.forbids(*SERVER)


@pytest.mark.parametrize("code", [b"ACST", b"XABC", b"NTSN"])
def test_kiss_of_death_log_ignores_informational_codes(code: bytes) -> None:
    kiss_log = KissOfDeathLog()
    kiss_log.record(*SERVER, code)
    assert not kiss_log.forbids(*SERVER)


def test_kiss_of_death_log_applies_to_one_server_and_port() -> None:
    kiss_log = KissOfDeathLog()
    kiss_log.record(*SERVER, b"DENY")
    assert not kiss_log.forbids("time.example", 124)
    assert not kiss_log.forbids("other.example", 123)
