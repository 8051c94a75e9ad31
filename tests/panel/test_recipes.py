"""The recipe for Selenium in docs/testing-a-panel.md, as it stands there, at a real panel."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.panel import PASSWORD, DjangoPanel, served
from tests.system.test_drift_window import TOP, example

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(
        shutil.which("chromedriver") is None, reason="no chromedriver on this computer"
    ),
]

BROWSER = """
import pytest
from tests.services.browser import chromium


@pytest.fixture
def browser():
    with chromium({}) as opened:
        yield opened
"""


def test_selenium_recipe_enrols_and_signs_in(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(BROWSER, encoding="utf-8")
    (tmp_path / "test_two_step.py").write_text(example("python", "selenium"), encoding="utf-8")
    with served(DjangoPanel, "kim@example.org") as url:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path],
            cwd=tmp_path,
            env=os.environ
            | {
                "PYTHONPATH": str(TOP),
                "PANEL": url,
                "PANEL_USER": "kim@example.org",
                "PANEL_PASSWORD": PASSWORD,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
