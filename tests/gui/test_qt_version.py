"""A fault of the Qt binding itself that ends the app after some minutes."""

import sys

from PySide6.QtCore import QObject


def test_calls_into_qt_do_not_drop_references_to_none() -> None:
    """PySide6 6.12 does, and Python before 3.12 then ends with 'deallocating None'."""
    thing = QObject()
    before = sys.getrefcount(None), sys.getrefcount(False)
    for _ in range(1000):
        thing.blockSignals(False)
        thing.setObjectName("name")
    after = sys.getrefcount(None), sys.getrefcount(False)
    assert all(b - a > -500 for a, b in zip(before, after, strict=True))
