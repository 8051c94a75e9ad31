"""Announces to screen readers what happens away from the focus, such as a copied code."""

from PySide6.QtWidgets import QWidget


def announce(source: QWidget, words: str) -> None:
    """Have a screen reader say this after its current sentence; does nothing without one."""
    # These take a millisecond to load, and nothing is announced before the first paint.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(source, words))
