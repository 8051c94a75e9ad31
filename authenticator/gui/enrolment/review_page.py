"""The choice of which accounts to add, of those that were found."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QListWidgetItem

from authenticator import wording
from authenticator.app.enrolment import SortedPayloads
from authenticator.app.reading import ScannedPicture
from authenticator.gui.enrolment.pin_fields import PinFields
from authenticator.gui.enrolment.reading import CodeOutline, Screenshot
from authenticator.gui.enrolment.screenshot_view import ScreenshotViews
from authenticator.gui.widgets.check_list import FoundList
from authenticator.gui.widgets.flow_layout import FlowLayout, Spare
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.page import Page
from authenticator.language import tr, trn
from authenticator.otp.uri import Enrolment
from authenticator.vault.entry import Entry
from authenticator.wording.other_apps import beside

TOLD = 5
TALLEST = 280
"""Px the list may be high where a picture stands above it: both stay in sight."""


class ReviewPage(Page):
    """A list with check boxes; accounts that exist already start unticked."""

    picked = Signal(object)  # tuple[Enrolment, ...]
    details_requested = Signal(object, object)  # Enrolment, tuple[ScannedPicture, ...]

    def __init__(self) -> None:
        super().__init__(tr("Accounts found"))
        self._found: tuple[Enrolment, ...] = ()
        self._codes: list[CodeOutline] = []
        self._pictures: tuple[ScannedPicture, ...] = ()
        self.shows_details = False
        """Whether this page is hidden only while the details are read."""
        self._words = text("", "muted")
        self.screenshots = ScreenshotViews()
        self.screenshots.pressed.connect(self._toggle)
        self.list = FoundList(tr("Accounts found"), tr("Details"))
        self.list.setAccessibleDescription(tr("Space ticks a row, Enter shows its details."))
        self.list.itemChanged.connect(self._count)
        self.list.details_requested.connect(self._ask_for_details)
        self.pins = PinFields()
        self.pins.entered.connect(self._pick)
        self.notice = Notice()
        self.add = button(tr("Add"), "primary")
        self.add.clicked.connect(self._pick)
        cancel = button(tr("Cancel"))
        cancel.clicked.connect(self.back)
        row = FlowLayout(Spare.WITHIN)
        row.addWidget(cancel)
        row.addWidget(self.add)
        self.body.addWidget(self._words)
        self.body.addWidget(self.screenshots)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.pins)
        self.body.addWidget(self.notice)
        self.body.addStretch(0)
        self.add_foot(row)

    def set_found(
        self,
        result: SortedPayloads,
        duplicates: list[Entry | None],
        unread: tuple[str, ...] = (),
        shots: tuple[Screenshot, ...] = (),
        pictures: tuple[ScannedPicture, ...] = (),
    ) -> None:
        """Show what was found. `duplicates` holds for each the same account in the vault, if any,
        `unread` are lines about sources that gave nothing, `shots` show where codes were on
        screens, and `pictures` are what the codes were read from."""
        self._found = result.found
        self._pictures = pictures
        self._codes = _different([mark for shot in shots for mark in shot.marks if mark.accounts])
        rows = []
        for enrolment, duplicate in zip(result.found, duplicates, strict=True):
            label = enrolment.account.label
            name = wording.displayable(str(label)) or tr("No name")
            number = self._number_of(enrolment)
            lines = [name if number is None else f"{number}.  {name}"]
            lines.append(wording.kind(enrolment.account.otp))
            if duplicate is not None:
                lines.append(tr("Already here, with the same key. One is enough."))
            lines += [wording.remark(notice) for notice in enrolment.notices]
            rows.append(("\n".join(lines), duplicate is None))
        self.list.set_rows(rows)
        self.pins.ask_for({row: one.account for row, one in enumerate(result.found)})
        if all(duplicate is not None for duplicate in duplicates):
            one = len(result.found) == 1
            self._words.setText(
                tr("This account is already here.")
                if one
                else tr("All of these accounts are already here.")
            )
        elif len(result.found) == 1:
            self._words.setText(tr("This account was found. Add it?"))
        else:
            self._words.setText(
                tr("Tick the accounts to add, here or on the picture.")
                if self._codes
                else tr("Tick the accounts to add.")
            )
        self._show_rest(result, unread)
        self.screenshots.set_screenshots(shots, self._number, self._has_picked)
        self.list.tallest = TALLEST if self.screenshots.pictures else None
        self.list.show_first()
        self._count()

    def set_initial_focus(self) -> None:
        """One account needs a yes, several need a choice first."""
        one = self.list.count() == 1 and self.add.isEnabled()
        if one and self.pins.focus():
            return
        (self.add if one else self.list).setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous() and not self.shows_details:  # a minimized window keeps its own
            self._let_go()

    def details_left(self) -> None:
        """If they did not lead back here, no picture of a screen is kept."""
        self.shows_details = False
        if self.isHidden():
            self._let_go()

    def _let_go(self) -> None:
        self.screenshots.clear()
        self.pins.ask_for({})
        self._pictures = ()

    def _ask_for_details(self, row: int) -> None:
        self.details_requested.emit(self._found[row], self._pictures)

    # Codes on a picture of the screen: a number for each, the same in the list

    def _number(self, mark: CodeOutline) -> int | None:
        for number, code in enumerate(self._codes, 1):
            if code.accounts == mark.accounts:
                return number
        return None

    def _number_of(self, enrolment: Enrolment) -> int | None:
        for number, code in enumerate(self._codes, 1):
            if enrolment.account in code.accounts:
                return number
        return None

    def _rows(self, mark: CodeOutline) -> list[QListWidgetItem]:
        return [
            self.list.item(row)
            for row, enrolment in enumerate(self._found)
            if enrolment.account in mark.accounts
        ]

    def _has_picked(self, mark: CodeOutline) -> bool:
        return any(row.checkState() == Qt.CheckState.Checked for row in self._rows(mark))

    def _toggle(self, mark: CodeOutline) -> None:
        to = Qt.CheckState.Unchecked if self._has_picked(mark) else Qt.CheckState.Checked
        rows = self._rows(mark)
        for row in rows:
            row.setCheckState(to)
        if rows:
            self.list.setCurrentItem(rows[0])
            self.list.scrollToItem(rows[0])

    def _show_rest(self, result: SortedPayloads, unread: tuple[str, ...]) -> None:
        words = [
            wording.remark(fault) for refusal in result.refused[:TOLD] for fault in refusal.faults
        ]
        words += unread[:TOLD]
        count = len(result.refused) + len(unread)
        # The code of an app store beside an enrolment is no failure.
        words += map(beside, result.others[:TOLD])
        if not words:
            self.notice.hide()
            return
        tone, title = Tone.NOTE, tr("Something else was found too")
        if count:
            tone = Tone.WARN
            title = trn("One of them can't be added", "{count} of them can't be added", count)
        self.notice.show_message(tone, title, "\n".join(dict.fromkeys(words)))

    def _checked(self) -> tuple[Enrolment, ...]:
        return tuple(self._found[row] for row in self.list.checked_rows())

    def _count(self) -> None:
        self.screenshots.update_all()
        self.pins.show_for(self.list.checked_rows())
        count = len(self._checked())
        self.add.setEnabled(count > 0)
        self.add.setText(
            tr("Add") if count == 0 else trn("Add one account", "Add {count} accounts", count)
        )
        self.add.setAccessibleName(self.add.text())

    def _pick(self) -> None:
        picked = []
        for row in self.list.checked_rows():
            account = self.pins.completed(row, self._found[row].account)
            if account is not None:
                picked.append(replace(self._found[row], account=account))
        if len(picked) < len(self.list.checked_rows()):
            self.pins.focus(wrong=True)
        elif picked:
            self.picked.emit(tuple(picked))


def _different(marks: list[CodeOutline]) -> list[CodeOutline]:
    """One of each set of marks for the same accounts: a code may be on two screens."""
    kept: list[CodeOutline] = []
    for mark in marks:
        if all(mark.accounts != other.accounts for other in kept):
            kept.append(mark)
    return kept
