"""`watch`: rolling codes of all accounts, or of those that fit the words."""

import argparse
import math
import time
from contextlib import closing

from authenticator.app.codes import code_now
from authenticator.app.digit_grouping import grouped
from authenticator.app.search import find
from authenticator.cli import streams
from authenticator.cli.code_clock import CodeClock
from authenticator.cli.open_vault import opened, passphrase_argument
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.errors import AuthenticatorError
from authenticator.language import tr, trn
from authenticator.otp.account import Account, Hotp
from authenticator.otp.code import Code
from authenticator.vault.entry import Entry
from authenticator.vault.vault import Vault
from authenticator.wording import displayable, explain
from authenticator.wording.lookalikes import lookalikes


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query", nargs="?", default="", help=tr("words of issuer, account or group")
    )
    parser.add_argument(
        "--steps", type=int, metavar="N", help=tr("end after each code rolled N times")
    )
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """A table that is redrawn on a screen; else a line whenever a code begins. Ctrl+C ends."""
    with closing(opened(services, terminal, chosen)) as vault:
        return _Watching(services, terminal, vault, chosen.query, chosen.steps).run()


class _Watching:
    def __init__(
        self, services: Services, terminal: Terminal, vault: Vault, query: str, steps: int | None
    ) -> None:
        self.timed = CodeClock(services, terminal)
        self.clock = self.timed.clock
        self.in_doubt = False
        self.terminal = terminal
        self.vault = vault
        self.query = query
        self.steps = steps
        self.printed: dict[str, int] = {}
        self.rolled: dict[str, int] = {}
        self.drawn_lines = 0
        self.left_out = 0
        self.alike: dict[str, str] = {}

    def run(self) -> int:
        stamp: object = None
        accounts: list[tuple[Entry, Account | AuthenticatorError]] = []
        while True:
            newest = self.vault.change_stamp()
            if newest != stamp:
                stamp = newest
                everything = self.vault.entries()
                self.alike = lookalikes(everything)
                entries = find(everything, self.query)
                shown_rows = self._rows() if self.terminal.rolling else len(entries)
                self.left_out = max(0, len(entries) - shown_rows)
                accounts = [(entry, self._account(entry)) for entry in entries[:shown_rows]]
                if not accounts:
                    self.terminal.say(tr("No account fits. Ctrl+C ends."))
            self._look_at_clock()
            now = self.clock.now()
            if self.terminal.rolling:
                self._draw(accounts, now)
            else:
                self._print_new(accounts, now)
            if self.steps is not None and self._done(accounts):
                return 0
            # Whole seconds of the corrected clock: a code changes the moment its step begins.
            time.sleep(math.floor(now) + 1 - now + 0.001)

    def _look_at_clock(self) -> None:
        """A computer may be paused, and its clock set, while this runs."""
        told = self.timed.told
        self.in_doubt = self.timed.in_doubt()
        if self.timed.told != told:
            self.drawn_lines = 0  # the words stay above the table

    def _rows(self) -> int:
        """How many accounts the screen can hold: one that scrolls can't be redrawn."""
        import shutil

        return max(1, shutil.get_terminal_size().lines - 2)

    def _account(self, entry: Entry) -> Account | AuthenticatorError:
        try:
            return self.vault.account(entry.id)
        except AuthenticatorError as fault:
            return fault

    def _named(self, name: str, entry: Entry) -> str:
        """The name, and for one of several of that name which it is."""
        which = self.alike.get(entry.id)
        return f"{name}  {which}" if which else name

    def _timed(
        self, accounts: list[tuple[Entry, Account | AuthenticatorError]], now: float
    ) -> list[tuple[Entry, Code]]:
        codes = []
        for entry, account in accounts:
            if isinstance(account, Account) and not isinstance(account.otp, Hotp):
                code = code_now(account, now)
                if self.printed.get(entry.id, code.counter) != code.counter:
                    self.rolled[entry.id] = self.rolled.get(entry.id, 0) + 1
                codes.append((entry, code))
        return codes

    def _print_new(
        self, accounts: list[tuple[Entry, Account | AuthenticatorError]], now: float
    ) -> None:
        for entry, code in self._timed(accounts, now):
            if self.printed.get(entry.id) != code.counter:
                self.printed[entry.id] = code.counter
                self.terminal.show(
                    {
                        "id": entry.id,
                        "issuer": entry.label.issuer,
                        "account": entry.label.account,
                        "code": code.value,
                        "valid_from": code.valid_from,
                        "valid_until": code.valid_until,
                        "in_doubt": self.in_doubt,
                    },
                    f"{code.value}  {self._named(displayable(str(entry.label)), entry)}",
                )

    def _draw(self, accounts: list[tuple[Entry, Account | AuthenticatorError]], now: float) -> None:
        codes = {entry.id: code for entry, code in self._timed(accounts, now)}
        lines, by_counter = [], tr("by counter")
        for entry, account in accounts:
            name = self._named(displayable(str(entry.label), 50) or entry.id, entry)
            if isinstance(account, AuthenticatorError):
                lines.append(f"{explain(account).title}  {name}")
            elif entry.id in codes:
                code = codes[entry.id]
                self.printed[entry.id] = code.counter
                left = math.ceil((code.valid_until or 0) - now)
                lines.append(f"{grouped(code.value):>11}  {left:>3} s  {name}")
            else:
                lines.append(f"{by_counter:>11}         {name}")
        if self.left_out:
            lines.append(
                trn(
                    "{count} more: name some words to see it",
                    "{count} more: name some words to see them",
                    self.left_out,
                )
            )
        up = f"\x1b[{self.drawn_lines}A" if self.drawn_lines else ""
        streams.write(up + "".join(f"\x1b[2K{line}\n" for line in lines) + "\x1b[J")
        self.drawn_lines = len(lines)

    def _done(self, accounts: list[tuple[Entry, Account | AuthenticatorError]]) -> bool:
        timed = [
            entry.id
            for entry, account in accounts
            if isinstance(account, Account) and not isinstance(account.otp, Hotp)
        ]
        return all(self.rolled.get(one, 0) >= (self.steps or 0) for one in timed)
