"""What an earlier version stored is there in this one. PREVIOUS names that version's folder."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.services.secret_service import secret_service
from tests.system.test_main_job import KEY, oath

PREVIOUS = os.environ.get("PREVIOUS")


@pytest.mark.skipif(PREVIOUS is None, reason="no earlier version was released; PREVIOUS names one")
def test_accounts_settings_and_bin_survive_upgrade(bundle: Path, home: Path) -> None:
    with secret_service() as ring:

        def run(program: Path, *words: str, stdin: str = "") -> list[dict[str, Any]]:
            done = subprocess.run(
                [program / "authenticator", *words, "--json"],
                env=ring.environment | {"AUTHENTICATOR_HOME": str(home)},
                input=stdin,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            return [json.loads(line) for line in done.stdout.splitlines()]

        old = Path(str(PREVIOUS))
        for name in ("kim", "lee", "max"):
            run(old, "add", "--issuer", "Panel", "--account", name, "--key-file", "-", stdin=KEY)
        counting = ("--type", "hotp", "--counter", "7")
        run(old, "add", "--account", "counting", *counting, "--key-file", "-", stdin=KEY)
        run(old, "edit", "lee", "--group", "Work", "--pin")
        run(old, "remove", "max")
        before, binned = run(old, "list"), run(old, "list", "--bin")

        assert run(bundle, "list") == before
        assert [one["id"] for one in run(bundle, "list", "--bin")] == [one["id"] for one in binned]
        assert run(bundle, "code", "kim", "--at", "59")[0]["code"] == oath(59)
        assert run(bundle, "code", "counting")[0]["code"] == oath(0, "--hotp", "-c", "7")
        assert len(binned) == 1
