"""The command line as its own parsers know it, for what is written from it: completions, manual."""

import argparse
import importlib
from dataclasses import dataclass
from pathlib import Path

from authenticator.cli.arguments import Parser
from authenticator.cli.main import VERBS, common_arguments


@dataclass(frozen=True, slots=True)
class Word:
    """An option by its names, or (without any) a word of its own. `value` is what it takes, empty
    for a switch; `choices` are all values where they are few."""

    names: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    is_file: bool
    help: str


@dataclass(frozen=True, slots=True)
class Verb:
    name: str
    summary: str
    options: tuple[Word, ...]
    words: tuple[Word, ...]


def verbs() -> list[Verb]:
    """Every verb, in the order of `authenticator --help`."""
    return [_verb(name, summary) for name, summary in VERBS.items()]


def _verb(name: str, summary: str) -> Verb:
    parser = Parser(name, summary)
    common_arguments(parser)
    importlib.import_module(f"authenticator.cli.verbs.{name.replace('-', '_')}").arguments(parser)
    actions = [_word(action) for action in parser._actions]  # noqa: SLF001 - nothing else lists them
    return Verb(
        name,
        summary,
        tuple(word for word in actions if word.names),
        tuple(word for word in actions if not word.names),
    )


def _word(action: argparse.Action) -> Word:
    choices = () if action.choices is None else tuple(map(str, action.choices))
    value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
    return Word(
        tuple(action.option_strings),
        value,
        choices if len(choices) < 10 else (),
        action.type is Path,
        (action.help or "").replace("%%", "%"),
    )
