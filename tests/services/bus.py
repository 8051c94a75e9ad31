"""A test's own D-Bus, on which nothing runs yet and nothing can be started."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.patience import PATIENCE_S


@contextlib.contextmanager
def private_bus(folder: Path, rule: str = "") -> Iterator[str]:
    """Runs a bus with its configuration in this folder; yields its address. `rule` is one more of
    its policy, in XML."""
    configuration = folder / "bus.conf"
    configuration.write_text(
        "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>"
        "<auth>EXTERNAL</auth><policy context='default'><allow send_destination='*'/>"
        f"<allow receive_sender='*'/><allow own='*'/>{rule}</policy></busconfig>"
    )
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        assert address
        yield address
    finally:
        daemon.terminate()
        daemon.communicate(timeout=PATIENCE_S)
