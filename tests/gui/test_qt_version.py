"""The Qt binding itself: a fault of it that ends the app after some minutes."""

import sys

from PySide6.QtCore import QObject


def test_calls_into_qt_take_no_reference_from_none() -> None:
    """PySide6 6.12 does, and Python before 3.12 then ends with 'deallocating None'."""
    thing = QObject()
    before = sys.getrefcount(None), sys.getrefcount(False)
    for _ in range(1000):
        thing.blockSignals(False)
        thing.setObjectName("name")
    after = sys.getrefcount(None), sys.getrefcount(False)
    assert all(b - a > -500 for a, b in zip(before, after, strict=True))
