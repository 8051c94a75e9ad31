"""`add --key-file`: the right key, or a refusal that says what to look at; never another key."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import segno

from authenticator.cli import streams
from authenticator.cli.terminal import Terminal
from authenticator.otp.secret import Secret

KEY = "QX4M7ZB2TKNE5RYVHD3WCLJ6GAPUFS2I"
HEX = "5f0caf3a0391b2c7d8e96471a0bb2c3d4e5f6071"
ADD = ("add", "--issuer", "Zone", "--account", "kim", "--key-file", "-", "--json")


def oath(secret: Secret) -> str:
    """The code at 59 s by oathtool."""
    words = ["oathtool", "--totp", "-N", "@59", secret.key.hex()]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def code_of(cli: Callable) -> str:
    return cli("code", "kim", "--at", 59).out.strip()


@pytest.mark.parametrize("label", ["key=", "Secret = ", "Schlüssel: ", "<b>Key:</b> "])
def test_add_leaves_label_out_and_says_so(cli: Callable, label: str) -> None:
    told = cli(*ADD, stdin=f"{label}{KEY}\n").only
    assert "left out" in told["notices"][0]
    assert code_of(cli) == oath(Secret.from_base32(KEY))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (KEY[:31], "31 letters: is one missing?"),
        (f"{KEY}A", "33 letters: is one too many?"),
        (KEY.title(), "Capital and small letters are mixed"),
        (f"lain text key{KEY[:4]} {KEY[4:]}", "mixed"),
        (f"TOTP {KEY}", "Is 'TOTP' a part of the key?"),
        ("JBSWY3DP", "only 8 letters"),
        ("abcd-efgh", "recovery code"),
        (HEX, "hex, with 40 digits"),
    ],
)
def test_add_refuses_doubtful_key_unless_it_is_to_be_taken_as_given(
    cli: Callable, key: str, words: str
) -> None:
    refused = cli(*ADD, stdin=key)
    assert refused.exit_code == 3
    assert words in refused.messages
    assert "--as-given" in refused.messages
    assert key[-8:] not in refused.messages
    assert cli("list").out == ""
    assert cli(*ADD, "--as-given", stdin=key).only["outcome"] == "added"


def test_add_takes_hex_key_as_hex(cli: Callable) -> None:
    cli(*ADD, "--key-encoding", "hex", stdin=HEX)
    assert code_of(cli) == oath(Secret(bytes.fromhex(HEX)))


@pytest.mark.parametrize(
    ("encoding", "secret"),
    [
        ("hex", Secret(bytes.fromhex("ABCDEF23" * 8))),
        ("base32", Secret.from_base32("ABCDEF23" * 8)),
    ],
)
def test_add_asks_which_where_a_key_is_hex_or_base32(
    cli: Callable, encoding: str, secret: Secret
) -> None:
    for options in ((), ("--as-given",)):
        refused = cli(*ADD, *options, stdin="ABCDEF23" * 8)
        assert refused.exit_code == 3
        assert "--key-encoding base32 or --key-encoding hex" in refused.messages
    cli(*ADD, "--key-encoding", encoding, stdin="ABCDEF23" * 8)
    assert code_of(cli) == oath(secret)


def test_add_tells_wrong_character_by_group_and_what_it_may_be(cli: Callable) -> None:
    refused = cli(*ADD, stdin="QX4M 7ZB2 TK0E 5RYV")
    assert refused.exit_code == 3
    assert "'0': character 3 of group 3" in refused.messages
    assert "letter O" in refused.messages


def test_add_without_names_works_and_says_so(cli: Callable) -> None:
    told = cli("add", "--key-file", "-", stdin=KEY)
    assert told.exit_code == 0
    assert "--issuer and --account" in told.messages


def test_add_keeps_name_with_a_colon_and_says_so(cli: Callable) -> None:
    words = ("add", "--account", "Panel Wiki:Kim", "--key-file", "-", "--json")
    told = cli(*words, stdin=KEY)
    assert (told.only["issuer"], told.only["account"]) == ("", "Panel Wiki:Kim")
    assert "If 'Panel Wiki' is the issuer" in told.messages
    assert cli(*words, "--again", "--as-given", stdin=KEY).messages == ""


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A person at the terminal, who gives these answers."""
    given: list[str] = []
    monkeypatch.setattr(Terminal, "interactive", property(lambda _: True))
    monkeypatch.setattr(streams, "answer", lambda: given.pop(0))
    return given


def test_add_without_names_asks_a_person(cli: Callable, answers: list[str], tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    answers += ["Zone\n", " kim \n"]
    told = cli("add", "--key-file", tmp_path / "key", "--json").only
    assert (told["issuer"], told["account"]) == ("Zone", "kim")


@pytest.mark.parametrize(
    ("answer", "issuer", "account"), [("y", "Panel Wiki", "Kim"), ("n", "", "Panel Wiki:Kim")]
)
def test_add_parts_name_with_a_colon_after_a_yes(
    cli: Callable, answers: list[str], tmp_path: Path, answer: str, issuer: str, account: str
) -> None:
    (tmp_path / "key").write_text(KEY)
    answers.append(answer)
    words = ("--account", "Panel Wiki:Kim", "--key-file", tmp_path / "key", "--json")
    told = cli("add", *words).only
    assert (told["issuer"], told["account"]) == (issuer, account)


@pytest.mark.parametrize("text", [KEY, f"secret={KEY}", HEX])
def test_scan_of_a_bare_key_says_how_to_add_it(cli: Callable, tmp_path: Path, text: str) -> None:
    segno.make_qr(text).save(tmp_path / "key.png", scale=4)
    seen = cli("scan", tmp_path / "key.png", "--json")
    assert (seen.exit_code, seen.only["payloads"][0]["text"]) == (0, text)
    assert "authenticator add --key-file" in seen.messages
    refused = cli("scan", tmp_path / "key.png", "--add")
    assert refused.exit_code == 3
    assert "authenticator add --key-file" in refused.messages
    assert text[-8:] not in refused.messages + refused.out
    assert cli("list").out == ""


def test_add_of_a_file_with_a_bare_key_says_how_to_add_it(cli: Callable) -> None:
    refused = cli("add", "-", stdin=KEY)
    assert refused.exit_code == 3
    assert "--key-file" in refused.messages
    assert KEY[:8] not in refused.messages


def test_add_of_a_key_that_is_here_under_another_name_says_so(cli: Callable) -> None:
    first = cli(*ADD, stdin=KEY).only
    words = ("add", "--issuer", "Zone", "--account", "lee", "--key-file", "-")
    told = cli(*words, "--json", stdin=f"key={KEY}").only
    assert [one["id"] for one in told["same_key"]] == [first["id"]]
    again = cli(*words[:4], "pat", *words[5:], stdin=KEY)
    assert first["id"] in again.out + again.messages
