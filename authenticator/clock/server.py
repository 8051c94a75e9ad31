"""A server and the way in which it is asked for the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from authenticator.clock.kiss_of_death import Rests
    from authenticator.clock.sample import Sample

NEEDED = 3
"""How many good answers must agree unless the user says fewer: one liar among two can't be
told, and two of them can't outvote three."""


class Way(StrEnum):
    """How a server tells the time."""

    NTP = "ntp"
    NTS = "nts"  # NTP under the seal of a server that proved who it is
    HTTPS = "https"  # whole seconds, but past a wall that lets no NTP through


class Server(NamedTuple):
    """`port` is that of the way: of NTP, of NTS' key establishment, of HTTPS."""

    way: Way
    host: str
    port: int


def load(ways: Iterable[Way]) -> None:
    """Import what these ways need ahead of threads that measure."""
    wanted = set(ways)
    if Way.NTP in wanted:
        import authenticator.clock.ntp
    if Way.NTS in wanted:
        import authenticator.clock.nts
    if Way.HTTPS in wanted:
        import authenticator.clock.https_date  # noqa: F401


def ask(
    server: Server,
    *,
    deadline_s: float,
    cancelled: Callable[[], bool] = lambda: False,
    rests: Rests | None = None,
) -> Sample:
    """Ask one server in its way. Raises TimeServerFault."""
    place = server.host, server.port
    match server.way:
        case Way.NTP:
            from authenticator.clock import ntp

            return ntp.ask(*place, deadline_s=deadline_s, cancelled=cancelled, rests=rests)
        case Way.NTS:
            from authenticator.clock import nts

            return nts.ask(*place, deadline_s=deadline_s, cancelled=cancelled, rests=rests)
        case Way.HTTPS:
            from authenticator.clock import https_date

            return https_date.ask(*place, deadline_s=deadline_s, cancelled=cancelled)
