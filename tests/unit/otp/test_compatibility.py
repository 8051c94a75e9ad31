"""The compatibility matrix: every cell has a row with a source in the docs."""

import re
from pathlib import Path

from authenticator.otp.account import (
    Account,
    Algorithm,
    Hotp,
    Label,
    MobileOtp,
    Otp,
    Steam,
    Totp,
    Yandex,
)
from authenticator.otp.compatibility import MATRIX, App, Effect, incompatible_apps
from authenticator.otp.remark import Field
from authenticator.otp.secret import Secret

PAGE = (Path(__file__).parents[3] / "docs" / "compatibility.md").read_text(encoding="utf-8")


def account(otp: Otp, key: bytes = bytes(range(20))) -> Account:
    return Account(Label("Panel", "kim"), Secret(key), otp)


def test_matrix_equals_rows_with_sources_in_the_docs() -> None:
    targets = set(re.findall(r"^\[([^\]]+)\]: https://", PAGE, re.MULTILINE))
    rows = {}
    for line in PAGE.partition("## Labels")[0].splitlines():
        app, field, takes, otherwise, source = ([*map(str.strip, line.split("|")[1:6])] + [""] * 5)[
            :5
        ]
        if app in tuple(App):
            sources = re.findall(r"\]\[([^\]]+)\]", source)
            assert sources
            assert set(sources) <= targets
            rows[app, field] = (takes, otherwise)
    assert rows.keys() == {(cell.app, cell.field) for cell in MATRIX}
    for cell in MATRIX:
        takes, otherwise = rows[cell.app, cell.field]
        assert otherwise == (cell.otherwise or "")
        if cell.field is Field.ALGORITHM:
            assert takes == ", ".join(a for a in Algorithm if a in cell.takes)
        else:
            numbers = [int(number) for number in re.findall(r"\d+", takes)]
            assert all(number in cell.takes for number in numbers)
            assert min(numbers) - 1 not in cell.takes


def test_incompatible_apps_of_usual_enrolment_is_empty() -> None:
    assert incompatible_apps(account(Totp())) == {}
    assert incompatible_apps(account(Hotp())) == {}
    assert incompatible_apps(account(Steam())) == {}


def test_types_with_a_pin_have_no_row_of_their_own() -> None:
    """`lint` says that few apps know them; a short key is usual with Mobile-OTP."""
    assert incompatible_apps(Account(Label(), Secret(b"8 bytes."), MobileOtp())) == {}
    assert incompatible_apps(Account(Label(), Secret(b"sixteen bytes..."), Yandex())) == {}


def test_incompatible_apps_names_apps_by_field_and_effect() -> None:
    found = incompatible_apps(account(Totp(Algorithm.SHA256, digits=9), bytes(range(10))))
    assert found == {
        (Field.ALGORITHM, Effect.IGNORES): (App.GOOGLE_ANDROID, App.MICROSOFT, App.AUTHY),
        (Field.DIGITS, Effect.IGNORES): (App.GOOGLE_ANDROID, App.MICROSOFT),
        (Field.DIGITS, Effect.REFUSES): (App.YUBIKEY,),
        (Field.SECRET, Effect.WARNS): (App.FREEOTP,),
    }
