"""Words about correct time: the offset, each server's answer, the outcome, what holds now."""

import time

from authenticator.app.correct_time import LARGE_S, ServerAnswer, TimeAnswer
from authenticator.app.correction import Correction, Standing
from authenticator.app.time_chart import Bar, chart
from authenticator.clock.sample import TimeReason
from authenticator.clock.select import Decision, Verdict
from authenticator.clock.system_sync import Sync, SystemSync
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

WHAT_IS_SENT = (
    "Each server gets an empty question and sees this computer's internet address. It learns "
    "nothing about you, your accounts or your codes."
)

SERVER_NAME_SHOWN = 60


def server_name(named: str) -> str:
    """A server as people know it: without the way in which it is asked, but for the web."""
    scheme, slashes, rest = named.rpartition("://")
    name = shown(rest.removesuffix("/"), SERVER_NAME_SHOWN)
    return f"{name} (web)" if slashes and scheme.lower() == "https" else name


# Numbers


def amount(seconds: float) -> str:
    """A stretch of time for people, without a sign: `1 min 32.4 s`, `1 h 5 min`, `3,652 days`."""
    whole = abs(seconds)
    if whole < 59.95:
        return f"{whole:.1f} s"
    if whole < 3599.5:
        tenths = round(whole * 10)
        minutes, rest = divmod(tenths, 600)
        return f"{minutes} min" if rest == 0 else f"{minutes} min {rest / 10:g} s"
    if whole < 86_370:
        hours, minutes = divmod(round(whole / 60), 60)
        return f"{hours} h" if minutes == 0 else f"{hours} h {minutes} min"
    days, hours = divmod(round(whole / 3600), 24)
    told = f"{days:,} day" if days == 1 else f"{days:,} days"
    return told if hours == 0 or days > 30 else f"{told} {hours} h"


def signed_amount(seconds: float) -> str:
    """With its sign, the minus as long as the plus: `+1 h`, `−1 min 32.4 s`."""
    return f"{'−' if seconds < 0 else '+'}{amount(seconds)}"


def certainty(uncertainty_s: float) -> str:
    """`± 12 ms`, `± 1.2 s`: rounded up, never to nothing."""
    if uncertainty_s < 0.9995:
        return f"± {max(1, round(uncertainty_s * 1000))} ms"
    return f"± {amount(uncertainty_s)}"


def _signed(seconds: float, places: int) -> str:
    return f"{seconds:+,.{places}f}".replace("-", "−")


# The computer's clock


def slow_or_fast(offset_s: float) -> str:
    """`This computer's clock is 1 min 32.4 s slow.` for one that needs +92.4 s."""
    if abs(offset_s) < 0.05:
        return "This computer's clock is right to a twentieth of a second."
    return f"This computer's clock is {amount(offset_s)} {'slow' if offset_s > 0 else 'fast'}."


def what_holds(standing: Standing | None, *, followed: bool) -> str:
    """The first sentence: how this computer's clock is, and what codes follow. `standing` is
    that of the correction, or of the last measurement where it is not `followed`."""
    if standing is None:
        return "Codes follow this computer's clock. Nobody has checked it yet."
    if not followed:
        if standing.carried_over:
            return "Codes follow this computer's clock. It was not checked since it was started."
        return f"{slow_or_fast(standing.offset_s)} Codes follow it all the same."
    return f"{slow_or_fast(standing.offset_s)} Codes follow the correct time."


def checked(correction: Correction, standing: Standing) -> str:
    """When, and with what certainty."""
    moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(correction.checked_at))
    told = f"Checked {moment}, {certainty(standing.uncertainty_s)}."
    if standing.carried_over:
        told += (
            f" That was {amount(standing.age_s)} ago, before this computer was started: "
            "what it was off by then is taken to hold still."
        )
    return told


def jumped(standing: Standing) -> str:
    """That somebody set the computer's clock since; empty where nobody did."""
    if standing.jump_s == 0:
        return ""
    told = f"This computer's clock jumped by {signed_amount(standing.jump_s)}. "
    if standing.fits:
        return told + "It is right now; codes are the same with or without the correction."
    return told + "Codes were not touched by it."


IN_DOUBT = "The correction no longer fits this computer's clock"


def why_in_doubt(standing: Standing) -> str:
    """What happened, and the choice."""
    since = (
        "It is from before this computer was started. Since then the clock was set"
        if standing.carried_over
        else "Since the check the clock was set, and the system says that it is right now"
    )
    return f"{since}, perhaps rightly. One of the two is wrong: check again, or remove it."


KNOWN_WRONG = (
    "Codes follow it and may be refused. Let them follow the correct time; this computer's own "
    "clock is not changed."
)


# The system's own synchronisation


def own_sync(sync: SystemSync) -> str:
    """Whether the system keeps its clock right by itself, and how to switch that on."""
    match sync.sync:
        case Sync.ON if sync.synchronized:
            return "The system sets this computer's clock by itself and says that it is right."
        case Sync.ON:
            return "The system sets this computer's clock by itself."
        case Sync.OFF:
            return (
                "The system does not set this computer's clock by itself. "
                f"Switch it on: {_switch(sync)}."
            )
        case Sync.UNKNOWN:
            return (
                "Whether the system sets this computer's clock by itself can't be told here. "
                f"Look there: {_switch(sync)}."
            )


def _switch(sync: SystemSync) -> str:
    """Where the system's synchronisation is switched on."""
    return {
        "linux": "Settings, Date & Time, Automatic (or 'timedatectl set-ntp true')",
        "win32": "Settings, Time & language, Date & time, Set time automatically",
        "darwin": "System Settings, General, Date & Time, Set time automatically",
    }.get(sync.platform, "the system's settings of date and time")


def better_cure(sync: SystemSync) -> str:
    """What helps a clock that is far off more than a correction in here."""
    if sync.sync is Sync.ON:
        return (
            "The system sets this computer's clock by itself, and yet it is wrong. The better cure "
            "is to find out why."
        )
    return (
        "The better cure: let the system set its clock, for all programs. "
        f"Switch it on: {_switch(sync)}."
    )


# What the servers said


BEWARE = (
    "That is much: look at another clock first. Someone who forges answers could make this app "
    "show codes of another day."
)


def why_ask(answer: TimeAnswer) -> str:
    """Why a large offset wants a yes."""
    agreeing = sum(server.verdict is Verdict.AGREES for server in answer.servers)
    proven = sum(
        server.authenticated and server.verdict is Verdict.AGREES for server in answer.servers
    )
    by = "1 time server" if agreeing == 1 else f"{agreeing} time servers"
    proof = f", {proven} of them with proof of who answers" if proven else ""
    return f"{slow_or_fast(answer.offset_s or 0.0)} So say {by}{proof}. {BEWARE}"


NOT_BACKED = (
    f"An offset of more than {LARGE_S:.0f} s wants better evidence: servers of two operators "
    "that agree, or one whose answer is authenticated. Nothing was changed."
)


def time_answer(answer: TimeAnswer, *, applied: bool) -> str:
    """What asking came to, and what happens now."""
    match answer.decision:
        case Decision.AGREED:
            told = (
                f"{slow_or_fast(answer.offset_s or 0.0).rstrip('.')} "
                f"(offset {_signed(answer.offset_s or 0.0, 3)} s "
                f"{certainty(answer.uncertainty_s or 0.0)})."
            )
            if answer.is_coarse:
                told = f"{told} {COARSE}"
            if applied:
                return f"{told} Codes follow the correct time from now on. {CLOCK_UNTOUCHED}"
            return f"{told} Nothing was changed."
        case Decision.NO_MAJORITY:
            return (
                "The servers contradict each other, so nothing was changed. "
                f"{camps(answer)} Try again later."
            )
        case Decision.TOO_FEW:
            good = sum(server.offset_s is not None for server in answer.servers)
            given = "1 good answer" if good == 1 else f"{good} good answers"
            return (
                f"Too few servers agreed, so nothing was changed: {given}, and {answer.needed} "
                "must agree. Try again later, or name more servers."
            )
        case Decision.UNREACHABLE:
            return (
                "No time server could be asked, so nothing was changed. "
                "Check the network connection and try again."
            )


COARSE = "No time server could be reached, so web servers were asked, which tell whole seconds."


def who_agrees(answer: TimeAnswer) -> str:
    """The confirmation: how many agreed, with what certainty, and that nothing else changes."""
    agreeing = sum(server.verdict is Verdict.AGREES for server in answer.servers)
    asked = sum(server.coarse for server in answer.servers) or len(answer.servers)
    told = f"{agreeing} of {asked} servers agree, {certainty(answer.uncertainty_s or 0.0)}."
    return " ".join((told, *([COARSE] if answer.is_coarse else []), CLOCK_UNTOUCHED))


def camps(answer: TimeAnswer) -> str:
    """Who stands against whom: servers whose intervals meet, and what they say."""
    groups: list[tuple[float, list[tuple[str, float]]]] = []  # how far one reaches, who is in it
    for low, high, host, offset_s in sorted(
        (
            server.offset_s - (server.uncertainty_s or 0.0),
            server.offset_s + (server.uncertainty_s or 0.0),
            server_name(server.host),
            server.offset_s,
        )
        for server in answer.servers
        if server.offset_s is not None
    ):
        if groups and low <= groups[-1][0]:
            reach, members = groups[-1]
            groups[-1] = (max(reach, high), [*members, (host, offset_s)])
        else:
            groups.append((high, [(host, offset_s)]))
    told = (
        f"{', '.join(host for host, _ in members)}: {signed_amount(members[0][1])}"
        for _, members in groups
    )
    return "; ".join(told) + "."


VERDICTS = {
    Verdict.AGREES: "agrees",
    Verdict.DISAGREES: "disagrees",
    Verdict.UNDECIDED: "undecided",
}


def verdict(server: ServerAnswer) -> str:
    """What became of one server's answer, in words."""
    if server.verdict is Verdict.FAILED:
        return REASONS[TimeReason(server.reason)]
    told = VERDICTS[server.verdict]
    if server.coarse:
        return f"{told}, whole seconds only"
    return f"{told}, authenticated" if server.authenticated else told


def server_answer(server: ServerAnswer) -> str:
    """One line about one server."""
    host = server_name(server.host)
    if server.verdict is Verdict.FAILED or server.offset_s is None:
        return f"{host}: {verdict(server)}"
    delay = f", delay {server.delay_s * 1000:.0f} ms" if server.delay_s is not None else ""
    return f"{host}: offset {_signed(server.offset_s, 3)} s{delay}, {verdict(server)}"


def chart_lines(answer: TimeAnswer, width: int = 33) -> list[str]:
    """A picture in text, one line a server: `=` is the interval, `o` what the server says, `|`
    the agreed time. An arrow leads to what lies outside. Empty where nobody answered well."""
    picture = chart(answer)
    if picture is None:
        return []
    lines = [
        f"{_text_bar(bar, width, agreed=answer.offset_s is not None)}  "
        f"{_signed(bar.server.offset_s or 0.0, 3)} s  {server_name(bar.server.host)}, "
        f"{verdict(bar.server)}"
        for bar in picture.bars
    ]
    edge = certainty(picture.reach_s)
    return [*lines, f"{'middle ' + signed_amount(picture.center_s) + ', edges ' + edge:^{width}}"]


def _text_bar(bar: Bar, width: int, *, agreed: bool) -> str:
    cells = ["."] * width
    last = width - 1
    if agreed:
        cells[last // 2] = "|"
    if bar.beyond:
        cells[0 if bar.beyond < 0 else last] = "<" if bar.beyond < 0 else ">"
        return "".join(cells)
    for place in range(round(bar.start * last), round(bar.end * last) + 1):
        cells[place] = "="
    cells[round(bar.middle * last)] = "o"
    return "".join(cells)


def correction_status(correction: Correction | None, standing: Standing | None) -> str:
    """What codes follow now."""
    if correction is None or standing is None:
        return "Codes follow this computer's clock."
    lines = [what_holds(standing, followed=True), checked(correction, standing), jumped(standing)]
    return "\n".join(line for line in lines if line)
