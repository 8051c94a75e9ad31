"""Accounts with a PIN: it comes from a file or a person, and is shown by nothing but --reveal."""

from collections.abc import Callable
from pathlib import Path

import pytest

from authenticator.cli import streams
from authenticator.cli.terminal import Terminal
from authenticator.otp.account import Account, Label, MobileOtp, Yandex
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri, write_uri
from authenticator.scan.qr_encoder import qr_png
from tests.cli.conftest import Cli

KEY = "e3152afee62599c8"
MOTP = f"motp://VPN:kim?secret={KEY}"
YANDEX = "otpauth://yaotp/kim?secret=LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI"
TOTP = "otpauth://totp/Panel:kim?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Panel"
VPN = Account(Label("VPN", "kim"), Secret(bytes.fromhex(KEY), "1234"), MobileOtp())


@pytest.fixture
def pin_file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "pin"
        file.write_text(text)
        return file

    return write


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person will type; the prompts are put in their place."""
    given: list[str] = []
    monkeypatch.setattr(Terminal, "interactive", True)
    monkeypatch.setattr(streams, "hidden_answer", lambda prompt: given.pop(0))
    return given


def test_add_links_takes_a_line_of_the_pin_file_for_each_that_needs_one(
    cli: Cli, pin_file: Callable[[str], Path]
) -> None:
    added = cli(
        *("add", "-", "--json", "--pin-file", pin_file("1234\n\n7586\n")),
        stdin=f"{MOTP}\n{TOTP}\n{YANDEX}\n",
    )
    assert added.exit_code == 0, added.messages
    assert [one["type"] for one in added.objects] == ["motp", "totp", "yandex"]
    assert cli("code", "VPN", "--at", 165892298, "--json").only["code"] == "e7d8b6"
    assert cli("code", "Yandex", "--at", 1581064020).out == "oactmacq\n"


def test_add_by_name_and_key(cli: Cli, pin_file: Callable[[str], Path]) -> None:
    added = cli(
        *("add", "--type", "motp", "--issuer", "VPN", "--account", "kim", "--key-file", "-"),
        *("--pin-file", pin_file("1234"), "--json"),
        stdin=f"{KEY}\n",
    ).only
    assert (added["type"], added["algorithm"]) == ("motp", "MD5")
    assert (added["digits"], added["period"], added["counter"]) == (6, 10, None)
    assert cli("code", added["id"], "--at", 123456789).out == "4ebfb2\n"


def test_add_without_the_pin_adds_the_others_and_says_how_to_give_it(cli: Cli) -> None:
    added = cli("add", "-", "--json", stdin=f"{MOTP}\n{TOTP}\n")
    assert added.exit_code == 3
    assert [one["issuer"] for one in added.objects] == ["Panel"]
    assert "VPN: kim" in added.messages
    assert "--pin-file" in added.messages


@pytest.mark.parametrize(
    ("link", "pin", "told"),
    [(MOTP, "12 34", "PIN"), (MOTP, "1", "4 to 16"), (YANDEX, "12345", "4")],
)
def test_pin_that_can_not_be_one_is_refused_and_not_repeated(
    cli: Cli, pin_file: Callable[[str], Path], link: str, pin: str, told: str
) -> None:
    added = cli("add", "-", "--pin-file", pin_file(pin), stdin=link)
    assert added.exit_code == 3
    assert told in added.messages
    assert pin == "1" or pin not in added.messages + added.out
    assert cli("list").out == ""


def test_person_is_asked_until_it_can_be_the_pin(cli: Cli, answers: list[str]) -> None:
    answers += ["123", "1234"]
    assert cli("add", "-", stdin=MOTP).exit_code == 0
    assert answers == []
    assert cli("code", "VPN", "--at", 165892298).out == "e7d8b6\n"


def test_person_who_types_nothing_stops_this_account_only(cli: Cli, answers: list[str]) -> None:
    answers += [""]
    added = cli("add", "-", "--json", stdin=f"{MOTP}\n{TOTP}\n")
    assert added.exit_code == 3
    assert [one["issuer"] for one in added.objects] == ["Panel"]


def test_pin_of_an_account_that_is_there_already_is_not_asked_for(
    cli: Cli, stored: Callable[[Account], str]
) -> None:
    id = stored(VPN)
    again = cli("add", "-", "--json", stdin=MOTP)
    assert (again.exit_code, again.only["id"], again.only["outcome"]) == (0, id, "kept")


def test_another_pin_is_an_update(cli: Cli, stored: Callable[[Account], str]) -> None:
    id = stored(VPN)
    link = write_uri(VPN.with_pin("9999"))
    left = cli("add", "-", "--json", stdin=link)
    assert (left.exit_code, left.only["outcome"]) == (3, "left")
    assert "another PIN" in cli("add", "-", stdin=link).messages
    updated = cli("add", "-", "--update", "--json", stdin=link)
    assert (updated.exit_code, updated.only["id"], updated.only["outcome"]) == (0, id, "updated")
    expected = code_at(VPN.with_pin("9999"), 1_800_000_000).value
    assert cli("code", id, "--at", 1_800_000_000).out == f"{expected}\n"


def test_update_of_a_name_keeps_the_pin_and_asks_for_none(
    cli: Cli, stored: Callable[[Account], str]
) -> None:
    id = stored(VPN)
    renamed = cli("add", "-", "--update", "--json", stdin=MOTP.replace("kim", "eve"))
    assert (renamed.exit_code, renamed.only["id"], renamed.only["account"]) == (0, id, "eve")
    assert cli("code", id, "--at", 165892298).out == "e7d8b6\n"


def test_update_to_a_type_with_a_pin_needs_one(
    cli: Cli, stored: Callable[[Account], str], pin_file: Callable[[str], Path]
) -> None:
    id = stored(Account(VPN.label, Secret(VPN.secret.key)))
    assert cli("add", "-", "--update", stdin=MOTP).exit_code == 3
    updated = cli("add", "-", "--update", "--json", "--pin-file", pin_file("1234"), stdin=MOTP)
    assert (updated.exit_code, updated.only["id"], updated.only["type"]) == (0, id, "motp")
    assert cli("code", id, "--at", 165892298).out == "e7d8b6\n"


def test_scan_adds_what_needs_no_pin_and_tells_of_the_other(
    cli: Cli, tmp_path: Path, pin_file: Callable[[str], Path]
) -> None:
    pictures = [tmp_path / "motp.png", tmp_path / "totp.png"]
    for picture, link in zip(pictures, (MOTP, TOTP), strict=True):
        picture.write_bytes(qr_png(link))
    scanned = cli("scan", "--add", "--json", *pictures)
    assert scanned.exit_code == 3
    assert [len(one["added"]) for one in scanned.objects] == [0, 1]
    assert "VPN: kim" in scanned.messages
    scanned = cli("scan", "--add", "--json", pictures[0], "--pin-file", pin_file("1234"))
    assert scanned.only["added"][0]["type"] == "motp"


@pytest.mark.parametrize("words", [["add", "-"], ["add", "--account", "kim", "--key-file", "-"]])
def test_add_refuses_two_files_on_stdin(cli: Cli, words: list[str]) -> None:
    assert cli(*words, "--pin-file", "-", stdin=MOTP).exit_code == 2


def test_pin_given_in_place_of_its_file_is_not_repeated(cli: Cli) -> None:
    told = cli("add", "-", "--pin-file", "83179264", stdin=MOTP)
    assert told.exit_code == 3
    assert "83179264" not in told.messages + told.out


def test_edit_changes_the_pin(
    cli: Cli, stored: Callable[[Account], str], pin_file: Callable[[str], Path]
) -> None:
    id = stored(VPN)
    edited = cli("edit", id, "--pin-file", "-", stdin="9999\n")
    assert edited.exit_code == 0
    assert "Its codes differ now" in edited.messages
    expected = code_at(VPN.with_pin("9999"), 1_800_000_000).value
    assert cli("code", id, "--at", 1_800_000_000).out == f"{expected}\n"
    assert cli("edit", id, "--type", "totp", "--pin-file", pin_file("1234")).exit_code == 3
    assert cli("edit", id, "--type", "totp").exit_code == 0
    back = cli("edit", id, "--type", "motp")
    assert (back.exit_code, "--pin-file" in back.messages) == (3, True)


def test_list_and_show_name_the_type_and_hide_the_pin(
    cli: Cli, stored: Callable[[Account], str]
) -> None:
    vpn = stored(VPN.with_pin("83179264"))
    stored(Account(Label("Yandex", "kim"), Secret(b"sixteen bytes...", "75861234"), Yandex()))
    listed = cli("list", "--json")
    assert [one["type"] for one in listed.objects] == ["motp", "yandex"]
    assert [one["period"] for one in listed.objects] == [10, 30]
    shown = cli("show", vpn)
    assert "83179264" not in listed.out + shown.out + cli("show", vpn, "--json").out
    uri = cli("show", vpn, "--reveal", "--json").only["uri"]
    assert read_uri(uri).account == VPN.with_pin("83179264")


def test_verify_finds_the_step_of_a_code_with_letters(
    cli: Cli, stored: Callable[[Account], str]
) -> None:
    stored(VPN)
    told = cli("verify", "VPN", "E7D 8B6", "--at", 165892318, "--json").only
    assert (told["matches"], told["away"]) == (True, -2)
    assert told["valid_until"] - told["valid_from"] == 10
    assert cli("verify", "VPN", "000000", "--at", 165892318).exit_code == 3


def test_verify_tells_whose_code_with_letters_it_is(
    cli: Cli, stored: Callable[[Account], str]
) -> None:
    stored(VPN)
    other = Account(Label("Other", "kim"), Secret(b"12345678", "9999"), MobileOtp())
    id = stored(other)
    stored(Account(Label("Yandex", "kim"), Secret(b"sixteen bytes...", "7586"), Yandex()))
    code = code_at(other, 1_800_000_000).value
    told = cli("verify", "VPN", code.upper(), "--at", 1_800_000_000, "--json")
    assert told.exit_code == 3
    assert [owner["id"] for owner in told.only["owners"]] == [id]
    told = cli("verify", "Yandex", "abcdefgh", "--at", 1_800_000_000, "--json")
    assert (told.exit_code, told.only["owners"]) == (3, [])


def test_watch_shows_codes_with_letters(cli: Cli, stored: Callable[[Account], str]) -> None:
    stored(VPN)
    told = cli("watch", "VPN", "--steps", 0, "--json").only
    shown = {code_at(VPN, told["valid_from"] + second).value for second in range(10)}
    assert shown == {told["code"]}


def test_inspect_tells_whether_the_link_has_the_pin(cli: Cli) -> None:
    told = cli("inspect", "--uri-file", "-", stdin=MOTP)
    assert told.exit_code == 0
    assert "Mobile-OTP" in told.out
    assert "asked for" in told.out
    with_pin = cli("inspect", "--uri-file", "-", stdin=write_uri(VPN.with_pin("83179264")))
    assert "in the link" in with_pin.out
    assert "83179264" not in with_pin.out + with_pin.messages
    read = cli("inspect", "--uri-file", "-", "--json", stdin=YANDEX).only["read"]
    assert (read["type"], read["algorithm"], read["digits"]) == ("yandex", "SHA256", 8)


@pytest.mark.parametrize("kind", ["motp", "yandex"])
def test_make_enrolment_makes_a_link_as_panels_do(cli: Cli, tmp_path: Path, kind: str) -> None:
    made = cli("make-enrolment", tmp_path / "made.png", "--type", kind, "--json").only
    account = read_uri(made["uri"]).account
    assert account.lacks_pin
    assert account.secret.key.hex() == made["hex"]
