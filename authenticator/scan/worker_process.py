"""A process that only decodes pictures, so that a picture that crashes it crashes nothing else.

`scan.worker_client` starts it and communicates over its stdin and stdout: a message is a length of
four bytes (big-endian), that much JSON, and a body whose length the JSON gives. Pixels are in
shared memory. JSON, not pickle: a decoder taken over by a picture must not be able to return
anything but texts and coordinates. Nor can it do anything else: `scan.sandbox`.
"""

from __future__ import annotations

import json
import mmap
import os
import queue
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from authenticator import memory_dumps
from authenticator.errors import InputRefused
from authenticator.scan import preload, sandbox
from authenticator.scan.image import PIXEL_LIMIT, ImageTooLarge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from authenticator.scan.image import Picture
    from authenticator.scan.ladder import Reading

Header = dict[str, Any]
Message = tuple[Header, bytes]

WORD = "--read-pictures"
"""The argument that makes the frozen program this process."""
SHARED_BYTES = 36 * 2**20
"""Enough for one frame of 3840 x 2160 with four bytes a pixel. Only used pages take memory."""
_HEADER_LIMIT = 64 * 2**20


def receive(read: int, body_limit: int) -> Message | None:
    """The next message from a file descriptor, with a body of at most so many bytes; None at its
    end or for an invalid message."""
    length = int.from_bytes(_read(read, 4), "big")
    if not 2 <= length <= _HEADER_LIMIT:
        return None
    text = _read(read, length)
    if len(text) < length:
        return None
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        return None
    size = header.get("size", 0) if isinstance(header, dict) else None
    if not isinstance(size, int) or not 0 <= size <= body_limit:
        return None
    body = _read(read, size)
    return (header, body) if len(body) == size else None


def send(write: int, header: Header, body: bytes | memoryview = b"") -> None:
    """Write a message to a file descriptor. Raises OSError if its reader is gone."""
    text = json.dumps({**header, "size": len(body)}).encode()
    for part in (len(text).to_bytes(4, "big") + text, body):
        view = memoryview(part)
        while view:
            view = view[os.write(write, view[: 2**20]) :]


def _read(read: int, size: int) -> bytes:
    """This many bytes, fewer at the end of the stream."""
    parts = bytearray()
    while len(parts) < size:
        part = os.read(read, min(size - len(parts), 2**20))
        if not part:
            break
        parts += part
    return bytes(parts)


def shared(place: str) -> mmap.mmap:
    """The shared memory given on the command line: a descriptor, on Windows a name."""
    if sys.platform == "win32":
        return mmap.mmap(-1, SHARED_BYTES, tagname=place)
    mapped = mmap.mmap(int(place), SHARED_BYTES)
    os.close(int(place))
    return mapped


def serve(place: str) -> NoReturn:
    """Answer until the parent process is gone or has closed the stream."""
    import faulthandler

    read, write = _private_streams()
    _keep_to_itself()
    pixels = shared(place)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    preload.load()
    layers = sandbox.lock_down()
    asked: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(read, asked.put), daemon=True).start()
    _warm_up()
    send(write, {"ready": True, "layers": layers})
    while True:
        header, body = asked.get()
        # Each ends this process even if C code hangs and no one is left to kill it.
        faulthandler.dump_traceback_later(header["deadline_s"] + 1, exit=True, file=nowhere)
        sandbox.allow_seconds(header["deadline_s"])
        try:
            answer = _answer(header, body, pixels)
        except BaseException:  # noqa: BLE001 - reported as a picture that crashed the worker
            os._exit(1)
        try:
            send(write, answer)
        except OSError:
            os._exit(0)
        faulthandler.cancel_dump_traceback_later()  # waits for a thread, so last


def _answer(header: Header, body: bytes, pixels: mmap.mmap) -> Header:
    try:
        if header["job"] == "legibility":
            return _legibility(header, body, pixels)
        if header["job"] == "icon":
            return _icon(body)
        return _told(_read_picture(header, body, pixels))
    except InputRefused as error:
        return {"error": type(error).__name__, "facts": error.args}
    except MemoryError:
        return {"error": ImageTooLarge.__name__, "facts": ["", 0, 0, PIXEL_LIMIT]}


def _private_streams() -> tuple[int, int]:
    """Both streams, moved to where no library that prints can reach them."""
    read, write = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    if sys.platform == "win32":
        import msvcrt

        for end in (read, write):
            msvcrt.setmode(end, os.O_BINARY)
    return read, write


def _keep_to_itself() -> None:
    """No core file, which could contain the user's keys, and no reader; Ctrl+C is for the parent
    process."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    memory_dumps.forbid_cores()
    memory_dumps.forbid_reading()


def _listen(read: int, put: Callable[[Message], None]) -> None:
    """Notices that the parent is gone even while a picture is being decoded."""
    try:
        while message := receive(read, sys.maxsize):
            put(message)
    finally:
        os._exit(0)


def _warm_up() -> None:
    """What the first picture would otherwise wait for."""
    import numpy as np

    from authenticator.scan import image, ladder

    # glibc keeps freed blocks up to the largest one so far, instead of fetching new pages from the
    # system for each plane of each frame: 4 ms at 720p.
    bytearray(30 * 2**20)
    ladder.read(image.from_array(np.full((32, 32), 255, np.uint8)))  # down to the last rung


def _read_picture(header: Header, body: bytes, pixels: mmap.mmap) -> Reading:
    from authenticator.scan import image, ladder, live_scan, picture_file

    if "shape" not in header:
        return picture_file.read_file(body)
    array = _array(header, body, pixels)
    if header["job"] == "frame":
        return live_scan.read_frame(array)
    return ladder.read(image.from_array(array))


def _told(reading: Reading) -> Header:
    from authenticator.scan.pages import PagedReading

    told = {
        "payloads": [[code.text, code.format, code.corners] for code in reading.payloads],
        "ms": reading.ms,
        "complete": reading.complete,
        "by_zbar": reading.by_zbar,
        "cut_off": reading.cut_off,
    }
    if isinstance(reading, PagedReading):
        told |= {"pages": reading.pages, "pages_read": reading.pages_read}
        told["pictures"] = reading.pictures
    return told


def _icon(body: bytes) -> Header:
    from base64 import b64encode

    from authenticator.scan import image

    return {"pixels": b64encode(image.icon(body)).decode()}


def _array(header: Header, body: bytes, pixels: mmap.mmap) -> NDArray[np.uint8]:
    import numpy as np

    shape = header["shape"]
    return np.frombuffer(body or pixels, np.uint8, int(np.prod(shape))).reshape(shape)


def _legibility(header: Header, body: bytes, pixels: mmap.mmap) -> Header:
    from authenticator.scan.legibility import legibility

    picture = _picture(header, body, pixels)
    told: list[list[Any]] = [[] for _ in header["corners"]]
    if picture is not None:
        asked = zip(told, header["corners"], header["lengths"], strict=True)
        for remarks, corners, length in asked:
            if corners is not None:
                found = legibility(picture, corners, length)
                remarks += [[r.reason, [*r.facts.items()]] for r in found]
    return {"legibility": told}


def _picture(header: Header, body: bytes, pixels: mmap.mmap) -> Picture | None:
    """The picture that is asked about; None for a file of several, and for a PDF."""
    from authenticator.scan import image, picture_file

    if "shape" in header:
        return image.from_array(_array(header, body, pixels))
    return picture_file.load_single(body)
