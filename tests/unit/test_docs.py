"""What the documentation names is there: files, classes, functions and make targets; layers as
the import contracts have them."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PACKAGE = TOP / "authenticator"
PAGES = [
    TOP / "README.md",
    TOP / "CONTRIBUTING.md",
    TOP / "SECURITY.md",
    *sorted((TOP / "docs").rglob("*.md")),
]
MADE = ("build", "dist", ".venv")
"""Folders that are not in the repository."""
FILES = re.compile(r".+\.(py|db|dir|txt|json|log)")
FIXTURE_PAGE = TOP / "docs/testing-a-panel.md"
"""Speaks of the fixture, whose attributes have the names of packages."""


def spans(text: str) -> list[str]:
    """What stands between backticks, blocks of code left out."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def exists(path: str) -> bool:
    """Whether a file or folder is there, below the repository or the package."""
    roots = (TOP, PACKAGE, TOP / "packaging", TOP / "tools")
    pattern = path.rstrip("/").replace("CODE", "*")  # of a language
    return any(list(root.glob(pattern)) for root in roots)


@cache
def modules() -> dict[str, Path]:
    """The app's modules by dotted name, with and without the package's own name."""
    found = {}
    for file in PACKAGE.rglob("*.py"):
        name = ".".join(file.relative_to(TOP).with_suffix("").parts).removesuffix(".__init__")
        found[name] = found[name.removeprefix("authenticator.")] = file
    return found


@cache
def names_in(file: Path) -> dict[str, set[str]]:
    """Whatever a module defines, and for each class the names in it."""
    found: dict[str, set[str]] = {"": set()}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        inside = defined(node)
        found[""] |= inside
        if isinstance(node, ast.ClassDef):
            found[node.name] = set().union(*(defined(one) for one in ast.walk(node)))
    return found


def defined(node: ast.AST) -> set[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return {node.name}
        case ast.AnnAssign(target=target) | ast.Assign(targets=[target]):
            return {one.id for one in ast.walk(target) if isinstance(one, ast.Name)} | {
                one.attr for one in ast.walk(target) if isinstance(one, ast.Attribute)
            }
        case ast.ImportFrom():
            return {alias.asname or alias.name for alias in node.names}
    return set()


@cache
def classes() -> dict[str, set[str]]:
    """The app's classes by name, with the names in each."""
    found: dict[str, set[str]] = {}
    for file in set(modules().values()):
        for name, inside in names_in(file).items():
            if name:
                found.setdefault(name, set()).update(inside)
    return found


@cache
def identifiers() -> set[str]:
    """Every name that the app's code defines, arguments among them."""
    found: set[str] = set(modules())
    for file in set(modules().values()):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            found |= defined(node)
            if isinstance(node, ast.arg):
                found.add(node.arg)
    return found


def resolves(dotted: str) -> bool:
    """Whether `package.module.name`, `module.Class.name` or `Class.name` leads to something."""
    head, *rest = dotted.split(".")
    if head in classes():
        return not rest or (len(rest) == 1 and rest[0] in classes()[head])
    for length in range(len(rest) + 1, 0, -1):
        parts = dotted.split(".")
        file = modules().get(".".join(parts[:length]))
        if file is None:
            continue
        match parts[length:]:
            case []:
                return True
            case [name]:
                return name in names_in(file)[""]
            case [name, inner]:
                return inner in names_in(file).get(name, set())
    return False


def is_ours(dotted: str) -> bool:
    """Whether a dotted name speaks of the app's code, not of a library's or of a file."""
    head = dotted.split(".")[0]
    if FILES.fullmatch(dotted) or dotted.startswith("vault.db"):
        return False
    return head in classes() or head in modules() or head == "authenticator"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))
def test_page_names_files_that_exist(page: Path) -> None:
    tops = {one.name for root in (TOP, PACKAGE) for one in root.iterdir()} - set(MADE)
    paths = [
        span
        for span in spans(page.read_text(encoding="utf-8"))
        if re.fullmatch(r"[\w./*-]+", span)
        and (span.endswith(".py") or ("/" in span and span.split("/")[0] in tops))
    ]
    assert [path for path in paths if not exists(path)] == []


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if page != FIXTURE_PAGE],
    ids=lambda page: str(page.relative_to(TOP)),
)
def test_page_names_code_that_exists(page: Path) -> None:
    dotted = [
        span.removesuffix("()")
        for span in spans(page.read_text(encoding="utf-8"))
        if re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+(\(\))?", span)
    ]
    assert [name for name in dotted if is_ours(name) and not resolves(name)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TOP)))
def test_page_names_make_targets_that_exist(page: Path) -> None:
    makefile = (TOP / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"(?:^|`)(?:\w+=\S+ )?make ([a-z][a-z-]*)", text, re.MULTILINE)
    assert [target for target in named if target not in targets] == []


def test_glossary_names_code_that_exists() -> None:
    text = (TOP / "docs/glossary.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    in_code = [span for row in rows for span in spans(row[2])]
    assert len(in_code) > 60
    lost = [
        span
        for span in in_code
        if not (exists(span) if "/" in span else resolves(span) or span in identifiers())
    ]
    assert lost == []


def columns(text: str, heading: str) -> list[str]:
    """The first column of each line of the block of code under a heading, its own lines only."""
    block = text.partition(heading)[2].partition("```")[2].partition("```")[0]
    return [re.split(r"  +", line)[0].strip() for line in block.splitlines() if line.strip("- ")]


@pytest.mark.parametrize(
    ("heading", "container"),
    [
        ("## The layers", "authenticator"),
        ("### The window", "authenticator.gui"),
        ("### The vault", "authenticator.vault"),
    ],
)
def test_architecture_has_the_layers_of_the_contract(heading: str, container: str) -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = [
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract.get("containers") == [container]
    ]
    page = (TOP / "docs/architecture.md").read_text(encoding="utf-8")
    assert [name for name in columns(page, heading) if name] == layers


def test_architecture_flows_name_files_that_exist() -> None:
    page = (TOP / "docs/architecture.md").read_text(encoding="utf-8")
    flows = "".join(re.findall(r"^## From .*?```(.*?)```", page, re.DOTALL | re.MULTILINE))
    named = re.findall(r"\b[a-z]+(?:/[a-z_]+)+", flows)
    assert len(named) > 20
    assert [name for name in named if not (exists(name) or exists(f"{name}.py"))] == []


def test_decision_records_name_constants_that_exist() -> None:
    records = "".join(
        page.read_text(encoding="utf-8") for page in (TOP / "docs/decisions").glob("0*.md")
    )
    constants = [
        span for span in spans(records) if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", span)
    ]
    assert [name for name in constants if name not in identifiers() | {"AUTHENTICATOR_HOME"}] == []
