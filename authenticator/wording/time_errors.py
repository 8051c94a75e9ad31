"""Messages for time servers, their names and the stored correction."""

from authenticator.app.diagnosis import NoAuthorities
from authenticator.app.time.correction import CorrectionBad
from authenticator.app.time.servers import PORT_LIMIT, NameFault, ServerNameBad
from authenticator.clock.sample import TimeServerFault
from authenticator.language import gettext_noop, sentence, tr
from authenticator.wording.message import Message, Messages
from authenticator.wording.server_answers import REASONS
from authenticator.wording.untrusted_text import displayable, without_key

_NAMES = {
    NameFault.EMPTY: gettext_noop("It is empty."),
    NameFault.TOO_LONG: gettext_noop("It is too long."),
    NameFault.WRONG_CHARACTER: gettext_noop("It has a character that a server name can't have."),
    NameFault.NOT_AN_ADDRESS: gettext_noop("The part in square brackets is not an IPv6 address."),
    NameFault.PORT: gettext_noop("The port must be 1 to {most}."),
}


def _server_name(error: ServerNameBad) -> Message:
    return Message(
        tr("'{name}' is not a time server", name=displayable(without_key(error.text), 60)),
        tr(_NAMES[error.reason], most=PORT_LIMIT),
        tr("Write it as host or host:port, with nts:// or https:// in front to use that protocol."),
    )


MESSAGES: Messages = {
    TimeServerFault: lambda e: Message(
        tr("A time server did not give the time"),
        sentence(f"{displayable(e.host, 60)}: {tr(REASONS[e.reason])}"),
        tr("Try again later, or use another server."),
    ),
    ServerNameBad: _server_name,
    CorrectionBad: lambda _: Message(
        tr("The stored clock correction is invalid"), "", tr("Synchronize again.")
    ),
    NoAuthorities: lambda _: Message(
        tr("No trusted certificate authorities found"),
        tr("Without them, no time server can prove its identity. Plain time servers still work."),
        tr("Install the system's list of them (on Debian and Ubuntu: ca-certificates)."),
    ),
}
