"""What a reading of a picture may have missed."""

from authenticator.app.enrolment import NoCodeFound, NoCodeInTime
from authenticator.errors import InputRefused
from authenticator.scan.image import PagesUnread
from authenticator.scan.ladder import Reading
from authenticator.scan.pdf import SheetReading


def left_out(reading: Reading, source: str) -> InputRefused | None:
    """Why a picture gave nothing, or may contain more than was read; None if neither applies.
    `source` is its name in the error."""
    if isinstance(reading, SheetReading) and reading.pages_read < reading.pages:
        return PagesUnread(source, reading.pages, reading.pages_read)
    if not reading.payloads:
        return NoCodeFound() if reading.complete else NoCodeInTime()
    return None
