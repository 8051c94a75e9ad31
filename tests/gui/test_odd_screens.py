"""A screen of 640 x 480, and three screens of different scales: all is visible and drawn sharp."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE_S

SMALL = ((640, 480, 1.0),)
THREE = ((1280, 1024, 1.0), (2560, 2048, 2.0), (1920, 1536, 1.5))
"""Width and height in pixels, and scale; side by side."""


def measured(folder: Path, measure: str, *screens: tuple[int, int, float]) -> dict[str, object]:
    """Return what `odd_screens` reports on such screens; it may print nothing else."""
    described = []
    left = 0
    for number, (width, height, scale) in enumerate(screens):
        place = {"name": f"screen {number}", "x": left, "y": 0, "width": width, "height": height}
        described.append(place | {"logicalDpi": round(96 * scale), "logicalBaseDpi": 96, "dpr": 1})
        left += width
    file = folder / "screens.json"
    file.write_text(json.dumps({"screens": described}))
    done = subprocess.run(
        [sys.executable, "-m", "tests.gui.odd_screens", measure],
        env=os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={file}"},
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE_S,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if "plugin does not support" not in line]
    assert (done.returncode, said) == (0, [])
    found: dict[str, object] = json.loads(done.stdout)
    assert len(found) > 20
    return found


def test_every_page_and_dialog_fits_small_screen_uncut(
    tmp_path: Path,
) -> None:
    found = measured(tmp_path, "small", *SMALL)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_page_moved_to_other_scale_looks_as_if_opened_there(
    tmp_path: Path,
) -> None:
    found = measured(tmp_path, "moved", *THREE)
    assert {name: scales for name, scales in found.items() if scales} == {}
