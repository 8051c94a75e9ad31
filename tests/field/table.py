"""The table of what panels and people send, and of what the app makes of it:
`python -m tests.field.table`, as Markdown."""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from authenticator.compose import Services
from tests.field import pictures, texts, typed_keys
from tests.field.truth import Variant
from tests.field.verdict import Result, Verdict, of_key, of_sources

_HEAD = """# What panels and people send

Made by `make field-table` out of `tests/field`, which has every variant. The codes of what is
read are calculated there a second time, without the app. *Asked* is what is used only after a
yes; *refused* is what comes with a reason, and adds nothing.

A value that is left empty (`digits=&period=30`) is no refusal: the panel's template had nothing to
fill in, so the panel has set nothing, and uses the usual value as it does where the parameter is
missing. So does the app, and says so. A value that is there and can't be read may be any, and is
refused.
"""


def main() -> int:
    """Print the table; 1 where anything is lost or wrong."""
    counts: dict[str, Counter[Verdict]] = {}
    details: list[str] = []
    with tempfile.TemporaryDirectory() as home:
        services = Services(Path(home))
        try:
            for kind, results in _all(services):
                told = list(results)
                counts[kind] = Counter(result.verdict for _, result in told)
                details.append(_detail(kind, told))
        finally:
            services.close()
    sys.stdout.write("\n".join([_HEAD, _overview(counts), *details]))
    bad = sum(count[Verdict.LOST] + count[Verdict.WRONG] for count in counts.values())
    return 1 if bad else 0


def _all(services: Services) -> Iterator[tuple[str, Iterable[tuple[Variant, Result]]]]:
    def sources(variant: Variant) -> Result:
        return of_sources(variant, services.read_picture)

    kinds: list[tuple[str, Callable[[], Iterator[Variant]], Callable[[Variant], Result]]] = [
        *((name, make, sources) for name, make in texts.KINDS.items()),
        *((name, make, of_key) for name, make in typed_keys.KINDS.items()),
        *((name, make, sources) for name, make in pictures.KINDS.items()),
    ]
    for name, make, judge in kinds:
        yield name, ((variant, judge(variant)) for variant in make())


def _overview(counts: dict[str, Counter[Verdict]]) -> str:
    lines = [
        "| kind | variants | " + " | ".join(Verdict) + " |",
        "|---|" + "---:|" * (1 + len(Verdict)),
    ]
    total: Counter[Verdict] = sum(counts.values(), Counter())
    for kind, count in [*counts.items(), ("all", total)]:
        figures = " | ".join(str(count[verdict]) for verdict in Verdict)
        lines.append(f"| {kind} | {count.total()} | {figures} |")
    return "\n".join(lines) + "\n"


def _detail(kind: str, told: list[tuple[Variant, Result]]) -> str:
    lines = [f"## {kind}", "", "| variant | result | what is said |", "|---|---|---|"]
    for variant, result in told:
        said = " ".join(result.said)
        lines.append(f"| {_cell(variant.name)} | {result.verdict} | {_cell(said)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    plain = "".join(one if one.isprintable() else " " for one in text)
    for mark in "\\`*_{}[]()<>|#":
        plain = plain.replace(mark, f"\\{mark}")
    return plain


if __name__ == "__main__":
    sys.exit(main())
