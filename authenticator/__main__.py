"""No words, a link, or --hidden: the window. Other words: the terminal. Imports neither until
it has chosen."""

import sys

LINKS = ("otpauth://", "otpauth-migration://")
HIDDEN = "--hidden"
"""Starts the window in the tray; `app.autostart` writes it."""


def main() -> int:
    """The command `authenticator`."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--read-pictures"]:  # scan.worker.WORD, which costs imports to ask for
        from authenticator.scan.worker import serve

        serve(arguments[1])
    if arguments and (arguments == [HIDDEN] or arguments[0].lower().startswith(LINKS)):
        return _window_or_words(arguments)
    if arguments:
        return _terminal(arguments)
    from authenticator.gui.display import reachable

    if reachable():
        return _window([])
    sys.stderr.write(
        "There is no display for the window here, so this is the same job in the terminal.\n\n"
    )
    return _terminal(["demo"])


def main_gui() -> int:
    """The command `authenticator-gui [--hidden] LINK|FILE...`."""
    return _window_or_words(sys.argv[1:])


def _window_or_words(words: list[str]) -> int:
    """The words are links and files to read. A desktop knows no other way to pass a link on
    than the command line, which other programs can see while this one runs; it goes nowhere
    else from here but into the window."""
    from authenticator.gui.display import reachable

    if reachable():
        return _window(words)
    sys.stderr.write(
        "There is no display for the window. The command 'authenticator' needs none.\n"
    )
    return 5


def _terminal(arguments: list[str]) -> int:
    from authenticator.cli.main import run
    from authenticator.gui.desktop import QtDesktop

    return run(arguments, QtDesktop())


def _window(words: list[str]) -> int:
    from authenticator.compose import Parts

    try:
        from authenticator.gui.main import run

        hidden = words[:1] == [HIDDEN]
        return run(Parts.for_user(), words[hidden:], hidden=hidden)
    except ImportError as missing:
        # Qt is there, but one of the system's libraries under it is not.
        sys.stderr.write(
            f"The window can't open: {missing}.\nInstall what is missing. "
            "'authenticator --help' shows what works without a window.\n"
        )
        return 5


if __name__ == "__main__":
    sys.exit(main())
