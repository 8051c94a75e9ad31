"""Which time servers are asked, and how a server is written."""

from enum import StrEnum

from authenticator.clock.server import Server, TimeProtocol
from authenticator.errors import InputRefused

DEFAULT_SERVERS: tuple[str, ...] = (
    "nts://time.cloudflare.com",
    "nts://ptbtime1.ptb.de",
    "nts://nts.netnod.se",
    "nts://ntppool1.time.nl",
    "time.nist.gov",
    "ntp.nict.jp",
    "ntp.metas.ch",
    "https://www.wikipedia.org",
    "https://www.google.com",
    "https://www.microsoft.com",
    "https://www.apple.com",
)
"""Time servers of seven operators (Cloudflare; PTB, Germany; Netnod, Sweden; SIDN, the Netherlands;
NIST, USA; NICT, Japan; METAS, Switzerland) that are open to the public and don't smear leap
seconds: four authenticated ones, and three for networks that allow only NTP's port. Not the NTP
pool: it asks software not to use pool servers as its default without a vendor zone. Then web
servers, for networks that allow neither."""

PORTS = {TimeProtocol.NTP: 123, TimeProtocol.NTS: 4460, TimeProtocol.HTTPS: 443}
NAME_LIMIT = 253
PORT_LIMIT = 65_535


class NameFault(StrEnum):
    """What is wrong with a server name."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    WRONG_CHARACTER = "wrong_character"
    NOT_AN_ADDRESS = "not_an_address"  # in square brackets, but not an IPv6 address
    PORT = "port"  # not 1 to PORT_LIMIT


class ServerNameBad(InputRefused):
    """Not `host`, `host:port`, an IPv6 address or `[IPv6]:port`, optionally preceded by `nts://` or
    `https://`; `text` as given (its first 100 characters), `reason` a NameFault."""

    def __init__(self, text: str, reason: NameFault) -> None:
        self.text = text[:100]
        self.reason = reason
        super().__init__(self.text, reason)


def parse_server(text: str) -> Server:
    """Parse a server name: `host`, `host:port`, an IPv6 address or `[IPv6]:port` for NTP, or
    preceded by `nts://` or `https://` for these protocols. The default port is the protocol's. Only
    the syntax is checked, nothing is looked up. Raises ServerNameBad."""
    name = text.strip()
    if not name:
        raise ServerNameBad(text, NameFault.EMPTY)
    way = TimeProtocol.NTP
    scheme, slashes, rest_of_name = name.partition("://")
    if slashes and scheme.lower() in tuple(TimeProtocol):
        way, name = TimeProtocol(scheme.lower()), rest_of_name.removesuffix("/")
    if "/" in name:  # most likely a pasted URL, whose colon does not precede a port
        raise ServerNameBad(text, NameFault.WRONG_CHARACTER)
    if not name:
        raise ServerNameBad(text, NameFault.EMPTY)
    try:
        host, port_text = _host_and_port(name)
        _check_host(host, address=name.startswith("[") or ":" in host)
        return Server(way, host, PORTS[way] if port_text is None else _port(port_text))
    except _Refused as refused:
        raise ServerNameBad(text, refused.reason) from None


class _Refused(Exception):
    def __init__(self, reason: NameFault) -> None:
        self.reason = reason


def _host_and_port(name: str) -> tuple[str, str | None]:
    if name.startswith("["):
        host, bracket, rest = name[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise _Refused(NameFault.NOT_AN_ADDRESS)
        return host, rest[1:] if rest else None
    if name.count(":") == 1:
        host, _, port_text = name.partition(":")
        return host, port_text
    return name, None


def _check_host(host: str, *, address: bool) -> None:
    import ipaddress

    if address:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            raise _Refused(NameFault.NOT_AN_ADDRESS) from None
    elif not host:
        raise _Refused(NameFault.EMPTY)
    elif len(host) > NAME_LIMIT:
        raise _Refused(NameFault.TOO_LONG)
    elif not all(character.isalnum() or character in "-._" for character in host):
        raise _Refused(NameFault.WRONG_CHARACTER)


def _port(text: str) -> int:
    port = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    if not 1 <= port <= PORT_LIMIT:
        raise _Refused(NameFault.PORT)
    return port


_BELOW_COUNTRIES = frozenset({"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"})
"""`co.uk`, `gov.au`: below these, domains are registered one label further down. If one is missing
here, two operators count as one, which is safe."""


def operator(server: str) -> str:
    """Who runs a server, as far as its name shows: the registered domain. An address, or a name
    without a dot, is its own operator, with its port. `server` as for parse_server."""
    place = parse_server(server)
    host, port = place.host, place.port
    labels = host.rstrip(".").lower().split(".")
    if ":" in host or len(labels) < 2 or labels[-1].isdigit():
        return f"{host}:{port}"
    below_country = len(labels[-1]) == 2 and labels[-2] in _BELOW_COUNTRIES
    return ".".join(labels[-3 if below_country else -2 :])
