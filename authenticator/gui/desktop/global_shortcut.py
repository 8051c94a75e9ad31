"""A key that brings the window to the front from anywhere, through the desktop's portal
(org.freedesktop.portal.GlobalShortcuts)."""

from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QObject, Signal

from authenticator.gui.desktop.portal_request import DONE, PortalConnection, Variants, new_token

INTERFACE = "org.freedesktop.portal.GlobalShortcuts"
REGISTRY = "org.freedesktop.host.portal.Registry"
APP = "authenticator"
SHOW = "show"
PREFERRED = "CTRL+ALT+a"
"""As the shortcuts specification of the portals spells it; the person has the last word."""


class ShortcutStatus(Enum):
    """The outcome of the request for the key."""

    ASKING = auto()
    BOUND = auto()
    REFUSED = auto()  # the person or the desktop said no
    ABSENT = auto()  # there is no such portal here


class GlobalShortcut(QObject):
    """Requests the key from the desktop, and reports when it is pressed, until `end`."""

    pressed = Signal(str)  # the token with which a Wayland desktop lets a window come up
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.status = ShortcutStatus.ASKING
        self.keys = ""
        """As the desktop writes them, where it tells them."""
        self.portal = PortalConnection(self)
        self._description = ""
        self._session = ""

    def start(self, description: str) -> None:
        """Request the key; the desktop shows `description` beside it."""
        self._description = description
        if not self.portal.open():
            self._set_status(ShortcutStatus.ABSENT)
            return
        self.portal.listen(INTERFACE, "Activated", self._activated)
        # Identifies the app: newer portals require it outside a sandbox, older ones lack the call.
        self.portal.call(REGISTRY, "Register", "sa{sv}", APP, {})
        options = {"session_handle_token": ("s", new_token())}
        self._request("CreateSession", "a{sv}", (), options)

    def end(self) -> None:
        """Give the key back."""
        self.portal.close()

    def _request(
        self, method: str, signature: str, values: tuple[object, ...], options: Variants
    ) -> None:
        self.portal.request(
            INTERFACE,
            method,
            signature,
            values,
            options,
            self._session_created if method == "CreateSession" else self._bound,
            lambda: self._set_status(ShortcutStatus.ABSENT),
        )

    def _session_created(self, answer: int, results: Variants) -> None:
        if answer != DONE:
            self._set_status(ShortcutStatus.REFUSED)
            return
        self._session = results["session_handle"][1]
        wanted = {
            "description": ("s", self._description),
            "preferred_trigger": ("s", PREFERRED),
        }
        values = (self._session, [(SHOW, wanted)], "")
        self._request("BindShortcuts", "oa(sa{sv})sa{sv}", values, {})

    def _bound(self, answer: int, results: Variants) -> None:
        if answer != DONE:
            self._set_status(ShortcutStatus.REFUSED)
            return
        for id, about in results.get("shortcuts", ("", []))[1]:
            if id == SHOW:
                self.keys = str(about.get("trigger_description", ("s", ""))[1])
        self._set_status(ShortcutStatus.BOUND)

    def _activated(self, values: tuple[Any, ...]) -> None:
        if values[:2] == (self._session, SHOW):
            _, token = values[3].get("activation_token", ("s", ""))
            self.pressed.emit(str(token))

    def _set_status(self, status: ShortcutStatus) -> None:
        self.status = status
        if status is not ShortcutStatus.BOUND:
            self.end()
        self.changed.emit()
