"""The camera feed goes on whatever happens to the reading of its frames."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from authenticator.gui.enrolment.camera_feed import CameraFeed
from authenticator.scan.live_scan import FrameResult
from tests.gui.fakes import FakeServices
from tests.patience import PATIENCE_S


class Counting:
    """A camera whose frames tell their number, up to 250, by their brightness."""

    def __init__(self) -> None:
        self.number = 0
        self.released = threading.Event()
        self.pause = threading.Event()

    def read(self) -> tuple[bool, np.ndarray]:
        self.pause.wait(0.01)
        self.number = min(self.number + 1, 250)
        return True, np.full((48, 64, 3), self.number, np.uint8)

    def release(self) -> None:
        self.released.set()


class SlowWatch:
    """Reads a frame only when allowed to; records which frames it got."""

    def __init__(self) -> None:
        self.let = threading.Semaphore(0)
        self.numbers: list[int] = []

    def add_frame(self, frame: np.ndarray) -> FrameResult:
        self.numbers.append(int(frame[0, 0, 0]))
        self.let.acquire()
        if frame[0, 0, 0] == 0:
            raise AssertionError
        return FrameResult((), (((0, 0), (self.numbers[-1], 0), (1, 1), (0, 1)),))


def test_feed_goes_on_while_frame_is_read_and_newest_is_read_next(
    qtbot: QtBot, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera, watch = Counting(), SlowWatch()
    services.films = {"Camera": camera}
    monkeypatch.setattr(services, "live_scan", lambda: watch)
    feed = CameraFeed(services)
    drawn: list[int] = []
    sights: list[FrameResult] = []
    feed.frame_ready.connect(lambda image: drawn.append(image.pixelColor(0, 0).red()))
    feed.result_ready.connect(sights.append)
    feed.start(0)
    qtbot.waitUntil(lambda: len(drawn) > 20)
    assert len(watch.numbers) == 1
    assert sights == []
    newest = camera.number
    watch.let.release()
    qtbot.waitUntil(lambda: len(watch.numbers) == 2)
    assert watch.numbers[1] >= newest
    qtbot.waitUntil(lambda: len(sights) == 1)
    assert drawn == sorted(drawn)
    feed.stop()
    watch.let.release(2)
    assert camera.released.wait(PATIENCE_S)


def test_feed_hands_busy_screen_one_frame_instead_of_a_queue(
    qtbot: QtBot, services: FakeServices
) -> None:
    camera = Counting()
    services.films = {"Camera": camera}
    feed = CameraFeed(services)
    drawn: list[QImage] = []
    feed.frame_ready.connect(drawn.append)
    feed.start(0)
    while camera.number < 50:  # the event loop is not running
        camera.pause.wait(0.01)
    assert drawn == []
    feed.stop()
    assert camera.released.wait(PATIENCE_S)
    qtbot.wait(50)
    assert drawn == []


def test_reader_fault_ends_feed_and_releases_camera(
    qtbot: QtBot, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = Counting()
    services.films = {"Camera": camera}

    class Broken:
        def add_frame(self, frame: np.ndarray) -> FrameResult:
            raise RuntimeError("of ours")

    monkeypatch.setattr(services, "live_scan", Broken)
    feed = CameraFeed(services)
    with qtbot.waitSignal(feed.ended) as ended:
        feed.start(0)
    assert isinstance(ended.args[0], RuntimeError)
    assert camera.released.is_set()
    assert not feed.running


HANGING = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from authenticator.gui.enrolment.camera_feed import CameraFeed
from tests.gui.fakes import FakeServices

class Hanging:
    def read(self):
        print("reading", flush=True)
        os.read(os.pipe()[0], 1)  # as C code that does not come back
    def release(self):
        pass

app = QCoreApplication([])
parts = FakeServices(Path(sys.argv[1]))
parts.films = {"Camera": Hanging()}
feed = CameraFeed(parts)
feed.start(0)
QTimer.singleShot(300, app.quit)
app.exec()
feed.close(wait_s=0.2)
parts.close()
print("closed", flush=True)
"""


def test_app_exits_although_camera_hangs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGING, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "reading\nclosed\n"), done.stderr
