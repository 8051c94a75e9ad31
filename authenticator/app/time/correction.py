"""A correction of the clock, as it is stored and applied. Imported at every start."""

import time
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, fields, replace
from typing import Any, NamedTuple

from authenticator.clock.boot_clock import BootClock
from authenticator.clock.clock import OFFSET_LIMIT_S, Clock, CorrectedClock, SystemClock
from authenticator.clock.clock_reading import ClockReading
from authenticator.errors import DataBad

TIME_LIMIT_S = 253_402_300_800.0
"""The end of the year 9999."""

BOOT_ID_LIMIT = 100

STEP_S = 1.0
"""Smaller steps are not made by hand or by time zones, and don't affect codes."""

CRYSTAL_RATE = 15e-6
"""The drift rate of a clock that is not disciplined (PHI in RFC 5905, section 7.2)."""


class CorrectionBad(DataBad):
    """A stored correction is invalid; `field` is the part that is missing or wrong."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


@dataclass(frozen=True, slots=True)
class Anchor:
    """It was `at` (Unix seconds, corrected) when the boot clock of the start `boot_id` read
    `boot_s`. Raises CorrectionBad."""

    boot_id: str
    boot_s: float
    at: float

    def __post_init__(self) -> None:
        if type(self.boot_id) is not str or not 0 < len(self.boot_id) <= BOOT_ID_LIMIT:
            raise CorrectionBad("boot_id")
        _check_numbers(self, ("boot_s", 0.0, TIME_LIMIT_S), ("at", 0.0, TIME_LIMIT_S))


@dataclass(frozen=True, slots=True)
class Correction:
    """A measured correction, and the anchor from which the time runs.

    `offset_s`: true time minus the computer's clock at the check, at most OFFSET_LIMIT_S (68
    years, what NTP can tell) either way; `uncertainty_s`: 0 to the same limit; `checked_at`:
    Unix seconds, corrected, 1970 to 9999. `anchor` is where the corrected time runs from: the
    check, or, after a restart of the computer, the moment when the offset was carried over to that
    start. None: not yet carried over, as stored by versions without anchors. `clock_set_s`: by how
    much the computer's clock was set since the anchor. Raises CorrectionBad.
    """

    offset_s: float
    uncertainty_s: float
    checked_at: float
    anchor: Anchor | None = None
    clock_set_s: float = 0.0

    def __post_init__(self) -> None:
        _check_numbers(
            self,
            ("offset_s", -OFFSET_LIMIT_S, OFFSET_LIMIT_S),
            ("uncertainty_s", 0.0, OFFSET_LIMIT_S),
            ("checked_at", 0.0, TIME_LIMIT_S),
            ("clock_set_s", -TIME_LIMIT_S, TIME_LIMIT_S),
        )
        if self.anchor is not None and type(self.anchor) is not Anchor:
            raise CorrectionBad("anchor")

    @property
    def from_previous_boot(self) -> bool:
        """Measured before the current start of the computer: only as good as its clock was while it
        was off."""
        return self.anchor is None or self.anchor.at != self.checked_at

    def to_json(self) -> dict[str, object]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> "Correction":
        """From parsed JSON as `to_json` returned it. Fields of later versions are ignored.

        Raises CorrectionBad for anything else.
        """
        if not isinstance(value, dict):
            raise CorrectionBad("")
        anchor = value.get("anchor")
        if isinstance(anchor, dict):
            anchor = Anchor(*_parts(Anchor, anchor))
        # The constructor rejects what is missing or of the wrong type.
        return cls(*_parts(cls, value | {"anchor": anchor}))


def _parts(cls: type[Any], value: dict[str, Any]) -> list[Any]:
    # None stands for a field without a default, where it is rejected.
    return [
        value.get(field.name, None if field.default is MISSING else field.default)
        for field in fields(cls)
    ]


def _check_numbers(holder: object, *limits: tuple[str, float, float]) -> None:
    for name, low, high in limits:
        value = getattr(holder, name)
        # Compared before conversion: a JSON integer can be too large for a float. NaN fails too.
        if type(value) not in (int, float) or not low <= value <= high:
            raise CorrectionBad(name)
        object.__setattr__(holder, name, float(value))


def measured(
    offset_s: float, uncertainty_s: float, boot: BootClock, now: ClockReading
) -> Correction | None:
    """A correction from an offset measured just now; None if the result is out of range (the
    computer's clock is before 1970, or near the year 9999)."""
    at = now.wall_s + offset_s
    try:
        return Correction(offset_s, uncertainty_s, at, Anchor(boot.id, now.steady_s, at))
    except CorrectionBad:
        return None


def up_to_date(
    correction: Correction, boot: BootClock, wall: Callable[[], float] = time.time
) -> Correction:
    """The correction as it is to be stored now.

    In the start of the computer in which it is anchored: with the steps of the computer's clock
    since. In another start: its offset is carried over, applied to the computer's clock as it reads
    now, and anchored there. Without an anchor if that clock can't be right.
    """
    now = ClockReading.now(wall, boot.read)
    anchor = correction.anchor
    if anchor is not None and boot.is_start(anchor.boot_id) and now.steady_s >= anchor.boot_s:
        since_s = now.steady_s - anchor.boot_s
        set_s = now.wall_s + correction.offset_s - (anchor.at + since_s)
        step_s = STEP_S + boot.strays * since_s
        if abs(set_s - correction.clock_set_s) < step_s:
            return correction
        return replace(correction, clock_set_s=set_s if abs(set_s) >= step_s else 0.0)
    try:
        offset_s = correction.offset_s - correction.clock_set_s
        return replace(
            correction,
            offset_s=offset_s,
            anchor=Anchor(boot.id, now.steady_s, now.wall_s + offset_s),
            clock_set_s=0.0,
        )
    except CorrectionBad:
        return replace(correction, anchor=None)


def corrected(
    correction: Correction | None, boot: BootClock, wall: Callable[[], float] = time.time
) -> Clock:
    """The clock that codes follow: the computer's own if there is no correction."""
    if correction is None:
        return SystemClock()
    anchor = up_to_date(correction, boot, wall).anchor
    if anchor is None:
        return SystemClock()
    return CorrectedClock(anchor.at, anchor.boot_s, boot, wall)


FITS_S = 1.0
"""Smaller differences don't affect codes."""


class CorrectionStatus(NamedTuple):
    """How a correction and the computer's clock relate now. All in seconds.

    `offset_s`: corrected time minus the computer's clock. `age_s`: since the check.
    `uncertainty_s`: that of the check, grown with the age by CRYSTAL_RATE. `jump_s`: by how much
    the computer's clock was set since the anchor, 0 if it was not. `from_previous_boot`: measured
    in an earlier start of the computer. `ran_back`: the computer's clock plus the carried-over
    offset gave a time before the check.
    """

    offset_s: float
    age_s: float
    uncertainty_s: float
    jump_s: float
    from_previous_boot: bool
    ran_back: bool = False

    @property
    def fits(self) -> bool:
        """The computer's clock now agrees with what codes follow: nothing is left to correct."""
        return abs(self.offset_s) <= max(FITS_S, self.uncertainty_s)

    def in_doubt(self, *, synchronized: bool) -> bool:
        """What codes follow and the computer's clock no longer agree, and it is unknown which of
        the two is right: a carried-over correction met a clock that was set since, or the system
        reports that its clock is `synchronized` after it was set, and it still differs (as in a
        virtual machine that was paused, including its boot clock)."""
        if not self.from_previous_boot:
            return self.jump_s != 0 and synchronized and not self.fits
        return self.ran_back or self.jump_s != 0 or (synchronized and not self.fits)


def current_status(
    correction: Correction, boot: BootClock, wall: Callable[[], float] = time.time
) -> CorrectionStatus:
    """How the correction and the computer's clock relate now."""
    here = up_to_date(correction, boot, wall)
    now = ClockReading.now(wall, boot.read)
    if here.anchor is None:  # there is nothing better than the computer's clock
        return CorrectionStatus(
            0.0, 0.0, here.uncertainty_s, 0.0, from_previous_boot=True, ran_back=True
        )
    at = here.anchor.at + now.steady_s - here.anchor.boot_s
    age_s = max(0.0, at - here.checked_at)
    return CorrectionStatus(
        offset_s=at - now.wall_s,
        age_s=age_s,
        uncertainty_s=here.uncertainty_s + age_s * CRYSTAL_RATE,
        jump_s=here.clock_set_s,
        from_previous_boot=here.from_previous_boot,
        ran_back=here.anchor.at < here.checked_at,
    )
