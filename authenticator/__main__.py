"""The two commands. Without arguments, with a link or with --hidden they open the window;
otherwise `authenticator` runs a verb in the terminal. Neither is imported before that is
decided."""

import contextlib
import os
import sys

from authenticator import memory_dumps

LINKS = ("otpauth://", "otpauth-migration://", "motp://")
HIDDEN = "--hidden"
"""Starts the window in the tray; `app.autostart` writes it."""
DEBUG = "--debug"
"""Writes a debug log in this run."""
RESTARTED = "--restarted="
"""Begins what a window that was locked tells the process that replaces its own, as
`gui.startup.restart_process.WORD`."""
SELF_CHECK = "--self-check"
"""What `doctor` tells, asked of the program itself: also of the one that has no terminal."""


def main() -> int:
    """The command `authenticator`."""
    memory_dumps.forbid_cores()
    _hold_standard_files()
    arguments = sys.argv[1:]
    # scan.worker_process.WORD, which costs imports to ask for
    if arguments[:1] == ["--read-pictures"] and len(arguments) > 1:
        from authenticator.scan.worker_process import serve

        serve(arguments[1])
    if arguments[:1] == [SELF_CHECK]:
        return _self_check(arguments[1:])
    options, words = _options(arguments)
    if (options and not words) or (words and words[0].lower().startswith(LINKS)):
        return _window_or_words(arguments)
    if arguments:
        return _terminal(arguments)
    from authenticator.gui.startup.display import reachable

    if reachable():
        return _window([])
    from authenticator.language import tr, use_chosen

    use_chosen("")
    told = tr("There is no display for the window here, so this is the same job in the terminal.")
    _tell(f"{told}\n\n")
    return _terminal(["demo"])


def main_gui() -> int:
    """The command `authenticator-gui [--hidden] [--debug] LINK|FILE...`."""
    memory_dumps.forbid_cores()
    _hold_standard_files()
    arguments = sys.argv[1:]
    if arguments[:1] == [SELF_CHECK]:
        return _self_check(arguments[1:])
    return _window_or_words(arguments)


def _hold_standard_files() -> None:
    """If our parent process closed stdin, stdout or stderr, no file that is opened later gets
    its number: what a library says on stderr would be written into it. Python tells
    by None that it was closed."""
    if os.name != "posix":
        return
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free


def _tell(text: str) -> None:
    """A message on stderr, if there is one; the exit code says the same."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


def _self_check(words: list[str]) -> int:
    from pathlib import Path

    with Path(os.devnull).open("w") as nowhere:
        # On Windows a program with windows has neither of them: its exit code tells.
        sys.stdout = sys.stdout or nowhere
        sys.stderr = sys.stderr or nowhere
        return _terminal(["doctor", *words])


def _options(arguments: list[str]) -> tuple[set[str], list[str]]:
    """What begins the window's command line, and the links and files after that."""
    first = next(
        (place for place, word in enumerate(arguments) if not _is_option(word)),
        len(arguments),
    )
    return set(arguments[:first]), arguments[first:]


def _is_option(word: str) -> bool:
    return word in (HIDDEN, DEBUG) or word.startswith(RESTARTED)


def _window_or_words(arguments: list[str]) -> int:
    """After the options come links and files to read. A desktop knows no other way to pass a link
    on than the command line, which others can see: it is taken out of there first, and goes
    nowhere else but into the window."""
    from authenticator.gui.startup.display import reachable

    if words := _options(arguments)[1]:
        from authenticator.gui.startup import command_line

        command_line.forget_last(len(words))
    if reachable():
        return _window(arguments)
    from authenticator.language import tr, use_chosen

    use_chosen("")
    told = tr("There is no display for the window. The command 'authenticator' needs none.")
    _tell(f"{told}\n")
    return 5


def _terminal(arguments: list[str]) -> int:
    import gc

    memory_dumps.forbid_reading()
    gc.disable()  # what is imported stays
    from authenticator.cli.main import run
    from authenticator.gui.desktop.terminal_access import QtDesktop

    def imported() -> None:
        gc.freeze()  # nor does the end of the process look through it
        gc.enable()

    return run(arguments, QtDesktop(), imported)


def _window(arguments: list[str]) -> int:
    import gc

    memory_dumps.forbid_reading()
    options, words = _options(arguments)

    # What the start makes stays; from the first picture on see gui/startup/gc_on_gui_thread.py.
    gc.disable()
    from authenticator.compose import Services

    try:
        from authenticator.gui.main import run

        return run(
            Services.for_user(debug=DEBUG in options),
            words,
            hidden=HIDDEN in options,
            restarted=[word for word in options if word.startswith(RESTARTED)],
            command=[*_program(arguments), *(options & {DEBUG})],
        )
    except ImportError as missing:
        # Qt is there, but one of the system's libraries under it is not.
        from authenticator.language import tr, use_chosen

        use_chosen("")
        told = tr(
            "The window can't open: {missing}.\nInstall what is missing. "
            "'authenticator --help' shows what works without a window.",
            missing=missing,
        )
        _tell(f"{told}\n")
        return 5


def _program(arguments: list[str]) -> list[str]:
    """The command line of this process up to its arguments."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return sys.orig_argv[: len(sys.orig_argv) - len(arguments)]


if __name__ == "__main__":
    sys.exit(main())
