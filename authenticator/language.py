"""Which language people are spoken to in, and every text in it: for the window and the terminal.

Texts stand in the code in English. `tr` finds the one of the language in use; `later` marks a
text that stands in a table made before a language is chosen, and is given to `tr` when it is
said. Catalogues are gettext's (docs/translating.md); a text that none has stays English.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from authenticator import resource

if TYPE_CHECKING:
    from gettext import NullTranslations

LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ru": "Русский",
    "zh": "简体中文",
    "ar": "العربية",
}
"""Code by ISO 639-1 -> the language's own name. `zh` is written in simplified characters."""
RIGHT_TO_LEFT = ("ar",)

_MARKS = {"de": ".,", "fr": "\u202f,", "es": ".,", "ru": "\u00a0,"}
"""Between thousands, and before decimals, where it is not as in English (CLDR)."""

_code = "en"
_catalogue: NullTranslations | None = None


def use(code: str) -> None:
    """Speak this language from now on; one of LANGUAGES."""
    global _code, _catalogue
    catalogue = None
    if code != "en":
        from gettext import GNUTranslations  # not needed for English

        with resource.path(f"translations/{code}.mo").open("rb") as file:
            catalogue = GNUTranslations(file)
    _code, _catalogue = code, catalogue


def use_chosen(code: str) -> None:
    """Speak the language of this code, or the system's where it is empty or nothing we have."""
    use(code if code in LANGUAGES else best(of_the_system()))


def current() -> str:
    """The code of the language in use."""
    return _code


def best(wanted: Sequence[str]) -> str:
    """The first language of these that there is; English where there is none. They are named
    as systems do it: `de_AT.UTF-8`, `zh-Hans-CN`."""
    for name in wanted:
        code = name.replace("-", "_").split("_")[0].split(".")[0].lower()
        if code in LANGUAGES:
            return code
    return "en"


def of_the_system() -> list[str]:
    """What the user wants to read, first choice first, as gettext finds it: LANGUAGE, LC_ALL,
    LC_MESSAGES, LANG; on Windows the language of its own texts."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value.split(":")
    if sys.platform == "win32":
        import ctypes
        import locale

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return [locale.windows_locale.get(number, "en")]
    return []


def later(text: str) -> str:
    """The text itself; `tr` says it."""
    return text


def tr(text: str, /, **facts: object) -> str:
    """This text in the language in use, with the facts where it has `{name}`."""
    # A catalogue's text for nothing is its own header.
    said = text if _catalogue is None or not text else _catalogue.gettext(text)
    return said.format_map(facts) if facts else said


def trn(one: str, many: str, count: int, /, **facts: object) -> str:
    """The same for a text that has a form for each kind of number; `{count}` is the number."""
    if _catalogue is None:
        said = one if count == 1 else many
    else:
        said = _catalogue.ngettext(one, many, count)
    return said.format_map({**facts, "count": number(count)})


def number(value: float, places: int = 0, sign: str = "-") -> str:
    """Digits in groups of three, with this many decimals: `3,652`, `92.4`; `sign` as in the
    format's own language, `+` shows one always."""
    text = f"{value:{sign},.{places}f}"
    marks = _MARKS.get(_code)
    return text if marks is None else text.translate({ord(","): marks[0], ord("."): marks[1]})


def sentence(title: str) -> str:
    """A title with its full stop."""
    return tr("{title}.", title=title)


def title(sentence: str) -> str:
    """A sentence without its full stop."""
    return sentence.rstrip(".。")


def together(*sentences: str) -> str:
    """Those that are not empty, one after the other."""
    return ("" if _code == "zh" else " ").join(one for one in sentences if one)


def listed(names: Iterable[str]) -> str:
    """`one, two, three`."""
    return tr(", ").join(names)
