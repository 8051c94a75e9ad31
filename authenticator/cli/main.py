"""The command line: picks the verb, and turns every error into words and an exit code."""

import importlib
import os
import sys

from authenticator import __version__
from authenticator.app.desktop import Desktop
from authenticator.cli.arguments import Parser
from authenticator.cli.terminal import Terminal

VERBS = {
    "scan": "Read QR codes from pictures, a camera, the screen; --add stores the accounts",
    "add": "Store one account from an otpauth link or from its name and key",
    "list": "All accounts",
    "show": "One account",
    "code": "The code of one account now",
    "edit": "Change an account: its name, groups, notes, place, how its codes come",
    "remove": "Put an account into the bin for 30 days, or back, or delete it for good",
    "watch": "Rolling codes of all accounts",
    "time": "Correct time for codes: ask time servers, apply, clear",
    "inspect": "What an enrolment says and what is wrong with it; stores nothing",
    "verify": "Which time step a code of the other side belongs to, or what explains it",
    "make-enrolment": "A fresh test account for feeding a panel: link, picture, key",
    "doctor": "What works on this computer and what does not",
    "demo": "The whole job on a sample picture, in a throw-away vault",
}

INTERRUPTED = 130


def run(words: list[str], desktop: Desktop) -> int:
    """Do what the words say; 0 ok, 2 usage, 3 input, 4 stored data, 5 environment, 70 our bug."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no Unicode still gets every message.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    verb, *rest = words
    if verb in ("-h", "--help", "help"):
        sys.stdout.write(_overview())
        return 0
    if verb in ("-V", "--version"):
        sys.stdout.write(f"authenticator {__version__}\n")
        return 0
    if verb not in VERBS:
        import difflib

        near = difflib.get_close_matches(verb, VERBS, 1) if len(verb) < 20 else []
        meant = f" Did you mean '{near[0]}'?" if near else ""
        sys.stderr.write(f"authenticator: no such verb.{meant} See 'authenticator --help'.\n")
        return 2
    return _funnel(verb, rest, desktop)


def _funnel(verb: str, words: list[str], desktop: Desktop) -> int:
    terminal = Terminal("--json" in words, desktop)
    try:
        chosen_verb = importlib.import_module(f"authenticator.cli.verbs.{verb.replace('-', '_')}")
        parser = Parser(verb, VERBS[verb])
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        chosen_verb.arguments(parser)
        chosen = parser.read(words)
        from authenticator.compose import Parts

        code: int = chosen_verb.run(Parts.for_user(), terminal, chosen)
        sys.stdout.flush()
    except KeyboardInterrupt:
        terminal.say("")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output left; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the one funnel: wording knows every class
        return terminal.fault(error)
    return code


def _overview() -> str:
    verbs = "\n".join(f"  {verb:14} {summary}" for verb, summary in VERBS.items())
    return f"""Usage: authenticator [VERB ...]

Without a verb the window opens. 'authenticator VERB --help' tells more.

{verbs}

Exit: 0 ok, 2 usage, 3 input refused, 4 stored data bad, 5 environment, 70 our bug.
AUTHENTICATOR_HOME names the folder for everything that is kept.
"""
