"""Each way in which a reading of a picture may be incomplete is distinguished."""

import pytest

from authenticator.app.enrolment import NoCodeFound, NoCodeInTime
from authenticator.app.picture import left_out
from authenticator.scan.decoders import Payload
from authenticator.scan.image import PagesUnread
from authenticator.scan.ladder import Reading
from authenticator.scan.pdf import SheetReading

SOME = (Payload("text", "QRCode", ((0, 0), (9, 0), (9, 9), (0, 9))),)


@pytest.mark.parametrize(
    ("reading", "kind"),
    [
        (Reading(SOME, 1.0, complete=True), type(None)),
        (Reading((), 1.0, complete=True), NoCodeFound),
        (Reading((), 1.0, complete=False), NoCodeInTime),
        (SheetReading(SOME, 1.0, True, pages=3, pages_read=3), type(None)),
        (SheetReading((), 1.0, True, pages=3, pages_read=3), NoCodeFound),
        (SheetReading(SOME, 1.0, False, pages=60, pages_read=50), PagesUnread),
        (SheetReading((), 1.0, False, pages=60, pages_read=50), PagesUnread),
    ],
)
def test_unread_reason_names_what_a_reading_may_have_missed(reading: Reading, kind: type) -> None:
    assert type(left_out(reading, "a.png")) is kind
