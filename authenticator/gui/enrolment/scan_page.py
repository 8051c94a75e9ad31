"""Scan a QR code: with the camera, from the screen, from a picture, dropped or pasted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QWidget

from authenticator.app.enrolment import sort_payloads
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.desktop.dropped_sources import DroppedSource
from authenticator.gui.desktop.screen_capture import ScreenCapture
from authenticator.gui.enrolment import reading
from authenticator.gui.enrolment.batch_progress import BatchProgress
from authenticator.gui.enrolment.camera_panel import CameraPanel
from authenticator.gui.enrolment.reading import ScanOutcome
from authenticator.gui.enrolment.screenshot_view import ScreenshotViews
from authenticator.gui.jobs import Job
from authenticator.gui.session import Session
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.page import Page
from authenticator.language import tr
from authenticator.otp.links import has_link
from authenticator.scan.parts import read_part

PICTURES = (
    "*.png *.apng *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.avif *.heic *.heif *.svg *.svgz "
    "*.pdf *.html *.htm *.xhtml"
)
TOLD = 3
"""Sources that are named one by one; of more, only the number is given."""


class ScanPage(Page):
    """Emits what was found; says what was not. The camera is open only while this page is shown."""

    found = Signal(object)  # ScanOutcome
    key_found = Signal(str)  # a key alone, which has no name yet
    enter_key_requested = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Scan QR code"))
        self._session = session
        self._texts: tuple[str, ...] = ()
        self._outcome: ScanOutcome | None = None
        self._job: Job | None = None
        self.camera = CameraPanel(session)
        self.camera.scanned.connect(self._scanned)
        self.progress = BatchProgress()
        self.progress.go_on.connect(lambda: self.found.emit(self._outcome))
        self.notice = Notice()
        self.screenshots = ScreenshotViews()
        self.screen_button = button(tr("From the screen"))
        self.screen_button.setToolTip(
            tr("Hides this window for a moment and looks for codes on every screen")
        )
        self.screen_button.clicked.connect(self.capture_screen)
        self.image = button(tr("Image file…"))
        self.image.clicked.connect(self.choose_file)
        self.paste_button = button(tr("Paste"))
        self.paste_button.clicked.connect(self.paste)
        by_hand = button(tr("Enter the key instead"), "quiet")
        by_hand.clicked.connect(self.enter_key_requested)
        self.body.addWidget(self.camera)
        self.body.addWidget(self.progress)
        self.body.addWidget(self._busy_row())
        self.body.addWidget(self.notice)
        self.body.addWidget(self.screenshots)
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

    def set_initial_focus(self) -> None:
        self.screen_button.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.camera.stop()
        if not event.spontaneous():  # a minimized window keeps what it shows, and reads on
            self._cancel()
            self.screenshots.clear()

    @property
    def texts(self) -> tuple[str, ...]:
        """What was read of an export that still has parts to scan."""
        return self._texts

    def reset(self) -> None:
        """Forget what earlier scans read, and their messages."""
        self._texts = ()
        self._clear()

    def _clear(self) -> None:
        self.notice.hide()
        self.progress.setVisible(bool(self._texts))
        self.screenshots.clear()
        self.camera.show_viewfinder()

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
            self.notice.show_message(
                Tone.NOTE,
                tr("Nothing to read on the clipboard"),
                tr("Copy the QR code as a picture, or the otpauth:// link, and paste again."),
            )

    def read(self, sources: list[DroppedSource]) -> None:
        """Read these; `found` or the notice gives the outcome."""
        services, before = self._session.services, self._texts
        self._start(lambda: reading.read_dropped(services, sources, before))

    def capture_screen(self) -> None:
        """Look for codes on every screen, with this window out of the way."""
        self._cancel()
        self._clear()
        self.screen_button.setEnabled(False)
        look = ScreenCapture(self.window())
        look.taken.connect(self._screens_captured)
        look.failed.connect(self._capture_failed)
        look.start()

    def _screens_captured(self, pictures: list[QImage | bytes]) -> None:
        self._enable_capture()
        services, before = self._session.services, self._texts
        self._start(lambda: reading.read_screens(services, pictures, before))

    def _capture_failed(self, error: Exception) -> None:
        self._enable_capture()
        self.notice.show_error(error)

    def _enable_capture(self) -> None:
        self.screen_button.setEnabled(True)
        self.screen_button.setFocus()

    def _start(self, task: Callable[[], ScanOutcome]) -> None:
        self._cancel()
        self._clear()
        self.busy.show()
        self._job = self._session.background.submit(task, self._read, self._read_failed)

    def _read(self, outcome: ScanOutcome) -> None:
        self._job = None
        self.busy.hide()
        self._show_result(outcome)

    def _read_failed(self, error: Exception) -> None:
        self._job = None
        self.busy.hide()
        self.notice.show_error(error)

    def _cancel(self) -> None:
        self.busy.hide()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _scanned(self, texts: tuple[str, ...]) -> None:
        """The camera has read these."""
        texts = (*self._texts, *texts)
        self._show_result(ScanOutcome(texts, sort_payloads(texts), (), ()))

    def _show_result(self, outcome: ScanOutcome) -> None:
        """Pass on what was found, or say why there is nothing."""
        # The camera and a picture may each have read a part while the other was under way.
        texts = tuple(dict.fromkeys((*self._texts, *outcome.texts)))
        if texts != outcome.texts:
            outcome = replace(outcome, texts=texts, payloads=sort_payloads(texts))
        # While parts of an export are still to come, what was found is kept for the next scan.
        self._texts = (
            tuple(one for one in texts if has_link(one) or read_part(one))
            if outcome.payloads.exports
            else ()
        )
        if outcome.payloads.exports:
            self._outcome = outcome
            self.progress.set_progress(
                outcome.payloads.exports, some_found=bool(outcome.payloads.found)
            )
            self.notice.hide()
            self._show_unused(replace(outcome, screenshots=()))
        elif outcome.payloads.found:
            self.progress.hide()
            self.found.emit(outcome)
        elif len(outcome.payloads.keys) == 1 and not outcome.payloads.refused:
            self.key_found.emit(outcome.payloads.keys[0])
        else:
            self._show_unused(outcome)

    def _show_unused(self, outcome: ScanOutcome) -> None:
        """Say what could not be read, and what was read and is no account."""
        if told := reading.unread_message(outcome):
            self.notice.show_message(Tone.WARN, *told)
        self.screenshots.set_screenshots(outcome.screenshots)
        if outcome.screenshots:
            self.camera.hide_viewfinder()  # one picture is enough: the buttons stay in sight
