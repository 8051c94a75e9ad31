"""The camera: what it sees, which one it is, and why there is nothing to see."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from authenticator import wording
from authenticator.gui.enrolment.camera_feed import CameraFeed
from authenticator.gui.enrolment.viewfinder import Viewfinder
from authenticator.gui.jobs import Job
from authenticator.gui.session import Session
from authenticator.gui.widgets.combo_box import ComboBox
from authenticator.gui.widgets.labels import button
from authenticator.gui.widgets.switch import Switch
from authenticator.language import tr
from authenticator.scan.camera import CameraLost, CameraName, NoCamera
from authenticator.scan.live_scan import FrameResult


class CameraPanel(QWidget):
    """The camera is open from `start` to `stop`; `scanned` gives the texts of its codes."""

    scanned = Signal(object)  # tuple[str, ...]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._listing: Job | None = None
        self.feed = CameraFeed(session.services, self)
        self.feed.frame_ready.connect(self._show_frame)
        self.feed.result_ready.connect(self.show_frame_result)
        self.feed.ended.connect(self._camera_ended)
        self.viewfinder = Viewfinder()
        self.viewfinder.set_mirrored(session.settings.mirror)
        self.retry = button(tr("Look again"), "quiet")
        self.retry.clicked.connect(self.start)
        self.retry.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.viewfinder)
        column.addWidget(self._make_choices())
        column.addWidget(self.retry)

    def _make_choices(self) -> QWidget:
        self.cameras = ComboBox()
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
        self.mirror.toggled.connect(self._set_mirrored)
        self._choices = QWidget()
        row = QHBoxLayout(self._choices)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(name)
        row.addWidget(self.cameras, 1)
        row.addWidget(self.mirror, 0, Qt.AlignmentFlag.AlignRight)
        self._choices.hide()
        return self._choices

    def start(self) -> None:
        """Look for cameras, and open the one that was used last, or the first."""
        self.retry.hide()
        self.feed.stop()
        self.viewfinder.show_message(tr("Looking for a camera…"))
        if self._listing is not None:
            self._listing.cancel()
        self._listing = self._session.background.submit(
            self._list_cameras, self._cameras_listed, self._camera_ended
        )

    def stop(self) -> None:
        """Release the camera."""
        self.feed.stop()
        if self._listing is not None:
            self._listing.cancel()

    def hide_viewfinder(self) -> None:
        """Give its place to a picture of the screen, unless the camera shows one."""
        if not self.viewfinder.has_picture:
            self.viewfinder.hide()
            self.retry.hide()
            self.setVisible(self._choices.isVisibleTo(self))

    def show_viewfinder(self) -> None:
        """Take that place again."""
        self.show()
        if not self.viewfinder.isVisibleTo(self):
            self.viewfinder.show()
            self.retry.setVisible(not self.feed.running)

    def _list_cameras(self) -> list[CameraName]:
        """Off the GUI thread."""
        self._session.services.warm_up()
        # Where a scan leads to: loaded now, or the window would stand still when it is over.
        import authenticator.gui.enrolment.review_page  # noqa: F401

        return self._session.services.cameras()

    def _cameras_listed(self, names: list[CameraName]) -> None:
        self.cameras.clear()
        for one in names:
            self.cameras.addItem(wording.displayable(one.name), one)
        self.cameras.setVisible(len(names) > 1)
        self.mirror.hide()  # until there is a picture
        self._choices.setVisible(len(names) > 1)
        if len(names) > 1:
            self.show()
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
        self.viewfinder.show_message(tr("Opening the camera…"))
        self.feed.start(one.number)

    def _set_mirrored(self, on: bool) -> None:
        self.viewfinder.set_mirrored(on)
        self._session.change_settings({"mirror": on}, lambda _: None, lambda _: None)

    def _show_frame(self, image: QImage) -> None:
        had_picture = self.viewfinder.has_picture
        self.viewfinder.set_image(image)
        if not had_picture:
            self.show()
            self.viewfinder.show()
            self.viewfinder.updateGeometry()
            self.mirror.show()
            self._choices.show()

    def show_frame_result(self, sight: FrameResult) -> None:
        """Outline the codes of a frame; emit those that were read often enough."""
        self.viewfinder.set_outlines(sight.outlines)
        if sight.accepted:
            self.scanned.emit(tuple(payload.text for payload in sight.accepted))

    def _camera_ended(self, error: Exception | None) -> None:
        message = wording.explain(error if error is not None else CameraLost(0))
        self.viewfinder.show_message(f"{message.cause} {message.next_step}".strip(), message.title)
        self.mirror.hide()
        self._choices.setVisible(self.cameras.count() > 1)
        self.retry.show()
        self.show()
