"""Camera faults, releasing the device, and video files through the same capture code."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authenticator.errors import InputRefused
from authenticator.scan import camera
from authenticator.scan.camera import (
    FRAME_TIMEOUT_S,
    Camera,
    CameraBusy,
    CameraLost,
    CameraName,
    CameraRefused,
    NoCamera,
    cameras,
    open_camera,
)
from authenticator.scan.image import NotAnImage
from authenticator.scan.input_file import FileUnreadable, Unreadable
from tests.patience import PATIENCE_S as AMPLE_S
from tests.services.pictures import film, webcam_frames

ABSENT = 9_876
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /dev/video*")

FRAME = np.zeros((4, 4, 3), np.uint8)


class Device:
    """A capture that delivers `frames` frames and then fails, and records calls."""

    def __init__(self, frames: int) -> None:
        self.frames = frames
        self.released = 0
        self.reading = False

    def read(self) -> tuple[bool, np.ndarray | None]:
        assert not self.released, "read after release: OpenCV may crash here"
        self.frames -= 1
        return (True, FRAME) if self.frames >= 0 else (False, None)

    def release(self) -> None:
        assert not self.reading, "release in the middle of a read: OpenCV may crash here"
        self.released += 1


class Script(Device):
    """A capture that delivers the given frames, and then nothing."""

    def __init__(self, *said: tuple[bool, object]) -> None:
        super().__init__(frames=0)
        self.said = list(said)

    def read(self) -> tuple[bool, object]:
        return self.said.pop(0) if self.said else (False, None)


class Patience:
    """A clock that advances only by sleeping."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    def open(self, device: Device, number: int | None = 3) -> Camera:
        return Camera(device, number, now_s=lambda: self.now_s, sleep=self.sleep)


class SlowDevice(Device):
    """A capture whose frame arrives only when the test allows it."""

    def __init__(self) -> None:
        super().__init__(frames=1)
        self.begun, self.go_on = threading.Event(), threading.Event()

    def read(self) -> tuple[bool, np.ndarray | None]:
        self.reading = True
        self.begun.set()
        self.go_on.wait(AMPLE_S)
        self.reading = False
        return super().read()


def frames_of(source: Camera) -> Iterator[np.ndarray]:
    while (frame := source.read()) is not None:
        yield frame


def test_read_without_any_frame_raises_busy() -> None:
    deadline = Patience()
    with pytest.raises(CameraBusy) as caught:
        deadline.open(Device(frames=0)).read()
    assert caught.value.camera == 3
    assert FRAME_TIMEOUT_S <= deadline.now_s < FRAME_TIMEOUT_S + 0.1


def test_read_after_frames_stop_raises_lost() -> None:
    source = Patience().open(Device(frames=2))
    assert source.read() is FRAME
    assert source.read() is FRAME
    with pytest.raises(CameraLost) as caught:
        source.read()
    assert caught.value.camera == 3


def test_camera_is_released_at_end_of_with_block() -> None:
    device = Device(frames=1)
    with pytest.raises(CameraLost), Patience().open(device) as source:
        list(frames_of(source))
    assert device.released


NO_PICTURES: dict[str, tuple[bool, object]] = {
    "not taken": (False, None),
    "not taken, with a frame": (False, FRAME),
    "none": (True, None),
    "empty": (True, np.zeros((0, 4, 3), np.uint8)),
    "grey": (True, np.zeros((4, 4), np.uint8)),
    "four channels": (True, np.zeros((4, 4, 4), np.uint8)),
    "sixteen bits": (True, np.zeros((4, 4, 3), np.uint16)),
    "raw bytes": (True, np.zeros(48, np.uint8)),
}


@given(
    gaps=st.lists(st.lists(st.sampled_from(sorted(NO_PICTURES)), max_size=20), max_size=5),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
)
def test_read_skips_invalid_frames_and_accepts_size_changes(
    gaps: list[list[str]], height: int, width: int
) -> None:
    said: list[tuple[bool, object]] = []
    wanted = []
    for number, gap in enumerate(gaps):
        wanted.append(np.zeros((height + number, width, 3), np.uint8))
        said += [*(NO_PICTURES[name] for name in gap), (True, wanted[-1])]
    source = Patience().open(Script(*said))
    got = [source.read() for _ in wanted]
    assert all(one is other for one, other in zip(got, wanted, strict=True))
    with pytest.raises(CameraLost if wanted else CameraBusy):
        source.read()


def test_read_of_only_garbage_raises_busy() -> None:
    for said in NO_PICTURES.values():
        with pytest.raises(CameraBusy):
            Patience().open(Script(*[said] * 1000)).read()


def test_read_at_end_of_video_is_none_at_once() -> None:
    deadline = Patience()
    assert deadline.open(Device(frames=0), None).read() is None
    assert deadline.now_s == 0


def test_close_twice_ends_reading() -> None:
    device = Device(frames=5)
    source = Camera(device, 0)
    source.close()
    source.close()
    assert source.read() is None
    assert device.released


def test_close_during_read_neither_blocks_nor_leaks() -> None:
    device = SlowDevice()
    source = Camera(device, 0)
    seen: list[object] = []
    worker = threading.Thread(target=lambda: seen.append(source.read()))
    worker.start()
    assert device.begun.wait(AMPLE_S)
    source.close()  # returns while the read continues
    assert not device.released
    device.go_on.set()
    worker.join(AMPLE_S)
    assert seen == [None]
    assert device.released


def test_close_from_many_threads_releases_device() -> None:
    for _ in range(200):
        device = Device(frames=10**9)
        source = Camera(device, 0)

        def look(source: Camera = source) -> None:
            while source.read() is not None:
                pass

        reader = threading.Thread(target=look)
        closers = [threading.Thread(target=source.close) for _ in range(2)]
        reader.start()
        for thread in closers:
            thread.start()
        for thread in [reader, *closers]:
            thread.join(AMPLE_S)
            assert not thread.is_alive()
        assert device.released


# ---------------------------------------------------------------------- real OpenCV


def test_open_camera_unknown_number_is_no_camera(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NoCamera) as caught:
        open_camera(ABSENT)
    assert caught.value.camera == ABSENT
    assert capfd.readouterr() == ("", "")


def test_open_camera_failure_is_absent_or_busy_by_list(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(camera, "_check_device", lambda number, device: None)
    with pytest.raises(NoCamera):
        open_camera(ABSENT)
    monkeypatch.setattr(camera, "cameras", lambda: [CameraName(ABSENT, "held by another")])
    with pytest.raises(CameraBusy):
        open_camera(ABSENT)
    assert capfd.readouterr() == ("", "")


def test_open_camera_requests_large_recent_frames(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, float]] = []

    class Opened(Device):
        def __init__(self, number: int, backend: int) -> None:
            super().__init__(frames=1)

        def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
            return True

        def set(self, setting: int, value: float) -> bool:
            asked.append((setting, value))
            return False  # a camera may decline everything and still be used

    monkeypatch.setattr(camera, "_check_device", lambda number, device: None)
    monkeypatch.setattr(cv2, "VideoCapture", Opened)
    with open_camera(0) as source:
        assert source.read() is FRAME
    assert asked == [  # compression before the size: DirectShow applies both with the height
        (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
        (cv2.CAP_PROP_FRAME_WIDTH, 1280),
        (cv2.CAP_PROP_FRAME_HEIGHT, 720),
        (cv2.CAP_PROP_BUFFERSIZE, 1),
    ]


@pytest.mark.parametrize(
    ("platform", "backend"),
    [("linux", cv2.CAP_V4L2), ("win32", cv2.CAP_DSHOW), ("darwin", cv2.CAP_AVFOUNDATION)],
)
def test_open_camera_uses_one_backend_per_system(
    monkeypatch: pytest.MonkeyPatch, platform: str, backend: int
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert camera._backend() == backend


class Registry:
    """The part of winreg in use; `values` by root and the path's last component."""

    HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER = "machine", "user"

    def __init__(self, values: dict[tuple[str, str], str]) -> None:
        self.values = values

    def OpenKey(self, root: str, path: str):  # type: ignore[no-untyped-def]  # noqa: N802
        if (root, path.rpartition("\\")[2]) not in self.values:
            raise FileNotFoundError
        return nullcontext((root, path.rpartition("\\")[2]))

    def QueryValueEx(self, key: tuple[str, str], name: str) -> tuple[str, int]:  # noqa: N802
        assert name == "Value"
        return self.values[key], 1


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({}, CameraBusy),
        ({("machine", "webcam"): "Allow", ("user", "NonPackaged"): "Allow"}, CameraBusy),
        ({("machine", "webcam"): "Deny"}, CameraRefused),
        ({("user", "webcam"): "Deny"}, CameraRefused),
        ({("user", "webcam"): "Allow", ("user", "NonPackaged"): "Deny"}, CameraRefused),
    ],
)
def test_open_camera_on_windows_distinguishes_refused_from_busy(
    monkeypatch: pytest.MonkeyPatch, values: dict[tuple[str, str], str], fault: type[Exception]
) -> None:
    monkeypatch.setattr(camera, "cameras", lambda: [CameraName(0, "Integrated camera")])
    monkeypatch.setitem(sys.modules, "winreg", Registry(values))
    monkeypatch.setattr(sys, "platform", "win32")
    assert type(camera._not_opened(0)) is fault


def test_open_camera_on_macos_failure_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(camera, "cameras", lambda: [CameraName(0, "FaceTime")])
    monkeypatch.setattr(sys, "platform", "darwin")
    assert type(camera._not_opened(0)) is CameraRefused


@linux
def test_open_camera_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = tmp_path / "video0"
    device.write_bytes(b"")
    camera._check_device(0, device)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may open anything
    with pytest.raises(CameraRefused):
        camera._check_device(0, device)


@linux
def test_cameras_lists_only_existing_devices(capfd: pytest.CaptureFixture[str]) -> None:
    found = cameras()
    assert all(Path(f"/dev/video{one.number}").exists() and one.name for one in found)
    assert found == sorted(found, key=lambda one: one.number)
    assert capfd.readouterr() == ("", "")


def test_cameras_are_sorted_by_number_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Info:
        def __init__(self, index: int, name: str | None) -> None:
            self.index, self.name = index, name

    monkeypatch.setattr(
        "cv2_enumerate_cameras.enumerate_cameras",
        lambda backend: [Info(2, "HD Webcam"), Info(0, None)],
    )
    assert cameras() == [CameraName(0, "Camera 0"), CameraName(2, "HD Webcam")]


# ------------------------------------------------------------------------ video files


@pytest.fixture(scope="module")
def webcam_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    frames = webcam_frames(["otpauth://totp/x?secret=AA"], shown=3, size=(320, 240))
    return film(tmp_path_factory.mktemp("film") / "webcam.avi", frames)


def test_read_video_gives_each_frame_then_none(webcam_film: Path) -> None:
    with open_camera(webcam_film) as source:
        frames = list(frames_of(source))
        assert source.read() is None
    assert len(frames) == 4 + 4 + 3
    assert {frame.shape for frame in frames} == {(240, 320, 3)}
    assert frames[0].max() < 20 < frames[-1].mean()


def test_read_closed_video_is_none(webcam_film: Path) -> None:
    source = open_camera(webcam_film)
    assert source.read() is not None
    source.close()
    assert source.read() is None


def test_open_camera_refuses_what_is_not_a_video(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FileUnreadable) as caught:
        open_camera(tmp_path / "absent.avi")
    assert caught.value.reason is Unreadable.MISSING
    with pytest.raises(FileUnreadable) as caught:
        open_camera(tmp_path)
    assert caught.value.reason is Unreadable.FOLDER
    for name, data in {"empty.avi": b"", "text.avi": b"otpauth://" * 99}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(NotAnImage):
            open_camera(tmp_path / name)
    assert capfd.readouterr() == ("", "")


@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6),
    share=st.floats(0, 1),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_read_mutated_video_ends_or_is_refused(
    webcam_film: Path,
    tmp_path: Path,
    changes: list[tuple[float, bytes]],
    share: float,
) -> None:
    data = bytearray(webcam_film.read_bytes())
    for place, put in changes:
        at = int(place * (len(data) - 8))
        data[at : at + len(put)] = put
    path = tmp_path / "mutated.avi"
    path.write_bytes(data[: int(len(data) * max(share, 0.05))])
    try:
        source = open_camera(path)
    except InputRefused:
        return
    with source:
        assert all(frame.ndim == 3 for frame in frames_of(source))


@linux
def test_open_camera_by_device_path_is_that_camera(tmp_path: Path) -> None:
    link = tmp_path / "by-id"
    link.symlink_to(f"/dev/video{ABSENT}")
    for path in (Path(f"/dev/video{ABSENT}"), link):
        with pytest.raises(NoCamera) as caught:
            open_camera(path)
        assert caught.value.camera == ABSENT
