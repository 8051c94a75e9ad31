"""The terminal: one JSON object a line or text on stdout, every message on stderr."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from authenticator.language import sentence, tr

if TYPE_CHECKING:  # words are loaded when something is wrong: a code needs none
    from authenticator.app.desktop import Desktop
    from authenticator.wording.message import Message


class Terminal:
    """Where a verb prints and asks; `desktop` is what there is around it."""

    def __init__(self, as_json: bool, desktop: "Desktop") -> None:
        self.as_json = as_json
        self.desktop = desktop
        self.out: TextIO = sys.stdout
        self.messages: TextIO = sys.stderr
        self.keys: TextIO = sys.stdin

    def show(self, fields: Mapping[str, object], text: str) -> None:
        """One result: its fields for scripts, else the text for people."""
        # ASCII only: text of strangers then can't steer the terminal that shows the JSON.
        self.out.write((json.dumps(fields) if self.as_json else text) + "\n")
        self.out.flush()

    def say(self, text: str) -> None:
        """A message beside the results."""
        self.messages.write(text + "\n")
        self.messages.flush()

    def fault(self, error: BaseException) -> int:
        """Say what went wrong and what to do; the exit code that goes with it."""
        from authenticator.wording import explain

        message = explain(error)
        self.say(as_text(message))
        return message.exit_code

    @property
    def interactive(self) -> bool:
        """Someone is there to answer."""
        return self.keys.isatty() and self.messages.isatty()

    @property
    def rolling(self) -> bool:
        """The output is a screen that can be redrawn."""
        return self.out.isatty() and not self.as_json

    def confirm(self, question: str) -> bool:
        """True for a yes, in English or the user's language. Ask only an interactive terminal."""
        choices = tr("[y/N]")
        self.messages.write(f"{question} {choices} ")
        self.messages.flush()
        return self.keys.readline().strip().lower() in ("y", "yes", *tr("y yes").split())

    def passphrase(self, prompt: str) -> str:
        """A passphrase typed without echo."""
        import getpass

        return getpass.getpass(f"{prompt}: ", stream=self.messages)


def as_text(message: "Message") -> str:
    """A message in lines: title, cause, next step."""
    step = message.terminal_step or message.next_step
    lines = (sentence(message.title), message.cause, step)
    return "\n".join(line for line in lines if line)
