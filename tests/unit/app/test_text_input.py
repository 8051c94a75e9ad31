"""Text from files and pipes, and every way to fail."""

import os
from pathlib import Path

import pytest

from authenticator.app.text_input import TextFault, TextUnreadable, read_text


def test_text_of_drops_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes("\ufeffJBSWY3DP ü\n".encode())
    assert read_text(file) == "JBSWY3DP ü\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_any_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "links.txt"
    file.write_bytes("otpauth://totp/Zoë?secret=\r\n".encode(encoding))
    assert read_text(file) == "otpauth://totp/Zoë?secret=\r\n"


def test_big_endian_with_mark_is_read(tmp_path: Path) -> None:
    file = tmp_path / "links.txt"
    file.write_bytes(b"\xfe\xff" + "é小".encode("utf-16-be"))
    assert read_text(file) == "é小"


def test_windows_text_is_read_where_it_has_links(tmp_path: Path) -> None:
    file = tmp_path / "links.txt"
    file.write_bytes("# Zoë\notpauth://totp/a".encode("cp1252"))
    assert read_text(file) == "# Zoë\notpauth://totp/a"


def test_text_of_reads_pipe_to_its_end() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"JBSWY3DP")
    os.close(writing)
    try:
        assert read_text(Path(f"/dev/fd/{reading}")) == "JBSWY3DP"
    finally:
        os.close(reading)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, TextFault.MISSING),
        (lambda path: path.mkdir(), TextFault.FOLDER),
        (lambda path: path.write_bytes(b"x" * 101), TextFault.TOO_LARGE),
        (lambda path: path.write_bytes(b"JBSW\xff\xfe"), TextFault.NOT_TEXT),
        (lambda path: path.write_bytes(b"\xff\xfe\0\xdcJ"), TextFault.NOT_TEXT),
        (lambda path: path.write_bytes(b"otpauth\0JBSW\x81\xfe"), TextFault.NOT_TEXT),
        (lambda path: path.write_bytes(b"otpauth JBSW\x81\xfe"), TextFault.NOT_TEXT),
    ],
)
def test_text_of_unusable_file_raises_with_reason(
    make: object, reason: TextFault, tmp_path: Path
) -> None:
    path = tmp_path / "given"
    make(path)
    with pytest.raises(TextUnreadable) as refusal:
        read_text(path, 100)
    assert refusal.value.reason is reason
    assert "JBSW" not in f"{refusal.value!r}{refusal.value.__cause__!r}"


def test_text_of_name_with_nul_is_missing() -> None:
    with pytest.raises(TextUnreadable):
        read_text(Path("a\0b"))
