"""Correct time from real servers: honest, fast and slow ones."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from authenticator.app.time.check import TimeAnswer, ask_servers
from authenticator.app.time.correction import Correction, corrected
from authenticator.clock.agreement import Decision, Verdict
from authenticator.clock.boot_clock import this_boot
from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret
from authenticator.wording.server_answers import time_answer
from tests.services.time_server import time_server

TOLERANCE_S = 0.1
KEY = b"12345678901234567890"


@pytest.fixture(scope="module")
def honest() -> Iterator[str]:
    with time_server() as server:
        yield server


@pytest.fixture(scope="module")
def second_honest() -> Iterator[str]:
    with time_server() as server:
        yield server


@pytest.fixture(scope="module")
def third_honest() -> Iterator[str]:
    with time_server() as server:
        yield server


@pytest.fixture(scope="module")
def hour_slow() -> Iterator[str]:
    with time_server(-3600) as server:
        yield server


@pytest.fixture(scope="module")
def fast() -> Iterator[str]:
    with time_server(90) as server:
        yield server


@pytest.fixture(scope="module")
def slow() -> Iterator[str]:
    with time_server(-90) as server:
        yield server


@pytest.mark.parametrize(("name", "shift_s"), [("honest", 0), ("fast", 90), ("slow", -90)])
def test_server_is_measured_at_its_configured_offset(
    name: str, shift_s: float, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue(name)
    answer = ask_servers([server], needed=1)
    assert answer.decision is Decision.AGREED
    assert answer.offset_s == pytest.approx(shift_s, abs=TOLERANCE_S)
    assert answer.checked_at == pytest.approx(time.time() + shift_s, abs=10)
    (only,) = answer.servers
    assert (only.host, only.verdict, only.reason, only.stratum) == (server, Verdict.AGREES, "", 8)
    assert only.delay_s is not None
    assert only.delay_s >= 0


def test_uncertainty_covers_error(fast: str) -> None:
    answer = ask_servers([fast], needed=1)
    assert answer.offset_s is not None
    assert answer.uncertainty_s is not None
    assert abs(answer.offset_s - 90) <= answer.uncertainty_s <= TOLERANCE_S


def test_two_contradicting_servers_decide_nothing(honest: str, fast: str) -> None:
    answer = ask_servers([honest, fast], needed=1)
    assert answer.decision is Decision.NO_MAJORITY
    assert answer.correction is None
    assert {server.verdict for server in answer.servers} == {Verdict.UNDECIDED}


def test_two_honest_servers_outvote_a_falseticker(
    honest: str, slow: str, second_honest: str
) -> None:
    answer = ask_servers([slow, honest, second_honest], needed=2)
    assert answer.decision is Decision.AGREED
    assert answer.offset_s == pytest.approx(0, abs=TOLERANCE_S)
    verdicts = {server.host: server.verdict for server in answer.servers}
    assert verdicts[honest] is verdicts[second_honest] is Verdict.AGREES
    assert verdicts[slow] is not Verdict.AGREES


def test_three_honest_servers_outvote_two_shifted_ones(
    honest: str, second_honest: str, third_honest: str, fast: str, hour_slow: str
) -> None:
    good = {honest, second_honest, third_honest}
    answer = ask_servers([fast, honest, hour_slow, second_honest, third_honest])
    assert answer.decision is Decision.AGREED
    assert answer.offset_s == pytest.approx(0, abs=TOLERANCE_S)
    assert {one.host for one in answer.servers if one.verdict is Verdict.AGREES} == good


def test_two_honest_servers_against_three_different_falsetickers_decide_nothing(
    honest: str, second_honest: str, fast: str, slow: str, hour_slow: str
) -> None:
    answer = ask_servers([fast, honest, hour_slow, second_honest, slow])
    assert answer.decision is Decision.NO_MAJORITY
    assert answer.correction is None
    assert "+1 min 30" in (told := time_answer(answer, applied=False))
    assert "−1 h" in told


def test_single_server_is_refused_by_default(honest: str) -> None:
    answer = ask_servers([honest])
    assert answer.decision is Decision.TOO_FEW
    assert answer.correction is None
    # Servers that don't answer make it no better.
    answer = ask_servers([honest, "127.0.0.1:1", "127.0.0.1:2"])
    assert answer.decision is Decision.TOO_FEW


def oathtool(unix_s: int) -> str:
    return subprocess.run(
        ["oathtool", "--totp", "-N", f"@{unix_s}", KEY.hex()],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_codes_follow_measured_time_and_return_without_correction(fast: str) -> None:
    account = Account(Label("Example Panel", "kim"), Secret(KEY), Totp())
    kept: TimeAnswer = ask_servers([fast], needed=1)
    assert kept.correction is not None
    # As read back from the settings file.
    correction = Correction.from_json(kept.correction.to_json())
    clock = corrected(correction, this_boot())
    now_s = clock.now()
    assert now_s - time.time() == pytest.approx(90, abs=TOLERANCE_S)
    assert code_at(account, now_s).value == oathtool(int(now_s))
    plain_s = corrected(None, this_boot()).now()
    assert code_at(account, plain_s).value == oathtool(int(plain_s))
    assert code_at(account, now_s).counter - code_at(account, plain_s).counter == 3  # 90 s later
