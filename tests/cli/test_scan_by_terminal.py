"""`scan` and `inspect` on pictures, films, and everything that is neither."""

import gzip
import struct
import subprocess
import zlib
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from authenticator.app.reading import Source
from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.migration import write_migration
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from authenticator.scan.screen_errors import ClipboardHidden, NoDisplay, ScreenRefused
from tests.cli.conftest import Cli, StandInDesktop
from tests.services import pictures, sheets

PANEL = (
    "otpauth://totp/127.0.0.1%3A8765%3A%20alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    "&digits=6&issuer=127.0.0.1:8765"
)


CODE = pictures.qr_pixels(PANEL)


def qr(path: Path, text: str) -> Path:
    """Make a picture with qrencode, an independent tool."""
    subprocess.run(["qrencode", "-s", "5", "-o", path], input=text.encode(), check=True)
    return path


def test_scan_adds_account_from_picture_and_shows_code(cli: Callable, tmp_path: Path) -> None:
    picture = qr(tmp_path / "panel.png", PANEL)
    told = cli("scan", picture, "--add", "--json").only
    assert told["source"] == str(picture)
    assert told["error"] is None
    assert told["ms"] > 0
    (payload,) = told["payloads"]
    assert payload["text"] == PANEL
    assert payload["format"] == "QRCode"
    assert len(payload["corners"]) == 4
    (added,) = told["added"]
    assert (added["issuer"], added["account"]) == ("127.0.0.1:8765", "alice")
    assert cli("code", "alice", "--at", "59").out == "287082\n"


def test_scan_adds_accounts_of_pdf_page_by_page(cli: Callable, tmp_path: Path) -> None:
    sheet = tmp_path / "recovery.pdf"
    links = [PANEL, PANEL.replace("alice", "bob")]
    sheet.write_bytes(sheets.drawn(sheets.code(link, 40) for link in links))
    told = cli("scan", sheet, "--add", "--json").only
    assert [payload["text"] for payload in told["payloads"]] == links
    assert [added["account"] for added in told["added"]] == ["alice", "bob"]


def test_scan_reports_encrypted_pdf(cli: Callable, tmp_path: Path) -> None:
    sheet = tmp_path / "recovery.pdf"
    sheet.write_bytes(sheets.locked([sheets.code(PANEL, 40)]))
    outcome = cli("scan", sheet)
    assert outcome.exit_code == 3
    assert "recovery.pdf opens only with a password" in outcome.messages


def test_scan_without_add_stores_nothing(cli: Callable, tmp_path: Path) -> None:
    told = cli("scan", qr(tmp_path / "panel.png", PANEL), "--json").only
    assert "added" not in told
    assert cli("list").out == ""


KINDS = {
    "code.svg": pictures.drawing(PANEL),
    "code.svgz": gzip.compress(pictures.drawing(PANEL)),
    "page.html": b"<!DOCTYPE html><h1>Scan</h1>" + pictures.drawing(PANEL),
    "address.txt": b"data:image/png;base64,"
    + b64encode(pictures.encoded(pictures.qr_pixels(PANEL))),
    "late.gif": pictures.film_file([np.full_like(CODE, 255), CODE]),
    "pages.tiff": pictures.film_file([np.full_like(CODE, 255), CODE], "TIFF"),
    "film.webp": pictures.film_file([np.full_like(CODE, 255), CODE], "WEBP"),
    "film.png": pictures.film_file([np.full_like(CODE, 255), CODE], "PNG"),
    "code.avif": pictures.encoded(CODE, "AVIF"),
    "no name's end": pictures.drawing(PANEL),
    "wrong.jpg": pictures.film_file([np.full_like(CODE, 255), CODE], "TIFF"),
}


@pytest.mark.parametrize("name", KINDS)
def test_scan_reads_every_kind_of_file(cli: Callable, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(KINDS[name])
    told = cli("scan", path, "--add", "--json").only
    assert [added["account"] for added in told["added"]] == ["alice"]
    assert cli("inspect", path, "--json").only["read"]["account"] == "alice"


def test_scan_reports_unread_frames_beside_payloads(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "many.tiff"
    path.write_bytes(
        pictures.film_file([CODE, *(np.full((9, 9), n, np.uint8) for n in range(60))], "TIFF")
    )
    outcome = cli("scan", path, "--json")
    assert outcome.exit_code == 0
    assert [payload["text"] for payload in outcome.only["payloads"]] == [PANEL]
    assert f"{path}: Only 50 of 61 pictures in the file were read." in outcome.messages


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html><img src='qr.png'>", "is a web page; no picture in it shows a code."),
        (b"8BPS\0\1", "is a PSD picture."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "starts as SVG, but is cut off or damaged."),
    ],
)
def test_scan_names_kind_that_gives_no_picture(
    cli: Cli, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "thing"
    path.write_bytes(content)
    outcome = cli("scan", path)
    assert outcome.exit_code == 3
    assert words in outcome.messages


def test_scan_reports_unread_pdf_pages_beside_payloads(cli: Cli, tmp_path: Path) -> None:
    sheet = tmp_path / "recovery.pdf"
    sheet.write_bytes(
        sheets.drawn([sheets.code(PANEL, 30, x=10, y=10), *[b""] * 50], size=(110, 110))
    )
    outcome = cli("scan", sheet, "--json")
    assert outcome.exit_code == 0
    assert [payload["text"] for payload in outcome.only["payloads"]] == [PANEL]
    assert f"{sheet}: Only the first 50 of 51 pages were read." in outcome.messages


def test_scan_reports_each_source_and_bad_ones_block_no_good_one(
    cli: Callable, tmp_path: Path
) -> None:
    good = qr(tmp_path / "a.png", PANEL)
    other = qr(tmp_path / "b.png", PANEL.replace("alice", "bob"))
    outcome = cli("scan", good, tmp_path / "missing.png", other, "--add", "--json")
    assert outcome.exit_code == 3
    assert [line["error"] is None for line in outcome.objects] == [True, False, True]
    assert len(cli("list", "--json").objects) == 2


def test_scan_of_same_picture_twice_keeps_one_account(cli: Callable, tmp_path: Path) -> None:
    picture = qr(tmp_path / "panel.png", PANEL)
    lines = cli("scan", picture, picture, "--add", "--json").objects
    assert [line["added"][0]["outcome"] for line in lines] == ["added", "kept"]


def test_scan_pick_adds_only_chosen_account(cli: Callable, tmp_path: Path) -> None:
    accounts = [Account(Label("P", name), Secret(b"1234567890"), Totp()) for name in ("x", "y")]
    picture = qr(tmp_path / "two.png", write_migration(accounts, batch_id=1)[0])
    told = cli("scan", picture, "--add", "--pick", "2", "--json").only
    assert [one["account"] for one in told["added"]] == ["y"]


def test_scan_of_export_part_names_missing_parts(cli: Callable, tmp_path: Path) -> None:
    accounts = [Account(Label("P", str(n)), Secret(b"1234567890"), Totp()) for n in range(3)]
    parts = write_migration(accounts, batch_id=1, per_part=1)
    outcome = cli("scan", qr(tmp_path / "2.png", parts[1]), "--add")
    assert outcome.exit_code == 0
    assert "Still to scan: 1, 3." in outcome.messages


def part_files(folder: Path, text: str = PANEL, total: int = 3) -> list[Path]:
    files = [folder / f"part-{number}.png" for number in range(1, total + 1)]
    for file, pixels in zip(files, pictures.parts_pixels(text, total), strict=True):
        file.write_bytes(pictures.encoded(pixels))
    return files


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 0, 2, 1)])
def test_scan_joins_a_text_over_several_pictures(
    cli: Callable, tmp_path: Path, order: tuple[int, ...]
) -> None:
    files = part_files(tmp_path)
    told = cli("scan", *(files[number] for number in order), "--add", "--json").objects
    *parts, last = told
    assert [account for line in parts for account in line["added"]] == []
    assert all("part" in payload for line in parts for payload in line["payloads"])
    assert [payload["text"] for payload in last["payloads"]] == [PANEL]
    assert last["error"] is None
    assert cli("code", "alice", "--at", "59").out == "287082\n"


@pytest.mark.parametrize("kept", [(0,), (1,), (2,), (0, 1), (2, 0)])
def test_scan_of_some_parts_adds_nothing_and_names_the_others(
    cli: Callable, tmp_path: Path, kept: tuple[int, ...]
) -> None:
    files = part_files(tmp_path)
    ran = cli("scan", *(files[number] for number in kept), "--add", "--json")
    assert ran.exit_code == 3
    missing = ", ".join(str(number + 1) for number in range(3) if number not in kept)
    assert f"{missing} {'is' if len(missing) == 1 else 'are'} missing." in ran.messages
    assert ran.messages.count("missing") == 1
    last = ran.objects[-1]
    assert missing in last["error"]
    assert last["added"] == []
    assert last["payloads"][0]["part"] == {"number": kept[-1] + 1, "total": 3}
    assert "GEZDGNBV" not in ran.out + ran.messages
    assert cli("list", "--json").objects == []


def test_scan_of_a_part_beside_an_account_adds_the_account(cli: Callable, tmp_path: Path) -> None:
    part = pictures.parts_pixels(PANEL, 2)[0]
    page = tmp_path / "page.png"
    whole = pictures.qr_pixels(PANEL.replace("alice", "bob"))
    page.write_bytes(
        pictures.encoded(pictures.sheet([(part, 0, 0), (whole, 300, 0)], width=700, height=400))
    )
    ran = cli("scan", page, "--add", "--json")
    assert ran.exit_code == 3
    assert [account["account"] for account in ran.only["added"]] == ["bob"]
    assert "Part 2 is missing." in ran.messages


def test_scan_camera_reads_a_text_to_its_last_part(cli: Cli, tmp_path: Path) -> None:
    frames = [
        np.pad(code, 60, constant_values=255)
        for code in pictures.parts_pixels(PANEL, 3)
        for _ in range(4)
    ]
    film = pictures.film(tmp_path / "parts.avi", frames)
    assert cli("scan", "--camera", film, "--json").only["payloads"][-1]["text"] == PANEL


def test_inspect_of_a_part_says_so(cli: Callable, tmp_path: Path) -> None:
    ran = cli("inspect", part_files(tmp_path)[1], "--json")
    assert ran.exit_code == 3
    told = ran.only
    assert told["read"] is None
    (error,) = [finding for finding in told["findings"] if finding["severity"] == "error"]
    assert "part 2 of 3" in error["reason"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://evil.example/\x1b[2J", ["a web link, which was not opened", "\\x1b[2J"]),
        ("WIFI:S:home;T:WPA;P:hunter2;;", ["Wi-Fi"]),
        ("otpauth://totp/x?digits=99", ["The key is missing", "digits is 99"]),
    ],
)
def test_scan_of_code_without_enrolment_says_what_it_is(
    cli: Callable, tmp_path: Path, text: str, words: list[str]
) -> None:
    picture = qr(tmp_path / "other.png", text)
    outcome = cli("scan", picture, "--add")
    assert outcome.exit_code == 3
    for word in words:
        assert word in outcome.messages
    assert "\x1b" not in outcome.messages
    assert cli("list").out == ""
    assert cli("scan", picture, "--json").only["payloads"][0]["text"] == text


def huge_png() -> bytes:
    """Return a PNG with a valid header of 50,000 x 50,000 pixels, and no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
        )

    header = struct.pack("!IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def white_png(tmp_path: Path) -> bytes:
    from PIL import Image

    Image.new("L", (200, 200), 255).save(tmp_path / "w.png")
    return (tmp_path / "w.png").read_bytes()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path, tmp: path.write_bytes(b"not a picture"), "is not a picture"),
        (lambda path, tmp: path.write_bytes(b""), "it is empty"),
        (lambda path, tmp: path.write_bytes(qr(path, PANEL).read_bytes()[:150]), "is damaged"),
        (lambda path, tmp: path.write_bytes(white_png(tmp)), "No QR code found"),
        (lambda path, tmp: path.write_bytes(huge_png()), "50,000 × 50,000 pixels"),
        (lambda path, tmp: path.mkdir(), "is a folder"),
        (lambda path, tmp: None, "does not exist"),
    ],
)
@pytest.mark.parametrize("verb", ["scan", "inspect"])
def test_each_kind_of_bad_picture_has_its_message(
    cli: Callable, tmp_path: Path, make: Callable, words: str, verb: str
) -> None:
    path = tmp_path / "given.png"
    make(path, tmp_path)
    outcome = cli(verb, path, "--json")
    assert outcome.exit_code == 3
    assert words in outcome.messages
    if verb == "scan":
        assert outcome.only["payloads"] == []
        assert words in outcome.only["error"]


STORE = "https://play.google.com/store/apps/details?id=com.example.app"
MICROSOFT = "phonefactor://activate_account?code=123456789"


def page_of_codes(path: Path, *texts: str) -> Path:
    codes = [pictures.qr_pixels(text, module_px=4) for text in texts]
    side = max(code.shape[0] for code in codes) + 40
    placed = [(code, 20 + side * place, 20) for place, code in enumerate(codes)]
    sheet = pictures.sheet(placed, width=side * len(codes), height=side)
    path.write_bytes(pictures.encoded(sheet))
    return path


@pytest.mark.parametrize("other", [STORE, MICROSOFT, "FIDO:/123456789012345678", "hello"])
def test_other_code_beside_an_enrolment_is_no_failure(
    cli: Callable, tmp_path: Path, other: str
) -> None:
    page = page_of_codes(tmp_path / "page.png", other, PANEL, STORE)
    outcome = cli("scan", page, "--add", "--json")
    assert outcome.exit_code == 0
    assert outcome.only["error"] is None
    assert [added["account"] for added in outcome.only["added"]] == ["alice"]
    assert "Not an account. It is a link to an app store." in outcome.messages
    assert "123456789" not in outcome.messages
    inspected = cli("inspect", page, "--json")
    assert inspected.exit_code == 0
    assert [one["read"] is None for one in inspected.objects].count(True) == 2


@pytest.mark.parametrize("other", [STORE, MICROSOFT, "FIDO:/123456789012345678", "hello"])
@pytest.mark.parametrize("words", [["scan", "--add"], ["inspect"]])
def test_other_code_alone_is_refused(
    cli: Callable, tmp_path: Path, other: str, words: list[str]
) -> None:
    verb, *options = words
    page = page_of_codes(tmp_path / "page.png", other)
    outcome = cli(verb, page, *options, "--json")
    assert outcome.exit_code == 3
    assert "123456789" not in outcome.messages


def test_inspect_of_a_vendors_code_says_how_standard_codes_are_reached(
    cli: Callable, tmp_path: Path
) -> None:
    outcome = cli("inspect", page_of_codes(tmp_path / "page.png", MICROSOFT))
    assert "It sets up Microsoft Authenticator" in outcome.out
    assert "'I want to use a different authenticator app'" in outcome.out
    assert "123456789" not in outcome.out


def test_scan_camera_looks_past_the_code_of_an_app_store(cli: Callable, tmp_path: Path) -> None:
    frames = pictures.webcam_frames([STORE, PANEL], size=(640, 480))
    outcome = cli("scan", "--camera", pictures.film(tmp_path / "film.avi", frames), "--add")
    assert outcome.exit_code == 0
    assert "alice" in outcome.out


def test_scan_camera_reads_a_film(cli: Callable, tmp_path: Path) -> None:
    film = pictures.film(tmp_path / "film.avi", pictures.webcam_frames([PANEL]))
    told = cli("scan", "--camera", film, "--add", "--json").only
    assert told["added"][0]["account"] == "alice"


def test_scan_camera_reads_export_to_last_part(cli: Cli, tmp_path: Path) -> None:
    accounts = [Account(Label("P", str(n)), Secret(b"1234567890"), Totp()) for n in range(3)]
    parts = write_migration(accounts, batch_id=1, per_part=1)
    frames = pictures.webcam_frames([parts[at] for at in (2, 0, 1)], size=(640, 480))
    film = pictures.film(tmp_path / "export.avi", frames)
    outcome = cli("scan", "--camera", film, "--add", "--json")
    assert {one["account"] for one in outcome.only["added"]} == {"0", "1", "2"}
    assert outcome.messages.splitlines() == ["Still to scan: 1, 2.", "Still to scan: 2."]


def test_scan_camera_reports_missing_export_part(cli: Cli, tmp_path: Path) -> None:
    accounts = [Account(Label("P", str(n)), Secret(b"1234567890"), Totp()) for n in range(2)]
    parts = write_migration(accounts, batch_id=1, per_part=1)
    frames = pictures.webcam_frames(parts[:1], size=(640, 480))
    outcome = cli("scan", "--camera", pictures.film(tmp_path / "export.avi", frames))
    assert outcome.exit_code == 0
    assert "The export has more parts. Still to scan: 2." in outcome.messages


def test_scan_reports_missing_camera(cli: Callable) -> None:
    outcome = cli("scan", "--camera", "9", "--json")
    assert outcome.exit_code == 5
    assert "camera" in outcome.only["error"].lower()


def test_inspect_prints_fields_and_findings_but_no_key(cli: Callable, tmp_path: Path) -> None:
    uri = "otpauth://totp/Panel:kim?secret=MFRGGZDFMY&issuer=Other&algorithm=sha256&foo=1"
    by_uri = cli("inspect", "--uri-file", "-", "--json", stdin=uri)
    by_picture = cli("inspect", qr(tmp_path / "q.png", uri), "--json")
    assert by_uri.exit_code == by_picture.exit_code == 0
    assert (
        by_uri.only["read"]
        == by_picture.only["read"]
        == {
            "type": "totp",
            "issuer": "Other",
            "account": "kim",
            "algorithm": "SHA256",
            "digits": 6,
            "period": 30,
            "counter": None,
            "secret_bits": 48,
        }
    )
    assert (
        by_uri.only["sent"]
        == by_picture.only["sent"]
        == {
            "type": "totp",
            "label": "Panel:kim",
            "prefix": "Panel",
            "account": "kim",
            "issuer": "Other",
            "algorithm": "sha256",
            "digits": None,
            "period": None,
            "counter": None,
            "secret_characters": 10,
        }
    )
    findings = {(one["severity"], one["field"]) for one in by_uri.only["findings"]}
    assert {("warning", "secret"), ("warning", "issuer"), ("note", "parameter")} <= findings
    for outcome in (by_uri, by_picture, cli("inspect", "--uri-file", "-", stdin=uri)):
        assert "MFRGG" not in outcome.out + outcome.messages


def test_inspect_of_invalid_link_exits_3_and_names_every_fault(cli: Callable) -> None:
    outcome = cli(
        *("inspect", "--uri-file", "-", "--json"), stdin="otpauth://totp/x?digits=99&period=0"
    )
    assert outcome.exit_code == 3
    assert outcome.only["read"] is outcome.only["sent"] is None
    fields = {one["field"] for one in outcome.only["findings"] if one["severity"] == "error"}
    assert fields == {"secret", "digits", "period"}
    assert all(one["reason"] and one["fix"] for one in outcome.only["findings"])


def test_oversized_input_is_refused(cli: Callable) -> None:
    huge = "otpauth://totp/x?secret=" + "A" * 900_000
    assert cli("inspect", "--uri-file", "-", stdin=huge).exit_code == 3
    assert cli("add", "-", stdin=huge).exit_code == 3
    assert cli("add", "-", stdin=huge * 3).exit_code == 3


def test_account_from_picture_equals_account_from_link(cli: Callable, tmp_path: Path) -> None:
    account = Account(Label("Zürich 銀行", "kim+test@example.org"), Secret(bytes(20)), Totp())
    cli("scan", qr(tmp_path / "u.png", write_uri(account)), "--add")
    told = cli("show", "kim", "--json", "--reveal").only
    assert told["uri"] == write_uri(account)


# Screen and clipboard: what the desktop delivers is read like any picture


def plane(*texts: str) -> NDArray[np.uint8]:
    codes = [pictures.qr_pixels(text, module_px=4) for text in texts]
    placed = [(code, 20 + 400 * number, 30) for number, code in enumerate(codes)]
    return pictures.sheet(placed, width=20 + 400 * max(1, len(codes)), height=420)


def test_scan_screen_numbers_every_screen_with_a_code(cli: Cli, desktop: StandInDesktop) -> None:
    desktop.shown = [plane(), plane(PANEL), plane("https://example.org/")]
    outcome = cli("scan", "--screen", "--json")
    assert outcome.exit_code == 0
    assert [(line["source"], line["payloads"][0]["text"]) for line in outcome.objects] == [
        ("screen 2", PANEL),
        ("screen 3", "https://example.org/"),
    ]


def test_scan_screen_adds_accounts(cli: Cli, desktop: StandInDesktop) -> None:
    desktop.shown = [plane(PANEL, PANEL.replace("alice", "bob"))]
    assert cli("scan", "--screen", "--add").exit_code == 0
    assert [one["account"] for one in cli("list", "--json").objects] == ["alice", "bob"]


@pytest.mark.parametrize(
    ("shown", "words", "exit_code"),
    [
        ([plane(), plane()], "No QR code on the screen", 3),
        (NoDisplay(), "No display found", 5),
        (ScreenRefused(), "not allowed to see the screen", 5),
    ],
)
def test_scan_screen_without_result_says_why(
    cli: Cli, desktop: StandInDesktop, shown: object, words: str, exit_code: int
) -> None:
    desktop.shown = shown
    outcome = cli("scan", "--screen", "--json")
    assert outcome.exit_code == exit_code
    assert words in outcome.messages
    assert outcome.only["source"] == "screen"
    assert outcome.only["payloads"] == []


@pytest.mark.parametrize("form", ["picture", "file", "text"])
def test_scan_clipboard_reads_any_form(
    cli: Cli, desktop: StandInDesktop, tmp_path: Path, form: str
) -> None:
    file = qr(tmp_path / "panel.png", PANEL)
    given, source = {
        "picture": (Source("the picture", file.read_bytes()), "clipboard"),
        "file": (Source(file.name, file), str(file)),
        "text": (Source("the text", text=f"  {PANEL}\n\n"), "clipboard"),
    }[form]
    desktop.copied = [given]
    told = cli("scan", "--clipboard", "--add", "--json").only
    assert told["source"] == source
    assert [payload["text"] for payload in told["payloads"]] == [PANEL]
    assert told["added"][0]["account"] == "alice"


@pytest.mark.parametrize(
    ("copied", "words", "exit_code"),
    [
        ([], "Nothing to read on the clipboard", 3),
        ([Source("the text", text="hello")], "hello", 0),
        (ClipboardHidden(), "can't be read from here", 5),
    ],
)
def test_scan_clipboard_says_what_else_is_there(
    cli: Cli, desktop: StandInDesktop, copied: object, words: str, exit_code: int
) -> None:
    desktop.copied = copied
    outcome = cli("scan", "--clipboard")
    assert outcome.exit_code == exit_code
    assert words in outcome.messages + outcome.out


def test_scan_without_source_names_possible_sources(cli: Cli) -> None:
    outcome = cli("scan")
    assert outcome.exit_code == 2
    assert "--screen" in outcome.messages


GOOD = "otpauth://totp/Panel:kim?secret=GKXVMZQ4UVSPQ5UCCMKXFVWYKXYTBSZ3&issuer=Panel"


def test_inspect_of_picture_reports_what_a_phone_could_not_read(
    cli: Callable, tmp_path: Path
) -> None:
    picture = tmp_path / "pale.png"
    code = pictures.qr_pixels(f"{GOOD}&period=60", module_px=2, quiet=2)
    picture.write_bytes(pictures.encoded((code // 3 + 60).astype(np.uint8)))
    outcome = cli("inspect", picture, "--json")
    assert outcome.exit_code == 0
    found = outcome.only["findings"]
    assert [(one["severity"], one["field"]) for one in found] == [
        ("warning", "period"),
        ("warning", "picture"),
        ("note", "picture"),  # its margin ends with the picture
        ("warning", "picture"),
    ]
    told = " ".join(one["reason"] for one in found)
    for words in ("Microsoft Authenticator", "contrast is 33 %", "2 modules beside", "2.0 pixels"):
        assert words in told
    assert "Draw it black on white." in cli("inspect", picture).out


def test_inspect_of_several_codes_reports_each(cli: Callable, tmp_path: Path) -> None:
    keyless = "otpauth://totp/Panel:kim?issuer=Panel"
    texts = [GOOD, keyless, "https://example.org/our-app", f"{GOOD}&period=60"]
    page = tmp_path / "page.png"
    codes = [pictures.qr_pixels(text, module_px=4) for text in texts]
    side = max(code.shape[0] for code in codes) + 40
    placed = [(code, 20 + side * place, 20) for place, code in enumerate(codes)]
    page.write_bytes(pictures.encoded(pictures.sheet(placed, width=side * 4, height=side)))
    outcome = cli("inspect", page, "--json")
    assert outcome.exit_code == 3
    assert [
        (one["read"] is not None, [(f["severity"], f["field"]) for f in one["findings"]])
        for one in outcome.objects
    ] == [
        (True, []),
        (False, [("error", "secret")]),
        (False, [("note", "uri")]),
        (True, [("warning", "period")]),
    ]
    assert "The key is missing." in outcome.objects[1]["findings"][0]["reason"]
    assert all(f["fix"] for one in outcome.objects for f in one["findings"])


def test_inspect_of_pdf_does_not_measure_its_pictures(cli: Callable, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"
    sheet.write_bytes(sheets.scanned([pictures.qr_pixels(GOOD, module_px=4, quiet=2)]))
    outcome = cli("inspect", sheet, "--json")
    assert (outcome.exit_code, outcome.only["findings"]) == (0, [])


@pytest.mark.parametrize("verb", ["scan", "inspect"])
def test_picture_without_a_code_has_its_object(cli: Callable, tmp_path: Path, verb: str) -> None:
    whole = pictures.qr_pixels(PANEL, module_px=6)
    empty = np.full_like(whole, 255)
    for pixels, title in ((whole[:, : 2 * len(whole) // 3], "cut off"), (empty, "No QR code")):
        picture = tmp_path / "panel.png"
        picture.write_bytes(pictures.encoded(np.ascontiguousarray(pixels)))
        done = cli(verb, picture, "--json")
        assert done.exit_code == 3
        assert done.only["source"] == str(picture)
        assert title in done.only["error"]
        assert title in cli(verb, picture).messages


@pytest.mark.parametrize("way", ["--screen", "--clipboard", "FILE", "--camera"])
def test_cut_code_is_told_by_every_way_of_a_still_picture(
    cli: Cli, desktop: StandInDesktop, tmp_path: Path, way: str
) -> None:
    """A camera's frames are none: a code enters and leaves them."""
    whole = np.pad(pictures.qr_pixels(PANEL, module_px=6), 40, constant_values=255)
    half = np.ascontiguousarray(whole[:, : len(whole) // 2])
    file = tmp_path / "half.png"
    file.write_bytes(pictures.encoded(half))
    desktop.shown = [np.full_like(half, 255), half]
    desktop.copied = [Source("clipboard", picture=file.read_bytes())]
    words: list[object] = [file] if way == "FILE" else [way]
    if way == "--camera":
        words.append(pictures.film(tmp_path / "half.avi", [half] * 4))
    done = cli("scan", *words)
    assert done.exit_code == 3
    assert ("The code is cut off" in done.messages) is (way != "--camera")


def test_inspect_without_a_code_has_the_error_among_its_findings(
    cli: Callable, tmp_path: Path
) -> None:
    """A pipeline that looks at the findings alone stops, too."""
    file = tmp_path / "panel.png"
    for content in (pictures.encoded(np.full((40, 40), 255, np.uint8)), b"no picture"):
        file.write_bytes(content)
        told = cli("inspect", file, "--json").only
        assert (told["sent"], told["read"]) == (None, None)
        (finding,) = told["findings"]
        assert (finding["severity"], finding["field"]) == ("error", "picture")
        assert finding["reason"]
        assert finding["fix"]


def test_inspect_names_error_correction_that_makes_a_code_fine(
    cli: Callable, tmp_path: Path
) -> None:
    picture = tmp_path / "panel.png"
    picture.write_bytes(pictures.encoded(pictures.qr_pixels(PANEL, module_px=2, error="H")))
    told = cli("inspect", picture, "--json").only
    assert told["error"] is None
    fixes = [finding["fix"] for finding in told["findings"]]
    assert any("level M in place of H" in fix for fix in fixes)
    assert cli("inspect", picture).out.count("level M in place of H") == 1
