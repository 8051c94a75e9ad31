"""Yandex's codes: values, keys and links."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from authenticator.otp.account import Account, Label, Yandex, account_from_fields
from authenticator.otp.code import code_at
from authenticator.otp.link_reading import read_link
from authenticator.otp.links import links_in
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret
from authenticator.otp.uri import Enrolment, write_uri

FIRST = "6SB2IKNM6OBZPAVBVTOHDKS4FAAAAAAADFUTQMBTRY"
SECOND = "LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI"
LONG_PIN = "JBGSAU4G7IEZG6OY4UAXX62JU4AAAAAAHTSG4HXU3M"
SHORT = SECOND[:26]


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
    ("pin", "key", "unix_s", "code"),
    [
        ("5239", FIRST, 1641559648, "umozdicq"),
        ("7586", SECOND, 1581064020, "oactmacq"),
        ("7586", SECOND, 1581090810, "wemdwrix"),
        ("7586", SHORT, 1581090810, "wemdwrix"),
        ("5210481216086702", LONG_PIN, 1581091469, "dfrpywob"),
        ("5210481216086702", LONG_PIN, 1581093059, "vunyprpd"),
    ],
)
def test_code_equals_published_vector(pin: str, key: str, unix_s: int, code: str) -> None:
    """Aegis: app/src/test/java/com/beemdevelopment/aegis/crypto/otp/YAOTPTest.java, after KeeYaOtp
    (https://github.com/norblik/KeeYaOtp)."""
    account = account_from_fields(key=key, type="yandex", pin=pin)
    assert code_at(account, unix_s).value == code


def independent_code(key: bytes, pin: str, unix_s: int) -> str:
    hashed = hashlib.sha256(pin.encode() + key).digest()
    mac = hmac.new(
        hashed[1:] if hashed.startswith(b"\0") else hashed,
        (unix_s // 30).to_bytes(8, "big"),
        hashlib.sha256,
    ).digest()
    offset = mac[31] % 16
    number = int.from_bytes(bytes([mac[offset] % 128]) + mac[offset + 1 : offset + 8], "big")
    return "".join(chr(97 + number // 26**place % 26) for place in range(7, -1, -1))


@given(
    key=st.binary(min_size=16, max_size=16),
    pin=st.text("0123456789", min_size=4, max_size=16),
    unix_s=st.integers(0, 2**40),
)
@example(key=b"\0" * 16, pin="1006", unix_s=59)
def test_code_equals_an_independent_implementation(key: bytes, pin: str, unix_s: int) -> None:
    account = Account(Label(), Secret(key, pin), Yandex())
    assert code_at(account, unix_s).value == independent_code(key, pin, unix_s)


def test_code_where_the_hash_begins_with_zero_leaves_that_byte_out() -> None:
    key = b"sixteen bytes..."
    pins = [f"{number:04}" for number in range(3000)]
    zero = [pin for pin in pins if not hashlib.sha256(pin.encode() + key).digest()[0]]
    assert zero
    for pin in zero:
        account = Account(Label(), Secret(key, pin), Yandex())
        assert code_at(account, 1_700_000_000).value == independent_code(key, pin, 1_700_000_000)


def test_code_without_pin_is_refused() -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        code_at(Account(Label(), Secret(b"1" * 16), Yandex()), 0)
    assert refusal.value.faults == (Remark(Field.PIN, Reason.MISSING),)


# Keys


@pytest.mark.parametrize(
    ("key", "pin_digits"), [(FIRST, 4), (SECOND, 4), (LONG_PIN, 16), (SHORT, 0), (SHORT.lower(), 0)]
)
def test_key_tells_how_long_its_pin_is(key: str, pin_digits: int) -> None:
    account = account_from_fields(key=key, type="yandex")
    assert account.otp == Yandex(pin_digits)
    assert account.secret.bits == 128


@given(st.data())
def test_key_with_any_one_wrong_character_is_refused(data: st.DataObject) -> None:
    """The two spare bits of the last character are checked, too."""
    place = data.draw(st.integers(0, len(SECOND) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    wrong = SECOND[:place] + letter + SECOND[place + 1 :]
    if wrong != SECOND:
        with pytest.raises(EnrolmentRefused) as refusal:
            account_from_fields(key=wrong, type="yandex")
        assert refusal.value.faults == (Remark(Field.SECRET, Reason.CHECKSUM),)


@pytest.mark.parametrize("key", [SHORT, SECOND])
@given(data=st.data())
def test_key_with_a_letter_too_many_or_too_few_is_refused(key: str, data: st.DataObject) -> None:
    """A letter more may leave as many bytes as before: others."""
    place = data.draw(st.integers(0, len(key) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    for wrong in (key[:place] + letter + key[place:], key[:place] + key[place + 1 :]):
        with pytest.raises(EnrolmentRefused) as refusal:
            account_from_fields(key=wrong, type="yandex")
        (fault,) = refusal.value.faults
        assert (fault.field, fault.reason) == (Field.SECRET, Reason.WRONG_LENGTH)


@pytest.mark.parametrize("size", [1, 10, 15, 17, 20, 25, 27, 32])
def test_key_of_another_length_is_refused(size: int) -> None:
    key = base64.b32encode(bytes(range(size))).decode()
    with pytest.raises(EnrolmentRefused) as refusal:
        account_from_fields(key=key, type="yandex")
    letters = len(key.rstrip("="))
    assert refusal.value.faults == (
        Remark(Field.SECRET, Reason.WRONG_LENGTH, {"length": letters, "short": 26, "long": 42}),
    )
    with pytest.raises(EnrolmentRefused):
        Account(Label(), Secret(bytes(range(size))), Yandex())


# Links


def test_link_of_yandex_is_read_without_a_notice() -> None:
    """The form of Yandex's own QR codes, after https://github.com/norblik/KeeYaOtp."""
    link = f"otpauth://yaotp/kim@ya.ru?secret={SHORT}&name=kim&track_id=7d60&uid=154&pin_length=4"
    enrolment = read(link)
    assert enrolment.notices == ()
    assert enrolment.account == Account(
        Label("Yandex", "kim@ya.ru"), enrolment.account.secret, Yandex(4)
    )
    assert code_at(enrolment.account.with_pin("7586"), 1581064020).value == "oactmacq"


@pytest.mark.parametrize("pin", ["7586", "G42TQNQ", "g42tqnq"])
@pytest.mark.parametrize("host", ["yaotp", "yandex", "YaOTP"])
def test_link_with_pin_has_codes_at_once(host: str, pin: str) -> None:
    account = read(f"otpauth://{host}/kim?secret={SECOND}&pin={pin}").account
    assert code_at(account, 1581064020).value == "oactmacq"


@pytest.mark.parametrize(
    ("query", "field", "reason"),
    [
        ("digits=6", Field.DIGITS, Reason.UNSUPPORTED),
        ("period=60", Field.PERIOD, Reason.UNSUPPORTED),
        ("algorithm=SHA1", Field.ALGORITHM, Reason.UNSUPPORTED),
        ("pin=12", Field.PIN, Reason.OUT_OF_RANGE),
        ("pin=MFRGGZA", Field.PIN, Reason.WRONG_CHARACTER),  # `abcd`
        ("pin=1a2b", Field.PIN, Reason.WRONG_CHARACTER),
    ],
)
def test_link_with_what_would_make_other_codes_is_refused(
    query: str, field: Field, reason: Reason
) -> None:
    (fault,) = faults_of(f"otpauth://yaotp/kim?secret={SHORT}&{query}")
    assert (fault.field, fault.reason) == (field, reason)


def test_link_without_issuer_is_of_yandex_and_an_empty_one_stays_empty() -> None:
    assert read(f"otpauth://yaotp/kim?secret={SHORT}").account.label == Label("Yandex", "kim")
    nameless = Account(Label("", "kim"), Secret(b"1" * 16, "1234"), Yandex())
    assert read(write_uri(nameless)).account == nameless


def test_unreadable_pin_length_of_a_link_is_not_known() -> None:
    for length in ("x", "0", "99", "-4", "4.0", ""):
        link = f"otpauth://yaotp/kim?secret={SHORT}&pin_length={length}"
        assert read(link).account.otp == Yandex()


# The PIN


def test_pin_has_the_length_that_the_key_tells() -> None:
    account = account_from_fields(key=LONG_PIN, type="yandex")
    with pytest.raises(EnrolmentRefused) as refusal:
        account.with_pin("1234")
    assert refusal.value.faults == (
        Remark(Field.PIN, Reason.OUT_OF_RANGE, {"low": 16, "high": 16}),
    )
    whole = account.with_pin("5210481216086702")
    assert whole.otp == Yandex()
    assert not whole.lacks_pin


@pytest.mark.parametrize("pin", ["abcd", "12 34", "\u0661\u0662\u0663\u0664", "12.34"])
def test_pin_has_digits_only(pin: str) -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        account_from_fields(key=SHORT, type="yandex").with_pin(pin)
    (fault,) = refusal.value.faults
    assert (fault.field, fault.reason) == (Field.PIN, Reason.WRONG_CHARACTER)


def test_pin_of_another_type_is_refused() -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        account_from_fields(key=SHORT).with_pin("1234")
    assert refusal.value.faults == (Remark(Field.PIN, Reason.UNSUPPORTED),)


def test_neither_repr_nor_notice_shows_the_pin() -> None:
    account = account_from_fields(key=SHORT, type="yandex", pin="83179264")
    enrolment = read(write_uri(account))
    assert "83179264" not in repr(account) + repr(enrolment)
