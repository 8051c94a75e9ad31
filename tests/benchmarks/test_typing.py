"""From a key in the search field to the list painted, ten thousand accounts kept, beside a
list of Qt's own that shows the names which hold the words."""

from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListView, QWidget

from authenticator.app.vault_opening import KeyRead
from authenticator.gui.session import Session
from authenticator.gui.theme import appearance
from authenticator.gui.window import Window
from authenticator.otp.account import Label, Totp
from authenticator.vault.entry import Entry
from tests.gui.fakes import FakeServices, account, fill

WORDS = ("panel 77", "kim99 pan", "example org", "1", "nowhere", "4242")
ENTRIES = [
    Entry(str(number), Label(f"Pänel {number}", f"kim{number}@example.org"), Totp(), ("Work",))
    for number in range(10_000)
]


class Painted(QObject):
    """Counts how often one of these widgets is painted."""

    def __init__(self, *watched: QWidget) -> None:
        super().__init__(watched[0])
        self.count = 0
        for one in watched:
            one.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False


def until_painted(act: Callable[[], object], painted: Painted) -> None:
    before = painted.count
    act()
    while painted.count == before:
        QApplication.processEvents()


def keys() -> Iterator[str]:
    """The words letter by letter, each taken back letter by letter."""
    return cycle([key for word in WORDS for key in (*word, *("\b" * len(word)))])


@pytest.fixture
def window(home: Path) -> Iterator[Window]:
    app = QApplication.instance() or QApplication([])
    app.setStyle("Fusion")
    home.mkdir()
    services = FakeServices(home)
    fill(services, 1).close()
    session = Session(services)
    appearance.apply_chosen_theme(app, session.settings)
    window = Window(session)
    session.open()
    window.show()
    while window.codes_page.model.total != 1:
        QApplication.processEvents()
    session.accounts.entries_changed.disconnect()  # the vault has one
    window.codes_page.model.codes.keys_requested.disconnect(session.accounts.read_keys)
    key = account("", "")
    window.codes_page.model.codes.keys_requested.connect(
        lambda ids: window.codes_page.model.codes.set_keys([KeyRead(id, key, None) for id in ids])
    )
    window.codes_page.set_entries(ENTRIES)
    window.codes_page.model.finder.prepare()
    yield window
    window.shut_down()
    session.close()
    services.close()


def test_a_key_in_the_search(paired, window: Window) -> None:
    page, typed = window.codes_page, keys()
    search = page.search
    painted = Painted(page.list.viewport(), page.stack.no_match.findChild(QLabel))
    assert page.model.rowCount() == len(ENTRIES)
    search.setFocus()

    def press() -> None:
        key = next(typed)
        if key == "\b":
            QTest.keyClick(search, Qt.Key.Key_Backspace)
        else:
            QTest.keyClicks(search, key)

    names = [str(entry.label) for entry in ENTRIES]
    bare = QListView()
    bare.setUniformItemSizes(True)
    model = QStringListModel(names)
    bare.setModel(model)
    bare.resize(400, 640)
    bare.show()
    bare_painted, bare_typed, word = Painted(bare.viewport()), keys(), ""

    def filter_names() -> None:
        nonlocal word
        key = next(bare_typed)
        word = word[:-1] if key == "\b" else word + key
        model.setStringList([name for name in names if word in name])

    paired(
        lambda: until_painted(press, painted),
        settle=QApplication.processEvents,
        list=lambda: until_painted(filter_names, bare_painted),
    )
