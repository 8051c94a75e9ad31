"""The dialog about an unforeseen error: what happened, that nothing is lost, and a report."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from authenticator.app.crash_report import CrashReport
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.screen_reader import announce
from authenticator.gui.widgets.scrolling_dialog import ScrollingDialog
from authenticator.language import join_sentences, tr, trn

LINES = 28
"""The dialog's height in lines of text, as far as the screen has room."""


class CrashDialog(ScrollingDialog):
    """One for all errors while it is open: further ones are counted, or added below. Unless the
    app `can_continue`, all that is left is to quit."""

    quit_requested = Signal()

    def __init__(
        self, parent: QWidget | None, report: CrashReport, *, can_continue: bool = True
    ) -> None:
        super().__init__(parent, LINES * QFontMetrics(QGuiApplication.font()).lineSpacing())
        self.setWindowTitle(tr("Something went wrong"))
        self._counts: dict[CrashReport, int] = {}
        self.report = QPlainTextEdit()
        self.report.setReadOnly(True)
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setTabChangesFocus(True)
        self.report.setAccessibleName(tr("Report"))
        self.report.setMinimumHeight(6 * self.fontMetrics().lineSpacing())
        self.copy_button = button(tr("Copy report"))
        self.copy_button.clicked.connect(self.copy)
        self.quit_button = button(tr("Quit"), "" if can_continue else "primary")
        self.quit_button.clicked.connect(self.reject)
        self.quit_button.clicked.connect(self.quit_requested)
        self.go_on_button = button(tr("Continue"), "primary")
        self.go_on_button.clicked.connect(self.accept)
        self.go_on_button.setVisible(can_continue)
        self._lay_out(can_continue=can_continue)
        self.add(report)
        (self.go_on_button if can_continue else self.quit_button).setFocus()

    def _lay_out(self, *, can_continue: bool) -> None:
        if can_continue:
            heading = tr("Authenticator made a mistake")
            advice = tr("You can continue. If something no longer works, quit and start again.")
        else:
            heading = tr("Authenticator has to close")
            advice = tr("Please start it again.")
        about_report = tr(
            "The report below says where it happened. It contains no keys, codes or account "
            "names. Please include it when you tell us about this."
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        buttons.addWidget(self.quit_button)
        buttons.addWidget(self.go_on_button)
        sheet = QWidget()
        sheet.setObjectName("sheet")
        lines = QVBoxLayout(sheet)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(12)
        lines.addWidget(text(heading, "heading"))
        safe = tr("Your accounts and keys are safe: nothing was lost.")
        lines.addWidget(text(join_sentences(safe, advice)))
        lines.addWidget(text(about_report, "muted"))
        lines.addWidget(self.report, 1)
        scroll = QScrollArea()
        scroll.setObjectName("reading")
        scroll.setAccessibleName(heading)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(sheet)
        buttons.setContentsMargins(2, 0, 2, 2)  # as wide as what scrolls within its focus frame
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(12)
        column.addWidget(scroll, 1)
        column.addLayout(buttons)

    def add(self, report: CrashReport) -> None:
        """One more error; one that is in the report already is only counted."""
        known = next((one for one in self._counts if one.place == report.place), report)
        self._counts[known] = self._counts.get(known, 0) + 1
        self.report.setPlainText(self.as_text())
        self.copy_button.setText(tr("Copy report"))

    def as_text(self) -> str:
        """All reports, as they are copied."""
        return "\n\n".join(
            one.text if count == 1 else one.text + "\n" + trn("once", "{count} times", count)
            for one, count in self._counts.items()
        )

    def copy(self) -> None:
        """Put the reports on the clipboard."""
        QGuiApplication.clipboard().setText(self.as_text())
        self.copy_button.setMinimumWidth(self.copy_button.width())  # the others stay in place
        self.copy_button.setText(tr("Copied"))
        announce(self.copy_button, tr("Copied"))
