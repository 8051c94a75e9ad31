"""A Secret Service that can be told to fall silent at any of its methods."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any, ClassVar, Self

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, prep_socket

from tests.patience import PATIENCE_S

_ROOT = "/org/freedesktop/secrets"
COLLECTION = f"{_ROOT}/collection/one"
_PROMPT = f"{_ROOT}/prompt/1"
_INTERFACE = "org.freedesktop.Secret"
_Answer = tuple[str, tuple[Any, ...]]


class SilentKeyring:
    """One collection on a bus, its items by their attribute `service`.

    It keeps what it is given, prompts for all that may be prompted for if `prompts`, and never
    answers the method `silent`: `Get Locked` is the property, `Completed` the answer to a prompt.
    `asked` counts the methods called.
    """

    def __init__(self, address: str) -> None:
        self.items: dict[str, bytes] = {}
        self.locked = False
        self.prompts = False
        self.silent = ""
        self.asked: Counter[str] = Counter()
        path = address.partition("path=")[2].partition(",")[0]
        self._bus = DBusConnection(prep_socket(path, timeout=PATIENCE_S))
        Proxy(message_bus, self._bus).RequestName("org.freedesktop.secrets")
        self._made = ""  # the path of the item that was made last
        self._ended = Event()
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(PATIENCE_S)
        self._bus.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            with suppress(TimeoutError):
                message = self._bus.receive(timeout=0.1)
                if message.header.message_type is MessageType.method_call:
                    self._answer(message)

    def _answer(self, message: Message) -> None:
        method = message.header.fields[HeaderFields.member]
        if method == "Get":
            method = f"Get {message.body[1]}"
        self.asked[method] += 1
        if method == self.silent:
            return
        path = message.header.fields[HeaderFields.path]
        answer = self._answers(method, path, message.body)
        if answer is None:
            self._bus.send(new_error(message, "org.freedesktop.DBus.Error.NotSupported"))
            return
        signature, body = answer
        self._bus.send(new_method_return(message, signature or None, body))
        if method == "Prompt":
            self._complete()

    def _complete(self) -> None:
        self.asked["Completed"] += 1
        if self.silent == "Completed":
            return
        self.locked = False
        prompt = DBusAddress(_PROMPT, interface=f"{_INTERFACE}.Prompt")
        result = ("o", self._made) if self._made else ("ao", [COLLECTION])
        self._bus.send(new_signal(prompt, "Completed", "bv", (False, result)))

    def _answers(self, method: str, path: str, body: Any) -> _Answer | None:
        """Signature and body; None for what is not supported."""
        if method == "OpenSession" and body[0] != "plain":
            return None
        if method in self._TOLD:
            return self._TOLD[method](self)
        if method in self._DONE:
            return self._DONE[method](self, _service(path), body)
        return None

    def _prompt(self) -> str:
        return _PROMPT if self.prompts else "/"

    def _get_secret(self, name: str, body: Any) -> _Answer:
        return "(oayays)", ((body[0], b"", self.items[name], "text/plain"),)

    def _set_secret(self, name: str, body: Any) -> _Answer:
        self.items[name] = bytes(body[0][2])
        return "", ()

    def _create(self, _name: str, body: Any) -> _Answer:
        name = body[0][f"{_INTERFACE}.Item.Attributes"][1]["service"]
        self.items[name] = bytes(body[1][2])
        self._made = _path(name)
        return "oo", ("/" if self.prompts else self._made, self._prompt())

    def _delete(self, name: str, _body: Any) -> _Answer:
        self.items.pop(name)
        self._made = ""
        return "o", (self._prompt(),)

    def _unlock(self, _name: str, body: Any) -> _Answer:
        self._made = ""
        self.locked = self.prompts
        return "aoo", ([] if self.prompts else body[0], self._prompt())

    def _search(self, _name: str, body: Any) -> _Answer:
        return "aoao", self._found(body[0].get("service"))

    def _attributes(self, name: str, _body: Any) -> _Answer:
        return "v", (("a{ss}", {"service": name}),)

    _TOLD: ClassVar[dict[str, Callable[[Self], _Answer]]] = {
        "ReadAlias": lambda _: ("o", (COLLECTION,)),
        "Get Collections": lambda _: ("v", (("ao", [COLLECTION]),)),
        "Get Locked": lambda self: ("v", (("b", self.locked),)),
        "Get Label": lambda _: ("v", (("s", "a label"),)),
        "OpenSession": lambda _: ("vo", (("s", ""), f"{_ROOT}/session/1")),
        "Prompt": lambda _: ("", ()),
    }
    _DONE: ClassVar[dict[str, Callable[[Self, str, Any], _Answer]]] = {
        "Get Attributes": _attributes,
        "SearchItems": _search,
        "GetSecret": _get_secret,
        "SetSecret": _set_secret,
        "CreateItem": _create,
        "Delete": _delete,
        "Unlock": _unlock,
    }

    def _found(self, service: str | None) -> tuple[list[str], list[str]]:
        found = [_path(name) for name in self.items if service in (None, name)]
        return ([], found) if self.locked else (found, [])


def _service(item: str) -> str:
    name = item.rpartition("/")[2]
    return bytes.fromhex(name).decode() if item.startswith(f"{COLLECTION}/") else ""


def _path(service: str) -> str:
    return f"{COLLECTION}/{service.encode().hex()}"
