"""otpauth:// URIs as found in practice, and as this app writes them."""

import re

import pytest

from authenticator.otp.account import Account, Algorithm, Hotp, Label, Otp, Steam, Totp
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret
from authenticator.otp.uri import (
    PARAMETER_LIMIT,
    TEXT_LIMIT,
    read_uri,
    write_uri,
)

BASE32 = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECRET = Secret(b"Hello!\xde\xad\xbe\xef" * 2)


def label_of(uri: str) -> tuple[str, str]:
    label = read_uri(uri).account.label
    return label.issuer, label.account


def noted(uri: str) -> list[tuple[Field, Reason]]:
    return [(notice.field, notice.reason) for notice in read_uri(uri).notices]


def faults_of(text: str) -> list[Remark]:
    with pytest.raises(EnrolmentRefused) as refusal:
        read_uri(text)
    return list(refusal.value.faults)


def reasons_of(text: str) -> list[tuple[Field, Reason]]:
    return [(fault.field, fault.reason) for fault in faults_of(text)]


# Read: the label


@pytest.mark.parametrize(
    ("label", "query", "expected"),
    [
        ("Panel:kim@example.org", "&issuer=Panel", ("Panel", "kim@example.org")),
        ("Panel:%20kim", "&issuer=Panel", ("Panel", "kim")),
        ("Panel: kim", "", ("Panel", "kim")),
        ("Panel%3Akim", "", ("Panel", "kim")),
        ("Panel%3akim", "&issuer=Panel", ("Panel", "kim")),
        ("Panel%3A%20kim", "", ("Panel", "kim")),
        ("Panel%20:%20kim", "&issuer=Panel", ("Panel", "kim")),
        ("My%20Panel:kim", "&issuer=My%20Panel", ("My Panel", "kim")),
        ("My Panel:kim", "&issuer=My Panel", ("My Panel", "kim")),
        # an issuer that contains a colon
        ("127.0.0.1%3A8765%3A%20alice", "&issuer=127.0.0.1:8765", ("127.0.0.1:8765", "alice")),
        ("127.0.0.1:8765:alice", "&issuer=127.0.0.1%3A8765", ("127.0.0.1:8765", "alice")),
        ("127.0.0.1:8765%3Aalice", "&issuer=127.0.0.1%3A8765", ("127.0.0.1:8765", "alice")),
        ("127.0.0.1%3A8765:alice", "", ("127.0.0.1:8765", "alice")),
        # colons of the account name
        ("Panel:host:kim", "&issuer=Panel", ("Panel", "host:kim")),
        ("Panel:host%3Akim", "", ("Panel", "host:kim")),
        (":host%3Akim", "", ("", "host:kim")),
        # only one of the two, or none
        ("kim", "", ("", "kim")),
        ("kim", "&issuer=", ("", "kim")),
        ("kim", "&issuer=Panel", ("Panel", "kim")),
        ("Panel:", "", ("Panel", "")),
        ("Panel", "&issuer=Panel", ("Panel", "Panel")),
        ("", "", ("", "")),
        ("", "&issuer=Panel", ("Panel", "")),
        # plus signs: a plus in the path, a space in the query
        ("kim+work@example.org", "", ("", "kim+work@example.org")),
        ("kim%2Bwork@example.org", "", ("", "kim+work@example.org")),
        ("kim", "&issuer=My+Panel", ("My Panel", "kim")),
        ("kim", "&issuer=C%2B%2B", ("C++", "kim")),
        # characters
        ("Bücher:zoë", "&issuer=Bücher", ("Bücher", "zoë")),
        ("B%C3%BCcher:zo%C3%AB", "&issuer=B%C3%BCcher", ("Bücher", "zoë")),
        ("%E6%94%AF%E4%BB%98:小明", "", ("支付", "小明")),
        ("%F0%9F%94%91:\U0001f511", "", ("\U0001f511", "\U0001f511")),
        ("a/b:c/d", "", ("a/b", "c/d")),
        ("C#:kim", "&issuer=C#", ("C#", "kim")),
        ("kim", "&issuer=Who?", ("Who?", "kim")),
        ("kim", "&issuer=a=b", ("a=b", "kim")),
        ("two%0Alines%00", "", ("", "two\nlines\0")),
    ],
)
def test_read_uri_splits_label_at_intended_colon(
    label: str, query: str, expected: tuple[str, str]
) -> None:
    assert label_of(f"otpauth://totp/{label}?secret={BASE32}{query}") == expected


def test_read_uri_issuer_in_query_wins_with_notice() -> None:
    enrolment = read_uri(f"otpauth://totp/Old:kim?secret={BASE32}&issuer=New")
    assert enrolment.account.label == Label("New", "kim")
    assert enrolment.notices == (
        Remark(Field.ISSUER, Reason.DIFFERS, {"given": "Old", "used": "New"}),
    )


def test_read_uri_plus_for_space_is_noted_and_same_issuer() -> None:
    enrolment = read_uri(f"otpauth://totp/My+Panel:kim+x?secret={BASE32}&issuer=My+Panel")
    assert enrolment.account.label == Label("My Panel", "kim+x")
    assert enrolment.notices == (
        Remark(Field.ISSUER, Reason.NORMALISED, {"given": "My+Panel", "used": "My Panel"}),
    )


def test_read_uri_plain_enrolment_has_no_notices() -> None:
    uri = f"otpauth://totp/Panel:kim?secret={BASE32}&issuer=Panel&algorithm=sha1&digits=6&period=30"
    assert read_uri(uri).notices == ()


def test_read_uri_notes_absent_names() -> None:
    assert noted(f"otpauth://totp/?secret={BASE32}") == [
        (Field.ISSUER, Reason.ABSENT),
        (Field.ACCOUNT, Reason.ABSENT),
    ]
    assert noted(f"otpauth://totp?secret={BASE32}&issuer=P") == [(Field.ACCOUNT, Reason.ABSENT)]


@pytest.mark.parametrize(
    ("label", "account"),
    [("100%", "100%"), ("50%25 %zz", "50% %zz"), ("zo%EB", "zoë"), ("ü%E9", "üé")],
)
def test_read_uri_bad_percent_encoding_is_tolerated_with_notice(label: str, account: str) -> None:
    enrolment = read_uri(f"otpauth://totp/P:{label}?secret={BASE32}")
    assert enrolment.account.label == Label("P", account)
    assert [(n.field, n.reason) for n in enrolment.notices] == [(Field.LABEL, Reason.NORMALISED)]


def test_read_uri_drops_line_breaks_with_notice() -> None:
    uri = f"\n otpauth://totp/Pan\r\nel:kim?secret={BASE32[:8]}\n\t{BASE32[8:]} \n"
    enrolment = read_uri(uri)
    assert enrolment.account == Account(Label("Panel", "kim"), SECRET)
    assert enrolment.notices == (Remark(Field.URI, Reason.NORMALISED),)


def test_read_uri_replaces_lone_surrogates() -> None:
    assert label_of(f"otpauth://totp/a\ud800:\ud83d\udd11?secret={BASE32}") == (
        "a\ufffd",
        "\U0001f511",
    )


# Read: type and parameters


@pytest.mark.parametrize(
    ("uri", "otp"),
    [
        ("otpauth://TOTP/a?secret={}", Totp()),
        ("OTPAUTH://Totp/a?SECRET={}&Digits=8", Totp(digits=8)),
        ("otpauth://hotp/a?secret={}&counter=7", Hotp(counter=7)),
        ("otpauth://hotp/a?secret={}&counter=18446744073709551615", Hotp(counter=2**64 - 1)),
        ("otpauth://totp/a?secret={}&algorithm=sha1", Totp()),
        ("otpauth://totp/a?secret={}&algorithm=HmacSHA256", Totp(Algorithm.SHA256)),
        ("otpauth://totp/a?secret={}&algorithm=SHA-512", Totp(Algorithm.SHA512)),
        ("otpauth://totp/a?secret={}&digits=+8+&period=%2060", Totp(digits=8, period_s=60)),
        ("otpauth://totp/a?secret={}&digits=4&period=1", Totp(digits=4, period_s=1)),
        ("otpauth://totp/a?secret={}&digits=10&period=86400", Totp(digits=10, period_s=86_400)),
        ("otpauth://steam/a?secret={}", Steam()),
        ("otpauth://totp/a?secret={}&encoder=steam", Steam()),
        ("otpauth://totp/a?secret={}&encoder=STEAM&digits=5&period=30", Steam()),
        ("otpauth://totp/a?&secret={}&&", Totp()),
    ],
)
def test_read_uri_accepts_types_and_parameters_in_use(uri: str, otp: Otp) -> None:
    account = read_uri(uri.format(BASE32)).account
    assert account == Account(Label("", "a"), SECRET, otp)


@pytest.mark.parametrize(
    ("secret", "noted_reasons"),
    [
        (BASE32, []),
        (BASE32.lower(), []),
        (f"{BASE32}======", []),
        (f"{BASE32}%3D%3D%3D%3D", []),
        ("JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP", [Reason.NORMALISED]),
        ("JBSW%20Y3DP+EHPK-3PXP-JBSWY3DP-EHPK3PXP", [Reason.NORMALISED]),
        (f"{BASE32}A", [Reason.TRAILING_BITS]),
        (f"{BASE32}7===", [Reason.TRAILING_BITS]),
        (f"jbsw-{BASE32[4:]}A", [Reason.NORMALISED, Reason.TRAILING_BITS]),
    ],
)
def test_read_uri_accepts_secret_spellings(secret: str, noted_reasons: list[Reason]) -> None:
    enrolment = read_uri(f"otpauth://totp/P:a?secret={secret}")
    assert enrolment.account.secret == SECRET
    assert [(n.field, n.reason) for n in enrolment.notices] == [
        (Field.SECRET, reason) for reason in noted_reasons
    ]


def test_read_uri_notes_weak_secret() -> None:
    assert noted("otpauth://totp/P:a?secret=AA") == [
        (Field.SECRET, Reason.SHORT),
        (Field.SECRET, Reason.ALL_ZERO),
    ]


def test_read_uri_first_of_repeated_parameter_counts() -> None:
    enrolment = read_uri(f"otpauth://totp/P:a?secret={BASE32}&digits=8&secret=AAAA&digits=7")
    assert enrolment.account == Account(Label("P", "a"), SECRET, Totp(digits=8))
    assert enrolment.notices == (
        Remark(Field.SECRET, Reason.REPEATED, {"name": "secret"}),
        Remark(Field.DIGITS, Reason.REPEATED, {"name": "digits"}),
    )


def test_read_uri_notes_unknown_parameter_by_name() -> None:
    uri = f"otpauth://totp/P:a?secret={BASE32}&image=https%3A%2F%2Fexample.org%2Fx.png&color=ff0000"
    assert read_uri(uri).notices == (
        Remark(Field.PARAMETER, Reason.IGNORED, {"name": "image"}),
        Remark(Field.PARAMETER, Reason.IGNORED, {"name": "color"}),
    )


@pytest.mark.parametrize("slip", [BASE32, f"{BASE32}=", f"secret:{BASE32}", f"secret%3D{BASE32}"])
def test_read_uri_notice_does_not_repeat_misplaced_key(slip: str) -> None:
    notices = read_uri(f"otpauth://totp/P:a?{slip}&secret=MFRGGZDFMZTWQ2LKNNWG23TPOA").notices
    assert notices == (Remark(Field.PARAMETER, Reason.IGNORED, {"name": ""}),)


@pytest.mark.parametrize(
    ("uri", "notices"),
    [
        ("totp/P:a?secret={}&digits=", [(Field.DIGITS, Reason.DEFAULTED)]),
        ("totp/P:a?secret={}&period=+", [(Field.PERIOD, Reason.DEFAULTED)]),
        ("hotp/P:a?secret={}", [(Field.COUNTER, Reason.DEFAULTED)]),
        ("hotp/P:a?secret={}&counter=0&period=60", [(Field.PERIOD, Reason.IGNORED)]),
        ("hotp/P:a?secret={}&counter=0&period=30", []),
        ("totp/P:a?secret={}&counter=5", [(Field.COUNTER, Reason.IGNORED)]),
        ("totp/P:a?secret={}&counter=0", []),
        ("steam/P:a?secret={}&digits=6", [(Field.DIGITS, Reason.IGNORED)]),
        ("steam/P:a?secret={}&digits=5&period=30&algorithm=sha1", []),
        ("totp/P:a?secret={}&encoder=base64", [(Field.PARAMETER, Reason.IGNORED)]),
        ("hotp/P:a?secret={}&counter=1&encoder=steam", [(Field.PARAMETER, Reason.IGNORED)]),
        ("totp/P:a?secret={}&algorithm=HmacSHA1", [(Field.ALGORITHM, Reason.NORMALISED)]),
    ],
)
def test_read_uri_notes_unused_empty_or_misspelt_values(
    uri: str, notices: list[tuple[Field, Reason]]
) -> None:
    assert noted(f"otpauth://{uri.format(BASE32)}") == notices


# Refused


def test_read_uri_names_all_faults_at_once() -> None:
    uri = f"otpauth://yubi/{'i' * 300}:{'a' * 100_000}?digits=99&period=0&algorithm=md5"
    assert reasons_of(uri) == [
        (Field.ISSUER, Reason.TOO_LONG),
        (Field.ACCOUNT, Reason.TOO_LONG),
        (Field.SECRET, Reason.MISSING),
        (Field.TYPE, Reason.UNKNOWN),
        (Field.ALGORITHM, Reason.UNKNOWN),
        (Field.DIGITS, Reason.OUT_OF_RANGE),
        (Field.PERIOD, Reason.OUT_OF_RANGE),
    ]


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("otpauth://totp/P:a", Field.SECRET, Reason.MISSING),
        ("otpauth://totp/P:a?issuer=P", Field.SECRET, Reason.MISSING),
        ("otpauth://totp/P:a?secret=", Field.SECRET, Reason.EMPTY),
        ("otpauth://totp/P:a?secret=%20-=", Field.SECRET, Reason.EMPTY),
        ("otpauth://totp/P:a?secret=A", Field.SECRET, Reason.TOO_SHORT_TO_DECODE),
        ("otpauth://totp/P:a?secret=" + "A" * 50_000, Field.SECRET, Reason.TOO_LONG),
        ("otpauth://totp/P:a?secret=AA%FF", Field.SECRET, Reason.WRONG_CHARACTER),
        (  # padding is at the end only: two texts may have run together
            "otpauth://totp/P:a?secret=JBSWY3DP==EHPK3PXP",
            Field.SECRET,
            Reason.WRONG_CHARACTER,
        ),
        ("otpauth://totp/P:a?secret=AA&digits=99", Field.DIGITS, Reason.OUT_OF_RANGE),
        ("otpauth://totp/P:a?secret=AA&digits=six", Field.DIGITS, Reason.NOT_A_NUMBER),
        ("otpauth://totp/P:a?secret=AA&period=0", Field.PERIOD, Reason.OUT_OF_RANGE),
        ("otpauth://totp/P:a?secret=AA&period=-30", Field.PERIOD, Reason.OUT_OF_RANGE),
        ("otpauth://totp/P:a?secret=AA&period=30s", Field.PERIOD, Reason.NOT_A_NUMBER),
        ("otpauth://hotp/P:a?secret=AA&counter=-1", Field.COUNTER, Reason.OUT_OF_RANGE),
        (f"otpauth://hotp/P:a?secret=AA&counter={2**64}", Field.COUNTER, Reason.OUT_OF_RANGE),
        ("otpauth://totp/P:a?secret=AA&algorithm=MD5", Field.ALGORITHM, Reason.UNKNOWN),
        ("otpauth://?secret=AA", Field.TYPE, Reason.UNKNOWN),
        ("otpauth://motp/P:a?secret=AA", Field.TYPE, Reason.UNKNOWN),
        ("", Field.URI, Reason.NOT_AN_ENROLMENT),
        ("https://example.org/?secret=AA", Field.URI, Reason.NOT_AN_ENROLMENT),
        ("otpauth:totp/a?secret=AA", Field.URI, Reason.NOT_AN_ENROLMENT),
        ("otpauth-migration://offline?data=AA", Field.URI, Reason.NOT_AN_ENROLMENT),
        ("see otpauth://totp/a?secret=AA", Field.URI, Reason.NOT_AN_ENROLMENT),
    ],
)
def test_read_uri_refuses_invalid_value_with_reason(
    text: str, field: Field, reason: Reason
) -> None:
    assert reasons_of(text) == [(field, reason)]


def test_read_uri_points_at_wrong_character_in_key() -> None:
    (fault,) = faults_of("otpauth://totp/a?secret=jbsw%20y3d1&issuer=P")
    assert fault.facts == {"position": 9, "character": "1", "count": 8, "group": 2, "place": 4}


def test_read_uri_refuses_two_megabytes_by_length() -> None:
    text = "otpauth://totp/a?secret=" + "A" * 2_000_000
    assert faults_of(text) == [
        Remark(Field.URI, Reason.TOO_LONG, {"length": len(text), "limit": TEXT_LIMIT})
    ]


def test_read_uri_refuses_too_many_parameters() -> None:
    fits = "&".join(f"x{number}=1" for number in range(PARAMETER_LIMIT - 1))
    uri = f"otpauth://totp/P:a?secret={BASE32}&{fits}"
    assert len(read_uri(uri).notices) == PARAMETER_LIMIT - 1
    assert faults_of(f"{uri}&y=1") == [
        Remark(
            Field.PARAMETER,
            Reason.TOO_LONG,
            {"length": PARAMETER_LIMIT + 1, "limit": PARAMETER_LIMIT},
        )
    ]


def test_read_uri_refuses_two_enrolments_in_one_text() -> None:
    one = f"otpauth://totp/P:a?secret={BASE32}&issuer=P"
    assert faults_of(f"{one}\n{one}") == [Remark(Field.URI, Reason.REPEATED, {"count": 2})]


@pytest.mark.parametrize(
    "text", [f"otpauth://{BASE32}", f"otpauth://secret={BASE32}", f"otpauth://totp/a?s={BASE32}"]
)
def test_read_uri_error_does_not_show_misplaced_key(text: str) -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        read_uri(text)
    assert BASE32[:5].lower() not in repr(refusal.value.faults).lower()


# Recognised


# Written


@pytest.mark.parametrize(
    ("account", "uri"),
    [
        (
            Account(Label("Example Panel", "kim@example.org"), SECRET),
            f"otpauth://totp/Example%20Panel:kim@example.org?secret={BASE32}&issuer=Example%20Panel",
        ),
        (
            Account(Label("::1", "al"), SECRET, Totp(Algorithm.SHA512, 8, 60)),
            f"otpauth://totp/%3A%3A1:al?secret={BASE32}&issuer=%3A%3A1&algorithm=SHA512&digits=8&period=60",
        ),
        (
            Account(Label("", "kim+x"), SECRET, Hotp()),
            f"otpauth://hotp/kim%2Bx?secret={BASE32}&counter=0",
        ),
        (Account(Label("", "a:b"), SECRET, Steam()), f"otpauth://steam/:a%3Ab?secret={BASE32}"),
        (Account(Label(), SECRET), f"otpauth://totp/?secret={BASE32}"),
        (
            Account(Label("6", "30\n\x7fü"), SECRET),
            f"otpauth://totp/6:30%0A%7F%C3%BC?secret={BASE32}&issuer=6",
        ),
    ],
)
def test_write_uri_canonical_form(account: Account, uri: str) -> None:
    assert write_uri(account) == uri
    assert read_uri(uri).account == account


def test_write_uri_longest_account_is_within_read_limit() -> None:
    longest = Account(
        Label("\U0010fffd" * 255, "\U0010fffd" * 255),
        Secret(b"\xff" * 1024),
        Hotp(Algorithm.SHA512, 10, 2**64 - 1),
    )
    uri = write_uri(longest)
    assert len(uri) < 14_000
    assert re.fullmatch(r"[!-~]+", uri)
    assert read_uri(uri).account == longest
