"""Time steps of 30 s, and codes as an independent program tells them."""

import subprocess
import time

STEP_S = 30


def oathtool(key: str, at: float) -> str:
    """The code of a key, written as panels write it, at a Unix time."""
    return subprocess.run(
        ["oathtool", "--totp", "--base32", "--now", f"@{int(at)}", key.replace("-", "")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def codes_since(key: str, begun: float) -> set[str]:
    """The codes that were right at a moment since `begun`, Unix seconds."""
    return {oathtool(key, at) for at in (*range(int(begun), int(time.time()), STEP_S), time.time())}


def early_in_a_step() -> None:
    """Wait until two thirds of a step are still to come: time enough to carry codes over."""
    if time.time() % STEP_S > STEP_S / 3:
        next_step()


def next_step() -> None:
    """Wait for the next step to begin."""
    begins = (time.time() // STEP_S + 1) * STEP_S
    while (left := begins - time.time()) > 0:
        time.sleep(left)
