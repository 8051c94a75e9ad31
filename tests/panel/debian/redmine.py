"""Redmine (Ruby on Rails), with SQLite."""

import hashlib
import os
import secrets
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.panel.debian.panel import DebianPanel, Program
from tests.services.panel import PASSWORD
from tests.services.time_server import LOOPBACK

_HOME = Path("/usr/share/redmine")
_USER = """insert into users (login, firstname, lastname, type, status, language, salt,
    hashed_password, mail_notification) values (?, ?, 'Panel', 'User', 1, 'en', ?, ?, 'none')"""
_ADDRESS = """insert into email_addresses (user_id, address, is_default, notify, created_on,
    updated_on) select id, login || '@example.com', 1, 0, current_timestamp, current_timestamp
    from users where lastname = 'Panel'"""


class Redmine(DebianPanel):
    """Asks for codes at sign-in, for recovery codes, and to switch off."""

    TITLE = "Redmine"
    PACKAGE = "redmine"
    SIGN_IN = "/login"
    SECURITY = "/my/account"
    NAME = "#username"
    WORD = "#password"
    CODE = "input#twofa_code"
    SEND = "#login-submit, [name=submit_otp]"
    REFUSAL = "#flash_error"
    IS_ON = "[href*='/deactivate/init']"
    QR = "img#twofa_code"
    KEY = "#twofa_form code"
    RECOVERY_CODES = ".twofa_backup_codes code"

    issuer = "localhost_3000"  # it was told no host name of its own, and puts a _ for the colon

    @classmethod
    def set_up(cls, folder: Path, port: int, users: Sequence[str]) -> Program:
        for name in ("config", "log", "tmp", "files"):
            (folder / name).mkdir()
        database = folder / "redmine.sqlite3"
        (folder / "config" / "database.yml").write_text(
            f"production:\n  adapter: sqlite3\n  database: {database}\n"
        )
        (folder / "config" / "secret_key.txt").write_text(secrets.token_hex(32))
        environment = {
            "RAILS_ENV": "production",
            # Debian's Redmine looks for its instances in one folder: the way from there to ours.
            "REDMINE_INSTANCE": f"{'../' * 9}{folder.relative_to('/')}",
            "SCHEMA": str(folder / "schema.rb"),
            "RAILS_SERVE_STATIC_FILES": "1",
        }
        subprocess.run(
            ["bin/rails", "db:migrate"],
            cwd=_HOME,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        with closing(sqlite3.connect(database)) as opened, opened:
            opened.executemany(_USER, [(user, user, *_salted(PASSWORD)) for user in users])
            opened.execute(_ADDRESS)
        address = f"tcp://{LOOPBACK}:{port}"
        command = ("puma", "-e", "production", "-t", "1:4", "-w", "0", "-b", address, "config.ru")
        return Program(command, environment, _HOME)

    def begin_enrolment(self) -> None:
        self._choose("[href*='/activate/init']")
        self.show_qr()

    def disable(self) -> None:
        self._choose(self.IS_ON)

    def ask_for_recovery_codes(self) -> bool:
        self._choose("[href*='/backup_codes/init']")
        return True

    def _choose(self, link: str) -> None:
        self.browser.get(self.url + self.SECURITY)
        self.follow(link)


def _salted(password: str) -> tuple[str, str]:
    """Return a salt and the password's hash, as Redmine keeps them."""
    salt = secrets.token_hex(16)
    inner = hashlib.sha1(password.encode()).hexdigest()  # noqa: S324 - Redmine's own
    return salt, hashlib.sha1(f"{salt}{inner}".encode()).hexdigest()  # noqa: S324
