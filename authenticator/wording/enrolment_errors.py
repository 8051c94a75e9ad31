"""Messages for enrolments, links and codes that can't be used."""

from authenticator.app.codes import CounterHasNoTime
from authenticator.app.enrolment import NoCodeFound, NoCodeInTime, NotAnEnrolment
from authenticator.app.new_test_enrolment import FileInTheWay
from authenticator.app.text_kind import TextKind, app_of
from authenticator.app.verification import CodeMalformed
from authenticator.language import join_sentences, number, tr
from authenticator.otp.account import DIGITS, STEAM_DIGITS
from authenticator.otp.code import TimeOutOfRange
from authenticator.otp.remark import EnrolmentRefused
from authenticator.scan.qr_encoder import CodeOverfull
from authenticator.wording.enrolment_remarks import remark, suggested_fix
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
    )


def _not_an_enrolment(error: NotAnEnrolment) -> Message:
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
    NotAnEnrolment: _not_an_enrolment,
    NoCodeFound: lambda _: Message(
        tr("No QR code found"),
        tr("The picture was read, but no code was recognised in it."),
        tr(
            "Use a larger or sharper picture with a white border around the code, or enter the key."
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
            "A code has {low} to {high} digits; a Steam code has {steam} letters and digits.",
            low=DIGITS[0],
            high=DIGITS[-1],
            steam=STEAM_DIGITS,
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
