"""Scan a QR code: with the camera, from the screen, from a picture, dropped or pasted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QWidget

from authenticator.app.enrolment import harvest
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.desktop.dropped_sources import Source
from authenticator.gui.desktop.screen_capture import ScreenCapture
from authenticator.gui.enrolment import reading
from authenticator.gui.enrolment.batch_progress import BatchProgress
from authenticator.gui.enrolment.camera_panel import CameraPanel
from authenticator.gui.enrolment.reading import Outcome
from authenticator.gui.enrolment.screenshot_view import ScreenshotViews
from authenticator.gui.jobs import Job
from authenticator.gui.session import Session
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.page import Page
from authenticator.language import tr
from authenticator.otp.migration import is_migration
from authenticator.otp.uri import is_enrolment

PICTURES = "*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.pdf"
TOLD = 3
"""Sources that are told one by one; of more only the number is."""


class ScanPage(Page):
    """Emits what was found; says what was not. The camera is open only while this page is shown."""

    found = Signal(object)  # Outcome
    enter = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Scan QR code"))
        self._session = session
        self._texts: tuple[str, ...] = ()
        self._outcome: Outcome | None = None
        self._job: Job | None = None
        self.camera = CameraPanel(session)
        self.camera.scanned.connect(self._scanned)
        self.progress = BatchProgress()
        self.progress.go_on.connect(lambda: self.found.emit(self._outcome))
        self.notice = Notice()
        self.shots = ScreenshotViews()
        self.screen_button = button(tr("From the screen"))
        self.screen_button.setToolTip(
            tr("Hides this window for a moment and looks for codes on every screen")
        )
        self.screen_button.clicked.connect(self.look)
        self.image = button(tr("Image file…"))
        self.image.clicked.connect(self.choose_file)
        self.paste_button = button(tr("Paste"))
        self.paste_button.clicked.connect(self.paste)
        by_hand = button(tr("Enter the key instead"), "quiet")
        by_hand.clicked.connect(self.enter)
        self.body.addWidget(self.camera)
        self.body.addWidget(self.progress)
        self.body.addWidget(self._busy_row())
        self.body.addWidget(self.notice)
        self.body.addWidget(self.shots)
        ways = QGridLayout()
        ways.setSpacing(8)
        ways.addWidget(self.screen_button, 0, 0, 1, 2)
        ways.addWidget(self.image, 1, 0)
        ways.addWidget(self.paste_button, 1, 1)
        self.body.addLayout(ways)
        self.body.addWidget(
            text(
                tr(
                    "Or drop a picture onto this window, straight from the browser if you like. "
                    "You can paste a screenshot, a picture or an otpauth:// link."
                ),
                "muted",
            )
        )
        self.body.addWidget(by_hand)
        self.body.addStretch(1)

    def _busy_row(self) -> QWidget:
        self.busy = QWidget()
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(tr("Reading"))
        self.cancel = button(tr("Cancel"))
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout(self.busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(text(tr("Reading…")), 0)
        row.addWidget(bar, 1)
        row.addWidget(self.cancel)
        self.busy.hide()
        return self.busy

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.camera.start()

    def take_focus(self) -> None:
        self.screen_button.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.camera.stop()
        if not event.spontaneous():  # a minimized window keeps what it shows, and reads on
            self._cancel()
            self.shots.clear()

    @property
    def texts(self) -> tuple[str, ...]:
        """What was read of an export that still has parts to scan."""
        return self._texts

    def start_afresh(self) -> None:
        """Forget what earlier scans read, and their messages."""
        self._texts = ()
        self._clear()

    def _clear(self) -> None:
        self.notice.hide()
        self.progress.setVisible(bool(self._texts))
        self.shots.clear()
        self.camera.come_back()

    # Pictures and texts

    def choose_file(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        names, _ = QFileDialog.getOpenFileNames(
            self,
            tr("Choose pictures"),
            folder,
            tr("Pictures ({kinds});;All files (*)").format(kinds=PICTURES),
        )
        if names:
            self.read([dropped_sources.file_source(Path(name)) for name in names])

    def paste(self) -> None:
        """Read what is on the clipboard."""
        sources = dropped_sources.sources(QGuiApplication.clipboard().mimeData())
        if sources:
            self.read(sources)
        else:
            self.notice.say(
                Tone.NOTE,
                tr("Nothing to read on the clipboard"),
                tr("Copy the QR code as a picture, or the otpauth:// link, and paste again."),
            )

    def read(self, sources: list[Source]) -> None:
        """Read these; `found` or the notice tells what came of it."""
        parts, before = self._session.parts, self._texts
        self._start(lambda: reading.read(parts, sources, before))

    def look(self) -> None:
        """Look for codes on every screen, with this window out of the way."""
        self._cancel()
        self._clear()
        self.screen_button.setEnabled(False)
        look = ScreenCapture(self.window())
        look.taken.connect(self._looked)
        look.failed.connect(self._look_failed)
        look.start()

    def _looked(self, pictures: list[QImage | bytes]) -> None:
        self._may_look_again()
        parts, before = self._session.parts, self._texts
        self._start(lambda: reading.read_screens(parts, pictures, before))

    def _look_failed(self, error: Exception) -> None:
        self._may_look_again()
        self.notice.explain(error)

    def _may_look_again(self) -> None:
        self.screen_button.setEnabled(True)
        self.screen_button.setFocus()

    def _start(self, task: Callable[[], Outcome]) -> None:
        self._cancel()
        self._clear()
        self.busy.show()
        self._job = self._session.background.submit(task, self._read, self._read_failed)

    def _read(self, outcome: Outcome) -> None:
        self._job = None
        self.busy.hide()
        self._settle(outcome)

    def _read_failed(self, error: Exception) -> None:
        self._job = None
        self.busy.hide()
        self.notice.explain(error)

    def _cancel(self) -> None:
        self.busy.hide()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _scanned(self, texts: tuple[str, ...]) -> None:
        """The camera has read these."""
        texts = (*self._texts, *texts)
        self._settle(Outcome(texts, harvest(texts), (), ()))

    def _settle(self, outcome: Outcome) -> None:
        """Pass on what was found, or say why there is nothing."""
        # The camera and a picture may each have read a part while the other was under way.
        texts = tuple(dict.fromkeys((*self._texts, *outcome.texts)))
        if texts != outcome.texts:
            outcome = replace(outcome, texts=texts, harvest=harvest(texts))
        # While parts of an export are still to come, what was found is kept for the next scan.
        self._texts = (
            tuple(one for one in texts if is_migration(one) or is_enrolment(one))
            if outcome.harvest.exports
            else ()
        )
        if outcome.harvest.exports:
            self._outcome = outcome
            self.progress.tell(outcome.harvest.exports, some_found=bool(outcome.harvest.found))
            self.notice.hide()
            self._tell_unused(replace(outcome, shots=()))
        elif outcome.harvest.found:
            self.progress.hide()
            self.found.emit(outcome)
        else:
            self._tell_unused(outcome)

    def _tell_unused(self, outcome: Outcome) -> None:
        """Say what could not be read, and what was read and is no account."""
        if told := reading.what_was_not_used(outcome):
            self.notice.say(Tone.WARN, *told)
        self.shots.put(outcome.shots)
        if outcome.shots:
            self.camera.make_room()  # one picture is enough: the buttons stay in sight
