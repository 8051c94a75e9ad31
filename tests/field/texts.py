"""Texts with links, as panels and people send them, by kind."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote

from tests.field.truth import Truth, Variant, key_of

FIREWALL = Truth(key_of("firewall"), "Tern Firewall", "robin", 8, 60, "SHA256")
COUNTING = Truth(key_of("counting"), "Tern Door", "robin", 6, counter=41)
PLAIN = Truth(key_of("plain"), "Gannet", "robin")
THREE = tuple(Truth(key_of(name), name, "robin") for name in ("Dunlin", "Curlew", "Avocet"))


def near_misses() -> Iterator[Variant]:
    """A parameter, or what stands between parameters, is written nearly as it should be."""
    link = FIREWALL.link()
    for between in (
        *("&amp;", "&AMP;", "&Amp;", "&#38;", "&#038;", "&#0038;", "&#x26;", "&#X26;", "&#x026;"),
        *("&amp;amp;", "&amp;#38;", "&amp%3B", "&#38%3b", "%26amp;", "&&", "& ", ";", "&amp"),
    ):
        yield Variant(f"parameters parted by {between!r}", link.replace("&", between), (FIREWALL,))
    for right, names in _NAMES.items():
        truth = COUNTING if right == "counter" else FIREWALL
        for name in names:
            written = truth.link().replace(f"{right}=", f"{name}=")
            yield Variant(f"{name.strip()!r} for {right}", written, (truth,))
    for right, values in _VALUES.items():
        plain = {"digits": "8", "period": "60", "algorithm": "SHA256"}[right]
        for value in values:
            written = link.replace(f"{right}={plain}", f"{right}={value}")
            yield Variant(f"{right}={value}", written, (FIREWALL,))
    for more in ("digit=6", "digits=6", "interval=30", "algo=SHA1", "period=30"):
        yield Variant(f"{more} besides", f"{link}&{more}", (FIREWALL,))
    for more in ("digits=&period=30", "digits=", "period=", "algorithm=", "digits=%20&period="):
        yield Variant(f"{more}: left empty", f"{PLAIN.link()}&{more}", (PLAIN,), may_refuse=False)
    for more in ("2step_salt=5f3a", "2step_output=DEC6", "2step_difficulty=20000"):
        yield Variant(f"{more}: changes the key", f"{link}&{more}")


_NAMES = {
    "digits": (
        *("digits[0]", "digits[]", "digit", "Digits", "DIGITS", "digits ", "diggits", "digts"),
        *("digitCount", "digit_count", "otp_digits", "otpDigits", "length", "%64igits"),
    ),
    "period": (
        *("interval", "step", "timestep", "time_step", "timeStep", "time-step", "periods"),
        *("period[0]", "periode", "perod", "Period", "peroid", "otp_period"),
    ),
    "algorithm": (
        *("algo", "alg", "hash", "algorithm[0]", "algoritm", "algorithme", "Algorithm"),
        *("hashAlgorithm", "hash_algorithm", "algorythm", "algorihtm"),
    ),
    "secret": ("Secret", "secret[0]", "secretKey", "secret_key", "sercet", "key", "secert"),
    "counter": ("count", "Counter", "counter[0]", "conter", "initial_counter", "counters"),
}
_VALUES = {
    "digits": (
        *("8;", "%208", "8%20", "8.0", "08", "'8'", "%228%22", "eight", "\uff18", "8digits"),
    ),
    "period": ("60s", "60%20s", "60sec", "60000", "1m", "60.0", "%2B60", "0060", "60;"),
    "algorithm": (
        *("sha256", "SHA-256", "SHA_256", "HmacSHA256", "HMAC-SHA-256", "hmac_sha256", "SHA2"),
        *("256", "sha-2-256", "SHA3-256", "SHA384", "MD5", "2", "SHA 256"),
    ),
}


_BETWEEN = (
    *(" ", "  ", ",", ", ", ";", "; ", "|", "", "\n", "\r\n", "\r", "\t", "\n\n", " - ", " / "),
    *("%0A", "%0D%0A", "%20", "%09", "<br>", "<br/>", "<BR />", "</p><p>", "&nbsp;", "&#10;"),
    *("\u200b", "\u2060", "\ufeff", "\u00a0", "\u2028", "\u3000", "\u00ad", "\\n", '"', "','"),
    *('", "', " and ", " und ", "\n# next\n", "\n2) ", "\0", "。", "·", "•"),
)


def several_links() -> Iterator[Variant]:
    """Links in one text, whatever stands between them."""
    links = [one.link() for one in THREE]
    for between in _BETWEEN:
        yield Variant(f"parted by {between!r}", between.join(links), THREE, may_refuse=False)


def lists() -> Iterator[Variant]:
    """Links among other text, with quotes, brackets and full stops around them."""
    links = [one.link() for one in THREE]
    yield Variant("comments", "# mine\n" + "\n# more\n".join(links), THREE, may_refuse=False)
    yield Variant("byte order mark", "\ufeff" + "\n".join(links), THREE, may_refuse=False)
    for name in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        text = "\r\n".join(links).encode(name)
        yield Variant(f"encoded as {name}", text, THREE, may_refuse=False)
    zbarimg = "\n".join(f"QR-Code:{link}" for link in links)
    yield Variant("zbarimg", f"{zbarimg}\nscanned 3 barcode symbols", THREE, may_refuse=False)
    csv = "name,otp\n" + "\n".join(f"row,{link}" for link in links)
    yield Variant("CSV", csv, THREE, may_refuse=False)
    quoted = "\n".join(f'"row";"{link}";""' for link in links)
    yield Variant("CSV, quoted, semicolons", quoted, THREE, may_refuse=False)
    yield Variant("TSV", "\n".join(f"1\t{link}\tx" for link in links), THREE, may_refuse=False)
    yield Variant("JSON, a list", json.dumps(links), THREE, may_refuse=False)
    yield Variant("JSON, indented", json.dumps(links, indent=1), THREE, may_refuse=False)
    entries = [{"name": "x", "uri": link, "n": 1} for link in links]
    yield Variant("JSON, objects", json.dumps(entries), THREE, may_refuse=False)
    escaped = json.dumps(links).replace("/", "\\/").replace("&", "\\u0026")
    yield Variant("JSON, escaped", escaped, THREE, may_refuse=False)
    for before, after in (
        *(("- ", ""), ("* ", ""), ("1. ", ""), ("[x](", ")"), ("<", ">"), ("`", "`"), ("> ", "")),
        *(('<a href="', '">enable</a>'), ("<li>", "</li>"), ("<td>", "</td>"), ("(", ")")),
        *(("Your link is ", "."), ("", "!"), ("«", "»"), ("“", "”"), ("'", "',"), ("uri=", "")),
        *(("[", "]"), ("{", "}"), ("URL: ", ";"), ("    ", "   "), ("| x | ", " |")),
    ):
        told = "\n".join(f"{before}{link}{after}" for link in links)
        yield Variant(f"each between {before!r} and {after!r}", told, THREE, may_refuse=False)
    html = "".join(
        f'<a class="x" href="{link.replace("&", "&amp;")}">add</a><hr>\n' for link in links
    )
    yield Variant("HTML, escaped", f"<html><body>{html}</body></html>", THREE, may_refuse=False)
    bad = "otpauth://totp/Broken:robin?secret=1111&issuer=Broken"
    for place in range(4):
        mixed = [*links[:place], bad, *links[place:]]
        yield Variant(f"a bad one at line {place + 1}", "\n".join(mixed), THREE, may_refuse=False)


def wrapped_links() -> Iterator[Variant]:
    """Links inside links, and links encoded too often or written wrongly."""
    link = PLAIN.link()
    once, twice = quote(link, safe=""), quote(quote(link, safe=""), safe="")
    for chart in (
        "https://charts.example/chart?chs=200x200&chld=M%7C0&cht=qr&chl={}",
        "https://qr.example/v1/create-qr-code/?size=150x150&data={}",
        "https://qr.example/?data={}&size=9",
        "https://panel.example/enrol?uri={}",
        "https://panel.example/enrol?url={}&next=%2Fhome",
        "https://panel.example/#{}",
        "https://panel.example/qr/{}",
        "https://panel.example/qr/{}.png",
        "https://panel.example/q?otpauth={}",
        "intent:{}#Intent;end",
        "myapp://add?link={}",
        '<img src="https://charts.example/chart?cht=qr&amp;chl={}" width="200">',
        "background: url('https://qr.example/?data={}')",
    ):
        name = chart.replace("{}", "LINK")
        yield Variant(f"{name}, encoded", chart.format(once), (PLAIN,), may_refuse=False)
        yield Variant(f"{name}, encoded twice", chart.format(twice), (PLAIN,), may_refuse=False)
    yield Variant("encoded", once, (PLAIN,), may_refuse=False)
    yield Variant("encoded twice", twice, (PLAIN,), may_refuse=False)
    label = quote(f"{PLAIN.issuer}:{PLAIN.name}", safe="")
    query = f"secret={PLAIN.base32}&issuer={PLAIN.issuer}"
    yield Variant("an encoded tail", f"otpauth://totp/{label}%3F{quote(query, safe='')}", (PLAIN,))
    for start in ("otpauth:/totp", "otpauth:totp", "otpauth:///totp", "otpauth//totp"):
        yield Variant(f"{start}/...", link.replace("otpauth://totp", start), (PLAIN,))
    yield Variant("OTPAUTH://TOTP/...", link.replace("otpauth://totp", "OTPAUTH://TOTP"), (PLAIN,))
    yield Variant("a slash before the ?", link.replace("?", "/?"), (PLAIN,))
    yield Variant("a slash at the end of the type", link.replace("totp/", "totp//"), (PLAIN,))
    for name in ("who?me", "you&me", "R&D", "a=b", "50%", "a#b", "me@x.example", "a/b", "a+b"):
        truth = Truth(PLAIN.key, "Gannet", name)
        raw = f"otpauth://totp/Gannet:{name}?{query}"
        yield Variant(f"a raw name {name!r}", raw, (truth,))


def steam() -> Iterator[Variant]:
    """Steam's codes, by whatever says that they are."""
    key = key_of("steam")
    right = Truth(key, "Steam", "robin", steam=True)
    b32, b64 = right.base32, base64.b64encode(key).decode()
    for link in (
        f"otpauth://totp/Steam:robin?secret={b32}&issuer=Steam",
        f"otpauth://totp/Steam:robin?secret={b32}",
        f"otpauth://totp/robin?secret={b32}&issuer=Steam",
        f"otpauth://totp/Steam%3A%20robin?secret={b32}",
        f"otpauth://steam/Steam:robin?secret={b32}&issuer=Steam",
        f"otpauth://totp/Steam:robin?secret={b32}&issuer=Steam&encoder=steam",
        f"otpauth://totp/Steam:robin?secret={b32}&encoder=STEAM&digits=5",
        f"otpauth://totp/Steam:robin?secret={b32}&issuer=Steam&digits=5",
        f"otpauth://totp/Steam:robin?secret={b32}&issuer=Steam&digits=5&period=30",
        f"otpauth://totp/Steam:robin?secret={b32}&issuer=Steam&algorithm=SHA1",
        f"otpauth://totp/Steam:robin?secret={quote(b64, safe='')}&issuer=Steam",
        f"otpauth://steam/Steam:robin?secret={quote(b64, safe='')}&issuer=Steam",
        f"otpauth://totp/Steam:robin?secret={b64}&issuer=Steam",
    ):
        yield Variant(link.replace(b32, "KEY").replace(b64, "BASE64"), link, (right,))
    for issuer in ("steam", "STEAM"):
        link = f"otpauth://totp/{issuer}:robin?secret={b32}&issuer={issuer}"
        truth = Truth(key, "Steam", "robin", steam=True)
        yield Variant(link.replace(b32, "KEY"), link, (truth,))
    nameless = Truth(key, "Steam", steam=True)
    for name, link in {
        "steam://KEY": f"steam://{b32}",
        "steam://key": f"steam://{b32.lower()}",
        "STEAM://KEY": f"STEAM://{b32}",
        "steam:KEY": f"steam:{b32}",
        "steam://BASE64": f"steam://{b64}",
        "steam://BASE64, encoded": f"steam://{quote(b64, safe='')}",
    }.items():
        yield Variant(name, link, (nameless,))


def panels_faults() -> Iterator[Variant]:
    """Keys that can't be keys: the panel's program failed."""
    for value in (
        *("undefined", "null", "None", "false", "nil", "NaN", "true", "NULL", "Undefined", "none"),
        *("", "%20", "%00", "[object%20Object]", "{{secret}}", "%7B%7B%20key%20%7D%7D", "$secret"),
        *("(null)", "%24%7Bsecret%7D", "<secret>", "b''", "{secret}", "0", "A", "AB", "ABC"),
    ):
        link = f"otpauth://totp/Gannet:robin?secret={value}&issuer=Gannet"
        yield Variant(f"secret={value}", link)


def names() -> Iterator[Variant]:
    """Names in the encodings of the field."""
    for written, name in {
        "%u0416%u0435%u043D%u044F": "Женя",
        "%uD83D%uDE00%20kim": "😀 kim",
        "J%FCrgen": "Jürgen",
        "J%C3%BCrgen": "Jürgen",
        "Zo%EB": "Zoë",
        "%u4F60%u597D": "你好",
        "a%2Bb": "a+b",
        "user+tag@host.example": "user+tag@host.example",
        "R%26D%20team": "R&D team",
        "caf%C3%A9%20au%20lait": "café au lait",
        "%E3%81%82": "あ",
        "Kim%20%28work%29": "Kim (work)",
        "50%25": "50%",
        "50%": "50%",
        "O'Neil": "O'Neil",
        "kim%40x.example": "kim@x.example",
        "na%C3%AFve": "naïve",
        "%u0041nna": "Anna",
        "x%3Ay": "x:y",
        "%F0%9F%94%91": "🔑",
    }.items():
        truth = Truth(PLAIN.key, "Gannet", name)
        link = f"otpauth://totp/Gannet:{written}?secret={truth.base32}&issuer=Gannet"
        yield Variant(f"account name {written}", link, (truth,), may_refuse=False)
    for written, issuer in {
        "R%2BD%20SSO": "R+D SSO",
        "R+D%20SSO": "R+D SSO",
        "R+and+D": "R and D",
        "Caf%E9": "Café",
        "%u041F%u043E%u0447%u0442%u0430": "Почта",
    }.items():
        truth = Truth(PLAIN.key, issuer, "kim")
        link = f"otpauth://totp/kim?secret={truth.base32}&issuer={written}"
        yield Variant(f"issuer={written}", link, (truth,), may_refuse=False)
    for address in ("https://panel.example/", "panel.example:8443", "192.0.2.7", "http://[::1]"):
        truth = Truth(PLAIN.key, "Gannet", "kim")
        link = f"otpauth://totp/Gannet:kim?secret={truth.base32}&issuer={quote(address, safe='')}"
        yield Variant(f"issuer={address}", link, (truth,), may_refuse=False)


def mobile_otp() -> Iterator[Variant]:
    """Links of Mobile-OTP, whose codes need a PIN."""
    key = key_of("mobile", 16)
    right = Truth(key, "Tern", "robin", pin="4711")
    text = key.hex()
    start, end = f"motp://Tern:robin?secret={text}", "pin=4711"
    for link in (
        *(f"{start}&{end}", f"{start}&issuer=Tern&{end}", f"{start}&digits=6&{end}"),
        *(f"{start}&period=10&{end}", f"{start}&algorithm=MD5&{end}", f"{start}&amp;{end}"),
        *(f"{start}&{end}\n", f"  {start}&{end}", f"<{start}&{end}>", f'"{start}&{end}"'),
        *(f"MOTP://Tern:robin?secret={text}&{end}", f"motp://Tern%3Arobin?secret={text}&{end}"),
        *(
            f"motp://Tern:robin?{end}&secret={text}",
            f"[x]({start}&{end})",
            f"QR-Code:{start}&{end}",
        ),
        *(quote(f"{start}&{end}", safe=""), f"https://qr.example/?data={quote(f'{start}&{end}')}"),
    ):
        yield Variant(link.replace(text, "KEY"), link, (right,))
    for more in ("digits=8", "period=30", "algorithm=SHA1", "pin=1234", "digit=8", "step=60"):
        yield Variant(f"{more} besides", f"{start}&{end}&{more}")
    yield Variant("a digit too few", f"motp://Tern:robin?secret={text[1:]}&{end}")
    yield Variant("no key", f"motp://Tern:robin?{end}")
    yield Variant("no hex", f"motp://Tern:robin?secret=JBSWY3DPEHPK3PXP&{end}")


def other_apps() -> Iterator[Variant]:
    """Codes for another app, which hold no key for standard codes."""
    for code in (
        "phonefactor://activate_account?code=123456789&url=https%3A%2F%2Fmobile.example.net",
        "phonefactor:activate_account?code=123456789",
        "oktaverify://email/?t=abc&f=xyz&s=https://example.okta.com&isIdxEnabled=true",
        "duo://abcDEF123-YXBpLWV4YW1wbGUuZHVvc2VjdXJpdHkuY29t",
        "https://m-1a2b3c.duosecurity.com/activate/abcdefgh",
        "igmobileotp://?action=secactivate&enc=abc",
        "com.rsa.securid://ctf?ctfData=200000000",
        "http://127.0.0.1/securidl/ctf?ctfData=AwAA",
        "otpauth://push/Example:robin?u=abc&r=def",
        "pushauth://push/Example:robin?r=abc",
        "FIDO:/123456789012345678901234567890",
        "WIFI:T:WPA;S:Guests;P:correct horse;;",
        "sgnl://linkdevice?uuid=abc&pub_key=def",
        "tg://login?token=abcdef",
        "https://play.google.com/store/apps/details?id=com.example.app",
        "https://apps.apple.com/app/id388497605",
        "https://itunes.apple.com/app/id388497605",
        "market://details?id=com.example.app",
        "https://example.org/sign-in",
        "BEGIN:VCARD\nVERSION:3.0\nN:Kim\nEND:VCARD",
        "tiqrenroll://https://example.org/enrol?key=abc",
        "otpauth://tiqr/robin?secret=abc",
    ):
        yield Variant(code, code)
        beside = f"{PLAIN.link()}\n{code}"
        yield Variant(f"an enrolment, and {code}", beside, (PLAIN,), may_refuse=False)


KINDS = {
    "A near miss of a known parameter": near_misses,
    "Several links in one text": several_links,
    "Lists, mail, HTML, JSON": lists,
    "Links inside links, encoded or written wrongly": wrapped_links,
    "Steam by whatever says so": steam,
    "Mobile-OTP, with its PIN": mobile_otp,
    "Codes for other apps, alone and beside an enrolment": other_apps,
    "A key that the panel failed to fill in": panels_faults,
    "Names in all encodings": names,
}
