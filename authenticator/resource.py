"""Where icons, samples and other data files are: in the installed package, or in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "_resources"
"""Where a wheel and a frozen bundle both put them (see pyproject.toml and build.spec)."""
if not _ROOT.is_dir():
    _ROOT = _PACKAGE.parent / "resources"


def path(name: str) -> Path:
    """The path of a resource, by its name below resources/ (`icons/add.svg`).

    Raises FileNotFoundError for one that was not shipped: a bug in the build, not a user error.
    """
    found = _ROOT / name
    if not found.exists():
        raise FileNotFoundError(found)
    return found
