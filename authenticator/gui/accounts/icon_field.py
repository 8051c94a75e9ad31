"""The picture of an account, to be chosen or taken away."""

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
from authenticator.language import sentence, together, tr

PICTURES = "*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff"
SIDE = 48

ReadIcon = Callable[[Path, Then, Failed], Job]


class IconField(QWidget):
    """Shows the picture, or the letter that stands in its place."""

    def __init__(self, name: str, picture: bytes, read: ReadIcon) -> None:
        """`name` gives the letter; `picture` is a PNG, or nothing."""
        super().__init__()
        self.picture = picture
        """What stands there now."""
        self._read = read
        self._job: Job | None = None
        self._shown = _Shown(name)
        self.choose = button(tr("Choose a picture\u2026"))
        self.choose.clicked.connect(self._choose)
        self.remove = button(tr("Remove"), "quiet")
        self.remove.setAccessibleName(tr("Remove the picture"))
        self.remove.clicked.connect(lambda: self.take(b""))
        self._fault = text("", "fault")
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
        column.addWidget(self._fault)
        self.take(picture)

    @property
    def fault(self) -> str:
        """What is said to be wrong, or nothing."""
        return self._fault.text()

    def read(self, path: Path) -> None:
        """Show this file's picture, or say why not."""
        self.give_up()
        self._blame("")
        self._job = self._read(path, self.take, self._refuse)

    def give_up(self) -> None:
        """Nothing of what is being read is wanted any more."""
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

    def take(self, picture: bytes) -> None:
        """Show this PNG, or with nothing the letter."""
        self._job = None
        self.picture = picture
        self._blame("")
        self._shown.show_picture(picture)
        self.remove.setVisible(bool(picture))

    def _refuse(self, error: Exception) -> None:
        self._job = None
        message = wording.explain(error)
        self._blame(together(sentence(message.title), message.cause, message.next_step))

    def _blame(self, words: str) -> None:
        self._fault.setText(words)
        self._fault.setVisible(bool(words))
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
