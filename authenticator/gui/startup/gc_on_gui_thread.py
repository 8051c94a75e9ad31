"""Python's cyclic garbage, collected on the GUI thread and on no other.

It may hold Qt's objects, and those end only on the thread they belong to: when a camera's thread
happens to collect a closed dialog, its timers are stopped from there, and the process crashes.
The interpreter collects on whatever thread allocates, so its own collecting is off. What
replaces it runs right before the event loop waits, which wakes nobody up.
"""

import gc

from PySide6.QtCore import QAbstractEventDispatcher


def collect_here() -> None:
    """From now on on this thread, whose event loop must exist and stay."""
    gc.disable()
    QAbstractEventDispatcher.instance().aboutToBlock.connect(_collect_what_is_due)


def _collect_what_is_due() -> None:
    """As often as the interpreter would, by its own counts and thresholds."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > thresholds[generation]:
            gc.collect(generation)
            return
