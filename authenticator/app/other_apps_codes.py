"""Codes that other apps read: a service's own authenticator, a sign-in, a passkey, an app store.

None of them holds a key for standard codes (ForgeRock's, which does, also wants an answer that
only its own app gives). They are told apart by their scheme, host or path; a
row names only what its vendor's codes really begin with, so that nothing else goes by its name.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Use(StrEnum):
    """What such a code is for."""

    ENROLMENT = "enrolment"
    """It sets up the service's own authenticator."""
    SIGN_IN = "sign_in"
    """It signs in or links a device, with an app that is signed in already."""
    PASSKEY = "passkey"
    STORE = "store"
    """It leads to an app in an app store."""


class OtherApp(StrEnum):
    """Apps by the names that people know; never translated."""

    MICROSOFT = "Microsoft Authenticator"
    OKTA = "Okta Verify"
    DUO = "Duo Mobile"
    ENTRUST = "Entrust Identity"
    RSA = "RSA Authenticator (SecurID)"
    SYMANTEC = "Symantec VIP Access"
    GOOGLE = "Google"
    LASTPASS = "LastPass Authenticator"
    PING = "PingID"
    FORGEROCK = "ForgeRock Authenticator"
    BLIZZARD = "Battle.net"
    SAASPASS = "SAASPASS"
    FUTURAE = "Futurae"
    HID = "HID Approve"
    THALES = "MobilePASS+"
    ONESPAN = "OneSpan Mobile Authenticator"
    FORTINET = "FortiToken Mobile"
    WATCHGUARD = "AuthPoint"
    ORACLE = "Oracle Mobile Authenticator"
    IBM = "IBM Verify"
    AUTHY = "Authy"
    ONELOGIN = "OneLogin Protect"
    JUMPCLOUD = "JumpCloud Protect"
    CYBERARK = "CyberArk Identity"
    RUBLON = "Rublon Authenticator"
    LINOTP = "LinOTP Authenticator"
    TIQR = "tiqr"
    SECUREAUTH = "SecureAuth Authenticate"
    WHATSAPP = "WhatsApp"
    SIGNAL = "Signal"
    TELEGRAM = "Telegram"
    WECHAT = "WeChat"
    DISCORD = "Discord"
    LINE = "LINE"
    STEAM = "Steam"
    ONE_PASSWORD = "1Password"  # noqa: S105 - the name of an app
    NEXTCLOUD = "Nextcloud"
    BANK_ID = "BankID"
    DIGI_D = "DigiD"
    ITSME = "itsme"


@dataclass(frozen=True, slots=True)
class OtherAppsCode:
    """The codes of one app, or of any (None), for one use.

    `schemes` are those of its own links; `domains` are whose web links are its codes, at any
    subdomain. `address` matches host, path and query of other web links from their beginning,
    `form` a text that is no link. Case counts nowhere.
    """

    app: OtherApp | None
    use: Use
    schemes: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    address: str = ""
    form: str = ""

    def matches(self, text: str) -> bool:
        link = _LINK.match(text)
        if link is not None and link["scheme"].lower() in ("http", "https"):
            address = _USER.sub("", text[link.end() :].lstrip("/"))
            host = _HOST.match(address.lower())[0].rstrip(".")  # type: ignore[index] # may be empty
            return any(f".{host}".endswith(f".{domain}") for domain in self.domains) or (
                _matches(self.address, address)
            )
        return (link is not None and link["scheme"].lower() in self.schemes) or (
            _matches(self.form, text)
        )


_LINK: Final = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):", re.IGNORECASE)
"""RFC 3986, section 3.1."""
_USER: Final = re.compile(r"^[^/?#]*@")
_HOST: Final = re.compile(r"[^/?#:\\]*")
_INVISIBLE: Final = "\ufeff\u200b\u2060"
_DUO_FORM: Final = re.compile(r"(?:duo://)?[A-Za-z0-9]{16,32}-(?P<host>[A-Za-z0-9+/_=-]{12,80})")
LOOKED_AT: Final = 4096
"""Characters of a text. The longest of these codes are a third of that."""

_ENROLMENTS: Final = (
    OtherAppsCode(
        OtherApp.MICROSOFT,
        Use.ENROLMENT,
        ("phonefactor", "ms-msa", "msauth", "msauthv2", "microsoft-authenticator"),
        ("phonefactor.net",),
        # At Microsoft's own host, and at those of companies.
        address=r"[^/?#]+/(authenticatorapp/activateaccount|pad/|mfawsmobile/)",
    ),
    OtherAppsCode(
        OtherApp.OKTA, Use.ENROLMENT, ("oktaverify", "com-okta-authenticator", "okta-verify")
    ),
    OtherAppsCode(OtherApp.DUO, Use.ENROLMENT, ("duo", "duomobile"), ("duosecurity.com",)),
    OtherAppsCode(
        OtherApp.ENTRUST,
        Use.ENROLMENT,
        ("igmobileotp", "igmobile", "mobileotp", "entrustidentity"),
        ("trustedauth.com",),
    ),
    OtherAppsCode(
        OtherApp.RSA,
        Use.ENROLMENT,
        ("com.rsa.securid", "com.rsa.securid.iphone", "com.rsa.authenticator", "securid"),
        ("securid.com",),
        address=r"(127\.0\.0\.1|localhost)(:\d+)?/securid",
        form=r"\d{81}\Z|(\d{5}-){16}\d\Z",  # a compressed token, with or without dashes
    ),
    OtherAppsCode(
        OtherApp.SYMANTEC,
        Use.ENROLMENT,
        ("vip", "vipaccess", "vipmobile"),
        ("vip.symantec.com", "vip.verisign.com", "vip.broadcom.com"),
    ),
    OtherAppsCode(
        OtherApp.LASTPASS,
        Use.ENROLMENT,
        ("lastpass", "lastpassmfa", "lastpassauthenticator", "lpmfa", "lpauth"),
        ("lastpass.com", "lastpass.eu"),
    ),
    OtherAppsCode(
        OtherApp.PING,
        Use.ENROLMENT,
        ("pingid", "pingone", "com.pingidentity.pingid"),
        ("pingidentity.com", "pingone.com", "pingone.eu", "pingone.ca", "pingone.asia"),
    ),
    OtherAppsCode(OtherApp.FORGEROCK, Use.ENROLMENT, ("pushauth", "mfauth")),
    OtherAppsCode(
        OtherApp.BLIZZARD,
        Use.ENROLMENT,
        ("battlenet", "blizzard", "bnetauth"),
        ("battle.net", "blizzard.com", "battlenet.com.cn"),
    ),
    OtherAppsCode(OtherApp.SAASPASS, Use.ENROLMENT, ("saaspass",), ("saaspass.com",)),
    OtherAppsCode(OtherApp.FUTURAE, Use.ENROLMENT, ("futurae",), ("futurae.com",)),
    OtherAppsCode(
        OtherApp.HID,
        Use.ENROLMENT,
        ("hidapprove", "hid-approve"),
        form=r'\{(?=[^{}]*"url")(?=[^{}]*"did")(?=[^{}]*"pss")',
    ),
    OtherAppsCode(
        OtherApp.THALES, Use.ENROLMENT, ("mobilepass", "mobilepassplus"), ("safenetid.com",)
    ),
    OtherAppsCode(OtherApp.ONESPAN, Use.ENROLMENT, ("digipass", "onespan"), ("mydigipass.com",)),
    OtherAppsCode(OtherApp.FORTINET, Use.ENROLMENT, ("fortitoken",), ("ftc.fortinet.com",)),
    OtherAppsCode(
        OtherApp.WATCHGUARD, Use.ENROLMENT, ("authpoint",), ("authpoint.watchguard.com",)
    ),
    OtherAppsCode(OtherApp.ORACLE, Use.ENROLMENT, ("oraclemobileauthenticator", "omauth")),
    OtherAppsCode(
        OtherApp.IBM,
        Use.ENROLMENT,
        ("ibmverify",),
        ("verify.ibm.com",),
        form=r'\{.*("details_url"|verify\.ibm\.com|/v1\.0/authenticators/registration)',
    ),
    OtherAppsCode(OtherApp.AUTHY, Use.ENROLMENT, ("authy",), ("authy.com",)),
    OtherAppsCode(
        OtherApp.ONELOGIN, Use.ENROLMENT, ("onelogin", "oneloginprotect"), ("onelogin.com",)
    ),
    OtherAppsCode(
        OtherApp.JUMPCLOUD, Use.ENROLMENT, ("jumpcloud", "jumpcloudprotect"), ("jumpcloud.com",)
    ),
    OtherAppsCode(
        OtherApp.CYBERARK,
        Use.ENROLMENT,
        ("cyberark", "cyberarkidentity", "centrify"),
        ("idaptive.app", "cyberark.cloud", "centrify.com"),
    ),
    OtherAppsCode(OtherApp.RUBLON, Use.ENROLMENT, ("rublon",), ("rublon.net", "rublon.com")),
    OtherAppsCode(OtherApp.LINOTP, Use.ENROLMENT, ("lseqr",)),
    OtherAppsCode(
        OtherApp.TIQR, Use.ENROLMENT, ("tiqr", "tiqrenroll", "tiqrauth", "eduidenroll", "eduidauth")
    ),
    OtherAppsCode(OtherApp.SECUREAUTH, Use.ENROLMENT, ("secureauth",), ("secureauth.com",)),
)

_OTHERS: Final = (
    OtherAppsCode(
        None,
        Use.STORE,
        (
            "market",
            "itms",
            "itms-apps",
            "itms-appss",
            "ms-windows-store",
            "appmarket",
        ),
        (
            "apps.apple.com",
            "itunes.apple.com",
            "play.google.com",
            "apps.microsoft.com",
            "f-droid.org",
            "appgallery.huawei.com",
            "appgallery.cloud.huawei.com",
            "galaxystore.samsung.com",
            "onelink.me",
            "app.link",
        ),
        address=r"(www\.)?microsoft\.com/[^?#]*(store|p)/|(www\.)?amazon\.[a-z.]+/gp/mas/"
        r"|aka\.ms/(authapp|getmobileapp|msa-?app)|go\.microsoft\.com/fwlink",
    ),
    OtherAppsCode(None, Use.PASSKEY, ("fido",)),
    OtherAppsCode(
        OtherApp.WHATSAPP,
        Use.SIGN_IN,
        ("whatsapp",),
        ("wa.me", "whatsapp.com"),
        form=r"\d@[A-Za-z0-9+/=]{16,}(,[A-Za-z0-9+/=]+){2,}\Z",
    ),
    OtherAppsCode(
        OtherApp.SIGNAL, Use.SIGN_IN, ("sgnl", "tsdevice"), ("signal.me", "signal.group")
    ),
    OtherAppsCode(OtherApp.TELEGRAM, Use.SIGN_IN, ("tg",), ("t.me", "telegram.me")),
    OtherAppsCode(
        OtherApp.WECHAT,
        Use.SIGN_IN,
        ("weixin", "wxp", "wechat"),
        ("weixin.qq.com", "wechat.com", "login.wx.qq.com"),
    ),
    OtherAppsCode(OtherApp.DISCORD, Use.SIGN_IN, ("discord",), address=r"discord(app)?\.com/ra/"),
    OtherAppsCode(
        OtherApp.GOOGLE, Use.SIGN_IN, domains=("accounts.google.com",), address=r"g\.co/"
    ),
    OtherAppsCode(OtherApp.LINE, Use.SIGN_IN, ("line",), ("line.me",)),
    OtherAppsCode(
        OtherApp.STEAM,
        Use.SIGN_IN,
        address=r"s\.team/q/|(login\.)?steampowered\.com/",
    ),
    OtherAppsCode(OtherApp.ONE_PASSWORD, Use.SIGN_IN, ("onepassword", "onepassword8")),
    OtherAppsCode(OtherApp.NEXTCLOUD, Use.SIGN_IN, ("nc",)),
    OtherAppsCode(OtherApp.BANK_ID, Use.SIGN_IN, ("bankid",), form=r"bankid\.[0-9a-f-]{36}"),
    OtherAppsCode(OtherApp.DIGI_D, Use.SIGN_IN, ("digid-app-auth", "digid-app")),
    OtherAppsCode(OtherApp.ITSME, Use.SIGN_IN, ("itsme",), ("itsme.be",)),
)

CODES: Final = (*_ENROLMENTS, *_OTHERS)


def other_apps_code(text: str) -> OtherAppsCode | None:
    """Whose code this text is; None for one that no known app reads."""
    start = text[:LOOKED_AT].strip().lstrip(_INVISIBLE).lstrip()
    if _is_duo(start):
        return next(code for code in CODES if code.app is OtherApp.DUO)
    return next((code for code in CODES if code.matches(start)), None)


def _matches(pattern: str, text: str) -> bool:
    return bool(pattern) and re.match(pattern, text, re.IGNORECASE | re.DOTALL) is not None


def _is_duo(text: str) -> bool:
    """Duo's codes may have no scheme: an activation code, a dash, and its host in Base64."""
    found = _DUO_FORM.fullmatch(text)
    if found is None:
        return False
    encoded = found["host"].rstrip("=")
    try:
        host = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        return False
    return host.lower().endswith(b".duosecurity.com")
