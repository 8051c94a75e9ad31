"""A key typed or pasted by a person: the right key, a question or a refusal; never another key."""

import base64
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from authenticator.otp.key_doubts import USUAL_LETTERS
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.secret import Secret
from authenticator.otp.typed_account import parted_label, typed_account
from authenticator.otp.typed_key import Encoding, TypedKey, is_bare_key, read_key
from authenticator.wording import remark

KEY = "QX4M7ZB2TKNE5RYVHD3WCLJ6GAPUFS2I"
GROUPS = "QX4M 7ZB2 TKNE 5RYV HD3W CLJ6 GAPU FS2I"
HEX = "5f0caf3a0391b2c7d8e96471a0bb2c3d4e5f6071"


def asked(typed: TypedKey) -> list[Reason]:
    return [question.reason for question in typed.questions]


def refusal(text: str, encoding: Encoding | None = None) -> Remark:
    with pytest.raises(EnrolmentRefused) as refused:
        read_key(text, encoding)
    (fault,) = refused.value.faults
    assert fault.field is Field.SECRET
    return fault


LABELLED = [
    *(f"{label}{KEY}" for label in ("key=", "secret=", "Secret = ", "SECRET:", "Key : ", "seed→")),
    *(f"{label}{GROUPS}" for label in ("setup key: ", "Your key is: ", "TOTP: ", "2FA key -> ")),
    f"Manual entry key: {GROUPS.lower()}",
    f"Clé : {GROUPS.lower()}",
    f"Schlüssel: {KEY}",
    f"Geheimer Schlüssel = {GROUPS}",
    f"Clave secreta: {KEY}",
    f"Секретный ключ: {KEY}",
    f"密钥：{KEY}",
    f"المفتاح: {KEY}",
    f"kim@example.org: {GROUPS}",
    f"Panel Wiki:Kim: {KEY}",
    f"Wiki:{KEY}",
    f"Key:\n{GROUPS}",
    f"key\n{KEY}",
    f"key\t{KEY}",
    f"**Key:** `{KEY}`",
    f"<b>Secret key:</b> <code>{GROUPS}</code>",
    f"Key:&nbsp;{GROUPS.replace(' ', '&nbsp;')}",
    f'"secret": "{KEY}"',
    f"“secret” – “{KEY}”",
    f"otp_secret: {KEY.lower()}",
    f"SECRETKEY: {KEY}",
    f"secret='{KEY}';",
    f"Your key is: {KEY}.",
]
BARE = [
    KEY,
    GROUPS,
    KEY.lower(),
    GROUPS.replace(" ", "-"),
    f"{KEY}====",
    f"- {KEY}",
    f"`{KEY}`",
    f'"{KEY}"',
    f"({KEY})",
    f"<code>{KEY}</code>",
    f"{GROUPS[:20]}\n{GROUPS[20:]}",
    f"\ufeff{KEY}\u200b",
]


@pytest.mark.parametrize("text", BARE)
def test_read_key_alone_says_and_asks_nothing(text: str) -> None:
    typed = read_key(text)
    assert typed.secret.base32() == KEY
    assert (typed.questions, typed.notes) == ((), ())


@pytest.mark.parametrize("text", LABELLED)
def test_read_key_behind_a_label_leaves_it_out_and_says_so(text: str) -> None:
    typed = read_key(text)
    assert typed.secret.base32() == KEY
    assert [note.reason for note in typed.notes] == [Reason.LEFT_OUT]
    assert typed.questions == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"TOTP {GROUPS}", Reason.UNCLEAR_START),
        (f"TOTP{KEY}", Reason.UNCLEAR_START),
        (f"SECRET KEY {KEY}", Reason.UNCLEAR_START),
        (f"PANEL {KEY}", Reason.UNCLEAR_START),
        (f"{GROUPS} COPY", Reason.UNCLEAR_START),
        (f"Manual entry key {KEY}", Reason.MIXED_CASE),
        (f"Your key is {GROUPS}", Reason.MIXED_CASE),
        (f"Your key is {GROUPS.lower()}", Reason.MIXED_CASE),
        (f"lain text key{GROUPS}", Reason.MIXED_CASE),
        (f"<td>Secret key</td><td>{GROUPS}</td>", Reason.MIXED_CASE),
    ],
)
def test_read_key_without_a_clear_border_asks_and_offers_the_key(text: str, reason: Reason) -> None:
    typed = read_key(text)
    assert asked(typed) == [reason]
    assert Secret.from_base32(typed.part).base32() == KEY


@pytest.mark.parametrize("text", [f"WIKI {GROUPS}", f"wiki {GROUPS.lower()}"])
def test_read_key_behind_a_word_that_may_be_a_group_asks_and_offers_nothing(text: str) -> None:
    typed = read_key(text)
    assert asked(typed) == [Reason.ODD_LENGTH]
    assert typed.part == ""


@pytest.mark.parametrize(
    "text",
    [
        f"Schlüssel {KEY}",
        f"{KEY} (copied)",
        f'{{"secret":"{KEY}","issuer":"Wiki"}}',
        f"Secret key: {GROUPS}\nAccount: kim",
    ],
)
def test_read_key_with_words_of_another_alphabet_or_behind_it_asks(text: str) -> None:
    typed = read_key(text)
    assert typed.secret.base32() == KEY
    assert asked(typed) == [Reason.UNCLEAR_START]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"digits=8&secret={KEY}", Reason.WHOLE_LINK),
        (f"secret={KEY}&digits=8", Reason.WHOLE_LINK),
        (f"otpauth://totp/Wiki:kim?secret={KEY}", Reason.WHOLE_LINK),
        (f"{KEY[:16]}={KEY[16:]}", Reason.SEVERAL_KEYS),
        (f"Key: {KEY}; old key: {KEY[::-1]}", Reason.SEVERAL_KEYS),
        (f"{KEY} JBSWY3DPEHPK3PXP", Reason.SEVERAL_KEYS),
        (f"{KEY}\nJBSWY3DPEHPK3PXP", Reason.SEVERAL_KEYS),
        (f"={KEY}", Reason.WRONG_CHARACTER),
        (f"{KEY[:12]}={KEY[12:]}", Reason.WRONG_CHARACTER),
        (f"KIM:{KEY}", Reason.WRONG_CHARACTER),
        (f"{KEY}.ABCD", Reason.WRONG_CHARACTER),
        (GROUPS.replace(" ", "."), Reason.WRONG_CHARACTER),
        (f"{KEY[:12]}0{KEY[13:]}", Reason.WRONG_CHARACTER),
        ("", Reason.EMPTY),
        (" = - ", Reason.EMPTY),
        ("A", Reason.TOO_SHORT_TO_DECODE),
    ],
)
def test_read_key_that_can_not_be_one_key_is_refused(text: str, reason: Reason) -> None:
    assert refusal(text).reason is reason


def test_read_key_wrong_character_is_placed_in_the_key_behind_its_label() -> None:
    text = f"key: {GROUPS.replace('TKNE', 'TK0E')}"
    facts = refusal(text).facts
    assert (facts["group"], facts["place"], facts["count"]) == (3, 3, 11)
    assert text[int(facts["position"]) - 1] == "0"


@pytest.mark.parametrize(
    ("letters", "wanted"),
    [(31, 32), (33, 32), (41, 42), (43, 42), (17, 16), (15, 16), (51, 52), (53, 52), (104, 103)],
)
def test_read_key_one_letter_short_or_long_is_asked_about(letters: int, wanted: int) -> None:
    typed = read_key(("AEBAGBAF" * 14)[:letters])
    (question,) = typed.questions
    assert question == Remark(
        Field.SECRET, Reason.ODD_LENGTH, {"length": letters, "wanted": wanted}
    )
    word = "missing" if wanted > letters else "too many"
    assert remark(question).startswith(f"{letters} letters: is one {word}?")


@pytest.mark.parametrize("length", range(10, 65))
def test_read_key_as_an_encoder_writes_it_is_asked_about_where_its_length_is_unusual(
    length: int,
) -> None:
    text = base64.b32encode(bytes(range(60, 60 + length))).decode().rstrip("=")
    assert asked(read_key(text)) == [Reason.ODD_LENGTH] * (len(text) not in USUAL_LETTERS)


@pytest.mark.parametrize("letters", [24, 29, 35, 38, 43, 46, 48])
def test_read_key_cut_at_a_group_or_elsewhere_is_asked_about(letters: int) -> None:
    assert asked(read_key((KEY * 2)[:letters])) == [Reason.ODD_LENGTH]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("JBSW", Reason.INCOMPLETE),
        ("JBSWY3DPEHPK3P", Reason.INCOMPLETE),
        ("Key: JBSW", Reason.INCOMPLETE),
        ("abcd-efgh", Reason.RECOVERY_CODE),
        ("abcde-fghij", Reason.RECOVERY_CODE),
        ("abcd efgh ijkl", Reason.RECOVERY_CODE),
        ("Recovery code: JBSWY3DPEHPK3PXP", Reason.RECOVERY_CODE),
        ("Notfallcode: JBSWY3DPEHPK3PXP", Reason.RECOVERY_CODE),
        ("JBSWY3DPEHPK3PXP\nQX4M7ZB2TKNE5RYV\nHD3WCLJ6GAPUFS2I", Reason.RECOVERY_CODE),
        ("JbSwY3dPeHpK3pXp", Reason.MIXED_CASE),
        (f"SHA256 key: {KEY}", Reason.SETTINGS_BESIDE),
        (f"8 digits, key: {KEY}", Reason.SETTINGS_BESIDE),
    ],
)
def test_read_key_that_may_be_something_else_is_asked_about(text: str, reason: Reason) -> None:
    assert asked(read_key(text)) == [reason]


@pytest.mark.parametrize(
    "text",
    [
        HEX,
        HEX.upper(),
        " ".join(re.findall("....", HEX)),
        ":".join(re.findall("..", HEX)),
        "-".join(re.findall("..", HEX)),
        f"0x{HEX}",
        f"key: {HEX}",
        f"Hex key = {' '.join(re.findall('..', HEX))}",
        f'"{HEX}"',
        f"{HEX}\r\n",
    ],
)
def test_read_key_in_hex_is_recognised_and_asked_about(text: str) -> None:
    typed = read_key(text)
    assert typed.secret.key == bytes.fromhex(HEX)
    assert asked(typed) == [Reason.HEX]
    assert asked(read_key(text, Encoding.HEX)) == []


@pytest.mark.parametrize("digits", [32, 40, 64, 128])
def test_read_key_that_is_hex_or_base32_asks_which(digits: int) -> None:
    text = ("ABCDEF765432" * 11)[:digits]
    assert asked(read_key(text)) == [Reason.HEX_OR_BASE32]
    assert read_key(text, Encoding.HEX).secret.key == bytes.fromhex(text)
    assert read_key(text, Encoding.BASE32).secret == Secret.from_base32(text)


def test_read_key_in_hex_with_a_missing_digit_is_refused_by_its_length() -> None:
    fault = refusal(HEX[:-1])
    assert (fault.reason, fault.facts["length"], fault.facts["wanted"]) == (
        Reason.ODD_LENGTH,
        39,
        40,
    )
    assert asked(read_key(HEX[:-2])) == [Reason.HEX, Reason.ODD_LENGTH]
    assert refusal(KEY, Encoding.HEX).reason is Reason.NOT_HEX


# The law

SEPARATORS = [":", "=", ": ", " = ", " ", "\n", "\t", "-", " - ", "->", "", ' "', " `", "：", "> "]
WORDS = st.one_of(
    st.sampled_from(
        [
            "key",
            "secret",
            "Secret",
            "KEY",
            "TOTP",
            "Your",
            "Schlüssel",
            "Clé",
            "lain",
            "Kim",
            "密钥",
        ]
    ),
    st.text(st.characters(categories=["L", "Nd", "P", "Zs"]), min_size=1, max_size=12),
)


def keys() -> st.SearchStrategy[str]:
    return st.sampled_from([10, 16, 20, 26, 32, 40, 64]).flatmap(
        lambda size: st.binary(min_size=size, max_size=size).map(
            lambda key: base64.b32encode(key).decode().rstrip("=")
        )
    )


def grouped(key: str, size: int, between: str) -> str:
    return between.join(key[at : at + size] for at in range(0, len(key), size)) if size else key


def certain_key(text: str) -> bytes | None:
    """The key that is used without a question."""
    try:
        typed = read_key(text)
    except EnrolmentRefused:
        return None
    return None if typed.questions else typed.secret.key


@given(
    st.lists(WORDS, max_size=4),
    st.sampled_from(SEPARATORS),
    keys(),
    st.sampled_from([0, 3, 4, 5, 8]),
    st.sampled_from([" ", "-", "\u00a0"]),
    st.booleans(),
    st.sampled_from(["", ".", '"', "</b>", " copy", "====", "\n"]),
)
@example(["Secret"], "", "AEBAGBAFAYDQQCIK", 0, " ", True, "")
def test_read_key_never_takes_words_for_a_part_of_the_key(
    words: list[str],
    separator: str,
    key: str,
    size: int,
    between: str,
    lower: bool,
    behind: str,
) -> None:
    """Words in front, any separator, a key: the result is that key, a question, or a refusal.

    The one exception can't be told from a key by anybody: words that run into it without a
    separator, or are groups of its own size, and make up another usual length, in its own case.
    """
    written = grouped(key.lower() if lower else key, size, between)
    text = f"{' '.join(words)}{separator if words else ''}{written}{behind}"
    read = certain_key(text)
    if read is not None and read != Secret.from_base32(key).key:
        letters = re.sub(r"[\W_]", "", text)
        style = str.islower if lower else str.isupper
        assert style(letters)
        assert len(letters) in USUAL_LETTERS or not separator.strip(" -\n\t")
        assert letters.isascii()
        assert all(letter not in ":=" for letter in text.rstrip("="))


@given(st.text(max_size=200))
def test_read_key_any_text_is_read_or_refused_without_its_letters(text: str) -> None:
    try:
        remarks = [*(typed := read_key(text)).questions, *typed.notes]
    except EnrolmentRefused as refused:
        remarks = [*refused.faults]
    assert all(remark(one) for one in remarks)


@given(st.lists(WORDS, min_size=1, max_size=3), st.sampled_from(SEPARATORS), keys())
def test_read_key_no_remark_shows_the_key(words: list[str], separator: str, key: str) -> None:
    text = f"{' '.join(words)}{separator}{grouped(key, 4, ' ')}"
    try:
        remarks = [*(typed := read_key(text)).questions, *typed.notes]
    except EnrolmentRefused as refused:
        remarks = [*refused.faults]
    told = re.sub(r"\W", "", " ".join(map(remark, remarks))).upper()
    parts = (key[at : at + 8] for at in range(len(key) - 7))
    assert not any(part in told for part in parts)
    assert key[:12] not in repr(remarks)


@given(keys(), st.sampled_from([0, 4, 5]), st.booleans())
def test_read_key_as_panels_show_it_is_never_questioned(key: str, size: int, lower: bool) -> None:
    if re.match("KEY|SECRET|TOTP|SEED|TOKEN|BASE32", key) or set(key) <= set("ABCDEF234567"):
        return
    typed = read_key(grouped(key.lower() if lower else key, size, " "))
    words = {Reason.UNCLEAR_START}  # a group may be a word for a key
    assert set(asked(typed)) <= words
    assert typed.secret.base32() == key


# Around it


@pytest.mark.parametrize(
    "text",
    [*BARE[:3], *BARE[4:], f"secret={KEY}", f"Key: {GROUPS.lower()}", HEX, HEX.upper(), KEY[:31]],
)
def test_is_bare_key_knows_keys(text: str) -> None:
    assert is_bare_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "correct horse battery staple",
        "CorrectHorseBatteryStaple",
        "internationalization",
        f"Password: {KEY}",
        f"My password is: {KEY}",
        "WIFI:T:WPA;S:home;P:ABCDEFGHIJKLMNOPQRSTUVWX;;",
        f"https://example.org/{KEY}",
        f"otpauth://totp/Wiki:kim?secret={KEY}",
        f"Recovery code: {KEY}",
        "JBSWY3DP",
        "1234567890123456",
        f"Wiki:{KEY}",
        f"{KEY} and some words",
        HEX[:38],
    ],
)
def test_is_bare_key_leaves_what_may_be_a_password(text: str) -> None:
    assert not is_bare_key(text)


def test_typed_account_names_the_faults_of_all_fields_once() -> None:
    with pytest.raises(EnrolmentRefused) as refused:
        typed_account(key="1", digits="99", account="k" * 300)
    assert [(fault.field, fault.reason) for fault in refused.value.faults] == [
        (Field.SECRET, Reason.WRONG_CHARACTER),
        (Field.ACCOUNT, Reason.TOO_LONG),
        (Field.DIGITS, Reason.OUT_OF_RANGE),
    ]


def test_typed_account_has_the_notices_that_a_link_with_this_key_has() -> None:
    made = typed_account(key="key: JBSWY3DPEHPK3PXP", account="kim")
    assert [notice.reason for notice in made.notices] == [Reason.LEFT_OUT, Reason.SHORT]


@pytest.mark.parametrize(
    ("typed", "parted"),
    [
        ("Panel Wiki:Kim", ("Panel Wiki", "Kim")),
        ("Wiki: kim@example.org", ("Wiki", "kim@example.org")),
        ("kim", None),
        ("Wiki:", None),
        (":kim", None),
        ("a:b:c", None),
        ("https://example.org", None),
        ("example.org:8443", None),
        ("C:kim", None),
        (f"Wiki:{'k' * 300}", None),
        (f"{'W' * 300}:kim", None),
    ],
)
def test_parted_label_finds_issuer_and_account(typed: str, parted: tuple[str, str] | None) -> None:
    label = parted_label(typed)
    assert (label and (label.issuer, label.account)) == parted
