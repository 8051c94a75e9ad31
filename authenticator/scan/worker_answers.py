"""What a worker process answers -> readings, remarks, pixels and errors."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any, TypeVar

from authenticator.errors import InputRefused
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.scan.decoders import Payload
from authenticator.scan.image import (
    ICON_SIDE,
    ImageTooLarge,
    ImageTruncated,
    NotAnImage,
    PdfLocked,
)
from authenticator.scan.image_format import KINDS
from authenticator.scan.ladder import Reading
from authenticator.scan.pages import PagedReading
from authenticator.scan.worker_client import WorkerEnded

T = TypeVar("T")

ERRORS: dict[str, Callable[[str, Any], InputRefused]] = {
    ImageTooLarge.__name__: lambda name, facts: ImageTooLarge(name, *_whole_numbers(facts, 3)),
    ImageTruncated.__name__: lambda name, facts: ImageTruncated(name, _kind(facts)),
    NotAnImage.__name__: lambda name, facts: NotAnImage(name, _kind(facts)),
    PdfLocked.__name__: lambda name, _: PdfLocked(name),
}
"""What a worker may say about a picture by its name, made anew from facts that are checked: they
are shown, and it may have been taken over."""


def understood(answer: dict[str, Any], name: str, meaning: Callable[[dict[str, Any]], T]) -> T:
    """What an answer means. Raises the error that it reports, for `name`; WorkerEnded for an
    invalid answer."""
    try:
        if "error" not in answer:
            return meaning(answer)
        error = ERRORS[answer["error"]](name, answer["facts"][1:])
    except (KeyError, TypeError, ValueError, ArithmeticError):
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


def _kind(facts: Any) -> str:
    (kind,) = facts
    if kind not in KINDS:
        raise ValueError("no kind of file")
    return str(kind)


def _whole_numbers(facts: Any, count: int) -> list[int]:
    numbers = [int(fact) for fact in facts]
    if len(numbers) != count or min(numbers) < 0:
        raise ValueError("no facts")
    return numbers
