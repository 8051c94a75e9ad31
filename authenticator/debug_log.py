"""The debug log: what the app did, for somebody who looks for a fault. Off unless turned on.

`write` takes numbers, enum members and exceptions (of which it keeps the class alone), and no
text that came from elsewhere, so that neither keys nor codes nor names can get into the file.
Whatever else reaches it, such as Qt's own messages, passes a filter that blacks out what looks
like a key, a code or a link.
"""

from __future__ import annotations

import os
import re
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import logging

FILE_NAME = "debug.log"
SIZE_LIMIT = 1_000_000
"""Bytes after which the file is renamed to `debug.log.1`, that one to `.2`."""
OLD_FILES = 2

Fact = int | float | Enum | BaseException | type | None

_HIDDEN = "[hidden]"
_SECRETS = re.compile(
    r"otpauth[a-z-]*:\S*"  # a link
    r"|(?<![A-Za-z0-9])(?:[A-Z2-7]{8,}=*|[a-z2-7]{16,})(?![A-Za-z0-9])"  # Base32
    r"|\b(?:[A-Za-z2-7]{4}[ -]){3,}[A-Za-z2-7]{1,4}\b"  # Base32 in groups
    r"|\b(?:[0-9a-fA-F]{2}[ :-]?){10,}"  # hex
    r"|(?<!\d)\d{3}[ -]?\d{3,7}(?!\d)"  # a code
)

_logger: logging.Logger | None = None


def is_on() -> bool:
    """Whether something is written at all."""
    return _logger is not None


def start(folder: Path) -> Path:
    """Write to `debug.log` in this folder from now on, readable by its owner alone; returns the
    file. Raises OSError."""
    global _logger
    # Imported here: a start without a log does not need it.
    import logging
    from logging.handlers import RotatingFileHandler

    class OwnersFile(RotatingFileHandler):
        def _open(self) -> IO[str]:  # type: ignore[override] # narrower there than it needs to be
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            handle = os.open(self.baseFilename, flags, 0o600)
            return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name there
            """A full disk costs the log, nothing else."""

    stop()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE_NAME
    handler = OwnersFile(path, maxBytes=SIZE_LIMIT, backupCount=OLD_FILES)
    handler.setFormatter(_redacting_formatter())
    logger = logging.Logger("authenticator", logging.DEBUG)  # of our own: no library writes to it
    logger.addHandler(handler)
    _logger = logger
    return path


def stop() -> None:
    """Write no more."""
    global _logger
    if _logger is not None:
        for handler in _logger.handlers:
            handler.close()
        _logger = None


def write(event: str, **facts: Fact) -> None:
    """One line: an event, as the code names it, and what is to be known about it."""
    if _logger is not None:
        told = (f"{name}={_plain(fact)}" for name, fact in facts.items())
        _logger.debug("%s", " ".join((event, *told)))


def write_text(event: str, text: str) -> None:
    """One line with a text from elsewhere, redacted."""
    if _logger is not None:
        _logger.debug("%s: %s", event, redacted(text))


def redacted(text: str) -> str:
    """The text without what looks like a key, a code or a link with a key."""
    return _SECRETS.sub(_HIDDEN, text)


def _plain(fact: Fact) -> str:
    match fact:
        case None | bool() | int():
            return str(fact)
        case float():
            return f"{fact:.3f}"
        case Enum():
            return fact.name
        case type():
            return fact.__name__
        case BaseException():
            return type(fact).__name__
    return f"({type(fact).__name__})"  # a caller's slip: its value may be anything


def _redacting_formatter() -> logging.Formatter:
    import logging

    class Redacting(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            record.exc_info = record.exc_text = None  # a traceback may quote anything
            told = record.getMessage().replace("\n", " ")
            when = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
            return f"{when}.{record.msecs:03.0f} {record.threadName} {redacted(told)}"

    return Redacting()
