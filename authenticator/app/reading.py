"""Reads codes from pictures, screens and texts, and says why there is nothing, or not all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from authenticator.app.enrolment import NoCodeFound, NoCodeInTime, SortedPayloads, sort_payloads
from authenticator.errors import InputRefused
from authenticator.otp.typed_key import is_bare_key
from authenticator.scan.decoders import Payload
from authenticator.scan.image import PagesUnread
from authenticator.scan.ladder import Reading
from authenticator.scan.pages import PagedReading
from authenticator.scan.screen_errors import NoCodeOnScreen, ScreenRefused

if TYPE_CHECKING:  # numpy costs 50 to 150 ms
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Picture = Path | bytes | Pixels
    ReadPicture = Callable[[Picture], Reading]

TEXT_FORMAT = "Text"
"""The `format` of a payload that is a line of text."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One thing to read codes from, by the name to show for it: a picture (a file, the bytes of
    one, or pixels), or else a text."""

    name: str
    picture: Picture | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SourceReading:
    """The codes of one source. `problem` is why there are none, or may be more; else None."""

    payloads: tuple[Payload, ...]
    problem: InputRefused | None

    def required(self) -> tuple[Payload, ...]:
        """The codes. Raises `problem` where there are none."""
        if self.problem is not None and not self.payloads:
            raise self.problem
        return self.payloads


@dataclass(frozen=True, slots=True, eq=False)
class ScannedPicture:
    """A picture and the codes in it: at least one."""

    picture: Picture
    payloads: tuple[Payload, ...]


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """The outcome of reading several sources.

    `texts` are all that was read so far, for the parts of an export that are still to come;
    `empty` names pictures without a code; `faults` are sources that could not be read, or not
    to the end; `pictures` are those that were read now and show a code.
    """

    texts: tuple[str, ...]
    payloads: SortedPayloads
    empty: tuple[str, ...]
    faults: tuple[tuple[str, Exception], ...]
    pictures: tuple[ScannedPicture, ...] = ()


def read_source(source: Source, read_picture: ReadPicture) -> SourceReading:
    """The codes of a picture, or the lines of a text. Raises what `read_picture` raises."""
    if source.picture is None:
        payloads = text_payloads(source.text)
        return SourceReading(payloads, None if payloads else NoCodeFound())
    reading = read_picture(source.picture)
    return SourceReading(reading.payloads, unread_reason(reading, source.name))


def read_sources(
    sources: Iterable[Source], read_picture: ReadPicture, before: tuple[str, ...] = ()
) -> ReadOutcome:
    """Read all sources; one that can't be read stops no other. `before` are texts of earlier
    sources that these may complete."""
    texts = list(before)
    empty: list[str] = []
    faults: list[tuple[str, Exception]] = []
    pictures: list[ScannedPicture] = []
    for source in sources:
        try:
            reading = read_source(source, read_picture)
        except Exception as error:  # noqa: BLE001 - shown for this source
            faults.append((source.name, error))
            continue
        texts += [payload.text for payload in reading.payloads]
        if reading.payloads and source.picture is not None:
            pictures.append(ScannedPicture(source.picture, reading.payloads))
        match reading.problem:
            case NoCodeFound():
                empty.append(source.name)
            case InputRefused() as problem:
                faults.append((source.name, problem))
    return ReadOutcome(
        tuple(texts), sort_payloads(texts), tuple(empty), tuple(faults), tuple(pictures)
    )


def read_screens(
    screens: Sequence[Pixels], read_picture: ReadPicture
) -> list[tuple[Payload, ...] | Exception]:
    """The codes of each screen, or why it could not be read. A screen without a code is no
    error where another shows one.

    Raises ScreenRefused where all screens are black, NoCodeOnScreen where none shows a code.
    """
    if not any(screen.any() for screen in screens):
        raise ScreenRefused
    found: list[tuple[Payload, ...] | Exception] = []
    for screen in screens:
        try:
            found.append(read_picture(screen).payloads)
        except Exception as error:  # noqa: BLE001 - shown for this screen
            found.append(error)
    if not any(found):
        raise NoCodeOnScreen
    return found


def text_payloads(text: str) -> tuple[Payload, ...]:
    """A text as if codes had said it: one enrolment a line, or a key that may take several. Its
    corners are all at 0, 0."""
    lines = [text.strip()] if is_bare_key(text) else [line.strip() for line in text.splitlines()]
    return tuple(Payload(line, TEXT_FORMAT, ((0, 0),) * 4) for line in lines if line)


def unread_reason(reading: Reading, source: str) -> InputRefused | None:
    """Why a picture gave no codes, or may hold more than were read; None where neither is so.
    `source` is its name in the error."""
    if isinstance(reading, PagedReading) and reading.pages_read < reading.pages:
        return PagesUnread(source, reading.pages, reading.pages_read, reading.pictures)
    if not reading.payloads:
        return NoCodeFound() if reading.complete else NoCodeInTime()
    return None
