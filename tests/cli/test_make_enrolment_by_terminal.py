"""`make-enrolment`: link, picture and key it writes are one account, and read back as such."""

import base64
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from authenticator.otp.account import Algorithm, Hotp, Label, Otp, Totp
from authenticator.otp.uri import read_uri


@pytest.mark.parametrize(
    ("words", "otp"),
    [
        ((), Totp()),
        (("--algorithm", "sha256", "--digits", 8, "--period", 60), Totp(Algorithm.SHA256, 8, 60)),
        (("--type", "hotp", "--counter", 7), Hotp(counter=7)),
    ],
)
def test_link_picture_and_raw_key_are_the_same_account(
    cli: Callable, tmp_path: Path, words: tuple, otp: Otp
) -> None:
    picture, raw = tmp_path / "code.png", tmp_path / "key"
    told = cli(
        *("make-enrolment", picture, "--issuer", "Größe", "--account", "kim@example.org"),
        *("--raw-file", raw, "--json", *words),
    ).only
    account = read_uri(told["uri"]).account
    assert (account.label, account.otp) == (Label("Größe", "kim@example.org"), otp)
    with Image.open(picture) as image:
        (code,) = zxingcpp.read_barcodes(image)
    assert code.text == told["uri"]
    key = raw.read_bytes()
    assert len(key) == 20
    assert (
        account.secret.key == key == bytes.fromhex(told["hex"]) == base64.b32decode(told["base32"])
    )
    assert (told["picture"], told["raw_file"]) == (str(picture), str(raw))
    assert stat.S_IMODE(raw.stat().st_mode) == stat.S_IMODE(picture.stat().st_mode) == 0o600


def test_made_enrolment_passes_inspect_without_findings(cli: Callable, tmp_path: Path) -> None:
    picture = tmp_path / "code.png"
    assert cli("make-enrolment", picture).out.startswith("uri        otpauth://totp/Test:kim?")
    assert cli("inspect", picture, "--json").only["findings"] == []
    assert cli("scan", picture, "--add", "--json").only["added"][0]["outcome"] == "added"


def test_each_key_is_new_and_of_requested_length(cli: Callable, tmp_path: Path) -> None:
    keys = {
        cli("make-enrolment", tmp_path / f"{n}.png", "--bits", 256, "--json").only["hex"]
        for n in range(3)
    }
    assert {len(key) for key in keys} == {64}
    assert len(keys) == 3
    assert cli("make-enrolment", tmp_path / "x.png", "--bits", 12).exit_code == 2


def test_existing_file_is_not_overwritten_and_missing_folder_reported(
    cli: Callable, tmp_path: Path
) -> None:
    there = tmp_path / "there.png"
    there.write_bytes(b"mine")
    assert cli("make-enrolment", there).exit_code == 3
    assert there.read_bytes() == b"mine"
    outcome = cli("make-enrolment", tmp_path / "absent" / "x.png")
    assert (outcome.exit_code, outcome.out) == (5, "")
    assert "The folder does not exist" in outcome.messages


def test_impossible_values_are_refused_before_anything_is_written(
    cli: Callable, tmp_path: Path
) -> None:
    assert cli("make-enrolment", tmp_path / "x.png", "--digits", 3).exit_code == 3
    many = ("--bits", 8192, "--issuer", "ä" * 120, "--account", "ä" * 120)
    outcome = cli("make-enrolment", tmp_path / "y.png", *many)
    assert outcome.exit_code == 3
    assert "too much for a QR code" in outcome.messages
    assert not (tmp_path / "y.png").exists()
