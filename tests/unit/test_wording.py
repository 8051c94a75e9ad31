"""Words for every error and every remark: total, short, without a secret."""

import importlib
import pkgutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import authenticator
from authenticator.app.bin import NotInBin
from authenticator.app.codes import CounterHasNoTime
from authenticator.app.correct_time import ServerAnswer, TimeAnswer
from authenticator.app.correction import Correction, CorrectionBad
from authenticator.app.enrolment import NoCodeFound, NotAnEnrolment
from authenticator.app.finding import QueryMatchesNone, QueryMatchesSeveral
from authenticator.app.text import TextUnreadable, Unfit
from authenticator.app.time_servers import NameFault, ServerNameBad
from authenticator.clock.sample import TimeReason, TimeServerFault
from authenticator.clock.select import Decision, Verdict
from authenticator.errors import AuthenticatorError, DataBad, EnvironmentFault, InputRefused
from authenticator.otp.account import Label, Totp
from authenticator.otp.code import TimeOutOfRange
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.scan.camera import CameraBusy, CameraLost, CameraRefused, NoCamera
from authenticator.scan.image import (
    Breakage,
    ImageTooLarge,
    ImageTruncated,
    NotAnImage,
    PictureBroke,
    ReaderAbsent,
)
from authenticator.scan.screen import (
    ClipboardEmpty,
    ClipboardHidden,
    NoCodeOnScreen,
    NoDisplay,
    ScreenDismissed,
    ScreenPortalAbsent,
    ScreenRefused,
)
from authenticator.scan.source import FileTooLarge, FileUnreadable, Unreadable
from authenticator.vault import vault
from authenticator.vault.entry import Detail, DetailTooLong
from authenticator.vault.seal import SealBroken
from authenticator.vault.secret_store import (
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    SecretMissing,
    SecretTooLong,
)
from authenticator.wording import explain, mend, remark, shown
from authenticator.wording.correct_time import server_answer, time_answer
from authenticator.wording.errors import classes

ENTRY = vault.Entry("1f", Label("Zone panel", "kim"), Totp())
PATH = Path("folder/vault.db")

SAMPLES: list[AuthenticatorError] = [
    *(
        EnrolmentRefused([Remark(field, reason)])
        for field in Field
        for reason in (Reason.MISSING, Reason.MALFORMED)
    ),
    *(NotAnEnrolment(text) for text in ("", "https://example.org", "WIFI:S:x;;", "MECARD:N:x;")),
    NoCodeFound(),
    QueryMatchesNone("zone", 0),
    QueryMatchesNone("zone", 3),
    QueryMatchesSeveral("zone", [ENTRY] * 20),
    CounterHasNoTime(),
    TimeOutOfRange(),
    *(TextUnreadable("key.txt", reason) for reason in Unfit),
    *(FileUnreadable("a.png", reason) for reason in Unreadable),
    FileTooLarge("a.png", 2**27, 2**26),
    *(NotAnImage(name, kind) for name in ("", "a.png") for kind in ("", "empty", "PDF")),
    ImageTruncated("a.png", "PNG"),
    ImageTooLarge("a.png", 50_000, 50_000, 10**8),
    ImageTooLarge("a.png", 0, 0, 10**8),
    *(PictureBroke(name, reason) for name in ("", "a.png") for reason in Breakage),
    ReaderAbsent(),
    *(kind(0) for kind in (NoCamera, CameraBusy, CameraLost, CameraRefused)),
    *(kind() for kind in (NoDisplay, ClipboardHidden, ClipboardEmpty)),
    *(kind() for kind in (NoCodeOnScreen, ScreenDismissed, ScreenPortalAbsent, ScreenRefused)),
    *(TimeServerFault("time.example.org", reason) for reason in TimeReason),
    *(ServerNameBad("a b", reason) for reason in NameFault),
    CorrectionBad("offset_s"),
    *(kind() for kind in (KeyringAbsent, KeyringDismissed, KeyringLocked)),
    KeyringFailed("DBusErrorResponse"),
    SecretMissing("x"),
    SecretTooLong(2000),
    *(NotInBin("kim", among) for among in (0, 3)),
    *(DetailTooLong(detail, 200_000) for detail in Detail),
    SealBroken(),
    vault.IndexUnreadable(PATH),
    vault.IndexTooNew(PATH, 9, 1),
    *(vault.DiskRefused(PATH, name) for name in ("ENOSPC", "EROFS", "EACCES", "EXYZ")),
    vault.IndexBusy(),
    vault.PassphraseNeeded(),
    vault.WrongPassphrase(),
    vault.VaultKeyMissing(),
    vault.NoVault(),
    vault.VaultExists(),
    vault.NoSuchAccount("1f"),
    vault.SecretUnreadable("1f"),
]


def error_classes() -> set[type[AuthenticatorError]]:
    """Every error class below the window that is no family of others."""
    for module in pkgutil.walk_packages(authenticator.__path__, "authenticator."):
        if not module.name.startswith(("authenticator.gui", "authenticator.__main__")):
            importlib.import_module(module.name)

    def below(kind: type[AuthenticatorError]) -> set[type[AuthenticatorError]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    return {
        kind
        for kind in below(AuthenticatorError)
        if kind.__module__.startswith("authenticator") and not kind.__subclasses__()
    }


def test_every_error_class_has_words_and_a_sample_here() -> None:
    assert error_classes() == set(classes())
    assert {type(sample) for sample in SAMPLES} == set(classes())


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_has_a_title_a_next_step_and_its_family_s_exit_code(
    error: AuthenticatorError,
) -> None:
    message = explain(error)
    assert message.title
    assert not message.title.endswith(".")
    assert message.next_step or message.cause
    families = {InputRefused: 3, DataBad: 4, EnvironmentFault: 5}
    assert [message.exit_code] == [
        code for family, code in families.items() if isinstance(error, family)
    ]
    for text in (message.title, message.cause, message.next_step, message.terminal_step):
        assert "!" not in text
        assert "None" not in text
        assert len(text) < 1000


def test_an_unforeseen_error_is_our_bug_and_what_it_says_is_left_out() -> None:
    try:
        raise KeyError("JBSWY3DPEHPK3PXP")
    except KeyError as error:
        message = explain(error)
    assert message.exit_code == 70
    assert "KeyError" in message.cause
    assert "test_wording.py" in message.cause
    assert "JBSW" not in repr(message)


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("field", Field)
@pytest.mark.parametrize(
    "facts",
    [
        {},
        {
            "given": 99,
            "low": 4,
            "high": 10,
            "length": 300,
            "limit": 255,
            "position": 3,
            "character": "1",
            "bits": 80,
            "wanted": 128,
            "used": "x",
            "name": "image",
            "count": 2,
        },
    ],
)
def test_every_remark_is_a_sentence(field: Field, reason: Reason, facts: dict) -> None:
    if reason is Reason.SHORT and not facts:
        facts = {"bits": 80, "wanted": 128}
    sentence = remark(Remark(field, reason, facts))
    assert sentence.endswith(".")
    assert sentence[0].isupper()
    assert "None" not in sentence
    assert "  " not in sentence
    assert isinstance(mend(Remark(field, reason, facts)), str)


@given(st.text(max_size=500))
def test_shown_text_is_one_line_that_steers_nothing(text: str) -> None:
    line = shown(text)
    assert line.splitlines() in ([], [line])
    assert line.isprintable() or all(c.isprintable() or c.isspace() for c in line)
    assert not any(mark in line for mark in "\x1b\u202e\u2066\x00\n\r")


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("applied", [True, False])
def test_every_decision_about_time_has_words(decision: Decision, applied: bool) -> None:
    offset = 92.4 if decision is Decision.AGREED else None
    text = time_answer(TimeAnswer(decision, offset, offset, (), 0.0), applied=applied)
    assert ("92.4 s behind" in text) == (decision is Decision.AGREED)
    assert ("own clock is not changed" in text) == (decision is Decision.AGREED and applied)
    assert ("othing was changed" in text) == (not (decision is Decision.AGREED and applied))


def test_every_answer_of_a_server_has_words() -> None:
    for reason in TimeReason:
        failed = ServerAnswer("host", None, None, None, Verdict.FAILED, reason.value)
        assert server_answer(failed).startswith("host: ")
    for verdict in set(Verdict) - {Verdict.FAILED}:
        answer = ServerAnswer("host", -1.5, 0.02, 2, verdict, "")
        assert "offset −1.500 s, delay 20 ms" in server_answer(answer)


def test_a_correction_s_status_tells_the_offset() -> None:
    from authenticator.wording.correct_time import correction_status

    assert "−92.4 s" in correction_status(Correction(-92.4, 0.1, 1_700_000_000))
    assert correction_status(None)
