"""Text of strangers, made fit to be shown."""

import unicodedata

_BREAKERS = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def shown(text: str, limit: int = 300) -> str:
    """One line of at most `limit` characters in which control and direction marks are
    visible as `\\u202e`, so that nothing can pretend to be something else."""
    cut = text[:limit] + ("…" if len(text) > limit else "")
    return "".join(
        character
        if unicodedata.category(character) not in _BREAKERS
        else character.encode("unicode_escape").decode("ascii")
        for character in cut
    )
