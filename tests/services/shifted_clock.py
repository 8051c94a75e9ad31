"""A wrong clock for one program: libfaketime, loaded into the program itself."""

from pathlib import Path

import pytest


def shifted_clock(shift_s: float) -> dict[str, str]:
    """The environment in which a program's clock is `shift_s` seconds ahead, behind if negative.

    Not through the faketime command, so that the process started is the program. Only the time of
    day is wrong, as on a real computer: monotonic clocks are right.
    """
    if not shift_s:
        return {}
    library = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
    if library is None:
        pytest.skip("no libfaketime on this computer")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{shift_s:+}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
