"""A person at a real screen: finds the window, types, clicks, reads titles and the clipboard."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from authenticator.gui.enrolment.opened_review_page import REST_MS
from tests.patience import PATIENCE_S, wait_for
from tests.services.commands import output

KEEP = "--keep"
"""Makes `tests.gui.clipboard` a clipboard manager."""


class WindowDriver:
    """One running copy of the app; `environment` says on which screen and for whom."""

    def __init__(
        self,
        environment: dict[str, str],
        command: Sequence[str] = (sys.executable, "-m", "authenticator"),
    ) -> None:
        self._environment = environment
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._window = wait_for(self._find, "the window")

    def _find(self) -> str:
        assert self.process.poll() is None, self.process.communicate()
        found = self._do("search", "--onlyvisible", "--pid", str(self.process.pid)).split()
        return found[0] if len(found) == 1 else ""

    def _do(self, *words: str) -> str:
        return self._ask("xdotool", *words)

    def _ask(self, *command: str) -> str:
        return output(command, self._environment)

    @property
    def title(self) -> str:
        """The page, as the window's title names it."""
        name = self._do("getwindowname", self._window).strip()
        return name.partition(" – ")[0]

    def until(self, page: str) -> None:
        """Wait for a page."""
        try:
            wait_for(lambda: self.title == page, f"page {page!r}")
        except AssertionError as error:
            error.add_note(f"the page is {self.title!r}")
            raise

    def until_dialog(self, title: str) -> None:
        """Wait for a dialog to open and to get the keyboard focus."""
        wait_for(lambda: self._do("search", "--onlyvisible", "--name", f"^{title}$"), title)
        wait_for(lambda: self._do("getwindowfocus", "getwindowname").strip() == title, "its focus")

    def until_gone(self, title: str) -> None:
        """Wait until a dialog is closed; then focus the window, as a window manager does."""
        wait_for(lambda: not self._do("search", "--onlyvisible", "--name", f"^{title}$"), "its end")
        self._do("windowfocus", "--sync", self._window)

    def lock(self) -> None:
        """Lock by shortcut, and wait for the process that goes on locked."""
        self.key("ctrl+l")
        self.until_restarted()

    def until_restarted(self) -> None:
        """Wait until another window of the same process has taken this one's place."""

        def other() -> str:
            found = self._find()
            return "" if found == self._window else found

        self._window = wait_for(other, "the window of the next process")
        wait_for(lambda: self.title, "its title")
        self._do("windowfocus", "--sync", self._window)

    def place(self) -> tuple[int, int, int, int]:
        """Return the window's place on the screen: left, top, width, height, in px."""
        said = self._do("getwindowgeometry", "--shell", self._window)
        values = dict(line.split("=") for line in said.split())
        left, top, width, height = (int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
        return left, top, width, height

    def told(self, name: str) -> str:
        """Return the window property of this name."""
        return self._ask("xprop", "-id", self._window, name)

    def click(self, x: int, y: int) -> None:
        """Click at a place of the window, in px."""
        self._do("mousemove", "--window", self._window, str(x), str(y), "click", "1")

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag what is at one place of the window to another, in px."""
        self._move_to(*start)
        self._do("mousedown", "1")
        for step in range(1, 9):
            part = step / 8
            self._move_to(*(round(a + (b - a) * part) for a, b in zip(start, end, strict=True)))
            time.sleep(0.05)  # no hand is quicker, and the desktop's protocol needs the time
        self._do("mouseup", "1")

    def _move_to(self, x: int, y: int) -> None:
        self._do("mousemove", "--window", self._window, str(x), str(y))

    def key(self, *names: str) -> None:
        """Press keys, by their X names."""
        self._do("key", "--delay", "30", *names)

    def add_opened(self) -> None:
        """Tick the one account that another program opened, and add it."""
        time.sleep(3 * REST_MS / 1000)  # as long as a person reads
        self.key("Tab", "space", "Tab", "Tab", "Return")
        self.until("New code")

    def type(self, text: str) -> None:
        """Type text, letter by letter; a line's end is the key Return."""
        for line in text.splitlines(keepends=True):
            self._do("type", "--delay", "15", line.removesuffix("\n"))
            if line.endswith("\n"):
                self.key("Return")

    def clipboard(self) -> str:
        """Return the text on the clipboard, as another program gets it."""
        return subprocess.run(
            [sys.executable, "-m", "tests.gui.clipboard"],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        ).stdout

    def clipboard_targets(self) -> list[str]:
        """Return the clipboard's targets; none where it is empty."""
        return self._ask("xclip", "-selection", "clipboard", "-target", "TARGETS", "-out").split()

    def clipboard_as(self, target: str) -> str:
        """Return the clipboard's content as one of these targets."""
        return subprocess.run(
            ["xclip", "-selection", "clipboard", "-target", target, "-out"],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        ).stdout

    def copy(self, text: str) -> None:
        """Put text on the clipboard, as another program does."""
        subprocess.run(
            ["xclip", "-selection", "clipboard"],
            env=self._environment,
            input=text,
            stdout=subprocess.DEVNULL,  # xclip keeps running; it must not hold a pipe open
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        )

    @contextmanager
    def clipboard_kept(self) -> Iterator[Callable[[], None]]:
        """Run a manager that copies every text as its own; yield a function that waits for it."""
        manager = subprocess.Popen(
            [sys.executable, "-m", "tests.gui.clipboard", KEEP],
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )

        def said(words: str) -> None:
            assert manager.stdout is not None
            assert manager.stdout.readline() == f"{words}\n"

        try:
            said("ready")
            yield lambda: said("kept")
        finally:
            manager.kill()
            manager.communicate()

    @contextmanager
    def copied_picture(self, path: Path) -> Iterator[None]:
        """Run another program that has this picture on the clipboard."""
        other = subprocess.Popen(
            [sys.executable, "-m", "tests.gui.clipboard", str(path)],
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "copied\n"
            yield
        finally:
            other.kill()
            other.communicate()

    def quit(self) -> tuple[int, str]:
        """Quit by shortcut; return the exit code and all that went to stderr."""
        self.key("ctrl+q")
        _, said = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, said

    def end(self) -> None:
        """Kill the process if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
