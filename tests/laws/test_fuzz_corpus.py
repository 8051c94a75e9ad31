"""Every input that fuzzing has found worth keeping, and random changes of it, is answered or
refused by the errors of its parser."""

import random

import pytest

from tests.fuzz.corpus import read_corpus
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_corpus_raises_nothing_foreign(name: str, rounds: int) -> None:
    inputs = [*seeds(name), *read_corpus(name)]
    randomly = random.Random(name)
    for data in inputs:
        TARGETS[name](data)
        for _ in range(rounds):
            TARGETS[name](changed(data, randomly))


def changed(data: bytes, randomly: random.Random) -> bytes:
    """With a few bytes replaced, a piece cut out or doubled."""
    content = bytearray(data or b"?")
    for _ in range(randomly.randint(1, 4)):
        start, end = sorted(randomly.randrange(len(content) + 1) for _ in range(2))
        match randomly.randrange(3):
            case 0 if start < len(content):
                content[start] = randomly.randrange(256)
            case 1:
                del content[start:end]
            case _:
                content[end:end] = content[start:end]
    return bytes(content)
