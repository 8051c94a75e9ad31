"""MediaWiki with OATHAuth (PHP), with SQLite."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.panel.debian.panel import DebianPanel, Program
from tests.services.panel import PASSWORD
from tests.services.time_server import LOOPBACK

_SCRIPTS = Path("/usr/share/mediawiki/maintenance")
_MANAGE = "/index.php?title=Special:Manage_Two-factor_authentication"
_SETTINGS = """
$wgCacheDirectory = "{folder}/cache";
$wgMainCacheType = CACHE_DB;
$wgSessionCacheType = CACHE_DB;
$wgJobRunRate = 0;
$wgEnableEmail = false;
$wgPasswordAttemptThrottle = [];
"""


class MediaWiki(DebianPanel):
    """Shows recovery codes beside the key; asks for a code to switch off."""

    TITLE = "MediaWiki with OATHAuth"
    PACKAGE = "mediawiki"
    SIGN_IN = "/index.php?title=Special:UserLogin"
    SECURITY = _MANAGE
    NAME = "#wpName1"
    WORD = "#wpPassword1"
    CODE = "[name=OATHToken], [name=token]"
    SEND = "#userlogin2 [type=submit], #userloginForm [type=submit], #mw-content-text [type=submit]"
    REFUSAL = ".mw-message-box-error, .oo-ui-messageDialog-message, .oo-ui-icon-error"
    IS_ON = "[href*='action=disable']"
    QR = ".mw-display-qrcode canvas"
    KEY = ".oo-ui-fieldLayout kbd"
    RECOVERY_CODES = ".oo-ui-fieldLayout li kbd"
    TAKES_RECOVERY_CODES = False  # a fault of this version: it looks them up under an old name

    issuer = "Panel Wiki"

    @classmethod
    def set_up(cls, folder: Path, port: int, users: Sequence[str]) -> Program:
        for name in ("cache", "conf", "data"):
            (folder / name).mkdir()
        settings = folder / "conf" / "LocalSettings.php"
        environment = {"MW_CONFIG_FILE": str(settings)}

        def run(script: str, *words: str, **more: str) -> None:
            subprocess.run(
                ["php", _SCRIPTS / script, *words],
                env=os.environ | more,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=True,
            )

        administrator = "Admin"
        run(
            "install.php",
            *("--confpath", str(settings.parent), "--dbpath", str(folder / "data")),
            *("--dbtype", "sqlite", "--dbname", "wiki", "--scriptpath", "", "--lang", "en"),
            *("--server", f"http://{LOOPBACK}:{port}"),
            *("--extensions", "OATHAuth", "--skins", "Vector"),
            *("--pass", PASSWORD, cls.issuer, administrator),
        )
        with settings.open("a") as more:
            more.write(_SETTINGS.format(folder=folder))
        run("update.php", "--quick", **environment)
        for user in users:
            run("createAndPromote.php", user, PASSWORD, **environment)
        log = ("-d", "display_errors=0", "-d", "log_errors=1")
        command = ("php", *log, "-S", f"{LOOPBACK}:{port}", "-t", "/var/lib/mediawiki")
        return Program(command, environment)

    def begin_enrolment(self) -> None:
        self.browser.get(f"{self.url}{_MANAGE}&action=enable&module=totp")
        self.show_qr()

    def disable(self) -> None:
        self.browser.get(f"{self.url}{_MANAGE}&action=disable&module=totp")
