"""The choice of which accounts to add, of those that another program opened with the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from authenticator import wording
from authenticator.app.enrolment import NoCodeFound, SortedPayloads
from authenticator.gui.enrolment.batch_progress import NAMED
from authenticator.gui.enrolment.reading import unread_message
from authenticator.gui.enrolment.review_page import ReviewPage
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.language import join_list, join_sentences, tr, trn
from authenticator.wording.relatives import relation

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from authenticator.gui.enrolment.reading import ScanOutcome
    from authenticator.otp.uri import Enrolment
    from authenticator.vault.duplicates import Relatives

REST_MS = 1000
"""How long nothing can be ticked or added after the list has appeared or changed: keys that were
meant for something else have been pressed by then."""
_LEADS_ON = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)
_INPUT = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
)


class OpenedReviewPage(ReviewPage):
    """Nothing is ticked at first, and nothing that can tick or add has the focus. For REST_MS after
    it appears, changes, or its window comes to the front, neither list nor button can be used."""

    key_requested = Signal(str)  # a key alone, which has no name yet
    ticks_at_first = False

    def __init__(self) -> None:
        super().__init__()
        self.origin = Notice()
        self.body.insertWidget(0, self.origin)
        self.origin.follow(self.back_button)
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._count)
        for part in (self.list, self.list.viewport()):
            part.installEventFilter(self)

    def show_reading(self) -> None:
        """Say that it is being read."""
        self.show_outcome(None, [], key_has_room=False)

    def show_outcome(
        self, outcome: ScanOutcome | None, relatives: list[Relatives], *, key_has_room: bool
    ) -> None:
        """Show what was found, with what is in the vault already of each; None while it is being
        read. `key_has_room`: a key alone may be put into the form for a new account."""
        result = SortedPayloads((), (), (), ()) if outcome is None else outcome.payloads
        pictures = () if outcome is None else outcome.pictures
        unread = () if outcome is None or not result.found else outcome.unread()
        self.set_found(result, relatives, unread, pictures=pictures)
        for part in (self.list, self.add):
            part.setVisible(bool(result.found))
        self._show_origin(outcome)
        if outcome is not None and not result.found:
            self._show_nothing(outcome, key_has_room=key_has_room)
        self._begin_rest()

    def _show_origin(self, outcome: ScanOutcome | None) -> None:
        if outcome is None:
            said = tr("Reading…")
        else:
            said = join_sentences(
                _missing(outcome.payloads),
                tr(
                    "A page in your browser can do this without asking you. Add only what you "
                    "have just set up yourself."
                ),
            )
        self.origin.show_message(Tone.NOTE, tr("Opened by another program"), said)

    def _show_nothing(self, outcome: ScanOutcome, *, key_has_room: bool) -> None:
        """Say why there is no account."""
        result = outcome.payloads
        if len(result.keys) == 1 and not result.refused:
            key = result.keys[0]
            self.notice.show_message(
                Tone.NOTE,
                tr("A key was found, without a name"),
                tr("Give it a name, and add it if you know where it comes from.")
                if key_has_room
                else tr("Finish what you are typing, then open it again to give it a name."),
                *([(tr("Enter the key"), lambda: self.key_requested.emit(key))] * key_has_room),
            )
            return
        told = unread_message(outcome)
        if told is None and not result.exports:
            message = wording.explain(NoCodeFound())
            told = message.title, join_sentences(message.cause, message.next_step)
        if told is not None:
            self.notice.show_message(Tone.WARN, *told)

    # Rest

    @property
    def is_resting(self) -> bool:
        """Whether the list appeared or changed just now."""
        return self._rest.isActive()

    def _begin_rest(self) -> None:
        if self.add.hasFocus():
            self.origin.setFocus()
        self._rest.start(REST_MS)
        self._count()

    def _count(self) -> None:
        super()._count()
        self.add.setAccessibleDescription(
            tr("Can be used in a moment, so that a key pressed by habit adds nothing.")
            if self.is_resting
            else ""
        )

    def _may_add(self) -> bool:
        return not self.is_resting

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """While it rests, keys and clicks in the list do nothing, except those that lead away."""
        if not self.is_resting or event.type() not in _INPUT:
            return False
        return not (isinstance(event, QKeyEvent) and event.key() in _LEADS_ON)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._begin_rest()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._begin_rest()

    # What differs from accounts that a person scanned, dropped, pasted or typed

    def set_initial_focus(self) -> None:
        self.origin.setFocus()

    def _relation(self, enrolment: Enrolment, there: Relatives) -> tuple[str, ...]:
        return relation(there, enrolment.account.otp, opened=True)

    def _question(self) -> str:
        if not self._found:
            return ""
        if len(self._found) == 1 and self._relatives[0].identical is None:
            return tr("Tick the account to add it.")
        return super()._question()


def _missing(result: SortedPayloads) -> str:
    """Which parts of an export have not been opened yet."""
    if not result.exports:
        return ""
    size = sum(export.size for export in result.exports)
    missing = result.missing
    named = join_list(map(str, missing[:NAMED])) + ("…" if len(missing) > NAMED else "")
    return join_sentences(
        tr("{scanned} of {size} parts are here.", scanned=size - len(missing), size=size),
        trn(
            "Missing: {parts}. Open it in the same way, then look again.",
            "Missing: {parts}. Open them in the same way, then look again.",
            len(missing),
            parts=named,
        ),
    )
