"""A table of names and values, one below the other."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from authenticator.gui.widgets.labels import text

NAME_PX = 96


class FieldTable(QWidget):
    """A row for each: a name, its value, and an addition in small letters below it."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        grid.setColumnMinimumWidth(0, NAME_PX)
        grid.setColumnStretch(1, 1)
        for name, value, addition in rows:
            row = grid.rowCount()
            if row > 1:
                grid.setRowMinimumHeight(row, 8)
                row += 1
            grid.addWidget(text(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text(value), row, 1)
            if addition:
                grid.addWidget(text(addition, "status"), row + 1, 1)
