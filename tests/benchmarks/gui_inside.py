"""Within one process, on a real screen: `python -m tests.benchmarks.gui_inside ACCOUNTS`; JSON.

How long a key in the search takes until the list is painted, a frame of scrolling, and the
painting of all codes that a new step changes.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from authenticator.clock.clock import FixedClock
from authenticator.gui.session import Session
from authenticator.gui.startup import gc_on_gui_thread
from authenticator.gui.theme import appearance
from authenticator.gui.window import Window
from tests.benchmarks.gui import MEMORY, ms, percentile
from tests.benchmarks.test_typing import Painted, keys, until_painted
from tests.gui.fakes import FakeServices, fill

STEP_S = 1_699_999_980.0
FRAMES = 300
STEPS = 60


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def told(name: str, times: list[float]) -> dict[str, float]:
    return {
        f"{name}, median": ms(statistics.median(times)),
        f"{name}, 95 %": ms(percentile(times, 0.95)),
        f"{name}, most": ms(max(times)),
    }


def main() -> int:
    app = QApplication([])
    app.setStyle("Fusion")
    gc_on_gui_thread.collect_here()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        services = FakeServices(Path(folder))
        services.still = FixedClock(STEP_S)
        fill(services, int(sys.argv[1])).close()
        services.settings_file.change(introduced=True)
        session = Session(services)
        appearance.apply_chosen_theme(app, session.settings)
        window = Window(session)
        session.open()
        window.show()
        window.activateWindow()
        page = window.codes_page
        while not page.model.total or page.model.codes.has_pending_keys:
            app.processEvents()
        QTest.qWait(1_000)
        painted = Painted(page.list.viewport(), page.stack.no_match.findChild(QLabel))

        search = page.search
        search.setFocus()

        def press(key: str) -> None:
            QTest.keyClick(search, "\b" if key == "\b" else key)

        typing = [
            timed(lambda key=key: until_painted(lambda: press(key), painted))
            for key in islice(keys(), 200)
        ]
        search.clear()
        QTest.qWait(300)

        bar = page.list.verticalScrollBar()
        frames = []
        for frame in range(FRAMES):
            # There and back where the list is short.
            place = frame * 40 % (2 * max(1, bar.maximum()))
            to = min(place, 2 * bar.maximum() - place)
            if to != bar.value():
                frames.append(timed(lambda to=to: until_painted(lambda: bar.setValue(to), painted)))
        steps = []
        for step in range(1, STEPS):
            services.still = FixedClock(STEP_S + 30 * step)
            session.live_settings.clock = services.still
            steps.append(timed(lambda: until_painted(page.model.codes.refresh_codes, painted)))
        measured = told("key", typing)
        measured |= told("frame", frames) if frames else {}
        measured |= told("step", steps)
        json.dump(measured, sys.stdout)
        window.shut_down()
        session.close()
        services.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
