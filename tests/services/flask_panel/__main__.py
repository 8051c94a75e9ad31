"""A panel with Flask and Flask-Security: `python -m tests.services.flask_panel FOLDER PASSWORD
TOLERANCE USER...` creates the users, prints the loopback port it answers on, and serves.

Its codes are checked by passlib. As its manual advises, every use of a code is remembered, at
enrolment too; its tolerance is set to TOLERANCE steps either way (the default is four: a clock
two minutes off would do). Ours are the styles and the words Account name and Key.
"""

import secrets
import sys
from pathlib import Path

from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore, hash_password
from flask_security.models import fsqla_v3
from flask_security.totp import Totp
from flask_sqlalchemy import SQLAlchemy
from werkzeug.serving import make_server

STEP_S = 30


class TotpOnce(Totp):
    """Accepts each code once."""

    def __init__(self, *words: object, **more: object) -> None:
        super().__init__(*words, **more)
        self._used: dict[str, int] = {}

    def get_last_counter(self, user: object) -> int | None:
        return self._used.get(user.fs_uniquifier)

    def set_last_counter(self, user: object, tmatch: object) -> None:
        self._used[user.fs_uniquifier] = tmatch.counter


def main(folder: str, password: str, tolerance: str, *users: str) -> None:
    """Serve until killed."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=secrets.token_hex(),
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{Path(folder, 'panel.sqlite3')}",
        SECURITY_PASSWORD_SALT=secrets.token_hex(),
        # A slow hash protects real passwords; here it would only cost time.
        SECURITY_PASSWORD_HASH="plaintext",
        SECURITY_PASSWORD_SCHEMES=["plaintext"],
        SECURITY_PASSWORD_SINGLE_HASH=["plaintext"],
        SECURITY_POST_LOGIN_VIEW="/tf-setup",
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TWO_FACTOR_RESCUE_EMAIL=False,
        SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY=int(tolerance) * STEP_S,
        SECURITY_TOTP_SECRETS={"1": secrets.token_urlsafe()},
        SECURITY_TOTP_ISSUER="Example Forum",
    )
    database = SQLAlchemy(app)
    fsqla_v3.FsModels.set_db_info(database)

    class Role(database.Model, fsqla_v3.FsRoleMixin):
        pass

    class User(database.Model, fsqla_v3.FsUserMixin):
        pass

    datastore = SQLAlchemyUserDatastore(database, User, Role)
    Security(app, datastore, totp_cls=TotpOnce)
    with app.app_context():
        database.create_all()
        for user in users:
            datastore.create_user(email=user, password=hash_password(password))
        datastore.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
