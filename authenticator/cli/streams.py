"""The standard streams. If they fail, it is the environment's fault, not a bug: the disk behind
stdout is full, the terminal is gone, or the parent process closed them."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from authenticator import files
from authenticator.errors import StreamRefused


def prepare() -> None:
    """Let a terminal without Unicode show every message, and answer too."""
    for stream, errors in (
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
        (sys.stdin, "replace"),
    ):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=errors)


def write(text: str) -> None:
    """Write to stdout and flush. Raises StreamRefused, and BrokenPipeError if the reader has
    left."""
    with _refusals("stdout", sys.stdout):
        sys.stdout.write(text)
        sys.stdout.flush()


def tell(text: str) -> None:
    """Write to stderr and flush; does nothing if it is closed. Raises as `write`."""
    if sys.stderr is not None:
        with _refusals("stderr", sys.stderr):
            sys.stderr.write(text)
            sys.stderr.flush()


def answer() -> str:
    """A line from stdin; empty at its end. Raises StreamRefused."""
    with _refusals("stdin", sys.stdin):
        return sys.stdin.readline()


def hidden_answer(prompt: str) -> str:
    """A line typed without echo; empty at the end of input. Raises StreamRefused."""
    import getpass

    with _refusals("stdin", sys.stdin):
        try:
            return getpass.getpass(prompt, stream=sys.stderr)
        except EOFError:
            return ""


def is_terminal(stream: TextIO | None) -> bool:
    """Whether this stream is a terminal."""
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
    """Drop what is still buffered: Python would try to write it once more at exit, and fail."""
    with contextlib.suppress(OSError):  # one of a test's has no number
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, number)
        os.close(nowhere)
