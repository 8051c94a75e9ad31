"""How strong a passphrase is, and what is said about it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authenticator.app.passphrase_strength import Score, Weakness, strength
from authenticator.wording.passphrase_strength import in_words


@pytest.mark.parametrize(
    ("passphrase", "weakness"),
    [
        ("password", Weakness.COMMON),
        ("dragon1", Weakness.COMMON),
        ("jennifer", Weakness.NAME),
        ("aaaaaaaa", Weakness.REPEAT),
        ("abcabcabc", Weakness.REPEAT),
        ("fghijklm", Weakness.SEQUENCE),
        ("zaq1xsw2", Weakness.COMMON),
        ("zsedcftgbh", Weakness.KEYBOARD),
        ("13.5.1987", Weakness.DATE),
        ("x7q", Weakness.SHORT),
        ("a", Weakness.SHORT),
    ],
)
def test_weak_passphrase_is_told_with_its_weakness(passphrase: str, weakness: Weakness) -> None:
    found = strength(passphrase)
    assert found.score <= Score.FAIR
    assert found.weakness is weakness


@pytest.mark.parametrize(
    "passphrase", ["umbrella quartz ninety violin", "gK7#vq!2Lw9x", "четыре слова без связи"]
)
def test_strong_passphrase_has_no_weakness(passphrase: str) -> None:
    assert strength(passphrase).score >= Score.STRONG
    assert strength(passphrase).weakness is None


def test_known_words_are_weak() -> None:
    assert strength("gattenhofer", ["Gattenhofer"]).weakness is Weakness.NAME


@given(st.text(min_size=1, max_size=300))
@settings(deadline=None)
def test_every_text_has_an_estimate_in_words(passphrase: str) -> None:
    found = strength(passphrase)
    assert (found.weakness is None) == (found.score >= Score.STRONG)
    assert in_words(found)
