"""The result of one exchange with a time server: a sample, or the reason why there is none."""

from dataclasses import dataclass
from enum import StrEnum

from authenticator.errors import EnvironmentFault

UNCERTAINTY_LIMIT_S = 1.5
"""The largest distance to the true time that a server may have (ntpd's MAXDIST)."""


class TimeReason(StrEnum):
    """Why a server's answer is not used, the most informative first."""

    KISS_OF_DEATH = "kiss_of_death"  # it asks us to stop sending (RFC 5905, section 7.4)
    RESTING = "resting"  # it sent a kiss of death a while ago
    CLOCK_TOO_WRONG = "clock_too_wrong"  # our clock is far outside its certificate's time
    CERTIFICATE_EXPIRED = "certificate_expired"  # by our clock
    CERTIFICATE_BAD = "certificate_bad"  # for another name, or from an untrusted authority
    SIGN_IN_PAGE = "sign_in_page"  # a network answers in its place
    NO_TLS = "no_tls"  # whatever answers speaks no TLS that we accept
    NTS_REFUSED = "nts_refused"  # it refuses to give us keys
    NTS_BAD = "nts_bad"  # its key establishment violates the protocol
    COOKIE_REFUSED = "cookie_refused"  # it rejects its own cookies, fresh ones included
    NOT_AUTHENTIC = "not_authentic"  # an answer that isn't authenticated with the agreed key
    NO_DATE = "no_date"  # a web server that doesn't give the time
    UNSYNCHRONISED = "unsynchronised"  # it says that it doesn't know the time itself
    BAD_DELAY = "bad_delay"  # its timestamps don't fit the duration of the exchange
    TOO_UNCERTAIN = "too_uncertain"  # further from true time than UNCERTAINTY_LIMIT_S
    ABSURD_OFFSET = "absurd_offset"  # further from our clock than OFFSET_LIMIT_S
    CLOCK_STEPPED = "clock_stepped"  # this computer's clock was set during the exchange
    BAD_PACKET = "bad_packet"  # not the answer of an NTP server
    WRONG_ORIGIN = "wrong_origin"  # an answer, but to no request of ours
    REFUSED = "refused"  # nothing listens at that port
    TIMEOUT = "timeout"
    BROKEN_OFF = "broken_off"  # the connection ended before the answer did
    UNREACHABLE = "unreachable"  # no route to that address
    NAME_NOT_FOUND = "name_not_found"
    CANCELLED = "cancelled"
    NOT_AWAITED = "not_awaited"  # the others had agreed before this one answered


class TimeServerFault(EnvironmentFault):
    """One time server gave no usable answer: `host` as given by the user, `reason` why."""

    def __init__(self, host: str, reason: TimeReason) -> None:
        self.host = host
        self.reason = reason
        super().__init__(host, reason)


@dataclass(frozen=True, slots=True)
class Sample:
    """One checked answer.

    `offset_s` is the server's time minus this computer's clock, `delay_s` the round trip
    (0 or more), `root_distance_s` how far the server itself may be from true time (RFC 5905,
    section 11.2), `grain_s` the coarseness of both clocks. All in seconds. `stratum` is 0 if the
    server doesn't give one (HTTPS). `authenticated`: the server proved its identity (NTS, HTTPS).
    `coarse`: the time came in whole seconds.
    """

    host: str
    offset_s: float
    delay_s: float
    stratum: int
    root_distance_s: float
    grain_s: float = 0.0
    authenticated: bool = False
    coarse: bool = False

    @property
    def uncertainty_s(self) -> float:
        """True time lies within the offset plus or minus this, if the server is honest."""
        return self.delay_s / 2 + self.root_distance_s + self.grain_s
