"""icons FOLDER: draws the app's icon in every size that a desktop asks for, and as Windows' .ico
and macOS' .icns. All come from resources/icons/authenticator.svg."""

import io
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).parents[1] / "resources/icons/authenticator.svg"
SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_PX = (16, 24, 32, 48, 64, 128, 256)
ICNS_PX = 1024


def png(side_px: int) -> bytes:
    """The icon as a PNG, square."""
    image = QImage(side_px, side_px, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(DRAWING)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return buffer.data().data()


def picture(side_px: int) -> Image.Image:
    return Image.open(io.BytesIO(png(side_px)))


def draw(folder: Path) -> None:
    """Writes `authenticator-SIZE.png`, `authenticator.ico` and `authenticator.icns`."""
    folder.mkdir(parents=True, exist_ok=True)
    for side_px in SIZES_PX:
        (folder / f"authenticator-{side_px}.png").write_bytes(png(side_px))
    first, *more = (picture(side_px) for side_px in reversed(ICO_PX))
    sizes = [(side_px, side_px) for side_px in ICO_PX]
    first.save(folder / "authenticator.ico", sizes=sizes, append_images=more)
    picture(ICNS_PX).save(folder / "authenticator.icns")


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
