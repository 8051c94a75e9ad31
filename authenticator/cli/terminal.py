"""The terminal: one JSON object a line or text on stdout, every message on stderr."""

import contextlib
import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from authenticator.cli import streams
from authenticator.errors import StreamRefused
from authenticator.language import sentence, tr

if TYPE_CHECKING:  # words are loaded when something is wrong: a code needs none
    from authenticator.app.desktop import Desktop
    from authenticator.wording.message import Message


class Terminal:
    """Where a verb prints and asks; `desktop` gives it screens and clipboard."""

    def __init__(self, as_json: bool, desktop: "Desktop") -> None:
        self.as_json = as_json
        self.desktop = desktop

    def show(self, fields: Mapping[str, object], text: str) -> None:
        """One result: its fields for scripts, else the text for people."""
        # ASCII only: text of strangers then can't steer the terminal that shows the JSON.
        streams.write((json.dumps(fields) if self.as_json else text) + "\n")

    def say(self, text: str) -> None:
        """A message beside the results."""
        streams.tell(text + "\n")

    def fault(self, error: BaseException) -> int:
        """Say what went wrong and what to do. Returns the exit code, which is all that remains if
        stderr is closed."""
        from authenticator.wording import explain

        message = explain(error)
        with contextlib.suppress(StreamRefused, BrokenPipeError):
            self.say(as_text(message))
        return message.exit_code

    def say_keyring_waits(self) -> None:
        """Say what a person has to look for. Called on a thread of its own."""
        with contextlib.suppress(StreamRefused, BrokenPipeError):
            self.say(
                tr("Waiting for your keyring: it may be asking for its password on your screen.")
            )

    @property
    def interactive(self) -> bool:
        """Whether a person can answer."""
        return streams.is_terminal(sys.stdin) and streams.is_terminal(sys.stderr)

    @property
    def rolling(self) -> bool:
        """Whether the output is a screen that can be redrawn."""
        return streams.is_terminal(sys.stdout) and not self.as_json

    def confirm(self, question: str) -> bool:
        """True for a yes, in English or the user's language. Ask only an interactive terminal."""
        choices = tr("[y/N]")
        streams.tell(f"{question} {choices} ")
        return streams.answer().strip().lower() in ("y", "yes", *tr("y yes").split())

    def ask(self, prompt: str) -> str:
        """A line that a person types; empty for none. Ask only an interactive terminal."""
        streams.tell(f"{prompt}: ")
        return streams.answer().strip()

    def passphrase(self, prompt: str) -> str:
        """A passphrase typed without echo; empty if none was typed."""
        return streams.hidden_answer(f"{prompt}: ")


def as_text(message: "Message") -> str:
    """A message in lines: title, cause, next step."""
    step = message.terminal_step or message.next_step
    lines = (sentence(message.title), message.cause, step)
    return "\n".join(line for line in lines if line)
