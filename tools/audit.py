"""audit.py [--required]: asks pip-audit for known vulnerabilities in what requirements/*.txt pin,
for every system, not for this one alone.

Exit code 1 if there is one. Where the service does not answer it says so and exits with 0, or with
1 if an answer is --required."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path("requirements")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
TIME_LIMIT_S = 300


def pinned() -> list[tuple[str, str]]:
    """Name and version of everything, each once, markers or not."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.txt"))]
    return sorted({pin for text in texts for pin in PIN.findall(text)})


def sheets(pins: list[tuple[str, str]]) -> Iterator[list[str]]:
    """Requirements in lists that name nothing twice, as pip-audit wants them."""
    while pins:
        chosen = dict(reversed(pins))
        yield [f"{name}=={version}" for name, version in chosen.items()]
        pins = [(name, version) for name, version in pins if chosen[name] != version]


def asked(lines: list[str]) -> list[dict[str, Any]]:
    """What pip-audit says of each. Raises RuntimeError with the reason where it says nothing."""
    with tempfile.TemporaryDirectory() as work:
        sheet = Path(work, "pinned.txt")
        sheet.write_text("\n".join(lines), encoding="utf-8")
        command = [str(Path(sys.executable).with_name("pip-audit")), "--requirement", str(sheet)]
        options = ["--no-deps", "--disable-pip", "--format=json", "--progress-spinner=off"]
        try:
            done = subprocess.run(
                command + options, capture_output=True, text=True, timeout=TIME_LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"no answer within {TIME_LIMIT_S} s") from None
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        raise RuntimeError(done.stderr.strip().rpartition("\n")[2]) from None
    return found


def main() -> int:
    required = "--required" in sys.argv[1:]
    found: list[dict[str, Any]] = []
    try:
        for lines in sheets(pinned()):
            found += asked(lines)
    except RuntimeError as problem:
        print(f"Vulnerabilities were not checked: {problem}")
        return int(required)
    skipped = [each for each in found if "skip_reason" in each]
    if len(skipped) == len(found):
        print("Vulnerabilities were not checked: none of the packages is known there")
        return int(required)
    for each in skipped:
        print(f"Not checked: {each['name']}: {each['skip_reason']}")
    known = [(each, vulnerability) for each in found for vulnerability in each.get("vulns", [])]
    for each, vulnerability in known:
        mended = ", ".join(vulnerability["fix_versions"]) or "no version yet"
        print(f"{each['name']} {each['version']}: {vulnerability['id']}, mended in {mended}")
    print(f"{len(found) - len(skipped)} packages checked, {len(known)} known vulnerabilities")
    return int(bool(known))


if __name__ == "__main__":
    sys.exit(main())
