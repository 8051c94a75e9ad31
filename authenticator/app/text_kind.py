"""What a text is that is no enrolment."""

import re
from enum import StrEnum

from authenticator.app.other_apps_codes import OtherApp, Use, other_apps_code
from authenticator.otp.typed_key import is_bare_key


class TextKind(StrEnum):
    """What a text is if it is no enrolment."""

    LINK = "link"
    WIFI = "wifi"
    CONTACT = "contact"
    TEXT = "text"
    KEY = "key"
    """A key alone, without a name."""
    OWN_APP = "own_app"
    """It sets up the authenticator that one service has of its own."""
    ACTIVATION = "activation"
    """A web link that probably does the same, for an app that is not known here."""
    SIGN_IN = "sign_in"
    """It signs in or links a device, with an app that is signed in already."""
    PASSKEY = "passkey"
    STORE = "store"
    """It leads to an app store."""
    APP_LINK = "app_link"
    """A link that another app opens."""


_USES = {
    Use.ENROLMENT: TextKind.OWN_APP,
    Use.SIGN_IN: TextKind.SIGN_IN,
    Use.PASSKEY: TextKind.PASSKEY,
    Use.STORE: TextKind.STORE,
}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,30}(?=:/)", re.IGNORECASE)
_ACTIVATION = re.compile(
    r"https?://[^/?#]+/[^?#]*"
    r"(authenticator|activat|enrol|register-?device|pairing|(mfa|2fa|push)(?![a-z]))"
    r"[^?#]*[/?#](?=.*\d).*[a-z0-9._~-]{6}",
    re.IGNORECASE | re.DOTALL,
)
"""A path that speaks of setting up, and then a one-time code: words alone have no digits."""


def text_kind(text: str) -> TextKind:
    """What kind of text this is, judged by its beginning."""
    code = other_apps_code(text)
    if code is not None:
        return _USES[code.use]
    start = text.lstrip()[:500].lower()
    if start.startswith(("http://", "https://", "www.")):
        return TextKind.ACTIVATION if _ACTIVATION.match(start) else TextKind.LINK
    if start.startswith("wifi:"):
        return TextKind.WIFI
    if start.startswith(("begin:vcard", "mecard:")):
        return TextKind.CONTACT
    if is_bare_key(text):
        return TextKind.KEY
    return TextKind.APP_LINK if link_scheme(text) else TextKind.TEXT


def app_of(text: str) -> OtherApp | None:
    """The app that reads this text, if it is known here."""
    code = other_apps_code(text)
    return None if code is None else code.app


def link_scheme(text: str) -> str:
    """What comes before the colon of a link; empty for a text that is no link."""
    found = _SCHEME.match(text.lstrip()[:40])
    return found[0].lower() if found else ""
