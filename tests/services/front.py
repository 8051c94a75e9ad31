"""A reverse proxy in front of a panel, as is usual, with failures on demand."""

import contextlib
import http.client
import threading
import time
from collections.abc import Iterator
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.patience import PATIENCE_S

LATE_S = 2
_OWN = {"connection", "transfer-encoding", "content-length", "date", "server"}


class Weather(Enum):
    """What happens to a request."""

    FINE = auto()
    DOWN = auto()
    """The connection ends without an answer."""
    SLOW = auto()
    """The panel receives it `LATE_S` seconds late."""
    BROKEN = auto()
    """500, and the panel never receives it."""
    LIMITED = auto()
    """429: too many requests."""


class Front:
    """`weather` applies to every request from now on; `url` is the panel's address."""

    def __init__(self, panel: str) -> None:  # noqa: C901 - the handler class is counted with it
        self.weather = Weather.FINE
        front = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                match front.weather:
                    case Weather.DOWN:
                        self.close_connection = True
                        return
                    case Weather.BROKEN:
                        self._answer(500, {}, b"<h1>Internal Server Error</h1>")
                        return
                    case Weather.LIMITED:
                        self._answer(429, {"Retry-After": "60"}, b"<h1>Too Many Requests</h1>")
                        return
                    case Weather.SLOW:
                        time.sleep(LATE_S)
                self._forward()

            def do_POST(self) -> None:
                self.do_GET()

            def _forward(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                behind = http.client.HTTPConnection(urlsplit(panel).netloc, timeout=PATIENCE_S)
                with contextlib.closing(behind):
                    behind.request(self.command, self.path, body, dict(self.headers))
                    answer = behind.getresponse()
                    self._answer(answer.status, answer.headers, answer.read())

            def _answer(self, status: int, headers: object, body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in _OWN:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing: a failing test reports what it saw."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"


@contextlib.contextmanager
def front(panel: str) -> Iterator[Front]:
    """Serve in front of the panel at this address."""
    made = Front(panel)
    thread = threading.Thread(target=made._server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made._server.shutdown()
        made._server.server_close()
        thread.join()
