"""A pytest plugin for people who build or test a panel: the fixture `authenticator`.

pytest imports this file in every project whose environment has the app, so everything it needs is
imported only when a test asks for the fixture; Qt and OpenCV never are. See
`docs/testing-a-panel.md`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from authenticator.compose import Services
    from authenticator.otp.account import Account
    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry
    from authenticator.vault.vault import Vault


class MovableClock:
    """The computer's clock, moved by `offset_s` seconds: a device that is ahead (behind:
    negative). A test sets it, or calls `move`."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self.offset_s = 0.0

    def now(self) -> float:
        """Unix seconds."""
        return self._now() + self.offset_s

    def move(self, seconds: float) -> None:
        """Set it this much further ahead, or back."""
        self.offset_s += seconds


class Authenticator:
    """An authenticator with a vault of its own, as a person would use it on a phone.

    An account is given as `scan`, `add` or `enter` returned it, by its id, or by words that only
    its label contains. What is refused raises the app's own errors, with the app's message as a
    note.
    """

    def __init__(
        self,
        services: Services,
        vault: Vault,
        clock: MovableClock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.clock = clock
        self._services = services
        self._vault = vault
        self._sleep = sleep
        self._shown: dict[tuple[str, int], float] = {}

    def scan(self, picture: Path | str | bytes) -> Entry:
        """Scan the code of a picture (a file, or the bytes of one) and store its account.

        If the picture holds several codes, all their accounts are stored and the first is
        returned.
        """
        from authenticator.app.reading import Source, read_source

        content = Path(picture) if isinstance(picture, str) else picture
        name = content.name if isinstance(content, Path) else "the picture"
        with _explained():
            reading = read_source(Source(name, content), self._services.read_picture)
            return self._store([code.text for code in reading.required()])

    def add(self, uri: str) -> Entry:
        """Store the account of an `otpauth://` link."""
        with _explained():
            return self._store([uri])

    def enter(self, key: str, *, issuer: str = "", account: str = "", **how: str | int) -> Entry:
        """Store an account by its Base32 key, as typed by hand. `how`: `type`, `algorithm`,
        `digits`, `period_s`, `counter`, as `authenticator.otp.account.account_from_fields` takes
        them. Raises KeyQuestioned where words may be among the key's letters, or where it is in
        hex; any length is taken."""
        from authenticator.otp.remark import Reason
        from authenticator.otp.typed_account import KeyQuestioned, typed_account

        with _explained():
            fields = {name: str(value) for name, value in how.items()}
            names = {"issuer": issuer, "account": account}
            typed = typed_account(key=key, encoding=None, **names, **fields)
            lengths = (Reason.INCOMPLETE, Reason.ODD_LENGTH)
            asked = [one for one in typed.key.questions if one.reason not in lengths]
            if asked:
                raise KeyQuestioned(asked)
            return self._vault.add(typed.account)

    def code(self, account: Entry | str, *, skew_s: float = 0) -> str:
        """The code now, or as a device whose clock is `skew_s` seconds ahead would show it. For an
        HOTP account the next code, which then counts as used."""
        with _explained():
            return self._code(account, skew_s).value

    def next_code(self, account: Entry | str, *, whole_period: bool = False) -> str:
        """A code that was not returned before: if the code of this time step was, wait for the next
        step. For panels that accept a code only once.

        `whole_period`: wait also until a period has passed since the last code was returned. For
        panels that accept one code per period, counted from the one before.
        """
        with _explained():
            if whole_period:
                self._wait_for_period(account)
            _, code = self._read(account)
            if code is not None and (self._id(account), code.counter) in self._shown:
                self.wait_for_step(account)
            return self._code(account, 0).value

    def wait_for_step(self, account: Entry | str) -> None:
        """Wait until a time step begins, to have all of it. Returns at once for HOTP."""
        with _explained():
            _, first = self._read(account)
            while first is not None:
                _, code = self._read(account)
                if code is None or code.valid_until is None or code.counter > first.counter:
                    return
                self._sleep(max(code.valid_until - self.clock.now(), 0.001))

    def _wait_for_period(self, account: Entry | str) -> None:
        """Wait until a period has passed since a code of this account was last returned."""
        from authenticator.otp.account import Hotp

        read, _ = self._read(account)
        id = self._id(account)
        last_s = max((at for (whose, _), at in self._shown.items() if whose == id), default=None)
        if last_s is None or isinstance(read.otp, Hotp):
            return
        until_s = last_s + read.otp.period_s
        while 0 < (left_s := until_s - self.clock.now()) <= read.otp.period_s:
            self._sleep(max(left_s, 0.001))

    def _store(self, texts: list[str]) -> Entry:
        from authenticator.app.add_account import Step, carry_out
        from authenticator.app.enrolment import NotAnEnrolment, sort_payloads

        gathered = sort_payloads(texts)
        if gathered.refused:
            raise gathered.refused[0]
        if gathered.parts:
            raise gathered.parts[0]
        if not gathered.found:
            raise NotAnEnrolment(*gathered.others[:1])
        added = carry_out(self._vault, [Step(enrolment.account) for enrolment in gathered.found])
        if added.error is not None:
            raise added.error
        return added.entries[0]

    def _id(self, account: Entry | str) -> str:
        from authenticator.app.search import resolve_one

        return (
            resolve_one(self._vault.entries(), account).id
            if isinstance(account, str)
            else account.id
        )

    def _read(self, account: Entry | str, skew_s: float = 0) -> tuple[Account, Code | None]:
        """The account, and its code without using it up; None for HOTP."""
        from authenticator.otp.account import Hotp
        from authenticator.otp.code import code_at

        read = self._vault.account(self._id(account))
        counts = isinstance(read.otp, Hotp)
        return read, None if counts else code_at(read, self.clock.now() + skew_s)

    def _code(self, account: Entry | str, skew_s: float) -> Code:
        from authenticator.app.codes import CounterHasNoTime, use

        id = self._id(account)
        _, code = self._read(account, skew_s)
        if code is None:
            if skew_s:
                raise CounterHasNoTime
            _, code = use(self._vault, self._vault.entry(id), self.clock.now())
        self._shown[id, code.counter] = self.clock.now()
        return code


@pytest.fixture
def authenticator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authenticator]:
    """An authenticator whose vault is deleted after the test, and whose clock can be moved.

    It uses neither the system's keyring nor the vault of the person who runs the tests.
    """
    from authenticator.compose import Services
    from authenticator.vault import lifecycle
    from authenticator.vault.key_derivation import CHEAP
    from authenticator.vault.kinds import KeyKind, StoreKind

    home = tmp_path_factory.mktemp("authenticator")
    # Random and stored nowhere: no guess can ever succeed, so none need be made costly.
    passphrase = secrets.token_urlsafe(32)
    vault = lifecycle.create(
        home,
        store=StoreKind.SEALED,
        key=KeyKind.PASSPHRASE,
        passphrase=passphrase,
        cost=CHEAP,
    )
    services = Services(home)
    try:
        yield Authenticator(services, vault, MovableClock())
    finally:
        services.close()
        vault.close()


@contextmanager
def _explained() -> Iterator[None]:
    """Adds the app's message to an error of the app, as a note."""
    from authenticator.errors import AuthenticatorError
    from authenticator.wording import explain

    try:
        yield
    except AuthenticatorError as error:
        if not hasattr(error, "__notes__"):
            message = explain(error)
            words = (f"{message.title}.", message.cause, message.next_step)
            error.add_note(" ".join(part for part in words if part))
        raise
