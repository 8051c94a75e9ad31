"""Which new passphrases are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.vault.errors import PassphraseNeeded, PassphraseTooSimple
from authenticator.vault.new_passphrase import require_usable

REFUSED = [
    "a",
    " ",
    "   ",
    "\u00a0\u3000\t",
    "\u200b\u200d\ufeff\u2060",
    "ab",
    "abc",
    "a b c",
    "aaaaaaaa",
    "aAaAaA",
    "e\u0301" * 8,
    "····",
    "a\u0301\u0301\u0301\u0301",
    "a" + "\u200b" * 20 + "b",
    "🔑🔑🔑🔑🔑",
]


@pytest.mark.parametrize("passphrase", REFUSED, ids=ascii)
def test_blank_short_or_repeated_is_refused(passphrase: str) -> None:
    with pytest.raises(PassphraseTooSimple) as told:
        require_usable(passphrase)
    assert told.value.args == (4,)


def test_empty_is_none_at_all() -> None:
    with pytest.raises(PassphraseNeeded):
        require_usable("")


@pytest.mark.parametrize("passphrase", ["abcd", "a b cd", "пароль", "四つの言葉", "1234", "कखगघ"])
def test_anything_else_is_the_persons_choice(passphrase: str) -> None:
    require_usable(passphrase)


@given(st.text(st.characters(categories=("L", "N", "P")), min_size=4))
def test_what_is_refused_is_one_character_repeated(passphrase: str) -> None:
    try:
        require_usable(passphrase)
    except PassphraseTooSimple:
        assert len(set(passphrase.casefold())) <= 2  # a letter may fold into two
