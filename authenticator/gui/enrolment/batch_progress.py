"""Which parts of an export in several codes have been scanned, and which are missing."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from authenticator.app.enrolment import Progress
from authenticator.gui.theme import colors, stylesheet
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.screen_reader import announce
from authenticator.language import join_list, join_sentences, sentence, tr, trn

SHOWN = 40
"""Parts that are drawn one by one; larger exports come from tools and are only described in
words."""
NAMED = 12
"""Missing parts that are listed by their numbers."""


class PartBoxes(QWidget):
    """A box for each part, numbered: filled once it was scanned, an outline until then."""

    SIDE, GAP = 28, 8

    def __init__(self) -> None:
        super().__init__()
        self._progress = Progress(0, ())
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_progress(self, progress: Progress) -> None:
        self._progress = progress
        self.updateGeometry()
        self.update()

    def _across(self, width: int) -> int:
        return max(1, (width + self.GAP) // (self.SIDE + self.GAP))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-self._progress.size // self._across(width))
        return rows * (self.SIDE + self.GAP) - self.GAP

    def sizeHint(self) -> QSize:
        return QSize(280, self.heightForWidth(280))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        across, step = self._across(self.width()), self.SIDE + self.GAP
        for place in range(self._progress.size):
            scanned = place + 1 not in self._progress.missing
            row, column = divmod(place, across)
            # On the middle of its pixels, the outline is one px wide and sharp.
            box = QRectF(column * step + 0.5, row * step + 0.5, self.SIDE - 1, self.SIDE - 1)
            painter.setPen(QPen(QColor(tokens.accent if scanned else tokens.outline), 1))
            painter.setBrush(QColor(tokens.accent) if scanned else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, colors.RADIUS, colors.RADIUS)
            painter.setFont(stylesheet.font(self.font(), 12, semibold=scanned, tabular=True))
            painter.setPen(QColor(tokens.accent_text if scanned else tokens.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(place + 1))
        painter.end()


class BatchProgress(QFrame):
    """Hidden until parts of an export are missing; `go_on` asks to continue without them."""

    go_on = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._title = text("", "heading")
        self._words = text()
        self._boxes: list[PartBoxes] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._button = button(tr("Continue without the rest"))
        self._button.clicked.connect(self.go_on)
        foot = QHBoxLayout()
        foot.addWidget(self._button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addLayout(self._rows)
        column.addWidget(self._words)
        column.addLayout(foot)
        self.hide()

    @property
    def words(self) -> str:
        """All its text, for tests and for screen readers."""
        return f"{self._title.text()} {self._words.text()}"

    def set_progress(self, exports: tuple[Progress, ...], *, some_found: bool) -> None:
        """Show how far these exports are; `some_found`: there are accounts to continue with."""
        size = sum(export.size for export in exports)
        missing = [part for export in exports for part in export.missing]
        self._title.setText(
            tr("{scanned} of {size} parts scanned").format(scanned=size - len(missing), size=size)
        )
        if len(missing) <= NAMED:
            numbers = join_list(map(str, missing))
            still = tr("Still to scan: {parts}.").format(parts=numbers)
        else:
            still = trn(
                "Still to scan: {count} part.", "Still to scan: {count} parts.", len(missing)
            )
        self._words.setText(
            join_sentences(
                still,
                tr("Show the next code, in any order.")
                if any(export.split for export in exports)
                else tr("Show the next code of the export, in any order."),
            )
        )
        drawn = [export for export in exports if export.size <= SHOWN]
        while len(self._boxes) < len(drawn):
            self._boxes.append(PartBoxes())
            self._rows.addWidget(self._boxes[-1])
        for row, boxes in enumerate(self._boxes):
            boxes.setVisible(row < len(drawn))
            if row < len(drawn):
                boxes.show_progress(drawn[row])
        self._button.setVisible(some_found)
        if self.isHidden() or self.accessibleName() != self.words:
            announce(self, join_sentences(sentence(self._title.text()), self._words.text()))
        self.setAccessibleName(self.words)
        self.show()
