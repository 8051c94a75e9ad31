"""Brand icons in rows: drawn where the brand is known, after the codes, with enough contrast."""

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from authenticator.gui.accounts import row_delegate
from authenticator.gui.accounts.brand_icons import BrandIcons
from authenticator.gui.accounts.row import RowState
from authenticator.gui.accounts.row_data import ROW_ROLE
from authenticator.gui.operations.icons import png
from authenticator.gui.theme import colors
from authenticator.gui.window import Window
from authenticator.otp.account import Label, Totp
from authenticator.vault.entry import Entry
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, fill


class Pack:
    """One brand: a square that fills its drawing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def svg(self, slug: str) -> str | None:
        self.asked.append(slug)
        if slug != "zonepanel":
            return None
        return (
            '<svg fill="currentColor" viewBox="0 0 24 24" xmlns="http://www.w3.org/2000/svg">'
            '<path d="M0 0h24v24H0z"/></svg>'
        )


def face(window: Window, number: int) -> QImage:
    view = window.codes_page.list
    box = view.row_layout.avatar(view.visualRect(window.codes_page.model.index(number)))
    return view.viewport().grab(box).toImage()


def has_brand(window: Window, number: int) -> bool:
    """Return whether the middle of an avatar is filled."""
    seen = face(window, number)
    side = seen.width()
    middle = (side - round(side * row_delegate.BRAND)) // 2 + 1
    last = side - middle - 1
    corners = {seen.pixel(x, y) for x in (middle, last) for y in (middle, last)}
    return len(corners) == 1 and corners != {seen.pixel(side // 2, 2)}


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    vault = fill(services, 3)
    vault.edit(vault.entries()[2].id, icon="zonepanel")
    vault.close()
    services.pack = Pack()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: opened.codes_page.model.index(0).data(ROW_ROLE).state is RowState.CODE)
    return opened


def test_known_issuer_and_chosen_icon_get_brand_drawing(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: has_brand(window, 0))
    assert not has_brand(window, 1)
    assert has_brand(window, 2)
    assert set(window.session.services.pack.asked) == {"zonepanel", "githosting"}


def test_custom_icon_takes_precedence_over_brand(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: has_brand(window, 0))
    id = window.codes_page.model.index(0).data(ROW_ROLE).entry.id
    pixels = bytes((255, 119, 0, 255)) * 96 * 96
    window.session.accounts.edit(id, {"picture": png(pixels)}, lambda _: None, pytest.fail)
    orange = QColor(255, 119, 0)
    qtbot.waitUntil(lambda: face(window, 0).pixelColor(18, 18) == orange)


def test_brand_icon_is_rendered_once(qtbot: QtBot) -> None:
    pack = Pack()
    brands = BrandIcons(pack)
    entry = Entry("id", Label("Zone panel", "kim"), Totp())
    for _ in range(3):
        assert brands.pixmap(entry, "#123456", 40).size().toTuple() == (40, 40)
    assert pack.asked == ["zonepanel"]
    assert brands.pixmap(Entry("id", Label("", "kim"), Totp()), "#123456", 40).isNull()


@pytest.mark.parametrize("tokens", [colors.LIGHT, colors.DARK])
def test_brand_icon_has_contrast_of_a_letter(tokens: colors.Tokens) -> None:
    for name in ("Zone panel", "Git hosting", "Mail", "x", ""):
        disc, letter = colors.avatar(tokens, name)
        assert colors.contrast(disc, letter) >= 4.5
