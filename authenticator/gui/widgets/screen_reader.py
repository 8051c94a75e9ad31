"""Tells a screen reader what happens where the focus is not: a code was copied, nothing fits."""

from PySide6.QtWidgets import QWidget


def announce(source: QWidget, words: str) -> None:
    """Have a screen reader say this once it is done with what it says. Without one: nothing."""
    # These take a millisecond to load, and the first picture has nothing to announce.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(source, words))
