"""Every text in every language; number formats; which language is chosen."""

import ast
import re
import subprocess
import sys
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

import authenticator
from authenticator import language, resource
from authenticator.language import LANGUAGES, best, number, of_the_system, tr, trn
from tests.pseudo import KEYWORDS, Pseudo, template

TRANSLATED = sorted(set(LANGUAGES) - {"en"})
PACKAGE = Path(authenticator.__file__).parent


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    language.use("en")


@pytest.fixture(scope="module")
def said_in_code() -> frozenset[str | tuple[str, ...]]:
    return template()


def catalogue(code: str) -> Catalog:
    with resource.path(f"translations/{code}.po").open("rb") as file:
        return read_po(file)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def placeholders(text: str) -> list[str]:
    """Return argparse's placeholders; a plain per cent sign may occur in other texts."""
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
            counted = {"count"} & fields(english) if plural else set()
            assert fields(text) | counted == fields(english), english
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
    """The extractor does not find them there."""
    for file in PACKAGE.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"\{(tr|trn|gettext_noop)\(['\"]", source), file


def test_extraction_keywords_match_those_used_here() -> None:
    script = (PACKAGE.parent / "tools" / "translations").read_text()
    told = dict(found.partition(":")[::2] for found in re.findall(r"--keyword=(\S+)", script))
    assert told == {name: ",".join(map(str, places or ())) for name, places in KEYWORDS.items()}


def calls(tree: ast.AST, names: Container[str]) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in names:
                yield name, node


def texts_at(call: ast.Call, places: dict[int, str]) -> Iterator[str]:
    """Yield the literals passed at these positions or by these names."""
    given = [one for place, one in enumerate(call.args) if place in places]
    given += [one.value for one in call.keywords if one.arg in places.values()]
    for one in given:
        for leaf in ast.walk(one) if isinstance(one, ast.IfExp) else (one,):
            if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
                yield leaf.value


def wrappers(trees: Iterable[ast.Module]) -> dict[str, dict[int, str]]:
    """Return functions that pass a parameter of their own on to be translated: name -> its
    positions and names. A method's first position is not its `self`."""
    found: dict[str, dict[int, str]] = {}
    for tree in trees:
        methods = {
            function
            for holder in ast.walk(tree)
            if isinstance(holder, ast.ClassDef)
            for function in holder.body
        }
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef) or function.name in KEYWORDS:
                continue
            parameters = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
            handed_on = {
                one.id
                for name, call in calls(function, KEYWORDS)
                for one in call.args[: 2 if name == "trn" else 1]
                if isinstance(one, ast.Name) and one.id in parameters
            }
            shift = 1 if function in methods else 0
            places = {parameters.index(name) - shift: name for name in handed_on}
            if places:
                found[function.name] = found.get(function.name, {}) | places
    return found


def said_by_name(trees: Iterable[ast.Module]) -> Iterator[str]:
    """Return texts in tables and constants that are translated on use: `tr(WORDS[reason])`."""
    trees = list(trees)
    names: set[str] = set()
    for tree in trees:
        for _, call in calls(tree, KEYWORDS):
            root = call.args[0]
            while isinstance(root, ast.Subscript | ast.Call):
                root = root.func if isinstance(root, ast.Call) else root.value
            if isinstance(root, ast.Attribute) and root.attr in ("get", "pop"):
                root = root.value
            names.add(getattr(root, "id", getattr(root, "attr", "no name")))
    for tree in trees:
        for statement in tree.body:
            targets = getattr(statement, "targets", [getattr(statement, "target", None)])
            value = getattr(statement, "value", None)
            if value is not None and {getattr(one, "id", None) for one in targets} & names:
                yield from unmarked(value)


def unmarked(value: ast.expr) -> Iterator[str]:
    """Yield the literals of a table, except its keys and the arguments of calls."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    inside = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [])
    for one in inside:
        yield from unmarked(one)


def overlooked(sources: Iterable[str], known: Container[object]) -> set[str]:
    """Return the literals that are shown, in whatever way, and are not among the known."""
    trees = [ast.parse(source) for source in sources]
    for_all = {name: places for name, places in wrappers(trees).items() if not name.startswith("_")}
    said: set[str] = set()
    for tree in trees:
        by_hand = for_all | wrappers([tree])
        for name, call in calls(tree, by_hand):
            said.update(texts_at(call, by_hand[name]))
    said.update(said_by_name(trees))
    for tree in trees:
        for node in ast.walk(tree):
            for alias in node.names if isinstance(node, ast.ImportFrom) else ():
                if alias.name in KEYWORDS and alias.asname:
                    said.add(f"{alias.name} as {alias.asname}")
    return {text for text in said if re.search(r"[^\W\d_]{2}", text)} - set(known)


def test_every_shown_text_is_extracted_for_translators() -> None:
    """Even if another function passes it to `tr`, under whatever name, or it comes out of a table:
    a text that the extractor misses stays English in every language."""
    sources = [file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")]
    pairs = {text for one in template() if isinstance(one, tuple) for text in one}
    assert overlooked(sources, template() | pairs) == set()


@pytest.mark.parametrize(
    "source",
    [
        "def _(words): return tr(words)\nsay(_('lost words'))",
        "class A:\n def f(self, n, *, hint=''): self.x(tr(hint))\na.f(3, hint='lost words')",
        "def f(one, many): return trn(one, many, 3)\nf('a word', 'lost words')",
        "WORDS = {1: later('a word'), 2: 'lost words'}\ndef f(n): return tr(WORDS[n])",
        "WORDS = ('a word', ('a word', 'lost words'))\nx = tr(WORDS[1][1])",
        "WORDS = {}\nWORDS: dict = {1: 'lost words'}\nx = tr(other.WORDS.get(1, ''))",
    ],
)
def test_text_missed_by_extractor_is_detected(source: str) -> None:
    assert overlooked([source], {"a word"}) == {"lost words"}
    assert overlooked(["from authenticator.language import tr as _"], set()) == {"tr as _"}


def test_pseudo_language_leaves_unknown_text_unchanged() -> None:
    spoken = Pseudo({"Copied", ("{count} day", "{count} days")})
    assert spoken.gettext("Copied").startswith("⟦")
    assert spoken.gettext("the picture") == "the picture"
    assert spoken.ngettext("{count} day", "{count} days", 2).startswith("⟦")
    assert spoken.ngettext("a day", "days", 2) == "days"


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


@pytest.mark.parametrize("value", [0, -5, 1234, 10**30 - 1, 2**64])
def test_number_writes_each_digit_of_a_whole_number(value: int) -> None:
    assert number(value).replace(",", "") == str(value)


def test_use_english_loads_no_catalogue() -> None:
    """Nor gettext: every millisecond of the start counts."""
    program = (
        "import sys; from authenticator.language import tr; tr('x'); "
        "print('gettext' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout == "False\n", done.stderr


FIGURES_OF_THEIR_OWN = re.compile(
    r"RFC \d+, section \d+|SHA\d+|[Bb]ase32|Base64|UTF-8|IPv6"  # names
    r"|\tF\d+|%2[05B]|2-Step Verification"
    r"|\b1970\b|Unix time in seconds, 0 or later"  # the Unix epoch
    r"|digits 2 to 7, never 0, 1, 8 or 9|no digit [018]|digits 0 to 9"  # alphabets
    r"|five letters and digits"  # Steam
    r"|\(0 is the first\)|, from 1;|must be 1 to|Exit: 0 ok"  # where counting begins
)
FIGURE = re.compile(
    r"\d+|\b(?:three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|twentieth|thirty"
    r"|forty|fifty|sixty|ninety|hundred|thousand)\b",
    re.IGNORECASE,
)


def test_no_text_repeats_a_figure_defined_elsewhere() -> None:
    """Figures are inserted from where they are defined, so that texts follow when they change."""
    texts = [text for one in template() for text in ([one] if isinstance(one, str) else one)]
    bare = (re.sub(r"{\w+}", "", FIGURES_OF_THEIR_OWN.sub("", text)) for text in texts)
    assert [text for text, rest in zip(texts, bare, strict=True) if FIGURE.search(rest)] == []
