"""Only an answer that is authenticated with the agreed key, and to this very request, counts."""

import contextlib
import struct
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from hypothesis import given
from hypothesis import strategies as st

from authenticator.clock import ntp, nts
from authenticator.clock.deadline import Deadline
from authenticator.clock.kiss_of_death import KissOfDeathLog
from authenticator.clock.network import addresses
from authenticator.clock.ntp import EXCHANGES, HEADER_BYTES, UnrelatedPacket, measure
from authenticator.clock.nts import (
    AUTHENTICATOR,
    COOKIE,
    COOKIE_PLACEHOLDER,
    PACKET_LIMIT_BYTES,
    UNIQUE_IDENTIFIER,
    CookieJar,
    NtsProtection,
    NtsSession,
    read_fields,
)
from authenticator.clock.nts_ke import COOKIES, PORT, Keys
from authenticator.clock.sample import Sample, TimeReason, TimeServerFault
from tests.patience import PATIENCE_S, longer
from tests.services.scripted_time_server import LOOPBACK, Send, packet, scripted_server

TO_SERVER, TO_CLIENT = bytes(range(32)), bytes(range(32, 64))
FRESH = b"f" * 100
AMPLE_S = PATIENCE_S
BRIEF_S = 0.5
NONCE = b"n" * 16


def keys(cookies: int = COOKIES, length: int = 100) -> Keys:
    jar = tuple(bytes([i]) * length for i in range(cookies))
    return Keys(LOOPBACK, 123, TO_SERVER, TO_CLIENT, jar)


def field(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, 4 + len(value)) + value


def sealed(before: bytes, hidden: bytes, key: bytes = TO_CLIENT, nonce: bytes = NONCE) -> bytes:
    """What a server sends, written from RFC 8915, independently of the code under test."""
    text = AESSIV(key).encrypt(hidden, [before, nonce])
    body = struct.pack("!HH", len(nonce), len(text)) + nonce + text
    return before + field(AUTHENTICATOR, body + bytes(-len(body) % 4))


def identifier(request: bytes) -> bytes:
    kind, length = struct.unpack_from("!HH", request, 48)
    assert (kind, length) == (UNIQUE_IDENTIFIER, 36)
    return request[48:84]


def answer(request: bytes, hidden: bytes = field(COOKIE, FRESH)) -> bytes:
    now_s = time.time()
    return sealed(packet(request, now_s, now_s) + identifier(request), hidden)


def kinds(request: bytes) -> list[int]:
    return [found.kind for found in read_fields(request, HEADER_BYTES)]


def run(
    script: Callable[[bytes, Send], None],
    agreed: Keys | None = None,
    jar: CookieJar | None = None,
    deadline_s: float = AMPLE_S,
    deadline: Deadline | None = None,
) -> Sample:
    agreed = agreed or keys()
    jar = CookieJar(agreed.cookies) if jar is None else jar
    with scripted_server(script) as port:
        return measure(
            LOOPBACK,
            addresses(LOOPBACK, port, 2),
            deadline or Deadline.of(deadline_s, lambda: False),
            time.time,
            NtsProtection(agreed, jar).protect,
        )


def refusal(script: Callable[[bytes, Send], None]) -> TimeReason:
    """The fault at the deadline, after the answer arrived before it."""
    for deadline_s in longer(BRIEF_S):
        with pytest.raises(TimeServerFault) as caught:
            run(script, deadline_s=deadline_s)
        if caught.value.reason is not TimeReason.TIMEOUT:
            break
    return caught.value.reason


def test_ask_authenticated_answer_is_a_sample() -> None:
    sample = run(lambda request, send: send(answer(request)))
    assert abs(sample.offset_s) <= sample.uncertainty_s


def test_guard_uses_aes_siv_of_rfc_5297() -> None:
    key = bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    data = bytes.fromhex("101112131415161718191a1b1c1d1e1f2021222324252627")
    text = bytes.fromhex("112233445566778899aabbccddee")
    expected = "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c"
    assert AESSIV(key).encrypt(text, [data]).hex() == expected  # appendix A.1


def test_guard_requests_can_be_opened_by_the_server() -> None:
    requests = []

    def script(request: bytes, send: Send) -> None:
        requests.append(request)
        send(answer(request))

    run(script)
    for request in requests:
        *_, last = read_fields(request, HEADER_BYTES)
        assert last.kind == AUTHENTICATOR
        nonce_bytes, text_bytes = struct.unpack_from("!HH", last.value)
        assert (nonce_bytes, text_bytes) == (16, 16)
        nonce, text = last.value[4:20], last.value[20:36]
        assert AESSIV(TO_SERVER).decrypt(text, [request[: last.at], nonce]) == b""


def test_guard_uses_each_cookie_once_and_no_request_repeats() -> None:
    seal = NtsProtection(keys(), CookieJar(keys().cookies))
    sent = [seal.protect(bytes(48)) for _ in range(COOKIES)]
    assert seal.protect(bytes(48)) is None
    for kind in (UNIQUE_IDENTIFIER, COOKIE, AUTHENTICATOR):
        values = [
            found.value
            for made in sent
            if made is not None
            for found in read_fields(made[0], HEADER_BYTES)
            if found.kind == kind
        ]
        assert len(values) == len(set(values)) == COOKIES


@pytest.mark.parametrize("left", range(1, COOKIES + 1))
def test_guard_requests_as_many_cookies_as_are_missing(left: int) -> None:
    seal = NtsProtection(keys(), CookieJar(keys(left).cookies))
    awaited = 0
    for _ in range(left):
        made = seal.protect(bytes(48))
        assert made is not None
        awaited += kinds(made[0]).count(COOKIE) + kinds(made[0]).count(COOKIE_PLACEHOLDER)
    assert awaited == COOKIES


def test_guard_placeholders_match_cookie_and_request_is_not_fragmented() -> None:
    for length in (1, 13, 100, 101, 400, 1024):
        made = NtsProtection(keys(1, length), CookieJar(keys(1, length).cookies)).protect(bytes(48))
        assert made is not None
        lengths = {
            len(found.value)
            for found in read_fields(made[0], HEADER_BYTES)
            if found.kind in (COOKIE, COOKIE_PLACEHOLDER)
        }
        assert len(lengths) == 1
        assert len(made[0]) <= max(PACKET_LIMIT_BYTES + 40, 48 + 36 + 1028 + 40)


def test_check_renews_cookies_from_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ntp, "GRACE_S", AMPLE_S)
    jar = CookieJar(keys().cookies)
    run(lambda request, send: send(answer(request)), jar=jar)
    assert len(jar) == COOKIES
    taken = [jar.take() for _ in range(COOKIES)]
    assert taken[-EXCHANGES:] == [FRESH] * EXCHANGES


def test_guard_replaces_lost_cookies_in_next_exchanges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ntp, "GRACE_S", AMPLE_S)
    jar = CookieJar(keys(2).cookies)

    def script(request: bytes, send: Send) -> None:
        asked = sum(kind in (COOKIE, COOKIE_PLACEHOLDER) for kind in kinds(request))
        send(answer(request, field(COOKIE, FRESH) * asked))

    run(script, jar=jar)
    assert len(jar) == COOKIES


@given(at=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_check_refuses_answer_changed_in_any_byte(at: int, flip: int) -> None:
    """An answer changed in any byte is never accepted."""
    jar = CookieJar(keys().cookies)
    made = NtsProtection(keys(), jar).protect(bytes(40) + b"01234567")
    assert made is not None
    request, check = made
    good = answer(request)
    at %= len(good)
    bad = good[:at] + bytes([good[at] ^ flip]) + good[at + 1 :]
    with pytest.raises(UnrelatedPacket):
        check(bad)
    assert len(jar) == COOKIES - 1  # no cookie from a forged answer
    check(good)


@given(st.binary(max_size=200))
def test_check_refuses_any_bytes_after_the_header(tail: bytes) -> None:
    made = NtsProtection(keys(), CookieJar(keys().cookies)).protect(bytes(48))
    assert made is not None
    with pytest.raises(UnrelatedPacket):
        made[1](bytes(48) + tail)


@given(st.binary(max_size=120))
def test_check_refuses_any_authenticator_body(value: bytes) -> None:
    made = NtsProtection(keys(), CookieJar(keys().cookies)).protect(bytes(48))
    assert made is not None
    value += bytes(-len(value) % 4)
    with pytest.raises(UnrelatedPacket):
        made[1](bytes(48) + identifier(made[0]) + field(AUTHENTICATOR, value.ljust(12, b"\0")))


@given(st.binary(max_size=120))
def test_check_tolerates_any_encrypted_fields(hidden: bytes) -> None:
    """Unknown encrypted fields beside the time do no harm."""
    jar = CookieJar(keys().cookies)
    made = NtsProtection(keys(), jar).protect(bytes(48))
    assert made is not None
    with contextlib.suppress(UnrelatedPacket):
        made[1](sealed(bytes(48) + identifier(made[0]), hidden))
    assert len(jar) <= COOKIES


@given(st.binary(max_size=100))
def test_read_fields_of_any_bytes_stay_within_them_or_raise(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        found = list(read_fields(data))
        assert sum(4 + len(each.value) for each in found) == len(data)


def without_seal(request: bytes) -> bytes:
    now_s = time.time()
    return packet(request, now_s, now_s)


def kiss(request: bytes, code: bytes) -> bytes:
    return packet(request, 1, 1, stratum=0, reference_id=code)


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (without_seal, TimeReason.NOT_AUTHENTIC),
        (lambda request: without_seal(request) + identifier(request), TimeReason.NOT_AUTHENTIC),
        (
            lambda request: sealed(without_seal(request) + identifier(request), b"", key=TO_SERVER),
            TimeReason.NOT_AUTHENTIC,
        ),
        (lambda request: sealed(without_seal(request), b""), TimeReason.WRONG_ORIGIN),
        (
            lambda request: sealed(
                without_seal(request) + field(UNIQUE_IDENTIFIER, bytes(32)), b""
            ),
            TimeReason.WRONG_ORIGIN,
        ),
        (
            lambda request: sealed(without_seal(request), b"") + identifier(request),
            TimeReason.WRONG_ORIGIN,
        ),
        (
            lambda request: sealed(without_seal(request) + identifier(request) * 2, b""),
            TimeReason.WRONG_ORIGIN,
        ),
        (
            lambda request: kiss(request, b"DENY"),
            TimeReason.NOT_AUTHENTIC,
        ),
        (
            lambda request: kiss(request, b"NTSN"),
            TimeReason.NOT_AUTHENTIC,
        ),
        (
            lambda request: kiss(request, b"NTSN") + field(UNIQUE_IDENTIFIER, bytes(32)),
            TimeReason.WRONG_ORIGIN,
        ),
    ],
    ids=range(10),
)
def test_check_refuses_answer_for_another_request(
    forge: Callable[[bytes], bytes], reason: TimeReason
) -> None:
    assert refusal(lambda request, send: send(forge(request))) is reason


def test_check_refuses_replayed_answer_with_new_timestamp() -> None:
    kept: list[bytes] = []
    run(lambda request, send: (kept.append(answer(request)), send(kept[-1])))  # type: ignore[func-returns-value, arg-type, return-value]

    def script(request: bytes, send: Send) -> None:
        send(kept[0])
        send(kept[0][:24] + request[40:48] + kept[0][32:])

    assert refusal(script) is TimeReason.WRONG_ORIGIN


def test_ask_finds_real_answer_among_forged_ones() -> None:
    def script(request: bytes, send: Send) -> None:
        send(without_seal(request))
        send(kiss(request, b"DENY"))
        send(kiss(request, b"NTSN") + identifier(request))
        send(answer(request))

    sample = run(script)
    assert abs(sample.offset_s) <= sample.uncertainty_s


def test_ask_does_not_wait_after_cookie_is_refused() -> None:
    def script(request: bytes, send: Send) -> None:
        send(kiss(request, b"NTSN") + identifier(request))

    deadline = Deadline.of(AMPLE_S, lambda: False)
    with pytest.raises(TimeServerFault) as caught:
        run(script, deadline=deadline)
    assert caught.value.reason is TimeReason.COOKIE_REFUSED
    assert deadline.reason_to_stop() is None


def test_ask_authenticated_kiss_of_death_counts() -> None:
    def script(request: bytes, send: Send) -> None:
        send(sealed(kiss(request, b"RATE") + identifier(request), b""))

    assert refusal(script) is TimeReason.KISS_OF_DEATH


def session_with(
    agreed: Keys, monkeypatch: pytest.MonkeyPatch, kiss_log: KissOfDeathLog | None = None
) -> NtsSession:
    monkeypatch.setattr(nts, "establish", lambda *arguments, **options: agreed)
    return NtsSession("time.example", kiss_log=kiss_log)


def test_ask_does_not_contact_server_after_authenticated_kiss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def script(request: bytes, send: Send) -> None:
        send(sealed(kiss(request, b"DENY") + identifier(request), b""))

    kiss_log = KissOfDeathLog()
    with scripted_server(script) as port:
        session = session_with(replace(keys(), port=port), monkeypatch, kiss_log)
        for reason in (TimeReason.KISS_OF_DEATH, TimeReason.RESTING):
            with pytest.raises(TimeServerFault) as caught:
                session.ask(deadline_s=AMPLE_S)
            assert (caught.value.host, caught.value.reason) == ("time.example", reason)
    assert kiss_log.forbids("time.example", PORT)


def test_ask_unknown_ntp_server_blames_key_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = session_with(replace(keys(), server="two..dots"), monkeypatch)
    with pytest.raises(TimeServerFault) as caught:
        session.ask(deadline_s=AMPLE_S)
    assert (caught.value.host, caught.value.reason) == ("time.example", TimeReason.NAME_NOT_FOUND)


def test_ask_answer_of_named_ntp_server_is_authenticated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with scripted_server(lambda request, send: send(answer(request))) as port:
        sample = session_with(replace(keys(), port=port), monkeypatch).ask(deadline_s=AMPLE_S)
    assert (sample.host, sample.authenticated) == ("time.example", True)
