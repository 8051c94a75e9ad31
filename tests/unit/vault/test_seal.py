"""Sealing: only the right key in the right place opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.vault.errors import SealBroken
from authenticator.vault.seal import Seal, new_key

KEY = bytes(range(32))
SALT = b"sixteen bytes ok"


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_open_returns_what_close_sealed(plain: bytes, row: str, column: str) -> None:
    row, column = (
        row.encode("utf-8", "replace").decode(),
        column.encode("utf-8", "replace").decode(),
    )
    seal = Seal(KEY, "vault")
    assert seal.open(seal.close(plain, row, column), row, column) == plain


@given(st.binary(max_size=60), st.data())
def test_open_with_one_changed_bit_raises_seal_broken(plain: bytes, data: st.DataObject) -> None:
    seal = Seal(KEY, "vault")
    sealed = bytearray(seal.close(plain, "row", "column"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        seal.open(bytes(sealed), "row", "column")


@given(st.binary(max_size=60), st.integers(0, 27))
def test_open_of_shortened_bytes_raises_seal_broken(plain: bytes, length: int) -> None:
    seal = Seal(KEY, "vault")
    with pytest.raises(SealBroken):
        seal.open(seal.close(plain, "row", "column")[:length], "row", "column")


@pytest.mark.parametrize(
    ("vault", "row", "column"),
    [("other", "row", "column"), ("vault", "other", "column"), ("vault", "row", "other")],
)
def test_open_in_another_place_raises_seal_broken(vault: str, row: str, column: str) -> None:
    """Sealed bytes are bound to their vault, row and column."""
    sealed = Seal(KEY, "vault").close(b"secret", "row", "column")
    with pytest.raises(SealBroken):
        Seal(KEY, vault).open(sealed, row, column)


def test_open_with_another_key_raises_seal_broken() -> None:
    sealed = Seal(KEY, "vault").close(b"secret", "row", "column")
    with pytest.raises(SealBroken):
        Seal(new_key(), "vault").open(sealed, "row", "column")


def test_close_of_equal_texts_never_repeats() -> None:
    seal = Seal(KEY, "vault")
    assert len({seal.close(b"same", "row", "column") for _ in range(20)}) == 20


@pytest.mark.parametrize("cell", [None, "text", 7])
def test_open_of_a_cell_that_is_no_bytes_raises_seal_broken(cell: object) -> None:
    with pytest.raises(SealBroken):
        Seal(KEY, "vault").open(cell, "row", "column")
