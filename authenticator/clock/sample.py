"""What one exchange with a time server comes to: a sample, or the reason why there is none."""

from dataclasses import dataclass
from enum import StrEnum

from authenticator.errors import EnvironmentFault

UNCERTAINTY_LIMIT_S = 1.5
"""The largest distance to the true time that a server may have (ntpd's MAXDIST)."""


class TimeReason(StrEnum):
    """Why a server's answer is not used, the most telling first."""

    KISS_OF_DEATH = "kiss_of_death"  # it asks us to stay away (RFC 5905, section 7.4)
    RESTING = "resting"  # it asked us to stay away a while ago
    CLOCK_TOO_WRONG = "clock_too_wrong"  # our clock is far outside its certificate's time
    CERTIFICATE_EXPIRED = "certificate_expired"  # by our clock
    CERTIFICATE_BAD = "certificate_bad"  # for another name, or from nobody that we trust
    SIGN_IN_PAGE = "sign_in_page"  # a network answers in its place
    NO_TLS = "no_tls"  # what answers speaks no TLS that we accept
    NTS_REFUSED = "nts_refused"  # it gives us no keys, and says so
    NTS_BAD = "nts_bad"  # its key establishment breaks the rules
    COOKIE_REFUSED = "cookie_refused"  # it doesn't know its own cookies, fresh ones included
    NOT_AUTHENTIC = "not_authentic"  # an answer that isn't sealed with the agreed key
    NO_DATE = "no_date"  # a web server that doesn't say what time it is
    UNSYNCHRONISED = "unsynchronised"  # it says that it doesn't know the time itself
    BAD_DELAY = "bad_delay"  # its stamps don't fit into the time that the exchange took
    TOO_UNCERTAIN = "too_uncertain"  # further from true time than UNCERTAINTY_LIMIT_S
    ABSURD_OFFSET = "absurd_offset"  # further from our clock than OFFSET_LIMIT_S
    CLOCK_STEPPED = "clock_stepped"  # this computer's clock was set during the exchange
    BAD_PACKET = "bad_packet"  # not the answer of an NTP server
    WRONG_ORIGIN = "wrong_origin"  # an answer, but to no question of ours
    REFUSED = "refused"  # nothing listens at that port
    TIMEOUT = "timeout"
    BROKEN_OFF = "broken_off"  # the connection ended before the answer did
    UNREACHABLE = "unreachable"  # no way to that address
    NAME_NOT_FOUND = "name_not_found"
    CANCELLED = "cancelled"
    NOT_AWAITED = "not_awaited"  # the others had settled it before this one answered


class TimeServerFault(EnvironmentFault):
    """One time server gave no usable answer; `host` as it was asked, `reason` why."""

    def __init__(self, host: str, reason: TimeReason) -> None:
        self.host = host
        self.reason = reason
        super().__init__(host, reason)


@dataclass(frozen=True, slots=True)
class Sample:
    """One checked answer.

    `offset_s` is the server's time minus this computer's clock, `delay_s` the round trip
    (0 or more), `root_distance_s` how far the server itself may be from true time (RFC 5905,
    section 11.2), `grain_s` the coarseness of both clocks. All in seconds. `stratum` is 0 where
    the server doesn't say (HTTPS). `authenticated`: the server proved who it is (NTS, HTTPS).
    `coarse`: the time was told in whole seconds.
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
