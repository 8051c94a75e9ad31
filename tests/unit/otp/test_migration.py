"""Google Authenticator's exports: read, written and joined."""

import base64
from urllib.parse import quote

import pytest

from authenticator.otp.account import (
    Account,
    Algorithm,
    Hotp,
    Label,
    MobileOtp,
    Steam,
    Totp,
    Yandex,
)
from authenticator.otp.migration import (
    PART_LIMIT,
    TEXT_LIMIT,
    Batch,
    Joined,
    Part,
    is_migration,
    read_migration,
    write_migration,
)
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret

KEY = b"12345678901234567890"

# An export that has stood in public descriptions of the format for years; its key is "Hello!"
# and four bytes more. It leaves out the algorithm, the digits and everything about a batch.
PUBLISHED = (
    "otpauth-migration://offline?data="
    "CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC"
)


def varint(value: int) -> bytes:
    """Protobuf's base-128 varint, implemented again to be independent of the app's."""
    return bytes(
        (value >> shift) & 0x7F | (0x80 if value >> (shift + 7) else 0)
        for shift in range(0, max(1, value.bit_length()), 7)
    )


def number(field: int, value: int) -> bytes:
    return varint(field * 8) + varint(value)


def chunk(field: int, value: bytes) -> bytes:
    return varint(field * 8 + 2) + varint(len(value)) + value


def entry(
    key: bytes = KEY, name: bytes = b"kim", issuer: bytes = b"Panel", **numbers: int
) -> bytes:
    numbers = {"algorithm": 1, "digits": 1, "type": 2} | numbers
    places = {"algorithm": 4, "digits": 5, "type": 6, "counter": 7}
    return (
        chunk(1, key)
        + chunk(2, name)
        + chunk(3, issuer)
        + b"".join(number(places[what], value) for what, value in numbers.items())
    )


def uri_of(message: bytes) -> str:
    return "otpauth-migration://offline?data=" + quote(base64.b64encode(message).decode(), safe="")


def only(message: bytes) -> Account:
    part = read_migration(uri_of(chunk(1, message)))
    assert part.refused == ()
    (enrolment,) = part.enrolments
    return enrolment.account


def part_of(*names: str, index: int = 0, size: int = 1, batch_id: int = 5) -> Part:
    message = b"".join(chunk(1, entry(name=name.encode())) for name in names)
    return read_migration(
        uri_of(message + number(3, size) + number(4, index) + number(5, batch_id))
    )


def faults_of(text: str) -> list[Remark]:
    with pytest.raises(EnrolmentRefused) as refusal:
        read_migration(text)
    return list(refusal.value.faults)


# Read


def test_read_migration_of_published_export() -> None:
    part = read_migration(PUBLISHED)
    assert (part.batch_id, part.index, part.size, part.refused) == (0, 0, 1, ())
    (enrolment,) = part.enrolments
    assert enrolment.account == Account(
        Label("Example", "alice@google.com"), Secret(b"Hello!\xde\xad\xbe\xef"), Totp()
    )
    assert [(notice.field, notice.reason) for notice in enrolment.notices] == [
        (Field.ALGORITHM, Reason.DEFAULTED),
        (Field.DIGITS, Reason.DEFAULTED),
        (Field.SECRET, Reason.SHORT),
    ]


@pytest.mark.parametrize(
    ("message", "otp"),
    [
        (entry(), Totp()),
        (entry(algorithm=2, digits=2), Totp(Algorithm.SHA256, 8)),
        (entry(algorithm=3), Totp(Algorithm.SHA512)),
        (entry(type=1, counter=9), Hotp(counter=9)),
        (entry(type=1), Hotp()),
        (entry(type=1, counter=2**63 - 1), Hotp(counter=2**63 - 1)),
        (entry(algorithm=0, digits=0, type=0), Totp()),
        (entry(counter=3), Totp()),
    ],
)
def test_read_migration_types_algorithms_and_digits(message: bytes, otp: Totp | Hotp) -> None:
    assert only(message) == Account(Label("Panel", "kim"), Secret(KEY), otp)


@pytest.mark.parametrize(
    ("issuer", "name", "label"),
    [
        ("Panel", "kim", Label("Panel", "kim")),
        ("Panel", "Panel:kim", Label("Panel", "kim")),
        ("Panel", "Panel: kim", Label("Panel", "kim")),
        ("", "Panel:kim", Label("Panel", "kim")),
        ("", "kim", Label("", "kim")),
        ("Panel", "host:kim", Label("Panel", "host:kim")),
        ("10.0.0.1:80", "10.0.0.1:80:kim", Label("10.0.0.1:80", "kim")),
        ("Bücher", "小明 100%", Label("Bücher", "小明 100%")),
        ("", "", Label()),
    ],
)
def test_read_migration_names_with_and_without_issuer(issuer: str, name: str, label: Label) -> None:
    assert only(entry(issuer=issuer.encode(), name=name.encode())).label == label


def test_read_migration_non_utf8_name_is_latin_1_with_notice() -> None:
    part = read_migration(uri_of(chunk(1, entry(name=b"zo\xeb"))))
    assert part.enrolments[0].account.label.account == "zoë"
    assert part.enrolments[0].notices == (Remark(Field.ACCOUNT, Reason.NORMALISED),)


def test_read_migration_bad_account_does_not_affect_others() -> None:
    message = b"".join(
        chunk(1, one)
        for one in [
            entry(),
            entry(algorithm=4),
            entry(key=b""),
            entry(digits=3, type=9, name=b"n" * 256),
            b"\x0a\xff",  # a key that is longer than its message
            entry(type=1, counter=2**64 - 1),  # -1, as int64 is encoded
            entry(name=b"last"),
        ]
    )
    part = read_migration(uri_of(message))
    assert [one.account.label.account for one in part.enrolments] == ["kim", "last"]
    assert [list(refusal.faults) for refusal in part.refused] == [
        [Remark(Field.ALGORITHM, Reason.UNKNOWN, {"given": "MD5", "entry": 2})],
        [Remark(Field.SECRET, Reason.EMPTY, {"entry": 3})],
        [
            Remark(Field.DIGITS, Reason.UNKNOWN, {"given": "3", "entry": 4}),
            Remark(Field.TYPE, Reason.UNKNOWN, {"given": "9", "entry": 4}),
            Remark(Field.ACCOUNT, Reason.TOO_LONG, {"length": 256, "limit": 255, "entry": 4}),
        ],
        [Remark(Field.URI, Reason.MALFORMED, {"entry": 5})],
        [
            Remark(
                Field.COUNTER,
                Reason.OUT_OF_RANGE,
                {"given": -1, "low": 0, "high": 2**64 - 1, "entry": 6},
            )
        ],
    ]


# Keys whose Base64 holds '+' and '/', and each length of padding.
@pytest.mark.parametrize("key", [b"ab" + b"\xfb\xef\xbe" * 6 + b"\xff" * n for n in range(3, 6)])
@pytest.mark.parametrize(
    "bend",
    [
        lambda data: quote(data, safe=""),
        lambda data: data,
        lambda data: data.rstrip("="),
        lambda data: data.replace("+", " "),
        lambda data: data.replace("+", "%20"),
        lambda data: data.replace("+", "-").replace("/", "_"),
        lambda data: quote(data.replace("+", "-").replace("/", "_").rstrip("="), safe=""),
        lambda data: data[:20] + "\r\n" + data[20:] + "\n",
        lambda data: data + "&v=1",
        lambda data: data + "====",
    ],
)
def test_read_migration_accepts_base64_variants(key: bytes, bend) -> None:
    message = chunk(1, entry(key=key))
    data = base64.b64encode(message).decode()
    assert "+" in data
    assert "/" in data
    part = read_migration(f" OTPAUTH-Migration://offline?data={bend(data)}")
    assert part.enrolments[0].account.secret == Secret(key)


def test_read_migration_skips_unknown_fields() -> None:
    unknown = number(99, 1) + chunk(8, b"unique") + varint(9 * 8 + 1) + b"8" * 8
    unknown += varint(10 * 8 + 5) + b"4" * 4 + number(2**29 - 1, 2**64 - 1)
    message = unknown + chunk(1, unknown + entry() + unknown) + unknown
    assert read_migration(uri_of(message)).enrolments[0].account.secret == Secret(KEY)


def test_read_migration_skips_known_field_of_wrong_wire_type() -> None:
    message = number(1, 7) + chunk(3, b"x") + chunk(1, number(1, 7) + chunk(6, b"x") + entry())
    assert read_migration(uri_of(message)).enrolments[0].account.secret == Secret(KEY)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Remark(Field.URI, Reason.NOT_AN_ENROLMENT)),
        ("otpauth://totp/a?secret=AA", Remark(Field.URI, Reason.NOT_AN_ENROLMENT)),
        (
            "otpauth-migration://offline",
            Remark(Field.PARAMETER, Reason.MISSING, {"name": "data"}),
        ),
        (
            "otpauth-migration://offline?Data=AA",
            Remark(Field.PARAMETER, Reason.MISSING, {"name": "data"}),
        ),
        ("otpauth-migration://offline?data=", Remark(Field.URI, Reason.EMPTY)),
        ("otpauth-migration://offline?data=AAAAA", Remark(Field.URI, Reason.MALFORMED)),
        (
            "otpauth-migration://offline?data=AA!A",
            Remark(Field.URI, Reason.WRONG_CHARACTER, {"position": 3, "character": "!"}),
        ),
        (
            "otpauth-migration://offline?data=AA%3DA",
            Remark(Field.URI, Reason.WRONG_CHARACTER, {"position": 3, "character": "="}),
        ),
        (
            "otpauth-migration://offline?data=" + "A" * 2_000_000,
            Remark(Field.URI, Reason.TOO_LONG, {"length": 2_000_033, "limit": TEXT_LIMIT}),
        ),
    ],
)
def test_read_migration_refuses_other_text(text: str, fault: Remark) -> None:
    assert faults_of(text) == [fault]


@pytest.mark.parametrize(
    "message",
    [
        chunk(1, entry())[:-1],
        b"\x0a",
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  # claims 2**64 - 1 bytes
        b"\x18" + b"\xff" * 10 + b"\x01",  # a varint of 11 bytes
        b"\x18" + b"\xff" * 9 + b"\x02",  # a varint of 65 bits
        b"\x18\xff",
        b"\x00\x00",  # field 0
        varint(2**32 + 3 * 8) + b"\x01",  # a field number of 30 bits
        b"\x0b" * 5_000,  # groups in groups
        b"\x0c",
        b"\x0e\x00",  # not a wire type
        b"\x49\x00",  # eight bytes are missing
        b"\x55\x00",
        chunk(1, entry()) + number(3, 2) + number(4, 2),  # part 3 of 2
        chunk(1, entry()) + number(4, 1),  # part 2 of 1
        chunk(1, entry()) + number(3, 2) + number(4, 2**64 - 1),  # part -1
    ],
)
def test_read_migration_hostile_message_is_malformed(message: bytes) -> None:
    assert faults_of(uri_of(message)) == [Remark(Field.URI, Reason.MALFORMED)]


@pytest.mark.parametrize(
    "message", [b"", number(2, 1) + number(3, 1), chunk(2, b"not a version"), number(1, 1)]
)
def test_read_migration_without_accounts_is_empty(message: bytes) -> None:
    assert faults_of(uri_of(message)) == [Remark(Field.URI, Reason.EMPTY)]


@pytest.mark.parametrize(
    "message",
    [chunk(1, b"") * (PART_LIMIT + 1), chunk(1, entry()) + number(3, PART_LIMIT + 1)],
)
def test_read_migration_refuses_excessive_counts(message: bytes) -> None:
    assert faults_of(uri_of(message)) == [
        Remark(Field.URI, Reason.TOO_LONG, {"length": PART_LIMIT + 1, "limit": PART_LIMIT})
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PUBLISHED, True),
        (" \ufeffOTPAUTH-MIGRATION://", True),
        ("otpauth://totp/a", False),
        ("", False),
    ],
)
def test_is_migration_by_start_of_text(text: str, expected: bool) -> None:
    assert is_migration(text) is expected


# Written


def test_write_migration_bytes_match_the_format() -> None:
    account = Account(Label("Panel", "kim"), Secret(KEY), Hotp(Algorithm.SHA256, 8, 300))
    message = (
        chunk(1, entry(algorithm=2, digits=2, type=1, counter=300))
        + number(2, 1)
        + number(3, 1)
        + number(4, 0)
        + number(5, 77)
    )
    assert write_migration([account], batch_id=77) == [uri_of(message)]


@pytest.mark.parametrize("batch_id", [0, 2**31 - 1, -(2**31), -1])
def test_write_migration_batch_id_is_signed_32_bit(batch_id: int) -> None:
    (uri,) = write_migration([Account(Label(), Secret(b"k"))], batch_id=batch_id)
    assert read_migration(uri).batch_id == batch_id
    for beyond in (-(2**31) - 1, 2**31):
        with pytest.raises(ValueError, match="range"):
            write_migration([], batch_id=beyond)
    with pytest.raises(ValueError, match="range"):
        write_migration([], batch_id=0, per_part=0)


def test_write_migration_names_everything_unsupported() -> None:
    accounts = [
        Account(Label("Panel", "fine"), Secret(KEY)),
        Account(Label("Panel", "a"), Secret(KEY), Totp(digits=7, period_s=60)),
        Account(Label("Steam", "b"), Secret(KEY), Steam()),
        Account(Label("Panel", "c"), Secret(KEY), Hotp(digits=10, counter=2**63)),
        Account(Label("VPN", "d"), Secret(KEY, "1234"), MobileOtp()),
        Account(Label("Yandex", "e"), Secret(b"sixteen bytes...", "7586"), Yandex()),
    ]
    with pytest.raises(EnrolmentRefused) as refusal:
        write_migration(accounts, batch_id=1)
    assert list(refusal.value.faults) == [
        Remark(Field.DIGITS, Reason.UNSUPPORTED, {"given": 7, "entry": 2}),
        Remark(Field.PERIOD, Reason.UNSUPPORTED, {"given": 60, "entry": 2}),
        Remark(Field.TYPE, Reason.UNSUPPORTED, {"given": "steam", "entry": 3}),
        Remark(Field.DIGITS, Reason.UNSUPPORTED, {"given": 10, "entry": 4}),
        Remark(Field.COUNTER, Reason.UNSUPPORTED, {"given": 2**63, "entry": 4}),
        Remark(Field.TYPE, Reason.UNSUPPORTED, {"given": "motp", "entry": 5}),
        Remark(Field.TYPE, Reason.UNSUPPORTED, {"given": "yandex", "entry": 6}),
    ]


def test_write_migration_parts_hold_ten_or_fewer_large_accounts() -> None:
    small = [Account(Label("P", f"k{i}"), Secret(KEY)) for i in range(25)]
    sizes = [len(read_migration(uri).enrolments) for uri in write_migration(small, batch_id=1)]
    assert sizes == [10, 10, 5]
    large = [Account(Label("P", f"k{i}"), Secret(KEY * 50)) for i in range(3)]
    uris = write_migration(large, batch_id=1)
    assert [len(read_migration(uri).enrolments) for uri in uris] == [1, 1, 1]
    assert max(map(len, uris)) < 2_953  # bytes in the largest QR code
    assert write_migration([], batch_id=1) == []


def test_write_migration_refuses_too_many_parts() -> None:
    accounts = [Account(Label(), Secret(b"k"))] * (PART_LIMIT + 1)
    with pytest.raises(EnrolmentRefused):
        write_migration(accounts, batch_id=1, per_part=1)
    assert len(write_migration(accounts[1:], batch_id=1, per_part=1)) == PART_LIMIT


# Joined


def test_batch_empty_is_incomplete() -> None:
    batch = Batch()
    assert (batch.size, batch.missing, batch.complete, batch.enrolments) == (0, (), False, ())


def test_batch_joins_parts_in_any_order() -> None:
    batch = Batch()
    assert batch.add(part_of("e", index=2, size=3)) is Joined.NEW
    assert (batch.size, batch.missing, batch.complete) == (3, (0, 1), False)
    assert batch.add(part_of("a", "b", index=0, size=3)) is Joined.NEW
    assert batch.add(part_of("c", "d", index=1, size=3)) is Joined.NEW
    assert (batch.missing, batch.complete) == ((), True)
    assert [one.account.label.account for one in batch.enrolments] == ["a", "b", "c", "d", "e"]


def test_batch_repeated_part_counts_once() -> None:
    batch = Batch()
    batch.add(part_of("a", index=1, size=2))
    assert batch.add(part_of("a", index=1, size=2)) is Joined.REPEATED
    assert len(batch.enrolments) == 1
    assert batch.missing == (0,)


@pytest.mark.parametrize(
    "foreign",
    [
        {"index": 0, "size": 2, "batch_id": 6},
        {"index": 0, "size": 3},
        {"index": 1, "size": 2},  # another account at an index that is taken
    ],
)
def test_batch_foreign_part_is_not_added(foreign: dict[str, int]) -> None:
    batch = Batch()
    batch.add(part_of("a", index=1, size=2))
    assert batch.add(part_of("b", **foreign)) is Joined.FOREIGN
    assert [one.account.label.account for one in batch.enrolments] == ["a"]
    assert batch.missing == (0,)


def test_batch_collects_refused_accounts() -> None:
    batch = Batch()
    for index in (1, 0):
        message = chunk(1, entry(algorithm=4)) + chunk(1, entry(name=b"k%d" % index))
        message += number(3, 2) + number(4, index)
        assert batch.add(read_migration(uri_of(message))) is Joined.NEW
    assert len(batch.refused) == 2
    assert batch.add(read_migration(uri_of(message))) is Joined.REPEATED
