"""How hard a passphrase is to guess, and what makes it easy (zxcvbn's estimate)."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple

_LIMIT: Final = 72
"""Characters that are looked at; whatever is strong by then stays so."""


class Score(IntEnum):
    """How many guesses it takes, by powers of ten: below 3, 6, 8, 10, and above."""

    VERY_WEAK = 0
    WEAK = 1
    FAIR = 2
    STRONG = 3
    VERY_STRONG = 4


class Weakness(StrEnum):
    """What most of a passphrase is made of, if it can be guessed for that."""

    COMMON = "common"  # a well-known password, or a word
    NAME = "name"
    REPEAT = "repeat"
    SEQUENCE = "sequence"
    KEYBOARD = "keyboard"  # keys that lie side by side
    DATE = "date"
    SHORT = "short"


class Strength(NamedTuple):
    """`weakness` is None from STRONG on."""

    score: Score
    weakness: Weakness | None = None


def strength(passphrase: str, known: Iterable[str] = ()) -> Strength:
    """An estimate for a passphrase that is not empty; `known` are words that an attacker would
    try first, such as the person's own names. Takes a few milliseconds."""
    from zxcvbn import zxcvbn

    found = zxcvbn(passphrase[:_LIMIT], [word for word in known if word], max_length=_LIMIT)
    score = Score(found["score"])
    if score >= Score.STRONG:
        return Strength(score)
    longest = max(found["sequence"], key=lambda match: len(match["token"]), default=None)
    return Strength(score, Weakness.SHORT if longest is None else _weakness(longest))


def _weakness(match: dict[str, str]) -> Weakness:
    match match["pattern"]:
        case "dictionary":
            names = ("surnames", "male_names", "female_names", "user_inputs")
            return Weakness.NAME if match["dictionary_name"] in names else Weakness.COMMON
        case "repeat":
            return Weakness.REPEAT
        case "sequence":
            return Weakness.SEQUENCE
        case "spatial":
            return Weakness.KEYBOARD
        case "date" | "regex":
            return Weakness.DATE
        case _:
            return Weakness.SHORT
