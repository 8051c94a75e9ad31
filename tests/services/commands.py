"""Programs that a test runs to their end."""

import subprocess
from collections.abc import Mapping, Sequence

from tests.patience import PATIENCE_S


def output(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """What a program says on stdout; it gets no input, and its exit code does not matter."""
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    ).stdout
