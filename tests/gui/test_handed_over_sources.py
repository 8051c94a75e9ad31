"""Links and files from the command line, the desktop or a second start: offered once the vault
is open, and added only after confirmation."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtNetwork import QLocalServer
from pytestqt.qtbot import QtBot

from authenticator import resource
from authenticator.gui.desktop.instance_messages import Call
from authenticator.gui.desktop.single_instance import SingleInstance
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


def offered(window: Window) -> list[str]:
    if page_name(window) != "Accounts found":
        return []
    return found_names(window)


def count(window: Window) -> int:
    return window.codes_page.model.total


def test_link_is_offered_and_added_only_on_confirmation(
    qtbot: QtBot, window: Window, services: FakeServices
) -> None:
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])
    assert count(window) == 2
    window.enrolment.review_page().add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")
    assert services.open_vault().entries()[-1].label.issuer == "Wiki"


def test_files_are_offered_and_added_only_on_confirmation(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over([str(SAMPLE), KIM])
    qtbot.waitUntil(lambda: offered(window) == ["Example Panel: kim@example.org", "Wiki: kim"])


def test_source_arriving_during_review_joins_the_list(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over([str(SAMPLE)])
    window.enrolment.hand_over([KIM])  # while the picture is being read
    qtbot.waitUntil(lambda: len(offered(window)) == 2)
    window.enrolment.hand_over([EVE])
    qtbot.waitUntil(lambda: len(offered(window)) == 3)


def test_source_is_read_while_window_is_minimized(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over([KIM])
    window.showMinimized()
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])


@pytest.mark.parametrize("leave", ["home", "scan", "enter_key", "add"])
def test_declined_offer_is_not_repeated(qtbot: QtBot, window: Window, leave: str) -> None:
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])
    if leave == "add":
        window.enrolment.review_page().add.click()
        qtbot.waitUntil(lambda: page_name(window) == "New code")
    else:
        leaving = {
            "home": window.navigation.home,
            "scan": window.enrolment.scan,
            "enter_key": window.enrolment.enter_key,
        }
        leaving[leave]()
    window.enrolment.hand_over([EVE])
    qtbot.waitUntil(lambda: offered(window) == ["Shop: eve"])


def test_pasted_source_replaces_handed_over_one(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over([KIM])
    qtbot.waitUntil(lambda: offered(window) == ["Wiki: kim"])
    QGuiApplication.clipboard().setText(EVE)
    window.enrolment.paste()
    qtbot.waitUntil(lambda: offered(window) == ["Shop: eve"])


def test_source_without_enrolment_is_reported(qtbot: QtBot, window: Window) -> None:
    window.enrolment.hand_over(["https://example.org/sign-in", "/nonexistent/a.png"])
    qtbot.waitUntil(lambda: "example.org" in window.enrolment.scan_page().notice.words)
    assert "a.png does not exist" in window.enrolment.scan_page().notice.words


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


# On macOS


@pytest.mark.parametrize("url", [QUrl(KIM), QUrl.fromLocalFile(str(SAMPLE))])
def test_file_open_event_from_macos_is_handed_over(
    qtbot: QtBot, qapp: MacosApplication, window: Window, url: QUrl
) -> None:
    qapp.opened.connect(lambda word: window.enrolment.hand_over([word]))
    assert qapp.sendEvent(qapp, QFileOpenEvent(url))
    qtbot.waitUntil(lambda: len(offered(window)) == 1)
