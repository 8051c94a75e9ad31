"""What reading a picture left open."""

from authenticator.app.enrolment import NoCodeFound, NoCodeInTime
from authenticator.errors import InputRefused
from authenticator.scan.image import PagesUnread
from authenticator.scan.ladder import Reading
from authenticator.scan.pdf import SheetReading


def left_out(reading: Reading, source: str) -> InputRefused | None:
    """Why a picture says nothing, or may say more than was read; None where neither is so.
    `source` names it in the error."""
    if isinstance(reading, SheetReading) and reading.pages_read < reading.pages:
        return PagesUnread(source, reading.pages, reading.pages_read)
    if not reading.payloads:
        return NoCodeFound() if reading.complete else NoCodeInTime()
    return None
