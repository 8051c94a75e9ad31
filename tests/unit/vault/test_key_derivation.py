"""From a passphrase to a key: the reference implementation's, and within bounds."""

import pytest

from authenticator.vault.key_derivation import CHEAP, INTERACTIVE, Cost, key_from_passphrase

SALT = b"sixteen bytes ok"


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
