"""Real panels with two-step authentication, and a user's actions on their pages."""

import contextlib
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import ClassVar

from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.gui.window_driver import wait_for

PASSWORD = "correct horse battery staple"
PASTE = (Keys.CONTROL, "v")


class Panel(ABC):
    """A person in a browser on a panel's pages; `user` is their name, `issuer` what the panel calls
    itself in its QR code.

    Each action ends when the page that it leads to is loaded. Each kind of panel defines its
    program and its CSS selectors.
    """

    PROGRAM: ClassVar[str]
    ENROLLING_IS_A_USE: ClassVar[bool]
    """Whether the code that enabled two-step authentication is refused at sign-in."""
    SIGN_IN: ClassVar[str]
    SECURITY: ClassVar[str]
    NAME: ClassVar[str]
    WORD: ClassVar[str]
    CODE: ClassVar[str] = "[autocomplete=one-time-code]"
    SEND: ClassVar[str]
    REFUSAL: ClassVar[str]
    IS_ON: ClassVar[str]

    def __init__(self, browser: Chrome, url: str, user: str) -> None:
        self.browser = browser
        self.url = url
        self.user = user

    @property
    @abstractmethod
    def issuer(self) -> str: ...

    @property
    def password(self) -> str:
        return PASSWORD

    @abstractmethod
    def begin_enrolment(self) -> None:
        """Enable two-step authentication, until the QR code is shown."""

    @abstractmethod
    def disable(self) -> None:
        """Switch two-step authentication off."""

    def sign_in(self) -> None:
        """Sign in afresh by name and password. The next page asks for a code, or shows the
        account's security settings."""
        self.browser.get(self.url + self.SIGN_IN)
        self.browser.delete_all_cookies()
        self.browser.get(self.url + self.SIGN_IN)
        self.one(self.NAME).send_keys(self.user)
        self.one(self.WORD).send_keys(self.password)
        self.send()

    @property
    def qr_picture(self) -> bytes:
        """The QR code as the browser renders it, cropped from its page: a PNG."""
        return self.one("#qr").screenshot_as_png

    @property
    def account_name(self) -> str:
        """As shown below the picture."""
        return self.one("#account").text

    @property
    def key(self) -> str:
        """As shown below the picture."""
        return self.one("#key").text

    @property
    def asks_for_code(self) -> bool:
        return bool(self.all(self.CODE))

    def answer(self, code: str) -> bool:
        """Enter a code where requested; returns whether it was accepted."""
        return self._accepts(code)

    def answer_from_clipboard(self) -> bool:
        """Paste the screen's clipboard where a code is requested."""
        return self._accepts(*PASTE)

    def enter(self, *keys: str) -> None:
        """Press keys in the field where a code is requested, without submitting it."""
        field = self.one(self.CODE)
        field.clear()
        field.send_keys(*keys)

    def _accepts(self, *keys: str) -> bool:
        self.enter(*keys)
        self.send()
        return self.is_content

    @property
    def is_content(self) -> bool:
        """Whether the page says nothing against what was sent last."""
        return not self.all(self.REFUSAL)

    @property
    def two_step_is_on(self) -> bool:
        """According to the account's security page, for a signed-in user."""
        self.browser.get(self.url + self.SECURITY)
        return bool(self.all(self.IS_ON))

    def send(self) -> None:
        """Press the form's own button and wait for the whole next page."""
        self.follow(self.SEND)

    def follow(self, selector: str) -> None:
        """Press a button or a link and wait for the whole next page."""
        page = self.all("html")
        self.one(selector).click()
        wait_for(lambda: self.all("html") not in ([], page), "the panel's next page")
        wait_for(self._is_loaded, "the whole of the panel's next page")

    def _is_loaded(self) -> bool:
        return bool(self.browser.execute_script("return document.readyState") == "complete")

    def one(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)


class DjangoPanel(Panel):
    """django-two-factor-auth."""

    PROGRAM = "tests.services.django_panel"
    ENROLLING_IS_A_USE = False
    SIGN_IN = "/account/login/"
    SECURITY = "/account/two_factor/"
    NAME = "[name=auth-username]"
    WORD = "[name=auth-password]"
    SEND = "main form button[type=submit]:not([name])"
    REFUSAL = ".errorlist"
    IS_ON = "[href$='/disable/']"

    @property
    def issuer(self) -> str:
        return self.url.partition("//")[2]

    def begin_enrolment(self) -> None:
        self.browser.get(f"{self.url}/account/two_factor/setup/")
        self.send()

    def disable(self) -> None:
        self.browser.get(f"{self.url}/account/two_factor/disable/")
        self.one("[name=understand]").click()
        self.send()


class FlaskPanel(Panel):
    """Flask-Security."""

    PROGRAM = "tests.services.flask_panel"
    ENROLLING_IS_A_USE = True
    SIGN_IN = "/login"
    SECURITY = "/tf-setup"
    NAME = "[name=email]"
    WORD = "[name=password]"
    SEND = "main form [type=submit]"
    REFUSAL = ".fs-div .fs-error-msg"
    IS_ON = "[value=disable]"

    issuer = "Example Forum"

    def begin_enrolment(self) -> None:
        self._choose("authenticator")

    def disable(self) -> None:
        self._choose("disable")

    def _choose(self, method: str) -> None:
        self.browser.get(self.url + self.SECURITY)
        self.one(f"[value={method}]").click()
        self.send()


@contextlib.contextmanager
def served(
    kind: type[Panel],
    *users: str,
    tolerance_steps: int = 1,
    environment: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Runs a panel with these users, in this environment instead of the tests' own; yields its
    address. It accepts codes of this many time steps on either side of its own."""
    with tempfile.TemporaryDirectory(prefix="panel-") as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", kind.PROGRAM, folder, PASSWORD, str(tolerance_steps), *users],
            env=environment,
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
