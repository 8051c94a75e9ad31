"""A real panel with two-step authentication, and what a person does on its pages."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.gui.hands import wait_for

PASSWORD = "correct horse battery staple"


class Panel:
    """Someone at a browser with the panel's pages; `user` is who sits there, `issuer` what the
    panel calls itself in its QR code.

    Each act ends when the page that it leads to is there.
    """

    def __init__(self, browser: Chrome, url: str, user: str) -> None:
        self.browser = browser
        self.user = user
        self.issuer = url.partition("//")[2]
        self._url = url

    def sign_in(self) -> None:
        """As somebody who comes anew, by name and password. What follows is a page that asks
        for a code, or the account's security."""
        self.browser.get(f"{self._url}/account/login/")
        self.browser.delete_all_cookies()
        self.browser.get(f"{self._url}/account/login/")
        self._one("[name=auth-username]").send_keys(self.user)
        self._one("[name=auth-password]").send_keys(PASSWORD)
        self._send()

    def begin_enrolment(self) -> None:
        """Ask for two-step authentication, until the QR code is shown."""
        self.browser.get(f"{self._url}/account/two_factor/setup/")
        self._send()

    @property
    def qr_picture(self) -> bytes:
        """The QR code as the browser draws it, cut out of its page: a PNG."""
        return self._one("#qr").screenshot_as_png

    @property
    def account_name(self) -> str:
        """As it stands below the picture."""
        return self._one("#account").text

    @property
    def key(self) -> str:
        """As it stands below the picture."""
        return self._one("#key").text

    def answer(self, code: str) -> bool:
        """Type a code where one is asked for; whether it was accepted."""
        self._code_field.send_keys(code)
        return self._accepted()

    def answer_from_clipboard(self) -> bool:
        """Paste what is on the screen's clipboard where a code is asked for."""
        self._code_field.send_keys(Keys.CONTROL, "v")
        return self._accepted()

    @property
    def asks_for_code(self) -> bool:
        return self._has("[autocomplete=one-time-code]")

    @property
    def two_step_is_on(self) -> bool:
        """As the account's security says, for one who is signed in."""
        self.browser.get(f"{self._url}/account/two_factor/")
        return self._has("[href$='/disable/']")

    def disable(self) -> None:
        self.browser.get(f"{self._url}/account/two_factor/disable/")
        self._one("[name=understand]").click()
        self._send()

    def _accepted(self) -> bool:
        self._send()
        return not self._has(".errorlist")

    def _send(self) -> None:
        """Press the form's own button and wait for the whole next page."""
        page = self._all("html")
        self._one("main form button[type=submit]:not([name])").click()
        wait_for(lambda: self._all("html") not in ([], page), "the panel's next page")
        wait_for(self._is_loaded, "the whole of the panel's next page")

    def _is_loaded(self) -> bool:
        return bool(self.browser.execute_script("return document.readyState") == "complete")

    @property
    def _code_field(self) -> WebElement:
        field = self._one("[autocomplete=one-time-code]")
        field.clear()
        return field

    def _one(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def _has(self, selector: str) -> bool:
        return bool(self._all(selector))

    def _all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)


@contextlib.contextmanager
def django_panel(*users: str) -> Iterator[str]:
    """Runs the panel with these users; gives its address."""
    with tempfile.TemporaryDirectory(prefix="panel-") as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.services.django_panel", folder, PASSWORD, *users],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert server.stdout is not None
            port = server.stdout.readline().strip()
            assert port, "the panel did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()
            server.communicate()
