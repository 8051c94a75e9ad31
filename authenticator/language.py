"""The language of the user interface, and its texts: for the window and the terminal.

Texts are written in the code in English. `tr` translates one into the current language;
`gettext_noop` marks a text in a table that is built before a language is chosen, and is passed to
`tr` when it is shown. Catalogues are gettext's (docs/translating.md); a text without a translation
stays English.
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
"""Code by ISO 639-1 -> the language's own name. `zh` is written in simplified Chinese."""
RIGHT_TO_LEFT = ("ar",)

_MARKS = {"de": ".,", "fr": "\u202f,", "es": ".,", "ru": "\u00a0,"}
"""Separators of thousands and of decimals, where they differ from English (CLDR)."""

_code = "en"
_catalogue: NullTranslations | None = None


def use(code: str) -> None:
    """Use this language from now on; one of LANGUAGES."""
    global _code, _catalogue
    catalogue = None
    if code != "en":
        from gettext import GNUTranslations  # not needed for English

        with resource.path(f"translations/{code}.mo").open("rb") as file:
            catalogue = GNUTranslations(file)
    _code, _catalogue = code, catalogue


def use_chosen(code: str) -> None:
    """Use the language of this code, or the system's if it is empty or unknown."""
    use(code if code in LANGUAGES else best(of_the_system()))


def current() -> str:
    """The code of the language in use."""
    return _code


def best(wanted: Sequence[str]) -> str:
    """The first of these languages that is available, else English. They are named as systems do:
    `de_AT.UTF-8`, `zh-Hans-CN`."""
    for name in wanted:
        code = name.replace("-", "_").split("_")[0].split(".")[0].lower()
        if code in LANGUAGES:
            return code
    return "en"


def of_the_system() -> list[str]:
    """The user's languages, first choice first, as gettext finds them: LANGUAGE, LC_ALL,
    LC_MESSAGES, LANG; on Windows its display language."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value.split(":")
    if sys.platform == "win32":
        import ctypes
        import locale

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return [locale.windows_locale.get(number, "en")]
    return []


def gettext_noop(text: str) -> str:
    """The text itself, marked for translation; `tr` translates it."""
    return text


def tr(text: str, /, **facts: object) -> str:
    """This text in the current language, with each `{name}` replaced by that fact."""
    # A catalogue's entry for the empty text is its header.
    said = text if _catalogue is None or not text else _catalogue.gettext(text)
    return said.format_map(facts) if facts else said


def trn(one: str, many: str, count: int, /, **facts: object) -> str:
    """The same for a text with plural forms; `{count}` is the number."""
    if _catalogue is None:
        said = one if count == 1 else many
    else:
        said = _catalogue.ngettext(one, many, count)
    return said.format_map({**facts, "count": number(count)})


def number(value: float, places: int = 0, sign: str = "-") -> str:
    """Digits in groups of three, with this many decimals: `3,652`, `92.4`; `sign` as in a format
    specification: `+` always shows one."""
    # As a float, a large whole number would get other digits.
    kind = "d" if isinstance(value, int) and not places else f".{places}f"
    text = f"{value:{sign},{kind}}"
    marks = _MARKS.get(_code)
    return text if marks is None else text.translate({ord(","): marks[0], ord("."): marks[1]})


def sentence(title: str) -> str:
    """A title with its full stop."""
    return tr("{title}.", title=title)


def title(sentence: str) -> str:
    """A sentence without its full stop."""
    return sentence.rstrip(".。")


def join_sentences(*sentences: str) -> str:
    """The sentences that are not empty, joined."""
    return ("" if _code == "zh" else " ").join(one for one in sentences if one)


def join_list(names: Iterable[str]) -> str:
    """`one, two, three`."""
    return tr(", ").join(names)
