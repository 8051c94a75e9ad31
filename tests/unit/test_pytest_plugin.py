"""The fixture for testing panels: codes equal oathtool's, the clock moves, no code comes twice."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from authenticator.app.codes import CounterHasNoTime
from authenticator.app.enrolment import NoCodeFound, NotAnEnrolment
from authenticator.compose import Services
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.typed_account import KeyQuestioned
from authenticator.pytest_plugin import Authenticator, MovableClock
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.services.pictures import encoded, qr_pixels

KEY = "GKXVMZQ4UVSPQ5UCCMKXFVWYKXYTBSZ3"
URI = f"otpauth://totp/Panel:kim?secret={KEY}&issuer=Panel"


class Wall:
    """The computer's clock, which advances only by sleeping."""

    def __init__(self) -> None:
        self.now_s = 1_764_000_007.0

    def now(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now_s += seconds


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def phone(home: Path, wall: Wall) -> Iterator[Authenticator]:
    vault = lifecycle.create(
        home, store=StoreKind.SEALED, key=KeyKind.PASSPHRASE, passphrase="horse", cost=CHEAP
    )
    services = Services(home)
    yield Authenticator(services, vault, MovableClock(wall.now), wall.sleep)
    services.close()
    vault.close()


def oathtool(at_s: float) -> str:
    return subprocess.run(
        ["oathtool", "--totp", "-b", f"-N@{int(at_s)}", KEY],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_fixture_codes_of_scanned_linked_and_typed_accounts_equal_oathtools(
    phone: Authenticator, wall: Wall, tmp_path: Path
) -> None:
    picture = tmp_path / "code.png"
    picture.write_bytes(encoded(qr_pixels(URI)))
    accounts = [
        phone.scan(picture),
        phone.scan(str(picture)),
        phone.scan(picture.read_bytes()),
        phone.add(URI),
        phone.enter(KEY.lower(), issuer="Panel", account="kim"),
        phone.enter(f"Secret key: {KEY}", issuer="Panel", account="kim", digits=6),
    ]
    assert {phone.code(account) for account in accounts} == {oathtool(wall.now_s)}
    assert phone.code(accounts[0].id) == oathtool(wall.now_s)


def test_fixture_clock_moves_and_skew_adds_to_it(phone: Authenticator, wall: Wall) -> None:
    phone.add(URI)
    phone.clock.move(-90)
    assert phone.code("kim") == oathtool(wall.now_s - 90)
    assert phone.code("kim", skew_s=30) == oathtool(wall.now_s - 60)
    phone.clock.offset_s = 0
    assert phone.code("kim") == oathtool(wall.now_s)


def test_fixture_next_code_waits_for_new_step_only_if_needed(
    phone: Authenticator, wall: Wall
) -> None:
    account, begun_s = phone.add(URI), wall.now_s
    first = phone.next_code(account)
    assert (first, wall.now_s) == (oathtool(begun_s), begun_s)
    second = phone.next_code(account)
    assert wall.now_s == begun_s // 30 * 30 + 30
    assert second == oathtool(wall.now_s) != first
    assert phone.code(account) == second
    assert phone.next_code(account) == oathtool(begun_s // 30 * 30 + 60)


def test_fixture_next_code_waits_a_whole_period_for_panels_that_pause(
    phone: Authenticator, wall: Wall
) -> None:
    account, begun_s = phone.add(URI), wall.now_s
    assert phone.next_code(account, whole_period=True) == oathtool(begun_s)
    assert wall.now_s == begun_s
    second = phone.next_code(account, whole_period=True)
    assert wall.now_s == pytest.approx(begun_s + 30)
    assert second == oathtool(begun_s + 30)
    phone.clock.move(-600)  # a clock that is set back makes nobody wait for it
    before_s = wall.now_s
    phone.next_code(account, whole_period=True)
    assert wall.now_s - before_s <= 30


def test_fixture_next_code_of_a_counter_never_waits(phone: Authenticator, wall: Wall) -> None:
    account, begun_s = phone.enter(KEY, account="kim", type="hotp"), wall.now_s
    assert phone.next_code(account, whole_period=True) != phone.next_code(
        account, whole_period=True
    )
    assert wall.now_s == begun_s


def test_fixture_uses_each_hotp_code_once(phone: Authenticator, wall: Wall) -> None:
    account, begun_s = phone.enter(KEY, account="kim", type="hotp", counter=3), wall.now_s
    phone.wait_for_step(account)
    codes = [phone.code(account), phone.next_code(account), phone.next_code(account)]
    theirs = subprocess.run(
        ["oathtool", "--hotp", "-b", "-c3", "-w2", KEY], capture_output=True, text=True, check=True
    ).stdout.split()
    assert codes == theirs
    assert wall.now_s == begun_s
    with pytest.raises(CounterHasNoTime):
        phone.code(account, skew_s=30)


def test_fixture_failure_has_the_message_of_the_error(phone: Authenticator, tmp_path: Path) -> None:
    for refused, kind in (
        (lambda: phone.add("otpauth://totp/x?secret=1"), EnrolmentRefused),
        (lambda: phone.add("hello"), NotAnEnrolment),
        (lambda: phone.enter(""), EnrolmentRefused),
        (lambda: phone.enter(f"Key{KEY}"), KeyQuestioned),
        (lambda: phone.scan(encoded(qr_pixels(URI)[:20] * 0 + 255)), NoCodeFound),
    ):
        with pytest.raises(kind) as caught:
            refused()
        (note,) = caught.value.__notes__
        assert note.endswith(".")
