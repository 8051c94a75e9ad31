"""An uncaught error ends in one dialog, whichever thread it happened on, and the report that
the dialog offers to copy holds no secret."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, qCritical
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from authenticator import debug_log
from authenticator.gui.unexpected_errors import UnexpectedErrors

KEY = "JBSWY3DPEHPK3PXP"


class Unforeseen(Exception):
    pass


@pytest.fixture
def errors(qtbot: QtBot) -> Iterator[UnexpectedErrors]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    errors = UnexpectedErrors()
    errors.attach(window, window.close)
    yield errors
    errors.release()
    if errors.dialog is not None:
        errors.dialog.close()


def fail(issuer: str = "Zone panel", key: str = KEY) -> None:
    raise Unforeseen(f"{issuer} has {key}")


def hook() -> None:
    """Call the hook as Python does for an error in a slot."""
    try:
        fail()
    except Unforeseen as error:
        sys.excepthook(type(error), error, error.__traceback__)


def test_error_in_slot_is_reported_without_its_message(
    qtbot: QtBot, errors: UnexpectedErrors, capsys: pytest.CaptureFixture[str]
) -> None:
    QTimer.singleShot(0, hook)
    qtbot.waitUntil(lambda: errors.dialog is not None)
    told = errors.dialog.report.toPlainText()
    assert "Unforeseen" in told
    assert "test_unexpected_errors.py" in told
    assert " fail" in told
    for secret in (KEY, "Zone panel", str(Path.home())):
        assert secret not in told
        assert secret not in capsys.readouterr().err


def test_error_on_other_thread_is_reported_on_gui_thread(
    qtbot: QtBot, errors: UnexpectedErrors
) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: errors.dialog is not None)
    assert "Unforeseen" in errors.dialog.report.toPlainText()


def test_repeated_error_is_counted_and_new_one_added(
    qtbot: QtBot, errors: UnexpectedErrors
) -> None:
    for _ in range(3):
        hook()
    try:
        int("x")
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: errors.dialog is not None)
    qtbot.waitUntil(lambda: "ValueError" in errors.dialog.as_text())
    assert errors.dialog.as_text().count("Unforeseen") == 1
    assert "3 times" in errors.dialog.as_text()


def test_copy_puts_report_on_clipboard(qtbot: QtBot, errors: UnexpectedErrors) -> None:
    hook()
    qtbot.waitUntil(lambda: errors.dialog is not None)
    errors.dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == errors.dialog.as_text()


def test_continue_closes_dialog_and_later_error_opens_new_one(
    qtbot: QtBot, errors: UnexpectedErrors
) -> None:
    hook()
    qtbot.waitUntil(lambda: errors.dialog is not None)
    errors.dialog.go_on_button.click()
    assert errors.dialog is None
    hook()
    qtbot.waitUntil(lambda: errors.dialog is not None)


@pytest.mark.qt_log_ignore("the frame of")
def test_critical_qt_message_is_reported_redacted(
    qtbot: QtBot, errors: UnexpectedErrors, tmp_path: Path
) -> None:
    log = debug_log.start(tmp_path)
    qCritical(f"the frame of otpauth://totp/kim?secret={KEY} broke")
    debug_log.stop()
    qtbot.waitUntil(lambda: errors.dialog is not None)
    for told in (errors.dialog.as_text(), log.read_text(encoding="utf-8")):
        assert "the frame of [hidden] broke" in told


def test_keyboard_interrupt_is_left_to_python(
    errors: UnexpectedErrors, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[type[BaseException]] = []
    monkeypatch.setattr(errors, "_former", (lambda kind, *_: called.append(kind), None))
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert called == [KeyboardInterrupt]
    monkeypatch.undo()
