"""An input for an account's picture."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, QStandardPaths, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from authenticator import wording
from authenticator.gui.accounts.monogram import paint_monogram
from authenticator.gui.jobs import Failed, Job, Then
from authenticator.gui.theme import colors, stylesheet
from authenticator.gui.widgets.icon_image import pixmap
from authenticator.gui.widgets.labels import button, text
from authenticator.language import join_sentences, sentence, tr

PICTURES = "*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.avif *.heic *.svg"
SIDE = 48

ReadIcon = Callable[[Path, Then, Failed], Job]


class IconField(QWidget):
    """Shows the picture, or the letter in its place, with buttons to choose and remove it."""

    def __init__(self, name: str, picture: bytes, read: ReadIcon) -> None:
        """`name` gives the letter; `picture` is a PNG, or empty."""
        super().__init__()
        self.picture = picture
        """The current PNG, or empty."""
        self._read = read
        self._job: Job | None = None
        self._shown = _Shown(name)
        self.choose = button(tr("Choose a picture\u2026"))
        self.choose.clicked.connect(self._choose)
        self.remove = button(tr("Remove"), "quiet")
        self.remove.setAccessibleName(tr("Remove the picture"))
        self.remove.clicked.connect(lambda: self.set_picture(b""))
        self._error = text("", "fault")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._shown)
        row.addWidget(self.choose)
        row.addWidget(self.remove)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._error)
        self.set_picture(picture)

    @property
    def error(self) -> str:
        """The error shown, or empty."""
        return self._error.text()

    def read(self, path: Path) -> None:
        """Show the picture in this file, or the error."""
        self.give_up()
        self._set_error("")
        self._job = self._read(path, self.set_picture, self._refuse)

    def give_up(self) -> None:
        """Cancel reading."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _choose(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        pictures = tr("Pictures ({kinds})").format(kinds=PICTURES)
        dialog = QFileDialog(self, tr("Choose a picture"), folder, pictures)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.read(Path(name)))
        dialog.open()

    def set_picture(self, picture: bytes) -> None:
        """Show this PNG, or the letter if it is empty."""
        self._job = None
        self.picture = picture
        self._set_error("")
        self._shown.show_picture(picture)
        self.remove.setVisible(bool(picture))

    def _refuse(self, error: Exception) -> None:
        self._job = None
        message = wording.explain(error)
        self._set_error(join_sentences(sentence(message.title), message.cause, message.next_step))

    def _set_error(self, words: str) -> None:
        self._error.setText(words)
        self._error.setVisible(bool(words))
        self.choose.setAccessibleDescription(words)


class _Shown(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedSize(QSize(SIDE, SIDE))
        self._name = name
        self._picture = pixmap(b"")

    def show_picture(self, picture: bytes) -> None:
        self._picture = pixmap(picture)
        self.setAccessibleName(
            tr("Letter in place of a picture")
            if self._picture.isNull()
            else tr("Picture of the account")
        )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._picture.isNull():
            font = stylesheet.font(self.font(), 16, semibold=True)
            paint_monogram(painter, self.rect(), self._name, colors.current(), font)
        else:
            painter.drawPixmap(self.rect(), self._picture)
        painter.end()
