"""The same account again: other parameters, another name, a new key, one in the bin."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from authenticator.cli.terminal import Terminal
from authenticator.otp.account import Account, Hotp, Label, Otp, Steam, Totp
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri

KIM = Account(Label("Panel", "kim"), Secret(b"12345678901234567890"))
LONGER = replace(KIM, otp=Totp(digits=8, period_s=60))
NEW_KEY = replace(KIM, secret=Secret(b"a key that the panel made"))


def _add(cli: Callable, *accounts: Account, options: tuple[str, ...] = ()) -> Any:
    links = "\n".join(map(write_uri, accounts))
    return cli("add", "-", "--json", *options, stdin=links)


def test_identical_account_is_kept_with_exit_0(cli: Callable) -> None:
    first = _add(cli, KIM).only
    for options in ((), ("--update",)):
        told = _add(cli, KIM, options=options)
        assert (told.exit_code, told.only["outcome"], told.messages) == (0, "kept", "")
        assert told.only["id"] == first["id"]


@pytest.mark.parametrize("otp", [LONGER.otp, Totp(period_s=60), Hotp(counter=4), Steam()], ids=str)
def test_other_parameters_are_refused_until_somebody_says_what_to_do(
    cli: Callable, otp: Otp
) -> None:
    first = _add(cli, KIM).only
    given = replace(KIM, otp=otp)
    told = _add(cli, given)
    assert (told.exit_code, told.only["outcome"]) == (3, "left")
    assert told.only["code"] is None
    assert told.only["same_key"] == [{"id": first["id"], "added_at": first["added_at"]}]
    assert "other parameters" in told.messages
    assert first["id"] in told.messages
    assert "--update" in told.messages
    assert "--again" in told.messages
    assert cli("list", "--json").only["digits"] == 6
    updated = _add(cli, given, options=("--update",))
    assert (updated.exit_code, updated.only["outcome"]) == (0, "updated")
    assert updated.only["id"] == first["id"]
    assert cli("show", first["id"], "--reveal", "--json").only["uri"] == write_uri(given)
    assert _add(cli, KIM, options=("--again",)).only["outcome"] == "added"
    assert len(cli("list", "--json").objects) == 2


def test_one_that_is_left_stops_no_other(cli: Callable) -> None:
    _add(cli, KIM)
    lee = replace(KIM, label=Label("Panel", "lee"), secret=Secret(b"lee's own key"))
    told = _add(cli, LONGER, lee)
    assert told.exit_code == 3
    assert [one["outcome"] for one in told.objects] == ["left", "added"]


def test_update_keeps_what_a_person_gave_the_account(cli: Callable) -> None:
    id = _add(cli, KIM).only["id"]
    cli("edit", id, "--group", "work", "--pin", "--icon", "zone", "--notes-file", "-", stdin="mine")
    _add(cli, LONGER, options=("--update",))
    told = cli("show", id, "--json").only
    assert (told["groups"], told["pinned"], told["icon"]) == (["work"], True, "zone")
    assert (told["notes"], told["digits"], told["period"]) == ("mine", 8, 60)


def test_same_key_under_another_name_is_told_and_added_or_updated(cli: Callable) -> None:
    id = _add(cli, KIM).only["id"]
    cli("edit", id, "--issuer", "Work")
    told = cli("add", "-", stdin=write_uri(KIM))
    assert told.exit_code == 0
    assert f"under another name: Work: kim ({id}, added " in told.out
    second = cli("list", "--json").objects[1]["id"]
    cli("remove", second, "--now", "--yes")
    updated = _add(cli, KIM, options=("--update",)).only
    assert (updated["id"], updated["outcome"], updated["issuer"]) == (id, "updated", "Panel")


def test_update_among_several_of_the_same_key_is_of_the_nearest_or_refused(cli: Callable) -> None:
    wiki, lee = (
        replace(KIM, label=label) for label in (Label("Wiki", "eve"), Label("Panel", "lee"))
    )
    ids = [one["id"] for one in _add(cli, wiki, lee).objects]
    updated = _add(cli, KIM, options=("--update",)).only  # by its issuer
    assert (updated["id"], updated["outcome"]) == (ids[1], "updated")
    before = cli("list", "--json").objects
    told = _add(cli, replace(KIM, label=Label("Wiki", "kim")), options=("--update",))
    assert (told.exit_code, told.only["outcome"]) == (3, "left")
    assert {one["id"] for one in told.only["same_key"]} == set(ids)
    assert all(id in told.messages for id in ids)
    assert "not clear" in told.messages
    assert "edit ID" in told.messages
    assert "--update changes" not in told.messages
    assert cli("list", "--json").objects == before


def test_namesake_with_another_key_is_told_with_id_and_date(cli: Callable) -> None:
    old = _add(cli, KIM).only
    told = _add(cli, NEW_KEY)
    assert (told.exit_code, told.only["outcome"]) == (0, "added")
    assert told.only["namesakes"] == [{"id": old["id"], "added_at": old["added_at"]}]
    cli("remove", told.only["id"], "--now", "--yes")
    text = cli("add", "-", stdin=write_uri(NEW_KEY)).out
    assert f"is here already with another key ({old['id']}, added 20" in text
    assert "the old one stops working" in text
    new = cli("list", "--json").objects[1]["id"]
    assert f"remove {old['id']} --replaced-by {new}" in text


def test_lookalikes_are_told_apart_in_list_and_query(cli: Callable) -> None:
    """Two equal names: 'use more words' can't help."""
    old, new = (_add(cli, one).only["id"] for one in (KIM, NEW_KEY))
    lines = cli("list").out.splitlines()
    assert all("added 20" in line for line in lines)
    watched = cli("watch", "--steps", 0).out.splitlines()
    assert all("added 20" in line for line in watched)
    told = cli("code", "panel kim")
    assert told.exit_code == 3
    assert f"{old} Panel: kim (" in told.messages
    assert f"{new} Panel: kim (" in told.messages
    assert told.messages.endswith("Use the id.\n")


def test_replaced_account_goes_into_bin_and_leaves_what_was_its_own(cli: Callable) -> None:
    first = _add(cli, replace(KIM, label=Label("First", "kim"), secret=Secret(b"first one"))).only
    old = _add(cli, KIM).only["id"]
    last = _add(cli, replace(KIM, label=Label("Last", "kim"), secret=Secret(b"last one"))).only
    cli("edit", old, "--issuer", "Work", "--group", "g", "--pin", "--notes-file", "-", stdin="mine")
    new = _add(cli, NEW_KEY).only
    assert new["namesakes"][0]["id"] == old  # by the name that it was enrolled with
    told = cli("remove", old, "--replaced-by", new["id"], "--json")
    assert (told.exit_code, told.only["outcome"]) == (0, "replaced")
    assert (told.only["id"], told.only["replaced_by"]) == (old, new["id"])
    assert [one["id"] for one in cli("list", "--json").objects] == [
        first["id"],
        new["id"],
        last["id"],
    ]
    kept = cli("show", new["id"], "--json").only
    assert (kept["issuer"], kept["groups"], kept["pinned"]) == ("Work", ["g"], True)
    assert kept["notes"] == "mine"
    assert [one["id"] for one in cli("list", "--bin", "--json").objects] == [old]
    assert cli("remove", old, "--undo").exit_code == 0
    assert KIM.secret.base32() in cli("show", old, "--reveal").out


def test_account_does_not_replace_itself(cli: Callable) -> None:
    id = _add(cli, KIM).only["id"]
    assert cli("remove", id, "--replaced-by", id).exit_code == 2
    assert cli("remove", id, "--replaced-by", "nobody").exit_code == 3
    assert cli("list", "--json").only["id"] == id


@pytest.mark.parametrize(("answer", "outcome"), [(True, "put_back"), (False, "added")])
def test_person_is_asked_about_the_same_account_in_the_bin(
    cli: Callable, monkeypatch: pytest.MonkeyPatch, answer: bool, outcome: str
) -> None:
    """Before it is added, not after; a script is told and adds, as ever."""
    id = _add(cli, KIM).only["id"]
    cli("remove", id)
    asked: list[str] = []

    def confirm(_: Terminal, question: str) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr(Terminal, "interactive", True)
    monkeypatch.setattr(Terminal, "confirm", confirm)
    told = cli("add", "-", stdin=write_uri(KIM))
    assert len(asked) == 1
    assert "Put it back" in asked[0]
    ids = [one["id"] for one in cli("list", "--json").objects]
    assert (ids == [id]) is (outcome == "put_back")
    assert ("is back from the bin" in told.out) is (outcome == "put_back")


def test_scan_says_the_same_as_add(cli: Callable, tmp_path: Path) -> None:
    from authenticator.scan.qr_encoder import qr_png

    pictures = []
    for number, account in enumerate((KIM, LONGER, NEW_KEY)):
        pictures.append(tmp_path / f"{number}.png")
        pictures[-1].write_bytes(qr_png(write_uri(account)))
    outcomes = []
    for picture in pictures:
        told = cli("scan", picture, "--add", "--json")
        outcomes.append((told.exit_code, told.only["added"][0]["outcome"]))
    assert outcomes == [(0, "added"), (3, "left"), (0, "added")]
    told = cli("scan", pictures[1], "--add", "--update", "--json")
    assert (told.exit_code, told.only["added"][0]["outcome"]) == (0, "updated")


def test_code_about_to_end_comes_with_the_next(
    cli: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With four seconds left nobody types six digits."""
    from authenticator.clock.clock import SystemClock

    for left_s, both in ((4, True), (8, True), (9, False)):
        monkeypatch.setattr(SystemClock, "now", lambda _, left=left_s: 1_800_000_000 - left)
        told = cli("add", "-", "--again", stdin=write_uri(KIM)).out
        assert (f"for only {left_s} s more; then " in told) is both
