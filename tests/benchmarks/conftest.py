"""How the benchmarks compare: rounds of ours and of bare ones in turn, medians, their ratio."""

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

_LINES = pytest.StashKey[list[str]]()


class Paired:
    """Runs ours and the bare ones in turn, so that whatever else the machine does hits all.

    Calling it measures; the JSON gets each bare median in seconds, and ours divided by it.
    """

    def __init__(self, benchmark: BenchmarkFixture, lines: list[str]) -> None:
        self._benchmark = benchmark
        self._lines = lines

    def __call__(
        self,
        ours: Callable[[], object],
        settle: Callable[[], None] = lambda: None,
        **bare: Callable[[], object],
    ) -> None:
        """`settle` runs after every measured call and is not counted."""
        taken: dict[str, list[float]] = {name: [] for name in bare}

        def bare_ones() -> None:
            settle()
            for name, run in bare.items():
                started = time.perf_counter()
                run()
                taken[name].append(time.perf_counter() - started)
                settle()

        ours()
        bare_ones()
        for times in taken.values():
            times.clear()
        rounds = int(os.environ.get("BENCH_ROUNDS", "15"))
        self._benchmark.pedantic(ours, setup=bare_ones, rounds=rounds)
        settle()
        median = self._benchmark.stats.stats.median
        told = f"{self._benchmark.name}: {_shown(median)}"
        for name, times in taken.items():
            bare_median = statistics.median(times)
            ratio = median / bare_median
            self._benchmark.extra_info[name] = {"median_s": bare_median, "ratio": ratio}
            told += f", {ratio:.2f} x {name} ({_shown(bare_median)})"
        self._lines.append(told)


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


@pytest.fixture
def lines(pytestconfig: pytest.Config) -> list[str]:
    """What is told at the end of the run."""
    return pytestconfig.stash.setdefault(_LINES, [])


@pytest.fixture
def paired(benchmark: BenchmarkFixture, lines: list[str]) -> Paired:
    return Paired(benchmark, lines)


@pytest.fixture
def command() -> Path:
    """The installed `authenticator`, as users start it."""
    installed = Path(sys.executable).with_name("authenticator")
    assert installed.exists(), "not installed here: `make bench` measures what `make venv` made"
    return installed


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """The ratios, which the table of pytest-benchmark does not have."""
    lines = config.stash.get(_LINES, [])
    if lines:
        terminalreporter.section("medians and ratios")
        for line in lines:
            terminalreporter.write_line(line)
