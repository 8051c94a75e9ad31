"""Text input from a file or stdin, of limited size, with a reason for each way to fail."""

import sys
from enum import StrEnum
from pathlib import Path

from authenticator import files
from authenticator.errors import InputRefused, StreamRefused

TEXT_LIMIT = 1 << 20
STDIN = Path("-")
_SAMPLE = 400
"""Bytes, an even number: enough to tell UTF-16 by its zeros."""


class TextFault(StrEnum):
    """Why a file can't be used as text."""

    MISSING = "missing"
    FOLDER = "folder"
    PERMISSION = "permission"
    TOO_LARGE = "too_large"
    NOT_TEXT = "not_text"
    IO = "io"


class TextUnreadable(InputRefused):
    """A text file can't be read; `source` is its name."""

    def __init__(self, source: str, reason: TextFault) -> None:
        super().__init__(source, reason)
        self.source = source
        self.reason = reason


_REASONS: dict[type[OSError], TextFault] = {
    FileNotFoundError: TextFault.MISSING,
    NotADirectoryError: TextFault.MISSING,
    IsADirectoryError: TextFault.FOLDER,
    PermissionError: TextFault.PERMISSION,
}


def read_text(path: Path, limit: int = TEXT_LIMIT) -> str:
    """The text of a file or pipe, or of stdin for `-`, of at most `limit` bytes: UTF-8, or UTF-16
    as Windows' shells write it.

    Raises TextUnreadable, StreamRefused.
    """
    source = "stdin" if path == STDIN else str(path)
    try:
        if path == STDIN:
            content = _from_stdin(limit + 1)
        else:
            with path.open("rb") as file:
                content = file.read(limit + 1)
    except OSError as refusal:
        raise TextUnreadable(source, _REASONS.get(type(refusal), TextFault.IO)) from refusal
    except ValueError:  # a NUL in the name
        raise TextUnreadable(source, TextFault.MISSING) from None
    if len(content) > limit:
        raise TextUnreadable(source, TextFault.TOO_LARGE)
    try:
        return text_of(content)
    except UnicodeDecodeError:
        # Not chained: that exception contains the bytes, which may be a key.
        raise TextUnreadable(source, TextFault.NOT_TEXT) from None


def text_of(content: bytes) -> str:
    """Decode a text: UTF-8, UTF-16 with or without its mark; Windows-1252 only where links are in
    it, as other bytes are no text. Raises UnicodeDecodeError."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    head = content[:_SAMPLE]
    if head.count(0) * 3 > len(head):
        return content.decode("utf-16-be" if head[0] == 0 else "utf-16-le")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if b"otpauth" not in content.lower() or 0 in content:
            raise
        return content.decode("cp1252")


def _from_stdin(size: int) -> bytes:
    if sys.stdin is None or sys.stdin.closed:
        raise StreamRefused("stdin", "EBADF")
    try:
        return sys.stdin.buffer.read(size)
    except OSError as refusal:
        if type(refusal) in _REASONS:  # what was put there in place of a file
            raise
        raise StreamRefused("stdin", files.reason(refusal)) from refusal
