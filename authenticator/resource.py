"""Where icons, samples and the like lie: beside the package once installed, or in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "_resources"
"""A wheel and a frozen bundle both put them here (see pyproject.toml and build.spec)."""
if not _ROOT.is_dir():
    _ROOT = _PACKAGE.parent / "resources"


def path(name: str) -> Path:
    """The file of a resource, by its name below resources/ (`icons/add.svg`).

    Raises FileNotFoundError for one that was not shipped: a fault of the build, not of a user.
    """
    found = _ROOT / name
    if not found.exists():
        raise FileNotFoundError(found)
    return found
