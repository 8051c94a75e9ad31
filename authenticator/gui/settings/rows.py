"""Rows of the settings, by which a section is told and not built: a control with its name, an
explanation, and the words it is found by."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QVBoxLayout, QWidget

from authenticator.app.search import holds
from authenticator.app.settings import Settings
from authenticator.gui.widgets.combo_box import Choice
from authenticator.gui.widgets.field import Field
from authenticator.gui.widgets.labels import hairline, text
from authenticator.gui.widgets.switch import Switch


class Setting(QWidget):
    """One row, of any widgets. It is found by all that they say and by further `words`."""

    chosen = Signal(object)  # dict[str, object]: fields of Settings and what they are to be

    def __init__(self, *parts: QWidget, words: str = "") -> None:
        super().__init__()
        self._words = words
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.add(*parts)

    def add(self, *parts: QWidget) -> None:
        """Put these below what is there."""
        for part in parts:
            self._column.addWidget(part)

    def take(self, settings: Settings) -> None:
        """Show what holds."""

    def fits(self, query: str, section: str) -> bool:
        """Whether it is what these words look for; the section's name is one of its own."""
        return holds(f"{section} {self._words} {said(self)}", query)


class OneOf(Setting):
    """A field of Settings that is one of several values, each by its words."""

    def __init__(
        self,
        field: str,
        title: str,
        options: Sequence[tuple[str, object]],
        hint: str = "",
        words: str = "",
    ) -> None:
        super().__init__(words=words)
        self.field = field
        self._values = [value for _, value in options]
        self.entry = Choice()
        self.entry.addItems([name for name, _ in options])
        self.add(Field(title, self.entry, hint))
        self.entry.activated.connect(lambda row: self.chosen.emit({field: self._values[row]}))

    @property
    def value(self) -> object:
        """What is shown."""
        return self._values[self.entry.currentIndex()]

    def choose(self, value: object) -> None:
        """As if a person chose it."""
        self.entry.setCurrentIndex(self._values.index(value))
        self.entry.activated.emit(self.entry.currentIndex())

    def take(self, settings: Settings) -> None:
        self.entry.setCurrentIndex(self._values.index(getattr(settings, self.field)))


class OnOff(Setting):
    """A field of Settings that is true or false."""

    def __init__(self, field: str, title: str, hint: str = "", words: str = "") -> None:
        super().__init__(words=words)
        self.field = field
        self.switch = Switch(title, wide=True)
        self.switch.setAccessibleDescription(hint)
        self.add(self.switch)
        if hint:
            self.add(text(hint, "status"))
        self.switch.clicked.connect(lambda on: self.chosen.emit({field: on}))

    def take(self, settings: Settings) -> None:
        self.switch.setChecked(getattr(settings, self.field))


class Section(QWidget):
    """Rows under a heading. A widget that is no Setting is a row as it stands."""

    def __init__(self, title: str, *rows: QWidget) -> None:
        super().__init__()
        self.title = title
        self.setAccessibleName(title)
        self.rows = [row if isinstance(row, Setting) else Setting(row) for row in rows]
        self._line = hairline()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._line)
        column.addWidget(text(title, "heading"))
        for row in self.rows:
            column.addWidget(row)

    def take(self, settings: Settings) -> None:
        """Show what holds."""
        for row in self.rows:
            row.take(settings)

    def narrow(self, query: str) -> bool:
        """Show the rows that fit these words, and itself where there is one; tells that."""
        fits = [row.fits(query, self.title) for row in self.rows]
        for row, fit in zip(self.rows, fits, strict=True):
            row.setVisible(fit)
        self.setVisible(any(fits))
        return any(fits)

    def part(self, *, on: bool) -> None:
        """Draw the line that parts it from what stands above, or leave it out."""
        self._line.setVisible(on)


def said(widget: QWidget) -> str:
    """All that a widget says: its labels, buttons, choices and names."""
    found: list[str] = []
    for one in (widget, *widget.findChildren(QWidget)):
        found.append(one.accessibleName())
        if isinstance(one, QLabel | QAbstractButton):
            found.append(one.text())
        elif isinstance(one, QComboBox):
            found += (one.itemText(row) for row in range(one.count()))
    return " ".join(found)
