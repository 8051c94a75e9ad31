"""The exit codes that scripts rely on: 0 is success, all others are here."""

from typing import Final

USAGE: Final = 2
INPUT: Final = 3
DATA: Final = 4
ENVIRONMENT: Final = 5
OUR_BUG: Final = 70
"""What no family of errors foresees (EX_SOFTWARE of sysexits.h)."""
INTERRUPTED: Final = 130
"""Ctrl+C: 128 + SIGINT, as shells report it."""
