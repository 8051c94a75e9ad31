"""`verify`: one object, exit 3 for a code that matches nowhere, no counter used up."""

from collections.abc import Callable

import pytest

from authenticator.otp.account import Account, Algorithm, Hotp, Label, Totp
from authenticator.otp.code import code_at, code_of_counter
from authenticator.otp.secret import Secret

ACCOUNT = Account(Label("Panel", "kim"), Secret(b"12345678901234567890"), Totp())
AT_S = 1_700_000_010  # the start of a time step


def test_code_of_slow_clock_is_located(cli: Callable, stored: Callable) -> None:
    id = stored(ACCOUNT)
    shown = code_at(ACCOUNT, AT_S - 120).value
    outcome = cli("verify", "kim", shown, "--at", AT_S, "--json")
    assert outcome.exit_code == 0
    assert outcome.only == {
        "id": id,
        "matches": True,
        "counter": (AT_S - 120) // 30,
        "away": -4,
        "valid_from": AT_S - 120,
        "valid_until": AT_S - 90,
        "ahead_s": [-120, -90],
        "explanations": [],
        "owners": [],
        "not_looked_at": 0,
        "in_doubt": False,
    }
    assert "90 to 120 s behind" in cli("verify", "kim", shown, "--at", AT_S).out


def test_code_matching_nowhere_exits_3_with_explanation(cli: Callable, stored: Callable) -> None:
    stored(ACCOUNT)
    other = Account(ACCOUNT.label, ACCOUNT.secret, Totp(Algorithm.SHA256))
    shown = code_at(other, AT_S).value
    outcome = cli("verify", "kim", shown, "--at", AT_S, "--json")
    assert outcome.exit_code == 3
    told = outcome.only
    assert (told["matches"], told["counter"], told["ahead_s"]) == (False, None, None)
    (one,) = told["explanations"]
    assert one["mistakes"] == ["algorithm"]
    assert one["instead"] == {"algorithm": "SHA256"}
    assert one["ahead_s"] == [0, 30]
    assert "SHA256" in cli("verify", "kim", shown, "--at", AT_S).out


def test_code_outside_chosen_steps_does_not_match(cli: Callable, stored: Callable) -> None:
    stored(ACCOUNT)
    shown = code_at(ACCOUNT, AT_S - 90).value
    assert cli("verify", "kim", shown, "--at", AT_S, "--steps", 3).exit_code == 0
    outcome = cli("verify", "kim", shown, "--at", AT_S, "--steps", 2)
    assert outcome.exit_code == 3
    assert "No common mistake" in outcome.out


def test_hotp_code_is_located_and_counter_kept(cli: Callable, stored: Callable) -> None:
    counting = Account(ACCOUNT.label, ACCOUNT.secret, Hotp(counter=5))
    stored(counting)
    for _ in range(2):
        told = cli("verify", "kim", code_of_counter(counting, 8).value, "--json").only
        assert (told["counter"], told["away"], told["ahead_s"]) == (8, 3, None)
    assert cli("list", "--json").only["counter"] == 5
    assert cli("verify", "kim", "123456", "--at", AT_S).exit_code == 3


def test_invalid_code_is_refused(cli: Callable, stored: Callable) -> None:
    stored(ACCOUNT)
    outcome = cli("verify", "kim", "12", "--json")
    assert (outcome.exit_code, outcome.out) == (3, "")
    assert cli("verify", "kim", "123456", "--steps", -1).exit_code == 2


ANEW = Account(ACCOUNT.label, Secret(b"a key that the panel made"), Totp())


def test_code_of_another_account_names_its_owner_namesakes_first(
    cli: Callable, stored: Callable
) -> None:
    """After a panel has made a new key, a device that kept the old one shows such codes."""
    other = stored(Account(Label("Other", "lee"), ACCOUNT.secret))
    old, new = stored(ACCOUNT), stored(ANEW)
    shown = code_at(ACCOUNT, AT_S - 30).value
    outcome = cli("verify", new, shown, "--at", AT_S, "--json")
    assert outcome.exit_code == 3
    assert [(one["id"], one["away"], one["in_bin"]) for one in outcome.only["owners"]] == [
        (old, -1, False),
        (other, -1, False),
    ]
    assert (
        f"It is the code of {old} Panel: kim (added " in cli("verify", new, shown, "--at", AT_S).out
    )
    cli("remove", old, "--replaced-by", new)
    told = cli("verify", new, shown, "--at", AT_S)
    assert f"{old} Panel: kim (" in told.out
    assert "in the bin)" in told.out
    assert "No common mistake" not in told.out


def test_code_of_nobody_names_nobody(cli: Callable, stored: Callable) -> None:
    stored(ANEW)
    stored(Account(Label("Counted", "kim"), ACCOUNT.secret, Hotp()))
    stored(Account(Label("Long", "kim"), ACCOUNT.secret, Totp(digits=8)))
    far = code_at(ACCOUNT, AT_S - 300).value
    for shown in (far, code_of_counter(Account(ACCOUNT.label, ACCOUNT.secret, Hotp()), 0).value):
        assert cli("verify", "panel kim", shown, "--at", AT_S, "--json").only["owners"] == []


@pytest.mark.parametrize("code", ["12345", "1234567", "12 34 56 78"])
def test_code_of_wrong_length_is_told_as_such(cli: Callable, stored: Callable, code: str) -> None:
    stored(ACCOUNT)
    told = cli("verify", "kim", code, "--at", AT_S)
    digits = len(code.replace(" ", ""))
    assert told.exit_code == 3
    assert f"The code has {digits} digits or letters; the codes of this account have 6." in told.out
    assert "No common mistake" not in told.out
