"""Words about correct time: the offset, each server's answer, the outcome, what holds now."""

import time

from authenticator.app.time.chart import Bar, chart
from authenticator.app.time.check import LARGE_S, ServerAnswer, TimeAnswer
from authenticator.app.time.correction import Correction, Standing
from authenticator.clock.sample import TimeReason
from authenticator.clock.select import Decision, Verdict
from authenticator.clock.system_sync import Sync, SystemSync
from authenticator.language import later, listed, number, sentence, title, together, tr, trn
from authenticator.wording.text import shown

REASONS = {
    TimeReason.KISS_OF_DEATH: later("asks not to be asked"),
    TimeReason.RESTING: later("asked not to be asked, so it was left alone"),
    TimeReason.CLOCK_TOO_WRONG: later(
        "this computer's clock is too wrong to check its certificate; set its date first"
    ),
    TimeReason.CERTIFICATE_EXPIRED: later(
        "its certificate has expired, unless this computer's clock is ahead"
    ),
    TimeReason.CERTIFICATE_BAD: later(
        "its certificate isn't its own; perhaps this network wants a sign-in first"
    ),
    TimeReason.SIGN_IN_PAGE: later("this network answers in its place and wants a sign-in first"),
    TimeReason.NO_TLS: later("no secure connection; perhaps this network wants a sign-in first"),
    TimeReason.NTS_REFUSED: later("gives out no keys for authenticated time"),
    TimeReason.NTS_BAD: later("its keys for authenticated time can't be used"),
    TimeReason.COOKIE_REFUSED: later("no longer knows the keys it has just given out"),
    TimeReason.NOT_AUTHENTIC: later("its answer was changed on the way, or isn't its own"),
    TimeReason.NO_DATE: later("doesn't tell the time"),
    TimeReason.UNSYNCHRONISED: later("doesn't know the time itself"),
    TimeReason.BAD_DELAY: later("its answer doesn't fit the time it took"),
    TimeReason.TOO_UNCERTAIN: later("isn't sure enough of the time"),
    TimeReason.ABSURD_OFFSET: later("tells a time that can't be"),
    TimeReason.CLOCK_STEPPED: later("this computer's clock was set meanwhile"),
    TimeReason.BAD_PACKET: later("its answer is no time"),
    TimeReason.WRONG_ORIGIN: later("its answer belongs to another question"),
    TimeReason.REFUSED: later("nothing answers there"),
    TimeReason.TIMEOUT: later("no answer in time"),
    TimeReason.BROKEN_OFF: later("broke the connection off"),
    TimeReason.UNREACHABLE: later("can't be reached"),
    TimeReason.NAME_NOT_FOUND: later("the name is not found"),
    TimeReason.CANCELLED: later("cancelled"),
    TimeReason.NOT_AWAITED: later("the others were quicker"),
}

CLOCK_UNTOUCHED = later("This computer's own clock is not changed.")

WHAT_IS_SENT = later(
    "Each server gets an empty question and sees this computer's internet address. It learns "
    "nothing about you, your accounts or your codes."
)

SERVER_NAME_SHOWN = 60


def server_name(named: str) -> str:
    """A server as people know it: without the way in which it is asked, but for the web."""
    scheme, slashes, rest = named.rpartition("://")
    name = shown(rest.removesuffix("/"), SERVER_NAME_SHOWN)
    return tr("{name} (web)", name=name) if slashes and scheme.lower() == "https" else name


# Numbers


def amount(seconds: float) -> str:
    """A stretch of time for people, without a sign: `1 min 32.4 s`, `1 h 5 min`, `3,652 days`."""
    whole = abs(seconds)
    if whole < 59.95:
        return tr("{seconds} s", seconds=number(whole, 1))
    if whole < 3599.5:
        minutes, tenths = divmod(round(whole * 10), 600)
        return _two(tr("{minutes} min", minutes=minutes), _seconds(tenths))
    if whole < 86_370:
        hours, minutes = divmod(round(whole / 60), 60)
        rest = tr("{minutes} min", minutes=minutes) if minutes else ""
        return _two(tr("{hours} h", hours=hours), rest)
    days, hours = divmod(round(whole / 3600), 24)
    rest = tr("{hours} h", hours=hours) if hours and days <= 30 else ""
    return _two(trn("{count} day", "{count} days", days), rest)


def _seconds(tenths: int) -> str:
    if not tenths:
        return ""
    return tr("{seconds} s", seconds=number(tenths / 10, 0 if tenths % 10 == 0 else 1))


def _two(large: str, small: str) -> str:
    return f"{large} {small}" if small else large


def signed_amount(seconds: float) -> str:
    """With its sign, the minus as long as the plus: `+1 h`, `−1 min 32.4 s`."""
    return f"{'−' if seconds < 0 else '+'}{amount(seconds)}"


def certainty(uncertainty_s: float) -> str:
    """`± 12 ms`, `± 1.2 s`: rounded up, never to nothing."""
    if uncertainty_s < 0.9995:
        return tr("± {milliseconds} ms", milliseconds=max(1, round(uncertainty_s * 1000)))
    return f"± {amount(uncertainty_s)}"


def _signed(seconds: float, places: int) -> str:
    return number(seconds, places, "+").replace("-", "−")


# The computer's clock


RIGHT_S = 0.05
"""A clock that is off by less is said to be right."""


def slow_or_fast(offset_s: float) -> str:
    """`This computer's clock is 1 min 32.4 s slow.` for one that needs +92.4 s."""
    if abs(offset_s) < RIGHT_S:
        return tr("This computer's clock is right to {seconds} s.", seconds=number(RIGHT_S, 2))
    if offset_s > 0:
        return tr("This computer's clock is {amount} slow.", amount=amount(offset_s))
    return tr("This computer's clock is {amount} fast.", amount=amount(offset_s))


def what_holds(standing: Standing | None, *, followed: bool) -> str:
    """The first sentence: how this computer's clock is, and what codes follow. `standing` is
    that of the correction, or of the last measurement where it is not `followed`."""
    if standing is None:
        return tr("Codes follow this computer's clock. Nobody has checked it yet.")
    if not followed:
        if standing.carried_over:
            return tr(
                "Codes follow this computer's clock. It was not checked since it was started."
            )
        return together(slow_or_fast(standing.offset_s), tr("Codes follow it all the same."))
    return together(slow_or_fast(standing.offset_s), tr("Codes follow the correct time."))


def checked(correction: Correction, standing: Standing) -> str:
    """When, and with what certainty."""
    moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(correction.checked_at))
    told = tr(
        "Checked {moment}, {certainty}.",
        moment=moment,
        certainty=certainty(standing.uncertainty_s),
    )
    if not standing.carried_over:
        return told
    return together(
        told,
        tr(
            "That was {age} ago, before this computer was started: what it was off by then is "
            "taken to hold still.",
            age=amount(standing.age_s),
        ),
    )


def jumped(standing: Standing) -> str:
    """That somebody set the computer's clock since; empty where nobody did."""
    if standing.jump_s == 0:
        return ""
    told = tr("This computer's clock jumped by {step}.", step=signed_amount(standing.jump_s))
    if standing.fits:
        return together(
            told, tr("It is right now; codes are the same with or without the correction.")
        )
    return together(told, tr("Codes were not touched by it."))


IN_DOUBT = later("The correction no longer fits this computer's clock")


def in_doubt(standing: Standing) -> str:
    """The title and the reason, for a terminal."""
    return together(sentence(tr(IN_DOUBT)), why_in_doubt(standing))


def why_in_doubt(standing: Standing) -> str:
    """What happened, and the choice."""
    if standing.carried_over:
        since = tr(
            "It is from before this computer was started. Since then the clock was set, perhaps "
            "rightly."
        )
    else:
        since = tr(
            "Since the check the clock was set, and the system says that it is right now, perhaps "
            "rightly."
        )
    return together(since, tr("One of the two is wrong: check again, or remove it."))


KNOWN_WRONG = later(
    "Codes follow it and may be refused. Let them follow the correct time; this computer's own "
    "clock is not changed."
)


# The system's own synchronisation


def own_sync(sync: SystemSync) -> str:
    """Whether the system keeps its clock right by itself, and how to switch that on."""
    match sync.sync:
        case Sync.ON if sync.synchronized:
            return tr("The system sets this computer's clock by itself and says that it is right.")
        case Sync.ON:
            return tr("The system sets this computer's clock by itself.")
        case Sync.OFF:
            return together(
                tr("The system does not set this computer's clock by itself."),
                tr("Switch it on: {place}.", place=_switch(sync)),
            )
        case Sync.UNKNOWN:
            return together(
                tr("Whether the system sets this computer's clock by itself can't be told here."),
                tr("Look there: {place}.", place=_switch(sync)),
            )


def _switch(sync: SystemSync) -> str:
    """Where the system's synchronisation is switched on."""
    match sync.platform:
        case "linux":
            return tr("Settings, Date & Time, Automatic (or 'timedatectl set-ntp true')")
        case "win32":
            return tr("Settings, Time & language, Date & time, Set time automatically")
        case "darwin":
            return tr("System Settings, General, Date & Time, Set time automatically")
        case _:
            return tr("the system's settings of date and time")


def better_cure(sync: SystemSync) -> str:
    """What helps a clock that is far off more than a correction in here."""
    if sync.sync is Sync.ON:
        return tr(
            "The system sets this computer's clock by itself, and yet it is wrong. The better cure "
            "is to find out why."
        )
    return together(
        tr("The better cure: let the system set its clock, for all programs."),
        tr("Switch it on: {place}.", place=_switch(sync)),
    )


# What the servers said


BEWARE = later(
    "That is much: look at another clock first. Someone who forges answers could make this app "
    "show codes of another day."
)


def why_ask(answer: TimeAnswer) -> str:
    """Why a large offset wants a yes."""
    agreeing = sum(server.verdict is Verdict.AGREES for server in answer.servers)
    proven = sum(
        server.authenticated and server.verdict is Verdict.AGREES for server in answer.servers
    )
    if proven:
        by = trn(
            "So says {count} time server, {proven} of them with proof of who answers.",
            "So say {count} time servers, {proven} of them with proof of who answers.",
            agreeing,
            proven=proven,
        )
    else:
        by = trn("So says {count} time server.", "So say {count} time servers.", agreeing)
    return together(slow_or_fast(answer.offset_s or 0.0), by, tr(BEWARE))


def not_backed() -> str:
    """Why a large offset was not taken."""
    return tr(
        "An offset of more than {limit} s wants better evidence: servers of two operators that "
        "agree, or one whose answer is authenticated. Nothing was changed.",
        limit=number(LARGE_S),
    )


def time_answer(answer: TimeAnswer, *, applied: bool) -> str:
    """What asking came to, and what happens now."""
    match answer.decision:
        case Decision.AGREED:
            return together(
                tr(
                    "{slow_or_fast} (offset {offset} s {certainty}).",
                    slow_or_fast=title(slow_or_fast(answer.offset_s or 0.0)),
                    offset=_signed(answer.offset_s or 0.0, 3),
                    certainty=certainty(answer.uncertainty_s or 0.0),
                ),
                tr(COARSE) if answer.is_coarse else "",
                *(
                    (tr("Codes follow the correct time from now on."), tr(CLOCK_UNTOUCHED))
                    if applied
                    else (tr("Nothing was changed."),)
                ),
            )
        case Decision.NO_MAJORITY:
            return together(
                tr("The servers contradict each other, so nothing was changed."),
                camps(answer),
                tr("Try again later."),
            )
        case Decision.TOO_FEW:
            return together(
                trn(
                    "Too few servers agreed, so nothing was changed: {count} good answer, and "
                    "{needed} must agree.",
                    "Too few servers agreed, so nothing was changed: {count} good answers, and "
                    "{needed} must agree.",
                    sum(server.offset_s is not None for server in answer.servers),
                    needed=answer.needed,
                ),
                tr("Try again later, or name more servers."),
            )
        case Decision.UNREACHABLE:
            return together(
                tr("No time server could be asked, so nothing was changed."),
                tr("Check the network connection and try again."),
            )


COARSE = later(
    "No time server could be reached, so web servers were asked, which tell whole seconds."
)


def who_agrees(answer: TimeAnswer) -> str:
    """The confirmation: how many agreed, with what certainty, and that nothing else changes."""
    agreeing = sum(server.verdict is Verdict.AGREES for server in answer.servers)
    asked = sum(server.coarse for server in answer.servers) or len(answer.servers)
    return together(
        tr(
            "{agreeing} of {asked} servers agree, {certainty}.",
            agreeing=agreeing,
            asked=asked,
            certainty=certainty(answer.uncertainty_s or 0.0),
        ),
        tr(COARSE) if answer.is_coarse else "",
        tr(CLOCK_UNTOUCHED),
    )


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
        f"{listed(host for host, _ in members)}: {signed_amount(members[0][1])}"
        for _, members in groups
    )
    return sentence("; ".join(told))


VERDICTS = {
    Verdict.AGREES: later("agrees"),
    Verdict.DISAGREES: later("disagrees"),
    Verdict.UNDECIDED: later("undecided"),
}


def verdict(server: ServerAnswer) -> str:
    """What became of one server's answer, in words."""
    if server.verdict is Verdict.FAILED:
        return tr(REASONS[TimeReason(server.reason)])
    told = tr(VERDICTS[server.verdict])
    if server.coarse:
        return tr("{verdict}, whole seconds only", verdict=told)
    return tr("{verdict}, authenticated", verdict=told) if server.authenticated else told


def server_answer(server: ServerAnswer) -> str:
    """One line about one server."""
    host = server_name(server.host)
    if server.verdict is Verdict.FAILED or server.offset_s is None:
        return f"{host}: {verdict(server)}"
    offset = _signed(server.offset_s, 3)
    if server.delay_s is None:
        return tr(
            "{host}: offset {offset} s, {verdict}",
            host=host,
            offset=offset,
            verdict=verdict(server),
        )
    return tr(
        "{host}: offset {offset} s, delay {delay} ms, {verdict}",
        host=host,
        offset=offset,
        delay=number(server.delay_s * 1000),
        verdict=verdict(server),
    )


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
    legend = tr("middle {middle}, edges {edge}", middle=signed_amount(picture.center_s), edge=edge)
    return [*lines, f"{legend:^{width}}"]


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
        return tr("Codes follow this computer's clock.")
    lines = [what_holds(standing, followed=True), checked(correction, standing), jumped(standing)]
    return "\n".join(line for line in lines if line)
