"""Mobile-OTP: codes, keys and links."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.otp.account import Account, Label, MobileOtp, account_from_fields
from authenticator.otp.code import code_at, matching_step
from authenticator.otp.link_reading import read_link
from authenticator.otp.links import has_link, links_in
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret
from authenticator.otp.uri import Enrolment, read_uri, write_uri

KEY = "e3152afee62599c8"


def with_pin(key: str, pin: str) -> Account:
    return Account(Label("VPN", "kim"), Secret(bytes.fromhex(key), pin), MobileOtp())


def read(text: str) -> Enrolment:
    """Read the only link in a text, as it comes from elsewhere."""
    (link,) = links_in(text)
    return read_link(link.text)


def faults_of(link: str) -> list[Remark]:
    with pytest.raises(EnrolmentRefused) as refusal:
        read(link)
    return list(refusal.value.faults)


# Codes


@pytest.mark.parametrize(
    ("unix_s", "code", "pin", "key"),
    [
        (165892298, "e7d8b6", "1234", KEY),
        (123456789, "4ebfb2", "1234", KEY),
        (1659540020, "ced7b1", "9999", "bbb1912bb5c515be"),
        (1659540022, "ced7b1", "9999", "bbb1912bb5c515be"),
        (1659539870, "1a14f8", "9999", "bbb1912bb5c515be"),
        (1659539878, "1a14f8", "9999", "bbb1912bb5c515be"),
    ],
)
def test_code_equals_published_vector(unix_s: int, code: str, pin: str, key: str) -> None:
    """Aegis: app/src/test/java/com/beemdevelopment/aegis/crypto/otp/MOTPTest.java."""
    shown = code_at(with_pin(key, pin), unix_s)
    assert shown.value == code
    assert (shown.valid_from, shown.valid_until) == (unix_s // 10 * 10, unix_s // 10 * 10 + 10)


@given(
    key=st.binary(min_size=1, max_size=64),
    pin=st.text("0123456789", min_size=4, max_size=16),
    unix_s=st.integers(0, 2**40),
)
def test_code_equals_md5_of_the_three_texts(key: bytes, pin: str, unix_s: int) -> None:
    """http://motp.sourceforge.net, section 1.1, written independently."""
    text = str(unix_s // 10) + "".join(f"{byte:02x}" for byte in key) + pin
    expected = hashlib.new("md5", text.encode(), usedforsecurity=False).hexdigest()[0:6]
    assert code_at(with_pin(key.hex(), pin), unix_s).value == expected


def test_code_without_pin_is_refused() -> None:
    """Never the code of an empty PIN: it would be wrong without a word."""
    account = Account(Label(), Secret(b"12345678"), MobileOtp())
    with pytest.raises(EnrolmentRefused) as refusal:
        code_at(account, 0)
    assert refusal.value.faults == (Remark(Field.PIN, Reason.MISSING),)


def test_matching_step_finds_the_step_of_a_code() -> None:
    assert matching_step(with_pin(KEY, "1234"), "e7d8b6", 165892280) == 16589229


# Keys


@pytest.mark.parametrize(
    "text", [KEY, KEY.upper(), "e3 15 2a fe e6 25 99 c8", "e3:15:2a:fe:e6:25:99:c8", f"  {KEY}\n"]
)
def test_key_is_read_in_either_case_and_with_separators(text: str) -> None:
    account = account_from_fields(key=text, type="motp", pin="1234")
    assert account.secret == Secret(bytes.fromhex(KEY), "1234")


@pytest.mark.parametrize(
    ("text", "reason", "facts"),
    [
        ("", Reason.EMPTY, {}),
        ("e3152afee62599c", Reason.ODD_HEX, {"length": 15}),
        ("e3152g", Reason.WRONG_CHARACTER, {"position": 6, "character": "g", "alphabet": "hex"}),
        # Base32, which an early link of privacyIDEA's description had
        (
            "JBSWY3DPEHPK3PXP",
            Reason.WRONG_CHARACTER,
            {"position": 1, "character": "J", "alphabet": "hex"},
        ),
        ("ab" * 1025, Reason.TOO_LONG, {"length": 1025, "limit": 1024}),
    ],
)
def test_key_that_is_not_whole_hex_is_refused(
    text: str, reason: Reason, facts: dict[str, int | str]
) -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        account_from_fields(key=text, type="motp")
    assert refusal.value.faults == (Remark(Field.SECRET, reason, facts),)


def test_usual_key_of_16_hex_digits_causes_no_notice() -> None:
    assert with_pin(KEY, "1234").notices() == ()
    short = with_pin(KEY[:14], "1234").notices()
    assert short == (Remark(Field.SECRET, Reason.SHORT, {"bits": 56, "wanted": 64}),)


# Links


@pytest.mark.parametrize(
    ("link", "label"),
    [
        (f"motp://VPN:kim?secret={KEY}", ("VPN", "kim")),
        (f"motp://VPN%3Akim?secret={KEY}", ("VPN", "kim")),
        (f"MOTP://VPN:kim?SECRET={KEY}", ("VPN", "kim")),
        (f"motp://Office VPN:kim@example.org?secret={KEY}", ("Office VPN", "kim@example.org")),
        (f"motp://kim?secret={KEY}", ("", "kim")),
        (f"motp://?secret={KEY}&issuer=VPN", ("VPN", "")),
        (f"motp:/VPN%3Akim?secret={KEY}&issuer=VPN", ("VPN", "kim")),  # Aegis writes this one
        (f"motp:///VPN:kim?secret={KEY}", ("VPN", "kim")),
        (f"motp://VPN:kim?secret={KEY}&digits=6&period=10&algorithm=md5", ("VPN", "kim")),
        (f"motp://priv/acy:kim/1?secret={KEY}", ("priv/acy", "kim/1")),
    ],
)
def test_link_is_read_and_lacks_its_pin(link: str, label: tuple[str, str]) -> None:
    account = read(link).account
    assert (account.label.issuer, account.label.account) == label
    assert account.otp == MobileOtp()
    assert account.lacks_pin
    assert code_at(account.with_pin("1234"), 165892298).value == "e7d8b6"


def test_link_with_pin_has_codes_at_once() -> None:
    account = read(f"motp://VPN:kim?secret={KEY}&pin=1234").account
    assert code_at(account, 165892298).value == "e7d8b6"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("digits=8", Field.DIGITS),
        ("period=30", Field.PERIOD),
        ("algorithm=SHA1", Field.ALGORITHM),
        ("digit=8", Field.DIGITS),
        ("amp;digits=8", Field.DIGITS),
        ("interval=30", Field.PERIOD),
        ("hash=SHA256", Field.ALGORITHM),
    ],
)
def test_link_with_other_parameters_is_refused(query: str, field: Field) -> None:
    """They would make other codes than this type has."""
    (fault,) = faults_of(f"motp://VPN:kim?secret={KEY}&{query}")
    assert (fault.field, fault.reason) == (field, Reason.UNSUPPORTED)


@pytest.mark.parametrize(
    ("query", "reason"),
    [("", Reason.MISSING), ("secret=", Reason.PLACEHOLDER), ("pin=1", Reason.MISSING)],
)
def test_link_without_key_is_refused(query: str, reason: Reason) -> None:
    (fault,) = faults_of(f"motp://VPN:kim?{query}")
    assert (fault.field, fault.reason) == (Field.SECRET, reason)


def test_capital_hex_digits_of_a_link_are_noticed() -> None:
    """Codes are made from the digits as text, in small letters, as other apps do it."""
    notices = read(f"motp://VPN:kim?secret={KEY.upper()}").notices
    assert notices == (Remark(Field.SECRET, Reason.NORMALISED),)


@pytest.mark.parametrize(
    "query",
    ["pin=1234", "PIN=1234", "amp;pin=1234", "%70in=1234", "pin=%31234", "pin=1234&pin=1234"],
)
def test_pin_is_found_however_it_is_written(query: str) -> None:
    assert read(f"motp://VPN:kim?secret={KEY}&{query}").account == with_pin(KEY, "1234")


def test_two_different_pins_are_refused() -> None:
    faults = faults_of(f"motp://VPN:kim?secret={KEY}&pin=8317&pin=9999")
    assert faults == [Remark(Field.PIN, Reason.CONFLICT, {"name": "pin"})]


@pytest.mark.parametrize(
    "text",
    [
        f"Your token: motp://VPN:kim?secret={KEY}.",
        f'<a href="motp://VPN:kim?secret={KEY}">',
        f'{{"uri": "motp:\\/\\/VPN:kim?secret={KEY}"}}',
        f"https://chart.example/qr?data=motp%3A%2F%2FVPN%3Akim%3Fsecret%3D{KEY}",
        f"QR-Code:motp://VPN:kim?secret={KEY}",
    ],
)
def test_link_is_found_in_a_text(text: str) -> None:
    assert read(text).account == with_pin(KEY, "")


def test_links_side_by_side_are_several() -> None:
    totp = "otpauth://totp/Panel:kim?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    mobile = f"motp://VPN:kim?secret={KEY}"
    for between in (" ", "", ",", "\n", "%0A", "<br>"):
        for texts in ((totp, mobile), (mobile, totp), (mobile, mobile.replace("kim", "eve"))):
            found = links_in(between.join(texts))
            assert [read_link(one.text).account for one in found] == [
                read_link(one).account for one in texts
            ]


def test_otpauth_link_of_type_motp_is_refused() -> None:
    """Some apps write its key in hex there, some in Base32."""
    for text in (f"otpauth://motp/VPN:kim?secret={KEY}", "otpauth://motp/VPN:kim?secret=AABBCCDD"):
        reasons = [(fault.field, fault.reason) for fault in faults_of(text)]
        assert (Field.TYPE, Reason.UNKNOWN) in reasons


def test_stored_link_is_recognised_as_an_enrolment() -> None:
    assert has_link(write_uri(with_pin(KEY, "1234")))
    assert read_uri(write_uri(with_pin(KEY, "1234"))).account == with_pin(KEY, "1234")


def test_written_link_is_the_one_that_other_apps_read() -> None:
    assert write_uri(with_pin(KEY, "")) == f"motp://VPN:kim?secret={KEY}&issuer=VPN"
    assert write_uri(with_pin(KEY, "a b&c"[0] * 4)) == (
        f"motp://VPN:kim?secret={KEY}&issuer=VPN&pin=aaaa"
    )


# The PIN


@pytest.mark.parametrize("pin", ["1234", " 1234\n", "0000", "1234567890123456", "Ab1!"])
def test_pin_is_taken_as_it_is_typed(pin: str) -> None:
    assert with_pin(KEY, "").with_pin(pin).secret.pin == pin.strip()


@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        ("", Reason.MISSING),
        ("  ", Reason.MISSING),
        ("123", Reason.OUT_OF_RANGE),
        ("1" * 17, Reason.OUT_OF_RANGE),
        ("12 34", Reason.WRONG_CHARACTER),
        ("12\u06634", Reason.WRONG_CHARACTER),
        ("pässword", Reason.WRONG_CHARACTER),
    ],
)
def test_pin_that_can_not_be_one_is_refused_without_showing_it(pin: str, reason: Reason) -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        with_pin(KEY, "").with_pin(pin)
    (fault,) = refusal.value.faults
    assert (fault.field, fault.reason) == (Field.PIN, reason)
    if pin.strip():
        assert pin.strip() not in repr(refusal.value) + repr(fault)


def test_neither_repr_nor_notice_shows_the_pin() -> None:
    account = with_pin(KEY, "8317")
    enrolment = read(write_uri(account) + "&pin=%38317")
    assert "8317" not in repr(account)
    assert "8317" not in repr(enrolment)
    assert "8317" not in str(account.secret)
