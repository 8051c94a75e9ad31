"""Enrolments, links and codes that can't be used -> messages."""

from authenticator.app.codes import CounterHasNoTime
from authenticator.app.enrolment import Nature, NoCodeFound, NoCodeInTime, NotAnEnrolment
from authenticator.app.new_test_enrolment import FileInTheWay
from authenticator.app.verification import CodeMalformed
from authenticator.language import later, number, together, tr
from authenticator.otp.code import TimeOutOfRange
from authenticator.otp.remark import EnrolmentRefused
from authenticator.scan.qr_encoder import CodeOverfull
from authenticator.wording.message import Message, Messages
from authenticator.wording.remarks import mend, remark
from authenticator.wording.text import file_name, shown

_NATURES = {
    Nature.LINK: later("It is a link. It was not opened: {text}"),
    Nature.WIFI: later("It is the access to a Wi-Fi network: {text}"),
    Nature.CONTACT: later("It is a contact: {text}"),
    Nature.TEXT: later("It is a text: {text}"),
}


def _enrolment(error: EnrolmentRefused) -> Message:
    steps = dict.fromkeys(mend(fault) for fault in error.faults)
    return Message(
        tr("This account can't be used"),
        together(*(remark(fault) for fault in error.faults)),
        together(*steps),
    )


def _not_an_enrolment(error: NotAnEnrolment) -> Message:
    return Message(
        tr("No account for two-step codes in there"),
        tr(_NATURES[error.nature], text=shown(error.text, 120)) if error.text else "",
        tr(
            "Use the QR code, or the key, that the panel shows when you enable two-step "
            "authentication."
        ),
    )


MESSAGES: Messages = {
    EnrolmentRefused: _enrolment,
    NotAnEnrolment: _not_an_enrolment,
    NoCodeFound: lambda _: Message(
        tr("No QR code found"),
        tr("The picture was read, but there is no code in it that could be made out."),
        tr(
            "Use a larger or sharper picture with a white border around the code, or enter the key."
        ),
    ),
    NoCodeInTime: lambda _: Message(
        tr("No QR code found in time"),
        tr("The picture is so large or so hard to make out that not everything was tried."),
        tr("Cut out the part with the code and try that, or enter the key."),
    ),
    CodeMalformed: lambda _: Message(
        tr("This is no code"),
        tr("A code has 4 to 10 digits; one of Steam's has five letters and digits."),
        tr("Type the code as the other side shows it."),
    ),
    CodeOverfull: lambda error: Message(
        tr("That is more than a QR code holds"),
        tr("The link has {length} characters.", length=number(error.length)),
        tr("Use shorter names or a shorter key."),
    ),
    FileInTheWay: lambda error: Message(
        tr("There is such a file already"),
        tr("{file} was not written over.", file=file_name(error.source)),
        tr("Choose another name, or remove the file."),
    ),
    CounterHasNoTime: lambda _: Message(
        tr("This account counts, it has no time"),
        tr("Its codes follow a counter, so there is none for a given time."),
        tr("Ask for its next code."),
        terminal_step=tr("Leave out --at and --skew."),
    ),
    TimeOutOfRange: lambda _: Message(
        tr("There is no code for that time"),
        tr("It is before 1970, or too far away to be counted."),
        tr("Use a Unix time in seconds, 0 or later."),
    ),
}
