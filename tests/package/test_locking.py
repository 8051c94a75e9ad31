"""The executable replaces its process at a lock as the app from source does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gui.window_driver import WindowDriver
from tests.services.memory_search import forms
from tests.system.test_locking_forgets import LINK, SCANNED, Desk, desk_with_keyring


@pytest.fixture
def desk(screen: dict[str, str], home: Path) -> Iterator[Desk]:
    with desk_with_keyring(screen, home) as desk:
        yield desk


def test_locked_executable_forgets_and_goes_on(desk: Desk, bundle: Path) -> None:
    desk.by_terminal("add", "-", given=LINK)
    hands = WindowDriver(desk.environment, [str(bundle / "authenticator-gui")])
    desk.hands.append(hands)
    desk.wanted = {word: forms(word) for word in SCANNED}
    hands.until("Codes")
    assert desk.known() == set(SCANNED)
    for _ in range(2):
        hands.lock()
        hands.until("Locked")
        assert desk.known() == set()
        hands.key("Return")
        hands.until("Codes")
    assert hands.quit()[0] == 0
