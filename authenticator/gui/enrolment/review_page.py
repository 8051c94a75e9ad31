"""The choice of which accounts to add, of those that were found."""

from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QListWidgetItem

from authenticator import wording
from authenticator.app.add_account import Outcome, Step, choices
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
from authenticator.language import gettext_noop, join_sentences, tr, trn
from authenticator.otp.uri import Enrolment
from authenticator.vault.duplicates import Relatives
from authenticator.vault.kinds import VaultInfo
from authenticator.wording.other_apps import beside
from authenticator.wording.relatives import relation, told_apart
from authenticator.wording.storage import slow_to_add

TOLD = 5
TALLEST = 280
"""Px the list may be high where a picture stands above it: both stay in sight."""


_CHOICE_NAMES = {
    Outcome.UPDATED: gettext_noop("Update"),
    Outcome.PUT_BACK: gettext_noop("Put back"),
    Outcome.ADDED: gettext_noop("Keep both"),
    Outcome.LEFT: gettext_noop("Leave"),
}


class Picked(NamedTuple):
    """An account that was found, what is to be done about it, and what was there before."""

    enrolment: Enrolment
    step: Step
    relatives: Relatives


class ReviewPage(Page):
    """A list with check boxes; accounts that exist already start unticked. Where one exists in
    another form, its row offers a choice."""

    picked = Signal(object)  # tuple[Picked, ...]
    details_requested = Signal(object, object)  # Enrolment, tuple[ScannedPicture, ...]
    ticks_at_first = True
    """Whether anything is ticked before a person has ticked it."""

    def __init__(self) -> None:
        super().__init__(tr("Accounts found"))
        self._found: tuple[Enrolment, ...] = ()
        self._relatives: list[Relatives] = []
        self._codes: list[CodeOutline] = []
        self._pictures: tuple[ScannedPicture, ...] = ()
        self.shows_details = False
        """Whether this page is hidden only while the details are read."""
        self.is_covered = False
        """Whether this page is hidden only while a person looks at what another program opened."""
        self._words = text("", "muted")
        self.slow = text("", "muted")
        self.slow.hide()
        self.screenshots = ScreenshotViews()
        self.screenshots.pressed.connect(self._toggle)
        self.list = FoundList(tr("Accounts found"), tr("Details"))
        self.list.setAccessibleDescription(
            tr("Space ticks a row, Enter shows its details, Left and Right choose in it.")
        )
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
        self.body.addWidget(self.slow)
        self.body.addWidget(self.screenshots)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.pins)
        self.body.addWidget(self.notice)
        self.body.addStretch(0)
        self.add_foot(row)

    def set_found(
        self,
        result: SortedPayloads,
        relatives: list[Relatives],
        unread: tuple[str, ...] = (),
        shots: tuple[Screenshot, ...] = (),
        pictures: tuple[ScannedPicture, ...] = (),
    ) -> None:
        """Show what was found. `relatives` holds for each what is in the vault already, `unread`
        are lines about sources that gave nothing, `shots` show where codes were on screens, and
        `pictures` are what the codes were read from."""
        self._found = result.found
        self._relatives = relatives
        self._pictures = pictures
        self._codes = _different([mark for shot in shots for mark in shot.marks if mark.accounts])
        self.list.set_rows(
            [
                (
                    self._row_words(enrolment, there),
                    self.ticks_at_first and there.identical is None,
                )
                for enrolment, there in zip(result.found, relatives, strict=True)
            ]
        )
        self.pins.ask_for({row: one.account for row, one in enumerate(result.found)})
        for row, offered in enumerate(self._offered()):
            if offered:
                suggested = offered[-1]  # to leave it
                if self.ticks_at_first:
                    suggested = _suggested(offered, relatives[row], alone=len(relatives) == 1)
                self.list.set_choices(row, _words(offered), offered.index(suggested))
        self._words.setText(self._question())
        self._words.setVisible(bool(self._words.text()))
        self._show_rest(result, unread)
        self.screenshots.set_screenshots(shots, self._number, self._has_picked)
        self.list.tallest = TALLEST if self.screenshots.pictures else None
        self.list.show_first()
        self._count()

    def tell_slow(self, kinds: VaultInfo | None) -> None:
        """Say so if adding all of them takes a while; see `slow_to_add`."""
        words = slow_to_add(len(self._found), kinds)
        self.slow.setText(words)
        self.slow.setVisible(bool(words))

    def _row_words(self, enrolment: Enrolment, there: Relatives) -> str:
        """What a row says: name, kind, what is there already, and remarks."""
        name = wording.displayable(str(enrolment.account.label)) or tr("No name")
        number = self._number_of(enrolment)
        lines = [name if number is None else f"{number}.  {name}"]
        lines.append(wording.kind(enrolment.account.otp))
        lines += self._relation(enrolment, there)
        lines += [wording.remark(notice) for notice in enrolment.notices]
        return "\n".join(lines)

    def _offered(self) -> list[tuple[Step, ...]]:
        """For each row what may become of it, if there is anything to choose."""
        return [
            choices(enrolment.account, there)
            for enrolment, there in zip(self._found, self._relatives, strict=True)
        ]

    def _relation(self, enrolment: Enrolment, there: Relatives) -> tuple[str, ...]:
        return relation(there, enrolment.account.otp)

    def _may_add(self) -> bool:
        return True

    def _question(self) -> str:
        one = len(self._found) == 1
        if all(there.identical is not None for there in self._relatives):
            return (
                tr("This account is already here.")
                if one
                else tr("All of these accounts are already here.")
            )
        if one:
            if any(self._offered()):
                return tr("This account was found. What is to become of it?")
            return tr("This account was found. Add it?")
        known = sum(map(bool, self._offered()))
        return join_sentences(
            tr("Tick the accounts to add, here or on the picture.")
            if self._codes
            else tr("Tick the accounts to add."),
            trn(
                "One is here already in another form: choose what becomes of it.",
                "{count} are here already in another form: choose what becomes of them.",
                known,
            )
            if known
            else "",
        )

    def set_initial_focus(self) -> None:
        """One account needs a yes, several need a choice first."""
        one = self.list.count() == 1 and self.add.isEnabled()
        if one and self.pins.focus():
            return
        (self.add if one else self.list).setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous() and not self._comes_back:  # a minimized window keeps its own
            self._let_go()

    @property
    def _comes_back(self) -> bool:
        return self.shows_details or self.is_covered

    def details_left(self) -> None:
        """If they did not lead back here, no picture of a screen is kept."""
        self.shows_details = False
        if self.isHidden() and not self._comes_back:
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

    def _picked(self) -> dict[int, Picked]:
        """What is to be done, for each row that is ticked."""
        offered, picked = self._offered(), {}
        for row in self.list.checked_rows():
            enrolment, chosen = self._found[row], self.list.chosen(row)
            step = Step(enrolment.account) if chosen < 0 else offered[row][chosen]
            picked[row] = Picked(enrolment, step, self._relatives[row])
        return picked

    def _count(self) -> None:
        self.screenshots.update_all()
        picked = self._picked()
        self.add.setEnabled(bool(picked) and self._may_add())
        self.add.setText(_verb({one.step.outcome for one in picked.values()}, len(picked)))
        self.add.setAccessibleName(self.add.text())
        self.pins.show_for(row for row, one in picked.items() if one.step.lacks_pin)

    def _pick(self) -> None:
        if not self._may_add():
            return
        wanted, picked = self._picked(), []
        for row, one in wanted.items():
            step = one.step
            account = self.pins.completed(row, step.account) if step.lacks_pin else step.account
            if account is not None:
                picked.append(one._replace(step=replace(step, account=account)))
        if len(picked) < len(wanted):
            self.pins.focus(wrong=True)
        elif picked:
            self.picked.emit(tuple(picked))


def _suggested(offered: tuple[Step, ...], there: Relatives, *, alone: bool) -> Step:
    """What is chosen at first. Among many, an account that is here stays as it is until somebody
    looks; one that was scanned by itself is here to be corrected, if it is clear which one."""
    first, leave = offered[0], offered[-1]
    if first.outcome is Outcome.UPDATED:
        return first if alone and there.changed else leave
    return first if first.outcome is Outcome.PUT_BACK else leave


def _words(offered: tuple[Step, ...]) -> list[str]:
    """What the choices are called. Several to update are told apart, and an account in the bin is
    no second one in the list."""
    words = [tr(_CHOICE_NAMES[one.outcome]) for one in offered]
    several = [one.there for one in offered if one.outcome is Outcome.UPDATED and one.there]
    if len(several) > 1:
        words[1:-1] = [tr("Update {which}", which=which) for which in told_apart(several)]
    if offered[0].outcome is Outcome.PUT_BACK:
        words[1] = tr("Add anew")
    return words


def _verb(outcomes: set[Outcome], count: int) -> str:
    """What the button does."""
    if not count:
        return tr("Add")
    if outcomes == {Outcome.UPDATED}:
        return trn("Update one account", "Update {count} accounts", count)
    if outcomes == {Outcome.PUT_BACK}:
        return trn("Put one account back", "Put {count} accounts back", count)
    if outcomes == {Outcome.ADDED}:
        return trn("Add one account", "Add {count} accounts", count)
    return trn("Save one account", "Save {count} accounts", count)


def _different(marks: list[CodeOutline]) -> list[CodeOutline]:
    """One of each set of marks for the same accounts: a code may be on two screens."""
    kept: list[CodeOutline] = []
    for mark in marks:
        if all(mark.accounts != other.accounts for other in kept):
            kept.append(mark)
    return kept
