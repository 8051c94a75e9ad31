"""How right and how quick a check of the time is: `python -m tests.benchmarks.correct_time`.

Real servers (chrony) on loopback, their clocks shifted by a known amount, three at a time: the
error is what a check says less that amount. Then five servers of which two never answer and
one takes its time: when it is decided, beside when the slowest honest answer was in.
Exits with 1 where a limit is missed.
"""

import contextlib
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from authenticator.app.time.check import ServerProgress, ask_servers
from tests.services.scripted_time_server import LOOPBACK, Send, packet, scripted_server
from tests.services.time_server import time_server

CHECKS = int(os.environ.get("BENCH_CHECKS", "200"))
SHIFTS_S = {"0 s": 0.0, "+90 s": 90.0, "-90 s": -90.0, "+10 years": 315_576_000.0}
ERROR_LIMIT_S = 0.002
SLOW_S = 0.3
DECISIONS = max(1, CHECKS // 10)
DEADLINE_S = 5.0


def errors(shift_s: float) -> list[float]:
    """The error of each check, in seconds."""
    with time_server(shift_s) as one, time_server(shift_s) as two, time_server(shift_s) as three:
        found = [ask_servers([one, two, three]).offset_s for _ in range(CHECKS)]
    return [abs(offset_s - shift_s) for offset_s in found if offset_s is not None]


@contextlib.contextmanager
def five() -> Iterator[list[str]]:
    """Two quick servers, a slow one, two that never answer."""

    def slow(request: bytes, send: Send) -> None:
        time.sleep(SLOW_S)
        halfway_s = time.time() - SLOW_S / 2  # as long there as back
        send(packet(request, halfway_s, halfway_s))

    def silent(request: bytes, send: Send) -> None:
        pass

    with (
        time_server() as one,
        time_server() as two,
        scripted_server(slow) as three,
        scripted_server(silent) as four,
        scripted_server(silent) as five,
    ):
        yield [one, two, *(f"{LOOPBACK}:{port}" for port in (three, four, five))]


def decisions() -> list[tuple[float, float]]:
    """For each check: when the slowest honest answer was in, when it was decided, in seconds."""
    taken = []
    with five() as servers:
        for _ in range(DECISIONS):
            heard_s: list[float] = []
            begun = time.monotonic()

            def heard(
                news: ServerProgress, heard_s: list[float] = heard_s, begun: float = begun
            ) -> None:
                if news.reason is None:
                    heard_s.append(time.monotonic() - begun)

            answer = ask_servers(servers, heard=heard)
            decided_s = time.monotonic() - begun
            if answer.offset_s is None:
                raise RuntimeError(f"not decided: {answer}")
            taken.append((max(heard_s), decided_s))
    return taken


def main() -> int:
    say = sys.stdout.write
    met = True
    told: dict[str, object] = {}
    for name, shift_s in SHIFTS_S.items():
        found = errors(shift_s)
        median, worst = statistics.median(found), max(found)
        met &= len(found) == CHECKS and median <= ERROR_LIMIT_S
        told[name] = {"checks": len(found), "median_s": median, "max_s": worst}
        say(
            f"clock off by {name:9}: {len(found)} of {CHECKS} agreed, "
            f"error {median * 1000:.3f} ms at the median, {worst * 1000:.3f} ms at most\n"
        )
    taken = decisions()
    late = [decided - (1.2 * slowest + 0.1) for slowest, decided in taken]
    slowest, decided = (statistics.median(column) for column in zip(*taken, strict=True))
    met &= statistics.median(late) <= 0 and max(decided for _, decided in taken) <= DEADLINE_S
    told["five servers, two silent"] = {"slowest_honest_s": slowest, "decided_s": decided}
    say(
        f"five servers, two silent: slowest honest answer after {slowest * 1000:.0f} ms, decided "
        f"after {decided * 1000:.0f} ms (limit {(1.2 * slowest + 0.1) * 1000:.0f} ms), "
        f"{sum(one > 0 for one in late)} of {len(late)} later than that\n"
    )
    folder = Path("build/bench")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "time.json").write_text(json.dumps(told, indent=2) + "\n")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
