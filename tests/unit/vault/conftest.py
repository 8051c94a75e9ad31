"""Sample vaults that are closed after each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from tests.unit.vault.sample_vault import KINDS, Set


@pytest.fixture(params=KINDS, ids=lambda kinds: f"{kinds.store}+{kinds.key}")
def made(request: pytest.FixtureRequest, home: Path) -> Iterator[Set]:
    """A set of each kind."""
    one = Set(home, request.param)
    yield one
    one.close()


@pytest.fixture
def kept(home: Path) -> Iterator[Set]:
    """A set with the keyring for everything."""
    one = Set(home, VaultInfo(StoreKind.KEYRING, KeyKind.KEYRING))
    yield one
    one.close()
