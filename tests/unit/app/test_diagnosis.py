"""Checks of what works here: each tells what it finds, and none keeps another from being made."""

from pathlib import Path

import numpy as np
import pytest

from authenticator.app.diagnosis import (
    Check,
    KeyringForgets,
    LibraryMissing,
    NoAuthorities,
    PartBroken,
    authorities,
    examine,
    keyring_round_trip,
    reads,
)
from authenticator.clock.trust_store import Trust
from authenticator.scan.decoders import Payload, PyzbarDecoder, ZxingDecoder
from tests.contract.vault.memory_store import MemoryStore
from tests.services.authority import Authority


def test_a_check_that_fails_keeps_no_other_from_being_made() -> None:
    def broken() -> str:
        raise PartBroken("first")

    moments = iter([0.0, 0.002, 1.0, 1.5])
    checks = [Check("first", True, broken), Check("second", False, lambda: "there")]
    first, second = examine(checks, lambda: next(moments))
    assert isinstance(first.error, PartBroken)
    assert (first.detail, first.ms) == ("", 2.0)
    assert (second.error, second.detail, second.ms) == (None, "there", 500.0)


def test_a_library_that_the_system_has_not_is_named() -> None:
    def broken() -> str:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    (finding,) = examine([Check("icons", True, broken)])
    assert isinstance(finding.error, LibraryMissing)
    assert finding.error.name == "libEGL.so.1"


def test_a_keyring_that_keeps_its_word_is_left_as_it_was() -> None:
    store = MemoryStore()
    store.write("kept", "text")
    keyring_round_trip(store)
    assert store.items == {"kept": "text"}


def test_a_keyring_that_gives_back_something_else_is_told_and_cleared() -> None:
    gone: list[str] = []

    class Changing(MemoryStore):
        def read(self, name: str) -> str:
            return super().read(name)[1:]

        def delete(self, name: str) -> None:
            gone.append(name)
            super().delete(name)

    with pytest.raises(KeyringForgets):
        keyring_round_trip(Changing())
    assert len(gone) == 1


@pytest.mark.parametrize("decoder", [ZxingDecoder(), PyzbarDecoder()])
def test_a_decoder_that_reads_passes(decoder: ZxingDecoder | PyzbarDecoder) -> None:
    reads("it", decoder)


def test_a_decoder_that_reads_nothing_is_a_broken_part() -> None:
    class Blind:
        def decode(self, grey: np.ndarray) -> list[Payload]:
            return []

    with pytest.raises(PartBroken) as broken:
        reads("zbar", Blind())
    assert broken.value.part == "zbar"


def test_authorities_of_a_file_are_counted(tmp_path: Path) -> None:
    assert authorities(Trust(Authority(tmp_path).file)) == 1


def test_a_computer_that_trusts_nobody_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoAuthorities):
        authorities(Trust(None, tmp_path))
