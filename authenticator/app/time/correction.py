"""A correction of the clock as it is kept and applied. Imported at every start."""

import time
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, fields, replace
from typing import Any, NamedTuple

from authenticator.clock.boot_clock import BootClock
from authenticator.clock.clock import OFFSET_LIMIT_S, Clock, CorrectedClock, SystemClock
from authenticator.clock.clock_reading import Moment
from authenticator.errors import DataBad

TIME_LIMIT_S = 253_402_300_800.0
"""The end of the year 9999."""

BOOT_ID_LIMIT = 100

STEP_S = 1.0
"""By less a clock is not set by hand or by its time zone, and codes don't notice it."""

CRYSTAL_RATE = 15e-6
"""How much a clock may gain or lose while nobody looks (PHI in RFC 5905, section 7.2)."""


class CorrectionBad(DataBad):
    """A stored correction that can't be true; `field` is the part that is missing or wrong."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


@dataclass(frozen=True, slots=True)
class Anchor:
    """It was `at` (Unix seconds, corrected) when the boot clock of the start `boot_id` stood at
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
    """A measured correction, and what holds the time since.

    `offset_s`: true time minus the computer's clock at the check, at most OFFSET_LIMIT_S (68
    years, what NTP can tell) either way; `uncertainty_s`: 0 to the same limit; `checked_at`:
    Unix seconds, corrected, 1970 to 9999. `anchor` is where the corrected time runs on from:
    at the check, or, once the computer was started anew, when the offset was carried over to
    that start. None: not yet carried over, as in what versions without anchors kept.
    `clock_set_s`: by how much somebody was seen to set the computer's clock since the anchor.
    Raises CorrectionBad.
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
    def carried_over(self) -> bool:
        """Measured before the computer was started this time: only as good as its clock was
        while it was off."""
        return self.anchor is None or self.anchor.at != self.checked_at

    def to_json(self) -> dict[str, object]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> "Correction":
        """What `to_json` gave, from parsed JSON. Fields of later versions are passed over.

        Raises CorrectionBad for anything that is no such object.
        """
        if not isinstance(value, dict):
            raise CorrectionBad("")
        anchor = value.get("anchor")
        if isinstance(anchor, dict):
            anchor = Anchor(*_parts(Anchor, anchor))
        # Whatever is missing or of another type is refused by the constructor.
        return cls(*_parts(cls, value | {"anchor": anchor}))


def _parts(cls: type[Any], value: dict[str, Any]) -> list[Any]:
    # A default of None stands for a field that has none: None is refused there.
    return [
        value.get(field.name, None if field.default is MISSING else field.default)
        for field in fields(cls)
    ]


def _check_numbers(holder: object, *limits: tuple[str, float, float]) -> None:
    for name, low, high in limits:
        value = getattr(holder, name)
        # Comparing first: a JSON integer can be too large for a float. NaN fails it too.
        if type(value) not in (int, float) or not low <= value <= high:
            raise CorrectionBad(name)
        object.__setattr__(holder, name, float(value))


def measured(
    offset_s: float, uncertainty_s: float, boot: BootClock, now: Moment
) -> Correction | None:
    """A correction from an offset measured just now; None where that would be a time that no
    clock shows (the computer's stands before 1970, or near the year 9999)."""
    at = now.wall_s + offset_s
    try:
        return Correction(offset_s, uncertainty_s, at, Anchor(boot.id, now.steady_s, at))
    except CorrectionBad:
        return None


def up_to_date(
    correction: Correction, boot: BootClock, wall: Callable[[], float] = time.time
) -> Correction:
    """The correction as it is to be kept now.

    In the start of the computer in which it is anchored: with what was done to the computer's
    clock since. In another one: its offset is carried over, on top of the computer's clock as
    it stands now, and from then on anchored there. Itself where that clock can't be right.
    """
    now = Moment.now(wall, boot.read)
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
    """The clock that codes follow: the computer's own where there is no correction."""
    if correction is None:
        return SystemClock()
    anchor = up_to_date(correction, boot, wall).anchor
    if anchor is None:
        return SystemClock()
    return CorrectedClock(anchor.at, anchor.boot_s, boot, wall)


FITS_S = 1.0
"""Codes don't notice less."""


class Standing(NamedTuple):
    """How a correction and the computer's clock stand to each other now. All in seconds.

    `offset_s`: corrected time minus the computer's clock. `age_s`: since the check.
    `uncertainty_s`: that of the check, grown with the age by CRYSTAL_RATE. `jump_s`: by how
    much somebody set the computer's clock since the anchor, 0 where nobody did.
    `carried_over`: measured in an earlier start of the computer.
    `ran_back`: on top of the computer's clock the offset that was carried over told a time
    before the check.
    """

    offset_s: float
    age_s: float
    uncertainty_s: float
    jump_s: float
    carried_over: bool
    ran_back: bool = False

    @property
    def fits(self) -> bool:
        """The computer's clock now tells what codes follow: nothing is left to correct."""
        return abs(self.offset_s) <= max(FITS_S, self.uncertainty_s)

    def in_doubt(self, *, synchronized: bool) -> bool:
        """What codes follow and the computer's clock no longer fit together, and which of the
        two is right can't be told from here: what was carried over met a clock that was set
        since, or the system says that its clock is `synchronized`, after it was set, and still
        differs (as in a virtual machine that was paused, boot clock and all)."""
        if not self.carried_over:
            return self.jump_s != 0 and synchronized and not self.fits
        return self.ran_back or self.jump_s != 0 or (synchronized and not self.fits)


def standing(
    correction: Correction, boot: BootClock, wall: Callable[[], float] = time.time
) -> Standing:
    """How things stand now."""
    here = up_to_date(correction, boot, wall)
    now = Moment.now(wall, boot.read)
    if here.anchor is None:  # the computer's clock is as good as any
        return Standing(0.0, 0.0, here.uncertainty_s, 0.0, carried_over=True, ran_back=True)
    at = here.anchor.at + now.steady_s - here.anchor.boot_s
    age_s = max(0.0, at - here.checked_at)
    return Standing(
        offset_s=at - now.wall_s,
        age_s=age_s,
        uncertainty_s=here.uncertainty_s + age_s * CRYSTAL_RATE,
        jump_s=here.clock_set_s,
        carried_over=here.carried_over,
        ran_back=here.anchor.at < here.checked_at,
    )
