"""What well-known apps do with the parameters of an enrolment: a matrix as data.

Each cell says which values an app accepts and what it does with others. The sources are in
`docs/compatibility.md`, one row per cell; without a source there is no cell.
"""

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from authenticator.otp.account import PERIOD_S, Account, Algorithm, Hotp, PinOtp, Steam
from authenticator.otp.remark import Field
from authenticator.otp.secret import SHORT_BITS


class App(StrEnum):
    """The apps by their common names."""

    GOOGLE_ANDROID = "Google Authenticator (Android)"
    GOOGLE_IOS = "Google Authenticator (iOS)"
    MICROSOFT = "Microsoft Authenticator"
    AUTHY = "Authy"
    AEGIS = "Aegis"
    TWO_FAS = "2FAS"
    FREEOTP = "FreeOTP (Android)"
    BITWARDEN = "Bitwarden"
    YUBIKEY = "YubiKey"


class Effect(StrEnum):
    """What an app does with a value that it does not accept."""

    IGNORES = "ignores"
    """It shows codes for the default value, which are rejected."""
    REFUSES = "refuses"
    WARNS = "warns"


@dataclass(frozen=True, slots=True)
class Cell:
    """`otherwise` is None if no value is known that the app does not accept."""

    app: App
    field: Field
    takes: Container[object]
    otherwise: Effect | None = None


_EVERY_ALGORITHM: Final = tuple(Algorithm)

MATRIX: Final = (
    Cell(App.GOOGLE_ANDROID, Field.ALGORITHM, (Algorithm.SHA1,), Effect.IGNORES),
    Cell(App.GOOGLE_ANDROID, Field.DIGITS, (6,), Effect.IGNORES),
    Cell(App.GOOGLE_ANDROID, Field.PERIOD, (30,), Effect.IGNORES),
    Cell(App.GOOGLE_IOS, Field.ALGORITHM, _EVERY_ALGORITHM),
    Cell(App.GOOGLE_IOS, Field.DIGITS, (6, 8)),
    Cell(App.MICROSOFT, Field.ALGORITHM, (Algorithm.SHA1,), Effect.IGNORES),
    Cell(App.MICROSOFT, Field.DIGITS, (6,), Effect.IGNORES),
    Cell(App.MICROSOFT, Field.PERIOD, (30,), Effect.IGNORES),
    Cell(App.AUTHY, Field.ALGORITHM, (Algorithm.SHA1,), Effect.IGNORES),
    Cell(App.AUTHY, Field.DIGITS, (6, 8)),
    Cell(App.AUTHY, Field.PERIOD, (30,), Effect.IGNORES),
    Cell(App.AEGIS, Field.ALGORITHM, _EVERY_ALGORITHM),
    Cell(App.AEGIS, Field.DIGITS, range(1, 11), Effect.REFUSES),
    Cell(App.TWO_FAS, Field.ALGORITHM, _EVERY_ALGORITHM),
    Cell(App.TWO_FAS, Field.DIGITS, (6, 8)),
    Cell(App.FREEOTP, Field.ALGORITHM, _EVERY_ALGORITHM),
    Cell(App.FREEOTP, Field.PERIOD, range(5, PERIOD_S.stop), Effect.REFUSES),
    Cell(App.FREEOTP, Field.SECRET, range(SHORT_BITS, 2**31), Effect.WARNS),
    Cell(App.BITWARDEN, Field.DIGITS, (6, 8)),
    Cell(App.YUBIKEY, Field.DIGITS, range(6, 9), Effect.REFUSES),
)


def incompatible_apps(account: Account) -> dict[tuple[Field, Effect], tuple[App, ...]]:
    """The apps that don't accept this account as it is, by field and effect."""
    otp = account.otp
    if isinstance(otp, PinOtp):  # `lint` says that few apps know them at all
        return {}
    values: dict[Field, object] = {Field.SECRET: account.secret.bits}
    if not isinstance(otp, Steam):
        values |= {Field.ALGORITHM: otp.algorithm, Field.DIGITS: otp.digits}
        if not isinstance(otp, Hotp):
            values[Field.PERIOD] = otp.period_s
    found: dict[tuple[Field, Effect], tuple[App, ...]] = {}
    for cell in MATRIX:
        if cell.otherwise and cell.field in values and values[cell.field] not in cell.takes:
            key = cell.field, cell.otherwise
            found[key] = (*found.get(key, ()), cell.app)
    return found
