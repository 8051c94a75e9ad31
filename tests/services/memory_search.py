"""Searches the memory of other processes from outside, as a thief with a debugger would.

Linux: /proc/PID/mem, for whoever may attach to the process: root, or the same user where the
process and the system allow it.
"""

import base64
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

CHUNK = 4 * 2**20


def forms(text: str) -> list[bytes]:
    """A text as programs hold it: Python and D-Bus in UTF-8, Qt in UTF-16."""
    return [text.encode(), text.encode("utf-16-le")]


def forms_of_key(key: bytes) -> list[bytes]:
    """Key bytes raw, in hex, and in Base32 and Base64 without the end that depends on padding."""
    spelled = (base64.b32encode(key), base64.b64encode(key), key.hex().encode())
    texts = [text.decode().rstrip("=") for text in spelled]
    return [key, *(form for text in texts for form in forms(text))]


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def found_in(pid: int, wanted: Mapping[str, list[bytes]]) -> set[str]:
    """The names of those things of which any form is in the memory of a process. Raises OSError
    where the memory can't be read."""
    found: set[str] = set()
    most = max(len(form) for these in wanted.values() for form in these)
    for piece in _memory(pid, most):
        for name, these in wanted.items():
            if name not in found and any(form in piece for form in these):
                found.add(name)
    return found


def _memory(pid: int, overlap: int) -> Iterator[bytes]:
    """All memory that is mapped, in pieces that overlap."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, allowed, *_, name = (*line.split(maxsplit=5), "")[:6]
            if "r" not in allowed or name in ("[vvar]", "[vsyscall]"):
                continue
            start, end = (int(number, 16) for number in place.split("-"))
            while start < end:
                try:
                    piece = os.pread(memory.fileno(), min(CHUNK, end - start), start)
                except OSError:  # a device's, or past the end of a file
                    break
                yield piece
                if len(piece) < CHUNK:
                    break
                start += CHUNK - overlap
