"""The position of a code, and what explains one that does not match; oathtool makes the codes."""

import base64
import random
import shutil
import subprocess
from dataclasses import replace

import pytest

from authenticator.app.verification import CodeMalformed, Mistake, code_text, verify
from authenticator.otp.account import (
    STEAM_ALPHABET,
    Account,
    Algorithm,
    Hotp,
    Label,
    MobileOtp,
    Steam,
    Totp,
    Yandex,
)
from authenticator.otp.code import code_at
from authenticator.otp.secret import Secret
from authenticator.wording.verification import explanation, located, verdict_text

pytestmark = pytest.mark.skipif(
    shutil.which("oathtool") is None, reason="oathtool, the oracle, is not on this computer"
)

KEY = random.Random("verification").randbytes(20)
NOW_S = 1_764_000_015  # the middle of a step of 30 s


def oathtool(*words: str, key: bytes = KEY) -> list[str]:
    done = subprocess.run(
        ["oathtool", *words, "--", key.hex()], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def panel_code(
    *, at_s: float = NOW_S, algorithm: str = "sha1", digits: int = 6, period_s: int = 30, key=KEY
) -> str:
    """The code of oathtool at a time, as the other side."""
    words = (f"--totp={algorithm}", f"-d{digits}", f"-s{period_s}s", f"-N@{int(at_s)}")
    return oathtool(*words, key=key)[0]


def account(otp: Totp | Hotp | Steam | None = None, key: bytes = KEY) -> Account:
    return Account(Label("Panel", "kim"), Secret(key), otp or Totp())


@pytest.mark.parametrize("otp", [Totp(), Totp(Algorithm.SHA256, 8, 60), Totp(Algorithm.SHA512)])
@pytest.mark.parametrize("away", range(-10, 11))
def test_verify_finds_step_and_bounds_of_the_other_clock(otp: Totp, away: int) -> None:
    period_s = otp.period_s
    now_s = NOW_S // period_s * period_s + period_s * 0.25
    clock_s = now_s + away * period_s
    shown = panel_code(
        at_s=clock_s, algorithm=otp.algorithm.lower(), digits=otp.digits, period_s=period_s
    )
    place = verify(account(otp), shown, now_s).place
    assert place is not None
    assert (place.away, place.counter) == (away, int(clock_s // period_s))
    low_s, high_s = place.ahead_s or (0, 0)
    assert low_s <= clock_s - now_s <= high_s
    assert high_s - low_s == period_s


def test_drift_describes_bounds_in_whole_seconds() -> None:
    now_s = NOW_S // 30 * 30
    behind = verify(account(), panel_code(at_s=now_s - 120), now_s).place
    right = verify(account(), panel_code(at_s=now_s), now_s + 10).place
    ahead = verify(account(), panel_code(at_s=now_s + 30), now_s + 10).place
    assert behind is not None
    assert right is not None
    assert ahead is not None
    assert located(behind).endswith("the other side's clock is 90 to 120 s behind.")
    assert located(right) == (
        "The code of this time step: the other side's clock is right to within 20 s."
    )
    assert located(ahead).endswith("1 time step later: the other side's clock is 20 to 50 s ahead.")


@pytest.mark.parametrize("away", [-10, -1, 0, 1, 10, 60])
def test_verify_hotp_finds_counter_without_using_it(away: int) -> None:
    panel = account(Hotp(counter=20 if away > -10 else 10))
    counter = panel.otp.counter + away
    shown = oathtool("--hotp", f"-c{counter}")[0]
    place = verify(panel, shown, NOW_S).place
    assert place is not None
    assert (place.counter, place.away, place.ahead_s) == (counter, away, None)
    assert located(place).startswith(f"Counter {counter}: ")


def mistaken(verdict) -> set[tuple[Mistake, ...]]:
    assert verdict.place is None
    assert all(explanation(one)[-1] == "." for one in verdict.explanations)
    return {one.mistakes for one in verdict.explanations}


BASE32 = base64.b32encode(KEY)


@pytest.mark.parametrize("away", [-10, 0, 3])
@pytest.mark.parametrize(
    ("mistake", "shown"),
    [
        (Mistake.KEY_TEXT, {"key": BASE32}),
        (Mistake.KEY_TEXT, {"key": BASE32.lower()}),
        (Mistake.KEY_HEX_TEXT, {"key": KEY.hex().encode()}),
        (Mistake.KEY_HEX_TEXT, {"key": KEY.hex().upper().encode()}),
        (Mistake.ALGORITHM, {"algorithm": "sha256"}),
        (Mistake.ALGORITHM, {"algorithm": "sha512"}),
        (Mistake.DIGITS, {"digits": 8}),
        (Mistake.DIGITS, {"digits": 7}),
        (Mistake.PERIOD, {"period_s": 60}),
    ],
)
def test_verify_names_seeded_mistake(mistake: Mistake, shown: dict, away: int) -> None:
    clock_s = NOW_S + away * shown.get("period_s", 30)
    verdict = verify(account(), panel_code(at_s=clock_s, **shown), NOW_S)
    assert mistaken(verdict) == {(mistake,)}
    assert verdict.explanations[0].place.away == away


def test_verify_names_digits_and_another_mistake_together() -> None:
    verdict = verify(account(), panel_code(digits=8, algorithm="sha256"), NOW_S)
    assert mistaken(verdict) == {(Mistake.DIGITS, Mistake.ALGORITHM)}
    assert verdict.explanations[0].instead == {Mistake.DIGITS: 8, Mistake.ALGORITHM: "SHA256"}


def test_verify_names_keys_encoded_twice_or_read_as_hex() -> None:
    for written in (BASE32, KEY.hex().encode()):
        verdict = verify(account(key=written), panel_code(), NOW_S)
        assert mistaken(verdict) == {(Mistake.KEY_ENCODED_TWICE,)}
    hexed = "ABCDEF234567ABCD"
    assert mistaken(
        verify(account(key=base64.b32decode(hexed)), panel_code(key=bytes.fromhex(hexed)), NOW_S)
    ) == {(Mistake.KEY_READ_AS_HEX,)}


def test_verify_distinguishes_counter_from_clock() -> None:
    counted = verify(account(), oathtool("--hotp", "-c7")[0], NOW_S)
    assert mistaken(counted) == {(Mistake.COUNTER,)}
    assert counted.explanations[0].place.counter == 7
    timed = verify(account(Hotp(counter=5)), panel_code(), NOW_S)
    assert mistaken(timed) == {(Mistake.CLOCK,)}


@pytest.mark.parametrize("zone_min", [-480, -210, 60, 120, 345, 840])
def test_verify_names_local_time_used_as_utc(zone_min: int) -> None:
    verdict = verify(account(), panel_code(at_s=NOW_S + zone_min * 60), NOW_S, steps=10)
    assert mistaken(verdict) == {(Mistake.TIME_ZONE,)}
    (one,) = verdict.explanations
    assert one.instead == {Mistake.TIME_ZONE: zone_min}
    sign = "-" if zone_min < 0 else "+"
    assert f"UTC{sign}{abs(zone_min) // 60}:{abs(zone_min) % 60:02}" in explanation(one)
    assert one.place.away == 0


@pytest.mark.parametrize("away", [-2, 0, 1])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Totp(Algorithm.SHA256, 8, 60), Totp()),  # a panel that ignores its own link
        (Totp(Algorithm.SHA512, 7, 15), Totp()),
        (Totp(Algorithm.SHA256, 6, 60), Totp()),
        (Totp(), Totp(Algorithm.SHA256, 8, 60)),  # a link that lost its parameters here
        (Totp(), Totp(Algorithm.SHA512, 8, 90)),
        (Totp(Algorithm.SHA256, 8, 60), Totp(Algorithm.SHA512, 7, 15)),
    ],
)
def test_verify_names_lost_parameters_together(ours: Totp, theirs: Totp, away: int) -> None:
    shown = panel_code(
        at_s=NOW_S + away * theirs.period_s,
        algorithm=theirs.algorithm.lower(),
        digits=theirs.digits,
        period_s=theirs.period_s,
    )
    verdict = verify(account(ours), shown, NOW_S)
    told = {Mistake.ALGORITHM: theirs.algorithm.value, Mistake.PERIOD: theirs.period_s}
    if theirs.digits != ours.digits:
        told[Mistake.DIGITS] = theirs.digits
    assert {frozenset(mistakes) for mistakes in mistaken(verdict)} == {frozenset(told)}
    (one,) = verdict.explanations
    assert one.instead == told
    assert one.place.away == away
    said = explanation(one)
    assert f"{theirs.algorithm.value}" in said
    assert f" and a period of {theirs.period_s} s" in said
    assert said.count("the other side uses") == 1
    assert ("ignores what the link says" in said) == (theirs == Totp())


def test_verify_names_two_lost_parameters_in_one_sentence() -> None:
    (one,) = verify(account(Totp(digits=8, period_s=60)), panel_code(), NOW_S).explanations
    assert explanation(one).startswith("the other side uses 6 digits and a period of 30 s (the")


@pytest.mark.parametrize(("digits", "most"), [(6, 3), (8, 0)])
@pytest.mark.parametrize("otp", [Totp(), Totp(Algorithm.SHA256, 8, 60), Hotp(counter=500)])
def test_verify_rarely_explains_unrelated_code(otp: Totp | Hotp, digits: int, most: int) -> None:
    """Once in 1,100 six-digit codes: three in 300 have a chance of 1 in 5,000 or so."""
    chance = random.Random(f"unrelated {digits}")
    explained = 0
    for _ in range(300):
        verdict = verify(account(otp), f"{chance.randrange(10**digits):0{digits}}", NOW_S)
        explained += bool(verdict.explanations)
    assert explained <= most


def test_verify_rarely_takes_letters_for_steams() -> None:
    chance = random.Random("letters")
    for otp in (Totp(), Steam()):
        for _ in range(200):
            shown = "".join(chance.choices(STEAM_ALPHABET, k=5))
            assert verify(account(otp), shown, NOW_S).explanations == ()


def test_verify_steam_code_and_plain_digits_of_a_steam_key() -> None:
    steam = account(Steam())
    shown = code_at(steam, NOW_S - 60).value
    place = verify(steam, shown.lower(), NOW_S).place
    assert place is not None
    assert place.away == -2
    assert mistaken(verify(steam, panel_code(), NOW_S)) == {(Mistake.DIGITS,)}
    other = "22222" if code_at(steam, NOW_S).value != "22222" else "33333"
    assert verify(replace(steam, otp=Totp()), f"A{other[1:]}", NOW_S).explanations == ()


@pytest.mark.parametrize("away", [-10, 0, 2])
def test_verify_names_steams_letters_for_an_account_of_digits(away: int) -> None:
    shown = code_at(account(Steam()), NOW_S + away * 30).value
    for ours in (Totp(), Totp(Algorithm.SHA256, 8, 60), Totp(digits=5), Hotp()):
        verdict = verify(account(ours), shown, NOW_S)
        assert (Mistake.STEAM,) in mistaken(verdict)
        assert "Steam's letters" in explanation(verdict.explanations[0])
        assert verdict.explanations[0].place.away == away


def test_verify_names_a_mistaken_key_of_a_steam_account() -> None:
    shown = code_at(account(Steam(), BASE32), NOW_S).value
    assert mistaken(verify(account(Steam()), shown, NOW_S)) == {(Mistake.KEY_TEXT,)}
    late = code_at(account(Steam()), NOW_S + 3600).value
    assert mistaken(verify(account(Steam()), late, NOW_S, steps=10)) == {(Mistake.TIME_ZONE,)}


def test_steams_alphabet_is_that_of_pyotp() -> None:
    from pyotp.contrib.steam import STEAM_CHARS

    assert STEAM_ALPHABET == STEAM_CHARS


@pytest.mark.parametrize(
    ("shown", "wrong"), [("QC5A6", "A"), ("0O1I0", "0O1I"), ("qcs56", "S"), ("12345", "1")]
)
def test_verify_tells_characters_that_no_steam_code_has(shown: str, wrong: str) -> None:
    verdict = verify(account(Steam()), shown, NOW_S)
    assert (verdict.wrong_characters, verdict.alphabet) == (wrong, STEAM_ALPHABET)
    _, told = verdict_text(verdict)
    for character in wrong:
        assert f"'{character}'" in told
    assert STEAM_ALPHABET in told
    assert shown.upper() not in told


def test_verify_tells_letters_for_an_account_of_digits() -> None:
    _, told = verdict_text(verify(account(), "QC5A6", NOW_S))
    assert "digits only" in told
    assert "QC5A6" not in told


@pytest.mark.parametrize("given", ["482 913", " 482913\n", "482-913", "482\u00a0913"])
def test_code_text_ignores_spaces_dashes_and_case(given: str) -> None:
    assert code_text(given) == "482913"


@pytest.mark.parametrize(
    "given", ["", "123", "1234567890" * 2, "12x456", "４８２９", "abc", "+123"]
)
def test_code_text_refuses_what_is_not_a_code(given: str) -> None:
    with pytest.raises(CodeMalformed):
        verify(account(), given, NOW_S)


# Types with a PIN

MOTP = Account(Label(), Secret(bytes.fromhex("e3152afee62599c8"), "1234"), MobileOtp())
YANDEX = Account(Label(), Secret(b"sixteen bytes...", "7586"), Yandex())


@pytest.mark.parametrize("with_pin", [MOTP, YANDEX])
def test_verify_finds_the_step_of_a_code_with_letters(with_pin: Account) -> None:
    """In either case, with spaces."""
    late = code_at(with_pin, NOW_S + with_pin.otp.period_s * 2).value  # type: ignore[union-attr]
    for given in (late, late.upper(), f" {late[:3]} {late[3:]}"):
        place = verify(with_pin, given, NOW_S).place
        assert place is not None
        assert place.away == 2


@pytest.mark.parametrize("with_pin", [MOTP, YANDEX])
def test_verify_of_a_code_with_another_pin_is_explained_by_nothing(with_pin: Account) -> None:
    other = code_at(with_pin.with_pin("9999"), NOW_S).value
    verdict = verify(with_pin, other, NOW_S)
    assert verdict.place is None
    assert verdict.explanations == ()


def test_verify_knows_local_time_of_mobile_otp() -> None:
    """Its first programs took the phone's local time."""
    local = code_at(MOTP, NOW_S + 2 * 3600).value
    (found,) = verify(MOTP, local, NOW_S).explanations
    assert found.mistakes == (Mistake.TIME_ZONE,)
    assert found.instead == {Mistake.TIME_ZONE: 120}


@pytest.mark.parametrize(
    ("with_pin", "given"),
    [(MOTP, "e7d8b"), (MOTP, "g7d8b6"), (YANDEX, "umozdic1"), (YANDEX, "umozdi"), (YANDEX, "")],
)
def test_verify_refuses_what_the_type_has_no_codes_like(with_pin: Account, given: str) -> None:
    with pytest.raises(CodeMalformed):
        verify(with_pin, given, NOW_S)
