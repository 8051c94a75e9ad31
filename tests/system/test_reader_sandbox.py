"""A decoder that a picture has taken over reaches nothing: tried in the worker as the pool starts
it, whose decoder is replaced by an attack, and in a process that has locked itself down."""

import ctypes
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from authenticator.scan import sandbox, worker_client
from authenticator.scan.image import Breakage, PictureBroke
from authenticator.scan.sandbox import Layer
from authenticator.scan.worker_pool import WorkerPool
from tests.services import pictures

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(sys.platform != "linux", reason="Linux has these layers"),
]
TEXT = "otpauth://totp/panel:kim?secret=JBSWY3DPEHPK3PXP"
CODE = pictures.encoded(pictures.qr_pixels(TEXT))
TOP = str(Path(sandbox.__file__).parents[2])

WORKER = """
import sys
sys.path[:0] = {path!r}
from types import SimpleNamespace
from authenticator.scan import landlock, picture_file, sandbox, seccomp, worker_process
import ctypes, errno, mmap, os, signal, socket, subprocess, threading
libc = ctypes.CDLL(None, use_errno=True)
whole, locked_down = picture_file.read_file, sandbox.lock_down

def attacked(data, name=""):
    if not data.startswith(b"attack"):
        return whole(data, name)
    try:
        told = attack(data)
    except OSError as error:
        told = "refused " + errno.errorcode.get(error.errno or 0, "?")
    except (ImportError, MemoryError, RuntimeError, ValueError) as error:
        told = "refused " + type(error).__name__
    code = SimpleNamespace(text=str(told), format="QRCode", corners=[[0, 0]] * 4)
    return SimpleNamespace(payloads=[code], ms=1, complete=True, by_zbar=False, cut_off=False)

def call(name, *arguments):
    numbers = {{"clone3": 435, **seccomp.numbers(os.uname().machine)}}
    if libc.syscall(numbers[name], *arguments) < 0:
        raise OSError(ctypes.get_errno(), "")
    return "succeeded"

def attack(data):
    {attack}
    return "succeeded"

def only_some():
    kept = {layers!r}
    if kept is None:
        return locked_down()
    steps = {{
        "privileges": sandbox._give_up_privileges,
        "files": landlock.restrict,
        "descriptors": lambda: sandbox._limit("RLIMIT_NOFILE", 0),
        "system calls": seccomp.restrict,
    }}
    return [name for name in kept if steps[name]()]

picture_file.read_file, sandbox.lock_down = attacked, only_some
worker_process.serve(sys.argv[1])
"""


@pytest.fixture(scope="module")
def layers() -> Iterator[dict[Layer, bool]]:
    pool = WorkerPool()
    yield pool.layers()
    pool.close()


def outcome(attack: str, monkeypatch: pytest.MonkeyPatch, only: list[str] | None = None) -> str:
    """What came of an attack: its own word, or how the worker ended. The next picture is read."""
    lines = "\n    ".join(attack.splitlines())
    script = WORKER.format(path=[part for part in sys.path if part], attack=lines, layers=only)
    monkeypatch.setattr(worker_client, "_command", lambda: [sys.executable, "-c", script])
    pool = WorkerPool()
    try:
        (code,) = pool.read(b"attack").payloads
        return code.text
    except PictureBroke as broke:
        return "killed" if broke.reason is Breakage.CRASHED else "overran"
    finally:
        assert [code.text for code in pool.read(CODE).payloads] == [TEXT]
        pool.close()


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    path = tmp_path / "vault.db"
    path.write_text("sealed")
    return path


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


ATTACKS = {
    "reads a file": "open({file!r}).read()",
    "reads a key of ssh": "open(os.path.expanduser('~/.ssh/id_ed25519')).read()",
    "lists the folder": "os.listdir({folder!r})",
    "asks about a file": "os.stat({file!r})",
    "writes a file": "open({folder!r} + '/planted', 'w').write('x')",
    "writes to /tmp": "open('/tmp/planted-by-a-picture', 'w').write('x')",
    "deletes a file": "os.unlink({file!r})",
    "renames a file": "os.rename({file!r}, {file!r} + '.new')",
    "makes a folder": "os.mkdir({folder!r} + '/planted')",
    "makes a link": "os.symlink('/', {folder!r} + '/planted')",
    "opens a file for all": "os.chmod({file!r}, 0o666)",
    "truncates a file": "os.truncate({file!r}, 0)",
    "connects": "socket.create_connection(('127.0.0.1', {port}))",
    "asks a bus": "socket.socket(socket.AF_UNIX).connect('\\0bus')",
    "listens": "socket.create_server(('127.0.0.1', 0))",
    "forks": "if not os.fork(): os._exit(0)",
    "forks by clone3": "call('clone3', ctypes.create_string_buffer(88), 88)",
    "starts a program": "subprocess.run(['true'], check=True)",
    "becomes a program": "os.execv('/bin/true', ['true'])",
    "traces its parent": "call('ptrace', 16, os.getppid(), 0, 0)",
    "reads its parent's memory": "call('process_vm_readv', os.getppid(), 0, 0, 0, 0, 0)",
    "opens its parent's memory": "open(f'/proc/{{os.getppid()}}/mem', 'rb')",
    "ends its parent": "os.kill(os.getppid(), signal.SIGTERM)",
    "stops its parent's thread": "call('tgkill', os.getppid(), os.getppid(), 0)",
    "changes its parent's limits": "call('prlimit64', os.getppid(), 7, bytes(16), 0)",
    "raises its own limits": "call('prlimit64', 0, 9, b'\\xff' * 16, 0)",
    "makes a pipe": "os.pipe()",
    "makes memory that has no limit": "os.memfd_create('x')",
    "maps a program": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    "takes all memory": "bytearray(3 * 2**30)",
    "shares all memory": "mmap.mmap(-1, 2**33)",
    "loads a library": "ctypes.CDLL('libutil.so.1')",
    "loads a module": "import sqlite3",
    "leaves its folder": "os.chroot('/')",
    "uses a ring": "call('io_uring_setup', 8, ctypes.create_string_buffer(120))",
}


def filled(attack: str, secret_file: Path, port: int) -> str:
    return attack.format(file=str(secret_file), folder=str(secret_file.parent), port=port)


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_fails_and_next_picture_is_read(
    attack: str,
    layers: dict[Layer, bool],
    secret_file: Path,
    listener: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever system it is: each of these fails behind all layers."""
    if not layers[Layer.SYSTEM_CALLS]:
        pytest.skip("this system has no seccomp")
    told = outcome(filled(ATTACKS[attack], secret_file, listener), monkeypatch)
    assert told == "killed" or told.startswith("refused"), told
    assert secret_file.read_text() == "sealed"
    assert [path.name for path in secret_file.parent.iterdir()] == ["vault.db"]
    assert not Path(tempfile.gettempdir(), "planted-by-a-picture").exists()


ALONE = {
    "files": ("reads a file", "lists the folder", "writes a file", "deletes a file", "connects"),
    "descriptors": (
        "reads a file",
        "lists the folder",
        "writes a file",
        "connects",
        "makes a pipe",
    ),
    "system calls": ("reads a file", "deletes a file", "connects", "forks", "traces its parent"),
}


@pytest.mark.parametrize(("layer", "attack"), [(la, at) for la in ALONE for at in ALONE[la]])
def test_one_layer_alone_stops_what_it_is_for(
    layer: str,
    attack: str,
    layers: dict[Layer, bool],
    secret_file: Path,
    listener: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not layers[Layer(layer)]:
        pytest.skip(f"this system has no {layer}")
    told = outcome(
        filled(ATTACKS[attack], secret_file, listener), monkeypatch, ["privileges", layer]
    )
    assert told == "killed" or told.startswith("refused"), told
    assert secret_file.exists()


@pytest.mark.parametrize("attack", ["reads a file", "deletes a file", "connects", "forks"])
def test_attack_without_any_layer_succeeds(
    attack: str, secret_file: Path, listener: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the tests above fail for the layers, not for a mistake in the attack."""
    told = outcome(filled(ATTACKS[attack], secret_file, listener), monkeypatch, [])
    assert told == "succeeded"


def test_worker_of_the_pool_has_the_limits(layers: dict[Layer, bool]) -> None:
    pool = WorkerPool()
    pool.read(CODE)
    (worker,) = pool._running
    process = Path(f"/proc/{worker._process.pid}")
    status = dict(
        line.split(":\t", 1)
        for line in (process / "status").read_text().splitlines()
        if "\t" in line
    )
    limits = (process / "limits").read_text()
    pool.close()
    assert status["NoNewPrivs"].strip() == str(int(layers[Layer.PRIVILEGES]))
    assert status["Seccomp"].strip() == ("2" if layers[Layer.SYSTEM_CALLS] else "0")
    found = {line[:25].strip(): line[25:].split()[:2] for line in limits.splitlines()}
    assert found["Max open files"] == ["0", "0"]
    assert found["Max core file size"][0] == "0"
    data = sandbox._memory_limit()
    assert found["Max data size"] == [str(data)] * 2
    assert data < int(found["Max address space"][0]) < 4 * data
    assert found["Max cpu time"][0] != "unlimited"


def test_lock_down_holds_for_threads_that_come_later() -> None:
    script = f"""
import sys, threading
sys.path.insert(0, {TOP!r})
from authenticator.scan import sandbox
sandbox.lock_down()
told = []
def attack():
    try:
        open("/etc/hostname")
    except OSError as error:
        told.append(type(error).__name__)
thread = threading.Thread(target=attack)
thread.start()
thread.join()
print(*told)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() in (["PermissionError"], ["OSError"])


def test_processor_time_is_the_second_net(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the parent's time limit and the worker's own, the system's ends an endless loop."""
    attack = "import faulthandler\nfaulthandler.cancel_dump_traceback_later()\nwhile True: pass"
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(
        worker_client.Worker,
        "ask",
        lambda self, header, body, _: self._exchange(
            {**header, "deadline_s": 0.1}, body, 120, asking=True
        ),
    )
    assert outcome(attack, monkeypatch) == "killed"


def test_layer_that_the_system_lacks_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that forbids Landlock and seccomp."""
    script = f"""
import sys, json
sys.path.insert(0, {TOP!r})
from authenticator.scan import landlock, seccomp, sandbox
landlock.restrict = seccomp.restrict = lambda: False
print(json.dumps(sandbox.lock_down()))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert json.loads(done.stdout) == ["memory", "descriptors", "privileges"]


def test_refused_system_call_of_a_thread_ends_the_whole_worker(
    layers: dict[Layer, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not layers[Layer.SYSTEM_CALLS]:
        pytest.skip("this system has no seccomp")
    attack = (
        "thread = threading.Thread(target=lambda: libc.ptrace(16, os.getppid(), 0, 0))\n"
        "thread.start()\nthread.join()"
    )
    assert outcome(attack, monkeypatch) == "killed"


def test_landlock_is_used_where_the_kernel_has_it(layers: dict[Layer, bool]) -> None:
    """The kernel refuses a right that it does not know: a mistake in the table of rights would
    show as a missing layer."""
    version = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1)
    assert layers[Layer.FILES] == (version > 0)
