"""Every attempt to fool an NTP client is refused with its own reason, and honest answers are
accurate."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.clock import ntp
from authenticator.clock.kiss_of_death import KissOfDeathLog
from authenticator.clock.ntp import EXCHANGES, ask
from authenticator.clock.sample import UNCERTAINTY_LIMIT_S, Sample, TimeReason, TimeServerFault
from tests.patience import PATIENCE_S, longer
from tests.services.scripted_time_server import (
    LOOPBACK,
    NTP_TO_UNIX_S,
    Script,
    Send,
    packet,
    scripted_server,
)

BRIEF_S = 0.6  # for servers that never give a good answer
AMPLE_S = PATIENCE_S  # for those that do: never reached
ERA_1_S = 2**32 - NTP_TO_UNIX_S  # 2036-02-07 06:28:16
YEAR_S = 365.25 * 86_400


def honest(**lies: object) -> Script:
    def script(request: bytes, send: Send) -> None:
        now_s = time.time()
        send(packet(request, now_s, now_s, **lies))  # type: ignore[arg-type]

    return script


def refusal(script: Script, deadline_s: float = AMPLE_S, **arguments: object) -> TimeReason:
    with scripted_server(script) as port, pytest.raises(TimeServerFault) as caught:
        ask(LOOPBACK, port, deadline_s=deadline_s, **arguments)  # type: ignore[arg-type]
    assert caught.value.host == LOOPBACK
    return caught.value.reason


def test_ask_honest_answer_is_a_sample() -> None:
    with scripted_server(honest(root_delay_s=0.5, root_dispersion_s=0.25)) as port:
        sample = ask(LOOPBACK, port, deadline_s=AMPLE_S)
    assert sample.host == LOOPBACK
    assert sample.stratum == 2
    assert sample.root_distance_s == 0.5
    assert sample.delay_s >= 0
    assert abs(sample.offset_s) <= sample.uncertainty_s


def test_ask_server_processing_time_is_not_part_of_the_offset() -> None:
    def script(request: bytes, send: Send) -> None:
        received_s = time.time()
        time.sleep(0.25)
        send(packet(request, received_s, time.time()))

    with scripted_server(script) as port:
        sample = ask(LOOPBACK, port, deadline_s=AMPLE_S)
    assert abs(sample.offset_s) <= sample.uncertainty_s


def test_ask_sends_nothing_but_a_random_timestamp() -> None:
    requests = []

    def script(request: bytes, send: Send) -> None:
        requests.append(request)
        honest()(request, send)

    with scripted_server(script) as port:
        ask(LOOPBACK, port, deadline_s=AMPLE_S)
        ask(LOOPBACK, port, deadline_s=AMPLE_S)
    for request in requests:
        assert request[0] == 4 << 3 | 3
        assert request[1:40] == bytes(39)
        assert len(request) == 48
    assert len({request[40:] for request in requests}) == len(requests) > 1


@pytest.mark.parametrize("least", range(EXCHANGES))
def test_ask_uses_exchange_with_least_delay(least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ntp, "GRACE_S", AMPLE_S)
    asked: list[tuple[bytes, Send, float]] = []

    def script(request: bytes, send: Send) -> None:
        asked.append((request, send, time.time()))
        if len(asked) < EXCHANGES:
            return
        given_s = time.time() + 0.3
        while time.time() < given_s:  # one reports its processing time, the others were in transit
            time.sleep(0.01)
        for place, (request_, send_, received_s) in enumerate(asked):
            came_s = received_s if place == least else given_s
            send_(packet(request_, came_s, given_s, stratum=place + 1))

    with scripted_server(script) as port:
        assert ask(LOOPBACK, port, deadline_s=AMPLE_S).stratum == least + 1


@pytest.mark.parametrize("answered", range(EXCHANGES))
def test_ask_one_good_answer_of_three_is_enough(answered: int) -> None:
    places = itertools.count()

    def script(request: bytes, send: Send) -> None:
        if next(places) == answered:
            honest()(request, send)

    with scripted_server(script) as port:
        sample = ask(LOOPBACK, port, deadline_s=AMPLE_S)
    assert abs(sample.offset_s) <= sample.uncertainty_s


def test_ask_bad_answer_does_not_spoil_good_one() -> None:
    places = itertools.count()

    def script(request: bytes, send: Send) -> None:
        (honest(leap=3) if next(places) == 0 else honest())(request, send)

    with scripted_server(script) as port:
        sample = ask(LOOPBACK, port, deadline_s=AMPLE_S)
    assert abs(sample.offset_s) <= sample.uncertainty_s


def test_ask_duplicate_answer_counts_once() -> None:
    def script(request: bytes, send: Send) -> None:
        now_s = time.time()
        send(packet(request, now_s, now_s, leap=3))
        send(packet(request, now_s, now_s))  # the request has already been answered

    assert refusal(script) is TimeReason.UNSYNCHRONISED


@pytest.mark.parametrize("code", [b"DENY", b"RSTR", b"RATE"])
def test_ask_stops_after_kiss_of_death(code: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ntp, "GAP_S", AMPLE_S / 4)  # it answers before the second request is due
    requests = []

    def script(request: bytes, send: Send) -> None:
        requests.append(request)
        honest(stratum=0, reference_id=code)(request, send)

    kiss_log = KissOfDeathLog()
    with scripted_server(script) as port:
        for reason in (TimeReason.KISS_OF_DEATH, TimeReason.RESTING):
            with pytest.raises(TimeServerFault) as caught:
                ask(LOOPBACK, port, deadline_s=AMPLE_S, kiss_log=kiss_log)
            assert caught.value.reason is reason
    assert len(requests) == 1
    assert kiss_log.forbids(LOOPBACK, port)


def test_ask_keeps_answers_before_kiss_of_death(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ntp, "GRACE_S", AMPLE_S)
    places = itertools.count()

    def script(request: bytes, send: Send) -> None:
        kiss = honest(stratum=0, reference_id=b"RATE")
        (honest() if next(places) == 0 else kiss)(request, send)

    kiss_log = KissOfDeathLog()
    with scripted_server(script) as port:
        sample = ask(LOOPBACK, port, deadline_s=AMPLE_S, kiss_log=kiss_log)
    assert abs(sample.offset_s) <= sample.uncertainty_s
    assert kiss_log.forbids(LOOPBACK, port)


def test_ask_over_ipv6() -> None:
    with scripted_server(honest(), host="::1") as port:
        assert ask("::1", port, deadline_s=AMPLE_S).host == "::1"


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"stratum": 0, "reference_id": b"DENY"}, TimeReason.KISS_OF_DEATH),
        ({"stratum": 0, "reference_id": b"RATE", "leap": 3}, TimeReason.KISS_OF_DEATH),
        ({"stratum": 0, "reference_id": b"RSTR", "answered": 0}, TimeReason.KISS_OF_DEATH),
        ({"stratum": 0, "reference_id": b"INIT"}, TimeReason.UNSYNCHRONISED),
        ({"stratum": 0, "reference_id": bytes(4)}, TimeReason.UNSYNCHRONISED),
        ({"stratum": 16}, TimeReason.UNSYNCHRONISED),
        ({"stratum": 255}, TimeReason.UNSYNCHRONISED),
        ({"leap": 3}, TimeReason.UNSYNCHRONISED),
        *(({"mode": mode}, TimeReason.BAD_PACKET) for mode in (0, 1, 2, 3, 5, 6, 7)),
        ({"version": 0}, TimeReason.BAD_PACKET),
        ({"version": 2}, TimeReason.BAD_PACKET),
        ({"version": 7}, TimeReason.BAD_PACKET),
        ({"answered": 0}, TimeReason.BAD_PACKET),
        ({"received": 0}, TimeReason.BAD_PACKET),
        ({"received": 0, "answered": 0}, TimeReason.BAD_PACKET),
        ({"answered": 1 << 32}, TimeReason.BAD_DELAY),
        ({"received": 1 << 32}, TimeReason.BAD_DELAY),
        ({"root_dispersion_s": 1.6}, TimeReason.TOO_UNCERTAIN),
        ({"root_delay_s": 65_535.0}, TimeReason.TOO_UNCERTAIN),
        ({"precision": 127}, TimeReason.TOO_UNCERTAIN),
    ],
    ids=str,
)
def test_ask_refuses_bad_answer_with_reason(lie: dict[str, object], reason: TimeReason) -> None:
    assert refusal(honest(**lie)) is reason


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("leap", [0, 1, 2])
@pytest.mark.parametrize("stratum", [1, 15])
def test_ask_accepts_valid_header_variants(version: int, leap: int, stratum: int) -> None:
    with scripted_server(honest(version=version, leap=leap, stratum=stratum)) as port:
        assert ask(LOOPBACK, port, deadline_s=AMPLE_S).stratum == stratum


@pytest.mark.parametrize("more_bytes", [4, 20, 1000, 60_000])
def test_ask_ignores_bytes_after_the_header(more_bytes: int) -> None:
    def script(request: bytes, send: Send) -> None:
        now_s = time.time()
        send(packet(request, now_s, now_s) + bytes(more_bytes))

    with scripted_server(script) as port:
        assert ask(LOOPBACK, port, deadline_s=AMPLE_S).stratum == 2


@pytest.mark.parametrize("held_s", [-1.0, 3600.0])
def test_ask_refuses_impossible_processing_time(held_s: float) -> None:
    def script(request: bytes, send: Send) -> None:
        now_s = time.time()
        send(packet(request, now_s, now_s + held_s))

    assert refusal(script) is TimeReason.BAD_DELAY


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda request: request, TimeReason.WRONG_ORIGIN),  # an echo
        (lambda request: bytes(range(200)), TimeReason.WRONG_ORIGIN),
        (lambda request: packet(request, 1.8e9, 1.8e9, origin=bytes(8)), TimeReason.WRONG_ORIGIN),
        (lambda request: packet(request, 1.8e9, 1.8e9)[:47], TimeReason.BAD_PACKET),
        (lambda request: b"", TimeReason.BAD_PACKET),
    ],
    ids=["echo", "random", "origin", "short", "empty"],
)
def test_ask_never_accepts_unrelated_packet(
    answer: Callable[[bytes], bytes], reason: TimeReason
) -> None:
    for deadline_s in longer(BRIEF_S):
        told = refusal(lambda request, send: send(answer(request)), deadline_s)
        if told is not TimeReason.TIMEOUT:
            break
    assert told is reason


def test_ask_ignores_reply_from_another_port() -> None:
    replied = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind((LOOPBACK, 0))
        wire.settimeout(AMPLE_S)

        def serve() -> None:
            request, asker = wire.recvfrom(2048)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                replied.append(other.sendto(packet(request, time.time(), time.time()), asker))

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(TimeServerFault) as caught:
            ask(LOOPBACK, wire.getsockname()[1], deadline_s=BRIEF_S)
        thread.join()
    assert replied == [48]
    assert caught.value.reason is TimeReason.TIMEOUT


def test_ask_silent_server_times_out() -> None:
    assert refusal(lambda request, send: None, BRIEF_S) is TimeReason.TIMEOUT


def test_ask_answer_after_deadline_is_too_late() -> None:
    given_up = threading.Event()

    def script(request: bytes, send: Send) -> None:
        given_up.wait(AMPLE_S)
        honest()(request, send)

    with scripted_server(script) as port:
        with pytest.raises(TimeServerFault) as caught:
            ask(LOOPBACK, port, deadline_s=BRIEF_S)
        given_up.set()
    assert caught.value.reason is TimeReason.TIMEOUT


def test_ask_stray_packets_do_not_prolong_the_wait() -> None:
    given_up = threading.Event()
    ran_out = []

    def script(request: bytes, send: Send) -> None:
        ends = time.monotonic() + AMPLE_S
        while not given_up.wait(0.001):
            send(request)
            if time.monotonic() > ends:
                ran_out.append(True)
                return

    with scripted_server(script) as port:
        with pytest.raises(TimeServerFault):
            ask(LOOPBACK, port, deadline_s=BRIEF_S)
        given_up.set()
    assert not ran_out


@given(strays=st.lists(st.binary(max_size=100), max_size=30))
def test_ask_finds_good_answer_among_stray_packets(strays: list[bytes]) -> None:
    def script(request: bytes, send: Send) -> None:
        for stray in strays:
            send(stray)
        send(request)
        honest()(request, send)

    with scripted_server(script) as port:
        sample = ask(LOOPBACK, port, deadline_s=AMPLE_S)
    assert abs(sample.offset_s) <= sample.uncertainty_s


@given(garbage=st.binary(min_size=48, max_size=120))
def test_read_answer_any_packet_is_sane_sample_or_fault(garbage: bytes) -> None:
    """Whatever an answer contains gives a sane sample or a TimeServerFault."""

    def script(request: bytes, send: Send) -> None:
        send(garbage[:24] + request[40:48] + garbage[32:])

    with scripted_server(script) as port, contextlib.suppress(TimeServerFault):
        sample = ask(LOOPBACK, port, deadline_s=AMPLE_S)
        assert 1 <= sample.stratum <= 15
        assert 0 <= sample.uncertainty_s <= UNCERTAINTY_LIMIT_S


class Wall:
    """A computer's clock that was set to `at_s` on creation."""

    def __init__(self, at_s: float) -> None:
        self.shift_s = at_s - time.perf_counter()

    def __call__(self) -> float:
        return time.perf_counter() + self.shift_s


def measure(wall: Wall, offset_s: float) -> Sample:
    def script(request: bytes, send: Send) -> None:
        now_s = wall() + offset_s
        send(packet(request, now_s, now_s))

    with scripted_server(script) as port:
        return ask(LOOPBACK, port, deadline_s=AMPLE_S, wall=wall)


@given(
    at_s=st.floats(1.75e9, 1.75e9 + 400 * YEAR_S),
    offset_s=st.floats(-60 * YEAR_S, 60 * YEAR_S),
)
def test_read_answer_error_is_within_uncertainty_in_any_era(at_s: float, offset_s: float) -> None:
    """The true offset is within the stated uncertainty, in any NTP era."""
    sample = measure(Wall(at_s), offset_s)
    assert abs(sample.offset_s - offset_s) <= sample.uncertainty_s


@pytest.mark.parametrize("true_s", [1.8e9, ERA_1_S - 1.0, ERA_1_S + 1.0])
def test_read_answer_corrects_clock_starting_in_1970(true_s: float) -> None:
    sample = measure(Wall(0.0), true_s)
    assert abs(sample.offset_s - true_s) <= sample.uncertainty_s


def test_read_answer_refuses_offset_beyond_half_an_era() -> None:
    wall = Wall(0.0)
    true_s = ERA_1_S + 20 * YEAR_S  # 86 years later

    def script(request: bytes, send: Send) -> None:
        send(packet(request, wall() + true_s, wall() + true_s))

    assert refusal(script, wall=wall) is TimeReason.ABSURD_OFFSET


def test_read_answer_measures_exchange_across_era_end() -> None:
    wall = Wall(ERA_1_S - 0.005)

    def script(request: bytes, send: Send) -> None:
        send(packet(request, ERA_1_S - 0.004, ERA_1_S + 0.004))

    with scripted_server(script) as port:
        sample = ask(LOOPBACK, port, deadline_s=AMPLE_S, wall=wall)
    assert abs(sample.offset_s) < 60


@pytest.mark.parametrize("step_s", [-3600.0, 0.5, 3600.0])
def test_ask_refuses_clock_step_during_exchange(step_s: float) -> None:
    wall = Wall(1.8e9)

    def script(request: bytes, send: Send) -> None:
        now_s = wall()
        wall.shift_s += step_s
        send(packet(request, now_s, now_s))

    assert refusal(script, wall=wall) is TimeReason.CLOCK_STEPPED


class WallSetAfterwards(Wall):
    """A clock that is set right after the first reading since `answered`."""

    answered = False
    step_s = 0.0

    def __call__(self) -> float:
        now_s = super().__call__()
        if self.answered:
            self.shift_s += self.step_s
            self.step_s = 0.0
        return now_s


@pytest.mark.parametrize("step_s", [-3600.0, 3600.0])
def test_ask_refuses_clock_step_after_good_answer(step_s: float) -> None:
    wall = WallSetAfterwards(1.8e9)
    wall.step_s = step_s
    requests = []

    def script(request: bytes, send: Send) -> None:
        requests.append(request)
        if len(requests) == EXCHANGES:
            now_s = wall()
            wall.answered = True
            send(packet(requests[0], now_s, now_s))

    assert refusal(script, wall=wall) is TimeReason.CLOCK_STEPPED


def test_ask_cancelled_ends_the_wait() -> None:
    cancelled = threading.Event()
    reason = refusal(
        lambda request, send: cancelled.set(), AMPLE_S, cancelled=lambda: cancelled.is_set()
    )
    assert reason is TimeReason.CANCELLED


def test_ask_closed_port_is_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((LOOPBACK, 0))
        port = probe.getsockname()[1]
    with pytest.raises(TimeServerFault) as caught:
        ask(LOOPBACK, port, deadline_s=AMPLE_S)
    assert caught.value.reason is TimeReason.REFUSED


def test_ask_address_without_route_is_unreachable() -> None:
    with pytest.raises(TimeServerFault) as caught:
        ask("255.255.255.255", 123, deadline_s=AMPLE_S)  # broadcast is not permitted
    assert caught.value.reason is TimeReason.UNREACHABLE


@pytest.mark.parametrize("name", ["two..dots", "a" * 64 + ".example"])
def test_ask_invalid_name_is_not_found(name: str) -> None:
    with pytest.raises(TimeServerFault) as caught:
        ask(name, 123, deadline_s=AMPLE_S)
    assert (caught.value.host, caught.value.reason) == (name, TimeReason.NAME_NOT_FOUND)


@pytest.mark.parametrize("code", [socket.EAI_NONAME, socket.EAI_AGAIN])
def test_ask_unresolvable_name_is_not_found(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*arguments: object, **options: object) -> None:
        raise socket.gaierror(code, "as without a network")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(TimeServerFault) as caught:
        ask("time.example", 123, deadline_s=AMPLE_S)
    assert caught.value.reason is TimeReason.NAME_NOT_FOUND


@pytest.mark.parametrize("family", [socket.AF_INET6, 999], ids=["refused", "unknown here"])
def test_ask_failing_address_family_does_not_spoil_the_other(
    family: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted_server(honest()) as port:
        both = [
            (family, socket.SOCK_DGRAM, 17, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_DGRAM, 17, "", (LOOPBACK, port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: both)
        assert ask("time.example", port, deadline_s=AMPLE_S).host == "time.example"
