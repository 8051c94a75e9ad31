"""Where a link in a text ends.

That is told by what is around it: quotes and brackets that were opened in front of it, tags, the
next link. Its last value ends at white space unless the link has the line for itself.
"""

import re
from dataclasses import dataclass
from typing import Final

from authenticator.otp.escapes import decoded
from authenticator.otp.key_doubts import USUAL_LETTERS
from authenticator.otp.link_lines import BASE32, joined_lines
from authenticator.otp.link_parameters import first_value, items, named_items
from authenticator.otp.parameter_names import parameter
from authenticator.otp.uri import TEXT_LIMIT

CLOSING: Final = {
    '"': '"', "'": "'", "`": "`", "(": ")", "[": "]", "{": "}", "<": ">", ">": "<", "“": "”",
    "„": "“", "«": "»", "‘": "’", "|": "|", ",": ",", ";": ";", "\t": "\t", "*": "*", "_": "_",
    "$": "$",
}  # fmt: skip
"""What was opened in front of a link -> what closes it."""

_MARKS: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\u00ad\ufeff"
"""Invisible characters that are put between things."""
_BLANKS: Final = rf"\s{_MARKS}\0"
_COLUMNS: Final = ",;|\t*_$"
"""They end a link only behind its last `=`: before, they may be part of a name."""
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_QUOTES: Final = ('"', "'", "`")
_HARD_END: Final = re.compile(
    r"</?[a-z][a-z0-9]{0,12}[\s/>]|<!|&(?:lt|gt|quot|#0*34|#0*60|#0*62|#x22|#x3c|#x3e);|\\[\"']"
    r"|\\[nrt](?=\s*$|[\s\"'])",
    re.IGNORECASE,
)
_MORE_PARAMETERS: Final = re.compile(r"[^\s<>,;]*[&?=]")
_REFERENCE: Final = re.compile(r"&(?:apos|#0*39|#x27);$", re.IGNORECASE)
_BETWEEN: Final = re.compile(
    r"(?:[\W_]|%(?:25)*(?:0[09A-D]|2[027C]|3B|7C|26|E2%(?:25)*80%(?:25)*8[B-F]|EF%BB%BF|C2%A0)"
    r"|\\[nrt0]|\\[ux][0-9a-f]{2,4}|<[a-z/][^<>]{0,40}>|&(?:nbsp|amp|lt|gt|quot|#x?[0-9a-f]+);?)+$",
    re.IGNORECASE,
)
"""What stands between two links, at the end of the first."""
_BEHIND: Final = re.compile(rf"(?:[{_BLANKS},;]|\\[nrt]|%0A|%0D|%09|%20)+$", re.IGNORECASE)
_TAIL_LENGTH: Final = 400
_STOPS: Final = ".,;:!?)]}>\"'`*_’”»“\\"
_ALONE: Final = re.compile(
    rf"[{_BLANKS}]*(?:(?:QR-?\s?Code):|[-*•>]|[0-9]{{1,4}}[.)])?[{_BLANKS}]*", re.IGNORECASE
)
"""What a line may begin with, in front of a link that has it for itself: `QR-Code:` of zbarimg,
the mark of a list."""
_MOST_LINES: Final = 40


@dataclass(frozen=True, slots=True)
class Body:
    """A link without its scheme. `lines` is how many it was on; `broken_off` as in
    `JoinedLines`."""

    text: str
    lines: int
    broken_off: bool


def body(text: str, start: re.Match[str], end: int, *, export: bool, followed: bool) -> Body:
    """The link in `text` that begins at `start` and ends at `end` or before. `followed` tells
    that another link begins there."""
    begin = text.rfind("\n", 0, start.start()) + 1
    before = text[max(begin, start.start() - 200) : start.start()]
    alone = _ALONE.fullmatch(before) is not None
    opener = "" if alone else before[-1:]
    rest = text[start.end() : min(end, start.end() + TEXT_LIMIT)]
    lines = re.split(r"\r\n|\r|\n|\u2028|\u2029", rest, maxsplit=_MOST_LINES)[:_MOST_LINES]
    if opener in _QUOTES and opener in lines[0]:
        del lines[1:]
    joined = joined_lines(lines, before=len(before) + len(start[0]), export=export)
    link = _within_delimiters(joined.text, before, opener)
    if followed and not any(map(str.isalnum, "".join(lines[joined.count :]))):
        link = _without_tail(link, _BETWEEN)
    link = _without_tail(link.lstrip("/"), _BEHIND)
    if export:
        link = re.split(rf"[{_BLANKS}]", link)[0].rstrip(_STOPS)
    else:
        quoted = opener in CLOSING and opener not in "*_"
        link = _without_words(link, alone=alone and not followed, quoted=quoted)
    return Body(link, joined.count, joined.broken_off)


def until(text: str, closing: str) -> str:
    """What is before the bracket or quote that closes what was opened before the text."""
    opening, depth = _PAIRS.get(closing), 0
    for place, character in enumerate(text):
        if character == opening:
            depth += 1
        elif character == closing:
            if not depth:
                return text[:place]
            depth -= 1
    return text


def _within_delimiters(link: str, before: str, opener: str) -> str:
    """What is before a tag, or before the end of what was opened in front of the link."""
    reference = _REFERENCE.search(before)
    if reference is not None:
        link = link.partition(reference[0])[0]
    hard = _HARD_END.search(link)
    if hard is not None:
        link = link[: hard.start()]
    closing = CLOSING.get(opener)
    if closing is not None and opener not in _COLUMNS:
        link = until(link, closing)
    elif closing is not None:
        place = link.find(closing, link.rfind("=") + 1)
        link = link if place < 0 else link[:place]
    elif opener == "=" and before.rfind("<") > before.rfind(">"):  # of a tag, without quotes
        link = re.split(r"[\s>]", link)[0]
    for quote in '"`<':
        front, _, behind = link.partition(quote)
        if opener != quote and link.count(quote) % 2 and not _MORE_PARAMETERS.match(behind):
            link = front
    return link


def _without_tail(text: str, tail: re.Pattern[str]) -> str:
    """Looks only at the last characters, so that no text takes long."""
    short = tail.sub("", text[-_TAIL_LENGTH:])
    while text and len(short) < min(len(text), _TAIL_LENGTH):
        text = text[:-_TAIL_LENGTH] + short
        short = tail.sub("", text[-_TAIL_LENGTH:])
    return text


def _without_words(link: str, *, alone: bool, quoted: bool) -> str:
    """The link without the words behind its last value."""
    pairs = named_items(items(link.partition("?")[2]))
    if not pairs:
        return link if alone else re.split(r"\s", link)[0].rstrip(_STOPS)
    name, value = parameter(pairs[-1][0]), pairs[-1][1]
    if not link.endswith(value):
        return link
    front = link[: len(link) - len(value)]
    if name == "secret":
        return front + _first_key(value)
    if name == "issuer":
        label = decoded(link.partition("?")[0].rpartition("/")[2])[0]
        return front + _first_issuer(value, label.partition(":")[0].strip(), alone, quoted)
    return front + first_value(name, value)


def _first_issuer(value: str, prefix: str, alone: bool, quoted: bool) -> str:
    """An issuer without what is behind it: what is before the account name tells its end."""
    for shown in dict.fromkeys((prefix, prefix.replace(" ", "+"), prefix.replace(" ", "%20"))):
        behind = value.removeprefix(shown)
        if not shown or behind == value:
            continue
        if re.match(r"[,;|\"<>\t]\S|[.,;!?]$" if alone else r"[^\w%+]|$", behind):
            return shown
    if alone or quoted:
        return re.split(r"\s#\s", value)[0]
    return re.split(r"\s", value)[0].rstrip(_STOPS)


def _first_key(value: str) -> str:
    """A key in one piece or in groups of equal length, without the words behind it."""
    column = re.split(r"[,;|]", value)[0].strip()
    words = (column if len(column) >= USUAL_LETTERS[0] else value).split()
    if len(words) < 2:
        return "".join(words)
    size, kept = len(words[0]), [words[0]]
    if size < USUAL_LETTERS[0]:
        for word in words[1:]:
            bare = word.rstrip(".,;")
            fits = BASE32.fullmatch(bare) and len(bare) <= size and len(kept[-1]) == size
            if not fits or bare.isupper() != words[0].isupper():
                break
            kept.append(bare)
    return " ".join(kept).rstrip(".,;")
