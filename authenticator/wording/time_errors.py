"""Time servers, their names and the stored correction -> messages."""

from authenticator.app.diagnosis import NoAuthorities
from authenticator.app.time.correction import CorrectionBad
from authenticator.app.time.servers import NameFault, ServerNameBad
from authenticator.clock.sample import TimeServerFault
from authenticator.language import later, sentence, tr
from authenticator.wording.message import Message, Messages
from authenticator.wording.server_answers import REASONS
from authenticator.wording.text import shown, without_key

_NAMES = {
    NameFault.EMPTY: later("It is empty."),
    NameFault.TOO_LONG: later("It is too long."),
    NameFault.WRONG_CHARACTER: later("It has a character that no server's name has."),
    NameFault.NOT_AN_ADDRESS: later("What stands in square brackets is no IPv6 address."),
    NameFault.PORT: later("The port is not 1 to 65535."),
}


def _server_name(error: ServerNameBad) -> Message:
    return Message(
        tr("'{name}' is no time server", name=shown(without_key(error.text), 60)),
        tr(_NAMES[error.reason]),
        tr(
            "Write it as host or host:port, with nts:// or https:// before it where it is asked so."
        ),
    )


MESSAGES: Messages = {
    TimeServerFault: lambda e: Message(
        tr("A time server gave no time"),
        sentence(f"{shown(e.host, 60)}: {tr(REASONS[e.reason])}"),
        tr("Try again later, or use another server."),
    ),
    ServerNameBad: _server_name,
    CorrectionBad: lambda _: Message(
        tr("The stored clock correction can't be true"), "", tr("Synchronize once more.")
    ),
    NoAuthorities: lambda _: Message(
        tr("No certificate authority is trusted here"),
        tr("Without, no time server can prove who it is. Plain time servers work."),
        tr("Install the system's list of them (on Debian and Ubuntu: ca-certificates)."),
    ),
}
