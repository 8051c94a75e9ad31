"""Command lines read without ever repeating a value: someone will type a key there."""

import argparse
import sys
from typing import NoReturn

from authenticator.language import later, tr

_ARGPARSE_SAYS = (
    later("usage: "),
    later("positional arguments"),
    later("options"),
    later("show this help message and exit"),
    later("the following arguments are required: %s"),
    later("argument %(argument_name)s: %(message)s"),
    later("expected one argument"),
    later("ignored explicit argument %r"),
    later("invalid %(type)s value: %(value)r"),
    later("invalid choice: %(value)r (choose from %(choices)s)"),
    later("not allowed with argument %s"),
)
"""Of argparse's own texts those that may be seen here, as it asks gettext for them."""

argparse._ = tr  # type: ignore[attr-defined] # it would ask the system's own catalogues


class Parser(argparse.ArgumentParser):
    """argparse that names options, but never echoes what was given to an unknown one."""

    def __init__(self, verb: str, summary: str) -> None:
        # Abbreviated options would let `--key SECRET` pass for `--key-file SECRET`.
        super().__init__(prog=f"authenticator {verb}", description=summary, allow_abbrev=False)

    def read(self, words: list[str]) -> argparse.Namespace:
        """The chosen options; ends the program with exit 2 when the words make no sense."""
        chosen, unknown = self.parse_known_args(words)
        if unknown:
            options = [word.partition("=")[0] for word in unknown if word.startswith("-")]
            self.error(" ".join((tr("more words than this verb knows"), *options)))
        return chosen

    def error(self, message: str) -> NoReturn:
        """Usage and the fault on stderr, exit 2."""
        self.print_usage(sys.stderr)
        see = tr("See '{command}'.", command=f"{self.prog} --help")
        sys.stderr.write(f"{self.prog}: {message}. {see}\n")
        sys.exit(2)


def moment(text: str) -> float:
    """A Unix time in seconds; whole ones stay exact beyond 2**53."""
    try:
        return int(text)
    except ValueError:
        return float(text)
