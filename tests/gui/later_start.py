"""A second start: `python -m tests.gui.later_start HOME WORD...` prints the outcome. It is a
process of its own because while it waits no other Python code runs in it. With `--order lock` in
place of the words it is what the terminal does."""

import sys
from pathlib import Path

from authenticator.app.desktop import WindowAbsent, WindowOrder, WindowSilent
from authenticator.gui.desktop.instance_messages import Call, forward
from authenticator.gui.desktop.single_instance import SingleInstance
from authenticator.gui.desktop.terminal_access import QtDesktop


def order(home: Path, word: str) -> str:
    """Whether the window was open, or the name of the error."""
    try:
        return str(QtDesktop().order_window(home, WindowOrder(word)))
    except (WindowAbsent, WindowSilent) as fault:
        return type(fault).__name__


if __name__ == "__main__":
    home, *words = sys.argv[1:]
    if words[:1] == ["--order"]:
        print(order(Path(home), words[1]))  # noqa: T201
    else:
        call = Call(tuple(words), "token-1")
        print(forward(SingleInstance(Path(home)), call).name)  # noqa: T201
