"""A TLS server on loopback that follows a script: for hostile behaviour, and web servers."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence

from tests.patience import PATIENCE_S
from tests.services.authority import LOOPBACK, Identity

Script = Callable[[ssl.SSLSocket], None]


@contextlib.contextmanager
def scripted_tls_server(
    identity: Identity,
    script: Script,
    *,
    protocols: Sequence[str] = (),
    highest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED,
) -> Iterator[int]:
    """Runs `script(connection)` after each handshake, then closes properly; yields the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)
    context.maximum_version = highest
    if protocols:
        context.set_alpn_protocols(list(protocols))

    def handle(raw: socket.socket) -> None:
        # The client may leave at any time.
        with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True) as wire:
            script(wire)
            wire.unwrap()

    with scripted_tcp_server(handle) as port:
        yield port


@contextlib.contextmanager
def scripted_tcp_server(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    """Runs `handle(connection)` for each connection, one after the other; yields the port."""
    over = threading.Event()
    with socket.create_server((LOOPBACK, 0)) as listener:
        listener.settimeout(0.02)

        def serve() -> None:
            while not over.is_set():
                try:
                    raw, _ = listener.accept()
                except TimeoutError:
                    continue
                with raw:
                    raw.settimeout(PATIENCE_S)
                    handle(raw)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join()
