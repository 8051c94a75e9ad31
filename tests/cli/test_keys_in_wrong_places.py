"""A key typed where something else belongs is in no message, for scripts log those."""

import argparse
import importlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authenticator.cli.arguments import Parser
from authenticator.cli.main import VERBS
from authenticator.compose import Services
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from tests.cli.conftest import Cli, Outcome

KIM = Account(Label("Zone", "kim"), Secret(b"12345678901234567890"))

USUAL = {
    "scan": ["none.png"],
    "add": ["--account", "kim", "--key-file", "-"],
    "show": ["kim"],
    "code": ["kim"],
    "edit": ["kim"],
    "remove": ["kim"],
    "watch": ["kim", "--steps", "0"],
    "inspect": ["--uri-file", "-"],
    "verify": ["kim", "123456"],
    "make-enrolment": ["made.png"],
    "passphrase": ["change"],
    "move-store": ["sealed"],
}
"""A valid command line for each verb."""

SHOWN_AS_GIVEN = {
    "add": {"issuer", "account"},
    "edit": {"issuer", "account", "groups", "icon"},
    "make-enrolment": {"issuer", "account", "picture", "raw_file"},
    "time": {"server"},
}
"""Names of accounts, of files to write and of servers are repeated as given."""


def actions(verb: str) -> list[argparse.Action]:
    parser = Parser(verb, "")
    parser.add_argument("--json", action="store_true")
    importlib.import_module(f"authenticator.cli.verbs.{verb.replace('-', '_')}").arguments(parser)
    return [one for one in parser._actions if one.dest not in SHOWN_AS_GIVEN.get(verb, ())]


def as_a_value(verb: str, action: argparse.Action, key: str) -> Iterator[tuple[list[str], int]]:
    """Yield words that give a key to an option or a positional, with the expected exit code."""
    usual = USUAL.get(verb, [])
    if not action.option_strings:
        if action.dest == "code":
            yield ["kim", key], 3
        elif action.choices:
            yield [key], 2
        else:
            rest = [] if verb in ("add", "inspect") else usual[1:]
            yield [key, *rest], 0 if verb == "watch" else 3
        return
    option = action.option_strings[-1]
    if action.nargs == 0:
        yield [*usual, f"{option}={key}"], 2
        yield [*usual, option, key], 0 if option == "--help" else 2
        return
    if action.dest == "counter":
        usual = [*usual, "--type", "hotp"]  # other types have no counter and ignore it
    number_or_choice = action.type not in (None, Path) or action.choices
    for given_ in ([option, key], [f"{option}={key}"]):
        yield [*usual, *given_], 2 if number_or_choice else 3


def astray(verb: str, key: str) -> Iterator[tuple[list[str], int]]:
    """Yield words that fit no option of this verb and hold a key."""
    usual = USUAL.get(verb, [])
    yield [*usual, key], 3 if verb == "scan" else 2
    for word in (f"--{key}", f"-k{key}", f"-h{key}", f"--secr{key}", f"--secr={key}"):
        if " " not in word:  # a word with a space is no option to argparse
            yield [*usual, word], 2
    yield [*usual, "--secr", key], 2


def letters_of(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


@st.composite
def keys(draw: st.DrawFn) -> str:
    """As panels write them: whole or in groups, upper or lower case."""
    key = Secret(draw(st.binary(min_size=10, max_size=20))).base32()
    if re.search("[2-7]", key) and draw(st.booleans()):
        key = key.lower()
    mark = draw(st.sampled_from(["", " ", "-"]))
    return mark.join(key[place : place + 4] for place in range(0, len(key), 4))


Say = Callable[[str, list[str]], Outcome]


@pytest.fixture
def say(
    cli: Cli,  # provides the vault
    bare: Cli,
    stored: Callable[[Account], str],
    passphrase_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Say]:
    stored(KIM)
    monkeypatch.chdir(tmp_path)
    services = Services.for_user()
    monkeypatch.setattr(
        Services, "for_user", lambda: services
    )  # starts the picture reader only once

    def call(verb: str, words: list[str]) -> Outcome:
        opening = any(one.dest == "passphrase_file" for one in actions(verb))
        passphrase = ["--passphrase-file", passphrase_file] if opening else []
        return bare(verb, *passphrase, *words, stdin="GEZDGNBVGY3TQOJQ")

    yield call
    services.close()


@pytest.mark.parametrize("verb", VERBS)
@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(key=keys())
def test_misplaced_key_is_never_repeated(say: Say, verb: str, key: str) -> None:
    ways = list(astray(verb, key))
    for action in actions(verb):
        ways += as_a_value(verb, action, key)
        ways += as_a_value(verb, action, f"otpauth://totp/kim?secret={letters_of(key)}")
    letters = letters_of(key)
    pieces = {letters[start : start + 8] for start in range(len(letters) - 7)}
    for words, exit_code in ways:
        outcome = say(verb, words)
        told = letters_of(outcome.out + outcome.messages)
        assert not [piece for piece in pieces if piece in told], (words, outcome)
        assert outcome.exit_code == exit_code, (words, outcome)
