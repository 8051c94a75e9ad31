"""A correction of the clock as it is kept and applied. Imported at every start."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from authenticator.clock.clock import Clock, CorrectedClock
from authenticator.clock.sample import OFFSET_LIMIT_S
from authenticator.errors import DataBad

TIME_LIMIT_S = 253_402_300_800.0
"""The end of the year 9999."""


class CorrectionBad(DataBad):
    """A stored correction that can't be true; `field` is the part that is missing or wrong."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


@dataclass(frozen=True, slots=True)
class Correction:
    """A measured correction: what to add to the computer's clock.

    `offset_s`: true time minus the computer's clock, at most OFFSET_LIMIT_S (68 years, what NTP
    can tell) either way; `uncertainty_s`: 0 to the same limit; `checked_at`: Unix
    seconds, corrected, 1970 to 9999. Raises CorrectionBad.
    """

    offset_s: float
    uncertainty_s: float
    checked_at: float

    def __post_init__(self) -> None:
        for name, low, high in (
            ("offset_s", -OFFSET_LIMIT_S, OFFSET_LIMIT_S),
            ("uncertainty_s", 0.0, OFFSET_LIMIT_S),
            ("checked_at", 0.0, TIME_LIMIT_S),
        ):
            value = getattr(self, name)
            # Comparing first: a JSON integer can be too large for a float. NaN fails it too.
            if type(value) not in (int, float) or not low <= value <= high:
                raise CorrectionBad(name)
            object.__setattr__(self, name, float(value))

    def to_json(self) -> dict[str, float]:
        """As a JSON object of three numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> "Correction":
        """What `to_json` gave, from parsed JSON. Fields of later versions are passed over.

        Raises CorrectionBad for anything that is no such object.
        """
        if not isinstance(value, dict):
            raise CorrectionBad("")
        # Whatever is missing or of another type is refused by the constructor.
        parts: list[Any] = [value.get(f.name) for f in fields(cls)]
        return cls(*parts)


def corrected(clock: Clock, correction: Correction | None) -> Clock:
    """The clock with the correction applied, or itself where there is none."""
    return clock if correction is None else CorrectedClock(correction.offset_s, clock)
