"""How strong a passphrase is, in words, and what would make it stronger."""

from authenticator.app.passphrase_strength import Score, Strength, Weakness
from authenticator.language import gettext_noop, join_sentences, sentence, tr

_SCORES = {
    Score.VERY_WEAK: gettext_noop("Very easy to guess"),
    Score.WEAK: gettext_noop("Easy to guess"),
    Score.FAIR: gettext_noop("Not hard to guess"),
    Score.STRONG: gettext_noop("Hard to guess"),
    Score.VERY_STRONG: gettext_noop("Very hard to guess"),
}
_WEAKNESSES = {
    Weakness.COMMON: gettext_noop("Common words and passwords are tried first."),
    Weakness.NAME: gettext_noop("Names are tried first."),
    Weakness.REPEAT: gettext_noop("Repetitions add little."),
    Weakness.SEQUENCE: gettext_noop("Sequences of letters or digits are tried first."),
    Weakness.KEYBOARD: gettext_noop("Keys that lie side by side are tried first."),
    Weakness.DATE: gettext_noop("Dates and years are tried first."),
    Weakness.SHORT: gettext_noop("It is short."),
}


def in_words(strength: Strength) -> str:
    """`Hard to guess.`, or what is weak about it and what helps."""
    verdict = sentence(tr(_SCORES[strength.score]))
    if strength.weakness is None:
        return verdict
    return join_sentences(
        verdict,
        tr(_WEAKNESSES[strength.weakness]),
        tr("Add a word or two that have nothing to do with it."),
    )
