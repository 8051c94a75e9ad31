"""The session bus (Linux): each wait is bounded, and only prompts that a person can see are long.

SecretStorage calls through this connection too, so its waits have the same limits.
"""

import os
from time import monotonic
from typing import Any, Final

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    HeaderFields,
    MatchRule,
    MessageType,
    Properties,
    new_method_call,
)
from jeepney.bus import get_bus
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, prep_socket

from authenticator.vault.errors import KeyringAbsent, KeyringFailed

CONNECT_S: Final = 10.0
"""How long the bus may take to accept a connection: a busy computer is slow, not without a bus."""
CALL_S: Final = 25.0
"""How long a call may take; libdbus gives up after as many seconds."""
PROMPT_S: Final = 300.0
"""How long the user may take to answer a prompt."""
_LOOK_S: Final = 1.0

SECRETS: Final = "org.freedesktop.secrets"
SERVICE: Final = DBusAddress("/org/freedesktop/secrets", SECRETS, "org.freedesktop.Secret.Service")
_PROMPT: Final = "org.freedesktop.Secret.Prompt"


class Connection(DBusConnection):  # type: ignore[misc] # it has no types
    """A connection that waits `CALL_S` for an answer, and `PROMPT_S` for a person's."""

    _asked: str | None = None  # the service that a prompt was asked of
    _prompt_ends_s = 0.0

    def owner(self, name: str = SECRETS) -> str:
        """The unique name of the program behind a name, empty where none is running."""
        try:
            (owner,) = Proxy(message_bus, self).GetNameOwner(name)
        except DBusErrorResponse:
            return ""
        return str(owner)

    def names(self) -> frozenset[str]:
        """All names on the bus."""
        (names,) = Proxy(message_bus, self).ListNames()
        return frozenset(names)

    def start(self, name: str) -> bool:
        """Have the bus start the program behind a name; whether it knows one."""
        try:
            Proxy(message_bus, self).StartServiceByName(name)
        except DBusErrorResponse:
            return False
        return True

    def call(self, to: DBusAddress, method: str, signature: str = "", *body: Any) -> Any:
        """What a method returns. Raises DBusErrorResponse, TimeoutError."""
        return self._answer(new_method_call(to, method, signature or None, body))

    def property(self, of: DBusAddress, name: str) -> Any:
        """The value of a property. Raises DBusErrorResponse, TimeoutError."""
        ((_signature, value),) = self._answer(Properties(of).get(name))
        return value

    def _answer(self, question: Any) -> Any:
        answer = self.send_and_get_reply(question)
        if answer.header.message_type is MessageType.error:
            raise DBusErrorResponse(answer)
        return answer.body

    def send_and_get_reply(self, message: Any, *, timeout: float | None = None) -> Any:
        """Raises TimeoutError."""
        limit_s = timeout or CALL_S
        if message.header.fields.get(HeaderFields.interface) == _PROMPT:
            limit_s = self._before_prompt()
        return super().send_and_get_reply(message, timeout=limit_s)

    def recv_until_filtered(
        self,
        queue: Any,
        *,
        timeout: float | None = None,  # noqa: ARG002 - SecretStorage knows of none
    ) -> Any:
        """The answer to a prompt.

        Raises TimeoutError at no answer, and KeyringFailed where the service that was asked has
        ended. The prompt of some services goes away with the connection; its own method Dismiss
        makes gnome-keyring 42 fail an assertion and end.
        """
        while True:
            try:
                return super().recv_until_filtered(queue, timeout=_LOOK_S)
            except TimeoutError:
                if monotonic() > self._prompt_ends_s:
                    raise
                if self.owner() != self._asked:
                    raise KeyringFailed("PromptLost") from None

    def _before_prompt(self) -> float:
        """Prepare to ask a person; the seconds that the question may take in all.

        KeePassXC calls a prompt what needs no person, so without a screen there is one, too, but
        none that anybody is waited for.
        """
        if self._asked is None:
            # Some services broadcast the answer instead of sending it here.
            Proxy(message_bus, self).AddMatch(MatchRule(sender=SECRETS, interface=_PROMPT))
        self._asked = self.owner()
        limit_s = PROMPT_S if has_screen() else CALL_S
        self._prompt_ends_s = monotonic() + limit_s
        return limit_s


def connect() -> Connection:
    """Connect to this session's bus. Raises KeyringAbsent, TimeoutError."""
    try:
        socket = prep_socket(get_bus("SESSION"), timeout=CONNECT_S)
    except Exception:  # noqa: BLE001 - a missing, stale, foreign or refusing bus is no bus
        raise KeyringAbsent from None
    socket.settimeout(CALL_S)  # for what is sent; answers are waited for by other means
    try:
        return Connection(socket)
    except BaseException:
        socket.close()
        raise


def has_screen() -> bool:
    """Whether a person could see a prompt."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
