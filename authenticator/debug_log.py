"""The debug log: what the app did, to find a fault by. Off unless turned on.

`write` takes numbers, enum members and exceptions (of which it keeps the classes and the place in
our code alone), and no text that came from elsewhere, so that neither keys nor codes nor names can
get into the file. Whatever else reaches it, such as Qt's own messages, passes a filter that blacks
out what looks like a key, a code or a link.

Imports next to nothing until it is started: a start of the app without a log must not pay for it.
"""

from __future__ import annotations

import os
from enum import Enum
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from authenticator import files

if TYPE_CHECKING:
    import logging
    import re

FILE_NAME = "debug.log"
SIZE_LIMIT = 1_000_000
"""Bytes after which the file is renamed to `debug.log.1`, that one to `.2`."""
OLD_FILES = 2

Fact = int | float | Enum | BaseException | type | None

_HIDDEN = "[hidden]"
_SECRETS = (
    r"(?:otpauth[a-z-]*|motp):\S*"  # a link
    r"|(?<![A-Za-z0-9])(?:[A-Z2-7]{8,}=*|[a-z2-7]{16,})(?![A-Za-z0-9])"  # Base32
    r"|\b(?:[A-Za-z2-7]{4}[ -]){3,}[A-Za-z2-7]{1,4}\b"  # Base32 in groups
    r"|\b(?:[0-9a-fA-F]{2}[ :-]?){7,}[0-9a-fA-F]{2}\b"  # hex: Mobile-OTP has keys of 16 digits
    r"|(?<!\d)\d{3}[ -]?\d{3,7}(?!\d)"  # a code
)
_PACKAGE = os.path.dirname(__file__)  # noqa: PTH120 - compared with what a frame says, often
_TOP = len(_PACKAGE) - len("authenticator")

_logger: logging.Logger | None = None


def is_on() -> bool:
    """Whether something is written at all."""
    return _logger is not None


def start(folder: Path) -> Path:
    """Write to `debug.log` in this folder from now on, readable by its owner alone; returns the
    file. Raises DiskRefused."""
    global _logger
    import logging
    from logging.handlers import RotatingFileHandler

    class OwnersFile(RotatingFileHandler):
        ended = False

        def emit(self, record: logging.LogRecord) -> None:
            """Write, unless closed: a thread that was about to would open the file again."""
            if not self.ended:
                super().emit(record)

        def close(self) -> None:
            self.ended = True
            super().close()

        def _open(self) -> IO[str]:  # type: ignore[override] # narrower there than it needs to be
            return files.open_to_append(Path(self.baseFilename))

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name there
            """A full disk costs the log, nothing else."""

    stop()
    files.make_folder(folder)
    path = folder / FILE_NAME
    with files.refusals(path):
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
        logger, _logger = _logger, None
        for handler in logger.handlers:
            handler.close()


def write(event: str, **facts: Fact) -> None:
    """Write one line: the event's name in the code, and facts about it."""
    if (logger := _logger) is not None:
        told = (f"{name}={_plain(fact)}" for name, fact in facts.items())
        logger.debug("%s", " ".join((event, *told)))


def write_text(event: str, text: str) -> None:
    """One line with a text from elsewhere, redacted."""
    if (logger := _logger) is not None:
        logger.debug("%s: %s", event, redacted(text))


def redacted(text: str) -> str:
    """The text without what looks like a key, a code or a link with a key."""
    return _secrets().sub(_HIDDEN, text)


@cache
def _secrets() -> re.Pattern[str]:
    import re

    return re.compile(_SECRETS)


def _plain(fact: Fact) -> str:
    match fact:
        case Enum():  # first: it may be a number, too
            return fact.name.lower()  # in capitals it might pass for a key
        case None | bool() | int():
            return str(fact)
        case float():
            return f"{fact:.3f}"
        case type():
            return fact.__name__
        case BaseException():
            return _error(fact)
    return f"({type(fact).__name__})"  # a caller's slip: its value may be anything


def _error(error: BaseException) -> str:
    """`KeyringFailed at vault/stores/keyring.py:118 after DBusError at ...`: classes, and of our
    own code the innermost place that each passed."""
    told: list[str] = []
    known: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in known:
        known.add(id(link))
        told.append(type(link).__name__ + _place(link))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return " after ".join(told)


def _place(error: BaseException) -> str:
    place, step = "", error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if file.startswith(_PACKAGE):
            place = f" at {file[_TOP:]}:{step.tb_lineno}"
        step = step.tb_next
    return place


def _redacting_formatter() -> logging.Formatter:
    import logging

    class Redacting(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            record.exc_info = record.exc_text = None  # a traceback may quote anything
            told = record.getMessage().replace("\n", " ")
            when = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
            who = f"{record.process} {record.threadName}"
            return f"{when}.{record.msecs:03.0f} {who} {redacted(told)}"

    return Redacting()
