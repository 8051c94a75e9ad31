"""`authenticator code` out of a real keyring, against a bare script that does the same, and
against oathtool, which is handed the key."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.secret_service import secret_service

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BARE = Path(__file__).with_name("bare_code.py")


@pytest.mark.system
def test_one_code(paired, command: Path, tmp_path: Path) -> None:
    with secret_service() as service:
        environment = service.environment | {"AUTHENTICATOR_HOME": str(tmp_path / "home")}

        def output(*words: str | Path, given: str | None = None) -> str:
            done = subprocess.run(
                words, env=environment, input=given, capture_output=True, text=True, check=True
            )
            return done.stdout

        output(command, "add", "--account", "kim", "--key-file", "-", given=KEY)
        save = f"import keyring; keyring.set_password('bare', 'bare', {KEY!r})"
        output(sys.executable, "-c", save)

        def ours() -> str:
            return output(command, "code", "kim")

        def script() -> str:
            return output(sys.executable, BARE)

        def oathtool() -> str:
            return output("oathtool", "--totp", "-b", KEY)

        # Two of three neighbours in time agree even when a step ends between them.
        codes = [oathtool(), ours(), script(), oathtool()]
        assert codes[1] in (codes[0], codes[3])
        assert codes[2] in (codes[0], codes[3])
        paired(ours, script=script, oathtool=oathtool)
