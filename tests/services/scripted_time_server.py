"""A UDP server on loopback that answers NTP requests by a script, for hostile behaviour."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator

LOOPBACK = "127.0.0.1"
NTP_TO_UNIX_S = 2_208_988_800

Send = Callable[[bytes], None]
Script = Callable[[bytes, Send], None]


def stamp(unix_s: float) -> int:
    """Return the 64-bit NTP stamp of a Unix time; its seconds wrap every 2**32."""
    return round((unix_s + NTP_TO_UNIX_S) * 2**32) % 2**64


def packet(  # noqa: PLR0913 - each field of the packet
    request: bytes,
    received_s: float,
    answered_s: float,
    *,
    leap: int = 0,
    version: int = 4,
    mode: int = 4,
    stratum: int = 2,
    precision: int = -20,
    root_delay_s: float = 0.0,
    root_dispersion_s: float = 0.0,
    reference_id: bytes = b"\x7f\x7f\x01\x01",
    origin: bytes | None = None,
    received: int | None = None,
    answered: int | None = None,
) -> bytes:
    """An answer as in RFC 5905, section 7.3; every field can be falsified."""
    return struct.pack(
        "!BBbbII4sQ8sQQ",
        leap << 6 | version << 3 | mode,
        stratum,
        6,
        precision,
        round(root_delay_s * 2**16),
        round(root_dispersion_s * 2**16),
        reference_id,
        stamp(received_s - 10),
        request[40:48] if origin is None else origin,
        stamp(received_s) if received is None else received,
        stamp(answered_s) if answered is None else answered,
    )


@contextlib.contextmanager
def scripted_server(script: Script, host: str = LOOPBACK) -> Iterator[int]:
    """Runs `script(request, send)` for each request; yields the port."""
    over = threading.Event()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as wire:
        wire.bind((host, 0))
        wire.settimeout(0.02)

        def serve() -> None:
            while not over.is_set():
                try:
                    request, asker = wire.recvfrom(2048)
                except OSError:  # a timeout, or a client that has left, as Windows reports it
                    continue
                script(request, lambda data, asker=asker: _send(wire, data, asker))

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield wire.getsockname()[1]
        finally:
            over.set()
            thread.join()


def _send(wire: socket.socket, data: bytes, asker: tuple[str, int]) -> None:
    with contextlib.suppress(OSError):  # the client may have closed its socket
        wire.sendto(data, asker)
