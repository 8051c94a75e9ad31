"""Messages for every error and every remark: complete, short, without a secret."""

import dataclasses
import importlib
import pkgutil
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import authenticator
from authenticator import files
from authenticator.app.codes import CounterHasNoTime
from authenticator.app.desktop import IconBroken, WindowAbsent, WindowSilent
from authenticator.app.diagnosis import (
    KeyringForgets,
    LibraryMissing,
    NoAuthorities,
    PartBroken,
    ReaderExposed,
)
from authenticator.app.enrolment import CodeCutOff, NoCodeFound, NoCodeInTime, NotAnEnrolment
from authenticator.app.home_access import HomeOfAnother, HomeOpenToOthers
from authenticator.app.joined_parts import PartsMissing
from authenticator.app.new_test_enrolment import FileInTheWay
from authenticator.app.search import QueryMatchesNone, QueryMatchesSeveral
from authenticator.app.settings_file import SettingsUnknown, SettingsUnreadable
from authenticator.app.text_input import TextFault, TextUnreadable
from authenticator.app.time.chart import chart
from authenticator.app.time.check import ServerAnswer, TimeAnswer
from authenticator.app.time.correction import Correction, CorrectionBad, CorrectionStatus
from authenticator.app.time.servers import NameFault, ServerNameBad
from authenticator.app.trash_search import NotInTrash
from authenticator.app.verification import CodeMalformed
from authenticator.clock.agreement import Decision, Verdict
from authenticator.clock.sample import TimeReason, TimeServerFault
from authenticator.clock.system_sync import Sync, SystemSync
from authenticator.errors import (
    AuthenticatorError,
    DataBad,
    DiskRefused,
    EnvironmentFault,
    InputRefused,
    StreamRefused,
)
from authenticator.otp.account import Label, Totp, account_from_fields
from authenticator.otp.code import TimeOutOfRange
from authenticator.otp.lint import lint
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.typed_account import KeyQuestioned
from authenticator.otp.uri import Enrolment
from authenticator.scan.camera import CameraBusy, CameraLost, CameraRefused, NoCamera
from authenticator.scan.image import (
    Breakage,
    ImageTooLarge,
    ImageTruncated,
    NotAnImage,
    PagesUnread,
    PdfLocked,
    PictureBroke,
    ReaderAbsent,
)
from authenticator.scan.input_file import FileTooLarge, FileUnreadable, Unreadable
from authenticator.scan.qr_encoder import CodeOverfull
from authenticator.scan.sandbox import Layer
from authenticator.scan.screen_errors import (
    ClipboardEmpty,
    ClipboardHidden,
    NoCodeOnScreen,
    NoDisplay,
    ScreenDismissed,
    ScreenPortalAbsent,
    ScreenRefused,
)
from authenticator.vault import errors as vault
from authenticator.vault.entry import Entry
from authenticator.vault.errors import (
    DetailTooLong,
    KeyringAbsent,
    KeyringDismissed,
    KeyringFailed,
    KeyringLocked,
    KeyringRefused,
    NoSuchAccount,
    SealBroken,
    SecretMissing,
    SecretTooLong,
)
from authenticator.vault.kinds import Detail, KeyKind
from authenticator.wording import displayable, explain, remark, suggested_fix
from authenticator.wording.correct_time import (
    better_cure,
    clock_step,
    correction_status,
    own_sync,
    what_holds,
)
from authenticator.wording.durations import amount, certainty, signed_amount
from authenticator.wording.errors import classes
from authenticator.wording.server_answers import (
    VERDICTS,
    chart_lines,
    server_answer,
    time_answer,
    why_ask,
)
from tests.services.refusing_disk import ERRNOS

ENTRY = Entry("1f", Label("Zone panel", "kim"), Totp())
PATH = Path("folder/vault.db")

SAMPLES: list[AuthenticatorError] = [
    *(
        EnrolmentRefused([Remark(field, reason)])
        for field in Field
        for reason in (Reason.MISSING, Reason.MALFORMED)
    ),
    *(NotAnEnrolment(text) for text in ("", "https://example.org", "WIFI:S:x;;", "MECARD:N:x;")),
    *(
        KeyQuestioned([Remark(Field.SECRET, reason, facts)])
        for reason in (Reason.HEX_OR_BASE32, Reason.ODD_LENGTH, Reason.UNCLEAR_START)
        for facts in ({}, {"length": 31, "wanted": 32, "words": "TOTP"})
    ),
    NoCodeFound(),
    CodeCutOff(),
    NoCodeInTime(),
    NotAnEnrolment("JBSWY3DPEHPK3PXP"),
    PartsMissing(3, (1,), (2, 3)),
    PartsMissing(3, (1, 3), (2,)),
    QueryMatchesNone("zone", 0),
    QueryMatchesNone("zone", 3),
    QueryMatchesSeveral("zone", [ENTRY] * 20),
    CounterHasNoTime(),
    CodeMalformed(),
    FileInTheWay("code.png"),
    CodeOverfull(9_000),
    TimeOutOfRange(),
    *(TextUnreadable("key.txt", reason) for reason in TextFault),
    *(FileUnreadable("a.png", reason) for reason in Unreadable),
    FileTooLarge("a.png", 2**27, 2**26),
    *(NotAnImage(name, kind) for name in ("", "a.png") for kind in ("", "empty", "ZIP")),
    *(NotAnImage(name, kind) for name in ("", "a.png") for kind in ("HTML", "HEIC", "PSD")),
    ImageTruncated("a.png", "PNG"),
    ImageTooLarge("a.png", 50_000, 50_000, 10**8),
    ImageTooLarge("a.png", 0, 0, 10**8),
    *(PictureBroke(name, reason) for name in ("", "a.png") for reason in Breakage),
    *(PdfLocked(name) for name in ("", "a.pdf")),
    *(PagesUnread("a.pdf", pages, 50) for pages in (51, 2000)),
    PagesUnread("a.pdf", 30, 12),
    PagesUnread("a.gif", 80, 50, pictures=True),
    ReaderAbsent(),
    *(kind(0) for kind in (NoCamera, CameraBusy, CameraLost, CameraRefused)),
    *(kind() for kind in (NoDisplay, ClipboardHidden, ClipboardEmpty)),
    *(kind() for kind in (NoCodeOnScreen, ScreenDismissed, ScreenPortalAbsent, ScreenRefused)),
    *(TimeServerFault("time.example.org", reason) for reason in TimeReason),
    *(ServerNameBad("a b", reason) for reason in NameFault),
    CorrectionBad("offset_s"),
    *(kind() for kind in (KeyringAbsent, KeyringDismissed, KeyringLocked, KeyringRefused)),
    KeyringAbsent(new_vault=True),
    KeyringFailed("DBusErrorResponse"),
    vault.KeyringSilent(),
    *(kind() for kind in (KeyringForgets, NoAuthorities)),
    PartBroken("OpenCV"),
    *(ReaderExposed(missing) for missing in ([Layer.FILES], list(Layer))),
    LibraryMissing("libEGL.so.1"),
    IconBroken("add"),
    SecretMissing("x"),
    SecretTooLong(2000),
    *(NotInTrash("kim", among) for among in (0, 3)),
    *(DetailTooLong(detail, 200_000) for detail in Detail),
    SealBroken(),
    vault.IndexUnreadable(PATH),
    vault.IndexTooNew(PATH, 9, 1),
    *(DiskRefused(PATH, name) for name in ("ENOSPC", "EROFS", "EACCES", "EXYZ")),
    *(
        StreamRefused(stream, reason)
        for stream in ("stdin", "stdout", "stderr")
        for reason in ("ENOSPC", "EBADF")
    ),
    SettingsUnreadable(Path("folder/settings.json.unreadable-1")),
    SettingsUnreadable(Path("folder/settings.json"), ("theme",)),
    SettingsUnreadable(Path("folder/settings.json"), ("theme", "correction")),
    *(HomeOfAnother(Path("folder"), "kim", by_root) for by_root in (False, True)),
    *(HomeOpenToOthers(Path("folder"), shared) for shared in (False, True)),
    *(DiskRefused(PATH, name) for name in (files.NOT_A_FILE, files.LINK_TO_NOWHERE, *ERRNOS)),
    SettingsUnknown(("text_percent", "theme")),
    vault.IndexBusy(),
    vault.PassphraseNeeded(),
    vault.WrongPassphrase(),
    *(vault.TooManyAttempts(wait_s) for wait_s in (0.2, 256)),
    vault.PassphraseTooSimple(4),
    vault.NotRecoveryKey(),
    vault.WrongRecoveryKey(),
    *(
        kind(slot)
        for kind in (vault.NoSuchSlot, vault.SlotExists, vault.LastSlot)
        for slot in KeyKind
    ),
    vault.TooLittleMemory(256),
    *(kind() for kind in (vault.VaultLocked, vault.SlotsChanged, WindowAbsent, WindowSilent)),
    vault.VaultKeyMissing(),
    vault.NoVault(),
    vault.VaultExists(),
    NoSuchAccount("1f"),
    *(kind("1f") for kind in (vault.SecretUnreadable, vault.SecretAmbiguous, vault.SecretSwapped)),
    *(kind(PATH) for kind in (vault.ManifestBroken, vault.IndexReplaced)),
    vault.VaultUnsound(altered=True, missing=1, damaged=2, without_secret=3, swapped=1),
]


def error_classes() -> set[type[AuthenticatorError]]:
    """Every error class below the window that has no subclasses; one that has some may be raised
    itself, too."""
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


def test_messages_cover_every_error_class() -> None:
    """One with subclasses is a family, or an error of its own as well."""
    assert error_classes() <= set(classes())
    assert {type(sample) for sample in SAMPLES} == set(classes())


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_explain_gives_title_next_step_and_exit_code_of_family(
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


@pytest.mark.parametrize(
    ("platform", "place"),
    [
        ("linux", "group"),
        ("darwin", "System Settings"),
        ("win32", "desktop apps"),
        ("bsd", "group"),
    ],
)
def test_explain_refused_camera_says_where_to_allow_it(
    monkeypatch: pytest.MonkeyPatch, platform: str, place: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    said = explain(CameraRefused(0)).next_step
    assert place in said
    assert said.endswith("Or use a picture or the key.")


def test_explain_unforeseen_error_is_a_bug_without_its_text() -> None:
    """An unforeseen error exits with 70, and its own text, which may hold a key, is left out."""
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
def test_remark_is_a_sentence_for_every_field_and_reason(
    field: Field, reason: Reason, facts: dict
) -> None:
    if reason is Reason.SHORT and not facts:
        facts = {"bits": 80, "wanted": 128}
    sentence = remark(Remark(field, reason, facts))
    assert sentence.endswith((".", "?"))  # what has to be asked is a question
    assert sentence[0].isupper() or sentence[0].isdecimal()
    assert "None" not in sentence
    assert "  " not in sentence
    assert isinstance(suggested_fix(Remark(field, reason, facts)), str)


@given(st.text(max_size=500))
def test_displayable_any_text_is_one_line_without_control_characters(text: str) -> None:
    line = displayable(text)
    assert line.splitlines() in ([], [line])
    assert line.isprintable() or all(c.isprintable() or c.isspace() for c in line)
    assert not any(mark in line for mark in "\x1b\u202e\u2066\x00\n\r")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("pay\u202elap", "pay\\u202elap"),
        ("goo\u200bgle", "goo\\u200bgle"),
        ("goo\u200dgle", "goo\\u200dgle"),
        ("\u2066Bank\u2069", "\\u2066Bank\\u2069"),
        ("Bank\u3164", "Bank\\u3164"),
        ("Bank\u034f", "Bank\\u034f"),
        ("a\nb\tc\x00", "a\\nb\\tc\\x00"),
        ("\U000e0041", "\\U000e0041"),
        ("👩‍👩‍👧 ❤️‍🔥", "👩‍👩‍👧 ❤️‍🔥"),
        ("شركة Ñandú 日本", "شركة Ñandú 日本"),
    ],
)
def test_displayable_escapes_invisible_characters(text: str, seen: str) -> None:
    assert displayable(text) == seen


@given(
    algorithm=st.sampled_from(["SHA1", "SHA256", "SHA512"]),
    digits=st.integers(4, 10),
    period_s=st.sampled_from([15, 30, 60, 300]),
)
def test_remark_names_every_app_in_full(algorithm: str, digits: int, period_s: int) -> None:
    """The list of affected apps is never truncated."""
    account = account_from_fields(
        key="MFRGGZDFMZTWQ2LK", algorithm=algorithm, digits=digits, period_s=period_s
    )
    for finding in lint(Enrolment(account, ())):
        for app in str(finding.remark.facts.get("apps", "")).split(", "):
            assert app in remark(finding.remark)


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("applied", [True, False])
def test_time_answer_describes_every_decision(decision: Decision, applied: bool) -> None:
    offset = 92.4 if decision is Decision.AGREED else None
    text = time_answer(TimeAnswer(decision, offset, offset, (), 0.0), applied=applied)
    assert ("is 1 min 32.4 s slow" in text) == (decision is Decision.AGREED)
    assert ("own clock is not changed" in text) == (decision is Decision.AGREED and applied)
    assert ("othing was changed" in text) == (not (decision is Decision.AGREED and applied))


def test_server_answer_describes_every_reason_and_verdict() -> None:
    for reason in TimeReason:
        failed = ServerAnswer("host", None, None, None, Verdict.FAILED, reason.value)
        assert server_answer(failed).startswith("host: ")
    for verdict in set(Verdict) - {Verdict.FAILED}:
        answer = ServerAnswer("host", -1.5, 0.02, 2, verdict, "")
        assert "offset −1.500 s, delay 20 ms" in server_answer(answer)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.0, "0.0 s"),
        (5.04, "5.0 s"),
        (-59.94, "59.9 s"),
        (59.97, "1 min"),
        (92.4, "1 min 32.4 s"),
        (119.99, "2 min"),
        (3599.4, "59 min 59.4 s"),
        (3599.6, "1 h"),
        (3900.0, "1 h 5 min"),
        (86_369.0, "23 h 59 min"),
        (86_400.0, "1 day"),
        (90_000.0, "1 day 1 h"),
        (315_576_000.0, "3,652 days"),
    ],
)
def test_amount_uses_readable_units(seconds: float, told: str) -> None:
    assert amount(seconds) == told


@given(st.floats(0, 2**31))
def test_amount_never_overflows_a_unit(seconds: float) -> None:
    """60 s, 60 min and 24 h never appear: they are the next larger unit."""
    told = amount(seconds)
    assert not re.search(r"\b(60(\.0)? s|60 min|24 h)", told)
    assert signed_amount(-seconds)[1:] == told


@given(st.floats(0, 1e6))
def test_certainty_is_never_zero(uncertainty_s: float) -> None:
    """An uncertainty is rounded up to at least one unit."""
    assert not re.search(r"± 0(\.0)? ", certainty(uncertainty_s))


CORRECTION = Correction(-92.4, 0.1, 1_700_000_000)


def stands(**fields: object) -> CorrectionStatus:
    plain = CorrectionStatus(-92.4, 60.0, 0.1, 0.0, from_previous_boot=False)
    return plain._replace(**fields)


def test_correction_status_has_offset_uncertainty_and_age() -> None:
    told = correction_status(CORRECTION, stands())
    assert "1 min 32.4 s fast. Codes follow the correct time." in told
    assert "± 100 ms" in told
    assert "before this computer was started" not in told
    carried = correction_status(CORRECTION, stands(from_previous_boot=True, age_s=3 * 86_400.0))
    assert "3 days ago, before this computer was started" in carried
    assert correction_status(None, None) == "Codes follow this computer's clock."


def test_clock_step_gives_the_step_with_its_sign() -> None:
    assert clock_step(stands()) == ""
    assert "jumped by +1 h. Codes were not affected" in clock_step(stands(jump_s=3600.0))
    assert "It is correct now" in clock_step(stands(jump_s=-92.4, offset_s=0.0))


def test_what_holds_without_correction_says_that_codes_follow_the_clock() -> None:
    assert "fast. Codes follow it anyway." in what_holds(stands(), followed=False)
    assert "It has not been checked yet" in what_holds(None, followed=False)
    assert "not been checked since" in what_holds(stands(from_previous_boot=True), followed=False)


@pytest.mark.parametrize("sync", Sync)
@pytest.mark.parametrize("platform", ["linux", "win32", "darwin", "haiku"])
def test_own_sync_describes_every_state_and_platform(sync: Sync, platform: str) -> None:
    told = own_sync(SystemSync(sync, False, platform))
    assert ("Switch it on" in told) is (sync is Sync.OFF)
    assert ("Check here" in told) is (sync is Sync.UNKNOWN)
    assert better_cure(SystemSync(sync, False, platform))


def said(host: str, offset_s: float, verdict: Verdict) -> ServerAnswer:
    return ServerAnswer(host, offset_s, 0.01, 2, verdict, "", 0.02)


def test_time_answer_without_majority_groups_servers_by_offset() -> None:
    servers = tuple(
        said(host, offset_s, Verdict.UNDECIDED)
        for host, offset_s in [("a", 0.0), ("x", 3600.0), ("b", 0.01), ("y", -90.0)]
    )
    told = time_answer(TimeAnswer(Decision.NO_MAJORITY, None, None, servers, 0.0), applied=False)
    assert "y: −1 min 30 s; a, b: +0.0 s; x: +1 h." in told


def test_chart_lines_mark_falsetickers_by_word_and_arrow() -> None:
    servers = (
        said("a", 0.0, Verdict.AGREES),
        said("fast.example", 90.0, Verdict.DISAGREES),
        said("slow.example", -90.0, Verdict.DISAGREES),
        ServerAnswer("silent", None, None, None, Verdict.FAILED, "timeout"),
    )
    lines = chart_lines(TimeAnswer(Decision.AGREED, 0.0, 0.02, servers, 0.0))
    assert lines[0].startswith("..===")
    assert "o" in lines[0][:33]
    assert lines[1][32] == ">"
    assert "fast.example, disagrees" in lines[1]
    assert lines[2][0] == "<"
    assert len(lines) == 4
    assert chart_lines(TimeAnswer(Decision.UNREACHABLE, None, None, servers[3:], 0.0)) == []


OFFSETS = st.lists(
    st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1.5), st.sampled_from(list(VERDICTS))),
    min_size=1,
    max_size=9,
)


@given(OFFSETS, st.booleans())
def test_chart_of_any_answer_stays_within_bounds(
    drawn: list[tuple[float, float, Verdict]], agreed: bool
) -> None:
    servers = tuple(
        ServerAnswer("host", offset_s, 0.01, 2, verdict, "", uncertainty_s)
        for offset_s, uncertainty_s, verdict in drawn
    )
    decision = Decision.AGREED if agreed else Decision.NO_MAJORITY
    offset_s = drawn[0][0] if agreed else None
    answer = TimeAnswer(decision, offset_s, 0.01 if agreed else None, servers, 0.0)
    picture = chart(answer)
    assert picture is not None
    for bar in picture.bars:
        assert 0 <= bar.start <= bar.middle <= bar.end <= 1
        assert bar.beyond == 0 or bar.start == bar.end
    assert all(len(line) >= 33 for line in chart_lines(answer))


def test_why_ask_names_offset_servers_and_risk() -> None:
    proven = dataclasses.replace(said("a", 3600.0, Verdict.AGREES), authenticated=True)
    servers = (proven, said("b", 3600.0, Verdict.AGREES))
    told = why_ask(TimeAnswer(Decision.AGREED, 3600.0, 0.02, servers, 0.0))
    assert "1 h slow. 2 time servers say so, 1 of them with proof of their identity." in told
    assert "another clock" in told
