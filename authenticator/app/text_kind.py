"""What a text is that is no enrolment."""

from enum import StrEnum


class TextKind(StrEnum):
    """What a text is if it is no enrolment."""

    LINK = "link"
    WIFI = "wifi"
    CONTACT = "contact"
    TEXT = "text"


def text_kind(text: str) -> TextKind:
    """What kind of text this is, judged by its beginning."""
    start = text.lstrip()[:20].lower()
    if start.startswith(("http://", "https://", "www.")):
        return TextKind.LINK
    if start.startswith("wifi:"):
        return TextKind.WIFI
    if start.startswith(("begin:vcard", "mecard:")):
        return TextKind.CONTACT
    return TextKind.TEXT
