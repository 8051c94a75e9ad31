"""A web server's Date gives the time to about a second, and other answers are recognised."""

import contextlib
import email.utils
import socket
import ssl
import threading
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.clock.https_date import ask, read_date
from authenticator.clock.sample import UNCERTAINTY_LIMIT_S, Sample, TimeReason, TimeServerFault
from authenticator.clock.trust_store import TrustStore
from tests.patience import PATIENCE_S
from tests.services.authority import DAY, LOOPBACK, Authority, Identity
from tests.services.scripted_tls_server import scripted_tcp_server, scripted_tls_server

AMPLE_S = PATIENCE_S
BRIEF_S = 0.5


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def identity(authority: Authority) -> Identity:
    return authority.identity()


@pytest.fixture(scope="module")
def trust(authority: Authority) -> TrustStore:
    return TrustStore(authority.file)


def head(unix_s: float, status: str = "200 OK", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Date: {email.utils.formatdate(int(unix_s), usegmt=True)}"]
    return "\r\n".join([*lines, *more, "", ""]).encode()


def answering(answer: Callable[[], bytes]) -> Callable[[ssl.SSLSocket], None]:
    def script(wire: ssl.SSLSocket) -> None:
        wire.recv(4096)
        wire.sendall(answer())

    return script


def measure(answer: Callable[[], bytes], identity: Identity, trust: TrustStore) -> Sample:
    with scripted_tls_server(identity, answering(answer)) as port:
        return ask(LOOPBACK, port, deadline_s=AMPLE_S, trust=trust)


def refusal(answer: bytes, identity: Identity, trust: TrustStore) -> TimeReason:
    with pytest.raises(TimeServerFault) as caught:
        measure(lambda: answer, identity, trust)
    assert caught.value.host == LOOPBACK
    return caught.value.reason


def test_ask_returns_authenticated_coarse_sample(identity: Identity, trust: TrustStore) -> None:
    sample = measure(lambda: head(time.time()), identity, trust)
    assert sample.authenticated
    assert sample.coarse
    assert sample.host == LOOPBACK
    assert 0.5 <= sample.uncertainty_s <= UNCERTAINTY_LIMIT_S


@given(offset_s=st.floats(-1e9, 1e9))
def test_ask_error_is_within_uncertainty_at_any_fraction_of_a_second(
    offset_s: float, identity: Identity, trust: TrustStore
) -> None:
    """The true offset is within the stated uncertainty at any fraction of a second."""
    sample = measure(lambda: head(time.time() + offset_s), identity, trust)
    assert abs(sample.offset_s - offset_s) <= sample.uncertainty_s


def test_ask_sends_only_a_head_request(identity: Identity, trust: TrustStore) -> None:
    requests = []

    def script(wire: ssl.SSLSocket) -> None:
        requests.append(wire.recv(4096).decode())
        wire.sendall(head(time.time()))

    with scripted_tls_server(identity, script) as port:
        ask(LOOPBACK, port, deadline_s=AMPLE_S, trust=trust)
    (request,) = requests
    assert request.split("\r\n") == [
        "HEAD / HTTP/1.1",
        f"Host: {LOOPBACK}:{port}",
        "Cache-Control: no-cache",
        "Connection: close",
        "",
        "",
    ]


@pytest.mark.parametrize(
    "status", ["204 No Content", "403 Forbidden", "404 Not Found", "503 Busy", "200"]
)
def test_ask_accepts_date_of_any_status(status: str, identity: Identity, trust: TrustStore) -> None:
    measure(lambda: head(time.time(), status), identity, trust)


@pytest.mark.parametrize("there", ["/start", f"https://{LOOPBACK}/", f"https://www.{LOOPBACK}/"])
def test_ask_accepts_date_of_redirect_to_same_host(
    there: str, identity: Identity, trust: TrustStore
) -> None:
    measure(lambda: head(time.time(), "301 Moved", f"Location: {there}"), identity, trust)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (head(1.8e9, "302 Found", "Location: https://login.example/"), TimeReason.SIGN_IN_PAGE),
        (head(1.8e9, "302 Found", "Location: https://[/"), TimeReason.SIGN_IN_PAGE),
        (head(1.8e9, "511 Network Authentication Required"), TimeReason.SIGN_IN_PAGE),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", TimeReason.NO_DATE),
        (b"HTTP/1.1 200 OK\r\nDate: today\r\n\r\n", TimeReason.NO_DATE),
        (head(1.8e9, "200 OK", "Date: Sun, 06 Nov 1994 08:49:37 GMT"), TimeReason.NO_DATE),
        (head(1.8e9, "200 OK", "Age: 120"), TimeReason.NO_DATE),
        (b"<html>Welcome to the hotel</html>", TimeReason.BAD_PACKET),
        (b"HTTP/2 200\r\n\r\n", TimeReason.BAD_PACKET),
        (b"SSH-2.0-x\r\n", TimeReason.BAD_PACKET),
        (b"", TimeReason.BAD_PACKET),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 10_000 + b"\r\n", TimeReason.BAD_PACKET),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000, TimeReason.BAD_PACKET),
        (head(time.time())[:-2], TimeReason.BAD_PACKET),
        (head(time.time() + 70 * 31_557_600), TimeReason.ABSURD_OFFSET),
    ],
    ids=range(15),
)
def test_ask_refuses_unusable_answer_with_reason(
    answer: bytes, reason: TimeReason, identity: Identity, trust: TrustStore
) -> None:
    assert refusal(answer, identity, trust) is reason


def test_ask_refuses_expired_certificate(authority: Authority, trust: TrustStore) -> None:
    expired = authority.identity(begins=-90 * DAY, ends=-DAY)
    assert refusal(head(time.time()), expired, trust) is TimeReason.CERTIFICATE_EXPIRED


def test_ask_refuses_certificate_of_another_host(authority: Authority, trust: TrustStore) -> None:
    other = authority.identity(["login.example"])
    assert refusal(head(time.time()), other, trust) is TimeReason.CERTIFICATE_BAD


def test_ask_recognises_page_without_tls(trust: TrustStore) -> None:
    def handle(raw: socket.socket) -> None:
        raw.recv(4096)
        raw.sendall(head(time.time(), "302 Found", "Location: http://login.example/"))

    with scripted_tcp_server(handle) as port, pytest.raises(TimeServerFault) as caught:
        ask(LOOPBACK, port, deadline_s=AMPLE_S, trust=trust)
    assert caught.value.reason is TimeReason.NO_TLS


@pytest.mark.parametrize("wrong_s", [-3650 * 86_400.0, 3650 * 86_400.0])
def test_ask_recognises_clock_too_wrong_for_certificates(
    wrong_s: float, identity: Identity, trust: TrustStore
) -> None:
    with (
        scripted_tls_server(identity, answering(lambda: head(time.time()))) as port,
        pytest.raises(TimeServerFault) as caught,
    ):
        ask(LOOPBACK, port, deadline_s=AMPLE_S, trust=trust, wall=lambda: time.time() + wrong_s)
    assert caught.value.reason is TimeReason.CLOCK_TOO_WRONG


def test_ask_refuses_sample_if_clock_stepped(identity: Identity, trust: TrustStore) -> None:
    shift_s = [0.0]

    def answer() -> bytes:
        shift_s[0] = 3600.0
        return head(time.time())

    with (
        scripted_tls_server(identity, answering(answer)) as port,
        pytest.raises(TimeServerFault) as caught,
    ):
        ask(LOOPBACK, port, deadline_s=AMPLE_S, trust=trust, wall=lambda: time.time() + shift_s[0])
    assert caught.value.reason is TimeReason.CLOCK_STEPPED


def test_ask_slow_header_does_not_prolong_the_wait(identity: Identity, trust: TrustStore) -> None:
    given_up = threading.Event()
    ran_out = []

    def script(wire: ssl.SSLSocket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\n")
        ends = time.monotonic() + AMPLE_S
        while not given_up.wait(0.01):
            wire.sendall(b"X")
            if time.monotonic() > ends:
                ran_out.append(True)
                return

    with scripted_tls_server(identity, script) as port:
        with pytest.raises(TimeServerFault) as caught:
            ask(LOOPBACK, port, deadline_s=BRIEF_S, trust=trust)
        given_up.set()
    assert caught.value.reason is TimeReason.TIMEOUT
    assert not ran_out


@given(answer=st.binary(max_size=300), kept=st.booleans())
def test_ask_any_answer_is_sample_or_fault(
    answer: bytes, kept: bool, identity: Identity, trust: TrustStore
) -> None:
    """Whatever a server answers gives a sample or a TimeServerFault."""
    whole = b"HTTP/1.1 200 OK\r\n" * kept + answer
    with contextlib.suppress(TimeServerFault):
        measure(lambda: whole, identity, trust)


@given(st.integers(0, 253_402_300_799))
def test_read_date_round_trips_every_date(unix_s: int) -> None:
    assert read_date(email.utils.formatdate(unix_s, usegmt=True)) == unix_s


def test_read_date_accepts_leap_second() -> None:
    assert read_date("Sat, 31 Dec 2016 23:59:60 GMT") == 1_483_228_800


@given(st.text(max_size=40))
def test_read_date_any_text_never_raises(text: str) -> None:
    read_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sun, 06 Nov 1994 08:49:37 +0100",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
        "Sun, 06 Xyz 1994 08:49:37 GMT",
    ],
)
def test_read_date_in_another_form_is_none(text: str) -> None:
    assert read_date(text) is None
