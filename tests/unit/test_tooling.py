"""The project's setup: everything is locked, system packages are named, pages and hooks agree."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from authenticator.cli.main import VERBS

TOP = Path(__file__).parents[2]
PIN = re.compile(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)( ; [^\\]+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
DECISIONS = sorted((TOP / "docs/decisions").glob("[0-9]*.md"))
LOCKS = sorted((TOP / "requirements").glob("*.txt"))


def locked(file: Path) -> dict[str, list[str]]:
    """Return each requirement of a lock file with its hashes."""
    text = re.sub(r"^ *#.*\n", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    rows = [re.split(r"\s*\\\n\s*", row) for row in re.split(r"\n(?! )", text.strip())]
    return {requirement: hashes for requirement, *hashes in rows}


def pinned(*names: str) -> dict[str, str]:
    found = {}
    for name in names:
        for line in locked(TOP / f"requirements/{name}.txt"):
            pin = PIN.fullmatch(line)
            assert pin, line
            found[canonicalize_name(pin[1])] = pin[2]
    return found


def needed() -> set[str]:
    """Return every distribution that pip installs for us here, directly or not."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    found: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        extras = frozenset(requirement.extras)
        name = canonicalize_name(requirement.name)
        applies = [{"extra": extra} for extra in (extras or {""})]
        if (name, extras) in found:
            continue
        found.add((name, extras))
        for text in metadata.requires(name) or []:
            marker = Requirement(text).marker
            if marker is None or any(marker.evaluate(extra) for extra in applies):
                waiting.append(text.partition(";")[0])
    return {name for name, _ in found}


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        *(str(page.relative_to(TOP)) for page in sorted((TOP / "docs").rglob("*.md"))),
    ],
)
def test_page_links_lead_to_existing_files(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (TOP / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (TOP / page).parent.joinpath(link).exists()] == []


def test_pictures_that_no_page_shows_are_not_kept() -> None:
    pages = [TOP / "README.md", *(TOP / "docs").rglob("*.md")]
    shown = {
        page.parent.joinpath(link).resolve()
        for page in pages
        for link in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    }
    kept = {*(TOP / "docs/screens").iterdir(), *(TOP / "docs/panel").glob("*.png")}
    assert kept == shown


@pytest.mark.parametrize("record", DECISIONS, ids=lambda record: record.stem)
def test_decision_record_has_its_sections(record: Path) -> None:
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name)
    title, *headings = re.findall(r"^(#+ .+)$", record.read_text(encoding="utf-8"), re.MULTILINE)
    assert title.startswith("# ")
    measured = ["## Measured"] if "## Measured" in headings else []
    assert headings == ["## Context", "## Decision", *measured, "## How to undo it"]


def test_decision_index_lists_each_record_by_title() -> None:
    index = (TOP / "docs/decisions/README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- \[(\d{4})\]\(([^)]+)\) (.+)$", index, re.MULTILINE)
    assert sorted(listed) == [
        (record.name[:4], record.name, record.read_text(encoding="utf-8").split("\n")[0][2:])
        for record in DECISIONS
    ]
    assert len({number for number, _, _ in listed}) == len(listed)


def test_changelog_is_machine_readable() -> None:
    text = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.startswith("# Changelog\n")
    releases = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert releases[0] == "[Unreleased]"
    form = re.compile(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}")
    assert [release for release in releases[1:] if not form.fullmatch(release)] == []
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= kinds


def test_app_has_no_long_file_and_no_large_class() -> None:
    """Above these sizes the reason stands at the file's head."""
    long, large = [], []
    for file in sorted((TOP / "authenticator").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        tree = ast.parse(text)
        head = ast.get_docstring(tree) or ""
        if text.count("\n") > 400 and "400 lines" not in head:
            long.append(file.name)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                methods = sum(isinstance(one, ast.FunctionDef) for one in node.body)
                if methods > 25 and f"{node.name} has more than 25 methods" not in head:
                    large.append(f"{file.name}: {node.name} ({methods})")
    assert (long, large) == ([], [])


def test_pre_commit_hooks_run_tools_of_make_check_offline() -> None:
    text = (TOP / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: *(\S+)", text) == ["local"]
    assert set(re.findall(r"language: *(\S+)", text)) == {"system"}
    entries = re.findall(r"entry: *\.venv/(bin/\S+)", text)
    makefile = (TOP / "Makefile").read_text(encoding="utf-8")
    (check,) = re.findall(r"^check:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert set(entries) == {f"bin/{tool}" for tool in re.findall(r"\$\(BIN\)/(\S+)", check)}


def dry_run(*words: str) -> str:
    """Return the commands that make would run."""
    # An enclosing `make test` would pass its own variables on.
    own = {"ARGS", "MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS"}
    return subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *words],
        cwd=TOP,
        env={name: value for name, value in os.environ.items() if name not in own},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_make_test_with_args_runs_only_those_tests() -> None:
    some = dry_run("test", "ARGS=tests/unit/otp -k uri")
    assert "pytest" in some
    assert some.rstrip().endswith("tests/unit/otp -k uri")
    assert "--cov" not in some
    assert "ruff" not in some


def test_make_test_checks_first_and_measures_coverage() -> None:
    every = dry_run("test")
    assert "--cov" in every.partition("ruff check")[2]


def test_make_screens_draws_into_build_folder_and_copies_only_shown_pictures() -> None:
    assert " docs/" not in dry_run("screens")
    (shown,) = re.findall(r"^cp (.+) docs/screens$", dry_run("docs-screens"), re.MULTILINE)
    kept = {f"build/screens/{picture.name}" for picture in (TOP / "docs/screens").iterdir()}
    assert set(shown.split()) == kept


def test_readme_names_every_verb() -> None:
    table = (TOP / "README.md").read_text(encoding="utf-8").partition("## Command line")[2]
    named = {words.split()[0] for words in re.findall(r"`([^`]+)`", table)}
    assert named >= VERBS.keys()


def test_every_extra_has_a_lock_file() -> None:
    extras = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {file.stem for file in LOCKS} == {"app", "build", *extras["optional-dependencies"]}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda file: file.stem)
def test_lock_file_has_exact_versions_with_hashes_and_no_host(lock: Path) -> None:
    assert locked(lock)
    for requirement, hashes in locked(lock).items():
        assert PIN.fullmatch(requirement), requirement
        assert hashes, requirement
        assert [line for line in hashes if not HASH.fullmatch(line)] == []
    assert not re.search(r"://|^--?[a-z]|^ *[./]", lock.read_text(encoding="utf-8"), re.MULTILINE)


def test_lock_files_agree_on_every_version() -> None:
    """They are installed on top of each other."""
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for requirement in locked(lock):
            versions.setdefault(requirement.split("==")[0], set()).add(requirement)
    told = {name: {line.partition(" ;")[0] for line in each} for name, each in versions.items()}
    # One has two versions, for Python before and since 3.11.5, each with its marker.
    assert {name for name, each in told.items() if len(each) > 1} <= {"pymdown-extensions"}
    assert all(";" in line for line in versions["pymdown-extensions"])


def test_lock_files_cover_windows_and_macos() -> None:
    app = {PIN.fullmatch(line)[3]: line for line in locked(TOP / "requirements/app.txt")}
    assert [line for marker, line in app.items() if "sys_platform == 'win32'" in str(marker)]
    assert [line for marker, line in app.items() if "sys_platform == 'darwin'" in str(marker)]


def test_every_installed_distribution_is_locked() -> None:
    assert needed() <= pinned("build", "app", "dev").keys()


def test_installed_versions_are_the_locked_ones() -> None:
    pins = pinned("build", "app", "dev")
    assert {name: metadata.version(name) for name in needed()} == {
        name: pins[name] for name in needed()
    }


def test_workflow_actions_are_pinned_by_commit_with_version() -> None:
    uses = [
        line.split("uses:", 1)[1].strip()
        for workflow in (TOP / ".github/workflows").glob("*.yml")
        for line in workflow.read_text(encoding="utf-8").splitlines()
        if "uses:" in line
    ]
    assert uses
    pin = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [action for action in uses if not pin.fullmatch(action)] == []


def audited(tmp_path: Path, said: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run tools/audit.py beside a pip-audit that runs `said`."""
    commands = tmp_path / "bin"
    commands.mkdir(exist_ok=True)
    (commands / "pip-audit").write_text(
        f"#!{sys.executable}\nimport json, sys\n{said}", encoding="utf-8"
    )
    (commands / "pip-audit").chmod(0o755)
    script = f"import runpy, sys; sys.executable = {str(commands / 'python')!r}"
    script += f"; sys.argv = {['audit.py', *options]!r}"
    script += "; runpy.run_path('tools/audit.py', run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", script], cwd=TOP, capture_output=True, text=True, check=False
    )


KNOWS_ALL = """
lines = open(sys.argv[2]).read().split()
told = [dict(zip(("name", "version"), line.split("==")), vulns=[]) for line in lines]
print(json.dumps({"dependencies": told}))
"""
KNOWS_OF_ONE = """
found = [{"id": "X-1", "fix_versions": ["1.1"]}]
print(json.dumps({"dependencies": [{"name": "pillow", "version": "1.0", "vulns": found}]}))
sys.exit(1)
"""
KNOWS_NONE = """
print(json.dumps({"dependencies": [{"name": "pillow", "skip_reason": "not found"}]}))
"""
NO_ANSWER = """
sys.exit("Traceback\\nConnectionError: no route")
"""


def test_audit_without_findings_says_how_much_it_checked(tmp_path: Path) -> None:
    done = audited(tmp_path, KNOWS_ALL)
    total = len({pin.partition(" ;")[0] for lock in LOCKS for pin in locked(lock)})
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{total} packages checked, 0 known vulnerabilities\n"


def test_audit_with_known_vulnerability_names_it_and_fails(tmp_path: Path) -> None:
    done = audited(tmp_path, KNOWS_OF_ONE)
    assert done.returncode == 1
    assert "pillow 1.0: X-1, mended in 1.1\n" in done.stdout


@pytest.mark.parametrize(
    ("said", "reason"),
    [(NO_ANSWER, "no route"), (KNOWS_NONE, "none of the packages is known there")],
    ids=["no answer", "knows none"],
)
def test_audit_that_could_not_check_says_why(tmp_path: Path, said: str, reason: str) -> None:
    done = audited(tmp_path, said)
    assert done.returncode == 0
    assert done.stdout.startswith("Vulnerabilities were not checked: ")
    assert reason in done.stdout
    assert audited(tmp_path, said, "--required").returncode == 1


@pytest.fixture
def bare_system(tmp_path: Path) -> dict[str, str]:
    """A PATH on which apt-get only prints what it would do, and nobody is root."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, script in {
        "apt-get": 'printf "%s\\n" "$PLAN"',
        "id": "echo 1000",
        "python": "exit 0",
    }.items():
        (commands / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (commands / name).chmod(0o755)
    return {"PATH": f"{commands}:{os.environ['PATH']}"}


def system_packages(
    environment: dict[str, str], plan: str, set_name: str = "run"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TOP / "tools/system-packages", set_name, "python"],
        env=environment | {"PLAN": plan},
        capture_output=True,
        text=True,
        check=False,
    )


def test_missing_system_package_is_named_with_command_to_run(bare_system) -> None:
    done = system_packages(bare_system, "Inst libzbar0 (0.23.92-7)")
    assert done.returncode == 1
    assert "sudo apt-get install" in done.stderr
    assert "libzbar0" in done.stderr


def test_installed_packages_are_left_alone_even_if_older(bare_system) -> None:
    done = system_packages(bare_system, "Inst libgl1 [1.6.0-1] (1.6.0-2)")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_question_of_a_package_is_answered_in_the_command_to_run(bare_system) -> None:
    done = system_packages(bare_system, "Inst glewlwyd (2.7.5-3)", "panels")
    assert done.returncode == 1
    assert "| sudo debconf-set-selections" in done.stderr
    assert "mediawiki" in done.stderr


@pytest.mark.parametrize(
    ("said", "set_name", "exit_code"),
    [
        ("E: Unable to locate package redmine", "panels", 0),
        ("E: Failed to fetch http://deb.example/redmine.deb", "panels", 0),
        ("E: Sub-process /usr/bin/dpkg returned an error code (1)", "panels", 1),
        ("E: Unable to locate package chromium", "test", 1),
    ],
)
def test_panels_that_cannot_be_fetched_are_left_to_their_tests(
    bare_system, said: str, set_name: str, exit_code: int
) -> None:
    commands = Path(bare_system["PATH"].partition(":")[0])
    failing = f'case "$*" in *--simulate*) echo "$PLAN";; *) echo "{said}"; exit 100;; esac'
    for name, script in {
        "apt-get": failing,
        "id": "echo 0",
        "debconf-set-selections": "cat >/dev/null",
    }.items():
        (commands / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (commands / name).chmod(0o755)
    done = system_packages(bare_system, "Inst redmine (5.0.4)", set_name)
    assert done.returncode == exit_code
    assert said in done.stderr
