"""An account from the options of `add`: its key from a file, its names from options or a person."""

import argparse
from pathlib import Path

from authenticator.app.text_input import read_text
from authenticator.cli.terminal import Terminal
from authenticator.language import tr
from authenticator.otp.remark import Reason
from authenticator.otp.typed_account import KeyQuestioned, parted_label, typed_account
from authenticator.otp.typed_key import Encoding
from authenticator.otp.uri import Enrolment
from authenticator.wording import displayable, without_key


def key_arguments(parser: argparse.ArgumentParser) -> None:
    """The options for a key and how it is taken."""
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help=tr("file that holds the key alone; - for stdin"),
    )
    parser.add_argument(
        "--as-given",
        action="store_true",
        help=tr("take key and names as they are, also where something about them looks wrong"),
    )
    parser.add_argument(
        "--key-encoding",
        choices=[encoding.value for encoding in Encoding],
        help=tr("how the key is written, where that is not certain"),
    )


def typed_enrolment(terminal: Terminal, chosen: argparse.Namespace) -> Enrolment:
    """The account that the options describe. Asks for its names if there are none and a person
    can answer. Raises KeyQuestioned, EnrolmentRefused, and what `read_text` raises."""
    issuer, account = _names(terminal, chosen)
    typed = typed_account(
        key=read_text(chosen.key_file),
        encoding=Encoding(chosen.key_encoding) if chosen.key_encoding else None,
        issuer=issuer,
        account=account,
        type=chosen.type,
        algorithm=chosen.algorithm,
        digits=chosen.digits,
        period_s=chosen.period,
        counter=chosen.counter,
    )
    asked = [
        question
        for question in typed.key.questions
        if not chosen.as_given or question.reason is Reason.HEX_OR_BASE32
    ]
    if asked:
        raise KeyQuestioned(asked)
    return Enrolment(typed.account, typed.notices)


def _names(terminal: Terminal, chosen: argparse.Namespace) -> tuple[str, str]:
    """Issuer and account name."""
    if not (chosen.issuer or chosen.account):
        return _asked_for(terminal)
    given = (chosen.issuer, chosen.account)
    parted = None if chosen.issuer or chosen.as_given else parted_label(chosen.account)
    if parted is None:
        return given
    names = {
        "issuer": displayable(without_key(parted.issuer), 60),
        "account": displayable(without_key(parted.account), 60),
    }
    if terminal.interactive:
        yes = terminal.confirm(
            tr("Take '{issuer}' as the issuer and '{account}' as the account name?", **names)
        )
        return (parted.issuer, parted.account) if yes else given
    terminal.say(
        tr(
            "The account name was kept as it is. If '{issuer}' is the issuer and '{account}' the "
            "account name, give --issuer and --account, or change it with 'authenticator edit'.",
            **names,
        )
    )
    return given


def _asked_for(terminal: Terminal) -> tuple[str, str]:
    """Names from a person, or none and a word about it."""
    issuer = account = ""
    if terminal.interactive:
        issuer = terminal.ask(tr("Issuer (the site or panel)"))
        account = terminal.ask(tr("Account name"))
    if not (issuer or account):
        terminal.say(
            tr(
                "The account has no name. Give --issuer and --account, or name it with "
                "'authenticator edit', so that you can tell it from others."
            )
        )
    return issuer, account
