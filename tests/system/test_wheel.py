"""What people install: a wheel brings both commands and everything they read."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]

pytestmark = pytest.mark.system


def run(*words: str | Path, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "QT_QPA_PLATFORM")
    }
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands' folder of an environment with the wheel in it, far from the checkout.

    Libraries come from where the tests run, without the editable install that is there.
    """
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip")
    offline = ("--no-index", "--no-deps", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-build-isolation", *offline, "-w", folder, TOP, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    venv.create(environment)
    commands = environment / "bin"
    run(*pip, "--python", commands / "python", "install", *offline, wheel, cwd=folder)
    (packages,) = (environment / "lib").glob("python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return commands


def test_version_is_that_of_the_project(installed: Path, tmp_path: Path) -> None:
    told = run(installed / "authenticator", "--version", cwd=tmp_path).stdout
    assert re.fullmatch(r"authenticator \d+\.\d+\.\d+\n", told)


def test_resources_are_read_from_wheel(installed: Path, tmp_path: Path) -> None:
    script = "from authenticator import resource; print(resource.path('icons/add.svg'))"
    told = run(installed / "python", "-c", script, cwd=tmp_path).stdout.strip()
    assert Path(told).is_relative_to(installed.parent.resolve())


def test_demo_code_agrees_with_oathtool(installed: Path, tmp_path: Path) -> None:
    told = json.loads(run(installed / "authenticator", "demo", "--json", cwd=tmp_path).stdout)
    key = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    oracle = run("oathtool", "--totp", "-b", "-N", f"@{told['valid_from']}", key, cwd=tmp_path)
    assert told["code"] == oracle.stdout.strip()


def test_gui_command_reports_missing_display(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "authenticator-gui", cwd=tmp_path, check=False)
    assert done.returncode == 5
    assert "display" in done.stderr
