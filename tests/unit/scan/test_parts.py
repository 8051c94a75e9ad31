"""Parts of a text over several codes: joined in any order, never taken for a whole."""

from functools import reduce
from itertools import pairwise
from operator import xor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.otp.links import has_link
from authenticator.otp.migration import is_migration
from authenticator.scan.parts import Part, joined, part_sets, read_part

LINK = "otpauth://totp/Grüne Wolke 東京:kim?secret=QX4M7ZB2TKNE5RYVHD3WCLJ6&issuer=Grüne Wolke 東京"


def cut(data: bytes, total: int, parity: int | None = None) -> list[str]:
    """The written forms of `total` parts of about the same length."""
    places = [len(data) * i // total for i in range(total + 1)]
    check = reduce(xor, data, 0) if parity is None else parity
    return [
        Part(number, total, check, data[start:end]).written()
        for number, (start, end) in enumerate(pairwise(places), 1)
    ]


@given(st.data(), st.text(min_size=2, max_size=300), st.integers(2, 16))
def test_any_cut_in_any_order_joins_to_the_text(data: st.DataObject, text: str, total: int) -> None:
    """Also where a cut goes through the bytes of one character."""
    content = text.encode("utf-8", "replace")
    places = sorted(
        data.draw(st.lists(st.integers(0, len(content)), min_size=total - 1, max_size=total - 1))
    )
    check = reduce(xor, content, 0)
    parts = [
        Part(number, total, check, content[start:end]).written()
        for number, (start, end) in enumerate(pairwise([0, *places, len(content)]), 1)
    ]
    shuffled = data.draw(st.permutations(parts))
    assert joined(shuffled) == [content.decode()]


@given(st.data(), st.integers(2, 16))
def test_incomplete_set_gives_nothing_and_names_what_is_missing(
    data: st.DataObject, total: int
) -> None:
    parts = cut(LINK.encode(), total)
    kept = data.draw(st.sets(st.integers(1, total), min_size=1, max_size=total - 1))
    some = [parts[number - 1] for number in kept]
    assert joined(some) == some
    (only,) = part_sets(some)
    assert (only.whole, set(only.numbers)) == (None, kept)
    assert set(only.missing) == set(range(1, total + 1)) - kept


@given(st.binary(max_size=60), st.integers(2, 16), st.data())
def test_written_form_is_read_back_and_is_no_enrolment(
    content: bytes, total: int, data: st.DataObject
) -> None:
    part = Part(data.draw(st.integers(1, total)), total, data.draw(st.integers(0, 255)), content)
    written = part.written()
    assert read_part(written) == part
    assert not has_link(written)
    assert not is_migration(written)


@pytest.mark.parametrize("order", range(6))
def test_sets_of_one_parity_and_size_do_not_mix(order: int) -> None:
    """The parity is one byte: one set in 256 has that of another."""
    texts = "otpauth://totp/a?secret=AAAA", "otpauth://totp/b?secret=BBBBAACC"
    assert reduce(xor, texts[0].encode()) != reduce(xor, texts[1].encode())
    pad = reduce(xor, texts[0].encode()) ^ reduce(xor, texts[1].encode())
    one, other = texts[0].encode(), texts[1].encode() + bytes([pad])
    parts = [*cut(one, 2), *cut(other, 2)]
    turned = parts[order % 4 :] + parts[: order % 4]
    if order > 3:
        turned.reverse()
    assert set(joined(turned)) == {one.decode(), other.decode("latin-1")}


def test_parts_of_two_sets_are_not_taken_for_one() -> None:
    first = cut(b"otpauth://totp/a?secret=AAAABBBB", 2)
    second = cut(
        b"otpauth://totp/b?secret=CCCCDDDE",
        2,
        parity=reduce(xor, b"otpauth://totp/a?secret=AAAABBBB"),
    )
    mixed = [first[0], second[1]]
    assert joined(mixed) == mixed
    (only,) = part_sets(mixed)
    assert (only.whole, only.missing) == (None, ())


def test_set_without_a_parity_joins() -> None:
    """Some writers leave it at 0."""
    assert joined(cut(LINK.encode(), 3, parity=0)) == [LINK]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_parity_of_another_encoding_joins(encoding: str) -> None:
    """segno calculates it from Latin-1, whatever the codes hold."""
    text = "otpauth://totp/Grüne:kim?secret=JBSWY3DPEHPK3PXP"
    assert joined(cut(text.encode(), 3, reduce(xor, text.encode(encoding)))) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "structured-append:",
        "structured-append:0/3/1b:QQ==",
        "structured-append:4/3/1b:QQ==",
        "structured-append:1/1/1b:QQ==",
        "structured-append:1/17/1b:QQ==",
        "structured-append:1/3/1B:QQ==",
        "structured-append:1/3/1b:Q",
        "structured-append:1/3/1b:QQ== ",
        "structured-append:١/3/1b:QQ==",
        "otpauth://totp/structured-append:1/3/1b:QQ==",
    ],
)
def test_other_texts_are_no_parts(text: str) -> None:
    assert read_part(text) is None
    assert joined([text]) == [text]


def test_joined_text_takes_the_place_of_its_last_part() -> None:
    first, second, third = cut(b"otpauth://totp/a?secret=AAAABBBB", 3)
    assert joined([second, "x", third, "y", first, "z"]) == [
        "x",
        "y",
        "otpauth://totp/a?secret=AAAABBBB",
        "z",
    ]
