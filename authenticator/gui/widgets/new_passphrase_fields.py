"""A new passphrase: typed twice, and told how strong it is while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from authenticator import wording
from authenticator.app.passphrase_strength import Strength, strength
from authenticator.gui.widgets.labels import text
from authenticator.gui.widgets.passphrase_field import passphrase_field
from authenticator.language import join_sentences, sentence, tr
from authenticator.vault.errors import PassphraseTooSimple
from authenticator.vault.new_passphrase import require_usable
from authenticator.wording.passphrase_strength import in_words

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

    from authenticator.gui.jobs import Job, JobQueue

PAUSE_MS = 150
"""How long nobody may type before the strength is estimated."""


class NewPassphraseFields(QWidget):
    """Two fields, the strength between them. The estimate runs off the GUI thread."""

    entered = Signal()  # Return in the second field

    def __init__(self, first: str, second: str, jobs: JobQueue) -> None:
        """The names of the fields, and where to estimate."""
        super().__init__()
        self._jobs = jobs
        self._job: Job | None = None
        self.first = passphrase_field(first)
        self.second = passphrase_field(second)
        self.bar = QProgressBar()
        self.bar.setRange(0, 4)
        self.bar.setTextVisible(False)
        self.verdict = text("", "status")
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._estimate)
        self.first.entry.textEdited.connect(self._typed)
        self.first.entry.returnPressed.connect(self.second.entry.setFocus)
        self.second.entry.returnPressed.connect(self.entered)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.first)
        strong = QVBoxLayout()
        strong.setSpacing(4)
        strong.addWidget(self.bar)
        strong.addWidget(self.verdict)
        column.addLayout(strong)
        column.addWidget(self.second)
        self.clear()

    def clear(self) -> None:
        """Forget what was typed."""
        self._drop_job()
        for field in (self.first, self.second):
            field.entry.clear()
            field.set_error("")
        self._show(None)

    def chosen(self) -> str:
        """The passphrase, if it may be used and was typed twice; else empty, and it is said."""
        first, second = self.first.entry.text(), self.second.entry.text()
        fault = "" if first else tr("Choose a passphrase.")
        if first:
            try:
                require_usable(first)
            except PassphraseTooSimple as simple:
                told = wording.explain(simple)
                fault = join_sentences(sentence(told.title), told.cause)
        self.first.set_error(fault)
        self.second.set_error("" if first == second else tr("The passphrases don't match."))
        return "" if fault or first != second else first

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._drop_job()

    def _drop_job(self) -> None:
        self._pause.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _typed(self) -> None:
        self.first.set_error("")
        self._pause.start()

    def _estimate(self) -> None:
        passphrase = self.first.entry.text()
        self._drop_job()
        if passphrase:
            self._job = self._jobs.submit(
                lambda: strength(passphrase), self._show, lambda _: self._show(None)
            )
        else:
            self._show(None)

    def _show(self, found: Strength | None) -> None:
        self.bar.setValue(0 if found is None else max(1, int(found.score)))
        self.verdict.setText(
            tr("Several words that have nothing to do with each other are strong.")
            if found is None
            else in_words(found)
        )
        self.bar.setAccessibleName(tr("Strength"))
        self.bar.setAccessibleDescription(self.verdict.text())
        self.first.entry.setAccessibleDescription(
            join_sentences(self.first.error, self.verdict.text())
        )
