"""How the digits of a code, and the letters of a key, are grouped for reading."""

from enum import StrEnum


class Grouping(StrEnum):
    """Not at all, in two halves, or in pairs."""

    NONE = "none"
    HALVES = "halves"
    PAIRS = "pairs"


def grouped(value: str, grouping: Grouping = Grouping.HALVES) -> str:
    """A code grouped for reading: `482 913`, `1234 5678`, `12 345` in halves, `48 29 13` and `12 34
    567` in pairs; Mobile-OTP's and Yandex's like them; Steam codes unchanged."""
    if value != value.lower() or len(value) < 5 or grouping is Grouping.NONE:
        return value
    if grouping is Grouping.HALVES:
        middle = len(value) // 2
        return f"{value[:middle]} {value[middle:]}"
    last = len(value) - 2 - len(value) % 2
    pairs = (value[place : place + 2] for place in range(0, last, 2))
    return " ".join((*pairs, value[last:]))


KEY_GROUP = 4


def key_groups(text: str) -> str:
    """A key in groups of four: `JBSW Y3DP EHPK 3PXP`. A text that has groups or anything else in
    it, or hardly more than one group, is left as it is."""
    if not (text.isascii() and text.isalnum() and len(text) >= 2 * KEY_GROUP):
        return text
    return " ".join(text[at : at + KEY_GROUP] for at in range(0, len(text), KEY_GROUP))
