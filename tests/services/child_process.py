"""Runs a function in a separate process, which may be killed, starved or demoted."""

import os
import pickle
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Outcome:
    """How a child ended. `said` is what it sent, even if it was killed afterwards."""

    killed: bool
    said: list[Any] = field(default_factory=list)


Say = Callable[[Any], None]


class Child:
    """A forked child: this process's imports, none of its exit handlers. POSIX only.

    The function gets `say`, which sends any picklable value to `Outcome.said` at once.
    A child that raises prints the traceback and fails the test in `wait`.
    """

    def __init__(self, function: Callable[[Say], None]) -> None:
        self._reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        with warnings.catch_warnings():
            # Later Pythons warn that other threads don't exist in the child: none is needed.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if self.pid == 0:  # never returns into the test runner
            status = 1
            try:
                os.close(self._reading)

                def say(value: Any) -> None:
                    packed = pickle.dumps(value)
                    os.write(writing, len(packed).to_bytes(4, "big") + packed)

                function(say)
                status = 0
            except BaseException:  # noqa: BLE001 - the child has nobody else to tell
                os.write(2, traceback.format_exc().encode())
            finally:
                os._exit(status)
        os.close(writing)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> Outcome:
        with os.fdopen(self._reading, "rb") as stream:
            data = stream.read()
        said, place = [], 0
        while place + 4 <= len(data):
            size = int.from_bytes(data[place : place + 4], "big")
            if place + 4 + size > len(data):
                break  # killed while sending
            said.append(pickle.loads(data[place + 4 : place + 4 + size]))  # noqa: S301
            place += 4 + size
        _, status = os.waitpid(self.pid, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed or status == 0, f"the child failed: status {status}"
        return Outcome(killed, said)


def in_child(function: Callable[[Say], None]) -> Outcome:
    """Run `function` in a child and wait for its end."""
    return Child(function).wait()
