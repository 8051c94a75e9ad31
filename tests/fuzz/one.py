"""Runs libFuzzer on one target: `python -m tests.fuzz.one TARGET OPTION...`"""

import sys
import tempfile

import atheris

with atheris.instrument_imports(include=["authenticator"]):
    from tests.fuzz.targets import TARGETS

LONGEST = 512
"""Bytes of an input: parsers refuse long ones early, and short ones are quicker."""


def main() -> None:
    """An exception that the target may not raise ends the program, and its input is kept."""
    program, target, *options = sys.argv
    kept = f"-artifact_prefix={tempfile.gettempdir()}/fuzz-{target}-"
    limits = [f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=2048"]
    atheris.Setup([program, *limits, kept, *options], TARGETS[target])
    atheris.Fuzz()


main()
