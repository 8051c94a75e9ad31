"""Messages for enrolments, links and codes that can't be used."""

from authenticator.app.codes import CounterHasNoTime
from authenticator.app.enrolment import CodeCutOff, NoCodeFound, NoCodeInTime, NotAnEnrolment
from authenticator.app.joined_parts import PartsMissing
from authenticator.app.new_test_enrolment import FileInTheWay
from authenticator.app.text_kind import TextKind, app_of
from authenticator.app.verification import CodeMalformed
from authenticator.language import join_list, join_sentences, number, tr, trn
from authenticator.otp.account import DIGITS, STEAM_DIGITS, MobileOtp, Yandex
from authenticator.otp.code import TimeOutOfRange
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.typed_account import KeyQuestioned
from authenticator.scan.qr_encoder import CodeOverfull
from authenticator.wording.enrolment_fixes import suggested_fix
from authenticator.wording.enrolment_remarks import remark
from authenticator.wording.message import Message, Messages
from authenticator.wording.other_apps import standard_way, what_it_is
from authenticator.wording.untrusted_text import file_name

_FOR_ANOTHER_APP = (
    TextKind.OWN_APP,
    TextKind.ACTIVATION,
    TextKind.SIGN_IN,
    TextKind.PASSKEY,
    TextKind.APP_LINK,
)


def _enrolment(error: EnrolmentRefused) -> Message:
    steps = dict.fromkeys(suggested_fix(fault) for fault in error.faults)
    return Message(
        tr("This account can't be used"),
        join_sentences(*(remark(fault) for fault in error.faults)),
        join_sentences(*steps),
        terminal_step=tr("Give its PIN with --pin-file FILE, a line for each; - for stdin.")
        if Remark(Field.PIN, Reason.MISSING) in error.faults
        else "",
    )


def _key_questioned(error: KeyQuestioned) -> Message:
    reasons = {question.reason for question in error.questions}
    options = []
    if Reason.HEX_OR_BASE32 in reasons:
        options.append(tr("Give --key-encoding base32 or --key-encoding hex."))
    if reasons != {Reason.HEX_OR_BASE32}:
        options.append(tr("If it is right, give --as-given too."))
    steps = dict.fromkeys(suggested_fix(question) for question in error.questions)
    return Message(
        tr("Look at this key once more"),
        join_sentences(*(remark(question) for question in error.questions)),
        join_sentences(*steps),
        terminal_step=join_sentences(*steps, *options),
    )


def _not_an_enrolment(error: NotAnEnrolment) -> Message:
    if error.kind is TextKind.KEY:
        return Message(
            tr("This is a key without a name"),
            tr("A key alone does not tell whose account it is."),
            standard_way(error.kind),
            terminal_step=tr(
                "Store it with 'authenticator add --key-file FILE --issuer ISSUER --account NAME'; "
                "- in place of FILE reads it from stdin."
            ),
        )
    app = app_of(error.text) or ""
    return Message(
        tr("This code is for another app")
        if error.kind in _FOR_ANOTHER_APP
        else tr("No account for two-step authentication found"),
        what_it_is(error.kind, app, error.text),
        standard_way(error.kind, app),
    )


MESSAGES: Messages = {
    EnrolmentRefused: _enrolment,
    KeyQuestioned: _key_questioned,
    NotAnEnrolment: _not_an_enrolment,
    PartsMissing: lambda e: Message(
        tr("This is only a part of a text"),
        join_sentences(
            trn(
                "It is spread over {total} codes; only part {parts} was read.",
                "It is spread over {total} codes; only parts {parts} were read.",
                len(e.numbers),
                total=e.total,
                parts=join_list(map(str, e.numbers)),
            ),
            trn(
                "Part {parts} is missing.",
                "Parts {parts} are missing.",
                len(e.missing),
                parts=join_list(map(str, e.missing)),
            ),
        ),
        tr("Read all parts together, in any order. Nothing was taken from this one alone."),
    ),
    NoCodeFound: lambda _: Message(
        tr("No QR code found"),
        tr("The picture was read, but no code was recognised in it."),
        tr(
            "Use a larger or sharper picture with a white border around the code, or enter the key."
        ),
    ),
    CodeCutOff: lambda _: Message(
        tr("The code is cut off"),
        tr("The picture seems to end in the middle of a QR code."),
        tr(
            "Show the whole code with its margin, then take the picture or read the screen again. "
            "Or enter the key."
        ),
    ),
    NoCodeInTime: lambda _: Message(
        tr("No QR code found in time"),
        tr("The picture is too large or too unclear to search completely."),
        tr("Crop the picture to the code and try again, or enter the key."),
    ),
    CodeMalformed: lambda _: Message(
        tr("This is not a code"),
        tr(
            "A code has {low} to {high} digits; a Steam code has {steam} letters and digits, one "
            "of Mobile-OTP {motp}; one of Yandex has {yandex} letters.",
            low=DIGITS[0],
            high=DIGITS[-1],
            steam=STEAM_DIGITS,
            motp=MobileOtp().digits,
            yandex=Yandex().digits,
        ),
        tr("Type the code as the other side shows it."),
    ),
    CodeOverfull: lambda error: Message(
        tr("This is too much for a QR code"),
        tr("The link has {length} characters.", length=number(error.length)),
        tr("Use shorter names or a shorter key."),
    ),
    FileInTheWay: lambda error: Message(
        tr("This file already exists"),
        tr("{file} was not overwritten.", file=file_name(error.source)),
        tr("Choose another name, or remove the file."),
    ),
    CounterHasNoTime: lambda _: Message(
        tr("This account's codes don't depend on the time"),
        tr("Its codes follow a counter, so there is no code for a given time."),
        tr("Get its next code instead."),
        terminal_step=tr("Leave out --at and --skew."),
    ),
    TimeOutOfRange: lambda _: Message(
        tr("There is no code for that time"),
        tr("It is before 1970 or too far in the future."),
        tr("Use a Unix time in seconds, 0 or later."),
    ),
}
