"""A panel with Django and django-two-factor-auth: `python -m tests.services.django_panel FOLDER
PASSWORD TOLERANCE USER...` creates the users, prints the loopback port it answers on, and
serves. TOLERANCE is in time steps either way, which is a field of each of its devices.

Everything else that matters is theirs, unchanged: keys, QR code, the check of codes, refusing a
used code, the pause after a wrong one. Ours are the styles (their stock template loads them from
another site) and the words Account name and Key beside the picture, as hosting panels show them.
"""

import sys
from pathlib import Path

import django
from django.conf import settings

HERE = Path(__file__).parent


def main(folder: str, password: str, tolerance: str, *users: str) -> None:
    """Serve until killed."""
    settings.configure(
        SECRET_KEY=password,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.services.django_panel.urls",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": Path(folder, "panel.sqlite3"),
            }
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django_otp",
            "django_otp.plugins.otp_totp",
            "django_otp.plugins.otp_static",
            "two_factor",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django_otp.middleware.OTPMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                    ]
                },
            }
        ],
        LOGIN_URL="two_factor:login",
        LOGIN_REDIRECT_URL="two_factor:profile",
        # A slow hash protects real passwords; here it would only cost time.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        USE_TZ=True,
    )
    django.setup()

    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from django.db.models.signals import pre_save
    from django_otp.plugins.otp_totp.models import TOTPDevice

    def tolerate(instance: TOTPDevice, **_: object) -> None:
        instance.tolerance = int(tolerance)

    pre_save.connect(tolerate, sender=TOTPDevice)
    call_command("migrate", verbosity=0)
    for user in users:
        get_user_model().objects.create_user(user, password=password)
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
