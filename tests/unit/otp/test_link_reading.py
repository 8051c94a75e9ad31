"""Links as panels really write them: read as they were meant, with a word on it, or refused."""

import base64
import shutil
import subprocess

import pytest

from authenticator import wording
from authenticator.otp.account import Account, Algorithm, Hotp, Label, Otp, Steam, Totp
from authenticator.otp.code import code_at
from authenticator.otp.link_reading import read_link
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from tests.patience import PATIENCE_S

KEY = "7XKQ4ZB5LRVYHN2WTDMC6JGA3PEUFSO2"
OTHER = "HN2WTDMC6JGA3PEUFSO27XKQ4ZB5LRVY"
SECRET = Secret(base64.b32decode(KEY))
START = f"otpauth://totp/Quayside:lou?secret={KEY}"
T = 1_800_000_000

oracle = pytest.mark.skipif(
    shutil.which("oathtool") is None, reason="oathtool, the oracle, is not on this computer"
)


def code_by_oathtool(digits: int = 6, period_s: int = 30, algorithm: str = "sha1") -> str:
    arguments = [
        f"--totp={algorithm}",
        f"--digits={digits}",
        f"--time-step-size={period_s}s",
        f"--now=@{T}",
        "--base32",
        KEY,
    ]
    done = subprocess.run(
        ["oathtool", *arguments], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    return done.stdout.strip()


def reasons(link: str) -> set[Reason]:
    return {notice.reason for notice in read_link(link).notices}


def faults_of(link: str) -> list[Remark]:
    with pytest.raises(EnrolmentRefused) as refusal:
        read_link(link)
    return list(refusal.value.faults)


# A parameter that was plainly meant

EIGHT_DIGITS = [
    "&amp;digits=8", "&AMP;digits=8", "&Amp;digits=8", "&#38;digits=8", "&#038;digits=8",
    "&#x26;digits=8", "&#X26;digits=8", "&amp;amp;digits=8", "&amp;amp;amp;digits=8",
    "&amp%3Bdigits=8", "&ampdigits=8", "amp;digits=8", "%26amp%3Bdigits%3D8", "&digits[0]=8",
    "&digits[]=8", "&digits%5B0%5D=8", "&digit=8", "&digitCount=8", "&length=8", "&code_length=8",
    "&num_digits=8", "&numberOfDigits=8", "&otp-digits=8", "&totp.digits=8", "&Digit=8",
    '&"digits"=8', "&'digits'='8'", '&digits="8"', "&digits=%228%22", "&digts=8", "&diigts=8",
    "&idgis=8", "&dgts=8",
    "&dgits=8", "&digist=8", "&digitz=8", "&digits=8.0", "&digits=eight", "&digits=８",
    "&digits=08", "&my_digits_x=8", "%26digits=8", "%26digits%3D8", "%2526digits%253D8",
    "&\u200bdigits=8",
]  # fmt: skip
"""Each differs from the format, and is read with a word on it."""

EIGHT_DIGITS_BY_OTHER_SEPARATORS = [
    "&Digits=8", "&DIGITS=8", "& digits=8", "&digits =8", "&digits= 8", "&digits:8",
    "&digits%3D8", ";digits=8", ",digits=8", "|digits=8", " digits=8", "?digits=8", "&&digits=8",
    "&x&digits=8", "&digits=+8+", "&digits=8&",
]  # fmt: skip


@oracle
@pytest.mark.parametrize("more", EIGHT_DIGITS + EIGHT_DIGITS_BY_OTHER_SEPARATORS)
def test_digits_that_were_meant_give_the_right_code(more: str) -> None:
    account = read_link(START + more).account
    assert account == Account(Label("Quayside", "lou"), SECRET, Totp(digits=8))
    assert code_at(account, T).value == code_by_oathtool(digits=8)


@pytest.mark.parametrize("more", EIGHT_DIGITS)
def test_what_was_read_for_digits_is_told(more: str) -> None:
    told = {Reason.NEAR_MISS, Reason.ENTITIES, Reason.NORMALISED, Reason.OVER_ENCODED}
    assert reasons(START + more) & told


PERIODS = [
    "&interval=60", "&step=60", "&timestep=60", "&time_step=60", "&timeStep=60", "&time-step=60",
    "&period[0]=60", "&peroid=60", "&perid=60", "&piod=60", "&peido=60",
    "&periode=60", "&Interval=60", "&intervall=60",
    "&otp_period=60", "&period_seconds=60", "&refresh_interval=60", "&validity_period=60",
    "&amp;period=60", "&period=60s", "&period=60%20s", "&period=60sec", "&period=60 seconds",
    "&period=60.0", "&period=1m", "&period=1 min", "&period='60'", "&period=%2260%22",
    "&period=60000ms", "&step=60s", "&period=060",
]  # fmt: skip

ALGORITHMS = [
    "&algo=sha256", "&alg=SHA256", "&hash=SHA256", "&hashAlgorithm=sha256", "&hmac=sha256",
    "&hash_algorithm=SHA256", "&digest=sha256", "&algoritm=sha256", "&algorithim=SHA256",
    "&algorythm=SHA256", "&algorithm[0]=SHA256", "&amp;algorithm=SHA256", "&otp_algo_name=SHA256",
    "&algorithm=HmacSHA256", "&algorithm=sha-256", "&algorithm=SHA_256", "&algorithm=SHA 256",
    "&algorithm=sha2-256", "&algorithm=256", "&algorithm=hmac-sha-256", "&algorithm=HS256",
    '&algorithm="SHA256"', "&algorithm=HMAC_SHA256", "&algorithm=HmacWithSha256",
]  # fmt: skip


@oracle
@pytest.mark.parametrize("more", PERIODS)
def test_period_that_was_meant_gives_the_right_code(more: str) -> None:
    enrolment = read_link(START + more)
    assert enrolment.account.otp == Totp(period_s=60)
    assert code_at(enrolment.account, T).value == code_by_oathtool(period_s=60)
    assert {notice.reason for notice in enrolment.notices} - {Reason.ABSENT}


@oracle
@pytest.mark.parametrize("more", ALGORITHMS)
def test_algorithm_that_was_meant_gives_the_right_code(more: str) -> None:
    enrolment = read_link(START + more)
    assert enrolment.account.otp == Totp(Algorithm.SHA256)
    assert code_at(enrolment.account, T).value == code_by_oathtool(algorithm="sha256")
    assert {notice.reason for notice in enrolment.notices} - {Reason.ABSENT}


@pytest.mark.parametrize(
    "more",
    [
        "&counter=5", "&count=5", "&initialCounter=5", "&moving_factor=5", "&conter=5",
        "&counter[0]=5", "&amp;counter=5", "&counter=5.0", "&counter='5'", "&Counter=5;",
        "&counter=05", "&countr=5", "&start_counter=5", "&my_counter=5",
    ],
)  # fmt: skip
def test_counter_that_was_meant(more: str) -> None:
    link = f"otpauth://hotp/Quayside:lou?secret={KEY}&issuer=Quayside{more}"
    assert read_link(link).account.otp == Hotp(counter=5)


def test_near_miss_is_told_by_name() -> None:
    (notice,) = read_link(f"{START}&issuer=Quayside&digit=8").notices
    assert notice == Remark(Field.DIGITS, Reason.NEAR_MISS, {"given": "digit", "used": "digits"})
    assert (
        wording.remark(notice) == "A part of the link is called 'digit'; it was read as 'digits'."
    )


@pytest.mark.parametrize(
    "query",
    [
        f"key={KEY}", f"seed={KEY}", f"Secret={KEY}", f"sceret={KEY}", f"secrect={KEY}",
        f"shared_secret={KEY}", f"secretKey={KEY}", f"secret[]={KEY}", f"amp;secret={KEY}",
        f"secret%3D{KEY}", f"secret:{KEY}", f"secret=%22{KEY}%22", f"secret='{KEY}'",
        f"secret=b'{KEY}'", f"secret=[{KEY}]", f"secret={KEY.lower()}", f"secret={KEY}===",
        f"secret={KEY}%3D%3D", f"secret=%20{KEY}", f"secret={KEY};", f"secret={KEY},",
        f"secret={KEY}.", f"issuer=Quayside;secret={KEY}", f"issuer=Quayside%26secret%3D{KEY}",
        f"&secret={KEY}", f"secret={KEY}&secret={KEY}", f"secret={KEY}&key={KEY}",
    ],
)  # fmt: skip
def test_key_that_was_meant(query: str) -> None:
    account = read_link(f"otpauth://totp/Quayside:lou?{query}").account
    assert account == Account(Label("Quayside", "lou"), SECRET)


@pytest.mark.parametrize(
    "more",
    [
        "&image=https://x.example/i.png",
        "&color=ff0000",
        "&lock=true",
        "&window=3",
        "&foo=1",
        "&prod=1",
    ],
)
def test_what_says_nothing_of_the_codes_is_ignored_by_name(more: str) -> None:
    enrolment = read_link(f"{START}&issuer=Quayside{more}")
    assert enrolment.account.otp == Totp()
    name = more[1:].partition("=")[0]
    assert enrolment.notices == (Remark(Field.PARAMETER, Reason.IGNORED, {"name": name}),)


# What may change the codes and can't be read


@pytest.mark.parametrize(
    ("more", "field", "reason"),
    [
        # two values: only one can be right
        ("&digits=8&digits=6", Field.DIGITS, Reason.CONFLICT),
        ("&digit=8&digits=6", Field.DIGITS, Reason.CONFLICT),
        ("&digits=6&digit=8", Field.DIGITS, Reason.CONFLICT),
        ("&period=60&interval=30", Field.PERIOD, Reason.CONFLICT),
        ("&step=30&period=60", Field.PERIOD, Reason.CONFLICT),
        ("&algorithm=SHA1&algo=SHA256", Field.ALGORITHM, Reason.CONFLICT),
        (f"&secret={OTHER}", Field.SECRET, Reason.CONFLICT),
        (f"&key={OTHER}", Field.SECRET, Reason.CONFLICT),
        ("&amp;digits=8&digits=7", Field.DIGITS, Reason.CONFLICT),
        # values that can't be told
        ("&digits=few", Field.DIGITS, Reason.NOT_A_NUMBER),
        ("&digits=6 or 8", Field.DIGITS, Reason.NOT_A_NUMBER),
        ("&digits=6|8", Field.DIGITS, Reason.NOT_A_NUMBER),
        ("&digits=undefined", Field.DIGITS, Reason.NOT_A_NUMBER),
        ("&digit=null", Field.DIGITS, Reason.NOT_A_NUMBER),
        ("&digits=0", Field.DIGITS, Reason.OUT_OF_RANGE),
        ("&digits=2", Field.DIGITS, Reason.OUT_OF_RANGE),
        ("&digits=-8", Field.DIGITS, Reason.OUT_OF_RANGE),
        ("&period=sixty", Field.PERIOD, Reason.NOT_A_NUMBER),
        ("&period=30/60", Field.PERIOD, Reason.NOT_A_NUMBER),
        ("&period=1h", Field.PERIOD, Reason.NOT_A_NUMBER),
        ("&period=0x3c", Field.PERIOD, Reason.NOT_A_NUMBER),
        ("&period=6e1", Field.PERIOD, Reason.NOT_A_NUMBER),
        ("&interval=abc", Field.PERIOD, Reason.NOT_A_NUMBER),
        ("&period=60000", Field.PERIOD, Reason.AMBIGUOUS),
        ("&interval=30000", Field.PERIOD, Reason.AMBIGUOUS),
        ("&algorithm=2", Field.ALGORITHM, Reason.UNKNOWN),
        ("&algorithm=1", Field.ALGORITHM, Reason.UNKNOWN),
        ("&algo=md5", Field.ALGORITHM, Reason.UNKNOWN),
        ("&algorithm=SHA3-256", Field.ALGORITHM, Reason.UNKNOWN),
        ("&algorithm=SHA512/256", Field.ALGORITHM, Reason.UNKNOWN),
        ("&hash=bcrypt", Field.ALGORITHM, Reason.UNKNOWN),
        # names that say no more than that they are about the codes
        ("&length_of_period=often", Field.PARAMETER, Reason.UNREAD),
        ("&digitsmode=long", Field.PARAMETER, Reason.UNREAD),
        ("&digits8", Field.PARAMETER, Reason.UNREAD),
        ("&period60", Field.PARAMETER, Reason.UNREAD),
        ("&algorithmSHA256", Field.PARAMETER, Reason.UNREAD),
        ("&digts", Field.PARAMETER, Reason.UNREAD),
        ("&digits&=8", Field.PARAMETER, Reason.UNREAD),
        ("&issuer=Quaysidedigits=8", Field.PARAMETER, Reason.UNREAD),
        ("&issuer=Quayside&digits8", Field.PARAMETER, Reason.UNREAD),
        # a key that is not the one in the link
        ("&2step_salt=8", Field.PARAMETER, Reason.OWN_APP),
        ("&2step_output=20", Field.PARAMETER, Reason.OWN_APP),
        ("&2step_difficulty=10000", Field.PARAMETER, Reason.OWN_APP),
        ("&amp;2step_salt=8", Field.PARAMETER, Reason.OWN_APP),
        ("&2STEP_SALT=8", Field.PARAMETER, Reason.OWN_APP),
        ("&pin=1234", Field.PARAMETER, Reason.OWN_APP),
        ("&salt=abc", Field.PARAMETER, Reason.OWN_APP),
        ("&encoding=hex", Field.PARAMETER, Reason.OWN_APP),
        ("&secret_format=base64", Field.PARAMETER, Reason.OWN_APP),
        ("&t0=1500000000", Field.PARAMETER, Reason.OWN_APP),
        ("&epoch=1", Field.PARAMETER, Reason.OWN_APP),
    ],
)
def test_what_may_change_the_codes_and_cant_be_read_is_refused(
    more: str, field: Field, reason: Reason
) -> None:
    faults = faults_of(START + more)
    assert [(fault.field, fault.reason) for fault in faults] == [(field, reason)]
    assert KEY[:8] not in repr(faults).upper()
    assert all(wording.remark(fault) and wording.suggested_fix(fault) for fault in faults)


def test_equal_values_under_two_names_are_no_conflict() -> None:
    assert read_link(f"{START}&digits=8&digit=8.0").account.otp == Totp(digits=8)


@pytest.mark.parametrize("more", ["&encoding=base32", "&t0=0", "&pin=true", "&pin="])
def test_parameter_that_changes_nothing_is_ignored(more: str) -> None:
    assert read_link(START + more).account.otp == Totp()


@pytest.mark.parametrize("kind", ["push", "pipush", "pushauth", "phonefactor", "PUSH"])
def test_type_of_another_app_is_told_as_such(kind: str) -> None:
    (fault,) = faults_of(f"otpauth://{kind}/Quayside:lou?secret={KEY}")
    assert (fault.field, fault.reason) == (Field.TYPE, Reason.OWN_APP)
    assert "only be right in the app" in wording.remark(fault)


@pytest.mark.parametrize(
    "given",
    [
        "undefined", "null", "None", "false", "NaN", "[object Object]", "%5Bobject%20Object%5D",
        "", "%20", "%20-=", "nil", "UNDEFINED", "Null", "'undefined'", '""', "b''", "{{ secret }}",
        "%7B%7Bsecret%7D%7D", "${secret}", "{secret}", "<secret>", "<nil>", "(null)", "true",
        "System.Byte[]", "Array", "%s", "YOUR_SECRET",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["first", "last"])
def test_text_in_place_of_the_key_is_the_panels_fault(given: str, place: str) -> None:
    query = f"secret={given}&issuer=Quayside" if place == "first" else f"digits=6&secret={given}"
    (fault,) = faults_of(f"otpauth://totp/Quayside:lou?{query}")
    assert (fault.field, fault.reason) == (Field.SECRET, Reason.PLACEHOLDER)
    assert "panel" in wording.remark(fault)
    assert "fault of the panel" in wording.suggested_fix(fault)


def test_word_in_place_of_the_key_is_named() -> None:
    (fault,) = faults_of("otpauth://totp/Quayside:lou?secret=undefined")
    assert wording.remark(fault) == (
        "The panel made a link with 'undefined' where the key belongs."
    )


def test_equals_sign_within_the_key_is_a_wrong_character() -> None:
    for query in (f"secret=secret={KEY}", f"secret=={KEY}", f"secret={KEY[:9]}={KEY[9:]}"):
        (fault,) = faults_of(f"otpauth://totp/Quayside:lou?{query}")
        assert (fault.reason, fault.facts["character"]) == (Reason.WRONG_CHARACTER, "=")


# The link's form


@pytest.mark.parametrize(
    "link",
    [
        f"otpauth://totp/Quayside%3Alou%3Fsecret%3D{KEY}%26digits%3D8",
        f"otpauth://totp/Quayside%253Alou%253Fsecret%253D{KEY}%2526digits%253D8",
        f"otpauth://totp/Quayside:lou%3Fsecret={KEY}&digits=8",
        f"otpauth://totp/Quayside:lou%3Fdigits=8&secret={KEY}",
        f"otpauth://totp/Quayside:lou?secret%3D{KEY}%26digits%3D8",
        f"otpauth://totp/Quayside:lou?secret={KEY}%26digits%3D8",
        f"otpauth://totp/Quayside:lou?secret%3D{KEY}&digits%3D8",
        f"otpauth://totp/Quayside:lou?digits=8%26secret={KEY}",
        f"otpauth://totp/Quayside%253Alou?secret={KEY}&issuer=Quayside&digits=8",
        f"otpauth://totp/Quayside:lou/?secret={KEY}&digits=8",
        f"otpauth://totp//Quayside:lou?secret={KEY}&digits=8",
        f"otpauth://totp/Quayside:lou?&secret={KEY}&digits=8",
        f"otpauth://totp/Quayside:lou&secret={KEY}&digits=8",
        f"otpauth:///totp/Quayside:lou?secret={KEY}&digits=8",
    ],
)
def test_escapes_and_signs_too_many_or_too_few_are_read(link: str) -> None:
    assert read_link(link).account == Account(Label("Quayside", "lou"), SECRET, Totp(digits=8))


def test_lost_question_mark_between_name_and_parameter_is_refused() -> None:
    (fault,) = faults_of(f"otpauth://totp/Quayside:loudigits=8&secret={KEY}")
    assert (fault.field, fault.reason) == (Field.URI, Reason.MALFORMED)


def test_link_within_a_name_never_becomes_one_account() -> None:
    inner = f"otpauth%3A%2F%2Ftotp%2FB%3Fsecret%3D{OTHER}"
    for link in (
        f"otpauth://totp/A:{inner}?secret={KEY}",
        f"otpauth://totp/A:lou?secret={KEY}&issuer={inner}",
    ):
        (fault,) = faults_of(link)
        assert (fault.field, fault.reason) == (Field.URI, Reason.REPEATED)


# Names


@pytest.mark.parametrize(
    ("label", "query", "expected"),
    [
        ("%u0160koda:lou", "&issuer=%u0160koda", ("Škoda", "lou")),
        ("%uD83D%uDD11:lou", "&issuer=%uD83D%uDD11", ("\U0001f511", "lou")),
        ("caf%E9%u0160:lou", "&issuer=caf%E9%u0160", ("caféŠ", "lou")),
        ("%u5C0F%u660E", "", ("", "小明")),
        ("R%2BD%20SSO:lou", "&issuer=R+D%20SSO", ("R+D SSO", "lou")),
        ("R%2BD:lou", "&issuer=R+D", ("R+D", "lou")),
        ("My+Panel:lou+x", "&issuer=My+Panel", ("My Panel", "lou+x")),
        ("My%20Panel:lou", "&issuer=My+Panel", ("My Panel", "lou")),
        ("Quayside:lou", "&issuer=https://quayside.example.org/", ("Quayside", "lou")),
        ("Quayside:lou", "&issuer=https%3A%2F%2Fquayside.example.org", ("Quayside", "lou")),
        ("Quayside:lou", "&issuer=192.168.1.4", ("Quayside", "lou")),
        ("Quayside:lou", "&issuer=192.168.1.4:8443", ("Quayside", "lou")),
        ("Quayside:lou", "&issuer=quayside.example.org", ("Quayside", "lou")),
        ("Quayside:lou", "&issuer=localhost:3000", ("Quayside", "lou")),
        ("Quayside:lou", "&issuer=[fe80::1]", ("Quayside", "lou")),
        ("Quayside:lou", "&issuer=Other", ("Other", "lou")),
        ("127.0.0.1%3A8765%3A%20lou", "&issuer=127.0.0.1:8765", ("127.0.0.1:8765", "lou")),
        ("A&amp;B:lou", "&amp;issuer=A&amp;B", ("A&B", "lou")),
        ("Tom&#39;s:lou", "&issuer=Tom&#39;s", ("Tom's", "lou")),
        ("R&D:lou", "&issuer=R&D", ("R&D", "lou")),
        ("R&D:lou", "&issuer=R&D&digits=6", ("R&D", "lou")),
        ("who?me", "", ("", "who?me")),
        ("Q?:lou", "&issuer=Q?", ("Q?", "lou")),
        ("Quayside%253Alou%2540example.org", "&issuer=Quayside", ("Quayside", "lou@example.org")),
        ("My%20Panel:lou", "&issuer=My%2520Panel", ("My Panel", "lou")),
        ("100%:lou", "&issuer=100%", ("100%", "lou")),
        ("a=b:lou", "&issuer=a=b", ("a=b", "lou")),
        ("C#:lou", "&issuer=C#", ("C#", "lou")),
    ],
)
def test_names_as_panels_encode_them(label: str, query: str, expected: tuple[str, str]) -> None:
    read = read_link(f"otpauth://totp/{label}?secret={KEY}{query}").account.label
    assert (read.issuer, read.account) == expected


def test_address_as_issuer_is_told() -> None:
    notices = read_link(f"{START}&issuer=quayside.example.org").notices
    assert notices == (
        Remark(Field.ISSUER, Reason.DIFFERS, {"given": "quayside.example.org", "used": "Quayside"}),
    )


# Steam

BASE64 = base64.b64encode(SECRET.key).decode()


@pytest.mark.parametrize(
    "link",
    [
        f"otpauth://totp/Steam:lou?secret={KEY}&issuer=Steam",
        f"otpauth://totp/Steam:lou?secret={KEY}",
        f"otpauth://totp/lou?secret={KEY}&issuer=Steam",
        f"otpauth://totp/steam:lou?secret={KEY}&issuer=steam",
        f"otpauth://totp/STEAM:lou?secret={KEY}&issuer=STEAM",
        f"otpauth://totp/Steam%20Guard:lou?secret={KEY}&issuer=Steam%20Guard",
        f"otpauth://totp/Steam:lou?secret={KEY}&issuer=Steam&digits=5",
        f"otpauth://totp/Steam:lou?secret={KEY}&issuer=Steam&digits=6",
        f"otpauth://totp/Steam:lou?secret={KEY}&issuer=Steam&algorithm=SHA1&digits=6&period=30",
        f"otpauth://totp/Steam:lou?secret={KEY}&amp;issuer=Steam&amp;digits=5",
        f"otpauth://totp/Steam:lou?secret={BASE64}&issuer=Steam",
        f"otpauth://totp/Steam:lou?issuer=Steam&secret={BASE64}",
        f"otpauth://totp/Steam:lou?secret={BASE64.rstrip('=')}&issuer=Steam",
        f"otpauth://totp/Steam:lou?secret={BASE64.replace('+', '%2B')}&issuer=Steam",
        f"otpauth://steam/Steam:lou?secret={BASE64.replace('=', '%3D')}&issuer=Steam",
        f"otpauth://totp/Steam:lou?secret={BASE64}&issuer=Steam&encoder=steam",
        f"otpauth://totp/Steam:lou?secret={KEY}&encodr=steam",
        f"steam://{KEY}",
        f"steam://{KEY.lower()}",
        f"steam://{BASE64}",
        f"steam://{BASE64.replace('/', '%2F').replace('=', '%3D')}",
    ],
)
def test_steam_by_name_scheme_or_base64_key(link: str) -> None:
    """The letters are those of a calculation by hand: RFC 4226's truncation, Steam's alphabet."""
    import hmac

    account = read_link(link).account
    assert account.otp == Steam()
    digest = hmac.digest(base64.b32decode(KEY), (T // 30).to_bytes(8), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    letters = ""
    for _ in range(5):
        number, place = divmod(number, 26)
        letters += "23456789BCDFGHJKMNPQRTVWXY"[place]
    assert code_at(account, T).value == letters


def test_steam_by_name_is_told() -> None:
    link = f"otpauth://totp/Steam:lou?secret={KEY}&issuer=Steam"
    assert read_link(link).notices == (Remark(Field.TYPE, Reason.BY_NAME),)


@pytest.mark.parametrize(
    ("more", "otp"),
    [
        ("&digits=8", Totp(digits=8)),
        ("&algorithm=SHA256", Totp(Algorithm.SHA256)),
        ("&period=60", Totp(period_s=60)),
        ("&encoder=decimal", Totp()),
    ],
)
def test_parameters_that_are_not_steams_keep_digits(more: str, otp: Otp) -> None:
    link = f"otpauth://totp/Steam:lou?secret={KEY}&issuer=Steam{more}"
    assert read_link(link).account.otp == otp


def test_digits_under_steams_name_survive_writing() -> None:
    account = Account(Label("Steam", "lou"), SECRET, Totp())
    enrolment = read_link(write_uri(account))
    assert enrolment.account == account
    assert enrolment.notices == ()


# Other schemes


@pytest.mark.parametrize(
    ("text", "given"), [("sotp://Quayside:lou?secret=AAAA", "sotp"), ("otpauth://x/lou", "x")]
)
def test_unknown_scheme_or_type_is_refused_by_name(text: str, given: str) -> None:
    told = [fault.facts for fault in faults_of(text) if fault.reason is Reason.UNKNOWN]
    assert told == [{"given": given}]


@pytest.mark.parametrize("text", ["", "hello", KEY, "otpauth", "https://example.org"])
def test_what_is_no_link_is_refused(text: str) -> None:
    (fault,) = faults_of(text)
    assert fault.reason in (Reason.NOT_AN_ENROLMENT, Reason.UNKNOWN)
