"""Desktop settings: starting with the session, and the global shortcut."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from authenticator.app.autostart import exec_line, launch_command
from authenticator.gui.desktop.global_shortcut import GlobalShortcut, ShortcutStatus
from authenticator.gui.settings.desktop_section import DesktopSection
from authenticator.gui.window import Window
from tests.gui.conftest import Open, shows_codes
from tests.gui.fakes import FakeServices, fill


@pytest.fixture
def section(qtbot: QtBot, open_window: Open, services: FakeServices) -> DesktopSection:
    fill(services, 1).close()
    window: Window = open_window()
    qtbot.waitUntil(lambda: shows_codes(window))
    window.settings.open()
    return window.settings.page().desktop


def starts(services: FakeServices) -> str:
    path = services.autostart().path
    try:
        text = path.read_text()
    except FileNotFoundError:
        text = ""
    return next((line[5:] for line in text.splitlines() if line.startswith("Exec=")), "")


def test_autostart_switches_write_matching_desktop_file(
    qtbot: QtBot, section: DesktopSection, services: FakeServices
) -> None:
    QTest.keyClick(section.start, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: starts(services) == exec_line(launch_command()))
    QTest.keyClick(section.start_hidden, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: starts(services) == exec_line([*launch_command(), "--hidden"]))
    qtbot.waitUntil(lambda: services.settings_file.read().start_hidden)
    QTest.keyClick(section.start, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not starts(services))


def test_start_hidden_alone_creates_no_autostart(
    qtbot: QtBot, section: DesktopSection, services: FakeServices
) -> None:
    section.start_hidden.click()
    qtbot.waitUntil(lambda: services.settings_file.read().start_hidden)
    assert not starts(services)


def test_autostart_changed_elsewhere_is_shown(
    qtbot: QtBot, section: DesktopSection, services: FakeServices
) -> None:
    services.autostart().turn_on(launch_command())
    section.window().navigation.home()
    section.window().settings.open()
    qtbot.waitUntil(section.start.isChecked)


def test_refused_autostart_write_is_reported_and_switch_reverts(
    qtbot: QtBot, section: DesktopSection, services: FakeServices
) -> None:
    (services.home / "autostart").write_text("a file in the way")
    section.start.click()
    qtbot.waitUntil(section.notice.isVisible)
    qtbot.waitUntil(lambda: not section.start.isChecked())


def test_desktop_without_global_shortcuts_explains_alternative(
    qtbot: QtBot, section: DesktopSection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    section.shortcut.click()
    qtbot.waitUntil(lambda: "global shortcut" in section.shortcut.accessibleDescription())
    assert "authenticator-gui" in section.shortcut.accessibleDescription()
    section.shortcut.click()
    qtbot.waitUntil(lambda: "asks you which" in section.shortcut.accessibleDescription())


def test_granted_shortcut_is_named_and_raises_window(
    qtbot: QtBot, section: DesktopSection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")
    monkeypatch.setattr(GlobalShortcut, "start", lambda *_: None)
    window = section.window()
    section.shortcut.click()
    qtbot.waitUntil(lambda: window.desktop.shortcut is not None)
    window.desktop.shortcut.keys = "Ctrl+Alt+A"
    window.desktop.shortcut._set_status(ShortcutStatus.BOUND)
    assert section.shortcut.accessibleDescription() == "Ctrl+Alt+A brings this window up."
    window.hide()
    window.desktop.shortcut.pressed.emit("token-1")
    assert window.isVisible()
    window.lock()  # the page is rebuilt, and says the same again
    window.pages.currentWidget().unlock.click()
    qtbot.waitUntil(lambda: window.session.is_open)
    window.settings.open()
    assert "Ctrl+Alt+A" in window.settings.page().desktop.shortcut.accessibleDescription()


def test_every_control_has_a_name_and_description(section: DesktopSection) -> None:
    for one in section.findChildren(QAbstractButton):
        if one.isVisible():
            assert one.text() or one.accessibleName()
            assert one.accessibleDescription()
