"""The bar of groups above the list, to show one group or all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QScrollArea, QWidget

from authenticator import wording
from authenticator.gui.widgets.labels import button
from authenticator.language import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QWheelEvent

NAME_LIMIT = 40


class GroupBar(QScrollArea):
    """One line of chips, which scrolls if there is no room. Arrow keys move along it."""

    chosen = Signal(str)  # a group; "" for all

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Groups"))
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._names: list[str] | None = None
        self._buttons = QButtonGroup(self)
        self._buttons.buttonToggled.connect(self._toggled)

    def offer(self, names: list[str]) -> None:
        """Show these groups. The selected one stays selected if it still exists, else all are."""
        if names == self._names:
            return
        before = self.current
        self._names = names
        for old in self._buttons.buttons():
            self._buttons.removeButton(old)
        line = QWidget()
        line.setObjectName("sheet")
        row = QHBoxLayout(line)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        for place, name in enumerate(["", *names]):
            chip = button(wording.displayable(name, NAME_LIMIT) if name else tr("All"), "chip")
            # Qt takes "&" for a mnemonic.
            chip.setText(chip.text().replace("&", "&&"))
            chip.setAccessibleName(
                tr("Group {name}").format(name=wording.displayable(name, NAME_LIMIT))
                if name
                else tr("All groups")
            )
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self._buttons.addButton(chip, place)
            row.addWidget(chip)
        row.addStretch(1)
        self.setWidget(line)
        self._fit()
        kept = names.index(before) + 1 if before in names else 0
        self._buttons.button(kept).setChecked(True)

    @property
    def chips(self) -> list[QAbstractButton]:
        """All chips, from the leading edge."""
        return self._buttons.buttons()

    @property
    def current(self) -> str:
        """The selected group; empty for all."""
        place = self._buttons.checkedId()
        return self._names[place - 1] if self._names and place > 0 else ""

    def choose_all(self) -> None:
        self._buttons.button(0).setChecked(True)

    def _toggled(self, chip: QAbstractButton, on: bool) -> None:
        # Tab leads to the selected chip, from which arrow keys select another.
        chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)
        if on:
            self.ensureWidgetVisible(chip, 24, 0)
            self.chosen.emit(self.current)

    def _fit(self) -> None:
        """Fit the height to the chips at the current text size."""
        if (line := self.widget()) is not None:
            self.setFixedHeight(line.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.StyleChange:
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (turned.x() or turned.y()) // 2)
        event.accept()
