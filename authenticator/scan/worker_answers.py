"""What a worker process answers -> readings, remarks, pixels and errors."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from authenticator.otp.remark import Field, Reason, Remark
from authenticator.scan.decoders import Payload
from authenticator.scan.image import (
    ICON_SIDE,
    ImageTooLarge,
    ImageTruncated,
    NotAnImage,
    PdfLocked,
)
from authenticator.scan.input_file import FileTooLarge, FileUnreadable, Unreadable
from authenticator.scan.ladder import Reading
from authenticator.scan.pages import PagedReading

if TYPE_CHECKING:
    pass

from authenticator.scan.worker_client import WorkerEnded

T = TypeVar("T")

ERRORS = {
    kind.__name__: kind
    for kind in (
        FileTooLarge,
        FileUnreadable,
        ImageTooLarge,
        ImageTruncated,
        NotAnImage,
        PdfLocked,
    )
}


def understood(answer: dict[str, Any], name: str, meaning: Callable[[dict[str, Any]], T]) -> T:
    """What an answer means. Raises the error that it reports, for `name`; WorkerEnded for an
    invalid answer."""
    try:
        if "error" not in answer:
            return meaning(answer)
        error = _error(answer["error"], answer["facts"], name)
    except (KeyError, TypeError, ValueError):
        raise WorkerEnded(overran=False) from None
    raise error


def reading(answer: dict[str, Any]) -> Reading:
    reading = Reading(
        tuple(_payload(*told) for told in answer["payloads"]),
        float(answer["ms"]),
        bool(answer["complete"]),
        by_zbar=bool(answer["by_zbar"]),
        cut_off=bool(answer["cut_off"]),
    )
    return _paged(reading, answer) if "pages" in answer else reading


def legibility(answer: dict[str, Any]) -> tuple[tuple[Remark, ...], ...]:
    return tuple(
        tuple(
            Remark(Field.PICTURE, Reason(reason), {str(name): _fact(fact) for name, fact in facts})
            for reason, facts in code
        )
        for code in answer["legibility"]
    )


def icon(answer: dict[str, Any]) -> bytes:
    """Pixels and nothing else: a picture may have taken over the worker."""
    pixels = b64decode(answer["pixels"], validate=True)
    if len(pixels) != 4 * ICON_SIDE * ICON_SIDE:
        raise ValueError("no icon")
    return pixels


def _fact(told: object) -> int | str:
    return told if isinstance(told, int) else str(told)


def _paged(reading: Reading, answer: dict[str, Any]) -> PagedReading:
    return PagedReading(
        reading.payloads,
        reading.ms,
        reading.complete,
        int(answer["pages"]),
        int(answer["pages_read"]),
        by_zbar=reading.by_zbar,
        cut_off=reading.cut_off,
        pictures=bool(answer["pictures"]),
    )


def _payload(text: str, format: str, corners: list[list[int]]) -> Payload:
    a, b, c, d = ((int(x), int(y)) for x, y in corners)
    return Payload(str(text), str(format), (a, b, c, d))


def _error(kind: str, facts: list[Any], name: str) -> Exception:
    _, *rest = facts
    if kind == FileUnreadable.__name__:
        return FileUnreadable(name, Unreadable(rest[0]), *rest[1:])
    return ERRORS[kind](name, *rest)
