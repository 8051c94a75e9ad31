"""Accounts are validated once, reporting all faults."""

import dataclasses
import pickle

import pytest

from authenticator.otp.account import (
    LABEL_LIMIT,
    Account,
    Algorithm,
    Hotp,
    Label,
    Otp,
    Steam,
    Totp,
    Type,
    account_from_fields,
    algorithm_name,
    type_of,
)
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret

KEY = "JBSWY3DPEHPK3PXP"


def test_account_from_fields_with_key_only_is_totp_of_six_digits_and_30_s() -> None:
    assert account_from_fields(key=KEY) == Account(
        Label(), Secret(b"Hello!\xde\xad\xbe\xef"), Totp(Algorithm.SHA1, 6, 30)
    )


def test_account_from_fields_accepts_text_or_numbers() -> None:
    as_text = account_from_fields(
        key=KEY, type=" HOTP ", algorithm="sha-256", digits=" 8 ", counter="9"
    )
    assert as_text == account_from_fields(
        key=KEY, type="hotp", algorithm="SHA256", digits=8, counter=9
    )
    assert as_text.otp == Hotp(Algorithm.SHA256, 8, 9)


def test_account_from_fields_names_all_faults_at_once() -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        account_from_fields(
            key="JBSW1",
            issuer="i" * 256,
            account="a" * 100_000,
            algorithm="MD5",
            digits=99,
            period_s="0",
        )
    assert [(fault.field, fault.reason) for fault in refusal.value.faults] == [
        (Field.ISSUER, Reason.TOO_LONG),
        (Field.ACCOUNT, Reason.TOO_LONG),
        (Field.SECRET, Reason.WRONG_CHARACTER),
        (Field.ALGORITHM, Reason.UNKNOWN),
        (Field.DIGITS, Reason.OUT_OF_RANGE),
        (Field.PERIOD, Reason.OUT_OF_RANGE),
    ]
    assert refusal.value.faults[4].facts == {"given": 99, "low": 4, "high": 10}


@pytest.mark.parametrize(
    ("digits", "reason"),
    [
        ("", Reason.EMPTY),
        ("  ", Reason.EMPTY),
        ("six", Reason.NOT_A_NUMBER),
        ("6.0", Reason.NOT_A_NUMBER),
        ("٦", Reason.NOT_A_NUMBER),
        ("6\n7", Reason.NOT_A_NUMBER),
        ("-", Reason.NOT_A_NUMBER),
        ("--5", Reason.NOT_A_NUMBER),
        ("-6", Reason.OUT_OF_RANGE),
        ("3", Reason.OUT_OF_RANGE),
        ("11", Reason.OUT_OF_RANGE),
        ("9" * 10_000, Reason.OUT_OF_RANGE),
    ],
)
def test_account_from_fields_refuses_invalid_number_with_reason(
    digits: str, reason: Reason
) -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        account_from_fields(key=KEY, digits=digits)
    assert [(fault.field, fault.reason) for fault in refusal.value.faults] == [
        (Field.DIGITS, reason)
    ]


@pytest.mark.parametrize("type_name", ["ocra", "", "totp2", "ｔｏｔｐ"])
def test_account_from_fields_refuses_unknown_type(type_name: str) -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        account_from_fields(key=KEY, type=type_name)
    assert [(fault.field, fault.reason) for fault in refusal.value.faults] == [
        (Field.TYPE, Reason.UNKNOWN)
    ]


def test_account_from_fields_ignores_fields_unused_by_the_type() -> None:
    assert account_from_fields(key=KEY, type="hotp", period_s="never").otp == Hotp()
    assert account_from_fields(key=KEY, counter="many").otp == Totp()
    assert (
        account_from_fields(key=KEY, type="steam", digits=6, period_s=0, algorithm="MD5").otp
        == Steam()
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: Totp(digits=3),
        lambda: Totp(digits=11),
        lambda: Totp(period_s=0),
        lambda: Totp(period_s=86_401),
        lambda: Hotp(counter=-1),
        lambda: Hotp(counter=2**64),
        lambda: Label(issuer="i" * (LABEL_LIMIT + 1)),
        lambda: Label(account="a" * (LABEL_LIMIT + 1)),
    ],
)
def test_otp_values_outside_their_range_are_refused(make) -> None:
    with pytest.raises(EnrolmentRefused):
        make()


@pytest.mark.parametrize(
    "otp",
    [Totp(digits=4, period_s=1), Totp(digits=10, period_s=86_400), Hotp(counter=2**64 - 1)],
)
def test_otp_accepts_bounds(otp: Otp) -> None:
    assert Account(Label("i" * LABEL_LIMIT, "a" * LABEL_LIMIT), Secret(b"k"), otp).otp == otp


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("sha1", Algorithm.SHA1),
        ("SHA-1", Algorithm.SHA1),
        ("HmacSHA256", Algorithm.SHA256),
        ("HMAC-SHA-512", Algorithm.SHA512),
        ("hmac_sha512", Algorithm.SHA512),
        ("MD5", None),
        ("SHA", None),
        ("SHA3-256", None),
        ("", None),
    ],
)
def test_algorithm_name_accepts_common_spellings(given: str, name: Algorithm | None) -> None:
    assert algorithm_name(given) is name


def test_label_is_trimmed_and_well_formed() -> None:
    assert Label(" Panel\n", "\tkim ") == Label("Panel", "kim")
    assert Label("a\ud83d\ude00b", "\ud800x") == Label("a\U0001f600b", "\ufffdx")
    assert Label("\ufeffPanel").issuer == "\ufeffPanel"


def test_label_str_shows_non_empty_parts() -> None:
    assert [str(Label("P", "k")), str(Label("P")), str(Label(account="k")), str(Label())] == [
        "P: k",
        "P",
        "k",
        "",
    ]


def test_notices_of_weak_key_without_refusal() -> None:
    assert account_from_fields(key="AA").notices() == (
        Remark(Field.SECRET, Reason.SHORT, {"bits": 8, "wanted": 128}),
        Remark(Field.SECRET, Reason.ALL_ZERO),
    )
    assert Account(Label(), Secret(bytes(range(16)))).notices() == ()


def test_at_counter_requires_hotp() -> None:
    account = account_from_fields(key=KEY, type="hotp", counter=4)
    assert account.at_counter(5) == account_from_fields(key=KEY, type="hotp", counter=5)
    assert account.otp == Hotp(counter=4)
    with pytest.raises(TypeError):
        account_from_fields(key=KEY).at_counter(1)


@pytest.mark.parametrize(
    ("otp", "word"), [(Totp(), Type.TOTP), (Hotp(), Type.HOTP), (Steam(), Type.STEAM)]
)
def test_type_of_each_otp(otp: Otp, word: Type) -> None:
    assert type_of(otp) is word


def test_values_are_immutable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        account_from_fields(key=KEY).label = Label()  # type: ignore[misc]


def test_account_repr_hides_the_key() -> None:
    assert KEY not in repr(account_from_fields(key=KEY))


def test_enrolment_refused_pickles_with_its_faults() -> None:
    refusal = EnrolmentRefused([Remark(Field.DIGITS, Reason.OUT_OF_RANGE, {"given": 99})])
    copied = pickle.loads(pickle.dumps(refusal))  # noqa: S301
    assert copied.faults == refusal.faults
    assert str(copied) == str(refusal)
