"""Every icon that a page names exists and takes its colour."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

import authenticator.gui
from authenticator.gui.theme import icons

SOURCES = Path(authenticator.gui.__file__).parent
NAMED = re.compile(r'(?:IconButton|IconLabel|pixmap|draw|_say)\(\s*"([a-z-]+)"')


def names() -> set[str]:
    found = {"qr", "keyboard", "clock", "info", "check", "warning", "chevron", "forward"}
    for source in SOURCES.rglob("*.py"):
        found |= set(NAMED.findall(source.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("name", sorted(names()))
def test_icon_is_drawn_in_requested_colour(qapp: QApplication, name: str) -> None:
    image = icons.pixmap(name, "#1f5fd0", QSize(20, 20), 2.0).toImage()
    assert image.size() == QSize(40, 40)
    inked = [
        image.pixelColor(x, y)
        for x in range(40)
        for y in range(40)
        if image.pixelColor(x, y).alpha() > 250
    ]
    assert inked
    assert all(color.rgb() == QColor("#1f5fd0").rgb() for color in inked)
