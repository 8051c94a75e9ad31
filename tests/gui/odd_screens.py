"""The window on the screens this process has: `python -m tests.gui.odd_screens MEASURE`
prints JSON. A process of its own, because Qt asks for its screens once, at its start.

`small`: what is off the screen or cut, on each page and dialog. `moved`: the pages that look
different in a window moved to another screen than in one opened there.
"""

import gc
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from authenticator.clock.clock import FixedClock
from authenticator.gui.session import Session
from authenticator.gui.startup import gc_on_gui_thread
from authenticator.gui.startup.macos_application import MacosApplication
from authenticator.gui.theme import appearance
from authenticator.gui.window import Window
from authenticator.otp.account import Label
from tests.gui.cut_texts import cut
from tests.gui.fakes import FakeServices, fill
from tests.gui.test_text_sizes import PAGES

AT = 1_699_999_987.0
SETTLED_MS = 100
TRIES = 50
COME_IN: dict[str, Callable[[Window], bool]] = {
    "scan": lambda window: window.enrolment.scan_page().camera.retry.isVisible(),
    "bin": lambda window: window.accounts.trash_page().list.count() == 1,
    "time": lambda window: window.session.settings.measured is not None,
}
MOVING = {"opening"}
NEARLY = 40
ASIDE = QPoint(40, 40)  # away from where Qt believes the mouse to be


@contextmanager
def opened(screen: QRect) -> Iterator[Window]:
    """Open the window on that screen, with its codes at a fixed time."""
    with tempfile.TemporaryDirectory() as home, closing(FakeServices(Path(home))) as parts:
        parts.still = FixedClock(AT)
        with closing(fill(parts, 3)) as vault:
            for entry in vault.entries():
                vault.edit(entry.id, label=Label("Wiki", "kim"), groups=["Work"])
        session = Session(parts)
        appearance.apply_chosen_theme(QApplication.instance(), session.settings)
        window = Window(session)
        window.move(screen.topLeft())
        session.open()
        window.show()
        window.activateWindow()
        while (
            not session.is_open
            or window.codes_page.model.codes.has_pending_keys
            or window.codes_page.menu_button.icon().isNull()
        ):
            QTest.qWait(5)
        yield window
        window.shut_down()
        session.close()
        window.deleteLater()
        del window, session
        QTest.qWait(1)
        gc.collect()


def tops() -> list[QWidget]:
    """Return the window and whatever is on top of it."""
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    return sorted(shown, key=lambda one: type(one).__name__)


def turn(window: Window, name: str) -> None:
    """Turn to that page and wait until everything it loads is there."""
    PAGES[name](window)
    while not COME_IN.get(name, lambda _: True)(window):
        QTest.qWait(5)
    QTest.qWait(SETTLED_MS)


def small(screen: QRect) -> dict[str, list[str]]:
    found = {}
    for name in PAGES:
        with opened(screen) as window:
            turn(window, name)
            found[name] = [fault for one in tops() for fault in outside(one, screen)]
    return found


def outside(one: QWidget, screen: QRect) -> list[str]:
    place = one.frameGeometry()
    off = [] if screen.contains(place) else [f"{type(one).__name__} at {place.getRect()}"]
    return off + cut(one)


def moved(first: QRect, *others: QRect) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for name in (one for one in PAGES if one not in MOVING):
        wanted = []
        for screen in others:
            with opened(screen.translated(ASIDE)) as window:
                turn(window, name)
                wanted.append(settled())
        with opened(first.translated(ASIDE)) as window:
            turn(window, name)
            found[name] = []
            for screen, there in zip(others, wanted, strict=True):
                for one in tops():
                    one.move(screen.topLeft() + ASIDE)
                QTest.qWait(SETTLED_MS)
                here = settled()
                if not alike(here, there):
                    found[name].append(here[0].devicePixelRatio())
    return found


def settled() -> list[QImage]:
    """Return pictures of all open windows once nothing in them moves any more."""
    before = pictures()
    for _ in range(TRIES):
        QTest.qWait(SETTLED_MS)
        now = pictures()
        if now == before:
            return now
        before = now
    raise AssertionError("it never stands still")


def pictures() -> list[QImage]:
    return [one.grab().toImage() for one in tops()]


def alike(here: list[QImage], there: list[QImage]) -> bool:
    """Compare pixel by pixel with a tolerance: glyphs may begin between two pixels."""
    if [one.size() for one in here] != [one.size() for one in there]:
        return False
    pairs = zip(here, there, strict=True)
    return max(np.abs(values(one) - values(other)).max() for one, other in pairs) < NEARLY


def values(picture: QImage) -> "np.ndarray[tuple[int], np.dtype[np.int16]]":
    plain = picture.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(plain.constBits(), np.uint8).astype(np.int16)


def main() -> int:
    app = MacosApplication([])
    app.setStyle("Fusion")
    app.setCursorFlashTime(0)
    gc_on_gui_thread.collect_here()
    screens = sorted((one.geometry() for one in app.screens()), key=QRect.left)
    json.dump({"small": small, "moved": moved}[sys.argv[1]](*screens), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
