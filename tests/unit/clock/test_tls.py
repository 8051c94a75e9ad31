"""Data is sent only to a server that proves its identity, and within the deadline."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from authenticator.clock.deadline import Deadline
from authenticator.clock.sample import TimeReason, TimeServerFault
from authenticator.clock.tls import TLS_1_3, channel
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


@pytest.fixture(params=["file", "der"])
def trust(authority: Authority, request: pytest.FixtureRequest) -> TrustStore:
    return (
        TrustStore(authority.file)
        if request.param == "file"
        else TrustStore(certificates=(authority.der,))
    )


def patience(deadline_s: float = AMPLE_S) -> Deadline:
    return Deadline.of(deadline_s, lambda: False)


def echo(wire: ssl.SSLSocket) -> None:
    while data := wire.recv(1000):
        wire.sendall(data)


def read_all(port: int, trust: TrustStore, deadline_s: float, **options: object) -> None:
    with channel(LOOPBACK, port, patience(deadline_s), trust=trust, **options) as wire:  # type: ignore[arg-type]
        while wire.receive():
            pass


def refusal(
    port: int, trust: TrustStore, deadline_s: float = AMPLE_S, **options: object
) -> TimeReason:
    with pytest.raises(TimeServerFault) as caught:
        read_all(port, trust, deadline_s, **options)
    assert caught.value.host == LOOPBACK
    return caught.value.reason


def test_channel_sends_and_receives(identity: Identity, trust: TrustStore) -> None:
    sent = bytes(range(256)) * 400
    with (
        scripted_tls_server(identity, echo) as port,
        channel(LOOPBACK, port, patience(), trust=trust) as wire,
    ):
        wire.send(sent)
        came = b""
        while len(came) < len(sent):
            came += wire.receive()
    assert came == sent


def test_export_differs_by_context(identity: Identity, trust: TrustStore) -> None:
    with (
        scripted_tls_server(identity, echo) as port,
        channel(LOOPBACK, port, patience(), trust=trust, lowest=TLS_1_3) as wire,
    ):
        first, again, other = (
            wire.export(b"EXPORTER-x", context, 32) for context in (b"a", b"a", b"b")
        )
    assert first == again != other
    assert len(first) == 32


def test_receive_after_close_is_empty(identity: Identity, trust: TrustStore) -> None:
    with (
        scripted_tls_server(identity, lambda wire: wire.sendall(b"all")) as port,
        channel(LOOPBACK, port, patience(), trust=trust) as wire,
    ):
        assert wire.receive() == b"all"
        assert wire.receive() == b""


@pytest.mark.parametrize(
    ("names", "good"),
    [
        ((LOOPBACK,), True),
        (("localhost",), False),
        (("127.0.0.2",), False),
        ((), False),
    ],
    ids=str,
)
def test_channel_requires_certificate_for_the_address(
    names: tuple[str, ...], good: bool, authority: Authority
) -> None:
    trust = TrustStore(authority.file)
    with scripted_tls_server(authority.identity(names), echo) as port:
        if good:
            with channel(LOOPBACK, port, patience(), trust=trust):
                return
        assert refusal(port, trust) is TimeReason.CERTIFICATE_BAD


@pytest.mark.parametrize(
    ("names", "good"),
    [
        (("time.example",), True),
        (("TIME.Example",), True),
        (("other.example", "time.example"), True),
        (("*.example",), False),
        (("*",), False),
        (("example",), False),
        (("a.time.example",), False),
        ((LOOPBACK,), False),
    ],
    ids=str,
)
def test_channel_requires_certificate_for_the_name(
    names: tuple[str, ...], good: bool, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _is_taken("time.example", names, authority, monkeypatch) is good


@pytest.mark.parametrize(
    ("host", "names", "good"),
    [
        ("a.time.example", ("*.time.example",), True),
        ("b.a.time.example", ("*.time.example",), False),
        ("time.example", ("*.time.example",), False),
        ("a.time.example", ("a*.time.example",), False),
        ("a.time.example", ("a.*.example",), False),
        ("bücher.example", ("xn--bcher-kva.example",), True),
        ("time.example.", ("time.example",), True),
    ],
)
def test_channel_wildcard_matches_one_leftmost_label(
    host: str,
    names: tuple[str, ...],
    good: bool,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _is_taken(host, names, authority, monkeypatch) is good


def _is_taken(
    host: str, names: tuple[str, ...], authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> bool:
    with scripted_tls_server(authority.identity(names), echo) as port:
        place = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOOPBACK, port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: place)
        try:
            with channel(host, port, patience(), trust=TrustStore(authority.file)):
                return True
        except TimeServerFault as fault:
            return fault.reason is not TimeReason.CERTIFICATE_BAD


def test_channel_refuses_untrusted_authority(identity: Identity, tmp_path: Path) -> None:
    with scripted_tls_server(identity, echo) as port:
        assert refusal(port, TrustStore(Authority(tmp_path).file)) is TimeReason.CERTIFICATE_BAD
        assert refusal(port, TrustStore()) is TimeReason.CERTIFICATE_BAD
        assert refusal(port, TrustStore.of_system()) is TimeReason.CERTIFICATE_BAD


def test_channel_ignores_unreadable_authorities(identity: Identity, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.pem"
    spoiled.write_text("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
    with scripted_tls_server(identity, echo) as port:
        for trust in (
            TrustStore(spoiled),
            TrustStore(tmp_path / "absent.pem"),
            TrustStore(certificates=(b"\x30\x03no",)),
        ):
            assert refusal(port, trust) is TimeReason.CERTIFICATE_BAD


@pytest.mark.parametrize(
    ("begins", "ends", "reason"),
    [
        (-90 * DAY, -DAY, TimeReason.CERTIFICATE_EXPIRED),
        (-1000 * DAY, -300 * DAY, TimeReason.CERTIFICATE_EXPIRED),
        (-1000 * DAY, -400 * DAY, TimeReason.CLOCK_TOO_WRONG),
        (DAY, 90 * DAY, TimeReason.CLOCK_TOO_WRONG),
    ],
)
def test_channel_outside_validity_says_whose_clock_is_wrong(
    begins: timedelta, ends: timedelta, reason: TimeReason, authority: Authority
) -> None:
    with scripted_tls_server(authority.identity(begins=begins, ends=ends), echo) as port:
        assert refusal(port, TrustStore(authority.file)) is reason


@pytest.mark.parametrize("wrong_s", [-1e12, -3650 * 86_400.0, 3650 * 86_400.0, 1e12, 1e30])
def test_channel_recognises_clock_too_wrong_for_any_certificate(
    wrong_s: float, identity: Identity, authority: Authority
) -> None:
    with scripted_tls_server(identity, echo) as port:
        reason = refusal(port, TrustStore(authority.file), wall=lambda: time.time() + wrong_s)
    assert reason is TimeReason.CLOCK_TOO_WRONG


def test_channel_untrusted_certificate_does_not_blame_the_clock(
    authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path).identity(begins=DAY, ends=2 * DAY)
    with scripted_tls_server(stranger, echo) as port:
        assert refusal(port, TrustStore(authority.file)) is TimeReason.CERTIFICATE_BAD


def test_channel_refuses_older_tls_than_required(identity: Identity, authority: Authority) -> None:
    trust = TrustStore(authority.file)
    with scripted_tls_server(identity, echo, highest=ssl.TLSVersion.TLSv1_2) as port:
        assert refusal(port, trust, lowest=TLS_1_3) is TimeReason.NO_TLS
        with channel(LOOPBACK, port, patience(), trust=trust) as wire:
            wire.send(b"x")
            assert wire.receive() == b"x"


@pytest.mark.parametrize("protocols", [(), ("http/1.1",)], ids=str)
def test_channel_refuses_server_without_alpn_protocol(
    protocols: tuple[str, ...], identity: Identity, authority: Authority
) -> None:
    with scripted_tls_server(identity, echo, protocols=protocols) as port:
        reason = refusal(port, TrustStore(authority.file), protocol=b"ntske/1")
    assert reason is TimeReason.NO_TLS


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n", TimeReason.NO_TLS),
        (bytes(range(256)), TimeReason.NO_TLS),
        (b"\x15\x03\x03\x00\x02\x02\x28", TimeReason.NO_TLS),  # an alert: handshake failure
        (b"\x16\x03\x03\x00\x02\x02", TimeReason.BROKEN_OFF),
        (b"", TimeReason.BROKEN_OFF),
    ],
    ids=["http", "garbage", "alert", "half", "nothing"],
)
def test_channel_distinguishes_no_tls_from_broken_connection(
    answer: bytes, reason: TimeReason, authority: Authority
) -> None:
    def handle(raw: socket.socket) -> None:
        raw.recv(4096)
        raw.sendall(answer)

    with scripted_tcp_server(handle) as port:
        assert refusal(port, TrustStore(authority.file)) is reason


def test_receive_from_broken_connection_raises(identity: Identity, authority: Authority) -> None:
    def script(wire: ssl.SSLSocket) -> None:
        wire.sendall(b"begun")
        socket.socket.shutdown(wire, socket.SHUT_RDWR)  # without close_notify

    with scripted_tls_server(identity, script) as port:
        assert refusal(port, TrustStore(authority.file)) is TimeReason.BROKEN_OFF


@pytest.fixture
def given_up() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_channel_silent_handshake_ends_at_the_deadline(
    authority: Authority, given_up: threading.Event
) -> None:
    with scripted_tcp_server(lambda raw: given_up.wait(AMPLE_S)) as port:  # type: ignore[arg-type, return-value]
        assert refusal(port, TrustStore(authority.file), BRIEF_S) is TimeReason.TIMEOUT
        given_up.set()


def test_channel_slow_server_does_not_prolong_the_wait(
    identity: Identity, authority: Authority, given_up: threading.Event
) -> None:
    ran_out = []

    def script(wire: ssl.SSLSocket) -> None:
        ends = time.monotonic() + AMPLE_S
        while not given_up.wait(0.001):
            wire.sendall(b"x")
            if time.monotonic() > ends:
                ran_out.append(True)
                return

    with scripted_tls_server(identity, script) as port:
        assert refusal(port, TrustStore(authority.file), BRIEF_S) is TimeReason.TIMEOUT
        given_up.set()
    assert not ran_out


def test_channel_cancelled_ends_the_wait(identity: Identity, authority: Authority) -> None:
    cancelled = threading.Event()

    def script(wire: ssl.SSLSocket) -> None:
        cancelled.set()
        wire.recv(1)

    with scripted_tls_server(identity, script) as port:
        wait = Deadline.of(AMPLE_S, cancelled.is_set)
        with (
            channel(LOOPBACK, port, wait, trust=TrustStore(authority.file)) as wire,
            pytest.raises(TimeServerFault) as caught,
        ):
            wire.receive()
    assert caught.value.reason is TimeReason.CANCELLED


def test_channel_closed_port_is_refused() -> None:
    with socket.create_server((LOOPBACK, 0)) as listener:
        port = listener.getsockname()[1]
    assert refusal(port, TrustStore()) is TimeReason.REFUSED


def test_channel_invalid_name_is_not_found() -> None:
    with pytest.raises(TimeServerFault) as caught, channel("two..dots", 443, patience()):
        pass
    assert caught.value.reason is TimeReason.NAME_NOT_FOUND


@pytest.mark.parametrize("family", [socket.AF_INET6, 999], ids=["refused", "unknown here"])
def test_channel_failing_address_family_does_not_spoil_the_other(
    family: int, identity: Identity, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted_tls_server(identity, echo) as port:
        both = [
            (family, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (LOOPBACK, port)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: both)
        with channel("localhost", port, patience(), trust=TrustStore(authority.file)) as wire:
            wire.send(b"x")
            assert wire.receive() == b"x"
