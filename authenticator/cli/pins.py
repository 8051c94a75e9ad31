"""PINs of accounts that need one: from a file, or asked for."""

import argparse
from pathlib import Path

from authenticator.app.text_input import TextUnreadable, read_text
from authenticator.cli.terminal import Terminal
from authenticator.language import tr
from authenticator.otp.account import Account
from authenticator.otp.remark import EnrolmentRefused
from authenticator.wording import displayable, remark

_LIMIT = 4096


def pin_argument(parser: argparse._ActionsContainer) -> None:
    """`--pin-file`, for Mobile-OTP and Yandex."""
    parser.add_argument(
        "--pin-file",
        type=Path,
        metavar="FILE",
        help=tr("motp, yandex: the PIN, a line for each account that needs one; - for stdin"),
    )


class Pins:
    """Hands out the lines of `--pin-file`, each once; a person is asked for what it lacks."""

    def __init__(self, terminal: Terminal, path: Path | None) -> None:
        self._terminal = terminal
        self._lines = [] if path is None else _lines(path)

    def completed(self, account: Account) -> Account:
        """The account with its PIN. Raises EnrolmentRefused if there is none, or it can't be it."""
        if self._lines:
            return account.with_pin(self._lines.pop(0))
        if not self._terminal.interactive:
            account.require_pin()
        name = displayable(str(account.label))
        while True:
            typed = self._terminal.passphrase(tr("PIN of {name} (nothing to stop)", name=name))
            if not typed.strip():
                account.require_pin()
            try:
                return account.with_pin(typed)
            except EnrolmentRefused as refusal:
                for fault in refusal.faults:
                    self._terminal.say(remark(fault))

    def next_line(self) -> str | None:
        """The next PIN in the file, as it is; None without one."""
        return self._lines.pop(0) if self._lines else None


def _lines(path: Path) -> list[str]:
    try:
        lines = read_text(path, _LIMIT).splitlines()
    except TextUnreadable as fault:  # without the name: someone will type the PIN there
        raise TextUnreadable("--pin-file", fault.reason) from None
    return [line for line in lines if line.strip()]
