"""What a disk may hold after the power failed, at any moment of a program's run.

A program is run under strace; what it writes to a folder is replayed on a model of a disk that
keeps only what was synced: of the rest, any part may be there. Linux only.
"""

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

SECTOR: Final = 512
_CALLS: Final = (
    "openat,creat,write,pwrite64,fsync,fdatasync,ftruncate,rename,renameat,renameat2,"
    "unlink,unlinkat,close,lseek,mkdir"
)
_LINE: Final = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
_TEXT: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_OPEN_FILE: Final = re.compile(r"^(\d+)<([^>]*)>")


@dataclass(frozen=True, slots=True)
class Call:
    """A system call that succeeded: its name, arguments as strace writes them, and result."""

    name: str
    arguments: str
    result: int

    def texts(self) -> list[bytes]:
        """The strings among the arguments."""
        return [_decoded(one) for one in _TEXT.findall(self.arguments)]

    def file(self) -> tuple[int, str]:
        """Number and path of the open file that is the first argument."""
        found = _OPEN_FILE.match(self.arguments)
        return (int(found[1]), _decoded(found[2]).decode()) if found else (-1, "")

    def number(self, place: int) -> int:
        """An argument after all strings, counted from the end (-1 is the last)."""
        return int(self.arguments.rsplit(",", -place)[place])


def _decoded(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def recorded(module: str, *words: str, log: Path) -> list[Call]:
    """Run a Python module to its end, and return its calls that change files; `log` is written."""
    subprocess.run(
        [
            *("strace", "-f", "-qq", "-y", "-xx", "-s", "100000000", "-o", str(log)),
            *("-e", f"trace={_CALLS}", sys.executable, "-m", module, *words),
        ],
        check=True,
        capture_output=True,
    )
    calls = []
    for line in log.read_text("ascii").splitlines():
        found = _LINE.match(line)
        if found and int(found[3]) >= 0:
            calls.append(Call(found[1], found[2], int(found[3])))
    return calls


@dataclass(slots=True)
class _File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Where and what; None cuts the file off there."""

    def sync(self) -> None:
        for where, what in self.pending:
            _apply(self.durable, where, what)
        self.pending.clear()

    def after_loss(self, chosen: random.Random, share: float) -> bytes:
        """What may be there: each write that was not synced whole, in part or not at all."""
        content = bytearray(self.durable)
        for where, what in self.pending:
            if what is None:
                if chosen.random() < share:
                    _apply(content, where, None)
                continue
            for start in range(0, len(what), SECTOR):
                if chosen.random() < share:
                    _apply(content, where + start, what[start : start + SECTOR])
        return bytes(content)


def _apply(content: bytearray, where: int, what: bytes | None) -> None:
    if what is None:
        del content[where:]
        return
    if len(content) < where:
        content.extend(bytes(where - len(content)))
    content[where : where + len(what)] = what


class Disk:
    """The model of a folder on a disk."""

    def __init__(self, home: Path) -> None:
        self._home = str(home)
        self._names: dict[str, _File] = {}
        self._durable_names: dict[str, _File] = {}
        self._pending_names: list[dict[str, _File]] = []
        self._positions: dict[int, int] = {}
        for path in home.iterdir() if home.is_dir() else ():
            self._names[str(path)] = _File(bytearray(path.read_bytes()))
        self._durable_names = dict(self._names)

    def replay(self, call: Call) -> bool:
        """Carry out a call; returns whether it changed what may be lost."""
        act = getattr(self, f"_{call.name}", None)
        return bool(act and act(call))

    def after_loss(self, chosen: random.Random, share: float) -> dict[str, bytes]:
        """Files by name: everything that was synced, and of the rest about this share. Changes of
        names last in their order, as file systems with a journal keep them."""
        last = sum(chosen.random() < share for _ in self._pending_names)
        names = self._pending_names[last - 1] if last else self._durable_names
        return {
            path.removeprefix(f"{self._home}/"): file.after_loss(chosen, share)
            for path, file in names.items()
        }

    def _ours(self, path: str) -> bool:
        return path.startswith(f"{self._home}/")

    def _renamed(self) -> bool:
        self._pending_names.append(dict(self._names))
        return True

    def _openat(self, call: Call) -> bool:
        path = call.texts()[0].decode()
        self._positions[call.result] = 0
        if not self._ours(path):
            return False
        changed = False
        if path not in self._names:
            self._names[path] = _File()
            changed = self._renamed()
        if "O_TRUNC" in call.arguments:
            self._names[path].pending.append((0, None))
            changed = True
        return changed

    def _write(self, call: Call) -> bool:
        handle, path = call.file()
        where = self._positions.get(handle, 0)
        self._positions[handle] = where + call.result
        return self._put(path, where, call)

    def _pwrite64(self, call: Call) -> bool:
        return self._put(call.file()[1], call.number(-1), call)

    def _put(self, path: str, where: int, call: Call) -> bool:
        if not self._ours(path) or path not in self._names:
            return False
        self._names[path].pending.append((where, call.texts()[-1][: call.result]))
        return True

    def _lseek(self, call: Call) -> bool:
        self._positions[call.file()[0]] = call.result
        return False

    def _ftruncate(self, call: Call) -> bool:
        path = call.file()[1]
        if path in self._names:
            self._names[path].pending.append((call.number(-1), None))
        return path in self._names

    def _fsync(self, call: Call) -> bool:
        path = call.file()[1]
        if path == self._home:
            self._durable_names = dict(self._names)
            self._pending_names.clear()
        elif path in self._names:
            self._names[path].sync()
        return True

    _fdatasync = _fsync

    def _unlink(self, call: Call) -> bool:
        path = call.texts()[0].decode()
        return self._names.pop(path, None) is not None and self._renamed()

    def _rename(self, call: Call) -> bool:
        old, new = (text.decode() for text in call.texts())
        if old not in self._names:
            return False
        self._names[new] = self._names.pop(old)
        return self._renamed()

    _unlinkat = _unlink
    _renameat = _renameat2 = _rename


def losses(
    home: Path, calls: list[Call], chosen: random.Random, each: int
) -> Iterator[tuple[int, dict[str, bytes]]]:
    """For every moment: the lines that the program had printed by then, and `each` states of the
    folder. `home` is as it was before the run."""
    disk = Disk(home)
    printed = 0
    for call in calls:
        if call.name == "write" and call.file()[0] == 1:
            printed += b"".join(call.texts()).count(b"\n")
            changed = True
        else:
            changed = disk.replay(call)
        if changed:
            for number in range(each):
                share = (0.0, 1.0)[number] if number < 2 else chosen.random()
                yield printed, disk.after_loss(chosen, share)
