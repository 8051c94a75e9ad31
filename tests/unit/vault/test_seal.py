"""Sealing: only the right key in the right place opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.vault.errors import SealBroken
from authenticator.vault.seal import CHEAP, INTERACTIVE, Cost, Seal, key_from_passphrase, new_key

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


def test_key_from_passphrase_equals_the_reference_implementation() -> None:
    # By argon2(1), which is that implementation:
    # printf %s password | argon2 'sixteen bytes ok' -id -t 2 -k 1024 -p 1 -l 32 -r
    expected = "0c11cc0666dfc7787e2f57c43a63ca8fee7cc42a1dd4a4f20e9fa9c14a33fa9e"
    assert key_from_passphrase("password", SALT, Cost(2, 1, 1024)).hex() == expected


def test_key_from_composed_and_decomposed_text_is_the_same() -> None:
    assert key_from_passphrase("caf\u00e9", SALT, CHEAP) == key_from_passphrase(
        "cafe\u0301", SALT, CHEAP
    )


def test_key_with_another_salt_or_cost_differs() -> None:
    keys = {
        key_from_passphrase("password", SALT, CHEAP),
        key_from_passphrase("password", SALT[::-1], CHEAP),
        key_from_passphrase("password", SALT, Cost(2, 1, 8)),
        key_from_passphrase("Password", SALT, CHEAP),
    }
    assert len(keys) == 4


def test_interactive_cost_is_what_rfc_9106_recommends() -> None:
    assert Cost(iterations=3, parallelism=4, memory_kib=65536) == INTERACTIVE


@pytest.mark.parametrize(
    "numbers",
    [(0, 1, 8), (65, 1, 8), (1, 0, 8), (1, 17, 512), (1, 2, 15), (1, 1, 2 * 1024 * 1024 + 1)],
)
def test_cost_out_of_bounds_raises_value_error(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="bounds"):
        Cost(*numbers)
