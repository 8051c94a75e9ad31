"""What sets the project up keeps its word: everything is pinned, system packages are named."""

import os
import re
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from authenticator.cli.main import VERBS

TOP = Path(__file__).parents[2]
PIN = re.compile(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)")


def lines() -> list[str]:
    text = (TOP / "constraints.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pinned() -> dict[str, str]:
    found = {}
    for line in lines():
        pin = PIN.fullmatch(line)
        assert pin, line
        found[canonicalize_name(pin[1])] = pin[2]
    return found


def needed() -> set[str]:
    """Every distribution that pip installs for us here, directly or not."""
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
        *(f"docs/{page.name}" for page in sorted((TOP / "docs").glob("*.md"))),
        "docs/panel/README.md",
    ],
)
def test_what_a_page_points_at_is_there(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (TOP / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (TOP / page).parent.joinpath(link).exists()] == []


def test_the_readme_names_every_verb() -> None:
    table = (TOP / "README.md").read_text(encoding="utf-8").partition("## Command line")[2]
    named = {words.split()[0] for words in re.findall(r"`([^`]+)`", table)}
    assert named >= VERBS.keys()


def test_every_line_is_one_exact_version_and_names_no_place() -> None:
    assert len(pinned()) == len(lines())


def test_everything_that_pip_installs_is_pinned() -> None:
    assert needed() <= pinned().keys()


@pytest.fixture
def bare_system(tmp_path: Path) -> dict[str, str]:
    """A PATH on which apt-get only says what it would do, and nobody is root."""
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


def system_packages(environment: dict[str, str], plan: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TOP / "tools/system-packages", "run", "python"],
        env=environment | {"PLAN": plan},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_system_package_is_named_with_the_command_to_run(bare_system) -> None:
    done = system_packages(bare_system, "Inst libzbar0 (0.23.92-7)")
    assert done.returncode == 1
    assert "sudo apt-get install" in done.stderr
    assert "libzbar0" in done.stderr


def test_packages_that_are_there_are_left_alone_even_when_older(bare_system) -> None:
    done = system_packages(bare_system, "Inst libgl1 [1.6.0-1] (1.6.0-2)")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
