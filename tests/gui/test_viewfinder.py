"""The camera's picture, mirrored or not, and the outlines on it."""

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from authenticator.gui.enrolment.viewfinder import Viewfinder
from authenticator.gui.theme import colors


def seen(width: int, height: int) -> QImage:
    """Return a white picture with a red square of 40 px left of its middle."""
    image = QImage(width, height, QImage.Format.Format_BGR888)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.fillRect(width // 2 - 60, height // 2 - 20, 40, 40, QColor("red"))
    painter.end()
    return image


def middle(drawn: QImage, color: QColor) -> tuple[float, float]:
    """Return the middle of the box around all pixels of about this colour."""
    places = [
        (x, y)
        for x in range(drawn.width())
        for y in range(drawn.height())
        if all(
            abs(one - other) < 60
            for one, other in zip(drawn.pixelColor(x, y).getRgb(), color.getRgb(), strict=True)
        )
    ]
    assert places
    across, down = zip(*places, strict=True)
    return (min(across) + max(across)) / 2, (min(down) + max(down)) / 2


@pytest.mark.parametrize("mirrored", [True, False])
@pytest.mark.parametrize(("width", "height"), [(320, 180), (320, 240), (240, 320), (640, 90)])
def test_outlines_match_what_they_outline(
    qtbot: QtBot, mirrored: bool, width: int, height: int
) -> None:
    picture = Viewfinder()
    qtbot.addWidget(picture)
    picture.set_mirrored(mirrored)
    picture.set_image(seen(width, height))
    picture.resize(320, picture.heightForWidth(320))
    red = middle(picture.grab().toImage(), QColor("red"))
    assert (red[0] > 160) is mirrored
    x, y = width // 2 - 60, height // 2 - 20
    picture.set_outlines((((x, y), (x + 40, y), (x + 40, y + 40), (x, y + 40)),))
    outline = middle(picture.grab().toImage(), QColor(colors.current().accent))
    assert outline == pytest.approx(red, abs=2)


def test_picture_keeps_its_aspect_ratio_as_sizes_change(qtbot: QtBot) -> None:
    picture = Viewfinder()
    qtbot.addWidget(picture)
    picture.set_image(seen(320, 180))
    assert picture.heightForWidth(320) == 180
    for width, height in ((100, 700), (700, 100), (1, 1)):
        picture.set_image(seen(width, height))
        assert picture.heightForWidth(320) == 180
    picture.show_message("The camera stopped.")
    picture.set_image(seen(320, 240))
    assert picture.heightForWidth(320) == 240
