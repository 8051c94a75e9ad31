"""No text of the window escapes translation, in any scene that is drawn for docs/screens."""

import os
import subprocess
import sys

from tests.gui import pseudo


def test_nothing_in_any_scene_escapes_translation() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.gui.screens", "--check"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0), done.stderr


def test_what_escaped_is_noticed() -> None:
    said = pseudo.Pseudo().gettext
    assert not pseudo.escaped(said("Code of {name} copied").format(name="Zone"), "")
    assert not pseudo.escaped("Zone panel: kim", "Zone panel kim")
    assert not pseudo.escaped("JBSW Y3DP EHPK 3PXP, 12 s", "")
    assert pseudo.escaped("Code of Zone copied", "Zone")
    assert pseudo.escaped(said("Copied") + " at once", "")
