"""Metadata: written, read back equal, anything else refused."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.otp.account import Algorithm, Hotp, Label, MobileOtp, Otp, Steam, Totp, Yandex
from authenticator.vault.entry import Entry, read_metadata, write_metadata

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
algorithms = st.sampled_from(Algorithm)
digits = st.integers(4, 10)
otps: st.SearchStrategy[Otp] = st.one_of(
    st.builds(Totp, algorithms, digits, st.integers(1, 86_400)),
    st.builds(Hotp, algorithms, digits, st.integers(0, 2**64 - 1)),
    st.just(Steam()),
    st.just(MobileOtp()),
    st.just(Yandex()),
)
entries = st.builds(
    Entry,
    st.just("an id"),
    st.builds(Label, texts, texts),
    otps,
    st.lists(texts.filter(bool), max_size=3).map(tuple),
    st.booleans(),
    st.just(False),
    texts,
    st.sampled_from(["", "a1b2"]),
    st.booleans(),
    st.just(0),
    st.just(0),
    st.integers(0, 2**63),
    st.none() | st.builds(Label, texts, texts),
    st.sampled_from(["", "0123456789abcdef"]),
    st.sampled_from(["", "c3d4"]),
)
used = st.builds(
    lambda entry, uses, at: entry._replace(uses=uses, last_used_s=at),
    entries,
    st.integers(1, 2**63),
    st.integers(0, 2**63),
)


@given(entries | used)
def test_metadata_reads_back_equal(entry: Entry) -> None:
    assert read_metadata("an id", write_metadata(entry)) == entry


@given(entries, st.text(max_size=9))
def test_metadata_with_an_unknown_field_reads_as_without(entry: Entry, more: str) -> None:
    """A later version may have added the field."""
    fields = json.loads(write_metadata(entry))
    fields["later"] = more
    assert read_metadata("an id", json.dumps(fields).encode()) == entry


def test_metadata_is_readable_by_an_app_from_before_it_had_dates() -> None:
    """The fields that the older app knows are all there, as it wrote them itself."""
    entry = Entry("an id", Label("i", "a"), Totp(), ("g",), added_s=9, mark="ab")
    renamed = entry.renamed(Label("new", "name"))
    fields = json.loads(write_metadata(renamed))
    for later in ("added", "enrolled_as", "mark"):
        del fields[later]
    plain = Entry("an id", Label("new", "name"), Totp(), ("g",))
    assert fields == json.loads(write_metadata(plain))


GOOD = {"issuer": "i", "account": "a", "type": "totp", "algorithm": "SHA1", "digits": 6}


@pytest.mark.parametrize(
    "fields",
    [
        [],
        None,
        "text",
        7,
        {},
        {"issuer": "only"},
        GOOD,  # no period
        GOOD | {"period": 0},
        GOOD | {"period": "30"},
        GOOD | {"period": [30]},
        GOOD | {"period": 30, "issuer": 5},
        GOOD | {"period": 30, "issuer": "x" * 300},
        GOOD | {"period": 30, "type": "later"},
        GOOD | {"period": 30, "algorithm": "MD5"},
        GOOD | {"period": 30, "digits": 99},
        GOOD | {"type": "hotp", "counter": -1},
        GOOD | {"period": 30, "groups": 5},
        GOOD | {"period": 30, "used": [1]},
        GOOD | {"period": 30, "used": [1e999, 0]},
        GOOD | {"period": 30, "added": 1e999},
        GOOD | {"period": 30, "added": [1]},
        GOOD | {"period": 30, "enrolled_as": ["only"]},
        GOOD | {"period": 30, "enrolled_as": [1, 2]},
    ],
    ids=str,
)
def test_read_metadata_of_other_json_raises_value_error(fields: object) -> None:
    with pytest.raises(ValueError, match="no metadata"):
        read_metadata("an id", json.dumps(fields).encode())


@given(st.binary(max_size=80))
def test_read_metadata_of_any_bytes_returns_or_raises_value_error(raw: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(read_metadata("an id", raw), Entry)
