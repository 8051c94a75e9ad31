"""Words about correct time: the offset, each server's answer, the outcome."""

import time

from authenticator.app.correct_time import ServerAnswer, TimeAnswer
from authenticator.app.correction import Correction
from authenticator.clock.sample import TimeReason
from authenticator.clock.select import Decision, Verdict
from authenticator.wording.text import shown

REASONS = {
    TimeReason.KISS_OF_DEATH: "asks not to be asked",
    TimeReason.RESTING: "asked not to be asked, so it was left alone",
    TimeReason.CLOCK_TOO_WRONG: "this computer's clock is too wrong to check its certificate; "
    "set its date first",
    TimeReason.CERTIFICATE_EXPIRED: "its certificate has expired, unless this computer's clock "
    "is ahead",
    TimeReason.CERTIFICATE_BAD: "its certificate isn't its own; perhaps this network wants a "
    "sign-in first",
    TimeReason.SIGN_IN_PAGE: "this network answers in its place and wants a sign-in first",
    TimeReason.NO_TLS: "no secure connection; perhaps this network wants a sign-in first",
    TimeReason.NTS_REFUSED: "gives out no keys for authenticated time",
    TimeReason.NTS_BAD: "its keys for authenticated time can't be used",
    TimeReason.COOKIE_REFUSED: "no longer knows the keys it has just given out",
    TimeReason.NOT_AUTHENTIC: "its answer was changed on the way, or isn't its own",
    TimeReason.NO_DATE: "doesn't tell the time",
    TimeReason.UNSYNCHRONISED: "doesn't know the time itself",
    TimeReason.BAD_DELAY: "its answer doesn't fit the time it took",
    TimeReason.TOO_UNCERTAIN: "isn't sure enough of the time",
    TimeReason.ABSURD_OFFSET: "tells a time that can't be",
    TimeReason.CLOCK_STEPPED: "this computer's clock was set meanwhile",
    TimeReason.BAD_PACKET: "its answer is no time",
    TimeReason.WRONG_ORIGIN: "its answer belongs to another question",
    TimeReason.REFUSED: "nothing answers there",
    TimeReason.TIMEOUT: "no answer in time",
    TimeReason.BROKEN_OFF: "broke the connection off",
    TimeReason.UNREACHABLE: "can't be reached",
    TimeReason.NAME_NOT_FOUND: "the name is not found",
    TimeReason.CANCELLED: "cancelled",
    TimeReason.NOT_AWAITED: "the others were quicker",
}

CLOCK_UNTOUCHED = "This computer's own clock is not changed."


def behind_or_ahead(offset_s: float) -> str:
    """`92.4 s behind` for a computer's clock that must be corrected by +92.4 s."""
    if abs(offset_s) < 0.05:
        return "right to a twentieth of a second"
    return f"{abs(offset_s):,.1f} s {'behind' if offset_s > 0 else 'ahead'}"


def _signed(seconds: float, places: int) -> str:
    """With a minus as long as the plus."""
    return f"{seconds:+,.{places}f}".replace("-", "−")


def time_answer(answer: TimeAnswer, *, applied: bool) -> str:
    """What asking came to, and what happens now."""
    match answer.decision:
        case Decision.AGREED:
            offset = answer.offset_s or 0.0
            told = (
                f"This computer's clock is {behind_or_ahead(offset)} "
                f"(offset {_signed(offset, 3)} s)."
            )
            if applied:
                return f"{told} Codes follow the correct time from now on. {CLOCK_UNTOUCHED}"
            return f"{told} Nothing was changed."
        case Decision.NO_MAJORITY:
            return "The servers contradict each other, so nothing was changed. Try again later."
        case Decision.TOO_FEW:
            return "Too few servers agreed, so nothing was changed. Try again later."
        case Decision.UNREACHABLE:
            return (
                "No time server could be asked, so nothing was changed. "
                "Check the network connection and try again."
            )


def server_answer(server: ServerAnswer) -> str:
    """One line about one server."""
    host = shown(server.host, 60)
    if server.verdict is Verdict.FAILED or server.offset_s is None:
        return f"{host}: {REASONS[TimeReason(server.reason)]}"
    verdict = {
        Verdict.AGREES: "agrees",
        Verdict.DISAGREES: "disagrees with the others",
        Verdict.UNDECIDED: "undecided",
        Verdict.FAILED: "",
    }[server.verdict]
    delay = f", delay {server.delay_s * 1000:.0f} ms" if server.delay_s is not None else ""
    return f"{host}: offset {_signed(server.offset_s, 3)} s{delay}, {verdict}"


def correction_status(correction: Correction | None) -> str:
    """What codes follow now."""
    if correction is None:
        return "Codes follow this computer's clock."
    checked = time.strftime("%Y-%m-%d %H:%M", time.localtime(correction.checked_at))
    return (
        f"Codes follow the correct time: clock corrected by {_signed(correction.offset_s, 1)} s, "
        f"checked {checked}."
    )
