"""A real browser (Chromium), in a window on a test's own screen, or headless."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence

import pytest
from selenium import webdriver

from tests.patience import PATIENCE_S


@contextlib.contextmanager
def chromium(
    environment: Mapping[str, str], size: tuple[int, int] = (820, 1000), hosts: Sequence[str] = ()
) -> Iterator[webdriver.Chrome]:
    """Runs Chromium with a fresh profile; on the screen that `environment` names as DISPLAY,
    headless if there is none. It reaches only loopback, which is where it takes `hosts` to be.
    `size`: width and height of its window in px, in the upper left corner of the screen.
    """
    ours = "".join(f"MAP {host} 127.0.0.1, " for host in hosts)
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.skip("no chromium with chromedriver on this computer")
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        for flag in (
            *("no-sandbox", "disable-gpu", "disable-dev-shm-usage", "disable-quic"),
            *("no-first-run", "no-default-browser-check", "disable-sync", "no-proxy-server"),
            *("disable-background-networking", "disable-component-update", "disable-extensions"),
            # Its own passwords stay out of the keyring under test.
            *("password-store=basic", "lang=en-US", "force-device-scale-factor=1"),
            f"host-resolver-rules={ours}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"user-data-dir={profile}",
            f"window-size={size[0]},{size[1]}",
            "window-position=0,0",
        ):
            options.add_argument(f"--{flag}")
        if not environment.get("DISPLAY"):
            options.add_argument("--headless=new")
        options.add_experimental_option("excludeSwitches", ["enable-automation"])
        options.add_experimental_option(
            "prefs",
            {"credentials_enable_service": False, "profile.password_manager_enabled": False},
        )
        # With the driver's path, selenium does not search for one.
        service = webdriver.ChromeService(driver, env=dict(environment) | {"HOME": profile})
        opened = webdriver.Chrome(options, service)
        try:
            opened.set_page_load_timeout(PATIENCE_S)
            yield opened
        finally:
            opened.quit()
