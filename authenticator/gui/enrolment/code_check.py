"""A field for a code that the panel's side shows, and which code of the account it is."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from authenticator import wording
from authenticator.app.verification import Verdict, verify
from authenticator.errors import InputRefused
from authenticator.gui.jobs import Job
from authenticator.gui.session import Session
from authenticator.gui.widgets.field import FormField
from authenticator.gui.widgets.labels import button
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.language import join_sentences, sentence, tr
from authenticator.otp.account import Account
from authenticator.wording.verification import verdict_text


class CodeCheck(QWidget):
    """Enter or the button checks it, in the background."""

    def __init__(self, session: Session, account: Account) -> None:
        super().__init__()
        self._session = session
        self._account = account
        self._job: Job | None = None
        self.field = FormField(
            tr("Code"),
            QLineEdit(),
            tr("One that the panel's log or self-test shows."),
        )
        self.field.entry.returnPressed.connect(self.check)
        self.field.entry.textEdited.connect(self._begin_anew)
        self.button = button(tr("Check"))
        self.button.clicked.connect(self.check)
        self.verdict = Notice()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.field)
        column.addLayout(row)
        column.addWidget(self.verdict)

    def check(self) -> None:
        """Say which code of the account this is."""
        self._begin_anew()
        account, code = self._account, self.field.entry.text()
        now_s = self._session.clock.now()
        self._job = self._session.background.submit(
            lambda: verify(account, code, now_s), self._tell, self._refuse
        )

    def end(self) -> None:
        """Drop a check that is under way."""
        if self._job is not None:
            self._job.cancel()

    def _begin_anew(self) -> None:
        """Clear the last verdict, which is not about what is being typed now."""
        self.end()
        self.field.set_error("")
        self.verdict.hide()

    def _tell(self, verdict: Verdict) -> None:
        first, *others = verdict_text(verdict)
        if verdict.place is None:
            title = first.removesuffix(".")
            self.verdict.show_message(Tone.BAD, title, "\n".join(others))
        else:
            tone = Tone.WARN if verdict.place.away else Tone.GOOD
            self.verdict.show_message(tone, tr("This code belongs to the account"), first)

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, InputRefused):
            message = wording.explain(error)
            self.field.set_error(
                join_sentences(sentence(message.title), message.next_step or message.cause)
            )
            self.field.entry.setFocus()
        else:
            self.verdict.show_error(error)
