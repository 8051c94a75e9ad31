"""Custom icons: chosen in the edit dialog, drawn in the row, read only for visible rows."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from authenticator.gui.accounts.edit_dialog import EditDialog
from authenticator.gui.accounts.row import Row, RowState
from authenticator.gui.accounts.row_data import ROW_ROLE
from authenticator.gui.operations.icons import png
from authenticator.gui.window import Window
from authenticator.scan.image import FILE_LIMIT, ICON_SIDE
from authenticator.vault.kinds import DETAIL_LIMITS, Detail
from tests.gui.conftest import Open, page_name, shows_codes
from tests.gui.fakes import FakeServices, fill

ORANGE = QColor("#ff7700")
MANY = 40


def row(window: Window, number: int) -> Row:
    return window.codes_page.model.index(number).data(ROW_ROLE)


def plain(color: QColor = ORANGE) -> bytes:
    return png(bytes((color.red(), color.green(), color.blue(), 255)) * ICON_SIDE**2)


def avatar(window: Window, number: int) -> QColor:
    """Return the colour in the middle of a row's icon."""
    view = window.codes_page.list
    box = view.row_layout.avatar(view.visualRect(window.codes_page.model.index(number)))
    seen = view.viewport().grab().toImage()
    return seen.pixelColor(box.left() + 4, box.center().y())


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    vault = fill(services, MANY)
    for entry in vault.entries():
        vault.edit(entry.id, picture=plain())
    vault.edit(vault.entries()[0].id, picture=b"")
    vault.close()
    opened = open_window()
    opened.activateWindow()
    qtbot.waitUntil(lambda: shows_codes(opened))
    qtbot.waitUntil(lambda: row(opened, 0).state is RowState.CODE)
    return opened


@pytest.fixture
def edit(qtbot: QtBot, window: Window) -> Callable[[int], EditDialog]:
    def begin(number: int) -> EditDialog:
        qtbot.waitUntil(lambda: not window.findChildren(EditDialog))
        view = window.codes_page.list
        view.setCurrentIndex(window.codes_page.model.index(number))
        QTest.keyClick(view, Qt.Key.Key_F2)
        qtbot.waitUntil(lambda: bool(window.findChildren(EditDialog)))
        return window.findChildren(EditDialog)[-1]

    return begin


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (3000, 2000), ORANGE.name()).save(path)
    return path


def near(one: QColor, other: QColor) -> bool:
    pairs = zip(one.getRgb(), other.getRgb(), strict=True)
    return max(abs(a - b) for a, b in pairs) < 12


def test_custom_icon_is_drawn_and_read_only_for_visible_rows(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    qtbot.waitUntil(lambda: near(avatar(window, 1), ORANGE))
    assert not near(avatar(window, 0), ORANGE)
    assert len(window.codes_page.icons.custom._loaded) < MANY / 2
    window.codes_page.list.scrollToBottom()
    qtbot.waitUntil(lambda: near(avatar(window, MANY - 1), ORANGE))


def test_chosen_photo_is_scaled_down_saved_and_shown(
    qtbot: QtBot,
    window: Window,
    services: FakeServices,
    edit: Callable[[int], EditDialog],
    photo: Path,
) -> None:
    dialog = edit(0)
    assert not dialog.icon.remove.isVisible()
    QTest.keyClick(dialog.icon.choose, Qt.Key.Key_Space)
    (chooser,) = dialog.findChildren(QFileDialog)
    chooser.fileSelected.emit(str(photo))
    chooser.close()
    qtbot.waitUntil(lambda: bool(dialog.icon.picture))
    dialog.save()
    vault = services.open_vault()
    qtbot.waitUntil(lambda: vault.entries()[0].picture != "")
    kept = vault.picture(vault.entries()[0].id)
    assert len(kept) < DETAIL_LIMITS[Detail.PICTURE]
    assert QImage.fromData(kept).size().toTuple() == (ICON_SIDE, ICON_SIDE)
    qtbot.waitUntil(lambda: near(avatar(window, 0), ORANGE))


def test_removed_custom_icon_gives_way_to_letter(
    qtbot: QtBot, window: Window, services: FakeServices, edit: Callable[[int], EditDialog]
) -> None:
    dialog = edit(1)
    assert dialog.icon.picture == plain()
    dialog.icon.remove.click()
    dialog.save()
    vault = services.open_vault()
    qtbot.waitUntil(lambda: vault.entries()[1].picture == "")
    assert vault.picture(vault.entries()[1].id) is None
    qtbot.waitUntil(lambda: not near(avatar(window, 1), ORANGE))


def test_saving_unchanged_dialog_changes_nothing(
    qtbot: QtBot, edit: Callable[[int], EditDialog]
) -> None:
    dialog = edit(1)
    emitted: list[object] = []
    dialog.changed.connect(emitted.append)
    dialog.save()
    assert emitted == []


def sized(path: Path, size: int) -> Path:
    """Create a sparse file of so many bytes."""
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    with path.open("ab") as file:
        file.truncate(size)
    return path


def page(path: Path) -> Path:
    path.write_text("<!DOCTYPE html><p>no picture")
    return path


def huge(path: Path) -> Path:
    Image.new("1", (10_001, 10_001)).save(path, "PNG")
    return path


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: sized(path, 100 * 2**20), "too large"),
        (lambda path: sized(path, FILE_LIMIT), ""),
        (huge, "pixels"),
        (page, "web page"),
        (lambda path: path, "does not exist"),
    ],
    ids=["100 MB", "a file that breaks off", "100 million pixels", "page", "no file"],
)
def test_unusable_icon_file_is_reported_and_changes_nothing(
    qtbot: QtBot,
    edit: Callable[[int], EditDialog],
    tmp_path: Path,
    make: Callable[[Path], Path],
    words: str,
) -> None:
    dialog = edit(1)
    dialog.icon.read(make(tmp_path / "icon"))
    qtbot.waitUntil(lambda: bool(dialog.icon.error))
    assert words in dialog.icon.error
    assert dialog.icon.choose.accessibleDescription() == dialog.icon.error
    assert dialog.icon.picture == plain()
    dialog.icon.remove.click()
    assert not dialog.icon.error


def test_dialog_closed_while_icon_is_read_causes_no_error(
    qtbot: QtBot, window: Window, edit: Callable[[int], EditDialog], photo: Path
) -> None:
    dialog = edit(1)
    dialog.icon.read(photo)
    dialog.reject()
    done: list[bytes] = []
    window.session.icons.from_file(photo, done.append, lambda _: None)
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)


def test_unreadable_custom_icon_gives_way_to_letter(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    entry = services.open_vault().entries()[2]
    qtbot.waitUntil(lambda: near(avatar(window, 2), ORANGE))  # no read of it is under way
    with closing(sqlite3.connect(services.home / "vault.db")) as database, database:
        database.execute("UPDATE detail SET sealed = x'00' WHERE id = ?", (entry.id,))
    window.codes_page.icons.custom._loaded.clear()
    window.codes_page.list.viewport().update()
    qtbot.waitUntil(lambda: near(avatar(window, 1), ORANGE))
    assert not near(avatar(window, 2), ORANGE)


def test_lock_forgets_custom_icons(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: near(avatar(window, 1), ORANGE))
    pictures = window.codes_page.icons.custom
    gone: list[bool] = []
    pictures.destroyed.connect(lambda: gone.append(True))
    del pictures
    window.lock()
    qtbot.waitUntil(lambda: gone == [True])
    window.pages.currentWidget().unlock.click()
    qtbot.waitUntil(lambda: page_name(window) == "Codes")
    qtbot.waitUntil(lambda: near(avatar(window, 1), ORANGE))
