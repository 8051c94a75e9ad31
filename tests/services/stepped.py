"""Processes whose view of the computer's clock is set while they run, by libfaketime."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest


class SteppedClock:
    """The environment of processes with a clock of their own, and the means to set it. The boot
    clock stays the computer's."""

    def __init__(self, folder: Path) -> None:
        library = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)
        if library is None:
            pytest.skip("no libfaketime on this computer")
        self._file = folder / "clock"
        self.set_to(0.0)
        self.environment: Mapping[str, str] = {
            **os.environ,
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DISABLE_SHM": "1",
        }

    def set_to(self, ahead_s: float) -> None:
        """Set it this many seconds ahead of the true time."""
        self._tell(f"{ahead_s:+f}s")

    def stop(self) -> None:
        """Stop it at the current true time, until it is set again."""
        self._tell(time.strftime("%Y-%m-%d %H:%M:%S"))

    def _tell(self, words: str) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(f"{words}\n")
        new.replace(self._file)
