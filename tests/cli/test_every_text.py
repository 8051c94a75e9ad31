"""All that the terminal prints on the usual ways of every verb, in its help and on wrong input
can be translated: it is printed in a pseudo-language."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from authenticator import language
from authenticator.app.reading import Source
from authenticator.app.time.check import TimeAnswer
from authenticator.cli.arguments import Parser
from authenticator.cli.main import VERBS
from authenticator.cli.terminal import Terminal
from authenticator.cli.verbs import doctor
from authenticator.compose import Services
from authenticator.otp.account import Account, Hotp, Label, Steam, Totp
from authenticator.otp.migration import write_migration
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from tests import pseudo
from tests.cli.conftest import Cli, Outcome, StandInDesktop
from tests.cli.test_time_by_terminal import ONE_OPERATOR, TWO_OPERATORS, agreed
from tests.services import pictures

KEY = "JBSWY3DPEHPK3PXP"
LABEL = ("--issuer", "Zone", "--account", "kim")
KIM = Account(Label("Zone", "kim"), Secret(b"12345678901234567890"), Totp())

VALUES = ("totp", "hotp", "steam", "SHA1", "SHA256", "SHA512", "True")
STAYS_ENGLISH = {
    "the program and its verbs": rf"\bauthenticator\b(?: (?:{'|'.join(VERBS)})\b)?",
    "options": r"--[a-z][a-z-]*",
    "links": r"otpauth(?:-migration)?://\S*",
    "keys and ids": r"\b(?:[0-9a-f]{16,}|[A-Z2-7]{16,})\b",
    "codes of Steam": r"\b[2-9BCDFGHJKMNPQRTVWXY]{5}\b",
    "fields, as --json and the options name them": r"(?m)^(?:id|issuer|account|type|algorithm|"
    r"digits|period|counter|pinned|group|notes|notice|uri|base32|hex|picture|raw_file) {2,}",
    "values of fields, as the options take them": rf"\b(?:{'|'.join(VALUES)})\b",
    "marks and names of checks: who asks for help quotes them": r"(?m)^(?:ok  |FAIL|none) "
    r"(?:program|folder|access|vault|settings|log|keyring|pictures|sandbox|pdf|opencv|zxing|zbar"
    r"|camera|certificates|languages|icons|time) +",
    "the file of the debug log": r"/logs/debug\.log\b",
    "names of libraries and systems": r"\b(?:Python|linux|OpenCV|zxing-cpp|zbar)\b",
    "what a system shuts a process off by": r"\b(?:Landlock|seccomp)\b",
    "units": r"(?<=\d )ms\b",
    "languages, each in itself": "|".join(language.LANGUAGES.values()),
}
"""Text that needs no translation or stays English: the reason, and its pattern."""


def left_over(text: str, data: str) -> list[str]:
    """Return what of a text is neither in the pseudo-language nor in the data."""
    for stays in STAYS_ENGLISH.values():
        text = re.sub(stays, " ", text)
    lines = pseudo.unspoken(text).splitlines()
    aloud = [line.strip() for line in lines if pseudo.escaped(line, data)]
    return aloud + pseudo.words_put_in(text, data)


@pytest.fixture(autouse=True)
def nobody_s_language(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(language, "use_chosen", lambda _: pseudo.speak())
    monkeypatch.setattr(doctor, "use", lambda _: None)  # it would switch back to English
    yield
    language.use("en")


@pytest.fixture
def option_words(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The value placeholders and choices in the usage of the last verb."""
    words: list[str] = []
    read = Parser.read

    def noted(parser: Parser, given: list[str]) -> object:
        words.clear()
        for action in parser._actions:
            words.extend([action.dest.upper(), *map(str, action.choices or ())])
            if not action.option_strings:
                words.append(action.dest)
            words.append(str(action.metavar or ""))
        return read(parser, given)

    monkeypatch.setattr(Parser, "read", noted)
    return words


Say = Callable[..., Outcome]


def checking(call: Cli, option_words: list[str]) -> Say:
    def say(*words: object, stdin: str = "", data: str = "") -> Outcome:
        option_words.clear()
        outcome = call(*words, stdin=stdin)
        given = [word for word in map(str, words[1:]) if not word.startswith("-")]
        known = " ".join([*given, *option_words, stdin, data])
        said = outcome.out + "\n" + outcome.messages
        assert left_over(said, known) == [], words
        return outcome

    return say


@pytest.fixture
def say(cli: Cli, option_words: list[str]) -> Say:
    """Run `authenticator WORDS` on a vault and check everything printed; `data` are names that may
    stand beside the text."""
    return checking(cli, option_words)


@pytest.fixture
def say_bare(bare: Cli, option_words: list[str]) -> Say:
    """The same without a vault or a passphrase."""
    return checking(bare, option_words)


@pytest.fixture
def someone_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody answers prompts; passphrases are always the same."""

    def typed(prompt: str, stream: object) -> str:
        stream.write(f"{prompt}\n")
        return "correct horse"

    monkeypatch.setattr(Terminal, "interactive", True)
    monkeypatch.setattr("getpass.getpass", typed)


def test_overview_and_version_are_translatable(say_bare: Say) -> None:
    assert "⟦" in say_bare("--help").out
    say_bare("--version")


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_every_verb_is_translatable(say_bare: Say, verb: str) -> None:
    outcome = say_bare(verb, "--help")
    assert outcome.out.count("⟦") > 4


@pytest.mark.parametrize(
    "words",
    [
        ("cod",),
        ("code",),
        ("code", "x", "--nonsense"),
        ("code", "x", "--at", "soon"),
        ("code", "x", "--at"),
        ("verify", "x", "1", "--steps", "2000"),
        ("list", "--sort", "x"),
        ("list", "--json=1"),
        ("make-enrolment", "x", "--bits", "9"),
        ("watch", "--steps", "x"),
        ("time", "--apply", "--clear"),
        ("scan",),
        ("add",),
        ("inspect",),
    ],
)
def test_usage_errors_are_translatable(say_bare: Say, words: tuple[str, ...]) -> None:
    assert say_bare(*words, data="code").exit_code == 2


def test_account_verbs_are_translatable(
    say: Say, stored: Callable[[Account], str], home: Path
) -> None:
    say("list")
    by_hand = ("add", *LABEL, "--key-file", "-")
    for _ in range(2):
        say(*by_hand, stdin=KEY)
    say(
        "edit",
        "kim",
        "--group",
        "Team",
        "--notes-file",
        "-",
        "--pin",
        "--first",
        stdin="blue",
        data="Zone",
    )
    for words in (("list",), ("list", "--sort", "name"), ("show", "kim", "--reveal")):
        say(*words, data="Zone kim Team blue")
    say("remove", "kim", data="Zone")
    say("list", "--bin", data="Zone kim")
    say(*by_hand, stdin=KEY)
    say("remove", "kim", "--undo", data="Zone")
    say("remove", "nobody", "--undo")
    say("code", "kim", data="Zone")  # there are two of them
    say("remove", "kim", "--now", data="Zone")
    say("code", "nobody")
    for otp in (Hotp(), Steam()):
        say(
            "add", "-", stdin=write_uri(Account(Label("Wiki", type(otp).__name__), KIM.secret, otp))
        )
    say("add", "-", stdin=KEY)
    say("code", "hotp", "--at", "1")
    say("code", "Wiki Steam", "--at", "-5")
    say("show", "hotp", data="Wiki Hotp")
    say(*("add", *LABEL, "--key-file", "-", "--digits", "99", "--period", "0"), stdin="1")
    say(*("add", *LABEL, "--key-file", "-", "--algorithm", "MD5", "--type", "x"), stdin="1!")


def test_permanent_removal_is_translatable(say: Say, stored: Say, someone_there: None) -> None:
    id = stored(KIM)
    say("remove", id, "--now", stdin="no\n", data="Zone kim")
    say("remove", id, data="Zone kim")
    assert "⟦" in say("remove", id, "--now", stdin="yes\n", data="Zone kim").out


def test_damaged_accounts_are_translatable(say: Say, stored: Say, home: Path) -> None:
    id = stored(KIM)
    with sqlite3.connect(home / "vault.db") as file:
        file.execute("UPDATE account SET meta = x'00'")
    say("list")
    say("code", id)
    say("watch", "--steps", "0")


def test_watch_is_translatable(say: Say, stored: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(KIM)
    stored(Account(Label("Wiki"), KIM.secret, Hotp()))
    say("watch", "--steps", "0", data="Zone kim")
    say("watch", "nobody", "--steps", "0")
    monkeypatch.setattr(Terminal, "rolling", True)
    say("watch", "--steps", "0", data="Zone kim Wiki")
    monkeypatch.setenv("LINES", "3")
    monkeypatch.setenv("COLUMNS", "80")
    say("watch", "--steps", "0", data="Zone kim Wiki")


@pytest.mark.parametrize("otp", [Totp(), Hotp()])
def test_verify_is_translatable(say: Say, stored: Say, otp: Totp | Hotp) -> None:
    id = stored(Account(Label("Zone", "kim"), KIM.secret, otp))
    # At 59 s by RFC 6238, its SHA256 and its 8 digits, far away, and nowhere.
    for code in ("287082", "755224", "119246", "94287082", "081804", "111111", "x"):
        say("verify", id, code)
        if isinstance(otp, Totp):
            say("verify", id, code, "--at", "59")


@pytest.mark.parametrize(
    "link",
    [
        f"otpauth://totp/Zone:kim?secret={KEY}&digits=9&algorithm=MD5&issuer=Wiki&x=1",
        f"otpauth://totp/Zone:kim?secret={KEY.lower()}=&digits=7&period=60&issuer=Wiki&image=x",
        f"otpauth://hotp/kim?secret={KEY}&algorithm=sha512",
        "otpauth://totp/",
        write_uri(KIM),
        "https://example.org",
        write_migration([KIM], batch_id=1)[0],
    ],
)
def test_inspect_is_translatable(say: Say, link: str) -> None:
    say("inspect", "--uri-file", "-", stdin=link, data="Zone kim Wiki sha512")


def test_picture_verbs_are_translatable(say: Say, desktop: StandInDesktop, tmp_path: Path) -> None:
    made, blank, part = (tmp_path / name for name in ("made.png", "blank.png", "part.png"))
    new = ("make-enrolment", made, *LABEL)
    for _ in range(2):
        say(*new)
    accounts = [KIM, Account(Label("Wiki", "kim"), KIM.secret)]
    plane = np.full((200, 200), 255, np.uint8)
    blank.write_bytes(pictures.encoded(plane))
    part.write_bytes(pictures.qrencode_png(write_migration(accounts, batch_id=1, per_part=1)[0]))
    for picture in (made, blank, part, tmp_path / "none.png", tmp_path):
        say("inspect", picture, data="Zone kim")
        say("scan", picture, "--add", data="Zone kim")
        say("scan", picture)
    say("scan", "--screen", "--clipboard")
    desktop.shown = [plane, pictures.qr_pixels(write_uri(KIM))]
    desktop.copied = [Source("", text=f"{write_uri(KIM)}\nhttps://example.org")]
    say("scan", "--screen", "--clipboard", "--add", data="Zone kim https example org")
    say("scan", "--camera", "77")
    say("scan", "--camera", tmp_path / "none.avi")


def test_environment_errors_are_translatable(
    say_bare: Say, passphrase_file: Path, home: Path, tmp_path: Path
) -> None:
    names = "panel enrolment png Panel Example example org kim"  # names in the sample
    with_passphrase = ("--passphrase-file", passphrase_file)
    say_bare("demo", data=names)
    say_bare("doctor", data=str(home))
    say_bare("doctor", "--set-aside")
    say_bare("code", "kim")
    say_bare("add", *LABEL, "--key-file", "-", stdin=KEY)
    say_bare("add", *LABEL, "--key-file", "-", *with_passphrase, stdin=KEY)
    say_bare("doctor", data=str(home))
    say_bare("doctor", "--set-aside")
    say_bare("list")
    wrong = tmp_path / "wrong"
    wrong.write_text("nonsense")
    say_bare("list", "--passphrase-file", wrong)
    say_bare("list", "--passphrase-file", tmp_path / "none")
    (home / "settings.json").write_text("{")
    say_bare("list", *with_passphrase, data=f"Zone kim settings json aside unreadable {home}")
    (home / "vault.db").write_bytes(b"garbage" * 1000)
    say_bare("list", *with_passphrase, data=f"{home} vault db")
    say_bare("doctor", "--set-aside", data=f"{home} vault db aside")


def test_passphrase_prompt_is_translatable(say_bare: Say, someone_there: None) -> None:
    assert say_bare("add", *LABEL, "--key-file", "-", stdin=KEY).exit_code == 0
    say_bare("list", data="Zone kim")


@pytest.mark.parametrize(
    "answer",
    [
        agreed(0.2, TWO_OPERATORS),
        agreed(-20.0, TWO_OPERATORS),
        agreed(300.0, TWO_OPERATORS),
        agreed(300.0, ONE_OPERATOR),
    ],
)
def test_time_is_translatable(
    say_bare: Say, answer: TimeAnswer, someone_there: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Services, "ask_time", lambda *_, **__: answer)
    hosts = " ".join((*ONE_OPERATOR, *TWO_OPERATORS))
    say_bare("time", data=hosts)
    for yes in ("n\n", "y\n"):
        say_bare("time", "--apply", stdin=yes, data=hosts)
    say_bare("time", "--status")
    say_bare("doctor", data=str(Services.for_user().home))
    say_bare("time", "--clear")


def test_unreachable_time_servers_are_translatable(say_bare: Say) -> None:
    say_bare("time", "--server", "127.0.0.1:1")
    say_bare("time", "--server", "nobody.invalid", "--server", "https://127.0.0.1:1")


def test_check_detects_untranslated_text() -> None:
    said = pseudo.Pseudo().gettext
    assert left_over(said("Code of {name} copied").format(name="Zone"), "Zone") == []
    assert left_over("Copied\n" + said("at once"), "") == ["Copied"]
    assert left_over(said("kept in the {store}").format(store="keyring"), "") == ["keyring"]
    assert left_over("issuer     Zone\nthe issuer", "Zone") == ["the issuer"]
