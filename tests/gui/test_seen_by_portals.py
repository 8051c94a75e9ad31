"""A portal that may not look at who asks refuses every call (xdg-desktop-portal, its issue 785)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.bus import private_bus

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="portals are Linux's")

ASKS = """
import ctypes, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from authenticator import memory_dumps
from authenticator.gui.desktop import seen_by_portals
from authenticator.gui.desktop.portal_request import PortalConnection
from authenticator.gui.desktop.reduced_motion import ReducedMotion

dumpable = lambda: ctypes.CDLL(None).prctl(3)
seen_by_portals.LOOKS_MS = 200
app = QApplication([])
if sys.argv[2] == "forbidden":
    memory_dumps.forbid_reading()
print(dumpable())
portal, motion = PortalConnection(app), ReducedMotion(app)
{"portal": portal.open, "motion": motion.start}[sys.argv[1]]()
print(dumpable())
QTimer.singleShot(1000, app.quit)
app.exec()
print(dumpable())
portal.close()
motion.end()
"""


@pytest.mark.parametrize("by", ["portal", "motion"])
@pytest.mark.parametrize(
    ("before", "dumpable"), [("forbidden", ["0", "1", "0"]), ("allowed", ["1", "1", "1"])]
)
def test_portals_can_look_at_process_for_a_moment(
    tmp_path: Path, by: str, before: str, dumpable: list[str]
) -> None:
    with private_bus(tmp_path) as address:
        done = subprocess.run(
            [sys.executable, "-c", ASKS, by, before],
            env=os.environ | {"DBUS_SESSION_BUS_ADDRESS": address},
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout.split() == dumpable
