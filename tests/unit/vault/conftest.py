"""Sample vaults that are closed after each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from authenticator.vault.kinds import KeyKind, StoreKind, VaultInfo
from tests.unit.vault.sample_vault import KINDS, SampleVault


@pytest.fixture(params=KINDS, ids=lambda kinds: f"{kinds.store}+{kinds.key}")
def sample(request: pytest.FixtureRequest, home: Path) -> Iterator[SampleVault]:
    """A vault of each kind, not created yet."""
    one = SampleVault(home, request.param)
    yield one
    one.close()


@pytest.fixture
def keyring_sample(home: Path) -> Iterator[SampleVault]:
    """A vault with secrets and key in the keyring, not created yet."""
    one = SampleVault(home, VaultInfo(StoreKind.KEYRING, KeyKind.KEYRING))
    yield one
    one.close()
