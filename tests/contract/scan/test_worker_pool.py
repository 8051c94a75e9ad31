"""The worker reads the same as this process does, and nothing that ends it ends more."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator import resource
from authenticator.errors import AuthenticatorError, InputRefused
from authenticator.scan import (
    image,
    ladder,
    live_scan,
    picture_file,
    worker_answers,
    worker_client,
    worker_pool,
)
from authenticator.scan.image import Breakage, NotAnImage, PictureBroke, ReaderAbsent
from authenticator.scan.input_file import FileTooLarge, read_bytes
from authenticator.scan.live_scan import LiveScan
from authenticator.scan.pages import PagedReading
from authenticator.scan.worker_pool import WorkerPool
from authenticator.scan.worker_process import SHARED_BYTES, WORD
from tests.patience import PATIENCE_S, wait_for
from tests.services import pictures, sheets

TEXT = "otpauth://totp/Grüne Wolke:kim?secret=JBSWY3DPEHPK3PXP"
SAMPLE = Path(resource.path("samples/panel-enrolment.png"))
CODE = pictures.qr_pixels(TEXT)
SHEET = pictures.sheet(
    [(pictures.qr_pixels(f"code {n}"), 20 + 200 * (n % 3), 20 + 200 * (n // 3)) for n in range(6)],
    width=640,
    height=480,
)
WHITE = np.full((40, 60), 255, np.uint8)
CONTENTS = {
    "png": pictures.encoded(CODE),
    "jpeg": pictures.encoded(SHEET, "JPEG"),
    "webp": pictures.encoded(SHEET, "WEBP"),
    "palette": pictures.encoded(CODE, "GIF", "P"),
    "cmyk": pictures.encoded(CODE, "TIFF", "CMYK"),
    "bmp": pictures.encoded(CODE, "BMP", "RGB"),
    "inverted": pictures.encoded(255 - CODE),
    "cropped": pictures.encoded(np.ascontiguousarray(CODE[16:-16, 16:-16])),
    "blank": pictures.encoded(WHITE),
    "cut off": pictures.encoded(SHEET)[:900],
    "bomb": pictures.encoded(WHITE)[:16] + b"\x7f\xff\xff\xff" * 2 + pictures.encoded(WHITE)[24:],
    "text": b"no picture",
    "pdf": sheets.drawn([sheets.code(TEXT, 30), sheets.code("second", 30)]),
    "scanned pdf": sheets.scanned([SHEET, CODE]),
    "locked pdf": sheets.locked([sheets.code(TEXT, 30)]),
    "long pdf": sheets.drawn(
        [sheets.code(f"page {n}", 30, x=20, y=20) for n in range(51)], size=(130, 130)
    ),
    "damaged pdf": b"%PDF-1.7",
    "empty": b"",
}
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
posix = pytest.mark.skipif(sys.platform == "win32", reason="sends signals")


@pytest.fixture(scope="module")
def shared_reader() -> Iterator[WorkerPool]:
    """For tests that do not damage it."""
    one = WorkerPool()
    yield one
    one.close()


@pytest.fixture
def own_reader() -> Iterator[WorkerPool]:
    one = WorkerPool()
    yield one
    one.close()


def here(source: Path | bytes | np.ndarray, name: str = "") -> ladder.Reading:
    """Does in this process what the worker does."""
    if isinstance(source, np.ndarray):
        return ladder.read(image.from_array(source, name))
    if isinstance(source, Path):
        return picture_file.read_file(read_bytes(source, image.FILE_LIMIT), name or str(source))
    return picture_file.read_file(source, name)


def outcome(read: Callable[[], ladder.Reading]) -> object:
    """Everything that a caller can observe, except for the time taken."""
    try:
        reading = read()
    except (AuthenticatorError, ValueError) as error:
        return type(error), error.args, vars(error)
    if isinstance(reading, PagedReading):
        return reading.payloads, reading.complete, reading.pages, reading.pages_read
    return reading.payloads, reading.complete


def processes(one: WorkerPool) -> list[int]:
    return [worker._process.pid for worker in one._running]


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def until_gone(pid: int) -> None:
    """Wait for the end of a process that is not a child of this one."""
    wait_for(lambda: gone(pid), "the end of the process")


def until_asked(one: WorkerPool) -> None:
    """Wait until its only worker has a picture to read."""
    wait_for(lambda: not one._idle, "the worker's picture")
    time.sleep(0.1)  # until it waits for the answer


def named_memory() -> list[Path]:
    """Shared memory like the worker's that others could find, or that was left behind."""
    return [
        path
        for path in Path("/dev/shm").iterdir()  # noqa: S108
        if path.stat().st_size == SHARED_BYTES
    ]


# What it reads


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("form", ["bytes", "file", "named"])
def test_read_file_equals_reading_in_process(
    shared_reader: WorkerPool, tmp_path: Path, kind: str, form: str
) -> None:
    source: Path | bytes = CONTENTS[kind]
    if form == "file":
        source = tmp_path / "päckchen \udcff.png"
        source.write_bytes(CONTENTS[kind])
    name = "from the clipboard" if form == "named" else ""
    assert outcome(lambda: shared_reader.read(source, name)) == outcome(lambda: here(source, name))


@pytest.mark.parametrize("path", [Path("/nonexistent/a.png"), Path("/"), Path("/dev/zero")])
def test_read_bad_file_raises_as_in_process(shared_reader: WorkerPool, path: Path) -> None:
    assert outcome(lambda: shared_reader.read(path)) == outcome(lambda: here(path))


def test_icon_equals_icon_in_process_and_is_only_pixels(
    shared_reader: WorkerPool, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(pictures.encoded(pictures.qr_pixels(TEXT, module_px=3)))
    assert shared_reader.icon(path) == image.icon(path.read_bytes())
    for answer in ("", "AAAA", b64encode(bytes(4 * image.ICON_SIDE**2 + 1)).decode()):
        with pytest.raises(ValueError, match=r"."):
            worker_answers.icon({"pixels": answer})


def test_read_relative_path_is_relative_to_this_process(
    shared_reader: WorkerPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("there.png", "missing.png"):
        path = Path(name)
        if name == "there.png":
            path.write_bytes(CONTENTS["png"])
        assert outcome(lambda path=path: shared_reader.read(path)) == outcome(
            lambda path=path: here(path)
        )


@pytest.mark.parametrize(
    "pixels",
    [
        CODE,
        CODE[::-1],
        SHEET,
        np.dstack([SHEET] * 3),
        np.dstack([SHEET, SHEET, SHEET, 255 - SHEET]),
        SHEET[:, :, None],
        np.dstack([SHEET] * 3)[::2, ::2],
        pictures.sheet([(CODE, 3000, 2000)], width=8000, height=6000),  # more than is shared
        np.zeros((0, 4), np.uint8),
        np.zeros((4, 4)),
        np.zeros((4, 4, 2), np.uint8),
        np.broadcast_to(np.uint8(0), (20_000, 20_000)),
    ],
    ids=lambda pixels: f"{pixels.shape} {pixels.dtype}",
)
def test_read_pixels_equals_reading_in_process(
    shared_reader: WorkerPool, pixels: np.ndarray
) -> None:
    assert outcome(lambda: shared_reader.read(pixels)) == outcome(lambda: here(pixels))


def test_read_frame_equals_reading_in_process(shared_reader: WorkerPool) -> None:
    for grey in pictures.webcam_frames([TEXT], shown=3):
        for frame in (grey, np.dstack([grey] * 3)):
            told = shared_reader.read_frame(frame)
            assert told.payloads == live_scan.read_frame(frame).payloads


def test_too_large_input_is_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(image.FILE_LIMIT + 1)
    own = WorkerPool()
    for ask in (
        partial(own.read, bytes(image.FILE_LIMIT + 1)),
        partial(own.read, path),
        partial(own.icon, path),
        partial(own.legibility, path, []),
    ):
        with pytest.raises(FileTooLarge) as told:
            ask()
        assert told.value.size == image.FILE_LIMIT + 1
    assert processes(own) == []


SHEETS = [kind for kind in CONTENTS if "pdf" in kind]
PICTURES = [kind for kind in CONTENTS if kind not in SHEETS]


@given(data=st.binary(max_size=300), kind=st.sampled_from([*PICTURES, ""]), place=st.integers(0))
def test_read_any_bytes_equals_reading_in_process(
    shared_reader: WorkerPool, data: bytes, kind: str, place: int
) -> None:
    """Any bytes give the same result or error in the worker as in this process."""
    whole = CONTENTS.get(kind, b"")
    place %= len(whole) + 1
    mixed = whole[:place] + data + whole[place + len(data) :]
    assert outcome(lambda: shared_reader.read(mixed)) == outcome(lambda: here(mixed))


@given(kind=st.sampled_from(SHEETS), bits=st.lists(st.integers(0), max_size=20), end=st.integers(0))
def test_read_damaged_pdf_affects_only_its_reading(
    shared_reader: WorkerPool, kind: str, bits: list[int], end: int
) -> None:
    damaged = bytearray(CONTENTS[kind])
    for bit in bits:
        bit %= len(damaged) * 8
        damaged[bit // 8] ^= 1 << bit % 8
    if not bits:
        del damaged[end % len(damaged) :]
    texts: set[str] = set()
    with contextlib.suppress(InputRefused):
        texts = {code.text for code in shared_reader.read(bytes(damaged)).payloads}
    assert texts <= {
        TEXT,
        "second",
        *(f"{word} {n}" for word in ("code", "page") for n in range(51)),
    }
    assert shared_reader.read(CODE).payloads


def test_read_by_two_callers_keeps_answers_apart(shared_reader: WorkerPool) -> None:
    wrong: list[str] = []

    def call(name: str) -> None:
        pixels = pictures.qr_pixels(name)
        for turn in range(15):
            content = pictures.encoded(pixels) if turn % 2 else pixels
            found = shared_reader.read(content).payloads
            if [code.text for code in found] != [name]:
                wrong.append(name)

    threads = [threading.Thread(target=call, args=(f"caller {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(processes(shared_reader)) <= worker_pool.MOST


# What becomes of it


@posix
def test_read_continues_after_worker_is_killed_ten_times(own_reader: WorkerPool) -> None:
    seen: list[str] = []
    kills = 0
    scan = LiveScan(read_frame=own_reader.read_frame)
    texts = [f"otpauth://totp/panel:{n}?secret=JBSWY3DPEHPK3PXP" for n in range(11)]
    frames = pictures.webcam_frames(texts, size=(640, 480))
    for number, frame in enumerate(frames):
        if number > 8 and number % 8 == 4 and kills < 10:
            (pid,) = processes(own_reader)
            delay_s = kills * 0.002  # idle, and at several points of a frame
            threading.Timer(delay_s, os.kill, (pid, signal.SIGKILL)).start()
            kills += 1
        seen += [code.text for code in scan.add_frame(frame).accepted]
    assert kills == 10
    assert seen == texts


def disturb(one: WorkerPool, *signals: signal.Signals, after_s: float = 0.0) -> None:
    """Send this signal to its one worker."""
    one.warm_up()
    (pid,) = processes(one)

    def send() -> None:
        for number in signals:
            os.kill(pid, number)

    if after_s:
        threading.Timer(after_s, send).start()
    else:
        send()


@posix
@pytest.mark.parametrize(
    "source", [SAMPLE, bytes(SAMPLE.read_bytes()) + bytes(2**21), CODE], ids=["file", "bytes", "px"]
)
def test_read_hanging_picture_is_overrun_and_next_is_read(
    own_reader: WorkerPool, monkeypatch: pytest.MonkeyPatch, source: Path | bytes | np.ndarray
) -> None:
    own_reader.read(CODE)
    longest_s = worker_pool.PICTURE_DEADLINE_S
    monkeypatch.setattr(worker_pool, "PICTURE_DEADLINE_S", 0.5)
    disturb(own_reader, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(PictureBroke) as told:
        own_reader.read(source, "hang.png")
    assert (told.value.source, told.value.reason) == ("hang.png", Breakage.OVERRAN)
    assert 0.4 < time.monotonic() - started < longest_s / 2
    monkeypatch.undo()
    assert own_reader.read(CODE).payloads


@posix
@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_read_crashing_picture_is_crashed_and_next_is_read(
    own_reader: WorkerPool, number: signal.Signals
) -> None:
    own_reader.read(CODE)
    disturb(own_reader, signal.SIGSTOP)
    disturb(own_reader, number, signal.SIGCONT, after_s=0.2)
    with pytest.raises(PictureBroke) as told:
        own_reader.read(SAMPLE)
    assert (told.value.source, told.value.reason) == (str(SAMPLE), Breakage.CRASHED)
    assert own_reader.read(CODE).payloads


@needs_proc
def test_read_after_idle_worker_died_succeeds(own_reader: WorkerPool) -> None:
    own_reader.read(CODE)
    (pid,) = processes(own_reader)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert own_reader.read(CODE).payloads


def test_offer_raises_if_all_frames_break() -> None:
    def broken(frame: np.ndarray) -> ladder.Reading:
        raise PictureBroke("", Breakage.CRASHED)

    scan = LiveScan(read_frame=broken)
    for _ in range(live_scan.BROKEN_FRAMES):
        assert scan.add_frame(WHITE) == live_scan.FrameResult((), ())
    with pytest.raises(PictureBroke):
        scan.add_frame(WHITE)


STAND_IN = """
import os, sys
from authenticator.scan.worker_process import receive, send
send(1, {"ready": True})
while receive(0, 2**30):
    %s
"""


@pytest.mark.parametrize(
    "answer",
    [
        "os.write(1, b'nonsense, and much of it')",
        "os.write(1, b'\\xff' * 8)",
        "os.write(1, b'\\0\\0\\0\\2[]')",
        "os.write(1, b'\\0\\0\\0\\1')",
        "sys.exit(0)",
        "send(1, {})",
        "send(1, {'error': 'SystemExit', 'facts': ['', '']})",
        "send(1, {'error': 'NotAnImage', 'facts': 7})",
        "send(1, {'error': 'FileUnreadable', 'facts': ['', 'missing', '']})",
        "send(1, {'error': 'NotAnImage', 'facts': ['', 'an invitation: https://example.com']})",
        "send(1, {'error': 'ImageTooLarge', 'facts': ['', 'wide', 'high', 1]})",
        "send(1, {'error': 'ImageTooLarge', 'facts': ['', 1e999, 1, 1]})",
        "send(1, {'payloads': [['a', 'QRCode', [[1e999, 0]] * 4]], 'ms': 1, 'complete': True})",
        "send(1, {'payloads': []}, b'a body that nobody asked for')",
        "text = b'[' * 10**6; os.write(1, len(text).to_bytes(4, 'big') + text)",
        "send(1, {'payloads': [['a', 'QRCode', [[0, 0]]]], 'ms': 1, 'complete': True})",
        "send(1, {'payloads': 7, 'ms': 1, 'complete': True})",
        "send(1, {'payloads': [], 'ms': 1, 'complete': True, 'pages': 'many', 'pages_read': 1})",
    ],
)
def test_read_invalid_answer_is_a_crash(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    top = str(Path(worker_pool.__file__).parents[2])
    script = f"import sys; sys.path.insert(0, {top!r})" + STAND_IN % answer
    monkeypatch.setattr(worker_client, "_command", lambda: [sys.executable, "-c", script])
    one = WorkerPool()
    with pytest.raises(PictureBroke) as told:
        one.read(b"any")
    assert told.value.reason is Breakage.CRASHED
    one.close()


@pytest.mark.parametrize("command", [["/nonexistent/program"], [sys.executable, "-c", ""]])
def test_read_without_starting_worker_is_reader_absent(
    monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr(worker_client, "_command", lambda: command)
    one = WorkerPool()
    one.warm_up()
    with pytest.raises(ReaderAbsent):
        one.read(SAMPLE)
    assert processes(one) == []


def test_command_of_bundle_is_the_terminal_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(Path("/opt/app/authenticator-gui.exe")))
    assert worker_client._command() == [str(Path("/opt/app/authenticator.exe")), WORD]


def test_main_with_the_worker_argument_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-m", "authenticator", WORD]
    monkeypatch.setattr(worker_client, "_command", lambda: command)
    one = WorkerPool()
    assert one.read(SAMPLE).payloads
    with pytest.raises(NotAnImage):
        one.read(b"no picture")
    one.close()


# What it is given, and what it leaves


@needs_proc
def test_worker_environment_has_only_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_OF_SOMETHING_ELSE", "hidden")
    with Path(__file__).open():
        one = WorkerPool()
        one.read(CODE)
        (pid,) = processes(one)
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        assert b"hidden" not in environment
        assert b"HOME" not in environment
        links = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
        own = ("pipe:", "/dev/null", "/memfd:picture")
        assert [link for link in links if not link.startswith(own)] == []
        assert sum(link.startswith("pipe:") for link in links) == 2
    one.close()


@needs_proc
def test_close_leaves_no_process() -> None:
    one = WorkerPool()
    one.read(CODE)
    one.read_frame(SHEET)
    assert named_memory() == []
    (pid,) = processes(one)
    one.close()
    one.close()
    one.warm_up()
    assert gone(pid)
    assert named_memory() == []
    with pytest.raises(ReaderAbsent):
        one.read(CODE)


@posix
def test_close_does_not_wait_for_a_picture_being_read(own_reader: WorkerPool) -> None:
    own_reader.read(CODE)
    disturb(own_reader, signal.SIGSTOP)
    told: list[object] = []

    def call() -> None:
        try:
            own_reader.read(SAMPLE)
        except PictureBroke as error:
            told.append(error.reason)

    thread = threading.Thread(target=call)
    thread.start()
    until_asked(own_reader)
    started = time.monotonic()
    own_reader.close()
    assert time.monotonic() - started < worker_pool.PICTURE_DEADLINE_S / 2
    thread.join(PATIENCE_S)
    assert told == [Breakage.CRASHED]
    assert processes(own_reader) == []


@needs_proc
def test_reader_garbage_collected_ends_its_processes() -> None:
    one = WorkerPool()
    one.read(CODE)
    (pid,) = processes(one)
    del one
    assert gone(pid)


PARENT = """
import sys, threading, time
sys.path.insert(0, {top!r})
from pathlib import Path
from authenticator.scan.worker_pool import WorkerPool
reader = WorkerPool()
found = reader.read(Path({sample!r})).payloads
assert len(found) == 1
assert not {{"numpy", "PIL", "zxingcpp", "pyzbar"}} & set(sys.modules)
print(*(worker._process.pid for worker in reader._running), flush=True)
{then}
"""


@needs_proc
@pytest.mark.parametrize(
    "then", ["pass", "sys.exit(3)", "raise KeyError", "reader.warm(); import os; os._exit(0)", None]
)
def test_worker_does_not_outlive_the_app(then: str | None) -> None:
    top = str(Path(worker_pool.__file__).parents[2])
    script = PARENT.format(top=top, sample=str(SAMPLE), then=then or "time.sleep(60)")
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdout
        pids = [int(word) for word in parent.stdout.readline().split()]
        if then is None:
            parent.kill()
        assert parent.stdout.read() == ""
    assert len(pids) == 1
    until_gone(pids[0])
    assert named_memory() == []


HANGING = """
import re, sys, time
sys.path.insert(0, {top!r})
from authenticator.scan import worker_process
worker_process._read_picture = lambda *_: {hang}
worker_process.serve(sys.argv[1])
"""


@needs_proc
@pytest.mark.parametrize(
    "hang",
    [
        "time.sleep(60)",
        "re.match('(a+)+$', 'a' * 60 + 'b')",  # like C code that never releases the interpreter
    ],
)
def test_hanging_worker_does_not_outlive_the_app(hang: str) -> None:
    top = str(Path(worker_pool.__file__).parents[2])
    script = f"""
import os, sys, threading, time
sys.path.insert(0, {top!r})
from authenticator.scan import worker_client, worker_pool
worker_client._command = lambda: [sys.executable, "-c", {HANGING.format(top=top, hang=hang)!r}]
worker_pool.PICTURE_DEADLINE_S = 1.0
one = worker_pool.WorkerPool()
threading.Thread(target=one.read, args=(b"any",), daemon=True).start()
while not any(worker._ready for worker in one._running): time.sleep(0.01)
time.sleep(0.2)
print(*(worker._process.pid for worker in one._running), flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        (pid,) = [int(word) for word in parent.stdout.readline().split()]
        assert not gone(pid)
        parent.kill()
    until_gone(pid)


@needs_proc
def test_ctrl_c_during_read_leaves_no_answer_to_the_next(own_reader: WorkerPool) -> None:
    own_reader.read(CODE)
    (pid,) = processes(own_reader)
    disturb(own_reader, signal.SIGSTOP)

    def interrupt() -> None:
        until_asked(own_reader)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        own_reader.read(SAMPLE)
    assert gone(pid)
    assert [code.text for code in own_reader.read(CODE).payloads] == [TEXT]


def test_code_command_loads_no_worker_modules() -> None:
    script = (
        "import sys, authenticator.cli.main, authenticator.compose, authenticator.wording.errors, "
        "authenticator.cli.verbs.code; print([m for m in sys.modules if m in "
        "('authenticator.scan.worker_pool', 'authenticator.scan.worker_client', "
        "'authenticator.scan.worker_process')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
