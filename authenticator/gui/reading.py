"""Reading sources off the GUI thread: every picture decoded, every text sorted."""

from collections.abc import Iterable
from dataclasses import dataclass

from authenticator import wording
from authenticator.app.enrolment import Harvest, NoCodeFound, harvest
from authenticator.compose import Parts
from authenticator.gui.intake import Source


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of some sources.

    `texts` are all that was read so far, for the parts of an export that are still to come;
    `empty` names pictures without a code; `faults` are sources that could not be read.
    """

    texts: tuple[str, ...]
    harvest: Harvest
    empty: tuple[str, ...]
    faults: tuple[tuple[str, Exception], ...]

    def unread(self) -> tuple[str, ...]:
        """A line for each source that gave nothing, shown beside what others gave."""
        nothing = [(name, NoCodeFound()) for name in self.empty]
        return tuple(
            f"{wording.shown(name)}: {wording.explain(error).title}"
            for name, error in (*self.faults, *nothing)
        )


def read(parts: Parts, sources: Iterable[Source], before: tuple[str, ...] = ()) -> Outcome:
    """Read all sources; `before` are texts of earlier ones that these may complete."""
    texts = list(before)
    empty: list[str] = []
    faults: list[tuple[str, Exception]] = []
    for source in sources:
        if source.picture is None:
            texts += _lines(source.text)
            continue
        try:
            payloads = parts.read_picture(source.content()).payloads
        except Exception as error:  # noqa: BLE001 - told for this source; the others still count
            faults.append((source.name, error))
            continue
        if payloads:
            texts += [payload.text for payload in payloads]
        else:
            empty.append(source.name)
    return Outcome(tuple(texts), harvest(texts), tuple(empty), tuple(faults))


def _lines(text: str) -> list[str]:
    """Pasted text may hold one enrolment a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]
