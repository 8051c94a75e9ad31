"""Runs in the executable before anything else, on Linux."""

import ctypes.util
import os
import sys

# The executable's own libraries are found by this variable, which children would inherit: a
# system's program would then start with libraries of another system.
_OWN = "LD_LIBRARY_PATH"
_ORIGINAL = os.environ.pop(f"{_OWN}_ORIG", None)
if _ORIGINAL is None:
    os.environ.pop(_OWN, None)
else:
    os.environ[_OWN] = _ORIGINAL

# `find_library` asks ldconfig, gcc and ld, of which a user's computer has one at most, and none
# of them knows this folder.
_of_the_system = ctypes.util.find_library


def _find_library(name: str) -> str | None:
    # os.path, for pathlib costs a start some milliseconds.
    mine = os.path.join(sys._MEIPASS, f"lib{name}.so")  # noqa: PTH118, SLF001
    found = next((mine + end for end in ("", ".0") if os.path.exists(mine + end)), None)  # noqa: PTH110
    return found or _of_the_system(name)


ctypes.util.find_library = _find_library
