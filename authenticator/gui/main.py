"""Starts the window and stays until it is closed; a second start hands over to the first."""

import builtins
import os
import sys
from collections.abc import Sequence

from authenticator.compose import Parts
from authenticator.gui.desktop.single_instance import Instance
from authenticator.gui.startup import preload

LISTEN_AFTER_MS = 400
"""Qt's network takes 15 ms to load, which the first codes need not wait for."""


def run(parts: Parts, words: Sequence[str] = (), *, hidden: bool = False) -> int:
    """Show the window, which reads these links and files; returns the exit code once it is
    closed, or 0 once a window that is open already has them. `hidden`: in the tray alone."""
    instance = Instance(parts.home)
    preloaded = preload.begin(parts, instance.let_go) if instance.claim() else None

    plain_import = builtins.__import__
    import PySide6  # noqa: F401 - for what it does to imports

    # PySide's reads the source of all that is imported, in case it asks for snake_case.
    builtins.__import__ = plain_import
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from authenticator.gui.startup.application import Application

    token = os.environ.get("XDG_ACTIVATION_TOKEN", "")  # before Qt takes it
    fusion = ["-style", "Fusion"]  # told by setStyle it costs 5 ms more: PySide hands one back
    kind = Application if sys.platform == "darwin" else QApplication
    app = kind([sys.argv[0], *fusion])
    alone = True
    if preloaded is None:
        from authenticator.gui.desktop import dropped_sources, instance_messages

        spelled_out = map(dropped_sources.spelled_out, words[: dropped_sources.FILES_LIMIT])
        call = instance_messages.Call(tuple(spelled_out), token)
        forwarded = instance_messages.forward(instance, call)
        if forwarded is instance_messages.Forwarded.TAKEN:
            return 0
        alone = forwarded is instance_messages.Forwarded.GONE
        preloaded = preload.ByThread(parts)
    from authenticator.gui.session import Session
    from authenticator.gui.startup import gc_on_gui_thread, trace
    from authenticator.gui.theme import stylesheet, window_language
    from authenticator.gui.window import Window

    app.setApplicationName("Authenticator")
    app.setDesktopFileName("authenticator")
    session = Session(parts)
    window_language.apply_language(app, session.settings.language)
    stylesheet.dress(app, session.settings)
    window = Window(session, is_second=not alone)
    window.painted.connect(trace.on_first_paint())
    window.painted.connect(gc_on_gui_thread.collect_here, Qt.ConnectionType.SingleShotConnection)
    window.enrolment.hand_over(words)
    if isinstance(app, Application):
        app.opened.connect(lambda word: window.enrolment.hand_over([word]))
    if alone:
        window.desktop.listen(instance, LISTEN_AFTER_MS)
    session.open(preload=preloaded)
    if hidden and not words:
        gc_on_gui_thread.collect_here()  # nothing is painted
        window.desktop.start_hidden()
    else:
        window.show()
        window.activateWindow()
    code = app.exec()
    window.shut_down()
    session.close()
    parts.close()
    return code
