"""A real NTP server (chrony) on loopback, its clock off by as much as a test wants; with keys for
authenticated time (NTS) if a test gives it a certificate."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S, wait_for
from tests.services.authority import Identity
from tests.services.shifted_clock import shifted_clock

LOOPBACK = "127.0.0.1"


def free_port(kind: socket.SocketKind = socket.SOCK_DGRAM) -> int:
    """A port that is free at the moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    """Whether a synchronised server answers: asked with raw bytes, not by the code under test."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.1)
        probe.connect((LOOPBACK, port))
        try:
            probe.send(bytes([0x23]) + bytes(39) + b"ready-ok")
            packet = probe.recv(512)
        except OSError:
            return False
        return packet[0] >> 6 != 3 and packet[1] != 0


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 0.1):
        return True
    return False


@contextlib.contextmanager
def nts_server(
    identity: Identity,
    shift_s: float = 0.0,
    *,
    port: int | None = None,
    key_port: int | None = None,
) -> Iterator[int]:
    """Runs chrony with key establishment over TLS; yields that port. Each run has its own cookie
    keys."""
    key_port = key_port or free_port(socket.SOCK_STREAM)
    port = port or free_port()
    more = (
        f"ntsserverkey {identity.key}\nntsservercert {identity.certificate}\n"
        f"ntsport {key_port}\nntsrotate 0\n"
    )
    with time_server(shift_s, port=port, more=more):
        wait_for(lambda: _listens(key_port), "chronyd giving out keys", every_s=0.02)
        yield key_port


@contextlib.contextmanager
def time_server(
    shift_s: float = 0.0, *, stratum: int = 8, port: int | None = None, more: str = ""
) -> Iterator[str]:
    """Runs chrony `shift_s` seconds ahead of this computer's clock; yields its `host:port`. `more`
    are lines for its configuration."""
    chronyd = shutil.which("chronyd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if chronyd is None:
        pytest.skip("no chronyd on this computer")
    with tempfile.TemporaryDirectory() as folder:
        port = port or free_port()
        configuration = Path(folder, "chrony.conf")
        configuration.write_text(
            f"local stratum {stratum}\nport {port}\nallow {LOOPBACK}\nbindaddress {LOOPBACK}\n"
            f"cmdport 0\nbindcmdaddress /\npidfile {folder}/chrony.pid\n{more}"
        )
        with Path(folder, "log").open("w+") as log:
            server = subprocess.Popen(
                [chronyd, "-x", "-d", "-U", "-u", getpass.getuser(), "-f", str(configuration)],
                env=os.environ | shifted_clock(shift_s),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            try:

                def answers() -> bool:
                    if server.poll() is not None:
                        log.seek(0)
                        raise RuntimeError(f"chronyd did not start: {log.read()}")
                    return _answers(port)

                wait_for(answers, "chronyd answering", every_s=0.02)
                yield f"{LOOPBACK}:{port}"
            finally:
                server.terminate()
                server.wait(PATIENCE_S)
