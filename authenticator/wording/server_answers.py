"""What time servers answered: each answer, who agrees, the outcome, a text chart."""

from authenticator.app.time.chart import Bar, chart
from authenticator.app.time.check import LARGE_S, ServerAnswer, TimeAnswer
from authenticator.clock.agreement import Decision, Verdict
from authenticator.clock.sample import TimeReason
from authenticator.language import (
    gettext_noop,
    join_list,
    join_sentences,
    number,
    sentence,
    title,
    tr,
    trn,
)
from authenticator.wording.correct_time import CLOCK_UNTOUCHED, slow_or_fast
from authenticator.wording.durations import certainty, signed_amount, signed_seconds
from authenticator.wording.untrusted_text import displayable

REASONS = {
    TimeReason.KISS_OF_DEATH: gettext_noop("asks not to be contacted"),
    TimeReason.RESTING: gettext_noop("asked not to be contacted, so it was skipped"),
    TimeReason.CLOCK_TOO_WRONG: gettext_noop(
        "this computer's clock is too far off to check the certificate; set the date first"
    ),
    TimeReason.CERTIFICATE_EXPIRED: gettext_noop(
        "its certificate has expired, unless this computer's clock is ahead"
    ),
    TimeReason.CERTIFICATE_BAD: gettext_noop(
        "its certificate isn't valid for it; this network may require a sign-in first"
    ),
    TimeReason.SIGN_IN_PAGE: gettext_noop(
        "this network answers in its place and requires a sign-in first"
    ),
    TimeReason.NO_TLS: gettext_noop(
        "no secure connection; this network may require a sign-in first"
    ),
    TimeReason.NTS_REFUSED: gettext_noop("doesn't provide keys for authenticated time"),
    TimeReason.NTS_BAD: gettext_noop("its keys for authenticated time can't be used"),
    TimeReason.COOKIE_REFUSED: gettext_noop("no longer accepts the keys it has just provided"),
    TimeReason.NOT_AUTHENTIC: gettext_noop(
        "its answer was changed on the way, or isn't from this server"
    ),
    TimeReason.NO_DATE: gettext_noop("doesn't tell the time"),
    TimeReason.UNSYNCHRONISED: gettext_noop("doesn't know the time itself"),
    TimeReason.BAD_DELAY: gettext_noop("its answer doesn't match the time it took"),
    TimeReason.TOO_UNCERTAIN: gettext_noop("isn't sure enough of the time"),
    TimeReason.ABSURD_OFFSET: gettext_noop("tells an impossible time"),
    TimeReason.CLOCK_STEPPED: gettext_noop("this computer's clock was set in the meantime"),
    TimeReason.BAD_PACKET: gettext_noop("its answer isn't a time"),
    TimeReason.WRONG_ORIGIN: gettext_noop("its answer belongs to another request"),
    TimeReason.REFUSED: gettext_noop("nothing answers there"),
    TimeReason.TIMEOUT: gettext_noop("no answer in time"),
    TimeReason.BROKEN_OFF: gettext_noop("closed the connection"),
    TimeReason.UNREACHABLE: gettext_noop("can't be reached"),
    TimeReason.NAME_NOT_FOUND: gettext_noop("the name was not found"),
    TimeReason.CANCELLED: gettext_noop("cancelled"),
    TimeReason.NOT_AWAITED: gettext_noop("the others were faster"),
}

WHAT_IS_SENT = gettext_noop(
    "Each server gets an empty request and sees this computer's internet address. It learns "
    "nothing about you, your accounts or your codes."
)

SERVER_NAME_SHOWN = 60


def server_name(named: str) -> str:
    """A server by its common name: without the protocol, except for web servers."""
    scheme, slashes, rest = named.rpartition("://")
    name = displayable(rest.removesuffix("/"), SERVER_NAME_SHOWN)
    return tr("{name} (web)", name=name) if slashes and scheme.lower() == "https" else name


BEWARE = gettext_noop(
    "That is a lot: check another clock first. Someone who forges answers could make this app "
    "show codes for another day."
)


def why_ask(answer: TimeAnswer) -> str:
    """Why a large offset requires consent."""
    agreeing = sum(server.verdict is Verdict.AGREES for server in answer.servers)
    proven = sum(
        server.authenticated and server.verdict is Verdict.AGREES for server in answer.servers
    )
    if proven:
        by = trn(
            "{count} time server says so, {proven} of them with proof of its identity.",
            "{count} time servers say so, {proven} of them with proof of their identity.",
            agreeing,
            proven=proven,
        )
    else:
        by = trn("{count} time server says so.", "{count} time servers say so.", agreeing)
    return join_sentences(slow_or_fast(answer.offset_s or 0.0), by, tr(BEWARE))


def not_backed() -> str:
    """Why a large offset was not applied."""
    return tr(
        "An offset of more than {limit} s needs better evidence: servers of two operators that "
        "agree, or one authenticated answer. Nothing was changed.",
        limit=number(LARGE_S),
    )


def time_answer(answer: TimeAnswer, *, applied: bool) -> str:
    """The outcome of asking, and what happens now."""
    match answer.decision:
        case Decision.AGREED:
            return join_sentences(
                tr(
                    "{slow_or_fast} (offset {offset} s {certainty}).",
                    slow_or_fast=title(slow_or_fast(answer.offset_s or 0.0)),
                    offset=signed_seconds(answer.offset_s or 0.0, 3),
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
            return join_sentences(
                tr("The servers contradict each other, so nothing was changed."),
                camps(answer),
                tr("Try again later."),
            )
        case Decision.TOO_FEW:
            return join_sentences(
                trn(
                    "Too few servers agreed, so nothing was changed: {count} good answer, and "
                    "{needed} must agree.",
                    "Too few servers agreed, so nothing was changed: {count} good answers, and "
                    "{needed} must agree.",
                    sum(server.offset_s is not None for server in answer.servers),
                    needed=answer.needed,
                ),
                tr("Try again later, or add more servers."),
            )
        case Decision.UNREACHABLE:
            return join_sentences(
                tr("No time server could be reached, so nothing was changed."),
                tr("Check the network connection and try again."),
            )


COARSE = gettext_noop(
    "No time server could be reached, so web servers were asked, which give only whole seconds."
)


def who_agrees(answer: TimeAnswer) -> str:
    """The confirmation: how many agreed, with what uncertainty, and that nothing else changes."""
    agreeing = sum(server.verdict is Verdict.AGREES for server in answer.servers)
    asked = sum(server.coarse for server in answer.servers) or len(answer.servers)
    return join_sentences(
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
    """Who contradicts whom: groups of servers whose intervals overlap, and their offsets."""
    groups: list[tuple[float, list[tuple[str, float]]]] = []  # the upper bound of each, its members
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
        f"{join_list(host for host, _ in members)}: {signed_amount(members[0][1])}"
        for _, members in groups
    )
    return sentence("; ".join(told))


VERDICTS = {
    Verdict.AGREES: gettext_noop("agrees"),
    Verdict.DISAGREES: gettext_noop("disagrees"),
    Verdict.UNDECIDED: gettext_noop("undecided"),
}


def verdict(server: ServerAnswer) -> str:
    """The verdict on one server's answer as text."""
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
    offset = signed_seconds(server.offset_s, 3)
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
    """A text chart, one line per server: `=` is the interval, `o` the server's offset, `|` the
    agreed time. An arrow points to what is outside. Empty if there is no good answer."""
    picture = chart(answer)
    if picture is None:
        return []
    lines = [
        f"{_text_bar(bar, width, agreed=answer.offset_s is not None)}  "
        f"{signed_seconds(bar.server.offset_s or 0.0, 3)} s  {server_name(bar.server.host)}, "
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
