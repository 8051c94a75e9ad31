"""The executable replaces its process at a lock as the app from source does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gui.window_driver import WindowDriver
from tests.services.memory_search import forms
from tests.services.secret_service import secret_service
from tests.system.test_locking_forgets import LINK, SCANNED, Desk


@pytest.fixture
def desk(screen: dict[str, str], home: Path) -> Iterator[Desk]:
    with secret_service() as service:
        desk = Desk(service, screen, home)
        yield desk
        for hands in desk.hands:
            hands.end()


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
