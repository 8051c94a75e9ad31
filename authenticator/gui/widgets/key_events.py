"""What a key press means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


def is_writing(event: QKeyEvent) -> bool:
    """Whether a key writes a letter, and is not one for a button or a command."""
    held = event.modifiers() & (
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    return event.text().isprintable() and bool(event.text().strip()) and not held
