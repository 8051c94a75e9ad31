"""Prints when the first codes are on the screen, for measuring the start.

With AUTHENTICATOR_TRACE_START in the environment `painted` is printed once; with the value
`quit` the app ends then.
"""

import os
import sys
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QTimer

VARIABLE = "AUTHENTICATOR_TRACE_START"


def on_first_paint() -> Callable[[], None]:
    """The function to call whenever codes were painted."""
    wanted = os.environ.get(VARIABLE)
    told = False

    def painted() -> None:
        nonlocal told
        if told or wanted is None:
            return
        told = True
        sys.stdout.write("painted\n")
        sys.stdout.flush()
        if wanted == "quit":
            QTimer.singleShot(0, QCoreApplication.quit)

    return painted
