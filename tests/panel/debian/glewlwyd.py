"""Glewlwyd (C), with SQLite. Its pages are one script each."""

import contextlib
import json
import shutil
import sqlite3
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.panel.debian.panel import DebianPanel, Program
from tests.patience import wait_for
from tests.services.panel import PASSWORD

_SHARE = Path("/usr/share/glewlwyd")
_SCHEMA = Path("/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3")
_SCOPE = "app"
_GAP_S = 0.5
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "application/javascript"}
_TYPES |= {".json": "application/json", ".png": "image/png", ".woff2": "font/woff2"}
_CONFIGURATION = """port = {port}
bind_address = "127.0.0.1"
external_url = "http://127.0.0.1:{port}"
login_url = "login.html"
api_prefix = "api"
static_files_path = "{folder}/webapp/"
log_mode = "console"
log_level = "INFO"
cookie_secure = 0
session_expiration = 2419200
session_key = "GLEWLWYD2_SESSION_ID"
admin_scope = "g_admin"
profile_scope = "g_profile"
user_module_path = "/usr/lib/glewlwyd/user"
client_module_path = "/usr/lib/glewlwyd/client"
user_auth_scheme_module_path = "/usr/lib/glewlwyd/scheme"
plugin_module_path = "/usr/lib/glewlwyd/plugin"
hash_algorithm = "SHA512"
database = {{ type = "sqlite3"; path = "{folder}/glewlwyd.db"; }};
static_files_mime_types = ( {types} )
"""


class Glewlwyd(DebianPanel):
    """Saves a key without asking for a code of it; asks for one where a scope needs it."""

    TITLE = "Glewlwyd"
    PACKAGE = "glewlwyd"
    SECURITY = "/profile.html"
    NAME = "#username"
    WORD = "#password"
    CODE = "#otpSchemeForm #value"
    SEND = "#loginbut, #but"
    REFUSAL = CODE
    IS_ON = "[href^=otpauth]"
    QR = "[href^=otpauth] svg"
    KEY = "#scheme-otp-secret"

    issuer = "Example SSO"

    @classmethod
    def set_up(cls, folder: Path, port: int, users: Sequence[str]) -> Program:
        # It follows no links, which is what Debian has made of the libraries of its pages.
        pages = folder / "webapp"
        shutil.copytree(_SHARE / "webapp", pages, ignore=shutil.ignore_patterns("config.json"))
        shutil.copy(_SHARE / "templates" / "config.json", pages)
        with closing(sqlite3.connect(folder / "glewlwyd.db")) as opened:
            opened.executescript(_SCHEMA.read_text())
        types = ", ".join(
            f'{{ extension = "{ending}"; mime_type = "{name}"; compress = 0; }}'
            for ending, name in _TYPES.items()
        )
        configuration = folder / "glewlwyd.conf"
        configuration.write_text(_CONFIGURATION.format(port=port, folder=folder, types=types))
        return Program(("glewlwyd", f"--config-file={configuration}"))

    @classmethod
    def add_users(cls, url: str, users: Sequence[str]) -> None:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

        def post(path: str, **fields: object) -> None:
            request = urllib.request.Request(  # noqa: S310 - our own, on loopback
                f"{url}/api{path}",
                data=json.dumps(fields).encode(),
                headers={"Content-Type": "application/json"},
            )
            opener.open(request).close()

        post("/auth/", username="admin", password="password")
        _add_scheme(post, cls.issuer)
        for user in users:
            scopes = ["g_profile", _SCOPE]
            post("/user/", username=user, password=PASSWORD, name=user, enabled=True, scope=scopes)

    @property
    def key(self) -> str:
        return str(self.one(self.KEY).get_attribute("value"))

    def sign_in(self) -> None:
        self.browser.get(f"{self.url}/favicon.ico")  # no script that would keep the session alive
        self.browser.delete_all_cookies()
        where = {"callback_url": f"{self.url}/profile.html", "scope": _SCOPE}
        self.browser.get(f"{self.url}/login.html?{urlencode(where)}")
        self.until(self.NAME).send_keys(self.user)
        self.one(self.WORD).send_keys(self.password)
        self.send()

    def begin_enrolment(self) -> None:
        self._save_key("TOTP", "#scheme-otp-time_step_size", 30)

    def begin_enrolment_by_counter(self) -> None:
        self._save_key("HOTP", "#scheme-otp-moving_factor", 0)

    def _save_key(self, kind: str, selector: str, number: int) -> None:
        """Let it make a key, and type the number that it wants to know beside."""
        self._open_codes()
        self._choose(kind)
        self._press("Generate")
        field = self.one(selector)
        field.clear()
        field.send_keys(str(number))
        self._press("Save")
        self.show_qr()

    def disable(self) -> None:
        self._open_codes()
        self._choose("None")
        self._press("Save")
        self._until_script_rests()

    @property
    def two_step_is_on(self) -> bool:
        self._open_codes()
        return bool(self.all(self.IS_ON))

    def send(self) -> None:
        """Press the form's button and wait until the page's script has made something of it."""
        self._close_notices()
        self.one(self.SEND).click()
        self._until_script_rests()

    def _until_script_rests(self) -> None:
        """It asks the panel one thing after the other, with gaps."""
        last_s = time.monotonic()

        def rests() -> bool:
            nonlocal last_s
            if self.browser.execute_script("return jQuery.active"):
                last_s = time.monotonic()
            return time.monotonic() - last_s > _GAP_S

        wait_for(rests, "the script of the panel's page")

    def _open_codes(self) -> None:
        """From the profile's menu to the page of one-time codes."""
        self.browser.get(self.url + self.SECURITY)
        self.until(".navbar-toggler").click()
        self._press("One-time code")
        self.until("#scheme-otp-type")
        self._until_script_rests()

    def _choose(self, kind: str) -> None:
        """Choose a kind of code: TOTP, HOTP or None."""
        self.until("#scheme-otp-type").click()
        self._press(kind)

    def _press(self, words: str) -> None:
        """Press the link or button with these words that is shown."""
        self._close_notices()
        where = f"//a[.='{words}'] | //button[.='{words}']"
        found = wait_for(
            lambda: [one for one in self.browser.find_elements(By.XPATH, where) if _is_shown(one)],
            words,
        )
        found[0].click()

    def _close_notices(self) -> None:
        """They lie over what they tell of."""
        wait_for(self._has_no_notice, "the end of the notices")

    def _has_no_notice(self) -> bool:
        for button in self.all(".toast.show .close"):
            with contextlib.suppress(WebDriverException):  # it was just leaving by itself
                button.click()
        return not self.all(".toast.show")


def _add_scheme(post: Callable[..., None], issuer: str) -> None:
    """One-time codes, and a scope that needs one beside the password."""
    name = "otp"
    post(
        "/mod/scheme/",
        module="otp",
        name=name,
        display_name="One-time code",
        expiration=600,
        max_use=0,
        allow_user_register=True,
        parameters={
            "issuer": issuer,
            "secret-minimum-size": 20,
            "otp-length": 6,
            "hotp-allow": True,
            "hotp-window": 5,
            "totp-allow": True,
            "totp-window": 0,
            "totp-start-offset": 0,
        },
    )
    post(
        "/scope/",
        name=_SCOPE,
        display_name="App",
        description="needs a code",
        password_required=True,
        password_max_age=0,
        scheme={"2": [{"scheme_type": "otp", "scheme_name": name}]},
        scheme_required={"2": 1},
    )


def _is_shown(element: WebElement) -> bool:
    try:
        return element.is_displayed()
    except StaleElementReferenceException:
        return False
