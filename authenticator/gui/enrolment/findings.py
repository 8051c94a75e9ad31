"""The findings about an enrolment: how severe each is, what it is, and how to fix it."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from authenticator.app.inspection import Finding, Severity
from authenticator.gui.widgets.icon_button import IconLabel
from authenticator.gui.widgets.labels import text
from authenticator.gui.widgets.notice import Tone
from authenticator.language import tr
from authenticator.wording.inspection import SEVERITIES, told

_TONES = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.WARN, Severity.NOTE: Tone.NOTE}
GRAVEST_FIRST = tuple(Severity)


class Findings(QWidget):
    """A row for each, the most severe first; a line that says so where there are none."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        found = sorted(findings, key=lambda finding: GRAVEST_FIRST.index(finding.severity))
        for one in told(found):
            self._add(_TONES[one.severity], tr(SEVERITIES[one.severity]), one.reason, one.fix)
        if not found:
            self._add(Tone.GOOD, "", tr("Nothing to report: phones accept it as it is."), "")

    def _add(self, tone: Tone, severity: str, reason: str, mend: str) -> None:
        row = self._grid.rowCount()
        if row > 1:
            self._grid.setRowMinimumHeight(row, 8)
            row += 1
        self._grid.addWidget(IconLabel(*tone.value), row, 0, 3, 1, Qt.AlignmentFlag.AlignTop)
        lines = [(severity, "strong"), (reason, ""), (mend, "muted")]
        for words, role in lines:
            if words:
                self._grid.addWidget(text(words, role), row, 1)
                row += 1
