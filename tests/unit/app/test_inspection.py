"""Each seeded fault is found and nothing else; good enrolments have no findings."""

import base64
import random
import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.inspection import Severity, inspect
from authenticator.otp.compatibility import MATRIX, App
from authenticator.otp.migration import write_migration
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri, write_uri
from authenticator.wording import remark, suggested_fix
from authenticator.wording.inspection import fields, meant_for, told

ISSUERS = ["Panel", "ACME Co", "Größe & Söhne", "東京", "example.org", "a+b", "100%"]
NAMES = ["kim", "kim@example.org", "kim+tag@example.org", "Kim Müller", "0042", "ユーザー"]


def key(chance: random.Random, length: int = 20) -> str:
    return base32(chance.randbytes(length))


def base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def good(chance: random.Random) -> str:
    issuer, name = quote(chance.choice(ISSUERS)), quote(chance.choice(NAMES))
    colon = chance.choice([":", "%3A", ":%20"])
    secret = key(chance, chance.choice([20, 20, 25, 32, 64]))
    usual = chance.choice(["", "&algorithm=SHA1&digits=6&period=30", "&period=30"])
    return f"otpauth://totp/{issuer}{colon}{name}?secret={secret}&issuer={issuer}{usual}"


def named(text: str) -> set[tuple[Field, Reason]]:
    (one,) = inspect(text)
    for finding in one.findings:
        sentence = remark(finding.remark)
        assert sentence.endswith(".")
        assert suggested_fix(finding.remark) or finding.severity is Severity.NOTE
    return {(finding.remark.field, finding.remark.reason) for finding in one.findings}


def test_inspect_200_good_enrolments_finds_nothing() -> None:
    chance = random.Random("good")
    for _ in range(200):
        text = good(chance)
        assert named(text) == set(), text


K = key(random.Random("seeded"))
SECRET, ISSUER, ACCOUNT = Field.SECRET, Field.ISSUER, Field.ACCOUNT
WARNED = (SECRET, Reason.APPS_WARN)
LABEL = "Panel:kim"


def uri(
    secret: str = K, label: str = LABEL, issuer: str | None = "Panel", more: str = "", kind="totp"
) -> str:
    issuer = "" if issuer is None else f"&issuer={issuer}"
    return f"otpauth://{kind}/{label}?secret={secret}{issuer}{more}"


def apps(field: Field, *also: Reason) -> set[tuple[Field, Reason]]:
    return {(field, Reason.APPS_IGNORE), *((field, reason) for reason in also)}


SEEDED: list[tuple[str, set[tuple[Field, Reason]]]] = [
    # keys
    *(
        (uri(key(random.Random(f"short {bits}"), bits // 8)), {(SECRET, Reason.SHORT), WARNED})
        for bits in (40, 64, 80, 120)
    ),
    (uri(key(random.Random("128"), 16)), {(SECRET, Reason.BELOW_RECOMMENDED)}),
    (uri(key(random.Random("152"), 19)), {(SECRET, Reason.BELOW_RECOMMENDED)}),
    (uri(base32(bytes(20))), {(SECRET, Reason.ALL_ZERO)}),
    (uri(base32(b"\x55" * 20)), {(SECRET, Reason.REPETITIVE)}),
    (uri(base32(b"\xde\xad\xbe\xef" * 5)), {(SECRET, Reason.REPETITIVE)}),
    (uri(base32(bytes(range(20)))), {(SECRET, Reason.REPETITIVE)}),
    (uri(base32(bytes(range(220, 180, -2)))), {(SECRET, Reason.REPETITIVE)}),
    (uri(base32(b"\x01\x02\x03" * 4 + b"\x07" * 8)), {(SECRET, Reason.REPETITIVE)}),
    (uri(base32(b"correct horse battery")), {(SECRET, Reason.READABLE)}),
    (uri(base32(b"TestSecretSuperSecret")), {(SECRET, Reason.READABLE)}),
    (uri(base32(b"q7Zr2Lw9Xk4Tn8Vb3Mc1")), {(SECRET, Reason.READABLE)}),
    (uri(base32(b"\xff\x80\x91\x07SuperSecret\x00\xfe\x81\x99\x02")), {(SECRET, Reason.READABLE)}),
    (
        uri("JBSWY3DPEHPK3PXP"),
        {(SECRET, Reason.SHORT), WARNED, (SECRET, Reason.SAMPLE)},
    ),
    (uri("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"), {(SECRET, Reason.SAMPLE)}),
    (uri("HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ"), {(SECRET, Reason.SAMPLE)}),
    (uri(base32(b"12345678901234567890")), {(SECRET, Reason.SAMPLE)}),
    (uri(base32(b"12345678901234567890123456789012")), {(SECRET, Reason.SAMPLE)}),
    # names
    (uri(label="kim"), {(ISSUER, Reason.NO_PREFIX)}),
    (uri(label="kim%40example.org", issuer="ACME%20Co"), {(ISSUER, Reason.NO_PREFIX)}),
    (uri(issuer=None), {(ISSUER, Reason.NO_PARAMETER)}),
    (uri(label="kim", issuer=None), {(ISSUER, Reason.ABSENT)}),
    (uri(label="Panel:"), {(ACCOUNT, Reason.ABSENT)}),
    (uri(issuer="Other"), {(ISSUER, Reason.DIFFERS)}),
    (uri(label="panel:kim"), {(ISSUER, Reason.DIFFERS)}),
    (uri(label="ACME+Co:kim", issuer="ACME%20Co"), {(ISSUER, Reason.PLUS)}),
    (
        uri(label="127.0.0.1%3A8000%3Akim", issuer="127.0.0.1%3A8000"),
        {(ISSUER, Reason.COLON)},
    ),
    (uri(label="Panel:kim%3Aadmin"), {(ACCOUNT, Reason.COLON)}),
    # parameters
    (uri(more="&algorithm=SHA256"), apps(Field.ALGORITHM)),
    (uri(more="&algorithm=SHA512"), apps(Field.ALGORITHM)),
    (uri(more="&algorithm=SHA-256"), apps(Field.ALGORITHM, Reason.NORMALISED)),
    (uri(more="&algorithm=HmacSHA512"), apps(Field.ALGORITHM, Reason.NORMALISED)),
    (uri(more="&digits=8"), apps(Field.DIGITS)),
    (uri(more="&digits=7"), apps(Field.DIGITS)),
    (uri(more="&digits=5"), apps(Field.DIGITS, Reason.UNUSUAL, Reason.APPS_REFUSE)),
    (uri(more="&digits=10"), apps(Field.DIGITS, Reason.UNUSUAL, Reason.APPS_REFUSE)),
    (uri(more="&period=60"), apps(Field.PERIOD)),
    (uri(more="&period=45"), apps(Field.PERIOD, Reason.UNUSUAL)),
    (uri(more="&period=3"), apps(Field.PERIOD, Reason.UNUSUAL, Reason.APPS_REFUSE)),
    (uri(kind="steam"), {(Field.TYPE, Reason.UNUSUAL)}),
    (uri(more="&counter=5"), {(Field.COUNTER, Reason.IGNORED)}),
    (uri(kind="hotp"), {(Field.COUNTER, Reason.DEFAULTED)}),
    (uri(more="&colour=red"), {(Field.PARAMETER, Reason.IGNORED)}),
    (uri(more="&digits=8&digits=8"), apps(Field.DIGITS, Reason.REPEATED)),
    (uri(more="&digits=six"), {(Field.DIGITS, Reason.NORMALISED)}),
    # encoding
    (uri(K.lower()), {(SECRET, Reason.LOWER_CASE)}),
    (uri(K[:-1] + K[-1].lower()), {(SECRET, Reason.LOWER_CASE)}),
    (uri(label="R+D:kim", issuer=None), {(ISSUER, Reason.NO_PARAMETER)}),
    (uri(label="C++%20Wiki:kim", issuer=None), {(ISSUER, Reason.NO_PARAMETER)}),
    (uri(label="Canal+:kim", issuer=None), {(ISSUER, Reason.NO_PARAMETER)}),
    (uri(label="ACME+Co:kim", issuer=None), {(ISSUER, Reason.NO_PARAMETER), (ISSUER, Reason.PLUS)}),
    (uri(label="Panel:kim+tag@example.org"), set()),
    (uri(label="R%2BD%20SSO:kim", issuer="R%2BD%20SSO"), set()),
    (uri(K + "=="), {(SECRET, Reason.PADDED)}),
    (uri(K + "%3D%3D"), {(SECRET, Reason.PADDED)}),
    (uri(" ".join(K[i : i + 4] for i in range(0, 32, 4))), {(SECRET, Reason.NORMALISED)}),
    (uri(K + "A"), {(SECRET, Reason.TRAILING_BITS)}),
    (uri(label="Panel:k%FCm"), {(Field.LABEL, Reason.NORMALISED)}),
    (uri(label="Panel:100%"), {(Field.LABEL, Reason.NORMALISED)}),
    (uri(issuer="ACME+Co", label="ACME%20Co:kim"), {(ISSUER, Reason.NORMALISED)}),
    # what can't be used at all
    (uri("").replace("secret=&", ""), {(SECRET, Reason.MISSING)}),
    (uri(""), {(SECRET, Reason.PLACEHOLDER)}),
    (uri(more="&digits=6&digits=8"), {(Field.DIGITS, Reason.CONFLICT)}),
    (uri("ABC1DEF8"), {(SECRET, Reason.WRONG_CHARACTER)}),
    (uri("A"), {(SECRET, Reason.TOO_SHORT_TO_DECODE)}),
    (uri(kind="motp"), {(Field.TYPE, Reason.UNKNOWN)}),
    (uri(more="&algorithm=MD5"), {(Field.ALGORITHM, Reason.UNKNOWN)}),
    (uri(more="&digits=few"), {(Field.DIGITS, Reason.NOT_A_NUMBER)}),
    (uri(more="&period=0"), {(Field.PERIOD, Reason.OUT_OF_RANGE)}),
    (K, {(Field.URI, Reason.NOT_AN_ENROLMENT)}),
]


def test_seeded_enrolments_are_60() -> None:
    assert len({text for text, _ in SEEDED}) >= 60


@pytest.mark.parametrize(("text", "expected"), SEEDED)
def test_inspect_seeded_fault_finds_it_and_nothing_else(
    text: str, expected: set[tuple[Field, Reason]]
) -> None:
    assert named(text) == expected


def test_inspect_names_apps_that_ignore_a_parameter() -> None:
    (one,) = inspect(uri(more="&period=60"))
    (finding,) = one.findings
    assert finding.remark.facts["apps"] == ", ".join(
        cell.app for cell in MATRIX if cell.field is Field.PERIOD and cell.app is not App.FREEOTP
    )


def test_fields_show_sent_and_read_values_without_the_key() -> None:
    (one,) = inspect(uri("abcd efgh ijkl mnop", LABEL + "%20", "Other", "&algorithm=sha256&digits"))
    assert one.sent is not None
    assert "abcd" not in repr(one).lower()
    shown = {row.name: (row.read, row.sent) for row in fields(one)}
    assert shown == {
        "Type": ("Time (TOTP)", ""),
        "Issuer": ("Other", ""),
        "Account name": ("kim", ""),
        "Key": ("80 bits", "sent as 19 characters"),
        "Algorithm": ("SHA256", "sent as sha256"),
        "Digits": ("6", "sent empty"),
        "Period": ("30 s", "not sent"),
    }


@pytest.mark.parametrize(
    ("label", "issuer", "sent"),
    [
        ("Panel:kim", "Panel", ("", "")),
        ("Panel%3Akim", None, ("", "")),
        ("Panel:%20kim", "Panel", ("", "")),
        ("kim", "Panel", ("", "")),
        ("kim", None, ("not sent", "")),
        ("127.0.0.1%3A80%3Akim", "127.0.0.1%3A80", ("", "")),
    ],
)
def test_fields_call_nothing_different_that_was_sent_as_it_is_read(
    label: str, issuer: str | None, sent: tuple[str, str]
) -> None:
    (one,) = inspect(uri(label=label, issuer=issuer))
    shown = {row.name: row.sent for row in fields(one)}
    assert (shown["Issuer"], shown["Account name"]) == sent


@pytest.mark.parametrize("padding", ["", "=", "======", "%3D%3D", "= "])
def test_key_letters_are_counted_without_padding(padding: str) -> None:
    (one,) = inspect(uri(K + padding))
    shown = {row.name: row.sent for row in fields(one)}
    assert shown["Key"] == "sent as 32 characters"


TOLD = [
    (
        uri(label="Panel:k%FCm"),
        "The label is not in UTF-8. It is read as 'Panel:küm'.",
        "Encode names in UTF-8 before they are percent-encoded. Write 'Panel:k%C3%BCm'.",
    ),
    (
        uri(label="Panel:100%"),
        "The label has a percent sign that is not escaped. It is read as 'Panel:100%'.",
        "Write a percent sign as '%25'. Write 'Panel:100%25'.",
    ),
    (
        uri(issuer="Gr%FC%DFe", label="Gr%C3%BC%C3%9Fe:kim"),
        "The issuer is not in UTF-8. It is read as 'Grüße'.",
        "Encode names in UTF-8 before they are percent-encoded. Write 'Gr%C3%BC%C3%9Fe'.",
    ),
    (
        uri(issuer="ACME+Co", label="ACME%20Co:kim"),
        "The issuer has a plus for a space, which some apps show as a plus.",
        "Write a space as '%20' (and a plus as '%2B'). Write 'ACME%20Co'.",
    ),
    (
        uri(more="&algorithm=SHA-1"),
        "The algorithm was written 'SHA-1' and is read as 'SHA1'.",
        "Write 'SHA1'.",
    ),
    (
        uri(" ".join(K[i : i + 4] for i in range(0, 32, 4))),
        "The key has spaces or other marks in it, which were left out.",
        "Write the key as its letters alone, without spaces.",
    ),
    (
        uri(label="kim%20m", issuer="ACME%20Co"),
        (
            "The issuer is not written before the account name, so Google Authenticator may not "
            "show it."
        ),
        "Write the label as 'ACME%20Co:kim%20m', in addition to the part 'issuer'.",
    ),
    (
        uri(label="ACME%20Co:kim", issuer=None),
        "The issuer is written only before the account name, not as a part of its own.",
        "Add the part 'issuer=ACME%20Co'.",
    ),
    (
        uri(K.lower()),
        "The key has small letters, which some apps refuse.",
        "Write the key in capital letters.",
    ),
    (
        uri(kind="hotp"),
        "The counter is not given; 0 is used.",
        "Add 'counter=0': the format asks for it.",
    ),
    (uri(more="&image=x"), "A part of the link, 'image', is for other apps and is not used.", ""),
    (
        uri(more="&foo=x"),
        "A part of the link, 'foo', is not used and was ignored.",
        "Leave it out.",
    ),
    (
        uri(kind="steam"),
        "Steam's codes are supported by few apps.",
        "If this is not Steam itself, use 'totp'.",
    ),
]


@pytest.mark.parametrize(("text", "reason", "fix"), TOLD)
def test_finding_says_what_is_unusual_and_what_to_change(text: str, reason: str, fix: str) -> None:
    (one,) = inspect(text)
    (finding,) = one.findings
    assert (remark(finding.remark), suggested_fix(finding.remark)) == (reason, fix)


PIECES = [*"aZ %+:=/#äé東'\"\u200b", "%20", "%2B", "%3A", "%E4", "%C3%A4", "%u0160"]
RAW = st.lists(st.sampled_from(PIECES), max_size=90).map("".join)
READ_AS = re.compile(r"'(.*)' and (?:is read )?as '(.*)'\.")


@given(label=RAW, issuer=RAW, algorithm=st.sampled_from(["", "SHA1", "sha1", "SHA-1", "HmacSHA1"]))
def test_no_finding_says_that_something_is_read_as_it_was_written(
    label: str, issuer: str, algorithm: str
) -> None:
    for one in inspect(uri(label=label, issuer=issuer, more=f"&algorithm={algorithm}")):
        for finding in one.findings:
            sentence = remark(finding.remark)
            quoted = re.findall(
                r"(?:written|given twice, as) '(.*)' and (?:is read )?as '(.*)'\.", sentence
            )
            assert all(first != second for first, second in quoted), sentence


@given(label=RAW, issuer=RAW, key=st.sampled_from([K, K.lower(), K + "=", K[:-1]]))
def test_what_the_mends_say_leads_to_a_link_without_findings(
    label: str, issuer: str, key: str
) -> None:
    """Each mend, applied, ends its finding: the names as read, written as the format has it."""
    (one,) = inspect(uri(key, label=label, issuer=issuer))
    if one.account is None:
        return
    mended = write_uri(replace(one.account, secret=Secret.from_base32(K)))
    (again,) = inspect(mended)
    assert {finding.remark.reason for finding in again.findings} <= {
        Reason.ABSENT,
        Reason.COLON,
    }


def test_mend_that_several_findings_share_is_said_once() -> None:
    (one,) = inspect(uri(more="&algorithm=SHA256&digits=8&period=60"))
    fixes = [row.fix for row in told(one.findings) if row.fix]
    assert len(fixes) == 1
    assert len(one.findings) == 3
    assert told(one.findings)[-1].fix


def test_mends_are_meant_for_the_panel_where_the_account_is_usable() -> None:
    assert "run the panel" in meant_for(inspect(uri(more="&period=60"))[0])
    assert meant_for(inspect(uri())[0]) == ""
    assert meant_for(inspect(uri("ABC1DEF8"))[0]) == ""


def test_inspect_export_has_no_sent_fields() -> None:
    (exported,) = write_migration(
        [read_uri(uri(kind="hotp", more="&counter=7")).account], batch_id=1
    )
    (one,) = inspect(exported)
    assert one.sent is None
    assert [(row.name, row.sent) for row in fields(one)][-1] == ("Counter", "")
    assert {row.sent for row in fields(one)} == {""}
    assert fields(inspect("hello")[0]) == ()


def test_inspect_adds_findings_about_the_picture() -> None:
    pale = Remark(Field.PICTURE, Reason.PALE, {"percent": 20})
    for text in (uri(), uri(""), "hello"):
        (one,) = inspect(text, (pale,))
        finding = one.findings[-1]
        assert (finding.severity, finding.remark) == (Severity.WARNING, pale)


@pytest.mark.parametrize(
    "link",
    [
        "motp://VPN:kim?secret=e3152afee62599c8",
        "otpauth://yaotp/kim?secret=LA2V6KMCGYMWWVEW64RNP3JA3I&name=kim&uid=1&pin_length=4",
    ],
)
def test_usual_link_with_a_pin_gets_one_note(link: str) -> None:
    """Its key is as long as its type has it, and other apps have no say."""
    (one,) = inspect(link)
    (finding,) = one.findings
    assert finding.severity is Severity.NOTE
    assert (finding.remark.field, finding.remark.reason) == (Field.TYPE, Reason.UNUSUAL)
    assert suggested_fix(finding.remark) == "Use 'totp', which all apps know."
