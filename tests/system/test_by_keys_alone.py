"""A whole session with the window on a real screen by keyboard: nothing is clicked, and every
key goes to what has the focus."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from authenticator.app.settings_file import SettingsFile
from tests.gui.window_driver import WindowDriver, wait_for
from tests.services.secret_service import secret_service

pytestmark = pytest.mark.system

PANEL = "JBSWY3DPEHPK3PXP"
BANK = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B
"""The key of the account at the bank, which has eight digits."""


@pytest.fixture
def hands(screen: dict[str, str], home: Path) -> Iterator[WindowDriver]:
    with secret_service() as keyring:
        hands = WindowDriver(keyring.environment | screen | {"AUTHENTICATOR_HOME": str(home)})
        yield hands
        hands.end()


def codes(key: str, digits: int = 6) -> list[str]:
    """Return oathtool's codes of now and a moment ago: the time step may end meanwhile."""
    return [
        subprocess.run(
            [
                *("oathtool", "--totp", "-b", "-d", str(digits)),
                *("-N", f"@{int(time.time()) - ago}", key),
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for ago in (0, 3)
    ]


def until_copied(hands: WindowDriver, key: str, digits: int = 6) -> None:
    wait_for(lambda: hands.clipboard() in codes(key, digits), "the code on the clipboard")


def kept(hands: WindowDriver, *words: str) -> list[tuple[str, str, list[str]]]:
    """Return issuer, account and groups of all accounts, as the terminal lists them."""
    told = subprocess.run(
        [sys.executable, "-m", "authenticator", "list", "--json", *words],
        env=hands._environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = map(json.loads, told.splitlines())
    return [(row["issuer"], row["account"], row["groups"]) for row in rows]


def until_kept(hands: WindowDriver, *accounts: tuple[str, str, list[str]]) -> None:
    wait_for(lambda: kept(hands) == list(accounts), f"{accounts}")


PANEL_KEPT = ("Example Panel", "kim@example.org", [])
BANK_KEPT = ("Bank", "4711", [])


def test_everything_is_done_by_keyboard_from_first_start_to_settings(
    hands: WindowDriver, home: Path
) -> None:
    enrol(hands)
    find_and_copy(hands)
    remove_and_take_back(hands)
    edit(hands)
    show_key(hands)
    change_settings(hands, SettingsFile(home / "settings.json"))
    read_shortcuts(hands)
    assert hands.quit() == (0, "")


def enrol(hands: WindowDriver) -> None:
    hands.until("Welcome")
    hands.key("Return")  # Start
    hands.until("Introduction")
    hands.key("shift+Tab", "space")  # Skip
    hands.until("Add an account")
    hands.key("Tab", "Return")  # Enter the key
    hands.until("Enter the key")
    hands.type("kim@example.org\tjbsw y3dp-ehpk 3pxp\tExample Panel\n")
    hands.until("New code")
    hands.key("Return")  # Copy
    until_copied(hands, PANEL)
    hands.key("Tab", "Return")  # Done
    hands.until("Codes")

    hands.key("ctrl+n")
    hands.until("Add an account")
    hands.key("Down", "Return")  # Enter the key
    hands.until("Enter the key")
    hands.type(f"4711\t{BANK}\tBank\t")
    hands.key("space", "Tab", "Tab")  # More; past the type
    hands.type("8\n")
    hands.until("New code")
    hands.key("Return")
    until_copied(hands, BANK, 8)
    hands.key("Escape")
    hands.until("Codes")
    until_kept(hands, PANEL_KEPT, BANK_KEPT)


def find_and_copy(hands: WindowDriver) -> None:
    hands.type("exam pan")
    hands.key("Return")
    until_copied(hands, PANEL)
    hands.key("Escape")
    hands.type("47")
    hands.key("Return")
    until_copied(hands, BANK, 8)
    hands.key("Escape", "Return")  # the first of all
    until_copied(hands, PANEL)
    hands.key("Down", "Down", "ctrl+c")
    until_copied(hands, BANK, 8)


def remove_and_take_back(hands: WindowDriver) -> None:
    hands.key("Delete")
    until_kept(hands, PANEL_KEPT)
    hands.key("ctrl+z")
    until_kept(hands, PANEL_KEPT, BANK_KEPT)
    hands.key("End", "Menu", "Up", "Return")  # Remove, last in the row's menu
    until_kept(hands, PANEL_KEPT)
    hands.key("shift+Tab", "space", *("Down",) * 4, "Return")  # Bin, in the menu above the list
    hands.until("Bin")
    hands.key("space", "Tab", "Tab", "Return")  # tick; past Delete to Put back
    until_kept(hands, PANEL_KEPT, BANK_KEPT)
    hands.key("Escape")
    hands.until("Codes")


def edit(hands: WindowDriver) -> None:
    hands.key("End", "F2")
    hands.until_dialog("Edit account")
    hands.type("Savings\n")
    hands.until_gone("Edit account")
    until_kept(hands, PANEL_KEPT, ("Savings", "4711", []))
    hands.key("Menu", *("Down",) * 3, "Return")  # Edit
    hands.until_dialog("Edit account")
    hands.type("\t\tMoney\n")
    hands.until_gone("Edit account")
    until_kept(hands, PANEL_KEPT, ("Savings", "4711", ["Money"]))

    hands.key("shift+Tab", "Right", "Tab", "Home", "Return")  # the first in that group
    until_copied(hands, BANK, 8)
    hands.key("shift+Tab", "Left", "Tab", "Home", "Return")  # of all
    until_copied(hands, PANEL)


def show_key(hands: WindowDriver) -> None:
    hands.key("Menu", *("Up",) * 4, "Return")
    hands.until_dialog("Show QR code and key")
    hands.key("Tab", "Return")
    hands.until_gone("Show QR code and key")
    hands.until("QR code and key")
    hands.key("shift+Tab", "Return")  # from Hide to Copy
    wait_for(lambda: hands.clipboard().replace(" ", "") == PANEL, "the key on the clipboard")
    hands.key("Escape")
    hands.until("Codes")


def change_settings(hands: WindowDriver, file: SettingsFile) -> None:
    hands.key("ctrl+comma")
    hands.until("Settings")
    hands.type("language")
    hands.key("Down")
    hands.type("Deu\n")
    hands.until("Einstellungen")
    wait_for(lambda: file.read().language == "de", "the language in the file")
    hands.type("Eng\n")
    hands.until("Settings")

    hands.key("ctrl+f")
    hands.type("clipboard")
    hands.key("Down", "Down")  # to the combo box, and one further
    wait_for(lambda: file.read().clear_after_s == 60, "the choice in the file")
    hands.key("Escape")
    hands.type("hide")
    hands.key("Tab", "space")
    wait_for(lambda: file.read().hide_codes, "the switch in the file")
    hands.key("Escape", "Escape")  # the search, then the page
    hands.until("Codes")


def read_shortcuts(hands: WindowDriver) -> None:
    for key in ("F1", "ctrl+slash"):
        hands.key(key)
        hands.until_dialog("Shortcuts")
        hands.key("Escape")
        hands.until_gone("Shortcuts")
    hands.key("Home", "Return")
    until_copied(hands, PANEL)
