"""Links and files that another program opened with the app: shown once the vault is open where they
take nothing away, else told in a bar; and added only after a person has ticked them."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtNetwork import QLocalServer
from PySide6.QtWidgets import QListWidgetItem
from pytestqt.qtbot import QtBot

from authenticator import resource
from authenticator.gui.desktop.instance_messages import Call
from authenticator.gui.desktop.single_instance import SingleInstance
from authenticator.gui.enrolment.opened_bar import OpenedBar
from authenticator.gui.enrolment.opened_review_page import OpenedReviewPage
from authenticator.gui.startup.macos_application import MacosApplication
from authenticator.gui.window import Window
from authenticator.otp.uri import write_uri
from authenticator.vault.kinds import StoreKind
from tests.gui.conftest import Open, found_names, page_name, shows_codes
from tests.gui.fakes import FakeServices, account, fill

KIM = write_uri(account("Wiki", "kim", 5))
EVE = write_uri(account("Shop", "eve", 6))
SAMPLE = resource.path("samples/panel-enrolment.png")


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 2).close()
    opened = open_window()
    qtbot.waitUntil(lambda: shows_codes(opened))
    return opened


def page(window: Window) -> OpenedReviewPage:
    return window.enrolment.opened.review_page()


def offered(window: Window) -> list[str]:
    """Return the accounts on the page for what other programs opened, if it is up."""
    if window.pages.currentWidget() is not page(window):
        return []
    return found_names(page(window).list)


def rested(qtbot: QtBot, window: Window) -> OpenedReviewPage:
    """Wait until the page takes keys and clicks."""
    qtbot.waitUntil(lambda: not page(window).is_resting)
    return page(window)


def tick(row: QListWidgetItem) -> None:
    row.setCheckState(Qt.CheckState.Checked)


def bar(window: Window) -> str:
    """Return what the bar above the page says; empty if it is not there."""
    found = window.findChild(OpenedBar)
    return found.words if found is not None and found.isVisible() else ""


def look(window: Window) -> None:
    found = window.findChild(OpenedBar)
    assert found is not None
    found.look.click()


def labels(services: FakeServices) -> list[str]:
    """Return the accounts in the vault, as another process sees them."""
    with closing(services.open_vault()) as vault:
        return [str(entry.label) for entry in vault.entries()]


def count(window: Window) -> int:
    return window.codes_page.model.total


def test_link_is_offered_and_added_only_on_confirmation(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])
    assert count(window) == 2
    assert page(window).list.checked_rows() == []
    tick(rested(qtbot, window).list.item(0))
    page(window).add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert services.open_vault().entries()[-1].label.issuer == "Wiki"


def test_files_are_offered_and_added_only_on_confirmation(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over([str(SAMPLE), KIM])
    qtbot.waitUntil(lambda: offered(window) == ["Example Panel: kim@example.org", "Wiki: kim"])


def test_source_arriving_during_review_waits_and_unticked_until_looked_at(
    qtbot: QtBot, window: Window
) -> None:
    window.enrolment.hand_over([str(SAMPLE)])
    window.enrolment.hand_over([KIM])  # while the picture is being read
    qtbot.waitUntil(lambda: len(offered(window)) == 1)
    window.enrolment.hand_over([EVE])
    assert bar(window) == "Other programs opened 2 links and files."
    tick(rested(qtbot, window).list.item(0))
    assert len(offered(window)) == 1
    look(window)
    qtbot.waitUntil(lambda: len(offered(window)) == 3)
    assert page(window).list.checked_rows() == []
    assert not bar(window)


def test_source_is_read_while_window_is_minimized(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over([KIM])
    window.showMinimized()
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])


@pytest.mark.parametrize("leave", ["home", "scan", "enter_key", "add"])
def test_declined_offer_is_not_repeated(qtbot: QtBot, window: Window, leave: str) -> None:
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])
    if leave == "add":
        tick(rested(qtbot, window).list.item(0))
        page(window).add.click()
        qtbot.waitUntil(lambda: page_name(window) == "New code")
    else:
        leaving = {
            "home": window.navigation.home,
            "scan": window.enrolment.scan,
            "enter_key": window.enrolment.enter_key,
        }
        leaving[leave]()
    window.navigation.home()
    window.enrolment.hand_over([EVE])
    qtbot.waitUntil(lambda: offered(window) == ["Shop: eve"])


def test_pasted_source_replaces_handed_over_one(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])
    QGuiApplication.clipboard().setText(EVE)
    window.enrolment.paste()
    own = window.enrolment.review_page()
    qtbot.waitUntil(lambda: window.pages.currentWidget() is own)
    assert found_names(own.list) == ["Shop: eve"]
    assert own.list.checked_rows() == [0]


def test_source_without_enrolment_is_reported(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over(["https://example.org/sign-in", "/nonexistent/a.png"])
    qtbot.waitUntil(lambda: "example.org" in page(window).notice.words)
    assert "a.png does not exist" in page(window).notice.words
    assert not page(window).list.isVisible()


def test_source_waits_for_open_vault(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    fill(services, 2).close()
    window = open_window()
    window.enrolment.hand_over([KIM])
    assert not window.session.is_open
    window.enrolment.hand_over([EVE])
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim", "Shop: eve"])


def test_source_waits_for_introduction_to_end(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    window = open_window()
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    assert "once your accounts are open" in bar(window)
    window.pages.currentWidget().started.emit()
    assert page_name(window) == "Introduction"
    window.pages.currentWidget().done.emit()
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])


def test_source_waits_for_passphrase(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    services.create_vault(StoreKind.SEALED, "open sesame").close()
    window = open_window()
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: page_name(window) == "Unlock")
    assert "once your accounts are open" in bar(window)
    window.pages.currentWidget().passphrase_entered.emit("open sesame")
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])


def test_drop_before_vault_is_open_is_refused(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtGui import QDragEnterEvent

    window = open_window()
    qtbot.waitUntil(lambda: page_name(window) == "Welcome")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(SAMPLE))])
    event = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    window.pages.dragEnterEvent(event)
    assert not event.isAccepted()


# From a second start


@pytest.fixture
def listening(qtbot: QtBot, window: Window, home: Path) -> Iterator[Window]:
    instance = SingleInstance(home)
    assert instance.claim()
    window.desktop.listen(instance, 0)
    qtbot.waitUntil(lambda: window.desktop.server is not None)
    yield window
    instance.release()


def test_second_start_raises_window_with_its_words(
    qtbot: QtBot, listening: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN", raising=False)
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    listening.showMinimized()
    listening.desktop.server.called.emit(Call((KIM,), "token-1"))
    assert not listening.isMinimized()
    assert listening.isVisible()
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-1"
    qtbot.waitUntil(lambda: offered(listening) == ["Wiki: kim"])


def test_second_start_without_words_keeps_page(listening: Window) -> None:
    listening.settings.open()
    listening.hide()
    listening.desktop.server.called.emit(Call())
    assert listening.isVisible()
    assert page_name(listening) == "Settings"


def test_window_that_cannot_listen_releases_lock(
    qtbot: QtBot, window: Window, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QLocalServer, "listen", lambda *_: False)
    instance, other = SingleInstance(home), SingleInstance(home)
    assert instance.claim()
    window.desktop.listen(instance, 0)
    qtbot.waitUntil(other.claim)
    other.release()


def test_second_window_says_that_first_does_not_answer(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    fill(services, 2).close()
    window = open_window()
    window.is_second = True
    qtbot.waitUntil(lambda: shows_codes(window))
    assert "is not responding" in window.codes_page.notices.notice.words
    assert "process" not in window.codes_page.notices.notice.words


def test_second_window_names_what_does_not_answer_on_any_page(
    qtbot: QtBot, open_window: Open, services: FakeServices
) -> None:
    fill(services, 2).close()
    window = open_window()
    window.is_second, window.held_by = True, "4711 (odd\u202ename)"
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])
    assert window.toast.isVisible()
    assert window.toast.accessibleName() == "Another window of this app is not responding"
    said = window.codes_page.notices.notice.words
    assert "It is process 4711 (odd\\u202ename)." in said


# On macOS


@pytest.mark.parametrize("url", [QUrl(KIM), QUrl.fromLocalFile(str(SAMPLE))])
def test_file_open_event_from_macos_is_handed_over(
    qtbot: QtBot, qapp: MacosApplication, window: Window, url: QUrl
) -> None:
    qapp.opened.connect(lambda word: window.enrolment.hand_over([word]))
    assert qapp.sendEvent(qapp, QFileOpenEvent(url))
    qtbot.waitUntil(lambda: len(offered(window)) == 1)
    qapp.opened.disconnect()
