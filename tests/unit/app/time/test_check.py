"""Asking several servers, and deciding what to do with their answers."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterable

import pytest

from authenticator.app.settings import TimeCheck
from authenticator.app.time.check import (
    ServerAnswer,
    ServerProgress,
    TimeAction,
    TimeAnswer,
    ask_servers,
    first_asked,
    is_due,
    next_action,
)
from authenticator.app.time.correction import Correction, CorrectionStatus
from authenticator.app.time.servers import ServerNameBad
from authenticator.clock.agreement import Decision, Verdict
from authenticator.clock.clock import FixedClock
from authenticator.clock.sample import Sample, TimeReason, TimeServerFault
from authenticator.clock.server import Server, TimeProtocol
from tests.patience import PATIENCE_S, longer
from tests.services.scripted_time_server import LOOPBACK, packet, scripted_server

BRIEF_S = 0.6  # where a server never answers
AMPLE_S = PATIENCE_S  # where all do: never reached

SILENT = "silent"


@dataclasses.dataclass(frozen=True)
class Proven:
    """An authenticated answer with this offset."""

    offset_s: float


Plan = dict[str, float | Proven | TimeReason | str | BaseException]


class Servers:
    """Simulates servers: an offset, a fault, `SILENT`, or a bug in our code."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.asked: list[tuple[str, int]] = []

    def ask(self, server: Server, *, deadline_s: float, cancelled: Callable[[], bool]) -> Sample:
        host = server.host
        self.asked.append((host, server.port))
        outcome = self.plan[host]
        if isinstance(outcome, TimeReason):
            raise TimeServerFault(host, outcome)
        if isinstance(outcome, BaseException):
            raise outcome
        if isinstance(outcome, str):
            ends = time.monotonic() + deadline_s
            while not cancelled() and time.monotonic() < ends:
                time.sleep(0.005)
            raise TimeServerFault(host, TimeReason.TIMEOUT)
        if server.protocol is TimeProtocol.HTTPS and isinstance(outcome, float):
            return Sample(host, outcome, 0.02, 0, 0.25, 0.5, authenticated=True, coarse=True)
        if isinstance(outcome, Proven):
            return Sample(host, outcome.offset_s, 0.02, 2, 0.01, authenticated=True)
        return Sample(host, outcome, 0.02, 2, 0.01)


def test_ask_servers_one_good_answer_is_too_few_by_default() -> None:
    told = ask_servers(["a", "b"], ask=Servers({"a": 1.0, "b": TimeReason.REFUSED}).ask)
    assert told.decision is Decision.TOO_FEW
    assert told.correction is None


def answer(
    plan: Plan, deadline_s: float = AMPLE_S, needed: int = 1, names: Iterable[str] | None = None
) -> TimeAnswer:
    asked = list(plan) if names is None else list(names)
    return ask_servers(asked, deadline_s, needed=needed, ask=Servers(plan).ask)


def test_ask_servers_one_good_answer_is_enough_if_one_is_needed() -> None:
    before = time.time()
    told = answer({"a": 92.4})
    assert (told.decision, told.offset_s, told.uncertainty_s) == (Decision.AGREED, 92.4, 0.02)
    (only,) = told.servers
    assert dataclasses.astuple(only) == ("a", 92.4, 0.02, 2, Verdict.AGREES, "", 0.02, False, False)
    assert before + 92.4 <= told.checked_at <= time.time() + 92.4
    assert told.correction is not None
    assert told.correction.anchor is not None
    assert told.correction == Correction(92.4, 0.02, told.checked_at, told.correction.anchor)
    assert told.correction.anchor.at == told.checked_at


def test_ask_servers_can_need_more_answers() -> None:
    told = answer({"a": 1.0, "b": 1.0}, needed=3)
    assert told.decision is Decision.TOO_FEW
    assert told.correction is None


@pytest.mark.parametrize("reason", list(TimeReason))
def test_ask_servers_reports_reason_of_failed_server(reason: TimeReason) -> None:
    told = answer({"bad": reason, "good": 5.0})
    bad, good = told.servers
    assert bad == ServerAnswer("bad", None, None, None, Verdict.FAILED, reason.value)
    assert good.verdict is Verdict.AGREES
    assert told.offset_s == 5.0


def test_ask_servers_without_good_answer_is_unreachable() -> None:
    told = answer({"a": TimeReason.NAME_NOT_FOUND, "b": TimeReason.KISS_OF_DEATH})
    assert told.decision is Decision.UNREACHABLE
    assert (told.offset_s, told.uncertainty_s, told.correction) == (None, None, None)
    assert told.checked_at == pytest.approx(time.time(), abs=60)


def test_ask_servers_with_no_servers_is_unreachable() -> None:
    told = answer({})
    assert (told.decision, told.servers) == (Decision.UNREACHABLE, ())


def test_ask_servers_contradiction_is_no_majority_and_shows_both() -> None:
    told = answer({"a": 0.0, "b": 90.0})
    assert told.decision is Decision.NO_MAJORITY
    assert told.correction is None
    assert [server.offset_s for server in told.servers] == [0.0, 90.0]
    assert {server.verdict for server in told.servers} == {Verdict.UNDECIDED}


def test_ask_servers_names_falseticker_in_given_order() -> None:
    # needed=4 keeps a majority of three from ending it before the liar is heard.
    told = answer({"liar": -3600.0, "a": 0.0, "b": 0.0, "c": 0.0, "d": 0.0}, needed=4)
    assert [server.host for server in told.servers] == ["liar", "a", "b", "c", "d"]
    assert told.offset_s == 0.0
    liar = told.servers[0]
    assert (liar.verdict, liar.reason) in {
        (Verdict.DISAGREES, ""),
        (Verdict.FAILED, TimeReason.NOT_AWAITED),
    }
    assert all(server.verdict is Verdict.AGREES for server in told.servers[1:])


def test_ask_servers_silent_server_times_out() -> None:
    for deadline_s in longer(BRIEF_S):
        told = answer({"a": SILENT, "b": 1.0}, deadline_s)
        if told.offset_s is not None:
            break
    assert told.offset_s == 1.0
    assert (told.servers[0].verdict, told.servers[0].reason) == (Verdict.FAILED, "timeout")


def test_ask_servers_majority_does_not_wait_for_silent_servers() -> None:
    told = answer({"a": 1.0, "b": SILENT, "c": 1.0, "d": SILENT, "e": 1.0}, 3600.0)
    assert told.offset_s == 1.0
    assert [server.reason for server in told.servers] == ["", "not_awaited"] * 2 + [""]


def test_ask_servers_majority_waits_if_more_are_needed() -> None:
    plan: Plan = {"a": 1.0, "b": 1.0, "c": 1.0}
    quick = Servers(plan).ask

    def ask(server: Server, *, deadline_s: float, cancelled: Callable[[], bool]) -> Sample:
        if server.host == "c":
            time.sleep(0.5)
        return quick(server, deadline_s=deadline_s, cancelled=cancelled)

    assert ask_servers(list(plan), AMPLE_S, needed=3, ask=ask).offset_s == 1.0


def test_ask_servers_abandons_hanging_exchange() -> None:
    released = threading.Event()

    def hang(server: Server, *, deadline_s: float, cancelled: Callable[[], bool]) -> Sample:
        released.wait(AMPLE_S)  # as a name lookup may, ignoring the cancellation
        raise TimeServerFault(server.host, TimeReason.NAME_NOT_FOUND)

    told = ask_servers(["a"], BRIEF_S, ask=hang)
    hung = not released.is_set()
    released.set()
    assert hung
    assert (told.decision, told.servers[0].reason) == (Decision.UNREACHABLE, "timeout")


def test_ask_servers_cancelled_agrees_on_nothing() -> None:
    looks = iter([False] * 9)  # time enough for the good answer to be in
    plan: Plan = {"a": 1.0, "b": SILENT}
    told = ask_servers(
        list(plan), AMPLE_S, lambda: next(looks, True), needed=1, ask=Servers(plan).ask
    )
    assert told.decision in {Decision.TOO_FEW, Decision.UNREACHABLE}
    assert told.correction is None
    assert told.servers[1].reason == "cancelled"


def test_ask_servers_cancels_remaining_exchanges() -> None:
    stopped = threading.Event()

    def wait(server: Server, *, deadline_s: float, cancelled: Callable[[], bool]) -> Sample:
        while not cancelled():
            time.sleep(0.005)
        stopped.set()
        raise TimeServerFault(server.host, TimeReason.CANCELLED)

    ask_servers(["a"], AMPLE_S, lambda: True, ask=wait)
    assert stopped.wait(AMPLE_S)


def test_ask_servers_raises_unforeseen_error() -> None:
    with pytest.raises(ZeroDivisionError):
        answer({"a": ZeroDivisionError(), "b": SILENT})


def test_ask_servers_asks_duplicate_server_once() -> None:
    servers = Servers({"a": 1.0, "b": 1.0})
    told = ask_servers(["a", " a:123 ", "b:5", "b:6"], AMPLE_S, ask=servers.ask, needed=3)
    assert sorted(servers.asked) == [("a", 123), ("b", 5), ("b", 6)]
    assert [server.host for server in told.servers] == ["a", "b:5", "b:6"]


def test_ask_servers_refuses_bad_name_before_asking() -> None:
    servers = Servers({"a": 1.0})
    with pytest.raises(ServerNameBad):
        ask_servers(["a", "b:0"], ask=servers.ask)
    assert servers.asked == []


def test_ask_servers_runs_exchanges_in_parallel() -> None:
    def good(request: bytes, send: Callable[[bytes], None]) -> None:
        send(packet(request, time.time(), time.time()))

    def kiss(request: bytes, send: Callable[[bytes], None]) -> None:
        send(packet(request, 0, 0, stratum=0, reference_id=b"RATE"))

    with (
        scripted_server(good) as one,
        scripted_server(kiss) as two,
        scripted_server(lambda request, send: None) as three,
    ):
        servers = [f"{LOOPBACK}:{port}" for port in (one, two, three)]
        for deadline_s in longer(BRIEF_S):
            told = ask_servers(servers, deadline_s, needed=1)
            if [server.reason for server in told.servers].count("timeout") == 1:
                break
    assert told.decision is Decision.AGREED
    assert [server.reason for server in told.servers] == ["", "kiss_of_death", "timeout"]


def test_ask_servers_reports_each_answer_as_it_arrives() -> None:
    plan: Plan = {"a": 1.0, "b": TimeReason.REFUSED, "c": 1.0, "d": 1.0}
    news: list[ServerProgress] = []
    ask_servers(list(plan), AMPLE_S, ask=Servers(plan).ask, heard=news.append)
    assert [(one.heard, one.asked) for one in news] == [(n + 1, 4) for n in range(len(news))]
    assert {one.host: one.reason for one in news}.items() <= {
        "a": None,
        "b": TimeReason.REFUSED,
        "c": None,
        "d": None,
    }.items()
    assert len(news) >= 3


def test_ask_servers_decides_nothing_if_clock_is_set_meanwhile() -> None:
    step_s = 0.0

    def ask(server: Server, *, deadline_s: float, cancelled: Callable[[], bool]) -> Sample:
        nonlocal step_s
        step_s = 3600.0
        return Sample(server.host, 0.0, 0.02, 2, 0.01)

    told = ask_servers(["a", "b", "c"], AMPLE_S, ask=ask, wall=lambda: time.time() + step_s)
    assert told.decision is Decision.UNREACHABLE
    assert {server.reason for server in told.servers} <= {"clock_stepped", "not_awaited"}


def test_ask_servers_out_of_range_time_gives_no_correction() -> None:
    told = ask_servers(["a"], AMPLE_S, needed=1, ask=Servers({"a": -90.0}).ask, wall=lambda: 80.0)
    assert told.decision is Decision.AGREED
    assert told.correction is None


@pytest.mark.parametrize(
    ("plan", "needed", "backed"),
    [
        ({"ntp1.example.org": 90.0, "ntp2.example.org": 90.0, "c.example.org": 90.0}, 3, False),
        ({"ntp1.example.org": 90.0, "ntp2.example.org": 90.0, "c.other.org": 90.0}, 3, True),
        ({"a.one.org": 90.0, "b.one.org": 90.0, "c.one.org": 90.0, "d.two.org": 0.0}, 3, False),
        ({"a.one.org": Proven(90.0), "b.one.org": 90.0, "c.one.org": 90.0}, 3, True),
        ({"a.one.org": 90.0, "b.one.org": 90.0}, 2, True),  # the user chose so
    ],
)
def test_is_backed_needs_two_operators_or_authentication(
    plan: Plan, needed: int, backed: bool
) -> None:
    told = ask_servers(list(plan), AMPLE_S, needed=needed, ask=Servers(plan).ask)
    assert told.is_large
    assert told.is_backed is backed


@pytest.mark.parametrize(
    ("offset_s", "followed_s", "servers", "wanted"),
    [
        (59.0, 0.0, 1, TimeAction.APPLY),
        (-59.0, 0.0, 1, TimeAction.APPLY),
        (61.0, 0.0, 2, TimeAction.ASK),
        (-61.0, 0.0, 2, TimeAction.ASK),
        (-61.0, 0.0, 1, TimeAction.REFUSE),
        (3600.0, 3600.5, 1, TimeAction.APPLY),  # accepted before
        (3600.0, 92.0, 2, TimeAction.ASK),
        (0.0, 3600.0, 1, TimeAction.APPLY),  # leads back to the computer's clock
    ],
)
def test_course_new_large_offset_needs_evidence_and_consent(
    offset_s: float, followed_s: float, servers: int, wanted: TimeAction
) -> None:
    plan: Plan = {f"{n}.{operator}.org": offset_s for operator in "ab"[:servers] for n in "xyz"}
    told = ask_servers(list(plan), AMPLE_S, ask=Servers(plan).ask)
    assert next_action(told, FixedClock(0.0, followed_s)) is wanted


def test_course_without_agreement_is_nothing() -> None:
    assert next_action(answer({"a": TimeReason.REFUSED}), FixedClock(0.0)) is TimeAction.NOTHING


def known(age_s: float, *, carried_over: bool = False, jump_s: float = 0.0) -> CorrectionStatus:
    return CorrectionStatus(1.0, age_s, 0.1, jump_s, carried_over)


@pytest.mark.parametrize("at_start", [True, False])
@pytest.mark.parametrize("state", [None, known(1e9), known(0.0, carried_over=True)])
def test_is_due_never_before_the_user_chose(at_start: bool, state: CorrectionStatus | None) -> None:
    assert not is_due(None, state, at_start=at_start)
    assert not is_due(TimeCheck.OFF, state, at_start=at_start)


def test_is_due_follows_the_chosen_setting() -> None:
    assert is_due(TimeCheck.START, known(5.0), at_start=True)
    assert not is_due(TimeCheck.START, known(1e9), at_start=False)
    for at_start in (True, False):
        assert is_due(TimeCheck.DAILY, None, at_start=at_start)
        assert is_due(TimeCheck.DAILY, known(86_400.0), at_start=at_start)
        assert is_due(TimeCheck.DAILY, known(5.0, carried_over=True), at_start=at_start)
        assert is_due(TimeCheck.DAILY, known(5.0, jump_s=-90.0), at_start=at_start)
        assert not is_due(TimeCheck.DAILY, known(86_000.0), at_start=at_start)


WEB = ("https://w1", "https://w2", "https://w3")


def test_ask_servers_skips_web_servers_if_time_server_answers() -> None:
    servers = Servers({"a": 1.0, "b": 1.0, "c": 1.0})
    told = ask_servers(["a", *WEB, "b", "c"], AMPLE_S, ask=servers.ask)
    assert told.offset_s == 1.0
    assert not told.is_coarse
    assert [server.host for server in told.servers] == ["a", "b", "c"]
    assert {host for host, _ in servers.asked} == {"a", "b", "c"}


@pytest.mark.parametrize("others", [TimeReason.REFUSED, TimeReason.NAME_NOT_FOUND, SILENT])
def test_ask_servers_falls_back_to_coarse_web_servers_in_time(others: object) -> None:
    plan = {"a": others, "b": others, "w1": 60.0, "w2": 60.3, "w3": 59.8}
    for deadline_s in longer(2 * BRIEF_S):
        told = ask_servers(["a", "b", *WEB], deadline_s, ask=Servers(plan).ask)
        if told.decision is Decision.AGREED:
            break
    assert told.decision is Decision.AGREED
    assert told.offset_s == pytest.approx(60, abs=1)
    assert told.is_coarse
    assert told.is_backed
    assert [server.host for server in told.servers] == ["a", "b", *WEB]
    assert all(server.coarse for server in told.servers[2:])


def test_ask_servers_web_does_not_outvote_time_server() -> None:
    servers = Servers({"a": 1.0, "b": TimeReason.TIMEOUT, "w1": 9.0, "w2": 9.0, "w3": 9.0})
    told = ask_servers(["a", "b", *WEB], AMPLE_S, ask=servers.ask)
    assert told.decision is Decision.TOO_FEW
    assert {host for host, _ in servers.asked} == {"a", "b"}


def test_ask_servers_asks_only_web_servers_at_once() -> None:
    told = ask_servers(WEB, AMPLE_S, ask=Servers({"w1": 5.0, "w2": 5.0, "w3": 5.0}).ask)
    assert told.is_coarse
    assert first_asked(WEB) == WEB
    assert first_asked(["a", *WEB, "nts://b"]) == ("a", "nts://b")


def test_ask_servers_cancelled_asks_no_further_server() -> None:
    servers = Servers({"a": SILENT, "w1": 1.0})
    told = ask_servers(["a", "https://w1"], AMPLE_S, lambda: True, needed=1, ask=servers.ask)
    assert told.offset_s is None
    assert "w1" not in {host for host, _ in servers.asked}
