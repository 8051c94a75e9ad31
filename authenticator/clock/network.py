"""Name lookup and network errors: the addresses to try for a host, and what a failure means."""

import socket

from authenticator.clock.sample import TimeReason, TimeServerFault

Address = tuple[int, int, int, tuple[object, ...]]
"""Family, type and protocol of a socket, and the address that it connects to."""


def addresses(host: str, port: int, kind: socket.SocketKind) -> list[Address]:
    """The first address of each family. Raises TimeServerFault; a name lookup can't be cut short on
    any system."""
    try:
        found = socket.getaddrinfo(host, port, type=kind)
    except (OSError, UnicodeError):  # UnicodeError: a name that can't be written in IDNA
        raise TimeServerFault(host, TimeReason.NAME_NOT_FOUND) from None
    first: dict[int, Address] = {}
    for family, kind_, protocol, _, place in found:
        first.setdefault(family, (family, kind_, protocol, place))
    return list(first.values())


def network_reason(error: OSError) -> TimeReason:
    """Refused if the other end said so; Windows reports a reset."""
    if isinstance(error, ConnectionError):
        return TimeReason.REFUSED
    return TimeReason.UNREACHABLE


def most_telling(reasons: list[TimeReason]) -> TimeReason:
    """The most informative of several reasons."""
    return min(reasons, key=list(TimeReason).index)
