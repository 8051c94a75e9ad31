"""What a person drops or pastes, as sources to read codes from.

Links are text like any other here: nothing is ever fetched or opened.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage

from authenticator.language import tr

if TYPE_CHECKING:  # the window opens before numpy is needed
    import numpy as np
    from numpy.typing import NDArray

TEXT_LIMIT = 4_000_000
FILES_LIMIT = 200
WORD_LIMIT = 131_072
"""Characters of a link or a file's name: as long as an argument may be on Linux (execve(2))."""
_SCHEME_LENGTH = 20
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
"""RFC 3986, 3.1; of more than one letter, for Windows' drives."""
_ENROLMENT = re.compile("otpauth", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DroppedSource:
    """One thing to read: a picture (a file, bytes of one, or a drawn one), or a text."""

    name: str
    picture: Path | bytes | QImage | None = None
    text: str = ""

    def content(self) -> Path | bytes:
        """The picture as a file or bytes. Costs time for a drawn one: not on the GUI thread."""
        if isinstance(self.picture, QImage):
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            self.picture.save(buffer, "PNG")  # type: ignore[call-overload] # its stubs want bytes
            return bytes(buffer.data().data())
        if self.picture is None:
            raise TypeError("a text has no picture")
        return self.picture


def pixels(image: QImage) -> "NDArray[np.uint8]":
    """A drawn picture's blue, green, red and opacity. Costs time: not on the GUI thread."""
    import numpy as np

    drawn = image.convertToFormat(QImage.Format.Format_ARGB32)
    flat = np.frombuffer(drawn.constBits(), np.uint8)
    return flat.reshape(drawn.height(), drawn.width(), 4).copy()


def accepts(mime: QMimeData) -> bool:
    """Whether there may be something here to read codes from."""
    return mime.hasUrls() or mime.hasImage() or mime.hasText() or mime.hasHtml()


def is_ours(mime: QMimeData) -> bool:
    """Whether pasting this means an enrolment rather than words for a text field."""
    from authenticator.otp.links import has_link

    if mime.hasImage() or any(url.isLocalFile() for url in mime.urls()):
        return True
    words = mime.text()[:TEXT_LIMIT] if mime.hasText() else ""
    return has_link(words) or _written(words) is not None


def sources(mime: QMimeData) -> list[DroppedSource]:
    """Everything in a drop or on the clipboard, the richest form of each thing once."""
    files = [url for url in mime.urls() if url.isLocalFile()][:FILES_LIMIT]
    if files:
        return [_file(url) for url in files]
    if mime.hasImage():
        image = mime.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return [DroppedSource(tr("the picture"), picture=image)]
    words = _words(mime)[:TEXT_LIMIT].strip()
    page = mime.html()[:TEXT_LIMIT] if mime.hasHtml() else ""
    for form in (words, "" if _ENROLMENT.search(words) else page):
        if (picture := _written(form)) is not None:
            return [DroppedSource(tr("the picture"), picture=picture)]
    return [DroppedSource(tr("the text"), text=words)] if words else []


def _words(mime: QMimeData) -> str:
    """The text; that of the page it was copied from where only there a link is."""
    from authenticator.otp.links import has_link

    if not mime.hasText():
        return "\n".join(bytes(url.toEncoded().data()).decode() for url in mime.urls())
    words = mime.text()
    if mime.hasHtml() and not has_link(words[:TEXT_LIMIT]):
        page = mime.html()[:TEXT_LIMIT]
        return page if has_link(page) else words
    return words


def file_source(path: Path) -> DroppedSource:
    """A file that was chosen by name."""
    return DroppedSource(path.name or str(path), picture=path)


def spelled_out(word: str) -> str:
    """A command-line argument that means the same in every folder: an address unchanged, a file by
    its absolute path."""
    if _ADDRESS.match(word) or _is_link(word):
        return word
    try:
        return str(Path(word).absolute())
    except OSError:  # the current folder is gone
        return word


def is_readable(word: str) -> bool:
    """Whether a word may be a link or a file's name at all."""
    return len(word) <= WORD_LIMIT and "\0" not in word


def named(words: Iterable[str]) -> list[DroppedSource]:
    """What the desktop or a command line named: links, and files by name or `file:` address."""
    found: list[DroppedSource] = []
    for word in [word for word in words if word][:FILES_LIMIT]:
        url = QUrl(word) if word[:7].lower() == "file://" else QUrl()
        if url.isLocalFile():
            found.append(_file(url))
        elif (picture := _written(word)) is not None:
            found.append(DroppedSource(tr("the picture"), picture=picture))
        elif _ADDRESS.match(word) or _is_link(word):
            found.append(DroppedSource(tr("the link"), text=word[:TEXT_LIMIT]))
        else:
            found.append(file_source(Path(spelled_out(word))))
    return found


def _is_link(word: str) -> bool:
    """Whether a word that names no address is an enrolment all the same (`otpauth:totp/...`)."""
    if not word[:_SCHEME_LENGTH].lower().startswith("otpauth"):
        return False
    from authenticator.otp.links import has_link

    return has_link(word[:TEXT_LIMIT])


def _file(url: QUrl) -> DroppedSource:
    return file_source(Path(url.toLocalFile()))


def _written(words: str) -> bytes | None:
    """A picture that is a text, such as a `data:` address that browsers drag, and has no link that
    sets up an account."""
    from authenticator.scan.wrapped import picture_in_text

    return None if _ENROLMENT.search(words) else picture_in_text(words)
