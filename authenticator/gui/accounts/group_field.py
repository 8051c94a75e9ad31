"""Names of groups, parted by commas; the one being typed is completed."""

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit

from authenticator.language import tr


class GroupField(QLineEdit):
    """A name that has a comma stands in quotes."""

    def __init__(self, names: Iterable[str], known: list[str]) -> None:
        self._given = list(names)
        super().__init__(joined(self._given))
        self._shown = self.text()
        self._completer = _LastPart(known, self)
        self.setCompleter(self._completer)

    def names(self) -> list[str]:
        """What stands there, name by name."""
        if self.text() == self._shown:
            return self._given
        return [name for part in parted(self.text()) if (name := plain(part))]


def joined(names: Iterable[str]) -> str:
    """Names as they are typed."""
    return ", ".join(map(typed, names))


def typed(name: str) -> str:
    """A name as it is typed: in quotes where it would not be taken for what it is, and a quote
    in these twice."""
    if "," not in name and not name.startswith('"'):
        return name
    return '"{}"'.format(name.replace('"', '""'))


def parted(text: str) -> list[str]:
    """The parts between commas that are not in quotes, each as it was typed."""
    parts, quoted = [""], False
    for letter in text:
        # Only what begins with a quote is in quotes: names may have one inside.
        if letter == '"' and (quoted or not parts[-1].strip() or parts[-1].strip()[0] == '"'):
            quoted = not quoted
        if letter == "," and not quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def plain(part: str) -> str:
    """The name that was typed so."""
    name = part.strip()
    if not name.startswith('"'):
        return name
    inner, end, rest = name[1:].rpartition('"')
    return (f"{inner}{rest}" if end else rest).replace('""', '"').strip()


class _LastPart(QCompleter):
    """Completes what follows the last comma."""

    def __init__(self, known: list[str], entry: QLineEdit) -> None:
        super().__init__(known, entry)
        self._entry = entry
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        if (popup := self.popup()) is not None:
            popup.setObjectName("completions")
            popup.setAccessibleName(tr("Groups there are"))

    def splitPath(self, path: str) -> list[str]:
        return [parted(path)[-1].lstrip().removeprefix('"')]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        before = parted(self._entry.text())[:-1]
        return ",".join((*before, f" {typed(super().pathFromIndex(index))}")).lstrip()
