"""Command lines read without ever repeating a value: someone will type a key there."""

import argparse
import math
import re
import sys
from typing import Any, NoReturn

from authenticator import exit_codes
from authenticator.cli import streams
from authenticator.language import gettext_noop, join_list, number, tr
from authenticator.otp.account import DIGITS, PERIOD_S

"""The exit code of words that make no sense."""

_ARGPARSE_SAYS = (
    gettext_noop("usage: "),
    gettext_noop("positional arguments"),
    gettext_noop("options"),
    gettext_noop("show this help message and exit"),
    gettext_noop("the following arguments are required: %s"),
    gettext_noop("argument %(argument_name)s: %(message)s"),
    gettext_noop("expected one argument"),
    gettext_noop("not allowed with argument %s"),
)
"""Of argparse's own texts those that may be seen here, as it asks gettext for them."""

_REPEATING = "ignored explicit argument %r"
_NAME_OF_OPTION = re.compile("--?[a-z][a-z-]{,14}")
"""Of an unknown one that may be repeated: too short, or not written, like a key."""


def _say(text: str) -> str:
    if text == _REPEATING:
        return tr("takes no value") + "%.0r"  # which takes the value and shows none of it
    return tr(text)


argparse._ = _say  # type: ignore[attr-defined] # it would ask the system's own catalogues


class Parser(argparse.ArgumentParser):
    """argparse that names options, but never echoes what was given to them."""

    def __init__(self, verb: str, summary: str) -> None:
        # Abbreviated options would let `--key SECRET` pass for `--key-file SECRET`.
        super().__init__(prog=f"authenticator {verb}", description=summary, allow_abbrev=False)

    def read(self, words: list[str]) -> argparse.Namespace:
        """Parse a command line; exits with 2 if it is invalid."""
        chosen, unknown = self.parse_known_args(words)
        if unknown:
            names = (word.partition("=")[0] for word in unknown)
            options = [name for name in names if _NAME_OF_OPTION.fullmatch(name)]
            self.error(" ".join((tr("more words than this verb knows"), *options)))
        return chosen

    def print_help(self, file: object = None) -> None:
        """On stdout. From Python 3.12 on, argparse itself ignores errors there."""
        del file
        streams.write(self.format_help())

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        try:
            return super()._get_value(action, arg_string)
        except argparse.ArgumentError:
            raise argparse.ArgumentError(action, _wanted(action)) from None

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            raise argparse.ArgumentError(action, _wanted(action))

    def error(self, message: str) -> NoReturn:
        """Usage and the fault on stderr, exit 2."""
        see = tr("See '{command}'.", command=f"{self.prog} --help")
        streams.tell(f"{self.format_usage()}{self.prog}: {message}. {see}\n")
        sys.exit(exit_codes.USAGE)


def _wanted(action: argparse.Action) -> str:
    """What an option takes, for the message about a wrong value."""
    match action.choices:
        case range(step=1) as bounds:
            low, high = number(bounds[0]), number(bounds[-1])
            return tr("needs a whole number from {low} to {high}", low=low, high=high)
        case range(step=step) as bounds:
            low, high = number(bounds[0]), number(bounds[-1])
            return tr(
                "needs a multiple of {step} from {low} to {high}", step=step, low=low, high=high
            )
        case None:
            return tr("needs a whole number") if action.type is int else tr("needs a number")
        case choices:
            return tr("needs one of: {choices}", choices=join_list(map(str, choices)))


def digits_help() -> str:
    """How many digits a code may have."""
    return tr("{low} to {high}", low=DIGITS[0], high=DIGITS[-1])


def period_help() -> str:
    """How long a code may last."""
    return tr("seconds, {low} to {high}", low=PERIOD_S[0], high=PERIOD_S[-1])


def parse_time(text: str) -> float:
    """A Unix time in seconds; whole ones stay exact beyond 2**53, as far as floats go."""
    seconds = float(text)
    try:
        return int(text) if math.isfinite(seconds) else seconds
    except ValueError:
        return seconds
