"""Keys of types with a PIN, typed by hand."""

import pytest

from authenticator.otp.account import MobileOtp, Yandex
from authenticator.otp.remark import EnrolmentRefused, Field, Reason
from authenticator.otp.typed_account import read_typed, typed_account

MOTP = "e3152afee62599c8"
YANDEX = "LA2V6KMCGYMWWVEW64RNP3JA3IAAAAAAHTSG4HRZPI"
SHORT = YANDEX[:26]


@pytest.mark.parametrize(
    "text",
    [MOTP, MOTP.upper(), "e315 2afe e625 99c8", "e3:15:2a:fe:e6:25:99:c8", f" {MOTP}\n", MOTP * 2],
)
def test_whole_key_of_mobile_otp_raises_no_question(text: str) -> None:
    """Nor one whether hex is meant: this type has nothing else."""
    typed = read_typed("motp", text)
    assert typed.questions == ()
    assert typed.secret.key.hex() in (MOTP, MOTP * 2)
    assert typed_account(key=text, type="motp", pin="1234").account.otp == MobileOtp()


@pytest.mark.parametrize("text", [MOTP[:14], f"{MOTP}00", "ab"])
def test_key_of_another_length_is_asked_about(text: str) -> None:
    (question,) = read_typed("motp", text).questions
    assert (question.reason, question.facts["length"]) == (Reason.ODD_LENGTH, len(text))


@pytest.mark.parametrize("label", ["secret=", "Secret: ", "key: "])
@pytest.mark.parametrize(("kind", "key"), [("motp", MOTP), ("yandex", YANDEX), ("yandex", SHORT)])
def test_label_in_front_is_left_out_and_said(kind: str, key: str, label: str) -> None:
    typed = read_typed(kind, f"{label}{key}")
    assert typed.secret == read_typed(kind, key).secret
    assert Reason.LEFT_OUT in [note.reason for note in typed.notes]


@pytest.mark.parametrize("text", [YANDEX, SHORT, YANDEX.lower(), " ".join(YANDEX)])
def test_whole_key_of_yandex_raises_no_question(text: str) -> None:
    assert read_typed("yandex", text).questions == ()
    account = typed_account(key=text, type="yandex", pin="7586").account
    assert account.otp == Yandex()
    assert account.secret.pin == "7586"


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("motp", MOTP[:15], Reason.ODD_HEX),
        ("motp", "JBSWY3DPEHPK3PXP", Reason.WRONG_CHARACTER),
        ("motp", "", Reason.EMPTY),
        ("yandex", YANDEX[:-1] + "A" + YANDEX[-1], Reason.WRONG_LENGTH),
        ("yandex", "M" + YANDEX[1:], Reason.CHECKSUM),
        ("yandex", "", Reason.EMPTY),
    ],
)
def test_key_that_can_not_be_right_is_refused(kind: str, text: str, reason: Reason) -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        typed_account(key=text, type=kind, pin="7586")
    assert [(fault.field, fault.reason) for fault in refusal.value.faults] == [
        (Field.SECRET, reason)
    ]


def test_pin_is_checked_against_what_the_key_tells() -> None:
    with pytest.raises(EnrolmentRefused) as refusal:
        typed_account(key=YANDEX, type="yandex", pin="75861")
    (fault,) = refusal.value.faults
    assert (fault.field, fault.reason) == (Field.PIN, Reason.OUT_OF_RANGE)
