"""Authenticated time from real servers, and everything that must not pass for it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from authenticator.clock import nts
from authenticator.clock.deadline import Deadline
from authenticator.clock.network import addresses
from authenticator.clock.ntp import ask as ask_ntp
from authenticator.clock.ntp import measure
from authenticator.clock.nts import CookieJar, NtsProtection, NtsSession
from authenticator.clock.nts_ke import COOKIES, Keys, establish
from authenticator.clock.sample import Sample, TimeReason, TimeServerFault
from authenticator.clock.trust_store import TrustStore
from tests.patience import PATIENCE_S, longer
from tests.services.authority import DAY, LOOPBACK, Authority
from tests.services.scripted_time_server import Send, scripted_server
from tests.services.time_server import free_port, nts_server

AMPLE_S = PATIENCE_S
BRIEF_S = 0.6
TOLERANCE_S = 0.1


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def trust(authority: Authority) -> TrustStore:
    return TrustStore(authority.file)


@pytest.fixture(scope="module")
def fast(authority: Authority) -> Iterator[int]:
    with nts_server(authority.identity(), 90) as port:
        yield port


def patience(deadline_s: float = AMPLE_S) -> Deadline:
    return Deadline.of(deadline_s, lambda: False)


def test_nts_server_is_measured_and_authenticated(fast: int, trust: TrustStore) -> None:
    sample = nts.ask(LOOPBACK, fast, deadline_s=AMPLE_S, trust=trust)
    assert sample.authenticated
    assert not sample.coarse
    assert sample.host == LOOPBACK
    assert sample.offset_s == pytest.approx(90, abs=TOLERANCE_S)
    assert abs(sample.offset_s - 90) <= sample.uncertainty_s


def test_plain_ntp_of_same_server_is_not_authenticated(fast: int, trust: TrustStore) -> None:
    port = establish(LOOPBACK, fast, patience(), trust=trust).port
    assert not ask_ntp(LOOPBACK, port, deadline_s=AMPLE_S).authenticated


def test_session_asks_repeatedly_with_cookies_of_its_answers(
    fast: int, trust: TrustStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = NtsSession(LOOPBACK, fast, trust=trust)
    session.ask(deadline_s=AMPLE_S)
    monkeypatch.setattr(nts, "establish", None)  # keys are agreed on only once
    for _ in range(COOKIES):
        assert session.ask(deadline_s=AMPLE_S).authenticated


def test_certificate_of_unknown_authority_is_refused(
    fast: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for other in (
        TrustStore(Authority(tmp_path_factory.mktemp("other")).file),
        TrustStore.of_system(),
    ):
        with pytest.raises(TimeServerFault) as caught:
            nts.ask(LOOPBACK, fast, deadline_s=AMPLE_S, trust=other)
        assert caught.value.reason is TimeReason.CERTIFICATE_BAD


def test_expired_certificate_is_refused(authority: Authority, trust: TrustStore) -> None:
    expired = authority.identity(begins=-90 * DAY, ends=-DAY)
    with nts_server(expired) as port, pytest.raises(TimeServerFault) as caught:
        nts.ask(LOOPBACK, port, deadline_s=AMPLE_S, trust=trust)
    assert caught.value.reason is TimeReason.CERTIFICATE_EXPIRED


def test_clock_ten_years_off_is_recognised(fast: int, trust: TrustStore) -> None:
    for years in (-10, 10):
        with pytest.raises(TimeServerFault) as caught:
            nts.ask(
                LOOPBACK,
                fast,
                deadline_s=AMPLE_S,
                trust=trust,
                wall=lambda wrong_s=years * 31_557_600.0: time.time() + wrong_s,
            )
        assert caught.value.reason is TimeReason.CLOCK_TOO_WRONG


Change = Callable[[bytes, bytes], list[bytes]]


def through(change: Change, agreed: Keys, deadline_s: float = AMPLE_S) -> Sample:
    """Measure through a middleman that turns each request and its answer into what arrives."""

    def script(request: bytes, send: Send) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.settimeout(AMPLE_S)
            wire.connect((LOOPBACK, agreed.port))
            wire.send(request)
            for arrives in change(request, wire.recv(2048)):
                send(arrives)

    with scripted_server(script) as port:
        return measure(
            LOOPBACK,
            addresses(LOOPBACK, port, socket.SOCK_DGRAM),
            patience(deadline_s),
            time.time,
            NtsProtection(agreed, CookieJar(agreed.cookies)).protect,
        )


def refusal(change: Change, agreed: Keys) -> TimeReason:
    """Return the reason given at the deadline, once the answer came before it."""
    for deadline_s in longer(BRIEF_S):
        with pytest.raises(TimeServerFault) as caught:
            through(change, agreed, deadline_s)
        if caught.value.reason is not TimeReason.TIMEOUT:
            break
    return caught.value.reason


def test_unmodified_relayed_packets_are_accepted(fast: int, trust: TrustStore) -> None:
    agreed = establish(LOOPBACK, fast, patience(), trust=trust)
    sample = through(lambda request, answer: [answer], agreed)
    assert sample.offset_s == pytest.approx(90, abs=TOLERANCE_S)


@pytest.mark.parametrize("at", [1, 12, 33, 41, 60, -1, -20])
def test_modified_answer_is_refused(at: int, fast: int, trust: TrustStore) -> None:
    def change(request: bytes, answer: bytes) -> list[bytes]:
        changed = bytearray(answer)
        changed[at] ^= 1
        return [bytes(changed)]

    agreed = establish(LOOPBACK, fast, patience(), trust=trust)
    assert refusal(change, agreed) in (TimeReason.NOT_AUTHENTIC, TimeReason.WRONG_ORIGIN)


def test_answer_without_authenticator_is_refused(fast: int, trust: TrustStore) -> None:
    agreed = establish(LOOPBACK, fast, patience(), trust=trust)
    told = refusal(lambda request, answer: [answer[:48]], agreed)
    assert told is TimeReason.NOT_AUTHENTIC


def test_replayed_answer_is_refused(fast: int, trust: TrustStore) -> None:
    agreed = establish(LOOPBACK, fast, patience(), trust=trust)
    kept: list[bytes] = []

    def keep(request: bytes, answer: bytes) -> list[bytes]:
        kept.append(answer)
        return [answer]

    through(keep, agreed)

    def replay(request: bytes, answer: bytes) -> list[bytes]:
        return [kept[0], kept[0][:24] + request[40:48] + kept[0][32:]]

    assert refusal(replay, agreed) is TimeReason.WRONG_ORIGIN


def test_keys_of_another_connection_authenticate_nothing(fast: int, trust: TrustStore) -> None:
    agreed = establish(LOOPBACK, fast, patience(), trust=trust)
    other = establish(LOOPBACK, fast, patience(), trust=trust)
    mixed = replace(agreed, to_client=other.to_client)
    assert refusal(lambda request, answer: [answer], mixed) is TimeReason.NOT_AUTHENTIC


def test_server_that_forgot_its_keys_issues_new_ones(
    authority: Authority, trust: TrustStore
) -> None:
    places = {"port": free_port(), "key_port": free_port(socket.SOCK_STREAM)}
    with nts_server(authority.identity(), **places) as port:
        session = NtsSession(LOOPBACK, port, trust=trust)
        session.ask(deadline_s=AMPLE_S)
    with nts_server(authority.identity(), 90, **places):
        sample = session.ask(deadline_s=AMPLE_S)
    assert sample.authenticated
    assert sample.offset_s == pytest.approx(90, abs=TOLERANCE_S)


def test_server_that_forgets_new_keys_too_fails_after_one_retry(
    authority: Authority, trust: TrustStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {"port": free_port(), "key_port": free_port(socket.SOCK_STREAM)}
    with nts_server(authority.identity(), **places) as port:
        stale = establish(LOOPBACK, port, patience(), trust=trust)
    agreements = []

    def establish_stale(*arguments: object, **options: object) -> Keys:
        agreements.append(stale)
        return stale

    monkeypatch.setattr(nts, "establish", establish_stale)
    with (
        nts_server(authority.identity(), **places) as port,
        pytest.raises(TimeServerFault) as caught,
    ):
        nts.ask(LOOPBACK, port, deadline_s=AMPLE_S, trust=trust)
    assert caught.value.reason is TimeReason.COOKIE_REFUSED
    assert len(agreements) == 2


def test_terminal_asks_trusted_nts_server_with_authentication(
    fast: int, authority: Authority, home: Path
) -> None:
    server = f"nts://{LOOPBACK}:{fast}"
    done = subprocess.run(
        [sys.executable, "-m", "authenticator", "time", "--server", server, "--apply", "--json"],
        env=os.environ | {"AUTHENTICATOR_HOME": str(home), "SSL_CERT_FILE": str(authority.file)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["offset_s"] == pytest.approx(90, abs=TOLERANCE_S)
    (said,) = told["servers"]
    assert (said["host"], said["authenticated"], said["coarse"]) == (server, True, False)


def test_terminal_refuses_nts_server_of_unknown_authority(fast: int, home: Path) -> None:
    server = f"nts://{LOOPBACK}:{fast}"
    done = subprocess.run(
        [sys.executable, "-m", "authenticator", "time", "--server", server, "--json"],
        env=os.environ | {"AUTHENTICATOR_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 5
    (said,) = json.loads(done.stdout)["servers"]
    assert said["reason"] == "certificate_bad"
