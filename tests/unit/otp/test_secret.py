"""Secret: tolerant in, canonical out, and silent."""

import base64
import copy
import logging
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.otp.remark import EnrolmentRefused, Field, Reason
from authenticator.otp.secret import MAX_BYTES, Secret, may_hold_key

KEY = b"Hello!\xde\xad\xbe\xef"
BASE32 = "JBSWY3DPEHPK3PXP"


def refusal_of(text: str) -> EnrolmentRefused:
    with pytest.raises(EnrolmentRefused) as refusal:
        Secret.from_base32(text)
    return refusal.value


@pytest.mark.parametrize(
    "text",
    [
        BASE32,
        BASE32.lower(),
        "JbSwY3dPeHpK3pXp",
        "JBSW Y3DP EHPK 3PXP",
        "jbsw-y3dp-ehpk-3pxp",
        "JBSW–Y3DP—EHPK‑3PXP",  # en dash, em dash, non-breaking hyphen
        "JBSW\u00a0Y3DP\u2009EHPK\t3PXP\r\n",
        "\ufeffJBSWY3DP\u200bEHPK3PXP",
        "JBSWY3DPEHPK3PXP====",
        "JBSWY3DPEHPK3PXP = = ",
        "JBSW_Y3DP_EHPK_3PXP",
    ],
)
def test_from_base32_accepts_common_spellings(text: str) -> None:
    assert Secret.from_base32(text).key == KEY


@pytest.mark.parametrize("length", range(1, 42))
def test_from_base32_round_trips_every_length(length: int) -> None:
    key = bytes(range(255, 255 - length, -1))
    padded = base64.b32encode(key).decode()
    assert Secret.from_base32(padded).key == key
    assert Secret.from_base32(padded.rstrip("=")).key == key
    assert Secret(key).base32() == padded.rstrip("=")


@pytest.mark.parametrize(("letters", "whole_bytes"), [(3, 1), (6, 3), (9, 5), (11, 6), (14, 8)])
def test_from_base32_drops_left_over_bits(letters: int, whole_bytes: int) -> None:
    assert Secret.from_base32(BASE32[:letters]).key == KEY[:whole_bytes]


def test_from_base32_accepts_zero_bytes_and_one_byte() -> None:
    assert Secret.from_base32("AA").key == b"\0"
    assert Secret.from_base32("AAAAAAAA").key == b"\0" * 5
    assert Secret(b"\0key\0").base32() == base64.b32encode(b"\0key\0").decode()


@pytest.mark.parametrize(
    ("text", "position", "character"),
    [
        ("=JBSWY3DP", 1, "="),  # padding is at the end only
        ("JBSW=Y3DP", 5, "="),
        ("key=JBSWY3DP", 4, "="),
        ("JBSW1", 5, "1"),
        ("0BSW", 1, "0"),
        ("JBSW!Y3D", 5, "!"),
        ("JBSŴ", 4, "Ŵ"),
        ("ＪＢＳＷ", 1, "Ｊ"),
        ("JBSWı", 5, "ı"),  # upper() turns it into I; it is a wrong character nevertheless
        ("JBSW\0", 5, "\0"),
    ],
)
def test_from_base32_points_at_first_wrong_character(
    text: str, position: int, character: str
) -> None:
    (fault,) = refusal_of(text).faults
    assert (fault.field, fault.reason) == (Field.SECRET, Reason.WRONG_CHARACTER)
    assert fault.facts == {"position": position, "character": character}


@pytest.mark.parametrize(
    ("text", "position", "count", "group", "place"),
    [
        ("jb sw-8", 7, 5, 3, 1),
        ("JBSW Y3D0 EHPK", 9, 8, 2, 4),
        ("  JBSW  Y0DP", 10, 6, 2, 2),
        ("JBSW\u200b-\u00a00", 8, 5, 2, 1),
    ],
)
def test_from_base32_counts_as_people_do(
    text: str, position: int, count: int, group: int, place: int
) -> None:
    (fault,) = refusal_of(text).faults
    facts = {name: fault.facts[name] for name in ("position", "count", "group", "place")}
    assert facts == {"position": position, "count": count, "group": group, "place": place}


@given(
    st.lists(st.text("ABCDEFGH234567", min_size=1, max_size=6), min_size=1, max_size=8),
    st.sampled_from([" ", "-", "  ", " - ", "\u00a0", "\u200b"]),
    st.data(),
)
def test_from_base32_place_of_wrong_character_leads_back_to_it(
    groups: list[str], between: str, data: st.DataObject
) -> None:
    group = data.draw(st.integers(1, len(groups)))
    place = data.draw(st.integers(1, len(groups[group - 1])))
    word = groups[group - 1]
    groups[group - 1] = f"{word[: place - 1]}0{word[place:]}"
    (fault,) = refusal_of(between.join(groups)).faults
    assert between.join(groups)[fault.facts["position"] - 1] == "0"
    count = fault.facts.get("count", fault.facts["position"])
    assert "".join(groups)[count - 1] == "0"
    if group > 1:
        assert (fault.facts["group"], fault.facts["place"]) == (group, place)


@pytest.mark.parametrize("text", ["", "   ", "====", "- -", "\u200b"])
def test_from_base32_only_fillers_is_empty(text: str) -> None:
    assert [fault.reason for fault in refusal_of(text).faults] == [Reason.EMPTY]


def test_from_base32_one_letter_is_too_short() -> None:
    assert [fault.reason for fault in refusal_of("A").faults] == [Reason.TOO_SHORT_TO_DECODE]


def test_secret_refuses_more_than_1024_bytes() -> None:
    longest = Secret(b"k" * MAX_BYTES)
    assert Secret.from_base32(longest.base32()) == longest
    (fault,) = refusal_of(base64.b32encode(b"k" * (MAX_BYTES + 1)).decode()).faults
    assert fault.reason is Reason.TOO_LONG
    assert fault.facts == {"length": MAX_BYTES + 1, "limit": MAX_BYTES}
    with pytest.raises(EnrolmentRefused):
        Secret(b"k" * (MAX_BYTES + 1))
    with pytest.raises(EnrolmentRefused):
        Secret(b"")


def test_secret_is_never_printed(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(KEY)
    logging.getLogger("t").warning("%s %r", secret, [secret])
    try:
        raise ValueError(secret)
    except ValueError:
        trace = traceback.format_exc()
    shown = [repr(secret), str(secret), f"{secret}", repr({"k": secret}), caplog.text, trace]
    for form in (BASE32, BASE32.lower(), "Hello", KEY.hex(), repr(KEY)):
        assert not any(form in text for text in shown)


def test_from_base32_error_holds_only_the_wrong_character() -> None:
    refusal = refusal_of("JBSWY3DPEHPK3PX1")
    assert "JBSW" not in repr(refusal) + str(refusal) + repr(refusal.faults)


@pytest.mark.parametrize(
    "text",
    [
        BASE32,
        BASE32.lower(),
        "jbsw y3dp ehpk 3pxp",
        "JBSW-Y3DP-EHPK-3PXP",
        f"{BASE32}======",
        f"OTPAUTH://totp/kim?secret={BASE32}",
        "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8",
        "motp://VPN:kim?secret=e3152afee62599c8",
        "MOTP:/VPN",
        f"kim?secret={BASE32}",
        f"x&Secret={BASE32}",
        "5f0caf3a0391b2c7d8e96471a0bb2c3d4e5f6071",
    ],
)
def test_may_hold_key_recognises_keys_and_links(text: str) -> None:
    assert may_hold_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Example Company: kim@example.org",
        "internationalization",
        "AnotherAuthenticator",
        "screenshot-2345672345.png",
        "/home/kim/abcdefgh234567abc.txt",
        "2345672345672345",
        BASE32[:15],
    ],
)
def test_may_hold_key_ignores_ordinary_names(text: str) -> None:
    assert not may_hold_key(text)


def test_secret_refuses_pickling() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(KEY))
    with pytest.raises(TypeError):
        copy.deepcopy(Secret(KEY))


def test_secret_equality_and_hash() -> None:
    assert Secret(KEY) == Secret(bytearray(KEY))
    assert hash(Secret(KEY)) == hash(Secret(KEY))
    assert Secret(KEY) != Secret(KEY + b"\0")
    assert Secret(KEY) != KEY
