"""Whether the window stays responsive while a hand-held export of five parts is filmed: 15 s,
30 frames a second, 720p, through the camera's code, the worker process and the scan page."""

import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from authenticator.gui.session import Session
from authenticator.gui.theme import appearance
from authenticator.gui.window import Window
from authenticator.otp.migration import write_migration
from tests.gui.conftest import page_name
from tests.gui.fakes import FakeServices, account, fill
from tests.services.pictures import film, handheld_frames

PART_FRAMES, FRAMES_PER_S = 90, 30
BEAT_MS = 1
IDLE_MS = 12_000


class Heartbeat(QObject):
    """A timer of one millisecond. How much later than that it comes is how long the GUI thread
    did not answer (`silent_ms`), whatever kept it: its own work (`busy_ms`), a lock, or other
    programs that had the processors."""

    def __init__(self) -> None:
        super().__init__()
        self.silent_ms: list[float] = []
        self.busy_ms: list[float] = []
        self._at_s = time.perf_counter()
        self._worked_s = time.thread_time()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        at_s, worked_s = time.perf_counter(), time.thread_time()
        self.silent_ms.append((at_s - self._at_s) * 1000 - BEAT_MS)
        self.busy_ms.append((worked_s - self._worked_s) * 1000)
        self._at_s, self._worked_s = at_s, worked_s


def test_a_filmed_export(
    benchmark: BenchmarkFixture, lines: list[str], qtbot: QtBot, tmp_path: Path
) -> None:
    accounts = [account(f"Panel number {n}", f"kim{n}@example.org", n + 1) for n in range(50)]
    links = write_migration(accounts, batch_id=7, per_part=10)
    frames = handheld_frames(links, shown=PART_FRAMES, frames_per_s=FRAMES_PER_S)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    services = FakeServices(home)
    services.films = {"Camera": film(tmp_path / "hand.avi", frames, frames_per_s=FRAMES_PER_S)}
    fill(services, 6).close()
    session = Session(services)
    appearance.apply_chosen_theme(QApplication.instance(), session.settings)
    window = Window(session)
    session.open()
    window.show()
    qtbot.waitUntil(lambda: session.is_open)
    idle = Heartbeat()
    qtbot.wait(IDLE_MS)  # what the machine does to a window that does nothing
    idle.stop()
    window.enrolment.scan()
    page = window.enrolment.scan_page()
    qtbot.waitUntil(lambda: page.camera.viewfinder.has_picture, timeout=20_000)
    pictures: list[float] = []
    page.camera.feed.frame_ready.connect(lambda _: pictures.append(time.perf_counter()))
    heart = Heartbeat()

    def collect() -> None:
        qtbot.waitUntil(lambda: page_name(window) == "Accounts found", timeout=60_000)
        qtbot.wait(200)  # until the list of what was found is drawn, too

    try:
        benchmark.pedantic(collect, rounds=1)
        heart.stop()
        assert window.enrolment.review_page().list.count() == len(accounts)
    finally:
        window.shut_down()
        session.close()
        services.close()
        window.deleteLater()
    taken_s = pictures[-1] - pictures[0]
    silent_ms = sorted(heart.silent_ms)
    info = {
        "collected_s": taken_s,
        "pictures_per_s": (len(pictures) - 1) / taken_s,
        "silent_ms_at_most": silent_ms[-1],
        "silent_ms_of_1000th": silent_ms[int(len(silent_ms) * 0.999)],
        "busy_ms_at_most": max(heart.busy_ms),
        "idle_silent_ms_at_most": max(idle.silent_ms),
    }
    benchmark.extra_info.update(info)
    lines.append(
        "a filmed export: all parts after {collected_s:.1f} s, {pictures_per_s:.1f} pictures a "
        "second; GUI thread silent for {silent_ms_at_most:.1f} ms at most, 99.9 % under "
        "{silent_ms_of_1000th:.1f} ms, busy for {busy_ms_at_most:.1f} ms at most; without a film "
        "silent for {idle_silent_ms_at_most:.1f} ms at most".format(**info)
    )
