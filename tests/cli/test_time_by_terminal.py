"""`time`: what is applied, what needs confirmation, what is refused, and what is in effect now."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from authenticator.app.settings_file import SettingsFile
from authenticator.app.time.check import ServerAnswer, TimeAnswer
from authenticator.app.time.correction import measured
from authenticator.cli.terminal import Terminal
from authenticator.clock.agreement import Decision, Verdict
from authenticator.clock.boot_clock import this_boot
from authenticator.clock.clock_reading import ClockReading
from authenticator.compose import Services
from authenticator.errors import DiskRefused
from tests.cli.conftest import Cli

ONE_OPERATOR = ("a.one.example", "b.one.example", "c.one.example")
TWO_OPERATORS = ("a.one.example", "b.one.example", "c.two.example")


def agreed(offset_s: float, hosts: tuple[str, ...]) -> TimeAnswer:
    boot = this_boot()
    now = ClockReading.now(steady=boot.read)
    return TimeAnswer(
        Decision.AGREED,
        offset_s,
        0.02,
        tuple(ServerAnswer(one, offset_s, 0.03, 2, Verdict.AGREES, "", 0.02) for one in hosts),
        now.wall_s + offset_s,
        correction=measured(offset_s, 0.02, boot, now),
    )


Say = Callable[[TimeAnswer], list[int | None]]


@pytest.fixture
def servers_say(monkeypatch: pytest.MonkeyPatch) -> Say:
    """Let the servers answer this; collects the number that had to agree, each time."""
    needed: list[int | None] = []

    def say(answer: TimeAnswer) -> list[int | None]:
        def ask(services: Services, servers: object, **wanted: int | None) -> TimeAnswer:
            needed.append(wanted["needed"])
            return answer

        monkeypatch.setattr(Services, "ask_time", ask)
        return needed

    return say


@pytest.fixture
def someone_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Terminal, "interactive", True)


def kept(home: Path) -> float | None:
    correction = SettingsFile(home / "settings.json").read().correction
    return correction and correction.offset_s


def test_small_offset_is_applied_without_question(
    bare: Cli, home: Path, servers_say: Say, someone_there: None
) -> None:
    servers_say(agreed(59.0, ONE_OPERATOR))
    assert bare("time", "--apply").exit_code == 0
    assert kept(home) == 59.0


@pytest.mark.parametrize(("reply", "exit_code", "offset_s"), [("y\n", 0, 3600.0), ("\n", 5, None)])
def test_large_offset_is_confirmed_after_explanation(
    bare: Cli,
    home: Path,
    servers_say: Say,
    someone_there: None,
    reply: str,
    exit_code: int,
    offset_s: float | None,
) -> None:
    servers_say(agreed(3600.0, TWO_OPERATORS))
    done = bare("time", "--apply", stdin=reply)
    assert done.exit_code == exit_code
    assert "1 h slow" in done.messages
    assert "codes for another day" in done.messages
    assert done.messages.index("better solution") < done.messages.index("1 h slow")
    assert kept(home) == offset_s


def test_large_offset_in_script_is_applied_with_warning(
    bare: Cli, home: Path, servers_say: Say
) -> None:
    servers_say(agreed(3600.0, TWO_OPERATORS))
    done = bare("time", "--apply", "--json")
    assert (done.exit_code, kept(home)) == (0, 3600.0)
    assert done.only["decision"] == "agreed"
    assert "codes for another day" in done.messages


def test_confirmed_offset_is_not_asked_again(
    bare: Cli, home: Path, servers_say: Say, someone_there: None
) -> None:
    servers_say(agreed(3600.0, TWO_OPERATORS))
    bare("time", "--apply", "--yes")
    servers_say(agreed(3600.5, TWO_OPERATORS))
    assert bare("time", "--apply").exit_code == 0
    assert kept(home) == 3600.5


def test_large_offset_of_one_operator_is_refused_even_with_yes(
    bare: Cli, home: Path, servers_say: Say
) -> None:
    servers_say(agreed(3600.0, ONE_OPERATOR))
    done = bare("time", "--apply", "--yes")
    assert (done.exit_code, kept(home)) == (5, None)
    assert "two operators" in done.messages
    proven = agreed(3600.0, ONE_OPERATOR)
    first, *rest = proven.servers
    first = dataclasses.replace(first, authenticated=True)
    servers_say(dataclasses.replace(proven, servers=(first, *rest)))
    assert bare("time", "--apply", "--yes").exit_code == 0
    assert kept(home) == 3600.0


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ((), None),
        (("--server", "a"), 1),
        (("--server", "a", "--server", "b"), 2),
        (("--server", "a", "--server", "b", "--server", "c", "--server", "d"), 3),
        (("--server", "a", "--needed", "3"), 3),
        (("--needed", "1"), 1),
    ],
)
def test_fewer_named_servers_need_fewer_to_agree(
    bare: Cli, servers_say: Say, words: tuple[str, ...], needed: int | None
) -> None:
    asked = servers_say(agreed(0.0, TWO_OPERATORS))
    bare("time", *words)
    assert asked == [needed]


def test_text_chart_precedes_the_sentence(bare: Cli, servers_say: Say) -> None:
    servers_say(agreed(-1.5, TWO_OPERATORS))
    lines = bare("time").out.splitlines()
    assert len(lines) == 5
    assert all("=" in line and "−1.500 s" in line and "agrees" in line for line in lines[:3])
    assert lines[4].startswith("This computer's clock is 1.5 s fast (offset")


def test_status_reports_carried_over_offset(bare: Cli, home: Path) -> None:
    (home / "settings.json").parent.mkdir()
    (home / "settings.json").write_text(
        '{"correction": {"offset_s": 92.4, "uncertainty_s": 0.02, "checked_at": 1700000000}}'
    )
    told = bare("time", "--status", "--json").only
    assert told["carried_over"]
    assert told["correction"]["offset_s"] == 92.4
    assert told["correction"]["anchor"]["boot_id"] == this_boot().id
    assert bare("time", "--status", "--json").only == told
    assert "before this computer was started" in bare("time", "--status").out
    bare("time", "--clear")
    assert bare("time", "--status", "--json").only["correction"] is None


def test_refused_settings_write_leaves_codes_right(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    (home / "settings.json").write_text(
        '{"correction": {"offset_s": 92.4, "uncertainty_s": 0.02, "checked_at": 1700000000}}'
    )
    services = Services(home)

    def refuse(**fields: object) -> None:
        raise DiskRefused(home, "EROFS")

    monkeypatch.setattr(services.settings_file, "change", refuse)
    assert services.note_clock_changes().correction.offset_s == 92.4
    assert services.clock().offset_s == pytest.approx(92.4, abs=0.05)


def test_reading_clock_writes_nothing_and_noting_changes_does(home: Path) -> None:
    """An offset from before the last boot is carried over to this one by noting it, once."""
    home.mkdir()
    path = home / "settings.json"
    content = '{"correction": {"offset_s": 92.4, "uncertainty_s": 0.02, "checked_at": 1700000000}}'
    path.write_text(content)
    services = Services(home)
    before = services.settings_file.read()
    for clock in (services.clock(), services.clock(before)):
        assert clock.offset_s == pytest.approx(92.4, abs=0.05)
    assert path.read_text() == content
    assert [file.name for file in home.iterdir()] == [path.name]
    noted = services.note_clock_changes(before)
    assert noted.correction.anchor is not None
    assert services.settings_file.read() == noted
    kept = path.stat().st_mtime_ns
    assert services.note_clock_changes() == noted
    assert path.stat().st_mtime_ns == kept
    assert services.clock(noted).offset_s == pytest.approx(92.4, abs=0.05)
