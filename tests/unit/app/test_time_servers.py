"""The names of time servers, and those that are asked unless told otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.time_servers import (
    DEFAULT_SERVERS,
    NTP_PORT,
    NameFault,
    ServerNameBad,
    operator,
    parse_server,
)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("time.example", ("time.example", NTP_PORT)),
        ("  time.example:11124\n", ("time.example", 11124)),
        ("127.0.0.1:1", ("127.0.0.1", 1)),
        ("10.0.0.1", ("10.0.0.1", NTP_PORT)),
        ("::1", ("::1", NTP_PORT)),
        ("2001:db8::7", ("2001:db8::7", NTP_PORT)),
        ("[::1]", ("::1", NTP_PORT)),
        ("[fe80::1%eth0]:65535", ("fe80::1%eth0", 65535)),
        ("zeit.müller.example", ("zeit.müller.example", NTP_PORT)),
        ("my_host", ("my_host", NTP_PORT)),
    ],
)
def test_a_servers_name_is_read(text: str, place: tuple[str, int]) -> None:
    assert parse_server(text) == place


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", NameFault.EMPTY),
        (" \t", NameFault.EMPTY),
        (":123", NameFault.EMPTY),
        ("a b", NameFault.WRONG_CHARACTER),
        ("ntp://time.example", NameFault.WRONG_CHARACTER),
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
def test_what_is_no_servers_name_is_refused_for_its_reason(text: str, reason: NameFault) -> None:
    with pytest.raises(ServerNameBad) as caught:
        parse_server(text)
    assert caught.value.reason is reason
    assert caught.value.text == text[:100]


@given(st.text())
def test_any_text_is_a_place_or_refused(text: str) -> None:
    try:
        host, port = parse_server(text)
    except ServerNameBad:
        return
    assert host
    assert 1 <= port <= 65_535


def test_the_default_servers_are_of_five_operators() -> None:
    assert len({operator(text) for text in DEFAULT_SERVERS}) == len(DEFAULT_SERVERS) >= 5


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
        ("[2001:db8::7]:5", "2001:db8::7:5"),
    ],
)
def test_who_runs_a_server_is_told_by_the_domain_that_was_registered(
    server: str, runs_it: str
) -> None:
    assert operator(server) == runs_it
