"""Texts that are no enrolment: what each is, and how a service's standard codes are reached.

Activation codes, passwords and sign-ins are left out: what is shown may be photographed.
"""

from authenticator.app.other_apps_codes import OtherApp
from authenticator.app.text_kind import TextKind, app_of, link_scheme, text_kind
from authenticator.language import gettext_noop, join_sentences, tr
from authenticator.wording.untrusted_text import displayable, keyless, without_key

_KINDS = {
    TextKind.LINK: gettext_noop("It is a web link, which was not opened: {text}"),
    TextKind.WIFI: gettext_noop("It is the login for a Wi-Fi network."),
    TextKind.CONTACT: gettext_noop("It is a contact: {text}"),
    TextKind.TEXT: gettext_noop("It is plain text: {text}"),
    TextKind.KEY: gettext_noop("It is a key alone, without a name."),
    TextKind.OWN_APP: gettext_noop("It sets up {app} and holds no key that another app could use."),
    TextKind.ACTIVATION: gettext_noop(
        "It is a web link that seems to set up a service's own app. It was not opened: {text}"
    ),
    TextKind.SIGN_IN: gettext_noop("It signs in to {app}, or links a device to it."),
    TextKind.PASSKEY: gettext_noop("It signs in with a passkey on a phone."),
    TextKind.STORE: gettext_noop("It is a link to an app store."),
    TextKind.APP_LINK: gettext_noop("It is a link for another app: {text}"),
}
_UNSHOWN = {
    TextKind.LINK: gettext_noop("It is a web link, which was not opened."),
    TextKind.CONTACT: gettext_noop("It is a contact."),
    TextKind.ACTIVATION: gettext_noop("It is a web link that seems to set up a service's own app."),
    TextKind.APP_LINK: gettext_noop("It is a link for another app."),
}
"""What is said where the text itself is left out."""
_STEPS = {
    TextKind.KEY: gettext_noop("Choose 'Enter the key' and give the account a name."),
    TextKind.OWN_APP: gettext_noop(
        "In the panel choose another authenticator app (also called 'TOTP', 'verification code' "
        "or 'Google Authenticator') and scan the code that it shows then. If there is no such "
        "choice, only {app} can be used."
    ),
    TextKind.ACTIVATION: gettext_noop(
        "In the panel choose another authenticator app (also called 'TOTP', 'verification code' "
        "or 'Google Authenticator') and scan the code that it shows then."
    ),
    TextKind.SIGN_IN: gettext_noop(
        "Scan it with {app}. For two-step codes use the QR code, or the key, that the panel shows "
        "when you enable two-step authentication."
    ),
    TextKind.PASSKEY: gettext_noop(
        "Scan it with the phone's camera. For codes choose an authenticator app in the panel in "
        "place of a passkey."
    ),
    TextKind.STORE: gettext_noop(
        "No other app is needed. Use the panel's other QR code, which comes with a key, or enter "
        "that key."
    ),
}
_STEPS[TextKind.APP_LINK] = _STEPS[TextKind.ACTIVATION]

_GOOGLE_IN_PLACE = gettext_noop(
    "Choose 'Google Authenticator' in place of {app} and scan the code that is shown then. If it "
    "is not offered, only the panel's administrator can allow it."
)
_NO_OTHER = gettext_noop(
    "The service offers no standard codes: only {app} can be used, or another way of signing in "
    "that it has, such as a security key."
)
_WAYS: dict[str, str] = {
    OtherApp.MICROSOFT: gettext_noop(
        "Add the method again and choose 'I want to use a different authenticator app' (personal "
        "accounts: 'set up a different Authenticator app'). Scan the code that is shown then."
    ),
    OtherApp.GOOGLE: gettext_noop(
        "For two-step codes choose Security, 2-Step Verification, Authenticator in your Google "
        "account. Scan the code that is shown then."
    ),
    OtherApp.DUO: _NO_OTHER,
    OtherApp.RSA: _NO_OTHER,
    OtherApp.BLIZZARD: _NO_OTHER,
    OtherApp.OKTA: _GOOGLE_IN_PLACE,
    OtherApp.ENTRUST: _GOOGLE_IN_PLACE,
    OtherApp.LASTPASS: _GOOGLE_IN_PLACE,
    OtherApp.ONELOGIN: _GOOGLE_IN_PLACE,
}


def what_it_is(kind: TextKind, app: str = "", text: str = "") -> str:
    """One sentence on a text that is no enrolment. `app` is the app that reads it, if known."""
    words = _KINDS[kind]
    if "{text}" in words and not text:
        words = _UNSHOWN.get(kind, "")
    return tr(words, app=app, text=_shown(kind, text)) if words else ""


def standard_way(kind: TextKind, app: str = "") -> str:
    """What to do instead: how the service's standard codes are reached, where that is known."""
    usual = gettext_noop(
        "Use the QR code, or the key, that the panel shows when you enable two-step authentication."
    )
    return tr(_WAYS.get(app) or _STEPS.get(kind, usual), app=app)


def beside(text: str) -> str:
    """What else was found beside an account."""
    return join_sentences(
        tr("Not an account."), what_it_is(text_kind(text), app_of(text) or "", text)
    )


def _shown(kind: TextKind, text: str) -> str:
    """As much of it as may be seen."""
    if kind is TextKind.APP_LINK:
        return displayable(without_key(link_scheme(text)), 40)
    if kind is TextKind.ACTIVATION:
        return displayable("/".join(text.strip().split("/", 3)[:3]), 120)
    return displayable(keyless(text), 120)
