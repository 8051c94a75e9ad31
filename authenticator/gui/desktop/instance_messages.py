"""A later start forwards what it was given to the window that is open, which accepts nothing from
it that could not be dropped onto it as well.

One line of JSON, and one line back once the window has it. The system lets only the same user
connect; what comes is checked all the same.
"""

import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from authenticator import debug_log
from authenticator.gui.desktop.dropped_sources import FILES_LIMIT
from authenticator.gui.desktop.single_instance import SingleInstance

CALL_LIMIT = 16 * 2**20
"""Bytes: the longest command line, with each of its bytes escaped as six."""
TOKEN_LIMIT = 256
CALLER_MS = 5000
"""How long a caller may take to say what it wants."""
ANSWER_S = 5.0
_TAKEN = b"taken\n"
_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Call:
    """`words` are links and absolute names of files; `token` is what a Wayland desktop gave
    the later start, for the window to come to the front with."""

    words: tuple[str, ...] = ()
    token: str = ""

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


def read_call(line: bytes) -> Call | None:
    """The call that a line holds, None if it holds none."""
    try:
        told = json.loads(line)
        words, token = tuple(told["words"]), told["token"]
        for text in (*words, token):
            if b"\0" in os.fsencode(text) or not isinstance(text, str):
                return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(told["words"], list) or len(words) > FILES_LIMIT:
        return None
    return Call(words, token) if len(token) <= TOKEN_LIMIT else None


class Forwarded(Enum):
    """The outcome of forwarding."""

    TAKEN = auto()  # the window has what it was given
    GONE = auto()  # the window closed meanwhile: this process holds the lock now
    SILENT = auto()  # the window holds the lock and does not answer


def forward(instance: SingleInstance, call: Call, within_s: float = ANSWER_S) -> Forwarded:
    """Forward a call to the window of this home, which may be starting or closing."""
    _let_come_up()
    until_s = time.monotonic() + within_s
    while (left_s := until_s - time.monotonic()) > 0:
        if _hand_over(instance.address, call, left_s):
            return Forwarded.TAKEN
        if instance.claim():
            return Forwarded.GONE
        time.sleep(_AGAIN_S)
    return Forwarded.SILENT


def _let_come_up() -> None:
    """Windows lets a window come to the front only with the foreground process's permission."""
    if sys.platform == "win32":
        import ctypes

        any_process = -1
        ctypes.windll.user32.AllowSetForegroundWindow(any_process)


def _hand_over(address: str, call: Call, within_s: float) -> bool:
    until_s = time.monotonic() + within_s

    def left_ms() -> int:
        return max(0, round((until_s - time.monotonic()) * 1000))

    window = QLocalSocket()
    window.connectToServer(address)
    if not window.waitForConnected(left_ms()):
        return False
    window.write(call.line())
    while window.bytesToWrite():
        if not window.waitForBytesWritten(left_ms()):
            return False
    while not window.canReadLine():
        if not window.waitForReadyRead(left_ms()):
            return False
    return window.readLine().data() == _TAKEN


class InstanceServer(QObject):
    """Receives the messages of later starts. Only for the process that holds the lock: it replaces
    the socket that a crashed window left behind."""

    called = Signal(object)  # Call

    def __init__(self, address: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._let_in)
        self.is_open = self._server.listen(address)

    def close(self) -> None:
        self._server.close()

    def _let_in(self) -> None:
        while caller := self._server.nextPendingConnection():
            caller.setReadBufferSize(CALL_LIMIT)
            caller.readyRead.connect(lambda caller=caller: self._hear(caller))
            caller.disconnected.connect(caller.deleteLater)
            QTimer.singleShot(CALLER_MS, caller, caller.abort)
            self._hear(caller)

    def _hear(self, caller: QLocalSocket) -> None:
        if not caller.canReadLine():
            return
        call = read_call(bytes(caller.readLine().data()))
        if call is None:
            debug_log.write("a later start was not understood")
            caller.abort()
            return
        debug_log.write("taken over from a later start", sources=len(call.words))
        caller.write(_TAKEN)
        caller.disconnectFromServer()
        self.called.emit(call)
