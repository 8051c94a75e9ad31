"""Starts the window and stays until it is closed; a second start hands over to the first."""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from authenticator import debug_log, memory_dumps
from authenticator.compose import Services
from authenticator.errors import DiskRefused
from authenticator.gui.desktop.single_instance import SingleInstance
from authenticator.gui.startup import preload, restart_process

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from authenticator.gui.desktop.instance_messages import Forwarded
    from authenticator.gui.session import Session
    from authenticator.gui.startup.restart_process import Locked
    from authenticator.gui.unexpected_errors import UnexpectedErrors
    from authenticator.gui.window import Window

LISTEN_AFTER_MS = 400
"""Qt's network takes 15 ms to load, which the first codes need not wait for."""


def run(
    services: Services,
    words: Sequence[str] = (),
    *,
    hidden: bool = False,
    command: Sequence[str] = (),
    restarted: Sequence[str] = (),
) -> int:
    """Show the window, which reads these links and files. Returns the exit code once it is closed,
    or 0 once a window that is already open has received them. `hidden`: only in the tray.
    `command` starts this program again, without its links and files; `restarted` are the arguments
    by which that was done.

    An unforeseen error is shown, even before there is a window; the exit code is then
    exit_codes.OUR_BUG. Raises ImportError if a system library is missing."""
    with contextlib.suppress(DiskRefused):  # which costs the log alone
        services.set_debug_log(chosen=False)
    instance = SingleInstance(services.home)
    locked = restart_process.told_by(restarted)
    alone = _takes_its_place(instance, locked)
    opens = locked is None
    preloaded = preload.start_preload(services, instance.release) if alone and opens else None
    token = os.environ.get("XDG_ACTIVATION_TOKEN", "")  # before Qt takes it
    memory_dumps.allow_reading()  # nothing is known yet, and Qt asks portals for its colours
    app = _application()
    from authenticator.gui.desktop import seen_by_portals
    from authenticator.gui.restart import RestartWhenLocked
    from authenticator.gui.unexpected_errors import UnexpectedErrors

    seen_by_portals.be_seen()
    errors = UnexpectedErrors(app)
    try:
        if opens and not alone:
            forwarded = _forward(instance, words, token)
            if forwarded is forwarded.TAKEN:
                return 0
            alone = forwarded is forwarded.GONE
            preloaded = preload.ThreadPreload(services)
        session, window = _build(app, services, errors, locked=locked)
        if not alone:
            window.is_second, window.held_by = True, instance.holder()
        window.enrolment.hand_over(words)
        if alone:
            window.desktop.listen(instance, LISTEN_AFTER_MS)
        restart = RestartWhenLocked(window, instance, command)
        if locked is None:
            session.open(preload=preloaded)
            _show(window, hidden=hidden and not words)
        else:
            restart.resume(locked)
        code = app.exec()
        window.shut_down()
        session.close()
        return code
    except ImportError:
        raise
    except Exception as error:  # noqa: BLE001 - as in the event loop, all are shown
        return errors.show_fatal(error)
    finally:
        errors.release()
        services.close()


def _takes_its_place(instance: SingleInstance, locked: Locked | None) -> bool:
    """Whether this is the window of its home."""
    if locked is None:
        return instance.claim()
    return not locked.is_second and instance.take_over(locked.lock)


def _application() -> QApplication:
    plain_import = builtins.__import__
    import PySide6  # noqa: F401 - for what it does to imports

    # PySide's reads the source of all that is imported, in case it asks for snake_case.
    builtins.__import__ = plain_import
    from PySide6.QtWidgets import QApplication

    # Told by setStyle it costs 5 ms more: PySide hands one back.
    words = [sys.argv[0], "-style", "Fusion"]
    if sys.platform != "darwin":
        return QApplication(words)
    from authenticator.gui.startup.macos_application import MacosApplication

    return MacosApplication(words)


def _forward(instance: SingleInstance, words: Sequence[str], token: str) -> Forwarded:
    """Give the links and files to the window that is open."""
    from authenticator.gui.desktop import instance_messages

    call = instance_messages.call_for(words, token)
    forwarded = instance_messages.forward(instance, call)
    debug_log.write("handed over", outcome=forwarded, sources=len(words))
    return forwarded


def _build(
    app: QApplication,
    services: Services,
    errors: UnexpectedErrors,
    *,
    locked: Locked | None,
) -> tuple[Session, Window]:
    from PySide6.QtCore import Qt

    from authenticator.gui.session import Session
    from authenticator.gui.startup import gc_on_gui_thread, trace
    from authenticator.gui.theme import appearance, window_language
    from authenticator.gui.window import Window

    app.setApplicationName("Authenticator")
    app.setDesktopFileName("authenticator")
    session = Session(services)
    if locked is not None:
        session.start_locked(locked.vault, locked.draft)
    window_language.apply_language(app, session.settings.language)
    appearance.apply_chosen_theme(app, session.settings)
    window = Window(session)
    errors.attach(window, window.quit)
    window.painted.connect(trace.on_first_paint())
    window.painted.connect(gc_on_gui_thread.collect_here, Qt.ConnectionType.SingleShotConnection)
    if sys.platform == "darwin":
        from authenticator.gui.startup.macos_application import MacosApplication

        if isinstance(app, MacosApplication):
            app.opened.connect(lambda word: window.enrolment.hand_over([word]))
    return session, window


def _show(window: Window, *, hidden: bool) -> None:
    if hidden:
        from authenticator.gui.startup import gc_on_gui_thread

        gc_on_gui_thread.collect_here()  # nothing is painted
        window.desktop.start_hidden()
    else:
        window.show()
        window.activateWindow()
