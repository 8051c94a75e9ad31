"""A second start: `python -m tests.gui.later_start HOME WORD...` prints the outcome. It is a
process of its own because while it waits no other Python code runs in it."""

import sys
from pathlib import Path

from authenticator.gui.desktop.instance_messages import Call, forward
from authenticator.gui.desktop.single_instance import SingleInstance

if __name__ == "__main__":
    home, *words = sys.argv[1:]
    print(forward(SingleInstance(Path(home)), Call(tuple(words), "token-1")).name)  # noqa: T201
