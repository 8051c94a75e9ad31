"""A key server's answer gives keys for NTP, or the reason why not, whatever it sends."""

import contextlib
import io
import ssl
import struct
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.clock.deadline import Deadline
from authenticator.clock.nts_ke import (
    AEAD,
    COOKIE_LIMIT_BYTES,
    COOKIES,
    CRITICAL,
    END_OF_MESSAGE,
    ERROR,
    KEY_BYTES,
    MESSAGE_LIMIT_BYTES,
    NEW_COOKIE,
    NEXT_PROTOCOL,
    NTP_PORT,
    SERVER,
    SERVER_PORT,
    WARNING,
    Keys,
    Terms,
    establish,
    read_terms,
)
from authenticator.clock.sample import TimeReason, TimeServerFault
from authenticator.clock.trust_store import TrustStore
from tests.patience import PATIENCE_S
from tests.services.authority import LOOPBACK, Authority, Identity
from tests.services.scripted_tls_server import scripted_tls_server

HOST = "time.example"
AMPLE_S = PATIENCE_S


def record(kind: int, body: bytes = b"", *, critical: bool = True) -> bytes:
    return struct.pack("!HH", kind | CRITICAL * critical, len(body)) + body


NTP = record(NEXT_PROTOCOL, b"\0\0")
SIV = record(AEAD, b"\0\x0f")
COOKIE = record(NEW_COOKIE, b"c" * 100, critical=False)
END = record(END_OF_MESSAGE)


def terms(answer: bytes) -> Terms:
    return read_terms(HOST, io.BytesIO(answer).read)


def refusal(answer: bytes) -> TimeReason:
    with pytest.raises(TimeServerFault) as caught:
        terms(answer)
    assert caught.value.host == HOST
    return caught.value.reason


def test_read_terms_gives_server_and_cookies() -> None:
    answer = NTP + SIV + record(SERVER, b"ntp.example") + record(SERVER_PORT, b"\x04\xd2")
    assert terms(answer + COOKIE * 3 + END) == Terms("ntp.example", 1234, (b"c" * 100,) * 3)


def test_read_terms_defaults_to_same_host_and_port_123() -> None:
    assert terms(NTP + SIV + COOKIE + END) == Terms(None, NTP_PORT, (b"c" * 100,))


@given(order=st.permutations([NTP, SIV, COOKIE, record(SERVER_PORT, b"\x04\xd2")]))
def test_read_terms_ignores_record_order(order: list[bytes]) -> None:
    """The order of records does not matter."""
    assert terms(b"".join(order) + END) == Terms(None, 1234, (b"c" * 100,))


def test_read_terms_ignores_unknown_record_unless_critical() -> None:
    extra = record(0x4000, b"news", critical=False)
    assert terms(extra + NTP + extra + SIV + COOKIE + END) == terms(NTP + SIV + COOKIE + END)
    assert refusal(NTP + SIV + COOKIE + record(0x4000, b"news") + END) is TimeReason.NTS_BAD


def test_read_terms_keeps_at_most_eight_cookies() -> None:
    assert len(terms(NTP + SIV + COOKIE * 20 + END).cookies) == COOKIES


@pytest.mark.parametrize("kind", [ERROR, WARNING])
@pytest.mark.parametrize("critical", [True, False])
def test_read_terms_error_or_warning_is_refused(kind: int, critical: bool) -> None:
    answer = NTP + SIV + COOKIE + record(kind, b"\0\1", critical=critical) + END
    assert refusal(answer) is TimeReason.NTS_REFUSED


@pytest.mark.parametrize(
    "answer",
    [record(NEXT_PROTOCOL) + END, NTP + record(AEAD, critical=False) + END],
    ids=["protocol", "algorithm"],
)
def test_read_terms_nothing_in_common_is_refused(answer: bytes) -> None:
    assert refusal(answer) is TimeReason.NTS_REFUSED


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        NTP + SIV + COOKIE,
        NTP + SIV + COOKIE + END[:3],
        NTP + SIV + COOKIE + record(END_OF_MESSAGE, b"x"),
        NTP + SIV + COOKIE + record(END_OF_MESSAGE, critical=False),
        SIV + COOKIE + END,
        NTP + COOKIE + END,
        NTP + SIV + END,
        NTP + NTP + SIV + COOKIE + END,
        NTP + SIV + SIV + COOKIE + END,
        record(NEXT_PROTOCOL, b"\0\0", critical=False) + SIV + COOKIE + END,
        record(NEXT_PROTOCOL, b"\0\1") + SIV + COOKIE + END,
        record(NEXT_PROTOCOL, b"\0\0\0\1") + SIV + COOKIE + END,
        record(NEXT_PROTOCOL, b"\0") + SIV + COOKIE + END,
        NTP + record(AEAD, b"\0\x1e") + COOKIE + END,
        NTP + record(AEAD, b"\0\x0f\0\x1e") + COOKIE + END,
        NTP + SIV + record(NEW_COOKIE) + END,
        NTP + SIV + record(NEW_COOKIE, bytes(COOKIE_LIMIT_BYTES + 1)) + END,
        NTP + SIV + COOKIE + record(SERVER_PORT, b"\0\0") + END,
        NTP + SIV + COOKIE + record(SERVER_PORT, b"\1") + END,
        NTP + SIV + COOKIE + record(SERVER, b"") + END,
        NTP + SIV + COOKIE + record(SERVER, b"a b") + END,
        NTP + SIV + COOKIE + record(SERVER, b"-a.example") + END,
        NTP + SIV + COOKIE + record(SERVER, "zeit.süd".encode()) + END,
        NTP + SIV + COOKIE + record(SERVER, b"a.example\0.b") + END,
        NTP + SIV + COOKIE + record(SERVER, b"a." * 128) + END,
        NTP + SIV + COOKIE + record(SERVER, b"a") * 2 + END,
    ],
    ids=range(27),
)
def test_read_terms_protocol_violation_is_nts_bad(answer: bytes) -> None:
    assert refusal(answer) is TimeReason.NTS_BAD


@pytest.mark.parametrize("server", ["ntp.example", "a", "192.0.2.1", "2001:db8::1", "a.b."])
def test_read_terms_accepts_name_or_address(server: str) -> None:
    answer = NTP + SIV + COOKIE + record(SERVER, server.encode()) + END
    assert terms(answer).server == server


@given(st.binary(max_size=300))
def test_read_terms_any_bytes_are_terms_or_fault(answer: bytes) -> None:
    with contextlib.suppress(TimeServerFault):
        terms(answer)


_records = st.lists(
    st.builds(
        lambda kind, body, critical: record(kind, body, critical=critical),
        st.integers(0, 9),
        st.one_of(st.binary(max_size=20), st.sampled_from([b"\0\0", b"\0\x0f", b"a.example"])),
        st.booleans(),
    ),
    max_size=12,
)


@given(_records)
def test_read_terms_any_records_are_terms_or_fault(records: list[bytes]) -> None:
    with contextlib.suppress(TimeServerFault):
        found = terms(NTP + SIV + b"".join(records) + END)
        assert 1 <= len(found.cookies) <= COOKIES
        assert 0 < found.port < 65_536


def test_keys_and_terms_repr_hides_secrets() -> None:
    text = repr(Keys(HOST, 123, b"secret-1", b"secret-2", (b"secret-3",)))
    text += repr(Terms(None, 123, (b"secret-3",)))
    assert "secret" not in text


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def identity(authority: Authority) -> Identity:
    return authority.identity()


@contextlib.contextmanager
def key_server(
    identity: Identity, script: Callable[[ssl.SSLSocket], None], **options: object
) -> Iterator[int]:
    with scripted_tls_server(identity, script, **{"protocols": ["ntske/1"]} | options) as port:  # type: ignore[arg-type]
        yield port


def keys(port: int, authority: Authority) -> Keys:
    deadline = Deadline.of(AMPLE_S, lambda: False)
    return establish(LOOPBACK, port, deadline, trust=TrustStore(authority.file))


def answering(*pieces: bytes) -> Callable[[ssl.SSLSocket], None]:
    def script(wire: ssl.SSLSocket) -> None:
        wire.recv(1000)
        for piece in pieces:
            wire.sendall(piece)

    return script


def test_establish_offers_ntpv4_and_aes_siv(identity: Identity, authority: Authority) -> None:
    requests = []

    def script(wire: ssl.SSLSocket) -> None:
        requests.append(wire.recv(1000))
        wire.sendall(NTP + SIV + COOKIE + END)

    with key_server(identity, script) as port:
        keys(port, authority)
    assert requests == [bytes.fromhex("80010002 0000 80040002 000f 80000000")]


def test_establish_keys_differ_by_connection_and_direction(
    identity: Identity, authority: Authority
) -> None:
    with key_server(identity, answering(NTP + SIV + COOKIE + END)) as port:
        first, second = keys(port, authority), keys(port, authority)
    assert (first.server, first.port, first.cookies) == (LOOPBACK, NTP_PORT, (b"c" * 100,))
    four = {first.to_server, first.to_client, second.to_server, second.to_client}
    assert {len(key) for key in four} == {KEY_BYTES}
    assert len(four) == 4


def test_establish_accepts_answer_in_pieces(identity: Identity, authority: Authority) -> None:
    answer = NTP + SIV + COOKIE * 8 + END
    pieces = [answer[i : i + 7] for i in range(0, len(answer), 7)]
    with key_server(identity, answering(*pieces)) as port:
        assert len(keys(port, authority).cookies) == 8


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), TimeReason.NTS_BAD),
        (answering(bytes(range(256)) * 10), TimeReason.NTS_BAD),
        (answering(NTP + SIV), TimeReason.NTS_BAD),
        (answering(), TimeReason.NTS_BAD),
        (answering(record(ERROR, b"\0\1") + END), TimeReason.NTS_REFUSED),
        (
            answering(record(0x4000, bytes(60_000), critical=False) * 2 + NTP + SIV + COOKIE + END),
            TimeReason.NTS_BAD,
        ),
    ],
    ids=["http", "garbage", "cut", "nothing", "error", "too long"],
)
def test_establish_refuses_other_content(
    script: Callable[[ssl.SSLSocket], None],
    reason: TimeReason,
    identity: Identity,
    authority: Authority,
) -> None:
    with key_server(identity, script) as port, pytest.raises(TimeServerFault) as caught:
        keys(port, authority)
    assert caught.value.reason is reason
    assert MESSAGE_LIMIT_BYTES < 120_000


@pytest.mark.parametrize(
    "options", [{"protocols": []}, {"highest": ssl.TLSVersion.TLSv1_2}], ids=["alpn", "tls 1.2"]
)
def test_establish_requires_tls_1_3_and_its_alpn_protocol(
    options: dict[str, object], identity: Identity, authority: Authority
) -> None:
    with (
        key_server(identity, answering(NTP + SIV + COOKIE + END), **options) as port,
        pytest.raises(TimeServerFault) as caught,
    ):
        keys(port, authority)
    assert caught.value.reason is TimeReason.NO_TLS
