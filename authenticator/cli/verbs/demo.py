"""`demo`: the whole job on a sample picture, in a throw-away vault with a passphrase of its own."""

import argparse
import math
import secrets
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from authenticator import resource
from authenticator.app.codes import code_now
from authenticator.app.enrolment import sort_payloads
from authenticator.cli import streams
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.language import tr
from authenticator.otp.account import Account
from authenticator.otp.code import Code
from authenticator.vault.kinds import StoreKind
from authenticator.wording import displayable


def arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """On a screen the code is followed over at least one step, else it is printed once."""
    del chosen
    sample = Path(resource.path("samples/panel-enrolment.png"))
    clock = services.clock(services.note_clock_changes(services.settings))
    with tempfile.TemporaryDirectory(prefix="authenticator-demo-") as folder:
        throw_away = Services(Path(folder))
        enrolment = sort_payloads(
            payload.text for payload in throw_away.read_picture(sample).payloads
        ).found[0]
        with closing(throw_away.create_vault(StoreKind.SEALED, secrets.token_urlsafe(24))) as vault:
            account = vault.account(vault.add(enrolment.account).id)
            terminal.say(
                tr(
                    "Read {file}: {account}",
                    file=sample.name,
                    account=displayable(str(account.label)),
                )
            )
            if terminal.rolling:
                _show_live(account, clock.now)
            else:
                code = code_now(account, clock.now())
                left = math.ceil((code.valid_until or 0) - clock.now())
                terminal.show(_fields(account, code), _line(code, left))
    terminal.say(
        tr(
            "That was a sample, and nothing of it is kept. To go on with a code of your own:\n"
            "  authenticator scan PICTURE --add    store the account of a panel's QR code\n"
            "  authenticator watch                 show your codes\n"
            "  authenticator                       open the window, where there is a display"
        )
    )
    return 0


def _show_live(account: Account, now: Callable[[], float]) -> None:
    first: int | None = None
    while True:
        moment = now()
        code = code_now(account, moment)
        first = code.counter if first is None else first
        left = math.ceil((code.valid_until or 0) - moment)
        streams.write(f"\r\x1b[2K{_line(code, left)}")
        if code.counter > first:
            streams.write("\n")
            return
        time.sleep(math.floor(moment) + 1 - moment + 0.001)


def _line(code: Code, left_s: int) -> str:
    return tr("Code: {code} (for {left} s)", code=code.value, left=left_s)


def _fields(account: Account, code: Code) -> dict[str, object]:
    return {
        "issuer": account.label.issuer,
        "account": account.label.account,
        "code": code.value,
        "valid_from": code.valid_from,
        "valid_until": code.valid_until,
    }
