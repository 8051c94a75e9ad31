"""A separate project tests a panel with the plugin, from our wheel in a fresh environment."""

from pathlib import Path

import pytest

from tests.services.pictures import encoded, qr_pixels
from tests.system.test_wheel import installed, run

__all__ = ["installed"]

pytestmark = pytest.mark.system

URI = "otpauth://totp/Panel:kim?secret=GKXVMZQ4UVSPQ5UCCMKXFVWYKXYTBSZ3&issuer=Panel"
PROJECT = """
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
KEY = "GKXVMZQ4UVSPQ5UCCMKXFVWYKXYTBSZ3"


def test_a_sign_in(authenticator):
    account = authenticator.scan(HERE / "enrolment.png")
    code = authenticator.next_code(account)
    theirs = subprocess.run(
        ["oathtool", "--totp", "-b", f"-N@{int(authenticator.clock.now())}", KEY],
        capture_output=True, text=True, check=True,
    ).stdout.strip()
    assert len(code) == 6
    assert code == theirs or authenticator.code(account) != code
    authenticator.clock.move(-90)
    assert authenticator.code("Panel kim") != code


def test_each_test_has_a_vault_of_its_own(authenticator):
    import pytest

    with pytest.raises(Exception, match="kim"):
        authenticator.code("kim")


def test_neither_qt_nor_opencv_was_loaded():
    assert "authenticator.pytest_plugin" in sys.modules
    assert "authenticator.vault.vault" in sys.modules
    heavy = [name for name in ("PySide6", "shiboken6", "cv2", "numpy") if name in sys.modules]
    assert heavy == []
"""


def test_project_tests_its_panel_with_plugin(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "enrolment.png").write_bytes(encoded(qr_pixels(URI)))
    (tmp_path / "test_panel.py").write_text(PROJECT, encoding="utf-8")
    # Plugins of the environment that these tests run in.
    others = [word for name in ("pytest-qt", "hypothesispytest") for word in ("-p", f"no:{name}")]
    done = run(
        *(installed / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *others),
        *("--rootdir", tmp_path, tmp_path),
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_unused_plugin_loads_nothing_of_the_app(installed: Path, tmp_path: Path) -> None:
    script = (
        "import sys, authenticator.pytest_plugin; "
        "print(sorted(name for name in sys.modules if name.startswith('authenticator')))"
    )
    told = run(installed / "python", "-c", script, cwd=tmp_path).stdout.strip()
    assert told == "['authenticator', 'authenticator.pytest_plugin']"
