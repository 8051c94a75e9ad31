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
        "timestepsize stepsize steplength steptime periodseconds periodsec periods periodinseconds "
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

_CODE_WORDS: Final = re.compile("digit|period|interval|timestep|algo|hash")
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


def is_escaped(given: str) -> bool:
    """Whether the rest of an `&amp;` is in front of a decoded name."""
    given = given.strip()
    if _ENTITY.match(given):
        return True
    return given.lower().startswith("amp") and _bare(given[3:]) in _MEANINGS


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
    bare = _bare(given)
    found = _MEANINGS.get(bare)
    if found is None and bare.startswith("amp"):
        found = _MEANINGS.get(bare.removeprefix("amp"))
    return found


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
    if bare not in _HARMLESS and _CODE_WORDS.search(bare):
        return Effect.CODES
    return Effect.NONE


def _bare(given: str) -> str:
    """Its letters and digits, lower case."""
    text = (
        _ENTITY.sub("", given.strip().lower(), count=1) if _ENTITY.match(given.strip()) else given
    )
    text = unicodedata.normalize("NFKC", _INDEX.sub("", text)).lower()
    return _NO_LETTERS.sub("", text)


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
