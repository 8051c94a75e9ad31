"""A later start forwards what it was given to the window that is open, which accepts nothing from
it that could not be dropped onto it as well; or it orders the window to lock, or to show the page
that unlocks it. No passphrase ever passes here.

One line of JSON, and one line back once the window has it. The system lets only the same user
connect; what comes is checked all the same, and bounded in size, number and time.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from authenticator import debug_log
from authenticator.app.desktop import WindowAbsent, WindowOrder, WindowSilent
from authenticator.gui.desktop.dropped_sources import FILES_LIMIT, WORD_LIMIT, spelled_out
from authenticator.gui.desktop.single_instance import SingleInstance

CALL_LIMIT = 16 * 2**20
"""Bytes: the longest command line, with each of its bytes escaped as six."""
PIECES_LIMIT = 100_000
"""Brackets and commas of a line: one that consists of little else takes long to read."""
TOKEN_LIMIT = 256
LEFT_OUT_LIMIT = 1_000_000
CALLER_MS = 2000
"""How long a caller may take to say what it wants."""
CALLERS = 8
"""How many are heard at a time; others wait."""
PAUSE_MS, REFUSED_PAUSE_MS = 10, 250
"""Between two callers, in which the window goes on; the latter after one that made no sense."""
ANSWER_LIMIT = 64
ANSWER_S = 5.0
_TAKEN = b"taken\n"
_STATES = {b"open\n": True, b"closed\n": False}
_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Call:
    """`words` are links and absolute names of files, and `left_out` is how many more there were;
    `token` is what a Wayland desktop gave the later start, for the window to come to the front
    with; `order` is what the window is to do, if anything."""

    words: tuple[str, ...] = ()
    token: str = ""
    left_out: int = 0
    order: WindowOrder | None = None

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


def read_call(line: bytes) -> Call | None:
    """The call that a line holds, None if it holds none."""
    if sum(map(line.count, (b"[", b"{", b","))) > PIECES_LIMIT:
        return None
    try:
        told = json.loads(line)
        words, token = tuple(told["words"]), told["token"]
        order = told.get("order") and WindowOrder(told["order"])
        left_out = told.get("left_out", 0)
        for text in (*words, token):
            if b"\0" in os.fsencode(text) or not isinstance(text, str):
                return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(told["words"], list) or len(words) > FILES_LIMIT or len(token) > TOKEN_LIMIT:
        return None
    if type(left_out) is not int or not 0 <= left_out <= LEFT_OUT_LIMIT:
        return None
    return Call(words, token, left_out, order or None)


def call_for(words: Sequence[str], token: str) -> Call:
    """The call of a start with these arguments. What is too long is cut, and is refused."""
    taken = [spelled_out(word[: WORD_LIMIT + 1]) for word in words[:FILES_LIMIT]]
    return Call(tuple(taken), token, min(len(words) - len(taken), LEFT_OUT_LIMIT))


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
    window.setReadBufferSize(ANSWER_LIMIT)
    window.connectToServer(address)
    if not window.waitForConnected(left_ms()) or not _is_ours(window):
        return b""
    window.write(call.line())
    while window.bytesToWrite():
        if not window.waitForBytesWritten(left_ms()):
            return b""
    while not window.canReadLine():
        full = window.bytesAvailable() >= ANSWER_LIMIT
        if full or not window.waitForReadyRead(left_ms()):
            return b""
    return bytes(window.readLine().data())


def _is_ours(end: QLocalSocket) -> bool:
    """Whether the process at the other end runs for the same user, where the system tells
    (unix(7), SO_PEERCRED)."""
    if sys.platform != "linux":
        return True
    import _socket  # what lies under the module `socket`, which is not needed
    import struct

    try:
        held = _socket.socket(fileno=os.dup(int(end.socketDescriptor())))
    except OSError:  # it is gone already
        return False
    try:
        told = held.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, struct.calcsize("3i"))
    finally:
        held.close()
    _process, user, _group = struct.unpack("3i", told)
    return bool(user == os.getuid())


class InstanceServer(QObject):
    """Receives the messages of later starts. Only for the process that holds the lock: it replaces
    the socket that a crashed window left behind."""

    called = Signal(object)  # Call
    refused = Signal()
    """Somebody sent what is no call."""

    def __init__(
        self,
        address: str,
        parent: QObject | None = None,
        vault_is_open: Callable[[], bool] = lambda: False,
    ) -> None:
        """`vault_is_open` tells whether there is something to lock."""
        super().__init__(parent)
        self.vault_is_open = vault_is_open
        self._callers = 0
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._let_in)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(1)  # others wait in the system's queue
        self._server.newConnection.connect(self._connected)
        self.is_open = self._server.listen(address)

    def close(self) -> None:
        self._server.close()

    def _connected(self) -> None:
        for caller in self._server.findChildren(QLocalSocket):
            caller.setReadBufferSize(CALL_LIMIT)  # it is read from before it is let in
        self._let_in()

    def _let_in(self) -> None:
        """Let in one caller; the next after a pause."""
        if self._pause.isActive() or self._callers >= CALLERS:
            return
        caller = self._server.nextPendingConnection()
        if caller is None:
            return
        self._pause.start(PAUSE_MS)
        self._callers += 1
        caller.destroyed.connect(self._left)
        caller.readyRead.connect(lambda: self._hear(caller))
        caller.disconnected.connect(caller.deleteLater)
        QTimer.singleShot(CALLER_MS, caller, lambda: self._end(caller))
        if _is_ours(caller):
            self._hear(caller)
        else:
            caller.abort()

    def _left(self) -> None:
        self._callers -= 1
        self._let_in()

    def _end(self, caller: QLocalSocket) -> None:
        """Its time is over."""
        if caller.bytesAvailable():
            self._refuse(caller)
        caller.abort()

    def _hear(self, caller: QLocalSocket) -> None:
        if not caller.canReadLine():
            if caller.bytesAvailable() >= CALL_LIMIT:
                self._refuse(caller)
            return
        call = read_call(bytes(caller.readLine().data()))
        if call is None:
            self._refuse(caller)
            return
        debug_log.write("taken over from a later start", sources=len(call.words))
        if call.order is None:
            caller.write(_TAKEN)
        else:
            caller.write(b"open\n" if self.vault_is_open() else b"closed\n")
            caller.flush()  # a lock may replace this process
        caller.disconnectFromServer()
        self.called.emit(call)

    def _refuse(self, caller: QLocalSocket) -> None:
        debug_log.write("a later start was not understood")
        self._pause.start(REFUSED_PAUSE_MS)
        caller.abort()
        self.refused.emit()
