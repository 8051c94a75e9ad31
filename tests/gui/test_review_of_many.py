"""The page that lists what was found says so if adding it takes long."""

import pytest
from pytestqt.qtbot import QtBot

from authenticator.app.enrolment import SortedPayloads
from authenticator.gui.enrolment.review_page import ReviewPage
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.otp.uri import Enrolment
from authenticator.vault.duplicates import Relatives
from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from authenticator.wording.storage import MANY


@pytest.mark.parametrize(
    ("store", "count", "told"),
    [
        (StoreKind.KEYRING, MANY + 1, True),
        (StoreKind.KEYRING, MANY, False),
        (StoreKind.SEALED, MANY + 1, False),
        (None, MANY + 1, True),
    ],
)
def test_many_accounts_for_a_keyring_are_told_to_take_long_and_can_be_added(
    qtbot: QtBot, store: StoreKind | None, count: int, *, told: bool
) -> None:
    page = ReviewPage()
    qtbot.addWidget(page)
    found = tuple(
        Enrolment(Account(Label("P", str(number)), Secret(number.to_bytes(20, "big"))), ())
        for number in range(1, count + 1)
    )
    page.set_found(SortedPayloads(found, (), ()), [Relatives()] * count)
    page.tell_slow(None if store is None else VaultInfo(store, KeyKind.KEYRING))
    page.show()
    assert page.slow.isVisible() == told
    assert ("sealed file" in page.slow.text()) == told
    assert page.add.isEnabled()
