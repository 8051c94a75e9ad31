"""How far keys are rewritten, with a button that pauses it."""

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from authenticator.gui.operations.key_slots import KeySlotOperations
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice
from authenticator.language import tr


class MoveProgress(QWidget):
    """Hidden while nothing is under way."""

    def __init__(self, slots: KeySlotOperations) -> None:
        super().__init__()
        self._slots = slots
        self.words = text("", "status")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Keys rewritten"))
        self.pause = button(tr("Pause"))
        self.pause.clicked.connect(self._toggle)
        self.notice = Notice()
        told = QVBoxLayout()
        told.setSpacing(4)
        told.addWidget(self.words)
        told.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addLayout(told, 1)
        row.addWidget(self.pause)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.notice)
        slots.progressed.connect(self._show)
        slots.finished.connect(self._show)
        slots.stopped.connect(self.notice.show_error)
        self._show()

    def _show(self) -> None:
        progress = self._slots.progress
        self.setVisible(progress is not None)
        if progress is None:
            self.notice.hide()
            return
        paused = self._slots.paused
        words = (
            tr("{done} of {total} keys are rewritten. The rest is done later; all codes work.")
            if paused
            else tr("{done} of {total} keys are rewritten. All codes work meanwhile.")
        )
        self.words.setText(words.format(done=progress.done, total=progress.total))
        self.bar.setRange(0, max(1, progress.total))
        self.bar.setValue(progress.done)
        self.bar.setAccessibleDescription(self.words.text())
        self.pause.setText(tr("Continue") if paused else tr("Pause"))

    def _toggle(self) -> None:
        self.notice.hide()
        if self._slots.paused:
            self._slots.go_on()
        else:
            self._slots.pause()
