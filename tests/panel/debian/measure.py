"""What a running panel takes and asks for, found out by using it."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from selenium.webdriver import Chrome

from tests.panel.debian.panel import DebianPanel
from tests.panel.steps import STEP_S, next_step
from tests.panel.ways import ByTerminal

FAR = 10
"""How many time steps away the first code is that is tried."""
ENOUGH_S = 12
"""A code that is sent with so much of the time step left arrives in it."""


@dataclass(frozen=True)
class Measures:
    """What was found out about one panel."""

    title: str
    version: str
    behind: int | None
    """How many time steps behind its own it takes; None if it does not even take its own."""
    ahead: int | None
    again: bool
    """Whether it takes a code that was taken before."""
    at_once: bool
    """Whether it takes the next code as soon as there is one."""
    recovery: str
    """Recovery codes: how many there are, how they look, whether one signs in."""
    to_switch_off: str
    """What it asks for."""
    link: str
    """Without the key, and without what is this run's own."""


class Measurer:
    """Somebody at one panel with the app's terminal; each question needs a new user."""

    def __init__(
        self,
        browser: Chrome,
        site: tuple[type[DebianPanel], str, Iterator[str]],
        app: ByTerminal,
    ) -> None:
        self._browser = browser
        self._kind, self._url, self._users = site
        self._app = app
        self._link = ""

    def all(self) -> Measures:
        """Answer every question."""
        behind, ahead = self.behind(), self.ahead()
        panel = self.enrolled()
        again = self.takes_again(panel)
        at_once = self.takes_next_at_once(panel)
        return Measures(
            self._kind.TITLE,
            self._kind.version(),
            behind,
            ahead,
            again,
            at_once,
            self.recovery(),
            self.to_switch_off(),
            self._link,
        )

    def behind(self) -> int | None:
        """Try codes from long ago on, where a panel first asks for one: nothing is used there."""
        panel = self._at_enrolment()
        tried = range(-FAR, 1)
        return next((-steps for steps in tried if self._takes(panel, steps)), None)

    def ahead(self) -> int | None:
        """Try codes at sign-in, from those of the far future on."""
        panel = self.enrolled()
        next_step()  # a code of the last one may have been used
        tried = range(FAR, -1, -1)
        return next((steps for steps in tried if self._takes(panel, steps)), None)

    def takes_again(self, panel: DebianPanel) -> bool:
        """Sign in twice with one code."""
        code = self._sign_in(panel)
        panel.sign_in()
        return panel.answer(code)

    def takes_next_at_once(self, panel: DebianPanel) -> bool:
        """Sign in at the end of a time step and at the beginning of the next."""
        next_step()
        time.sleep(STEP_S - ENOUGH_S)
        self._sign_in(panel)
        next_step()
        panel.sign_in()
        return self._takes(panel, 0)

    def recovery(self) -> str:
        """Sign in with a recovery code, where there are any."""
        if not self._kind.RECOVERY_CODES:
            return "none"
        panel = self._at_enrolment()
        codes = panel.recovery_codes
        assert self._takes(panel, 0)
        if panel.ask_for_recovery_codes():
            next_step()
            assert self._takes(panel, 0)
            codes = panel.recovery_codes
        panel.sign_in()
        taken = "one signs in" if panel.answer(codes[0]) else "refused at sign-in"
        shape = re.sub("[0-9A-Za-z]", "x", codes[0])
        return f"{len(codes)} like `{shape}`; {taken}"

    def to_switch_off(self) -> str:
        """Press the button and see what the panel wants."""
        panel = self.enrolled()
        panel.disable()
        if panel.asks_for_code:
            return "a code"
        if panel.asks_for_password:
            return "the password"
        assert not panel.two_step_is_on
        return "nothing"

    def _at_enrolment(self) -> DebianPanel:
        """A new user whose key the app has, where the panel first asks for a code."""
        panel = self._kind(self._browser, self._url, next(self._users))
        panel.sign_in()
        panel.begin_enrolment()
        self._app.scan(panel)
        self._link = without_key(self._app.link, panel)
        panel.ensure_it_asks()
        return panel

    def enrolled(self) -> DebianPanel:
        """A new user who has switched it on, and is signed in."""
        panel = self._at_enrolment()
        assert self._takes(panel, 0)
        return panel

    def _sign_in(self, panel: DebianPanel) -> str:
        """Sign in; returns the code that was taken."""
        while True:
            panel.sign_in()
            code = self._app.code()
            if panel.answer(code):
                return code
            next_step()

    def _takes(self, panel: DebianPanel, steps: int) -> bool:
        """Whether the panel takes the code of so many time steps from now."""
        while True:
            if time.time() % STEP_S > STEP_S - ENOUGH_S:
                next_step()
            panel.ensure_it_asks()
            now = time.time() // STEP_S
            code = self._app.code("--at", int((now + steps) * STEP_S))
            taken = panel.answer(code)
            if time.time() // STEP_S == now:
                return taken
            assert not taken, "too slow a computer to tell which time step it was"


def without_key(link: str, panel: DebianPanel) -> str:
    """Say how long the key is instead of the key, and leave out this run's names and numbers."""
    port = panel.url.rpartition(":")[2]
    told = re.sub("(?<=secret=)[^&]*", lambda key: f"({len(key[0])} letters)", link)
    assert panel.key.replace(" ", "").lower() not in told.lower()
    return told.replace(panel.user, "USER").replace(port, "PORT")
