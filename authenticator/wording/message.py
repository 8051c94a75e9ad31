"""What is told about an error."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """What happened, why, what to do, and the exit code that goes with it.

    `terminal_step` is the next step for someone at a terminal, empty where it is the same.
    """

    title: str
    cause: str = ""
    next_step: str = ""
    exit_code: int = 70
    terminal_step: str = ""
