"""Reading sources: what was found, and why there is nothing or may be more."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from authenticator.app.enrolment import CodeCutOff, NoCodeFound, NoCodeInTime
from authenticator.app.reading import (
    Source,
    read_screens,
    read_source,
    read_sources,
    unread_reason,
)
from authenticator.scan.decoders import Payload
from authenticator.scan.image import NotAnImage, PagesUnread
from authenticator.scan.ladder import Reading
from authenticator.scan.pages import PagedReading
from authenticator.scan.screen_errors import NoCodeOnScreen, ScreenRefused

CORNERS = ((0, 0), (9, 0), (9, 9), (0, 9))
SOME = (Payload("text", "QRCode", CORNERS),)
URI = "otpauth://totp/Panel:kim?secret=GKXVMZQ4UVSPQ5UCCMKXFVWYKXYTBSZ3&issuer=Panel"


@pytest.mark.parametrize(
    ("reading", "kind"),
    [
        (Reading(SOME, 1.0, complete=True), type(None)),
        (Reading((), 1.0, complete=True), NoCodeFound),
        (Reading((), 1.0, complete=False), NoCodeInTime),
        (Reading((), 1.0, complete=True, cut_off=True), CodeCutOff),
        (PagedReading(SOME, 1.0, True, pages=3, pages_read=3), type(None)),
        (PagedReading((), 1.0, True, pages=3, pages_read=3), NoCodeFound),
        (PagedReading(SOME, 1.0, False, pages=60, pages_read=50), PagesUnread),
        (PagedReading((), 1.0, False, pages=60, pages_read=50), PagesUnread),
    ],
)
def test_incomplete_reading_has_its_reason(reading: Reading, kind: type) -> None:
    assert type(unread_reason(reading, "a.png")) is kind


def plane(brightness: int) -> NDArray[np.uint8]:
    return np.full((2, 2), brightness, np.uint8)


def answering(*answers: Reading | Exception) -> Callable[[object], Reading]:
    """Return a reader that gives the answers in turn."""
    left = iter(answers)

    def read(_: object) -> Reading:
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return read


def seen(*texts: str) -> Reading:
    return Reading(tuple(Payload(text, "QRCode", CORNERS) for text in texts), 1.0, complete=True)


def test_source_without_codes_raises_reason_where_codes_are_required() -> None:
    nothing = read_source(Source("a.png", b""), answering(seen()))
    with pytest.raises(NoCodeFound):
        nothing.required()
    half = PagedReading(SOME, 1.0, False, pages=60, pages_read=50)
    reading = read_source(Source("a.pdf", b""), answering(half))
    assert reading.required() == SOME
    assert isinstance(reading.problem, PagesUnread)


def test_each_line_of_text_is_read_as_a_code() -> None:
    reading = read_source(Source("", text=" one\n\n\ttwo "), answering())
    assert [payload.text for payload in reading.required()] == ["one", "two"]
    assert read_source(Source("", text=" \n"), answering()).payloads == ()


def test_unreadable_source_does_not_stop_others() -> None:
    sources = [
        *(Source(name, name.encode()) for name in ("broken", "empty", "good", "slow")),
        Source("text", text="hello"),
    ]
    slow = Reading((), 1.0, complete=False)
    broken = NotAnImage("broken")
    outcome = read_sources(sources, answering(broken, seen(), seen(URI), slow), ("before",))
    assert outcome.texts == ("before", URI, "hello")
    assert [one.account.label.account for one in outcome.payloads.found] == ["kim"]
    assert outcome.payloads.others == ("before", "hello")
    assert outcome.empty == ("empty",)
    assert [(name, type(error)) for name, error in outcome.faults] == [
        ("broken", NotAnImage),
        ("slow", NoCodeInTime),
    ]
    assert [one.picture for one in outcome.pictures] == [b"good"]


def test_screen_without_code_is_no_error_if_another_has_one() -> None:
    broken = NotAnImage("")
    screens = [plane(9), plane(0), plane(9)]
    found = read_screens(screens, answering(seen(), broken, seen("one")))
    assert found[:2] == [(), broken]
    assert isinstance(found[2], tuple)
    assert [payload.text for payload in found[2]] == ["one"]


def cut_off() -> Reading:
    return Reading((), 1.0, complete=True, cut_off=True)


def test_screen_that_ends_amid_a_code_is_told_unless_another_shows_one() -> None:
    two = [plane(9), plane(9)]
    empty, cut = read_screens(two, answering(seen(), cut_off()))
    assert empty == ()
    assert isinstance(cut, CodeCutOff)
    assert read_screens(two, answering(cut_off(), seen("one")))[0] == ()
    broken, cut = read_screens(two, answering(NotAnImage(""), cut_off()))
    assert isinstance(broken, NotAnImage)
    assert isinstance(cut, CodeCutOff)


def test_screens_without_codes_differ_from_black_ones() -> None:
    with pytest.raises(NoCodeOnScreen):
        read_screens([plane(9), plane(0)], answering(seen(), seen()))
    for black in ([], [plane(0), plane(0)]):
        with pytest.raises(ScreenRefused):
            read_screens(black, answering())
