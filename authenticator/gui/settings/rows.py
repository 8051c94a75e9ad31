"""Rows of the settings, from which sections are declared: a control with its name, an explanation
and the words that find it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QVBoxLayout, QWidget

from authenticator.app.search import matches
from authenticator.app.settings import Settings
from authenticator.gui.widgets.combo_box import ComboBox
from authenticator.gui.widgets.field import FormField
from authenticator.gui.widgets.labels import hairline, text
from authenticator.gui.widgets.switch import Switch


class SettingRow(QWidget):
    """One row of any widgets. A search finds it by all their texts and by further `words`."""

    chosen = Signal(object)  # dict[str, object]: fields of Settings and their new values

    def __init__(self, *parts: QWidget, words: str = "") -> None:
        super().__init__()
        self._words = words
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.add(*parts)

    def add(self, *parts: QWidget) -> None:
        """Add widgets below those that are there."""
        for part in parts:
            self._column.addWidget(part)

    def set_settings(self, settings: Settings) -> None:
        """Show the current values."""

    def matches(self, query: str, section: str) -> bool:
        """Whether a search for these words finds it; the section's title counts as its own."""
        return matches(f"{section} {self._words} {visible_text(self)}", query)


class ChoiceRow(SettingRow):
    """A field of Settings with several values, each offered by its text."""

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
        self.entry = ComboBox()
        self.entry.addItems([name for name, _ in options])
        self.add(FormField(title, self.entry, hint))
        self.entry.activated.connect(lambda row: self.chosen.emit({field: self._values[row]}))

    @property
    def value(self) -> object:
        """The value shown."""
        return self._values[self.entry.currentIndex()]

    def choose(self, value: object) -> None:
        """Choose a value as a person would."""
        self.entry.setCurrentIndex(self._values.index(value))
        self.entry.activated.emit(self.entry.currentIndex())

    def set_settings(self, settings: Settings) -> None:
        self.entry.setCurrentIndex(self._values.index(getattr(settings, self.field)))


class SwitchRow(SettingRow):
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

    def set_settings(self, settings: Settings) -> None:
        self.switch.setChecked(getattr(settings, self.field))


class Section(QWidget):
    """Rows under a heading. A widget that is not a SettingRow becomes a row as it is."""

    def __init__(self, title: str, *rows: QWidget) -> None:
        super().__init__()
        self.title = title
        self.setAccessibleName(title)
        self.rows = [row if isinstance(row, SettingRow) else SettingRow(row) for row in rows]
        self._line = hairline()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._line)
        column.addWidget(text(title, "heading"))
        for row in self.rows:
            column.addWidget(row)

    def set_settings(self, settings: Settings) -> None:
        """Show the current values."""
        for row in self.rows:
            row.set_settings(settings)

    def filter(self, query: str) -> bool:
        """Show only the rows that match these words; hidden without any. Whether it has one."""
        fits = [row.matches(query, self.title) for row in self.rows]
        for row, fit in zip(self.rows, fits, strict=True):
            row.setVisible(fit)
        self.setVisible(any(fits))
        return any(fits)

    def set_separated(self, *, on: bool) -> None:
        """Show or hide the line that separates it from the section above."""
        self._line.setVisible(on)


def visible_text(widget: QWidget) -> str:
    """All texts of a widget: labels, buttons, choices and accessible names."""
    found: list[str] = []
    for one in (widget, *widget.findChildren(QWidget)):
        found.append(one.accessibleName())
        if isinstance(one, QLabel | QAbstractButton):
            found.append(one.text())
        elif isinstance(one, QComboBox):
            found += (one.itemText(row) for row in range(one.count()))
    return " ".join(found)
