"""A time server, and the protocol by which it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from authenticator.clock.kiss_of_death import KissOfDeathLog
    from authenticator.clock.sample import Sample

NEEDED = 3
"""How many good answers must agree unless the user asks for fewer: with two, a falseticker can't be
identified; three can't be outvoted by two."""


class TimeProtocol(StrEnum):
    """The protocol by which a server gives the time."""

    NTP = "ntp"
    NTS = "nts"  # NTP authenticated by a server that proved its identity
    HTTPS = "https"  # whole seconds, but passes firewalls that block NTP


class Server(NamedTuple):
    """`port` is the port of NTP, of NTS key establishment, or of HTTPS."""

    protocol: TimeProtocol
    host: str
    port: int


def load(ways: Iterable[TimeProtocol]) -> None:
    """Import what these protocols need before threads start to measure."""
    wanted = set(ways)
    if TimeProtocol.NTP in wanted:
        import authenticator.clock.ntp
    if TimeProtocol.NTS in wanted:
        import authenticator.clock.nts
    if TimeProtocol.HTTPS in wanted:
        import authenticator.clock.https_date  # noqa: F401


def ask(
    server: Server,
    *,
    deadline_s: float,
    cancelled: Callable[[], bool] = lambda: False,
    kiss_log: KissOfDeathLog | None = None,
) -> Sample:
    """Ask one server by its protocol. Raises TimeServerFault."""
    place = server.host, server.port
    match server.protocol:
        case TimeProtocol.NTP:
            from authenticator.clock import ntp

            return ntp.ask(*place, deadline_s=deadline_s, cancelled=cancelled, kiss_log=kiss_log)
        case TimeProtocol.NTS:
            from authenticator.clock import nts

            return nts.ask(*place, deadline_s=deadline_s, cancelled=cancelled, kiss_log=kiss_log)
        case TimeProtocol.HTTPS:
            from authenticator.clock import https_date

            return https_date.ask(*place, deadline_s=deadline_s, cancelled=cancelled)
