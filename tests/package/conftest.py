"""What `make package` and `make packages` built, and fresh Debian systems to use it in."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.fresh_debian import FreshDebian

TOP = Path(__file__).parents[2]
DIST = Path(os.environ.get("PACKAGES", TOP / "dist"))

DESKTOP = ("libegl1", "libgl1", "libwayland-client0", "libwayland-cursor0", "libxcb1")
"""Libraries that every desktop has and the executable needs."""
SESSION = ("dbus", "gnome-keyring", "fonts-dejavu-core", "ca-certificates")
"""What a user's session has."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.package)


def _built(pattern: str) -> Path:
    found = sorted(DIST.glob(pattern))
    assert found, f"no {pattern} in {DIST}: `make packages` builds it"
    return found[-1]


@pytest.fixture(scope="session")
def bundle() -> Path:
    """The folder that runs without Python."""
    return _built("authenticator")


@pytest.fixture(scope="session")
def deb() -> Path:
    return _built("authenticator_*.deb")


@pytest.fixture(scope="session")
def tarball() -> Path:
    return _built("authenticator-*.tar.xz")


@pytest.fixture(scope="session")
def plain_debian(tmp_path_factory: pytest.TempPathFactory) -> FreshDebian:
    """A minimal Debian with a user's session. Copy it before use."""
    return FreshDebian.made(tmp_path_factory.mktemp("plain") / "root", SESSION)


@pytest.fixture(scope="module")
def debian(
    plain_debian: FreshDebian, bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> FreshDebian:
    """A desktop, with the folder in /opt."""
    made = plain_debian.copy(tmp_path_factory.mktemp("desktop") / "root")
    made.install(*DESKTOP)
    made.put(bundle, "/opt/authenticator")
    return made


@pytest.fixture
def session(debian: FreshDebian) -> Iterator[dict[str, str]]:
    with debian.session() as environment:
        yield environment
