"""Reads codes from pictures, screens and texts, and says why there is nothing, or not all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from authenticator.app.enrolment import (
    CodeCutOff,
    NoCodeFound,
    NoCodeInTime,
    SortedPayloads,
    sort_payloads,
)
from authenticator.app.text_input import read_text, text_of
from authenticator.errors import AuthenticatorError, InputRefused
from authenticator.otp.links import has_link, links_in
from authenticator.otp.typed_key import is_bare_key
from authenticator.scan.decoders import Payload
from authenticator.scan.image import NotAnImage, PagesUnread
from authenticator.scan.ladder import Reading
from authenticator.scan.pages import PagedReading
from authenticator.scan.screen_errors import NoCodeOnScreen, ScreenRefused
from authenticator.scan.wrapped import picture_in_text

if TYPE_CHECKING:  # numpy costs 50 to 150 ms
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Picture = Path | bytes | Pixels
    ReadPicture = Callable[[Picture], Reading]

TEXT_FORMAT = "Text"
"""The `format` of a payload that was no code, but text."""


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
    """The codes of a picture, also of one that is a text, such as a `data:` address; or a text,
    also that of a file or of bytes, where links are in it. Raises what `read_picture` raises."""
    picture = source.picture
    if picture is None and not has_link(source.text):
        picture = picture_in_text(source.text)
    if picture is None:
        payloads = text_payloads(source.text)
        return SourceReading(payloads, None if payloads else NoCodeFound())
    try:
        reading = read_picture(picture)
    except NotAnImage:
        text = _text_with_links(picture)
        if not text:
            raise
        return SourceReading(text_payloads(text), None)
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
        drawn = any(payload.format != TEXT_FORMAT for payload in reading.payloads)
        if drawn and source.picture is not None:
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
    """The codes of each screen, or why it could not be read. A screen without a code, and one
    that ends amid a code, are no errors where another shows one.

    Raises ScreenRefused where all screens are black, NoCodeOnScreen where none shows a code.
    """
    if all(map(_is_black, screens)):
        raise ScreenRefused
    found: list[tuple[Payload, ...] | Exception] = []
    for screen in screens:
        try:
            reading = read_picture(screen)
        except Exception as error:  # noqa: BLE001 - shown for this screen
            found.append(error)
        else:
            found.append(CodeCutOff() if reading.cut_off else reading.payloads)
    if any(one for one in found if not isinstance(one, Exception)):
        return [() if isinstance(one, CodeCutOff) else one for one in found]
    if not any(found):
        raise NoCodeOnScreen
    return found


def _is_black(screen: Pixels) -> bool:
    """Whether nothing is shown, whatever its opacity."""
    return not (screen if screen.ndim == 2 else screen[..., :3]).any()


def text_payloads(text: str) -> tuple[Payload, ...]:
    """A text as if codes had said it: all of it where it has links or is a key, which may take
    several lines, else line by line. Its corners are all at 0, 0."""
    if has_link(text):  # as it stands, for its lines are counted
        parts = [text]
    else:
        parts = [text] if is_bare_key(text) else text.splitlines()
        parts = [part.strip() for part in parts]
    return tuple(Payload(part, TEXT_FORMAT, ((0, 0),) * 4) for part in parts if part)


def link_by_link(payloads: Iterable[Payload]) -> tuple[Payload, ...]:
    """The payloads with each link of a text as one of its own."""
    return tuple(
        replace(payload, text=text)
        for payload in payloads
        for text in (
            [link.text for link in links_in(payload.text)] or [payload.text]
            if payload.format == TEXT_FORMAT
            else [payload.text]
        )
    )


def _text_with_links(picture: Picture) -> str:
    """The text of what is no picture; empty where it is no text either, or has no link."""
    try:
        if isinstance(picture, Path):
            text = read_text(picture)
        else:
            text = text_of(picture) if isinstance(picture, bytes) else ""
    except (AuthenticatorError, UnicodeDecodeError):
        return ""
    return text if has_link(text) else ""


def unread_reason(reading: Reading, source: str) -> InputRefused | None:
    """Why a picture gave no codes, or may hold more than were read; None where neither is so.
    `source` is its name in the error."""
    if isinstance(reading, PagedReading) and reading.pages_read < reading.pages:
        return PagesUnread(source, reading.pages, reading.pages_read, reading.pictures)
    if reading.cut_off:
        return CodeCutOff()
    if not reading.payloads:
        return NoCodeFound() if reading.complete else NoCodeInTime()
    return None
