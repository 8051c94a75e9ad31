"""Reads sources off the GUI thread: decodes every picture, sorts every text."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from authenticator import wording
from authenticator.app.enrolment import Harvest, NoCodeFound, NotAnEnrolment, harvest
from authenticator.app.inspection import Inspection, inspected
from authenticator.app.picture import left_out
from authenticator.compose import Parts
from authenticator.errors import AuthenticatorError, InputRefused
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.desktop.dropped_sources import Source
from authenticator.gui.desktop.screen_capture import drawn
from authenticator.language import trn
from authenticator.otp.account import Account
from authenticator.otp.uri import Enrolment
from authenticator.scan.decoders import Payload
from authenticator.scan.screen_errors import NoCodeOnScreen, ScreenRefused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TOLD = 3
"""Sources that are told one by one; of more only the number is."""
PREVIEW = QSize(1120, 1120)
"""Px: a page's full width on a screen of 200 %."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One code on a screen: its corners in the picture's pixels, and its accounts, none where
    it is no enrolment."""

    corners: tuple[tuple[float, float], ...]
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Shot:
    """A small picture of a screen, and the codes in it."""

    image: QImage
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pictured:
    """A picture (a file, the bytes of one, or pixels) and the codes in it."""

    picture: "Path | bytes | NDArray[np.uint8]"
    payloads: tuple[Payload, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of some sources.

    `texts` are all that was read so far, for the parts of an export that are still to come;
    `empty` names pictures without a code; `faults` are sources that could not be read, or not
    to the end; `shots` are the screens that show a code; `pictures` are all that were read now
    and show one.
    """

    texts: tuple[str, ...]
    harvest: Harvest
    empty: tuple[str, ...]
    faults: tuple[tuple[str, Exception], ...]
    shots: tuple[Shot, ...] = ()
    pictures: tuple[Pictured, ...] = ()

    def unread(self) -> tuple[str, ...]:
        """A line for each source that gave nothing, shown beside what others gave."""
        nothing = [(name, NoCodeFound()) for name in self.empty]
        return tuple(
            f"{wording.shown(name)}: {wording.explain(error).title}".removeprefix(": ")
            for name, error in (*self.faults, *nothing)
        )


def what_was_not_used(outcome: Outcome) -> tuple[str, str] | None:
    """A title and words on what could not be read, and on what was read and is no account; None
    where there is neither."""
    titles: list[str] = []
    words: list[str] = []
    for name, error in outcome.faults[:TOLD]:
        message = wording.explain(error)
        titles.append(message.title)
        where = f"{wording.shown(name)}: " if name else ""
        words.append(f"{where}{message.cause} {message.next_step}")
    for refusal in outcome.harvest.refused[:TOLD]:
        titles.append(wording.explain(refusal).title)
        words += [wording.remark(fault) for fault in refusal.faults]
    for other in outcome.harvest.others[:TOLD]:
        message = wording.explain(NotAnEnrolment(other))
        titles.append(message.title)
        words.append(f"{message.cause}\n{message.next_step}")
    for name in outcome.empty[:TOLD]:
        message = wording.explain(NoCodeFound())
        titles.append(message.title)
        words.append(f"{wording.shown(name)}: {message.cause} {message.next_step}")
    rest = sum(
        max(0, len(kind) - TOLD)
        for kind in (
            outcome.faults,
            outcome.harvest.refused,
            outcome.harvest.others,
            outcome.empty,
        )
    )
    if rest:
        words.append(trn("And {count} more.", "And {count} more.", rest))
    return (titles[0], "\n".join(dict.fromkeys(words))) if titles else None


def read(parts: Parts, sources: Iterable[Source], before: tuple[str, ...] = ()) -> Outcome:
    """Read all sources; `before` are texts of earlier ones that these may complete."""
    texts = list(before)
    empty: list[str] = []
    faults: list[tuple[str, Exception]] = []
    pictures: list[Pictured] = []
    for source in sources:
        if source.picture is None:
            texts += _lines(source.text)
            continue
        try:
            content = source.content()
            found = parts.read_picture(content)
        except Exception as error:  # noqa: BLE001 - told for this source; the others still count
            faults.append((source.name, error))
            continue
        if found.payloads:
            texts += [payload.text for payload in found.payloads]
            pictures.append(Pictured(content, found.payloads))
        match left_out(found, source.name):
            case NoCodeFound():
                empty.append(source.name)
            case InputRefused() as fault:
                faults.append((source.name, fault))
    return Outcome(
        *(tuple(texts), harvest(texts), tuple(empty), tuple(faults)), pictures=tuple(pictures)
    )


def look(parts: Parts, pictures: Iterable[QImage | bytes], before: tuple[str, ...] = ()) -> Outcome:
    """Read pictures of screens, drawn ones or files. A screen without a code is no news where
    another shows one."""
    texts = list(before)
    faults: list[tuple[str, Exception]] = []
    shots: list[Shot] = []
    pixelled: list[Pictured] = []
    any_light = False
    for picture in pictures:
        try:
            image = drawn(picture)
            pixels = dropped_sources.grey(image)
            any_light = any_light or bool(pixels.any())
            payloads = parts.read_picture(pixels).payloads
        except Exception as error:  # noqa: BLE001 - told for this screen; the others still count
            faults.append(("", error))
            continue
        if payloads:
            pixelled.append(Pictured(pixels, payloads))
            texts += [payload.text for payload in payloads]
            shots.append(_shot(image, [(payload.text, payload.corners) for payload in payloads]))
    if not shots and not faults:
        faults.append(("", NoCodeOnScreen() if any_light else ScreenRefused()))
    return Outcome(tuple(texts), harvest(texts), (), tuple(faults), tuple(shots), tuple(pixelled))


def details(parts: Parts, enrolment: Enrolment, pictures: Iterable[Pictured]) -> Inspection:
    """What `inspect` says of an enrolment; its code in the first of these pictures that shows it
    is measured. A picture that is gone by now has nothing to be said about it."""
    for pictured in pictures:
        for payload in pictured.payloads:
            accounts = [one.account for one in harvest([payload.text]).found]
            if enrolment.account in accounts:
                with contextlib.suppress(AuthenticatorError):
                    (seen,) = parts.legibility(pictured.picture, [payload])
                    return inspected(enrolment, seen)
    return inspected(enrolment)


def _shot(image: QImage, codes: list[tuple[str, tuple[tuple[int, int], ...]]]) -> Shot:
    small = image.scaled(
        image.size().boundedTo(PREVIEW),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    small.setDevicePixelRatio(1)
    scale = small.width() / image.width()
    marks = tuple(
        Mark(
            tuple((x * scale, y * scale) for x, y in corners),
            tuple(enrolment.account for enrolment in harvest([text]).found),
        )
        for text, corners in codes
    )
    return Shot(small, marks)


def _lines(text: str) -> list[str]:
    """Pasted text may hold one enrolment a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]
