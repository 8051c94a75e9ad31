"""Checks of what works on this computer: each reports its result, and a failure does not stop the
others."""

from pathlib import Path

import numpy as np
import pytest

from authenticator.app.diagnosis import (
    Check,
    KeyringForgets,
    LibraryMissing,
    NoAuthorities,
    PartBroken,
    check_authorities,
    check_decoder,
    keyring_round_trip,
    run_checks,
)
from authenticator.clock.trust_store import TrustStore
from authenticator.scan.decoders import Payload, PyzbarDecoder, ZxingDecoder
from tests.contract.vault.memory_store import MemoryStore
from tests.services.authority import Authority


def test_examine_continues_after_failed_check() -> None:
    def broken() -> str:
        raise PartBroken("first")

    moments = iter([0.0, 0.002, 1.0, 1.5])
    checks = [Check("first", True, broken), Check("second", False, lambda: "there")]
    first, second = run_checks(checks, lambda: next(moments))
    assert isinstance(first.error, PartBroken)
    assert (first.detail, first.ms) == ("", 2.0)
    assert (second.error, second.detail, second.ms) == (None, "there", 500.0)


def test_examine_names_missing_system_library() -> None:
    def broken() -> str:
        raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    (finding,) = run_checks([Check("icons", True, broken)])
    assert isinstance(finding.error, LibraryMissing)
    assert finding.error.name == "libEGL.so.1"


def test_keyring_round_trip_leaves_no_probe() -> None:
    store = MemoryStore()
    store.write("kept", "text")
    keyring_round_trip(store)
    assert store.items == {"kept": "text"}


def test_keyring_round_trip_refuses_altered_value_and_removes_probe() -> None:
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
def test_reads_accepts_working_decoder(decoder: ZxingDecoder | PyzbarDecoder) -> None:
    check_decoder("it", decoder)


def test_reads_refuses_decoder_that_reads_nothing() -> None:
    class Blind:
        def decode(self, grey: np.ndarray) -> list[Payload]:
            return []

    with pytest.raises(PartBroken) as broken:
        check_decoder("zbar", Blind())
    assert broken.value.part == "zbar"


def test_authorities_counts_those_in_a_file(tmp_path: Path) -> None:
    assert check_authorities(TrustStore(Authority(tmp_path).file)) == 1


def test_authorities_without_any_raises(tmp_path: Path) -> None:
    with pytest.raises(NoAuthorities):
        check_authorities(TrustStore(None, tmp_path))
