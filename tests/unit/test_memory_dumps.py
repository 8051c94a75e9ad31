"""What other programs of the user, and the system at a crash, get of our processes' memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from authenticator import resource

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

TOP = Path(resource.__file__).parents[1]
AS_A_USER = """
import ctypes, os, resource, sys, time
from authenticator import memory_dumps
prctl = ctypes.CDLL(None).prctl
if os.getuid() == 0:  # who may read everything
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    prctl(4, 1, 0, 0, 0)  # which that has turned off
"""


def said_by(script: str) -> list[str]:
    """What a process of a user's says."""
    done = subprocess.run(
        [sys.executable, "-c", AS_A_USER + script],
        env=os.environ | {"PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_forbidden_process_is_not_dumpable_until_it_allows_reading() -> None:
    assert said_by("""
print(prctl(3), memory_dumps.allow_reading())
memory_dumps.forbid_reading()
print(prctl(3), memory_dumps.allow_reading(), prctl(3))
memory_dumps.forbid_reading()
print(prctl(3), os.stat("/proc/self/mem").st_uid)
""") == ["1 False", "0 True 1", "0 0"]


def test_cores_are_empty_wherever_they_go_and_children_have_none_either() -> None:
    assert (
        said_by("""
memory_dumps.forbid_cores()
memory_dumps.forbid_reading()
if os.fork():
    os.wait()
else:
    memory_dumps.forbid_cores()  # as a process that is started by one of ours
print(resource.getrlimit(resource.RLIMIT_CORE)[0])
print(int(open("/proc/self/coredump_filter").read(), 16))
""")
        == ["0", "0"] * 2
    )


@pytest.mark.parametrize(("forbidden", "outcome"), [(False, "read"), (True, "refused")])
def test_other_process_of_user_reads_memory_only_where_not_forbidden(
    forbidden: bool, outcome: str
) -> None:
    assert said_by(f"""
ready, tell = os.pipe()
child = os.fork()
if not child:
    if {forbidden}:
        memory_dumps.forbid_reading()
    os.write(tell, b"1")
    time.sleep(600)
os.read(ready, 1)
try:
    with open(f"/proc/{{child}}/mem", "rb"):
        print("read")
except PermissionError:
    print("refused")
os.kill(child, 9)
""") == [outcome]
