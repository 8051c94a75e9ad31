"""LemonLDAP::NG's portal (Perl), with sessions in files."""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path

from tests.panel.debian.panel import DebianPanel, Program
from tests.patience import wait_for
from tests.services.time_server import LOOPBACK

_SHARE = "/usr/share/lemonldap-ng/portal"
_INI = """[all]
logLevel = notice
[configuration]
type = File
dirName = {folder}/conf
localStorage = Cache::FileCache
localStorageOptions = {{ 'namespace' => 'conf', 'cache_root' => '{folder}/cache' }}
[portal]
staticPrefix = /static
templateDir = {share}/templates
languages = en
"""
_APP = """use Plack::Builder;
use Lemonldap::NG::Portal::Main;
use Lemonldap::NG::Portal::UserDB::Demo;
for my $user (qw({users})) {{
    $Lemonldap::NG::Portal::UserDB::Demo::demoAccounts{{$user}} =
        {{ uid => $user, cn => $user, mail => "$user\\@example.com" }};
}}
my $app = Lemonldap::NG::Portal::Main->run({{}});
builder {{
    enable 'Static', path => qr{{^/static/}}, root => '{share}/htdocs/';
    enable 'Static', path => sub {{ s{{^/javascript/}}{{}} }}, root => '/usr/share/javascript/';
    $app;
}};
"""


class LemonLdap(DebianPanel):
    """Remembers no code. Its pages are a form to sign in by, and scripts for the rest."""

    TITLE = "LemonLDAP::NG"
    PACKAGE = "liblemonldap-ng-portal-perl"
    HOST = "auth.example.com"
    SIGN_IN = "/"
    SECURITY = "/2fregisters"
    NAME = "#userfield"
    WORD = "#passwordfield"
    CODE = "#extcode, #code"
    SEND = "form [type=submit]"
    REFUSAL = "#msg[trspan=badCode], .message-negative"
    IS_ON = "[device=TOTP]"
    QR = "canvas#qr"
    KEY = "#secret"
    TAKES_A_CODE_TWICE = True

    issuer = HOST

    @property
    def password(self) -> str:
        return self.user

    @classmethod
    def set_up(cls, folder: Path, port: int, users: Sequence[str]) -> Program:
        for name in ("cache", "conf", "sessions/lock", "persistent/lock"):
            (folder / name).mkdir(parents=True)
        settings = {
            "cfgNum": 1,
            "cfgDate": 1,
            "cfgAuthor": "tests",
            "key": secrets.token_hex(),
            "portal": f"http://{cls.HOST}:{port}/",
            "domain": "example.com",
            "securedCookie": 0,
            "authentication": "Demo",
            "userDB": "Same",
            "passwordDB": "Demo",
            "registerDB": "Null",
            "demoExportedVars": {"cn": "cn", "mail": "mail", "uid": "uid"},
            "globalStorage": "Apache::Session::File",
            "globalStorageOptions": _sessions(folder / "sessions"),
            "persistentStorage": "Apache::Session::File",
            "persistentStorageOptions": _sessions(folder / "persistent"),
            "localSessionStorage": "Cache::FileCache",
            "localSessionStorageOptions": {"namespace": "s", "cache_root": str(folder / "cache")},
            "locationRules": {},
            "exportedHeaders": {},
            "totp2fActivation": 1,
            "totp2fSelfRegistration": 1,
            "sfManagerRule": 1,
        }
        (folder / "conf" / "lmConf-1.json").write_text(json.dumps(settings))
        (folder / "lemonldap-ng.ini").write_text(_INI.format(folder=folder, share=_SHARE))
        app = folder / "app.psgi"
        app.write_text(_APP.format(users=" ".join(users), share=_SHARE))
        command = ("plackup", "-s", "HTTP::Server::PSGI", "--host", LOOPBACK, "--port", str(port))
        environment = {"LLNG_DEFAULTCONFFILE": str(folder / "lemonldap-ng.ini")}
        return Program((*command, str(app)), environment)

    def begin_enrolment(self) -> None:
        self.browser.get(f"{self.url}/2fregisters/totp")
        self.show_qr()

    def disable(self) -> None:
        self.browser.get(self.url + self.SECURITY)
        self.until(self.IS_ON).click()
        self.until(".remove2f").click()
        self._until_script_has_asked()

    def send(self) -> None:
        """The page of an enrolment sends its code by script."""
        if self.all("#verify"):
            self.one("#verify").click()
            self._until_script_has_asked()
        else:
            super().send()

    def _until_script_has_asked(self) -> None:
        wait_for(lambda: self.browser.execute_script("return jQuery.active === 0"), "the script")


def _sessions(folder: Path) -> dict[str, str]:
    return {"Directory": str(folder), "LockDirectory": str(folder / "lock")}
