"""A test's own X screen (Xvfb), never a real desktop: tests type and click there."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.patience import PATIENCE_S


@contextlib.contextmanager
def x_screen(size: str = "1280x1024", pixels: Path | None = None) -> Iterator[dict[str, str]]:
    """Runs Xvfb on a free display number; yields the environment to use it. Its contents are in a
    file in the folder `pixels`, if given, which can be mapped into memory to see each change
    without asking the server.
    """
    reading, writing = os.pipe()
    with os.fdopen(reading) as told:
        try:
            server = subprocess.Popen(
                [
                    *("Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24"),
                    *("-nolisten", "tcp", "-noreset"),
                    *(("-fbdir", str(pixels)) if pixels else ()),
                ],
                pass_fds=[writing],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(writing)
        try:
            # Ends without a number if the server failed to start.
            number = told.readline().strip()
            assert number, "Xvfb did not start"
            yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE_S)
