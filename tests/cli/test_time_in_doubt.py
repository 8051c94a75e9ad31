"""A computer whose clock was set since the time was checked: no code without a word about it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from authenticator.app.settings_file import SettingsFile
from authenticator.app.time.correction import Correction, measured
from authenticator.cli.verbs import watch
from authenticator.clock.boot_clock import this_boot
from authenticator.clock.clock_reading import ClockReading
from authenticator.clock.system_sync import Sync, SystemSync
from authenticator.compose import Services
from tests.cli.conftest import Cli, Outcome

KEY = "JBSWY3DPEHPK3PXP"
HOUR_S = 3600.0


class Guest:
    """A virtual computer: paused for an hour after the time was checked, then its clock set."""

    def __init__(self, cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cli = cli
        self.file = SettingsFile(home / "settings.json")
        self.asked = 0
        self.sync = SystemSync(Sync.ON, True, "linux")

        def system_sync(_: Services) -> SystemSync:
            self.asked += 1
            return self.sync

        monkeypatch.setattr(Services, "system_sync", system_sync)
        cli("add", "--account", "kim", "--key-file", "-", stdin=KEY)

    def checked(self) -> Correction:
        boot = this_boot()
        found = measured(0.0, 0.02, boot, ClockReading.now(steady=boot.read))
        assert found is not None
        return found

    def check_time(self) -> None:
        self.file.change(correction=self.checked())

    def pause_and_set(self, by_s: float = HOUR_S) -> None:
        """As if corrected time had stood still, and the clock had then been set right."""
        found = self.checked()
        assert found.anchor is not None
        earlier = replace(found.anchor, at=found.anchor.at - by_s)
        self.file.change(correction=replace(found, anchor=earlier, checked_at=earlier.at))

    def start_anew_with_another_clock(self) -> None:
        """Time ran back: the carried-over offset gives a time before the check."""
        found = self.checked()
        later = found.checked_at + HOUR_S
        self.file.change(correction=replace(found, checked_at=later, anchor=None))

    def run(self, verb: str, *more: str) -> Outcome:
        words = {
            "code": ["code", "kim"],
            "list": ["list"],
            "watch": ["watch", "--steps", "0"],
            "add": ["add", "--account", "kim", "--key-file", "-"],
            "verify": ["verify", "kim", "000000"],
            "time": ["time", "--status"],
        }[verb]
        return self.cli(*words, *more, stdin=KEY)


VERBS = ("code", "list", "watch", "add", "verify", "time")


@pytest.fixture
def guest(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> Guest:
    return Guest(cli, home, monkeypatch)


def told(outcome: Outcome) -> dict[str, Any]:
    return json.loads(outcome.out.splitlines()[0])


@pytest.mark.parametrize("verb", VERBS)
def test_no_doubt_and_no_question_where_nothing_happened(guest: Guest, verb: str) -> None:
    for prepare in (lambda: None, guest.check_time):
        prepare()
        guest.asked = 0
        outcome = guest.run(verb, "--json")
        assert told(outcome)["in_doubt"] is False
        assert outcome.messages == ""
        assert guest.asked == (1 if verb == "time" else 0)  # it takes another program


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("set_s", [HOUR_S, -HOUR_S, 90.0])
def test_paused_guest_whose_clock_was_set_right_is_told(
    guest: Guest, verb: str, set_s: float
) -> None:
    guest.pause_and_set(set_s)
    outcome = guest.run(verb, "--json")
    assert told(outcome)["in_doubt"] is True
    assert outcome.messages.count("no longer fits") == 1
    assert "time --apply" in outcome.messages
    in_words = guest.run(verb)
    assert "no longer fits" in (in_words.out if verb == "time" else in_words.messages)
    assert "no longer fits" not in outcome.out


@pytest.mark.parametrize("verb", VERBS)
def test_correction_of_an_earlier_start_that_cannot_be_right_is_told(
    guest: Guest, verb: str
) -> None:
    guest.start_anew_with_another_clock()
    guest.asked = 0
    outcome = guest.run(verb, "--json")
    assert told(outcome)["in_doubt"] is True
    assert "no longer fits" in outcome.messages
    assert guest.asked == (1 if verb == "time" else 0)  # certain without it


@pytest.mark.parametrize("verb", ["code", "list", "watch", "add", "verify"])
@pytest.mark.parametrize("sync", [Sync.UNKNOWN, Sync.OFF, Sync.ON])
def test_clock_that_jumped_and_that_nobody_vouches_for_is_said(
    guest: Guest, verb: str, sync: Sync
) -> None:
    """Codes mostly are right then; but the guest of a host that sets its clock has no service."""
    guest.sync = SystemSync(sync, False, "linux")
    guest.pause_and_set()
    outcome = guest.run(verb, "--json")
    assert told(outcome)["in_doubt"] is False
    assert "jumped by +1 h" in outcome.messages
    assert "time --apply" in outcome.messages


@pytest.mark.parametrize("words", [["--at", "1800000000"]])
def test_code_of_another_time_does_not_depend_on_the_clock(guest: Guest, words: list[str]) -> None:
    guest.pause_and_set()
    for verb in ("code", "verify"):
        outcome = guest.run(verb, *words, "--json")
        assert told(outcome)["in_doubt"] is False
        assert outcome.messages == ""


@pytest.mark.parametrize(
    "content", ['{"correction": {"offset_s": "x"}}', '{"correction": {"offset_s": 1', '{"corr']
)
@pytest.mark.parametrize("verb", VERBS)
def test_correction_that_could_not_be_read_is_a_doubt(
    guest: Guest, verb: str, content: str
) -> None:
    guest.file.path.write_text(content)
    outcome = guest.run(verb, "--json")
    assert told(outcome)["in_doubt"] is True
    assert outcome.messages


def test_watch_says_once_what_happens_while_it_runs(
    guest: Guest, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest.check_time()
    seen: list[bool] = []
    moments = iter(range(4))
    original: Callable[..., bool] = watch.CodeClock.in_doubt

    def in_doubt(timed: watch.CodeClock) -> bool:
        if next(moments) == 2:
            assert timed._correction is not None
            guest.pause_and_set()
            timed._correction = guest.file.read().correction
        seen.append(original(timed))
        return seen[-1]

    def passes(_: float) -> None:
        if len(seen) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(watch.CodeClock, "in_doubt", in_doubt)
    monkeypatch.setattr(watch.time, "sleep", passes)
    outcome = guest.cli("watch")
    assert seen == [False, False, True, True]
    assert outcome.messages.count("no longer fits") == 1
    assert guest.asked == 1
