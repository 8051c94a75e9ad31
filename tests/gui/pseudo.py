"""A language that nobody speaks: every text comes out in brackets, accented and a third longer.

What stands on a page without brackets escaped translation; what is cut would be cut in German.
"""

import re
from collections.abc import Iterator

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QWidget,
)

from authenticator import language

_ACCENTED = str.maketrans("aceinosuyzACEINOSUYZ", "áčéíñöšúýžÁČÉÍÑÖŠÚÝŽ")
_SPOKEN = re.compile("⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SECRET = re.compile(r"\b[A-Z2-7]{4}(?: [A-Z2-7]{1,4})+\b")


class Pseudo:
    """As gettext's catalogues."""

    def gettext(self, text: str) -> str:
        if not _WORD.search(text):
            return text  # marks between words
        shortcut = text.partition("\t")
        parts = re.split(r"({\w+})", shortcut[0])
        changed = "".join(
            part if part.startswith("{") else part.translate(_ACCENTED) for part in parts
        )
        longer = "~" * (len(shortcut[0]) // 3)
        return f"⟦{changed}{longer}⟧{shortcut[1]}{shortcut[2]}"

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


def speak() -> None:
    """Until another language is used."""
    language._catalogue = Pseudo()  # type: ignore[assignment]


def escaped(text: str, data: str) -> bool:
    """Whether a text has words that are neither spoken nor in the data."""
    known = set(_WORD.findall(data))
    text = _SECRET.sub(" ", text.replace("\u200b", ""))  # where a line may break
    while (shorter := _SPOKEN.sub(" ", text)) != text:
        text = shorter
    return any(word not in known for word in _WORD.findall(text))


def texts(window: QWidget) -> Iterator[tuple[str, str]]:
    """What people see or hear of a window and its menus: where, and the text."""
    for top in (window, *QApplication.topLevelWidgets()):
        if not top.isVisible():
            continue
        yield "title", top.windowTitle()
        for widget in (top, *top.findChildren(QWidget)):
            if widget.isVisible() and widget.window() is top:
                yield from _of(widget)


def _of(widget: QWidget) -> Iterator[tuple[str, str]]:
    place = f"{type(widget).__name__} {widget.objectName()}".strip()
    yield f"{place}, tooltip", widget.toolTip()
    if not isinstance(widget, QLabel | QMessageBox):
        yield f"{place}, spoken name", widget.accessibleName()
    yield f"{place}, spoken description", widget.accessibleDescription()
    if isinstance(widget, QLabel | QAbstractButton):
        yield place, widget.text()
    if isinstance(widget, QLineEdit):
        yield f"{place}, hint", widget.placeholderText()
    if isinstance(widget, QComboBox):
        for number in range(widget.count()):
            yield place, widget.itemText(number)
    if isinstance(widget, QMenu):
        for action in widget.actions():
            yield place, _label(action)


def _label(action: QAction) -> str:
    return action.text().partition("\t")[0]
