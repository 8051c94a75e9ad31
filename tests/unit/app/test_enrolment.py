"""Texts sorted into accounts, faulty enrolments and others; parts of an export joined."""

from functools import reduce
from operator import xor

import pytest

from authenticator.app.enrolment import NotAnEnrolment, Progress, sort_payloads
from authenticator.app.inspection import Severity, inspect
from authenticator.app.text_kind import TextKind, text_kind
from authenticator.otp.account import Account, Label, Totp
from authenticator.otp.migration import write_migration
from authenticator.otp.remark import Reason
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from authenticator.scan.parts import Part
from authenticator.wording import explain

ACCOUNTS = [
    Account(Label("Panel", f"user{number}"), Secret(bytes([number + 1]) * 20), Totp())
    for number in range(5)
]
URI = write_uri(ACCOUNTS[0])
BAD = "otpauth://totp/x?digits=99"


def test_sort_payloads_sorts_texts_by_kind() -> None:
    gathered = sort_payloads([URI, "https://example.org", BAD, URI])
    assert [one.account for one in gathered.found] == [ACCOUNTS[0]]
    assert gathered.others == ("https://example.org",)
    assert len(gathered.refused) == 1
    assert gathered.missing == ()


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1], [1, 1, 2, 0]])
def test_sort_payloads_joins_export_parts_in_any_order(order: list[int]) -> None:
    parts = write_migration(ACCOUNTS, batch_id=7, per_part=2)
    gathered = sort_payloads(parts[index] for index in order)
    assert [one.account for one in gathered.found] == ACCOUNTS
    assert gathered.missing == ()


def test_sort_payloads_counts_missing_parts_from_one() -> None:
    parts = write_migration(ACCOUNTS, batch_id=7, per_part=2)
    gathered = sort_payloads([parts[1]])
    assert gathered.missing == (1, 3)
    assert gathered.exports == (Progress(3, (1, 3)),)
    assert [one.account for one in gathered.found] == ACCOUNTS[2:4]


def test_sort_payloads_keeps_two_exports_apart() -> None:
    first = write_migration(ACCOUNTS[:2], batch_id=1, per_part=1)
    second = write_migration(ACCOUNTS[2:4], batch_id=2, per_part=1)
    gathered = sort_payloads([first[0], second[0], second[1], first[1]])
    assert {one.account for one in gathered.found} == set(ACCOUNTS[:4])
    assert gathered.refused == ()


def test_sort_payloads_foreign_part_starts_another_export() -> None:
    ours = write_migration(ACCOUNTS[:2], batch_id=1, per_part=1)
    foreign = write_migration(ACCOUNTS[2:5], batch_id=1, per_part=1)
    gathered = sort_payloads([ours[0], foreign[0], foreign[2]])
    assert {one.account for one in gathered.found} == {ACCOUNTS[0], ACCOUNTS[2], ACCOUNTS[4]}
    assert sorted(gathered.missing) == [2, 2]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://example.org/login", TextKind.LINK),
        (" HTTP://example.org", TextKind.LINK),
        ("WIFI:S:net;T:WPA;P:secret;;", TextKind.WIFI),
        ("BEGIN:VCARD\nVERSION:3.0", TextKind.CONTACT),
        ("JBSWY3DP", TextKind.TEXT),
        ("", TextKind.TEXT),
    ],
)
def test_nature_of_text_by_its_start(text: str, kind: TextKind) -> None:
    assert text_kind(text) is kind
    assert text not in repr(NotAnEnrolment(text)) or not text


def test_inspect_grades_faults_and_notices() -> None:
    (good,) = inspect(URI)
    assert good.account == ACCOUNTS[0]
    assert {finding.severity for finding in good.findings} <= {Severity.NOTE, Severity.WARNING}
    (bad,) = inspect(BAD)
    assert bad.account is None
    assert len(bad.findings) >= 2
    assert {finding.severity for finding in bad.findings} == {Severity.ERROR}
    (other,) = inspect("https://example.org")
    assert other.account is None
    assert other.findings[0].severity is Severity.ERROR
    assert len(inspect(write_migration(ACCOUNTS, batch_id=3)[0])) == len(ACCOUNTS)


def test_inspect_short_key_is_a_warning() -> None:
    (short,) = inspect("otpauth://totp/Panel:kim?secret=MFRGG&issuer=Panel")
    assert short.account is not None
    assert Severity.WARNING in {finding.severity for finding in short.findings}


def test_sort_payloads_keeps_bare_keys_apart_and_no_message_shows_them() -> None:
    key = "QX4M7ZB2TKNE5RYVHD3WCLJ6GAPUFS2I"
    texts = [f"Key: {key}", "https://example.org", "5f0caf3a0391b2c7d8e96471a0bb2c3d", "hello"]
    gathered = sort_payloads(texts)
    assert gathered.keys == (texts[0], texts[2])
    assert gathered.others == tuple(texts)
    for text in gathered.keys:
        message = explain(NotAnEnrolment(text))
        assert text[-8:] not in repr(message)
        assert "--key-file" in message.terminal_step


def cut(text: str, parity: int = 0) -> list[str]:
    data = text.encode()
    return [
        Part(n, 3, parity, data[(n - 1) * 20 : n * 20 if n < 3 else None]).written()
        for n in (1, 2, 3)
    ]


def test_parts_of_a_text_are_an_enrolment_once_all_are_there() -> None:
    parts = cut(URI)
    assert [one.account for one in sort_payloads(parts[::-1]).found] == [
        one.account for one in sort_payloads([URI]).found
    ]
    some = sort_payloads([parts[2], parts[0]])
    assert (some.found, some.others, some.missing) == ((), (), (2,))
    assert some.exports == (Progress(3, (2,), split=True),)
    assert [(one.numbers, one.missing) for one in some.parts] == [((1, 3), (2,))]


def test_parts_that_do_not_fit_are_refused() -> None:
    gathered = sort_payloads(cut(URI, parity=reduce(xor, URI.encode(), 1)))
    assert (gathered.found, gathered.others, gathered.parts) == ((), (), ())
    (refusal,) = gathered.refused
    assert [fault.reason for fault in refusal.faults] == [Reason.PARTS_UNFIT]
