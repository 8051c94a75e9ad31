"""Names of time servers, and the default servers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.time.servers import (
    DEFAULT_SERVERS,
    NameFault,
    ServerNameBad,
    operator,
    parse_server,
)
from authenticator.clock.server import NEEDED, Server, TimeProtocol


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("time.example", Server(TimeProtocol.NTP, "time.example", 123)),
        ("  time.example:11124\n", Server(TimeProtocol.NTP, "time.example", 11124)),
        ("127.0.0.1:1", Server(TimeProtocol.NTP, "127.0.0.1", 1)),
        ("10.0.0.1", Server(TimeProtocol.NTP, "10.0.0.1", 123)),
        ("::1", Server(TimeProtocol.NTP, "::1", 123)),
        ("2001:db8::7", Server(TimeProtocol.NTP, "2001:db8::7", 123)),
        ("[::1]", Server(TimeProtocol.NTP, "::1", 123)),
        ("[fe80::1%eth0]:65535", Server(TimeProtocol.NTP, "fe80::1%eth0", 65535)),
        ("zeit.müller.example", Server(TimeProtocol.NTP, "zeit.müller.example", 123)),
        ("my_host", Server(TimeProtocol.NTP, "my_host", 123)),
        ("nts://time.example", Server(TimeProtocol.NTS, "time.example", 4460)),
        ("NTS://time.example:4461", Server(TimeProtocol.NTS, "time.example", 4461)),
        ("nts://[::1]:4460", Server(TimeProtocol.NTS, "::1", 4460)),
        ("https://www.example/", Server(TimeProtocol.HTTPS, "www.example", 443)),
        ("ntp://time.example", Server(TimeProtocol.NTP, "time.example", 123)),
    ],
)
def test_parse_server_reads_each_form(text: str, server: Server) -> None:
    assert parse_server(text) == server


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", NameFault.EMPTY),
        (" \t", NameFault.EMPTY),
        (":123", NameFault.EMPTY),
        ("a b", NameFault.WRONG_CHARACTER),
        ("http://time.example", NameFault.WRONG_CHARACTER),
        ("https://time.example/now", NameFault.WRONG_CHARACTER),
        ("nts://", NameFault.EMPTY),
        ("nts:///", NameFault.EMPTY),
        ("nts://nts://a", NameFault.WRONG_CHARACTER),
        ("https://a:443:1", NameFault.NOT_AN_ADDRESS),
        ("kim@time.example", NameFault.WRONG_CHARACTER),
        ("a\0b", NameFault.WRONG_CHARACTER),
        ("time.example/x", NameFault.WRONG_CHARACTER),
        ("a" * 254, NameFault.TOO_LONG),
        ("a:", NameFault.PORT),
        ("a:0", NameFault.PORT),
        ("a:65536", NameFault.PORT),
        ("a:-1", NameFault.PORT),
        ("a:12x", NameFault.PORT),
        ("a:١٢٣", NameFault.PORT),
        ("a:" + "9" * 5000, NameFault.PORT),
        ("a:1:2", NameFault.NOT_AN_ADDRESS),
        ("[::1", NameFault.NOT_AN_ADDRESS),
        ("[::1]x", NameFault.NOT_AN_ADDRESS),
        ("[time.example]:5", NameFault.NOT_AN_ADDRESS),
        ("[]:5", NameFault.NOT_AN_ADDRESS),
        ("[::1]:", NameFault.PORT),
    ],
)
def test_parse_server_refuses_invalid_name_with_reason(text: str, reason: NameFault) -> None:
    with pytest.raises(ServerNameBad) as caught:
        parse_server(text)
    assert caught.value.reason is reason
    assert caught.value.text == text[:100]


@given(st.text())
def test_parse_server_any_text_is_read_or_refused(text: str) -> None:
    try:
        server = parse_server(text)
    except ServerNameBad:
        return
    assert server.host
    assert 1 <= server.port <= 65_535


def test_default_servers_have_distinct_operators_and_enough_per_protocol() -> None:
    assert len({operator(text) for text in DEFAULT_SERVERS}) == len(DEFAULT_SERVERS)
    for way in TimeProtocol:
        assert sum(parse_server(text).protocol is way for text in DEFAULT_SERVERS) >= NEEDED


@pytest.mark.parametrize(
    ("server", "runs_it"),
    [
        ("ptbtime1.ptb.de", "ptb.de"),
        ("PTBtime2.ptb.de.:123", "ptb.de"),
        ("time.example.co.uk", "example.co.uk"),
        ("ntp.time.nl", "time.nl"),
        ("time.example", "time.example"),
        ("timehost", "timehost:123"),
        ("10.0.0.1", "10.0.0.1:123"),
        ("nts://nts.netnod.se", "netnod.se"),
        ("https://www.example.org/", "example.org"),
        ("[2001:db8::7]:5", "2001:db8::7:5"),
    ],
)
def test_operator_is_the_registered_domain(server: str, runs_it: str) -> None:
    assert operator(server) == runs_it
