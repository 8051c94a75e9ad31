"""Texts that are no enrolment: whose code each is, and what its message says of it."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.enrolment import NotAnEnrolment
from authenticator.app.other_apps_codes import CODES, OtherApp, other_apps_code
from authenticator.app.text_kind import TextKind, app_of, text_kind
from authenticator.wording import explain

SENT = "M3C501U0f1e2dQ9x7"
"""Stands for what activates a device: no message may show it."""
DUO_HOST = base64.b64encode(b"api-1f2e3d4c.duosecurity.com").decode()

ENROLMENTS = [
    (OtherApp.MICROSOFT, f"phonefactor://activate_account?code={SENT}&url=https%3a%2f%2fx.example"),
    (OtherApp.MICROSOFT, f"PhoneFactor://activate_account?code={SENT}"),
    (OtherApp.MICROSOFT, f"ms-msa://code={SENT}&uaid=1f2e&expires=1800000000"),
    (OtherApp.MICROSOFT, f"ms-msa:{SENT}"),
    (
        OtherApp.MICROSOFT,
        f"https://login.example.com/authenticatorApp/activateAccount?accountType=msa&code={SENT}",
    ),
    (OtherApp.MICROSOFT, f"https://eu.phonefactor.net/pad/123/{SENT}"),
    (OtherApp.MICROSOFT, f"https://mfa.company.example/MfaWsMobile/?c={SENT}"),
    (OtherApp.OKTA, f"oktaverify://kim@example.org/?t={SENT}&f=ost1f2e&s=https://x.example"),
    (OtherApp.OKTA, f"OKTAVERIFY://00u1/?t={SENT}"),
    (OtherApp.DUO, f"duo://{SENT}abc-{DUO_HOST}"),
    (OtherApp.DUO, f"{SENT}abc-{DUO_HOST}"),
    (OtherApp.DUO, f"{SENT}abc-{DUO_HOST.rstrip('=')}"),
    (OtherApp.DUO, f"https://m-1f2e3d.duosecurity.com/activate/{SENT}"),
    (
        OtherApp.DUO,
        f"https://api-1f2e.duosecurity.com/push/v2/activation/{SENT}?customer_protocol=1",
    ),
    (OtherApp.ENTRUST, f"igmobileotp://?action=secactivate&enc={SENT}&mac=1f"),
    (OtherApp.RSA, f"com.rsa.securid.iphone://ctf?ctfData={SENT}"),
    (OtherApp.RSA, f"com.rsa.securid://ctkip?scheme=https&activationCode={SENT}"),
    (OtherApp.RSA, f"http://127.0.0.1/securid/ctf?ctfData={SENT}"),
    (OtherApp.RSA, f"http://127.0.0.1/securidlink?x={SENT}"),
    (OtherApp.RSA, "2" * 81),
    (OtherApp.RSA, "12345-" * 16 + "1"),
    (OtherApp.SYMANTEC, f"vipaccess://register?code={SENT}"),
    (OtherApp.SYMANTEC, f"https://m.vip.symantec.com/qr?c={SENT}"),
    (OtherApp.LASTPASS, f"lpmfa://activate?code={SENT}"),
    (OtherApp.LASTPASS, f"https://lastpass.com/mfa/{SENT}"),
    (OtherApp.PING, f"https://idpxnyl3m.pingidentity.com/pingid/ppm/{SENT}"),
    (OtherApp.PING, f"https://authenticator.pingone.eu/pair?k={SENT}"),
    (OtherApp.FORGEROCK, f"pushauth://push/corp:kim?s={SENT}"),
    (OtherApp.BLIZZARD, f"https://account.battle.net/qr/{SENT}"),
    (OtherApp.SAASPASS, f"saaspass://sd/{SENT}"),
    (OtherApp.SAASPASS, f"https://www.saaspass.com/sd/{SENT}"),
    (OtherApp.FUTURAE, f"futurae://enroll?activation_code={SENT}"),
    (OtherApp.HID, f'{{"ver":"v8","url":"x.example/t","uid":"1","did":"2","pss":"{SENT}"}}'),
    (OtherApp.IBM, f'{{"code":"{SENT}","details_url":"https://x.example/mga/sps/mmfa"}}'),
    (OtherApp.LINOTP, f"lseqr://nonce/{SENT}"),
    (OtherApp.TIQR, f"tiqrenroll://https://x.example/tiqr?key={SENT}"),
    (OtherApp.ORACLE, f"oraclemobileauthenticator://settings?c={SENT}"),
    (OtherApp.ONELOGIN, f"https://corp.onelogin.com/otp/{SENT}"),
]
SIGN_INS = [
    (OtherApp.WHATSAPP, f"2@{SENT}{SENT},{SENT}=,{SENT}=,{SENT}="),
    (OtherApp.WHATSAPP, f"https://wa.me/settings/linked_devices#2@{SENT},abc"),
    (OtherApp.SIGNAL, f"sgnl://linkdevice?uuid={SENT}&pub_key=1f"),
    (OtherApp.SIGNAL, f"tsdevice:/?uuid={SENT}&pub_key=1f"),
    (OtherApp.TELEGRAM, f"tg://login?token={SENT}"),
    (OtherApp.WECHAT, f"https://open.weixin.qq.com/connect/confirm?uuid={SENT}"),
    (OtherApp.WECHAT, f"weixin://dl/business/?ticket={SENT}"),
    (OtherApp.DISCORD, f"https://discord.com/ra/{SENT}"),
    (OtherApp.LINE, f"https://line.me/R/au/q/{SENT}"),
    (OtherApp.STEAM, f"https://s.team/q/1/{SENT}"),
    (OtherApp.ONE_PASSWORD, f"onepassword://team-account/add?key={SENT}"),
    (OtherApp.NEXTCLOUD, f"nc://login/server:https://x.example&user:kim&password:{SENT}"),
    (OtherApp.BANK_ID, "bankid.67df3917-fa0d-44e5-b327-edcc928297f8.0.dc69358e712458a66a7525beef"),
    (OtherApp.GOOGLE, f"https://accounts.google.com/device?code={SENT}"),
]
STORES = [
    "https://apps.apple.com/app/id388497605",
    "https://itunes.apple.com/us/app/google-authenticator/id388497605?mt=8",
    "https://play.google.com/store/apps/details?id=com.example.app",
    "HTTPS://PLAY.GOOGLE.COM/store/apps/details?id=x",
    "market://details?id=com.example.app",
    "itms-apps://itunes.apple.com/app/id1",
    "https://f-droid.org/packages/org.example/",
    "https://www.microsoft.com/store/apps/9nblgggzmcj6",
    "https://aka.ms/authapp",
    "https://example.onelink.me/abcd/1f2e",
]
OTHERS = [
    (TextKind.PASSKEY, "FIDO:/0123456789012345678901234567890123456789"),
    (TextKind.ACTIVATION, f"https://sso.company.example/mobile/activation?t={SENT}"),
    (TextKind.ACTIVATION, f"https://id.company.example/mfa/{SENT}"),
    (TextKind.ACTIVATION, f"https://m-12.push.example/activate/{SENT}"),
    (TextKind.APP_LINK, f"companytoken://enrol?c={SENT}"),
    (TextKind.WIFI, f"WIFI:S:net;T:WPA;P:{SENT};;"),
]
LOOK_ALIKES = [
    "https://duosecurity.com.evil.example/activate",
    "https://notduosecurity.com/page",
    "https://duosecurity.com@evil.example/page",
    "https://evil.example/duosecurity.com",
    "https://evil.example/?q=play.google.com",
    "https://docs.example.org/mfa/help/introduction",
    "https://example.org/activate",
    f"{SENT}abc-{base64.b64encode(b'example.org, of the same length').decode()}",
    "duo",
    "2" * 80,
    "{}",
]


@pytest.mark.parametrize(("app", "text"), [*ENROLMENTS, *SIGN_INS])
def test_code_of_another_app_is_named_and_its_activation_is_not_shown(
    app: OtherApp, text: str
) -> None:
    assert app_of(text) is app
    for around in (f"  {text}\n", f"\ufeff{text}"):
        assert app_of(around) is app
    message = explain(NotAnEnrolment(text))
    assert message.title == "This code is for another app"
    assert app.value in message.cause
    assert SENT not in f"{message.title}{message.cause}{message.next_step}"
    assert message.next_step
    assert message.exit_code == 3


@pytest.mark.parametrize(("app", "text"), ENROLMENTS)
def test_own_app_of_a_service_comes_with_the_way_to_standard_codes(
    app: OtherApp, text: str
) -> None:
    assert text_kind(text) is TextKind.OWN_APP
    step = explain(NotAnEnrolment(text)).next_step
    assert "authenticator app" in step or "Google Authenticator" in step or app.value in step


def test_microsoft_is_asked_for_a_different_app() -> None:
    message = explain(NotAnEnrolment("phonefactor://activate_account?code=1"))
    assert "I want to use a different authenticator app" in message.next_step


@pytest.mark.parametrize(("app", "text"), SIGN_INS)
def test_sign_in_is_told_from_an_enrolment(app: OtherApp, text: str) -> None:
    assert text_kind(text) is TextKind.SIGN_IN


@pytest.mark.parametrize("text", STORES)
def test_app_store_is_told(text: str) -> None:
    assert text_kind(text) is TextKind.STORE
    assert explain(NotAnEnrolment(text)).cause == "It is a link to an app store."


@pytest.mark.parametrize(("kind", "text"), OTHERS)
def test_other_kinds_show_no_secret_of_theirs(kind: TextKind, text: str) -> None:
    assert text_kind(text) is kind
    message = explain(NotAnEnrolment(text))
    assert SENT not in f"{message.cause}{message.next_step}"


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_like_a_vendors_code_is_not_named(text: str) -> None:
    assert other_apps_code(text) is None
    assert text_kind(text) in (TextKind.LINK, TextKind.TEXT)


def test_every_known_app_has_a_code_in_this_table() -> None:
    """One row for each app at most, so that each text has one answer."""
    apps = [code.app for code in CODES if code.app]
    assert sorted(apps) == sorted(OtherApp)


@given(st.text(max_size=200))
def test_any_text_has_a_kind_and_a_message(text: str) -> None:
    assert text_kind(text) in TextKind
    assert explain(NotAnEnrolment(text)).title


def test_a_long_text_is_looked_at_only_in_part() -> None:
    assert text_kind("x" * 3_000_000) is TextKind.TEXT
    assert text_kind("https://" + "a/" * 1_000_000) is TextKind.LINK
    assert text_kind("{" * 1_000_000) is TextKind.TEXT
