"""Text from files and pipes, and every way to fail."""

import os
from pathlib import Path

import pytest

from authenticator.app.text_input import TextFault, TextUnreadable, read_text


def test_text_of_drops_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes("\ufeffJBSWY3DP ü\n".encode())
    assert read_text(file) == "JBSWY3DP ü\n"


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
