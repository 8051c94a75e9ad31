"""Scan a QR code: with the camera, from the screen, from a picture, dropped or pasted."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QWidget

from authenticator import wording
from authenticator.app.enrolment import NoCodeFound, NotAnEnrolment, harvest
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.desktop.dropped_sources import Source
from authenticator.gui.desktop.screen_capture import ScreenCapture
from authenticator.gui.enrolment import reading
from authenticator.gui.enrolment.batch_progress import BatchProgress
from authenticator.gui.enrolment.camera_feed import CameraFeed
from authenticator.gui.enrolment.reading import Outcome
from authenticator.gui.enrolment.screenshot_view import ScreenshotViews
from authenticator.gui.enrolment.viewfinder import Viewfinder
from authenticator.gui.jobs import Job
from authenticator.gui.session import Session
from authenticator.gui.widgets.combo_box import Choice
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.page import Page
from authenticator.gui.widgets.switch import Switch
from authenticator.language import tr, trn
from authenticator.otp.migration import is_migration
from authenticator.otp.uri import is_enrolment
from authenticator.scan.camera import CameraLost, CameraName, NoCamera
from authenticator.scan.live_scan import Sight

PICTURES = "*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.pdf"
TOLD = 3
"""Sources that are told one by one; of more only the number is."""


class ScanPage(Page):
    """Emits what was found; says what was not. The camera is open only while this page shows."""

    found = Signal(object)  # Outcome
    enter = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Scan QR code"))
        self._session = session
        self._texts: tuple[str, ...] = ()
        self._outcome: Outcome | None = None
        self._job: Job | None = None
        self._listing: Job | None = None
        self.feed = CameraFeed(session.parts, self)
        self.feed.pictured.connect(self._see)
        self.feed.sighted.connect(self._sight)
        self.feed.ended.connect(self._camera_ended)
        self.picture = Viewfinder()
        self.picture.mirror(session.settings.mirror)
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
        self.retry = button(tr("Look again"), "quiet")
        self.retry.clicked.connect(self._look_for_cameras)
        self.retry.hide()
        by_hand = button(tr("Enter the key instead"), "quiet")
        by_hand.clicked.connect(self.enter)
        self.body.addWidget(self.picture)
        self.body.addWidget(self._camera_row())
        self.body.addWidget(self.retry)
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
                    "Or drop a picture onto this window, straight out of the browser if you "
                    "like. Paste takes a screenshot, a picture or an otpauth:// link."
                ),
                "muted",
            )
        )
        self.body.addWidget(by_hand)
        self.body.addStretch(1)

    def _camera_row(self) -> QWidget:
        self.cameras = Choice()
        self.cameras.setAccessibleName(tr("Camera"))
        # Under Linux a drop-down is named by its label alone.
        name = QLabel(tr("Camera"))
        name.setBuddy(self.cameras)
        name.hide()
        self.cameras.hide()
        self.cameras.activated.connect(self._choose_camera)
        self.mirror = Switch(tr("Mirror"))
        self.mirror.setToolTip(tr("Show the picture as in a mirror. Codes are read either way."))
        self.mirror.setChecked(self._session.settings.mirror)
        self.mirror.toggled.connect(self._mirror)
        self.camera_row = QWidget()
        row = QHBoxLayout(self.camera_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(name)
        row.addWidget(self.cameras, 1)
        row.addWidget(self.mirror, 0, Qt.AlignmentFlag.AlignRight)
        self.camera_row.hide()
        return self.camera_row

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

    def showEvent(self, event: object) -> None:
        super().showEvent(event)
        self._look_for_cameras()

    def take_focus(self) -> None:
        self.screen_button.setFocus()

    def hideEvent(self, event: object) -> None:
        super().hideEvent(event)
        self.feed.stop()
        if not event.spontaneous():  # a minimized window keeps what it shows, and reads on
            self._cancel()
            self.shots.clear()
        if self._listing is not None:
            self._listing.forget()

    @property
    def texts(self) -> tuple[str, ...]:
        """What was read of an export that has parts to scan still."""
        return self._texts

    def start_afresh(self) -> None:
        """Forget what earlier scans read and said."""
        self._texts = ()
        self._clear()

    def _clear(self) -> None:
        self.notice.hide()
        self.progress.setVisible(bool(self._texts))
        self.shots.clear()
        if not self.picture.isVisibleTo(self):
            self.picture.show()
            self.retry.setVisible(not self.feed.running)

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
        """Look at every screen, without this window."""
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
        self._start(lambda: reading.look(parts, pictures, before))

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
        self._job = self._session.aside.do(task, self._read, self._read_failed)

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
            self._job.forget()
            self._job = None

    def _settle(self, outcome: Outcome) -> None:
        """Pass on what was found, or say why there is nothing."""
        # The camera and a picture may each have read a part while the other was under way.
        texts = tuple(dict.fromkeys((*self._texts, *outcome.texts)))
        if texts != outcome.texts:
            outcome = replace(outcome, texts=texts, harvest=harvest(texts))
        crop = outcome.harvest
        # While parts of an export are still to come, what was found is kept for the next scan.
        self._texts = (
            tuple(one for one in texts if is_migration(one) or is_enrolment(one))
            if crop.exports
            else ()
        )
        if crop.exports:
            self._outcome = outcome
            self.progress.tell(crop.exports, some_found=bool(crop.found))
            self.notice.hide()
            self._tell_unused(replace(outcome, shots=()))
        elif crop.found:
            self.progress.hide()
            self.found.emit(outcome)
        else:
            self._tell_unused(outcome)

    def _tell_unused(self, outcome: Outcome) -> None:
        """Say what could not be read, and what was read and is no account."""
        titles: list[str] = []
        words: list[str] = []
        for name, error in outcome.faults[:TOLD]:
            message = wording.explain(error)
            titles.append(message.title)
            where = f"{wording.shown(name)}: " if name else ""
            words.append(f"{where}{message.cause} {message.next_step}")
        for refusal in outcome.harvest.refused[:TOLD]:
            titles.append(wording.explain(refusal).title)
            words += [wording.remark(fault) for fault in refusal.faults]
        for other in outcome.harvest.others[:TOLD]:
            message = wording.explain(NotAnEnrolment(other))
            titles.append(message.title)
            words.append(f"{message.cause}\n{message.next_step}")
        for name in outcome.empty[:TOLD]:
            message = wording.explain(NoCodeFound())
            titles.append(message.title)
            words.append(f"{wording.shown(name)}: {message.cause} {message.next_step}")
        rest = sum(
            max(0, len(kind) - TOLD)
            for kind in (
                outcome.faults,
                outcome.harvest.refused,
                outcome.harvest.others,
                outcome.empty,
            )
        )
        if rest:
            words.append(trn("And {count} more.", "And {count} more.", rest))
        if titles:
            self.notice.say(Tone.WARN, titles[0], "\n".join(dict.fromkeys(words)))
        self.shots.put(outcome.shots)
        if outcome.shots and not self.picture.has_picture:
            self.picture.hide()  # one picture is enough: the buttons stay in sight
            self.retry.hide()

    # The camera

    def _look_for_cameras(self) -> None:
        self.retry.hide()
        self.feed.stop()
        self.picture.say(tr("Looking for a camera…"))
        if self._listing is not None:
            self._listing.forget()
        self._listing = self._session.aside.do(
            self._cameras_and_reader, self._cameras_listed, self._camera_ended
        )

    def _cameras_and_reader(self) -> list[CameraName]:
        """Off the GUI thread."""
        self._session.parts.warm()
        # Where a scan leads to: loaded now, or the window would stand still when it is over.
        import authenticator.gui.enrolment.review_page  # noqa: F401

        return self._session.parts.cameras()

    def _cameras_listed(self, names: list[CameraName]) -> None:
        self.cameras.clear()
        for one in names:
            self.cameras.addItem(wording.shown(one.name), one)
        self.cameras.setVisible(len(names) > 1)
        self.mirror.hide()  # until there is a picture
        self.camera_row.setVisible(len(names) > 1)
        if not names:
            self._camera_ended(NoCamera(0))
            return
        wanted = self._session.settings.camera
        chosen = next((row for row, one in enumerate(names) if one.name == wanted), 0)
        self.cameras.setCurrentIndex(chosen)
        self._open(names[chosen])

    def _choose_camera(self, row: int) -> None:
        one: CameraName = self.cameras.itemData(row)
        self._session.change_settings({"camera": one.name}, lambda _: None, lambda _: None)
        self._open(one)

    def _open(self, one: CameraName) -> None:
        self.picture.say(tr("Opening the camera…"))
        self.feed.start(one.number)

    def _mirror(self, on: bool) -> None:
        self.picture.mirror(on)
        self._session.change_settings({"mirror": on}, lambda _: None, lambda _: None)

    def _see(self, image: QImage) -> None:
        had_picture = self.picture.has_picture
        self.picture.see(image)
        if not had_picture:
            self.picture.show()
            self.picture.updateGeometry()
            self.mirror.show()
            self.camera_row.show()

    def _sight(self, sight: Sight) -> None:
        self.picture.outline(sight.outlines)
        if sight.accepted:
            texts = (*self._texts, *(payload.text for payload in sight.accepted))
            self._settle(Outcome(texts, harvest(texts), (), ()))

    def _camera_ended(self, error: Exception | None) -> None:
        message = wording.explain(error if error is not None else CameraLost(0))
        self.picture.say(f"{message.cause} {message.next_step}".strip(), message.title)
        self.mirror.hide()
        self.camera_row.setVisible(self.cameras.count() > 1)
        self.retry.show()
