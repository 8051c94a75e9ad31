"""A later start forwards what it was given to the window that is open, which accepts nothing from
it that could not be dropped onto it as well; or it orders the window to lock, or to show the page
that unlocks it. No passphrase ever passes here.

One line of JSON, and one line back once the window has it. The system lets only the same user
connect; what comes is checked all the same.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from authenticator import debug_log
from authenticator.app.desktop import WindowAbsent, WindowOrder, WindowSilent
from authenticator.gui.desktop.dropped_sources import FILES_LIMIT
from authenticator.gui.desktop.single_instance import SingleInstance

CALL_LIMIT = 16 * 2**20
"""Bytes: the longest command line, with each of its bytes escaped as six."""
TOKEN_LIMIT = 256
CALLER_MS = 5000
"""How long a caller may take to say what it wants."""
ANSWER_S = 5.0
_TAKEN = b"taken\n"
_STATES = {b"open\n": True, b"closed\n": False}
_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Call:
    """`words` are links and absolute names of files; `token` is what a Wayland desktop gave
    the later start, for the window to come to the front with; `order` is what the window is to
    do, if anything."""

    words: tuple[str, ...] = ()
    token: str = ""
    order: WindowOrder | None = None

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


def read_call(line: bytes) -> Call | None:
    """The call that a line holds, None if it holds none."""
    try:
        told = json.loads(line)
        words, token = tuple(told["words"]), told["token"]
        order = told.get("order") and WindowOrder(told["order"])
        for text in (*words, token):
            if b"\0" in os.fsencode(text) or not isinstance(text, str):
                return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(told["words"], list) or len(words) > FILES_LIMIT:
        return None
    return Call(words, token, order or None) if len(token) <= TOKEN_LIMIT else None


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


def send_order(instance: SingleInstance, order: WindowOrder, within_s: float = ANSWER_S) -> bool:
    """Give an order to the window of this home; returns whether it had a vault open before.

    Raises WindowAbsent where there is no window, WindowSilent where it does not answer."""
    if order is WindowOrder.UNLOCK:
        _let_come_up()
    until_s = time.monotonic() + within_s
    while (left_s := until_s - time.monotonic()) > 0:
        answer = _answer_to(instance.address, Call(order=order), left_s)
        if answer in _STATES:
            return _STATES[answer]
        if instance.claim():
            instance.release()
            raise WindowAbsent
        time.sleep(_AGAIN_S)
    raise WindowSilent


def _let_come_up() -> None:
    """Windows lets a window come to the front only with the foreground process's permission."""
    if sys.platform == "win32":
        import ctypes

        any_process = -1
        ctypes.windll.user32.AllowSetForegroundWindow(any_process)


def _hand_over(address: str, call: Call, within_s: float) -> bool:
    return _answer_to(address, call, within_s) == _TAKEN


def _answer_to(address: str, call: Call, within_s: float) -> bytes:
    """The line that the window answers; empty where there is none."""
    until_s = time.monotonic() + within_s

    def left_ms() -> int:
        return max(0, round((until_s - time.monotonic()) * 1000))

    window = QLocalSocket()
    window.connectToServer(address)
    if not window.waitForConnected(left_ms()):
        return b""
    window.write(call.line())
    while window.bytesToWrite():
        if not window.waitForBytesWritten(left_ms()):
            return b""
    while not window.canReadLine():
        if not window.waitForReadyRead(left_ms()):
            return b""
    return bytes(window.readLine().data())


class InstanceServer(QObject):
    """Receives the messages of later starts. Only for the process that holds the lock: it replaces
    the socket that a crashed window left behind."""

    called = Signal(object)  # Call

    def __init__(
        self,
        address: str,
        parent: QObject | None = None,
        vault_is_open: Callable[[], bool] = lambda: False,
    ) -> None:
        """`vault_is_open` tells whether there is something to lock."""
        super().__init__(parent)
        self.vault_is_open = vault_is_open
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
        if call.order is None:
            caller.write(_TAKEN)
        else:
            caller.write(b"open\n" if self.vault_is_open() else b"closed\n")
        caller.disconnectFromServer()
        self.called.emit(call)
