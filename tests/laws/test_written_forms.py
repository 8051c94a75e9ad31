"""What is written reads back equal, and untrusted text is at worst refused."""

import base64
import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

from hypothesis import example, given, settings
from hypothesis import strategies as st

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
from authenticator.otp.migration import Batch, Joined, read_migration, write_migration
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.secret import Secret
from authenticator.otp.uri import read_uri, write_uri

Read = TypeVar("Read")

# Everything that text can contain, including lone surrogates, and often separators.
names = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=255),
    st.text(": %+&=?#/\\\n\0\ufeff\u202eaß\U0001f511", max_size=30),
    st.just(""),
)
secrets = st.binary(min_size=1, max_size=1024).map(Secret) | st.binary(min_size=1, max_size=9).map(
    Secret
)
labels = st.builds(Label, names, names)
algorithms = st.sampled_from(Algorithm)
totps = st.builds(Totp, algorithms, st.integers(4, 10), st.integers(1, 86_400))
hotps = st.builds(Hotp, algorithms, st.integers(4, 10), st.integers(0, 2**64 - 1))
digit_pins = st.text("0123456789", min_size=4, max_size=16)
pins = st.just("") | st.text([chr(code) for code in range(33, 127)], min_size=4, max_size=16)
with_pins = st.one_of(
    st.builds(
        Account,
        labels,
        st.builds(Secret, st.binary(min_size=1, max_size=40), pins | digit_pins),
        st.builds(MobileOtp),
    ),
    st.builds(
        Account,
        labels,
        st.builds(Secret, st.binary(min_size=16, max_size=16), digit_pins),
        st.builds(Yandex),
    ),
    st.builds(
        Account,
        labels,
        st.builds(Secret, st.binary(min_size=16, max_size=16)),
        st.builds(Yandex, st.just(0) | st.integers(4, 16)),
    ),
)
accounts = (
    st.builds(Account, labels, secrets, st.one_of(totps, hotps, st.builds(Steam))) | with_pins
)
exportable = st.builds(
    Account,
    labels,
    secrets,
    st.one_of(
        st.builds(Totp, algorithms, st.sampled_from([6, 8])),
        st.builds(Hotp, algorithms, st.sampled_from([6, 8]), st.integers(0, 2**63 - 1)),
    ),
)


def outcome(read: Callable[[str], Read], text: str) -> Read | EnrolmentRefused:
    """What was read, or the refusal; any other error fails the test."""
    try:
        return read(text)
    except EnrolmentRefused as refusal:
        return refusal


def is_read_or_refused(text: str) -> None:
    """What is read can be written and read again; what is refused has its reasons."""
    result = outcome(read_uri, text)
    if isinstance(result, EnrolmentRefused):
        assert result.faults
    else:
        assert read_uri(write_uri(result.account)).account == result.account


def is_part_or_refused(message: bytes) -> None:
    data = quote(base64.b64encode(message).decode(), safe="")
    result = outcome(read_migration, f"otpauth-migration://offline?data={data}")
    if isinstance(result, EnrolmentRefused):
        assert result.faults
    else:
        assert result.enrolments or result.refused
        assert 0 <= result.index < result.size


@given(accounts)
@example(Account(Label("", "a:b"), Secret(b"\0")))
@example(Account(Label("a:", ":b"), Secret(b"\0")))
@example(Account(Label("a", "a:a:b"), Secret(b"\0")))
@example(Account(Label("\ufeff", "%41+"), Secret(b"\0")))
@settings(max_examples=300, deadline=None)
def test_write_uri_reads_back_equal_from_one_ascii_line(account: Account) -> None:
    """A written account reads back equal, from one line of ASCII."""
    uri = write_uri(account)
    assert re.fullmatch(r"(otpauth|motp)://[!-~]+", uri)
    assert read_uri(uri).account == account
    assert write_uri(read_uri(uri).account) == uri


@given(accounts)
@settings(max_examples=150, deadline=None)
def test_write_uri_is_parsed_alike_by_url_library(account: Account) -> None:
    """An independent URL parser finds the same fields."""
    parts = urlsplit(write_uri(account))
    values = parse_qs(parts.query, strict_parsing=True, keep_blank_values=True)
    issuer, name = account.label.issuer, account.label.account
    mobile = isinstance(account.otp, MobileOtp)
    label = unquote(parts.netloc if mobile else parts.path.removeprefix("/"), errors="strict")
    assert (parts.scheme, parts.fragment) == ("motp" if mobile else "otpauth", "")
    key = account.secret.key.hex() if mobile else account.secret.base32()
    assert values["secret"] == [key]
    assert values.get("issuer", [""]) == [issuer]
    assert label in ([f"{issuer}:{name}"] if issuer else [name, f":{name}"])
    assert all(len(value) == 1 for value in values.values())


@given(accounts, st.sampled_from(["%3A", ":", "%3a", ":%20", "%3A%20", " : "]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_read_uri_label_separator_is_irrelevant_if_query_has_issuer(
    account: Account, separator: str, safe: bool
) -> None:
    """Raw or encoded colon, with or without spaces: the account is the same."""
    label = account.label
    if not label.issuer:
        return
    raw = [quote(text, safe=":@" if safe else "") for text in (label.issuer, label.account)]
    uri = f"otpauth://TOTP/{raw[0]}{separator}{raw[1]}?issuer={raw[0]}&secret=AAAA"
    assert read_uri(uri).account.label == label


@given(st.text(st.characters(exclude_categories=())))
@settings(max_examples=100, deadline=None)
def test_read_uri_any_text_is_read_or_refused(text: str) -> None:
    is_read_or_refused(text)


@given(
    st.sampled_from(["totp", "hotp", "steam", "TOTP", "", "x"]),
    names,
    st.lists(
        st.tuples(
            st.sampled_from(
                ["secret", "issuer", "algorithm", "digits", "period", "counter", "encoder", "x", ""]
            )
            | st.text(max_size=5),
            st.sampled_from(
                ["", "6", "8", "30", "-1", "--1", "1e3", "steam", "sha1", "JBSWY3DP", "%", "%FF"]
            )
            | st.text(max_size=8),
        ),
        max_size=8,
    ),
)
@settings(max_examples=300, deadline=None)
def test_read_uri_any_uri_is_read_or_refused(
    host: str, label: str, values: list[tuple[str, str]]
) -> None:
    query = "&".join(f"{name}={value}" for name, value in values)
    is_read_or_refused(f"otpauth://{host}/{label}?{query}")


@given(st.binary(min_size=20, max_size=40).map(Secret), st.data())
@settings(max_examples=300, deadline=None)
def test_read_uri_mutated_uri_never_shows_the_key(secret: Secret, data: st.DataObject) -> None:
    """No typing mistake brings the key into a refusal or a notice."""
    uri = (
        f"otpauth://totp/Panel:kim?digits=8&secret={secret.base32()}"
        "&algorithm=SHA256&issuer=Panel&period=60"
    )
    at = data.draw(st.integers(0, len(uri) - 1))
    slip = uri[:at] + data.draw(st.sampled_from(["", "x", "=", "&", ":", "1", "%"])) + uri[at + 1 :]
    result = outcome(read_uri, slip)
    refused = isinstance(result, EnrolmentRefused)
    said = repr([result, result.faults]) if refused else repr(result.notices)
    runs = re.findall(r"[A-Z2-7]{8,}", said.upper())
    assert not any(run in secret.base32() for run in runs)


@given(
    st.lists(exportable, min_size=1, max_size=12),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(1, 12),
    st.randoms(use_true_random=False),
)
@settings(max_examples=100, deadline=None)
def test_batch_in_any_order_gives_the_exported_accounts(
    accounts: list[Account], batch_id: int, per_part: int, chance
) -> None:
    """An export, joined in any order, gives the accounts it was made from."""
    uris = write_migration(accounts, batch_id=batch_id, per_part=per_part)
    assert all(re.fullmatch(r"[!-~]+", uri) for uri in uris)
    chance.shuffle(uris)
    batch = Batch()
    for place, uri in enumerate(uris, start=1):
        assert batch.add(read_migration(uri)) is Joined.NEW
        assert batch.add(read_migration(uri)) is Joined.REPEATED
        assert len(batch.missing) == len(uris) - place
    assert batch.complete
    assert [enrolment.account for enrolment in batch.enrolments] == accounts
    assert batch.refused == ()


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_read_migration_any_bytes_are_read_or_refused(message: bytes) -> None:
    is_part_or_refused(message)


@given(exportable, st.data())
@settings(max_examples=200, deadline=None)
def test_read_migration_damaged_export_is_read_or_refused(
    account: Account, data: st.DataObject
) -> None:
    (uri,) = write_migration([account], batch_id=1)
    message = bytearray(base64.b64decode(unquote(uri.partition("data=")[2])))
    for _ in range(data.draw(st.integers(1, 4))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    is_part_or_refused(bytes(message[: data.draw(st.integers(0, len(message)))]))
