"""The names that panels give to a link's parameters, and which parameter each plainly means."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

ISSUER: Final = "issuer"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ALIASES: Final = {
    "secret": "secret key seed secretkey sharedsecret otpsecret totpsecret hotpsecret base32secret",
    ISSUER: "issuer iss issuername",
    "algorithm": (
        "algorithm algo alg algorithmname hash hashalgorithm hashalgo hashalg hashfunction "
        "hashfunc hashname hashtype hmac hmacalgorithm hmacalgo digest otpalgorithm otpalgo "
        "macalgorithm"
    ),
    "digits": (
        "digits digit digitcount digitscount numdigits ndigits digitnum digitsnum numberofdigits "
        "digitlength digitslength length len codelength codelen codedigits otplength otpdigits "
        "totpdigits tokenlength passwordlength"
    ),
    "period": (
        "period periods interval intervals step timestep timesteps timeperiod timeinterval "
        "timestepsize stepsize steplength steptime periodseconds periodsec periodinseconds "
        "intervalseconds intervalsec seconds stepseconds stepinseconds otpperiod totpperiod "
        "totpinterval refreshinterval refreshperiod updateinterval"
    ),
    "counter": (
        "counter count initialcounter startcounter counterstart counterinitial initialcount "
        "countervalue hotpcounter otpcounter movingfactor initialmovingfactor"
    ),
    "encoder": "encoder",
}
_MEANINGS: Final = {alias: name for name, many in _ALIASES.items() for alias in many.split()}

_PIN_NAMES: Final = {"pin": "pin", "pinlength": "pin_length"}

_FUZZY: Final = tuple(
    (name, _MEANINGS[name])
    for name in (
        "secret", ISSUER, "algorithm", "digits", "period", "counter", "interval", "timestep",
        "encoder",
    )
)  # fmt: skip
"""Short names are no words to find typing mistakes of: every other short one is near to them."""

_HARMLESS: Final = _set(
    "image icon color colour lock logo imageurl iconurl logourl background foreground "
    "backgroundcolor foregroundcolor user username name email account accountname label title "
    "serial ttl tokentype tag tags group groups note notes favorite favourite pinned window skew "
    "drift lang language locale country version ver host domain url link redirect size margin "
    "format issued issuedat issuerid issuerurl issuerlogo issuericon issuerimage center secured "
    "secretlength secretbits counterwindow chs cht chld choe ecc qzone"
)
"""They say nothing of how codes are made, though some of them look like a name that does."""

_KEY_CHANGERS: Final = _set(
    "2stepsalt 2stepoutput 2stepdifficulty salt pepper derivation kdf iterations passphrase "
    "pinlength"
)
_KEY_FORMATS: Final = _set(
    "encoding secretencoding keyencoding secretformat keyformat secrettype keytype"
)
_FIRST_STEPS: Final = _set("t0 epoch epochtime epochstart starttime timeorigin")

_WORDS: Final = (
    ("digit", "digits"),
    ("period", "period"),
    ("interval", "period"),
    ("timestep", "period"),
    ("algo", "algorithm"),
    ("hash", "algorithm"),
    ("counter", "counter"),
)
_VALUE_BEHIND: Final = re.compile(r"(?:sha)?[0-9]+$")
_LEAST_BEGINNING: Final = 3
_INDEX: Final = re.compile(r"\[[^\]]*\]?")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_ENTITY: Final = re.compile(r"(?:(?:amp|#0*38|#x0*26);)+", re.IGNORECASE)
"""What is left of an `&amp;` in front of a name once the link is split at `&`."""


class Effect(StrEnum):
    """What a parameter that no reader knows may do to the codes."""

    NONE = "none"
    """Nothing, as far as is known."""
    KEY = "key"
    """The key is not the one in the link, or is written in another way."""
    CODES = "codes"
    """Its name says that it is about the codes, and no more."""


def unescaped(given: str) -> str:
    """A decoded name without the rest of an `&amp;` in front of it."""
    given = given.strip()
    if match := _ENTITY.match(given):
        return given[match.end() :]
    glued = given.lower().startswith("amp") and _bare(given[3:]) in _MEANINGS
    return given[3:] if glued else given


def parameter(given: str) -> str | None:
    """The parameter that a decoded name is or plainly means: its own name, another name of it, or
    a typing mistake of one or two letters. None for any other.

    White space, quotes, brackets with an index, `_` and `-`, and the rest of an `&amp;` don't
    matter."""
    bare = _bare(given)
    known = known_parameter(given)
    if known or bare in _HARMLESS or not 4 <= len(bare) <= 12:
        return known
    for name, meant in _FUZZY:
        if _distance(bare, name) <= (1 if len(bare) < 6 else 2):
            return meant
    return None


def known_parameter(given: str) -> str | None:
    """As `parameter`, without typing mistakes."""
    return _MEANINGS.get(_bare(given)) or _MEANINGS.get(_bare(unescaped(given)))


def about(given: str) -> str | None:
    """The parameter that a decoded name is about, whether it means it or not: also where that is
    a word in it, its beginning, or what is in front of a value (`digits8`)."""
    bare = _bare(given)
    known = parameter(given)
    if known or bare in _HARMLESS:
        return known
    for word, name in _WORDS:
        if word in bare:
            return name
    front = _VALUE_BEHIND.sub("", bare)
    if front != bare and (known := parameter(front)):
        return known
    begun = [meant for name, meant in _FUZZY if name.startswith(bare)]
    return begun[0] if begun and len(bare) >= _LEAST_BEGINNING else None


def resembling(given: str) -> str | None:
    """The parameter that a short name is two mistakes away from (`idgis`): other words are, too,
    so its value has to tell."""
    bare = _bare(given)
    if bare in _HARMLESS or not 3 < len(bare) < 6:
        return None
    return next((meant for name, meant in _FUZZY if _distance(bare, name) == 2), None)


def pin_parameter(given: str) -> str | None:
    """`pin` or `pin_length`, which only links of types with a PIN have; None for any other."""
    return _PIN_NAMES.get(_bare(given).removeprefix("amp"))


def effect(given: str, value: str) -> Effect:
    """What a parameter that `parameter` does not know may do to the codes."""
    bare = _bare(given)
    plain = value.strip().lower()
    if bare in _KEY_CHANGERS:
        return Effect.KEY
    if bare == "pin":  # true or false: whether the app asks for one before it shows the code
        return Effect.NONE if plain in ("", "true", "false", "0", "1") else Effect.KEY
    if bare in _KEY_FORMATS:
        return Effect.NONE if plain in ("", "base32", "b32") else Effect.KEY
    if bare in _FIRST_STEPS:
        return Effect.NONE if plain in ("", "0") else Effect.KEY
    return Effect.NONE if about(given) in (None, ISSUER, "encoder") else Effect.CODES


def _bare(given: str) -> str:
    """Its letters and digits, lower case."""
    given = given.strip()
    if match := _ENTITY.match(given):
        given = given[match.end() :]
    plain = unicodedata.normalize("NFKC", _INDEX.sub("", given)).lower()
    return _NO_LETTERS.sub("", plain)


def _distance(one: str, other: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours that make one of the other
    (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                steps = min(steps, earlier[j - 2] + 1)
            row.append(steps)
    return row[-1]
