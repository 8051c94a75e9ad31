"""Reads what was dropped, pasted or seen on a screen, off the GUI thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from authenticator import wording
from authenticator.app import reading
from authenticator.app.enrolment import NoCodeFound, NotAnEnrolment, sort_payloads
from authenticator.app.reading import ReadOutcome, ScannedPicture
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.desktop.screen_capture import drawn
from authenticator.language import trn
from authenticator.scan.screen_errors import NoCodeOnScreen, ScreenRefused

if TYPE_CHECKING:
    from authenticator.app.reading import Pixels
    from authenticator.compose import Services
    from authenticator.otp.account import Account
    from authenticator.scan.decoders import Payload

TOLD = 3
"""Sources that are named one by one; of more, only the number is given."""
PREVIEW = QSize(1120, 1120)
"""Px: a page's full width on a screen of 200 %."""


@dataclass(frozen=True, slots=True)
class CodeOutline:
    """One code on a screen: its corners in the picture's pixels, and its accounts, none where
    it is no enrolment."""

    corners: tuple[tuple[float, float], ...]
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A small picture of a screen, and the codes in it."""

    image: QImage
    marks: tuple[CodeOutline, ...]


@dataclass(frozen=True, slots=True)
class ScanOutcome(ReadOutcome):
    """The outcome of reading, and the screens that show a code."""

    screenshots: tuple[Screenshot, ...] = ()

    def unread(self) -> tuple[str, ...]:
        """A line for each source that gave nothing, shown beside what others gave."""
        nothing = [(name, NoCodeFound()) for name in self.empty]
        return tuple(
            f"{wording.displayable(name)}: {wording.explain(error).title}".removeprefix(": ")
            for name, error in (*self.faults, *nothing)
        )


def unread_message(outcome: ScanOutcome) -> tuple[str, str] | None:
    """A title and words on what could not be read, and on what was read and is no account; None
    where there is neither."""
    titles: list[str] = []
    words: list[str] = []
    for name, error in outcome.faults[:TOLD]:
        message = wording.explain(error)
        titles.append(message.title)
        where = f"{wording.displayable(name)}: " if name else ""
        words.append(f"{where}{message.cause} {message.next_step}")
    for refusal in outcome.payloads.refused[:TOLD]:
        titles.append(wording.explain(refusal).title)
        words += [wording.remark(fault) for fault in refusal.faults]
    for other in outcome.payloads.others[:TOLD]:
        message = wording.explain(NotAnEnrolment(other))
        titles.append(message.title)
        words.append(f"{message.cause}\n{message.next_step}")
    for name in outcome.empty[:TOLD]:
        message = wording.explain(NoCodeFound())
        titles.append(message.title)
        words.append(f"{wording.displayable(name)}: {message.cause} {message.next_step}")
    rest = sum(
        max(0, len(kind) - TOLD)
        for kind in (
            outcome.faults,
            outcome.payloads.refused,
            outcome.payloads.others,
            outcome.empty,
        )
    )
    if rest:
        words.append(trn("And {count} more.", "And {count} more.", rest))
    return (titles[0], "\n".join(dict.fromkeys(words))) if titles else None


def read_dropped(
    services: Services,
    sources: Iterable[dropped_sources.DroppedSource],
    before: tuple[str, ...] = (),
) -> ScanOutcome:
    """Read all sources; `before` are texts of earlier ones that these may complete."""
    found = reading.read_sources(map(_encoded, sources), services.read_picture, before)
    return ScanOutcome(found.texts, found.payloads, found.empty, found.faults, found.pictures)


def read_screens(
    services: Services, pictures: Iterable[QImage | bytes], before: tuple[str, ...] = ()
) -> ScanOutcome:
    """Read pictures of screens, drawn ones or files; `before` as for `read_dropped`."""
    faults: list[tuple[str, Exception]] = []
    images: list[QImage] = []
    planes: list[Pixels] = []
    for picture in pictures:
        try:
            image = drawn(picture)
            planes.append(dropped_sources.pixels(image))
            images.append(image)
        except Exception as error:  # noqa: BLE001 - shown for this screen; the others still count
            faults.append(("", error))
    found: list[tuple[Payload, ...] | Exception] = [()] * len(planes)
    try:
        found = reading.read_screens(planes, services.read_picture)
    except (NoCodeOnScreen, ScreenRefused) as error:
        if not faults:
            faults.append(("", error))
    texts = list(before)
    shots: list[Screenshot] = []
    scanned: list[ScannedPicture] = []
    for image, plane, payloads in zip(images, planes, found, strict=True):
        if isinstance(payloads, Exception):
            faults.append(("", payloads))
        elif payloads:
            texts += [payload.text for payload in payloads]
            scanned.append(ScannedPicture(plane, payloads))
            shots.append(_screenshot(image, payloads))
    return ScanOutcome(
        tuple(texts), sort_payloads(texts), (), tuple(faults), tuple(scanned), tuple(shots)
    )


def _encoded(source: dropped_sources.DroppedSource) -> reading.Source:
    picture = None if source.picture is None else source.content()
    return reading.Source(source.name, picture, source.text)


def _screenshot(image: QImage, payloads: tuple[Payload, ...]) -> Screenshot:
    small = image.scaled(
        image.size().boundedTo(PREVIEW),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    small.setDevicePixelRatio(1)
    scale = small.width() / image.width()
    marks = tuple(
        CodeOutline(
            tuple((x * scale, y * scale) for x, y in payload.corners),
            tuple(enrolment.account for enrolment in sort_payloads([payload.text]).found),
        )
        for payload in payloads
    )
    return Screenshot(small, marks)
