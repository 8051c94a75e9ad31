"""Every text in every language; number formats; which language is chosen."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

import authenticator
from authenticator import language, resource
from authenticator.language import LANGUAGES, best, number, of_the_system, tr, trn

TRANSLATED = sorted(set(LANGUAGES) - {"en"})
KEYWORDS = {"tr": None, "later": None, "trn": (1, 2)}
PACKAGE = Path(authenticator.__file__).parent


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    language.use("en")


@pytest.fixture(scope="module")
def said_in_code() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(PACKAGE, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


def catalogue(code: str) -> Catalog:
    with resource.path(f"translations/{code}.po").open("rb") as file:
        return read_po(file)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def placeholders(text: str) -> list[str]:
    """Those of argparse's texts; a per cent sign may stand in others."""
    return sorted(re.findall(r"%(?:\(\w+\))?[rs]", text))


@pytest.mark.parametrize("code", TRANSLATED)
def test_catalogue_has_exactly_the_texts_of_the_code(
    code: str, said_in_code: set[str | tuple[str, ...]]
) -> None:
    kept = {
        tuple(message.id) if isinstance(message.id, tuple | list) else message.id
        for message in catalogue(code)
        if message.id
    }
    assert kept == said_in_code, "make translations"


@pytest.mark.parametrize("code", TRANSLATED)
def test_translation_keeps_placeholders_and_line_ends(code: str) -> None:
    texts = catalogue(code)
    for message in texts:
        if not message.id:
            continue
        plural = isinstance(message.id, tuple | list)
        english = message.id[-1] if plural else message.id
        translations = forms(message)
        assert len(translations) == (texts.num_plurals if plural else 1), english
        assert not message.fuzzy, english
        for text in translations:
            assert text, english
            assert fields(text) | ({"count"} if plural else set()) == fields(english), english
            assert "{" not in re.sub(r"{\w+}", "", text), english
            assert placeholders(text) == placeholders(english), english
            assert text.count("\t") == english.count("\t"), english
            assert text.endswith("\n") == english.endswith("\n"), english


@pytest.mark.parametrize("code", TRANSLATED)
def test_shipped_mo_file_equals_compiled_catalogue(code: str, tmp_path: Path) -> None:
    compiled = tmp_path / "compiled.mo"
    with compiled.open("wb") as file:
        write_mo(file, catalogue(code))
    shipped = resource.path(f"translations/{code}.mo").read_bytes()
    assert shipped == compiled.read_bytes(), "make translations"


def test_code_has_no_tr_call_inside_an_f_string() -> None:
    """The extractor does not find those."""
    for file in PACKAGE.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"\{(tr|trn|later)\(['\"]", source), file


@pytest.mark.parametrize("code", TRANSLATED)
def test_tr_translates_into_the_current_language(code: str) -> None:
    language.use(code)
    assert language.current() == code
    assert tr("Try again.") != "Try again."
    assert tr("") == ""
    assert tr("a text that nobody has translated {x}", x=1) == (
        "a text that nobody has translated 1"
    )
    language.use("en")
    assert tr("Try again.") == "Try again."


def test_tr_does_not_format_facts_as_templates() -> None:
    assert tr("{file} is a folder.", file="{oops} {file}") == "{oops} {file} is a folder."


@pytest.mark.parametrize(
    ("code", "counts"),
    [("ru", (1, 2, 5, 21)), ("ar", (0, 1, 2, 3, 11, 100)), ("fr", (0, 1, 2)), ("zh", (1, 2))],
)
def test_trn_picks_the_plural_form_of_the_count(code: str, counts: tuple[int, ...]) -> None:
    language.use(code)
    told = [trn("{count} day", "{count} days", count) for count in counts]
    bare = {
        text.replace(number(count), "").strip() for text, count in zip(told, counts, strict=True)
    }
    kinds = {"ru": 3, "ar": 6, "fr": 2, "zh": 1}[code]
    assert len(bare) in (kinds, kinds - 1)  # two forms of one noun may look alike


@pytest.mark.parametrize("code", LANGUAGES)
@given(value=st.floats(-1e9, 1e9), places=st.integers(0, 3))
def test_number_uses_the_separators_of_the_language(code: str, value: float, places: int) -> None:
    language.use(code)
    rounded = float(f"{value:.{places}f}")
    expected = format_decimal(
        rounded, format="#,##0" + ("." + "0" * places if places else ""), locale=code
    )
    assert number(rounded, places).lstrip("-") == expected.lstrip("-")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (["de_AT.UTF-8"], "de"),
        (["zh-Hans-CN"], "zh"),
        (["nl", "fr_CA"], "fr"),
        (["C"], "en"),
        (["C.UTF-8"], "en"),
        (["POSIX", ""], "en"),
        (["xx_YY@euro", "AR"], "ar"),
        ([], "en"),
        (["en_GB", "de"], "en"),
    ],
)
def test_best_returns_first_available_language(wanted: list[str], found: str) -> None:
    assert best(wanted) == found


def test_of_the_system_reads_variables_in_gettext_order(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert of_the_system() == ["ru_RU.UTF-8"]
    monkeypatch.setenv("LC_MESSAGES", "es_ES")
    assert of_the_system() == ["es_ES"]
    monkeypatch.setenv("LANGUAGE", "fr:de")
    assert of_the_system() == ["fr", "de"]


def test_use_english_loads_no_catalogue() -> None:
    """Nor gettext: the start is counted in milliseconds."""
    program = (
        "import sys; from authenticator.language import tr; tr('x'); "
        "print('gettext' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout == "False\n", done.stderr
