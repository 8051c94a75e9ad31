"""`code` equals oathtool; `add`, `list`, `show`, `edit` and `remove` report what they did."""

import subprocess
import time
from collections.abc import Callable

import pytest

from authenticator.otp.account import Account, Algorithm, Hotp, Label, Otp, Steam, Totp
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri

KEY = Secret(b"12345678901234567890")
ACCOUNT = Account(Label("Panel", "kim"), KEY, Totp())


def oath(secret: Secret, otp: Totp, at: float) -> str:
    return subprocess.run(
        [
            "oathtool",
            f"--totp={otp.algorithm.lower()}",
            *("-d", str(otp.digits), "-s", f"{otp.period_s}s", "-N", f"@{int(at)}"),
            *("-b", secret.base32()),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@pytest.mark.parametrize("otp", [Totp(), Totp(Algorithm.SHA512, 8, 60), Totp(Algorithm.SHA256)])
@pytest.mark.parametrize("at", [0, 59, 2**31, 2**32 + 1, 20_000_000_000])
def test_code_at_given_time_equals_oathtool(
    cli: Callable, stored: Callable, otp: Totp, at: int
) -> None:
    id = stored(Account(Label("Panel", "kim"), KEY, otp))
    told = cli("code", "kim", "--at", at, "--json").only
    assert told["id"] == id
    assert told["code"] == oath(KEY, otp, at)
    assert told["next_code"] == oath(KEY, otp, at + otp.period_s)
    assert told["valid_from"] <= at < told["valid_until"]
    assert cli("code", id, "--at", at).out == told["code"] + "\n"


def test_current_code_equals_oathtool(cli: Callable, stored: Callable) -> None:
    stored(Account(Label("Panel", "kim"), KEY, Totp()))
    before = time.time()
    told = cli("code", "kim", "--json").only
    after = time.time()
    assert told["code"] in {oath(KEY, Totp(), before), oath(KEY, Totp(), after)}
    assert told["offset_s"] == 0.0


@pytest.mark.parametrize("skew", [-3601, -90, -30, -1, 0, 1, 30, 3600])
def test_code_with_skew_is_that_of_a_wrong_clock(
    cli: Callable, stored: Callable, skew: int
) -> None:
    stored(Account(Label("Panel", "kim"), KEY, Totp()))
    shown_s = 1_700_000_000 + skew
    told = cli("code", "kim", "--at", 1_700_000_000, "--skew", skew, "--json").only
    assert told["previous_code"] == oath(KEY, Totp(), shown_s - 30)
    assert told["code"] == oath(KEY, Totp(), shown_s)
    assert told["next_code"] == oath(KEY, Totp(), shown_s + 30)
    assert told["valid_from"] <= shown_s < told["valid_until"]


def test_skew_without_time_counts_from_now(cli: Callable, stored: Callable) -> None:
    stored(Account(Label("Panel", "kim"), KEY, Totp()))
    before = time.time()
    told = cli("code", "kim", "--skew", -90, "--json").only
    assert told["valid_from"] in {(at - 90) // 30 * 30 for at in (before, time.time())}
    assert told["code"] == oath(KEY, Totp(), told["valid_from"])


def test_previous_code_is_null_before_first_time_step_and_for_hotp(
    cli: Callable, stored: Callable
) -> None:
    first = stored(Account(Label("Panel", "kim"), KEY, Totp()))
    counting = stored(Account(Label("Panel", "counter"), KEY, Hotp()))
    told = cli("code", first, "--at", 90, "--skew", -61, "--json").only
    assert (told["valid_from"], told["previous_code"]) == (0, None)
    assert told["next_code"] == oath(KEY, Totp(), 30)
    told = cli("code", counting, "--json").only
    assert (told["previous_code"], told["next_code"]) == (None, None)


@pytest.mark.parametrize("at", ["-1", "nan", "inf", "1e30", "9" * 400, "9" * 5000])
@pytest.mark.parametrize("option", ["--at", "--skew"])
def test_time_without_a_code_is_refused(
    cli: Callable, stored: Callable, option: str, at: str
) -> None:
    stored(Account(Label("Panel", "kim"), KEY, Totp()))
    outcome = cli("code", "kim", "--at=0", f"{option}={at}", "--json")
    assert outcome.exit_code == 3
    assert outcome.out == ""
    assert "no code for that time" in outcome.messages


def test_hotp_codes_are_shown_once_in_order_of_rfc_4226(cli: Callable, stored: Callable) -> None:
    id = stored(Account(Label("Panel", "kim"), KEY, Hotp()))
    shown = [cli("code", id, "--json").only for _ in range(4)]
    assert [one["code"] for one in shown] == ["755224", "287082", "359152", "969429"]
    assert {one["valid_until"] for one in shown} == {None}
    assert cli("list", "--json").only["counter"] == 4
    refused = cli("code", id, "--at", 59)
    assert refused.exit_code == 3
    assert cli("list", "--json").only["counter"] == 4


def test_steam_code_has_five_characters_of_its_alphabet(cli: Callable, stored: Callable) -> None:
    stored(Account(Label("Steam", "kim"), KEY, Steam()))
    code = cli("code", "kim", "--at", 59).out.strip()
    assert len(code) == 5
    assert set(code) <= set("23456789BCDFGHJKMNPQRTVWXY")


@pytest.mark.parametrize(
    ("otp", "fields"),
    [
        (Totp(), ("totp", "SHA1", 6, 30, None)),
        (Totp(Algorithm.SHA512, 8, 60), ("totp", "SHA512", 8, 60, None)),
        (Hotp(counter=7), ("hotp", "SHA1", 6, None, 7)),
        (Steam(), ("steam", "SHA1", 5, 30, None)),
    ],
)
def test_list_has_every_field_and_no_secret(
    cli: Callable, stored: Callable, otp: Otp, fields: tuple
) -> None:
    id = stored(Account(Label("Panel", "kim"), KEY, otp))
    outcome = cli("list", "--json")
    type, algorithm, digits, period, counter = fields
    assert outcome.only == {
        "id": id,
        "issuer": "Panel",
        "account": "kim",
        "type": type,
        "algorithm": algorithm,
        "digits": digits,
        "period": period,
        "counter": counter,
        "group": "",
        "groups": [],
        "pinned": False,
        "icon": "",
        "uses": 0,
        "last_used": None,
        "added_at": outcome.only["added_at"],
        "damaged": False,
        "in_doubt": False,
    }
    assert abs(outcome.only["added_at"] - time.time()) < 3600
    assert KEY.base32() not in outcome.out + cli("show", id).out + cli("show", id, "--json").out


def test_show_prints_key_only_with_reveal(cli: Callable, stored: Callable) -> None:
    account = Account(Label("Panel", "kim"), KEY, Totp())
    id = stored(account)
    assert cli("show", id, "--json", "--reveal").only["uri"] == write_uri(account)
    assert write_uri(account) in cli("show", id, "--reveal").out


def test_add_reads_typed_key_from_stdin(cli: Callable) -> None:
    told = cli(
        *("add", "--issuer", "Zone", "--account", "kim", "--key-file", "-", "--json"),
        stdin="gezd gnbv-gy3t qojq gezd gnbv gy3t qojq\n",
    ).only
    assert told["outcome"] == "added"
    assert told["code"] == cli("code", told["id"]).out.strip()
    assert cli("code", "kim", "--at", 59).out == oath(KEY, Totp(), 59) + "\n"


def test_add_reads_link_from_file(cli: Callable, tmp_path) -> None:
    file = tmp_path / "link"
    file.write_text(write_uri(Account(Label("Zone", "kim"), KEY, Totp(Algorithm.SHA512, 8))))
    told = cli("add", file, "--json").only
    assert (told["algorithm"], told["digits"]) == ("SHA512", 8)


def test_add_names_line_of_bare_key_among_links_and_adds_the_links(cli: Callable) -> None:
    outcome = cli("add", "-", stdin=f"JBSWY3DPEHPK3PXP\n{write_uri(ACCOUNT)}\n")
    assert outcome.exit_code == 3
    assert "Line 1: This may be a key" in outcome.messages
    assert "JBSW" not in outcome.messages
    assert [one["account"] for one in cli("list", "--json").objects] == ["kim"]


def test_add_reads_one_link_per_line_spaces_included(cli: Callable) -> None:
    links = (
        f"{write_uri(ACCOUNT)}\n\notpauth://totp/My Panel: lee?secret=JBSW Y3DP&issuer=My Panel\n"
    )
    added = cli("add", "-", "--json", stdin=links).objects
    assert [(one["issuer"], one["account"]) for one in added] == [
        ("Panel", "kim"),
        ("My Panel", "lee"),
    ]


def test_add_names_every_wrong_field_and_stores_nothing(cli: Callable) -> None:
    outcome = cli(
        *("add", "--account", "kim", "--key-file", "-"),
        *("--digits", "99", "--period", "0", "--algorithm", "MD5"),
        stdin="JBSW1PDP",
    )
    assert outcome.exit_code == 3
    for word in ("wrong character, '1', at position 5", "digits", "period", "MD5"):
        assert word in outcome.messages
    assert "JBSW" not in outcome.messages
    assert cli("list").out == ""


@pytest.mark.parametrize("key", ["", " \n", "===="])
def test_add_refuses_empty_key(cli: Callable, key: str) -> None:
    outcome = cli("add", "--account", "kim", "--key-file", "-", stdin=key)
    assert outcome.exit_code == 3
    assert "The key is empty" in outcome.messages


def test_add_refuses_overlong_label(cli: Callable) -> None:
    outcome = cli("add", "--account", "k" * 100_000, "--key-file", "-", stdin="JBSWY3DPEHPK3PXP")
    assert outcome.exit_code == 3
    assert "100,000 characters; the limit is 255" in outcome.messages


def test_add_keeps_existing_account_unless_again_is_given(cli: Callable) -> None:
    words = ("add", "--account", "kim", "--key-file", "-", "--json")
    first = cli(*words, stdin="JBSWY3DPEHPK3PXP").only
    second = cli(*words, stdin="jbsw y3dp ehpk 3pxp").only
    assert (second["outcome"], second["id"]) == ("kept", first["id"])
    assert len(cli("list", "--json").objects) == 1
    third = cli(*words, "--again", stdin="JBSWY3DPEHPK3PXP").only
    assert third["outcome"] == "added"
    assert len(cli("list", "--json").objects) == 2


def test_edit_renames_account_and_keeps_its_code(cli: Callable, stored: Callable) -> None:
    id = stored(Account(Label("Panel", "kim"), KEY, Totp()))
    told = cli("edit", id, "--account", "lee", "--group", "Work", "--pin", "--json").only
    assert (told["issuer"], told["account"], told["group"], told["pinned"]) == (
        "Panel",
        "lee",
        "Work",
        True,
    )
    assert cli("list", "--json").only == told | {"in_doubt": False}
    assert cli("code", "lee", "--at", 59).out.strip() == oath(KEY, Totp(), 59)
    assert cli("edit", id, "--unpin", "--json").only["pinned"] is False
    refused = cli("edit", id, "--issuer", "x" * 256)
    assert refused.exit_code == 3
    assert cli("list", "--json").only["issuer"] == "Panel"


def test_edit_sets_several_groups_and_reads_notes_from_stdin(
    cli: Callable, stored: Callable
) -> None:
    id = stored(ACCOUNT)
    words = ("edit", id, "--json", "--notes-file", "-", "--icon", "zone")
    told = cli(*words, "--group", "Work", "--group", "Web", stdin="first\n\x1b[2Jlast\n").only
    assert (told["group"], told["groups"], told["icon"]) == ("Work", ["Work", "Web"], "zone")
    assert cli("show", id, "--json").only["notes"] == "first\n\x1b[2Jlast"
    shown = cli("show", id).out
    assert "group      Work\ngroup      Web\nnotes      first\nnotes      \\x1b[2Jlast\n" in shown
    assert cli("code", "web", "--at", 59).out.strip() == oath(KEY, Totp(), 59)
    assert cli("edit", id, "--no-group", "--notes-file", "-", "--json").only["groups"] == []
    assert cli("show", id, "--json").only["notes"] == ""
    refused = cli("edit", id, "--notes-file", "-", stdin="x" * 10_001)
    assert refused.exit_code == 3
    assert "10,001 characters; the limit is 10,000" in refused.messages


def test_edit_changes_otp_parameters_with_a_warning(cli: Callable, stored: Callable) -> None:
    id = stored(ACCOUNT)
    words = ("--digits", 8, "--period", 60, "--algorithm", "sha512")
    outcome = cli("edit", id, *words, "--json")
    assert (outcome.only["digits"], outcome.only["period"]) == (8, 60)
    assert "codes differ" in outcome.messages
    at_59 = oath(KEY, Totp(Algorithm.SHA512, 8, 60), 59)
    assert cli("code", id, "--at", 59).out.strip() == at_59
    refused = cli("edit", id, "--digits", 99, "--period", "")
    assert refused.exit_code == 3
    assert "digits" in refused.messages
    assert "period" in refused.messages
    assert cli("edit", id, "--type", "steam", "--json").only["digits"] == 5
    counted = cli("edit", id, "--type", "hotp", "--counter", 3, "--json").only
    assert (counted["type"], counted["digits"], counted["counter"]) == ("hotp", 6, 3)
    assert cli("code", id).out.strip() == "969429"
    assert cli("edit", id, "--digits", 7, "--json").only["counter"] == 4


def test_edit_moves_account_before_another_first_or_last(cli: Callable, stored: Callable) -> None:
    names = {name: stored(Account(Label(name), KEY)) for name in "abc"}

    def order() -> str:
        return "".join(one["issuer"] for one in cli("list", "--json").objects)

    for words, expected in [
        (("c", "--before", names["b"]), "acb"),
        (("b", "--first"), "bac"),
        (("b", "--last"), "acb"),
        (("a", "--first"), "acb"),
        (("a", "--before", "a"), "acb"),
    ]:
        assert cli("edit", *words).exit_code == 0
        assert order() == expected
    assert cli("edit", "a", "--before", "nobody").exit_code == 3


def test_list_is_sorted_as_requested(cli: Callable, stored: Callable) -> None:
    for issuer, name in [("b", "x"), ("a", "y"), ("c", "z")]:
        stored(Account(Label(issuer, name), KEY))
    cli("edit", "z", "--pin")
    for order, expected in [("own", "cba"), ("name", "cba"), ("issuer", "cab")]:
        told = cli("list", "--sort", order, "--json").objects
        assert "".join(one["issuer"] for one in told) == expected
    assert cli("list", "--sort", "size").exit_code == 2


def test_removed_account_is_in_bin_and_restored_unchanged(cli: Callable, stored: Callable) -> None:
    id = stored(Account(Label("Panel", "kim"), KEY, Hotp(counter=7)))
    stored(Account(Label("Other"), KEY))
    cli("edit", id, "--group", "Work")
    listed = cli("list", "--json").objects
    before = [{name: one[name] for name in one if name != "in_doubt"} for one in listed]
    assert cli("remove", "kim", "--json").only == before[0] | {"outcome": "binned"}
    assert cli("list", "--json").objects == listed[1:]
    for words in (("code", id), ("show", id), ("remove", id), ("edit", id, "--pin")):
        assert cli(*words).exit_code == 3
    (binned,) = cli("list", "--bin", "--json").objects
    assert binned == before[0] | {
        "removed_at": binned["removed_at"],
        "left_s": binned["left_s"],
    }
    assert 0 <= 30 * 86_400 - binned["left_s"] < 60
    assert abs(binned["removed_at"] - time.time()) < 60
    assert "30 days left" in cli("list", "--bin").out
    refused = cli("remove", "nobody", "--undo")
    assert refused.exit_code == 3
    assert "list --bin" in refused.messages
    assert cli("remove", "panel", "--undo", "--json").only == before[0] | {"outcome": "put_back"}
    assert cli("list", "--json").objects == listed
    assert "The bin is empty" in cli("remove", id, "--undo").messages


def test_add_reports_same_account_in_bin(cli: Callable) -> None:
    words = ("add", "--account", "kim", "--key-file", "-")
    assert cli(*words, "--json", stdin="JBSWY3DPEHPK3PXP").only["in_bin"] is None
    (first,) = cli("list", "--json").objects
    cli("remove", "kim")
    told = cli(*words, "--json", stdin="JBSWY3DPEHPK3PXP").only
    assert (told["outcome"], told["in_bin"]) == ("added", first["id"])
    cli("remove", told["id"], "--now", "--yes")
    assert f"remove {first['id']} --undo" in cli(*words, stdin="JBSWY3DPEHPK3PXP").out


def test_permanent_removal_needs_yes_and_names_account(cli: Callable, stored: Callable) -> None:
    id = stored(Account(Label("Panel", "kim"), KEY, Totp()))
    refused = cli("remove", id, "--now")
    assert refused.exit_code == 2
    assert "Panel: kim" in refused.messages
    assert cli("list", "--json").only["id"] == id
    assert cli("remove", id, "--now", "--yes", "--json").only["outcome"] == "deleted"
    assert cli("list", "--json").objects == cli("list", "--bin", "--json").objects == []
    assert cli("remove", id, "--now", "--yes").exit_code == 3
    second = stored(ACCOUNT)
    cli("remove", second)
    assert cli("remove", second, "--now", "--yes").exit_code == 0
    assert cli("list", "--bin").out == ""


def test_label_with_control_characters_is_escaped(cli: Callable, stored: Callable) -> None:
    id = stored(Account(Label("Pa\x1b[2Jnel", "k\u202eim"), KEY, Totp()))
    for outcome in (cli("list"), cli("show", id), cli("list", "--json"), cli("remove", id)):
        assert "\x1b" not in outcome.out + outcome.messages
        assert "\u202e" not in outcome.out + outcome.messages


def test_watch_prints_a_line_for_every_new_code(cli: Callable, stored: Callable) -> None:
    account = Account(Label("Panel", "kim"), KEY, Totp(period_s=1))
    stored(account)
    stored(Account(Label("Panel", "counter"), KEY, Hotp()))
    lines = cli("watch", "--steps", "2", "--json").objects
    assert len(lines) >= 3
    for line in lines:
        assert line["code"] == oath(KEY, Totp(period_s=1), line["valid_from"])
    begins = [line["valid_from"] for line in lines]
    assert begins == sorted(set(begins))


def test_watch_shows_account_added_by_another_process(cli: Callable, home, passphrase_file) -> None:
    import subprocess
    import sys

    cli("add", "--account", "kim", "--key-file", "-", "--period", "1", stdin="JBSWY3DPEHPK3PXP")
    command = [sys.executable, "-m", "authenticator"]
    passphrase = ["--passphrase-file", str(passphrase_file)]
    watching = subprocess.Popen(
        [*command, "watch", "--json", *passphrase], stdout=subprocess.PIPE, text=True
    )
    try:
        assert watching.stdout is not None
        assert "kim" in watching.stdout.readline()
        cli("add", "--account", "lee", "--key-file", "-", stdin="JBSWY3DPEHPK3PXP")
        added = time.time()
        while "lee" not in watching.stdout.readline():
            assert time.time() < added + 10
        assert time.time() < added + 2
    finally:
        watching.kill()
        watching.wait()
        watching.stdout.close()
