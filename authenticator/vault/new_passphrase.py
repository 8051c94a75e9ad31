"""What a passphrase has to have at least where a new one is chosen; older ones still open."""

import unicodedata
from typing import Final

from authenticator.vault.errors import PassphraseNeeded, PassphraseTooSimple

LEAST: Final = 4
"""Visible characters."""


def require_usable(passphrase: str) -> None:
    """Raises PassphraseNeeded for an empty one, and PassphraseTooSimple for one that is blank,
    has fewer than LEAST visible characters or repeats a single one. How strong it is beyond
    that, `app.passphrase_strength` estimates."""
    if not passphrase:
        raise PassphraseNeeded
    visible = [
        character
        for character in unicodedata.normalize("NFC", passphrase)
        if not character.isspace() and unicodedata.category(character) not in _INVISIBLE
    ]
    if len(visible) < LEAST or len(set("".join(visible).casefold())) < 2:
        raise PassphraseTooSimple(LEAST)


_INVISIBLE: Final = {"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"}
