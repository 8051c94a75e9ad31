"""The standard streams. What they refuse is a fault of what is around the app: the disk under
stdout is full, the terminal is gone, whoever started us closed them."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from authenticator import files
from authenticator.errors import StreamRefused


def prepare() -> None:
    """A terminal that knows no Unicode still gets every message, and one that sends none can
    still answer."""
    for stream, errors in (
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
        (sys.stdin, "replace"),
    ):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=errors)


def write(text: str) -> None:
    """Put this on stdout, at once. Raises StreamRefused, and BrokenPipeError where the reader
    has left."""
    with _refusals("stdout", sys.stdout):
        sys.stdout.write(text)
        sys.stdout.flush()


def tell(text: str) -> None:
    """Put this on stderr, at once; nowhere where whoever started us closed it. Raises as
    `write`."""
    if sys.stderr is not None:
        with _refusals("stderr", sys.stderr):
            sys.stderr.write(text)
            sys.stderr.flush()


def answer() -> str:
    """A line from stdin; nothing at its end. Raises StreamRefused."""
    with _refusals("stdin", sys.stdin):
        return sys.stdin.readline()


def hidden_answer(prompt: str) -> str:
    """A line typed without echo; nothing at the end of what is typed. Raises StreamRefused."""
    import getpass

    with _refusals("stdin", sys.stdin):
        try:
            return getpass.getpass(prompt, stream=sys.stderr)
        except EOFError:
            return ""


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at it."""
    return stream is not None and stream.isatty()


@contextlib.contextmanager
def _refusals(name: str, stream: TextIO | None) -> Iterator[None]:
    if stream is None or stream.closed:
        raise StreamRefused(name, "EBADF")
    try:
        yield
    except OSError as refusal:
        _forget(stream)
        if isinstance(refusal, BrokenPipeError):
            raise
        raise StreamRefused(name, files.reason(refusal)) from refusal


def _forget(stream: TextIO) -> None:
    """What is still buffered has nowhere to go: let the end of the program not try once more,
    and fail by it."""
    with contextlib.suppress(OSError):  # one of a test's has no number
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, number)
        os.close(nowhere)
