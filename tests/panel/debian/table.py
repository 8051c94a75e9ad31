"""The table of panels in the documentation: `python -m tests.panel.debian.table PAGE`.

Starts each panel, measures it, and puts the table between the page's two marks. Nothing in it is
typed in: what can't be measured is not there.
"""

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from tests.panel.debian.conftest import PANELS
from tests.panel.debian.lemonldap import LemonLdap
from tests.panel.debian.measure import FAR, Measurer, Measures
from tests.panel.debian.panel import DebianPanel, served
from tests.panel.ways import ByTerminal
from tests.services.browser import chromium
from tests.services.secret_service import secret_service

BEGIN, END = "<!-- panels: begin -->", "<!-- panels: end -->"
USERS = [f"Kim{number}" for number in range(8)]
HEAD = (
    *("panel", "steps behind", "ahead", "a used code again", "the next code at once"),
    *("recovery codes", "switching off asks for", "measured"),
)


def main(page: Path) -> None:
    """Measure all panels, then write."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    assert mark, f"{page} has no place for the table: {BEGIN} and {END}"
    if missing := [kind.PACKAGE for kind in PANELS.values() if not kind.version()]:
        sys.exit(f"Not installed: {', '.join(missing)}. The table stays as it is.")
    with ThreadPoolExecutor(len(PANELS)) as people:  # most of the time each waits for a time step
        measured = list(people.map(measure, PANELS.values()))
    table = "\n".join([*rows(measured), "", *links(measured)])
    page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def measure(kind: type[DebianPanel]) -> Measures:
    """Start a panel and answer every question about it."""
    sys.stderr.write(f"{kind.TITLE} {kind.version()}\n")
    with (
        tempfile.TemporaryDirectory(prefix="measure-") as name,
        secret_service() as ring,
        chromium(os.environ, hosts=[LemonLdap.HOST]) as browser,
        served(kind, *USERS) as url,
    ):
        app = ByTerminal(Path(name) / "home", ring.environment, Path(name))
        return Measurer(browser, (kind, url, iter(USERS)), app).all()


def rows(measured: list[Measures]) -> list[str]:
    """The figures, a row for each panel."""
    today = datetime.now(UTC).date().isoformat()
    return [
        row(*HEAD),
        row(*["---"] * len(HEAD)),
        *(
            row(
                f"{found.title} {found.version}",
                *map(steps, (found.behind, found.ahead)),
                *("yes" if taken else "no" for taken in (found.again, found.at_once)),
                *(found.recovery, found.to_switch_off, today),
            )
            for found in measured
        ),
    ]


def links(measured: list[Measures]) -> list[str]:
    """What each panel's QR code says."""
    return [
        row("panel", "its link"),
        row("---", "---"),
        *(row(found.title, f"`{found.link}`") for found in measured),
    ]


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def steps(count: int | None) -> str:
    """In words for those that are further away than was tried, or where none was taken."""
    if count is None:
        return "none taken"
    return f"{FAR} or more" if count == FAR else str(count)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
