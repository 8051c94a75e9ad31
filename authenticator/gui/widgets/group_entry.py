"""Names of groups, parted by commas; the one being typed is completed."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit


class GroupEntry(QLineEdit):
    """A comma can't be in a name here; names that have one came from the terminal."""

    def __init__(self, names: Iterable[str], known: list[str]) -> None:
        self._given = list(names)
        super().__init__(", ".join(self._given))
        self._shown = self.text()
        self._completer = _LastPart(known, self)
        self.setCompleter(self._completer)

    def names(self) -> list[str]:
        """What stands there, name by name."""
        if self.text() == self._shown:
            return self._given
        return [name for part in self.text().split(",") if (name := part.strip())]


class _LastPart(QCompleter):
    """Completes what follows the last comma."""

    def __init__(self, known: list[str], entry: QLineEdit) -> None:
        super().__init__(known, entry)
        self._entry = entry
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.popup().setAccessibleName(self.tr("Groups there are"))

    def splitPath(self, path: str) -> list[str]:
        return [path.rpartition(",")[2].lstrip()]

    def pathFromIndex(self, index: object) -> str:
        before, comma, _ = self._entry.text().rpartition(",")
        return f"{before}{comma} {super().pathFromIndex(index)}".lstrip()
