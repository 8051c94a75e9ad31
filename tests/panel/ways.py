"""The two ways to use this app beside a panel: its terminal and its window."""

import time
from pathlib import Path
from typing import Protocol

from authenticator.app.settings_file import SettingsFile
from tests.gui.window_driver import WindowDriver, wait_for
from tests.services.panel import Panel
from tests.system.test_main_job import App
from tests.system.test_window_by_hand import ENTER_THE_KEY

NOTHING = "nothing yet"


class Way(Protocol):
    """What a person does with the app; it keeps one account, the one added last."""

    def scan(self, panel: Panel) -> None:
        """Add the account whose QR code the panel shows."""

    def add_another(self) -> None:
        """Get ready to add an account beside the one there is."""

    def replace_the_old_one(self) -> None:
        """Let the account added last take the place of the one before, whose key is dead."""

    def enter(self, panel: Panel) -> None:
        """Add the account by the name and key that the panel shows, without the QR code."""

    def label(self) -> tuple[str, str]:
        """Issuer and account name."""

    def code(self) -> str:
        """Return the code that the app shows now."""

    def give_code(self, panel: Panel) -> bool:
        """Enter the code on the panel's page; return whether it was accepted."""

    def give_again(self, panel: Panel) -> bool:
        """Enter the same code once more, however late it is."""

    def correct_time(self, server: str) -> None:
        """Let codes follow this time server."""


class ByTerminal:
    """The picture cut out of the page, `scan` and `code`; the code is typed into the page."""

    def __init__(self, home: Path, environment: dict[str, str], folder: Path) -> None:
        self.app = App(home, environment)
        self._picture = folder / "qr.png"
        self.link = ""
        """What the panel's picture said, key and all."""
        self._account = self._old = ""
        self._given = ""

    def scan(self, panel: Panel) -> None:
        self._picture.write_bytes(panel.qr_picture)
        (said,) = self.app.told("scan", self._picture, "--add")
        self.link = said["payloads"][0]["text"]
        (added,) = said["added"]
        self._old, self._account = self._account, added["id"]

    def add_another(self) -> None:
        """Nothing to do: each command begins anew."""

    def replace_the_old_one(self) -> None:
        self.app.run("remove", self._old, "--replaced-by", self._account)

    def enter(self, panel: Panel) -> None:
        name = ("--account", panel.account_name, "--issuer", "By hand")
        (said,) = self.app.told("add", *name, "--key-file", "-", stdin=panel.key)
        self._account = said["id"]

    def label(self) -> tuple[str, str]:
        (listed,) = self.app.told("list")
        return listed["issuer"], listed["account"]

    def code(self, *words: object) -> str:
        return str(self.app.told("code", self._account, *words)[0]["code"])

    def give_code(self, panel: Panel) -> bool:
        self._given = self.code()
        return panel.answer(self._given)

    def give_again(self, panel: Panel) -> bool:
        return panel.answer(self._given)

    def correct_time(self, server: str) -> None:
        self.app.run("time", "--server", server, "--apply")


class ByWindow:
    """The window beside the browser: From the screen, a click to copy, paste into the page."""

    PLACE = (840, 40)
    ROW = (120, 100)

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self._terminal = App(home, environment)
        self.hands = WindowDriver(self._terminal.environment)
        self._given = ""
        self._settings = SettingsFile(home / "settings.json")
        self.hands.until("Welcome")
        self.hands._do("windowmove", self.hands._window, *map(str, self.PLACE))
        self._turn_to()
        self.hands.key("Return")
        self.hands.until("Introduction")
        self.hands.key("Return", "Return", "Return")
        self.hands.until("Add an account")

    def scan(self, panel: Panel) -> None:
        self.open_scan()
        self.look()
        self.agree()

    def open_scan(self) -> None:
        """From Add an account to the page with the ways to scan."""
        self._turn_to()
        self.hands.key("Return")
        self.hands.until("Scan QR code")

    def look(self) -> None:
        """Choose From the screen there."""
        self.hands.key("space")
        self.hands.until("Accounts found")

    def agree(self) -> None:
        """Confirm what was found."""
        self.hands.key("Return")
        self.hands.until("New code")

    def add_another(self) -> None:
        self.close_new_code()
        self.hands.key("ctrl+n")
        self.hands.until("Add an account")

    def replace_the_old_one(self) -> None:
        self._turn_to()
        self.hands.key("shift+Tab", "space")  # from Copy back to the question
        wait_for(lambda: len(self._terminal.told("list")) == 1, "the old one being replaced")
        self.hands.key("Escape")
        self.hands.until("Codes")

    def enter(self, panel: Panel) -> None:
        self.hands.click(*ENTER_THE_KEY)
        self.hands.until("Enter the key")
        self.hands.type(f"{panel.account_name}\t{panel.key}\tBy hand\n")
        self.hands.until("New code")

    def label(self) -> tuple[str, str]:
        (listed,) = self._terminal.told("list")
        return listed["issuer"], listed["account"]

    def code(self) -> str:
        self.hands.copy(NOTHING)
        self._turn_to()
        if self.hands.title == "New code":
            self.hands.key("Return")
        else:
            self.hands.click(*self.ROW)
        wait_for(lambda: self.hands.clipboard() != NOTHING, "the code on the clipboard")
        return self.hands.clipboard()

    def give_code(self, panel: Panel) -> bool:
        self._given = self.code()
        return panel.answer_from_clipboard()

    def give_again(self, panel: Panel) -> bool:
        self.hands.copy(self._given)
        return panel.answer_from_clipboard()

    def correct_time(self, server: str) -> None:
        self.close_new_code()
        self.hands.key("ctrl+comma")
        self.hands.until("Settings")
        self.hands.type("must agree")
        self.hands.key("Tab", "ctrl+a")
        self.hands.type(server)
        self.hands.key("Tab", "1", "Return", "Tab", "space")  # one server is enough
        wait_for(lambda: self._settings.read().servers == (server,), "the server being kept")
        self.hands.key("Escape")
        self.hands.type("synchronize")
        self.hands.key("Tab", "space")
        wait_for(lambda: self._settings.read().measured, "the question about so large an offset")
        time.sleep(0.5)  # the question appears after the settings are saved
        self.hands.key("Tab", "space")
        wait_for(lambda: self._settings.read().correction, "the corrected time")
        self.hands.key("Escape", "Escape")
        self.hands.until("Codes")

    def close_new_code(self) -> None:
        """Choose Done, and wait for the list."""
        self._turn_to()
        self.hands.key("Tab", "Return")
        self.hands.until("Codes")

    def end(self) -> None:
        self.hands.end()

    def _turn_to(self) -> None:
        """Take the keyboard back from the browser, as a click does where windows are managed."""
        self.hands._do("windowfocus", "--sync", self.hands._window)
