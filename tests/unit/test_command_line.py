"""Links are taken out of the command line, where `ps` shows them to everybody."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

SCRIPT = """
import sys
from pathlib import Path
from authenticator.gui.startup import command_line
command_line.forget_last(int(sys.argv[1]))
sys.stdout.buffer.write(Path("/proc/self/cmdline").read_bytes())
sys.stdout.buffer.flush()
assert len(sys.argv) == int(sys.argv[2]), len(sys.argv)
assert not set(sys.argv[3:]) - set(sys.orig_argv)
"""
argument = st.binary(min_size=1, max_size=30).filter(lambda raw: b"\0" not in raw)


def seen(*arguments: bytes, forgotten: int) -> bytes:
    """Return the command line of a process that has forgotten its last arguments."""
    left = 3 + len(arguments) - forgotten
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(forgotten), str(left), *arguments],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout


@given(arguments=st.lists(argument, max_size=4), data=st.data())
@settings(max_examples=12)
def test_last_arguments_are_gone_and_the_others_stay(
    arguments: list[bytes], data: st.DataObject
) -> None:
    forgotten = data.draw(st.integers(0, len(arguments)))
    words = seen(*arguments, forgotten=forgotten).rstrip(b"\0").split(b"\0")
    kept = arguments[: len(arguments) - forgotten]
    assert words[5:] == kept


def test_link_is_gone_from_the_command_line() -> None:
    link = b"otpauth://totp/Wiki:kim?secret=JBSWY3DPEHPK3PXP"
    assert b"JBSWY3DPEHPK3PXP" in seen(b"--hidden", link, forgotten=0)
    told = seen(b"--hidden", link, forgotten=1)
    assert b"JBSWY3DPEHPK3PXP" not in told
    assert b"--hidden" in told
