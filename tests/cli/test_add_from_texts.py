"""`add` and `scan` on texts: the same accounts, faults by line, a bad entry stops none."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from authenticator.app.reading import Source
from authenticator.otp.account import Account, Label
from authenticator.otp.migration import write_migration
from authenticator.otp.protobuf import write_bytes, write_number
from authenticator.otp.secret import Secret
from tests.cli.conftest import Cli, Outcome, StandInDesktop

KEYS = (
    "7XKQ4ZB5LRVYHN2WTDMC6JGA3PEUFSO2",
    "HN2WTDMC6JGA3PEUFSO27XKQ4ZB5LRVY",
    "JGA3PEUFSO27XKQ4ZB5LRVYHN2WTDMC6",
)
NAMES = ["Dock", "Ferry", "Girder"]
LINKS = [
    f"otpauth://totp/{name}:lou?secret={key}&issuer={name}"
    for name, key in zip(NAMES, KEYS, strict=True)
]

LISTS = {
    "comment": "# my tokens\n" + "\n".join(LINKS) + "\n",
    "windows lines": "\r\n".join(LINKS),
    "csv": "name,otp\n" + "".join(f"row,{link}\n" for link in LINKS),
    "json": '{"tokens": ["' + '", "'.join(LINKS) + '"]}',
    "markdown": "".join(f"- [{at}]({link}).\n" for at, link in enumerate(LINKS)),
    "html": "".join(f'<a href="{link.replace("&", "&amp;")}">x</a>\n' for link in LINKS),
    "zbarimg": "".join(f"QR-Code:{link}\n" for link in LINKS) + "scanned 3 barcode symbols\n",
    "one line": " ".join(LINKS),
    "inside links": "\n".join(f"https://c.example/?d={quote(link, safe='')}&s=3" for link in LINKS),
    "mail": "Dear Lou,\n\nyour links: " + ", ".join(LINKS) + ".\n\nRegards\n",
}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]


def by_way(way: str, cli: Cli, desktop: StandInDesktop, file: Path, *words: str) -> Outcome:
    """Give a text file to `add` by name or on stdin, or to `scan` by name or by clipboard."""
    match way:
        case "add":
            return cli("add", file, "--json", *words)
        case "scan":
            return cli("scan", file, "--add", "--json", *words)
        case _:
            desktop.copied = [Source("the text", text=file.read_text("utf-8-sig"))]
            return cli("scan", "--clipboard", "--add", "--json", *words)


def added(outcome: Outcome) -> list[str]:
    return [one["issuer"] for line in outcome.objects for one in line.get("added", [line])]


@pytest.mark.parametrize("way", ["add", "scan", "clipboard"])
@pytest.mark.parametrize("form", LISTS)
def test_every_account_of_a_list_is_added(
    cli: Cli, desktop: StandInDesktop, tmp_path: Path, form: str, way: str
) -> None:
    file = tmp_path / "list.txt"
    file.write_bytes(LISTS[form].encode())
    outcome = by_way(way, cli, desktop, file)
    assert (outcome.exit_code, added(outcome)) == (0, NAMES)


@pytest.mark.parametrize("way", ["add", "scan"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_list_in_any_unicode_encoding_is_read(
    cli: Cli, desktop: StandInDesktop, tmp_path: Path, encoding: str, way: str
) -> None:
    file = tmp_path / "list.txt"
    file.write_bytes(LISTS["windows lines"].encode(encoding))
    assert added(by_way(way, cli, desktop, file)) == NAMES


@pytest.mark.parametrize("way", ["add", "scan", "clipboard"])
def test_bad_lines_are_told_by_number_and_good_ones_added(
    cli: Cli, desktop: StandInDesktop, tmp_path: Path, way: str
) -> None:
    file = tmp_path / "list.txt"
    bad = "otpauth://totp/Bad:lou?secret=undefined"
    worse = f"otpauth://totp/Worse:lou?secret={KEYS[0]}&digits=few"
    file.write_text("\n".join([LINKS[0], bad, LINKS[1], worse, KEYS[2][::-1], LINKS[2]]))
    outcome = by_way(way, cli, desktop, file)
    assert (outcome.exit_code, added(outcome)) == (3, NAMES)
    for told in ("Line 2: The panel made", "Line 4: The number of digits", "Line 5: This may be"):
        assert told in outcome.messages
    assert not any(key[:8] in outcome.messages for key in (*KEYS, KEYS[2][::-1]))


@pytest.mark.parametrize("way", ["add", "scan", "clipboard"])
def test_part_of_an_export_is_added_and_missing_ones_are_told(
    cli: Cli, desktop: StandInDesktop, tmp_path: Path, way: str
) -> None:
    accounts = [Account(Label(name, "lou"), Secret(bytes(range(20)))) for name in NAMES]
    file = tmp_path / "part.txt"
    file.write_text(write_migration(accounts, batch_id=7, per_part=1)[1])
    outcome = by_way(way, cli, desktop, file)
    assert (outcome.exit_code, added(outcome)) == (0, ["Ferry"])
    assert "Still to scan: 1, 3." in outcome.messages


@pytest.mark.parametrize("way", ["add", "scan", "clipboard"])
def test_bad_account_of_an_export_is_told_by_place_and_good_one_added(
    cli: Cli, desktop: StandInDesktop, tmp_path: Path, way: str
) -> None:
    import base64

    good = write_bytes(1, bytes(range(20))) + write_bytes(3, b"Dock") + write_number(6, 2)
    md5 = good + write_number(4, 4)
    message = base64.b64encode(write_bytes(1, good) + write_bytes(1, md5)).decode()
    file = tmp_path / "export.txt"
    file.write_text(f"otpauth-migration://offline?data={quote(message, safe='')}\n")
    outcome = by_way(way, cli, desktop, file)
    assert (outcome.exit_code, added(outcome)) == (3, ["Dock"])
    assert "Account 2 of the export: The algorithm 'MD5'" in outcome.messages


@pytest.mark.parametrize(
    "text",
    [
        f"https://c.example/?secret={KEYS[0]}",
        f"https://c.example/{KEYS[0]}?x=1",
        f"key={KEYS[0]}",
        f"otpauth://totp/Dock?secret={KEYS[0]}&digits=few",
        f"otpauth://totp/Dock?secret={KEYS[0]}1",
        f"otpauth://totp/Dock?{KEYS[0]}",
        f"otpauth://{KEYS[0]}/Dock",
        f"https://c.example/?data=otpauth%3A%2F%2Fpush%2F{KEYS[0]}",
    ],
)
@pytest.mark.parametrize("way", ["add", "clipboard"])
def test_refusal_shows_no_key(
    cli: Cli, desktop: StandInDesktop, tmp_path: Path, text: str, way: str
) -> None:
    file = tmp_path / "text.txt"
    file.write_text(text)
    outcome = by_way(way, cli, desktop, file)
    assert outcome.exit_code == 3
    assert not any(KEYS[0][at : at + 8] in outcome.messages.upper() for at in range(25))


def test_scan_lists_each_link_of_a_text(cli: Cli, desktop: StandInDesktop) -> None:
    desktop.copied = [Source("the text", text="see " + ", ".join(LINKS))]
    told = cli("scan", "--clipboard", "--json").only
    assert [payload["text"] for payload in told["payloads"]] == LINKS
    assert {payload["format"] for payload in told["payloads"]} == {"Text"}


def test_text_file_without_link_is_no_picture(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("buy milk")
    outcome = cli("scan", file)
    assert outcome.exit_code == 3
    assert "is not a picture" in outcome.messages


def test_corrected_parameters_are_what_the_account_has(cli: Callable) -> None:
    link = LINKS[0].replace("&", "&amp;") + "&amp;digit=8&amp;interval=60"
    told = cli("add", "-", "--json", stdin=link).only
    assert (told["digits"], told["period"], told["issuer"]) == (8, 60, "Dock")
    assert "A part of the link is called 'digit'; it was read as 'digits'." in told["notices"]
