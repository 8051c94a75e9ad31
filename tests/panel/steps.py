"""Time steps of 30 s, and codes computed by an independent program."""

import re
import subprocess
import time

STEP_S = 30


def oathtool(key: str, at: float) -> str:
    """Return the code of a key, written as panels write it, at a Unix time."""
    return subprocess.run(
        ["oathtool", "--totp", "--base32", "--now", f"@{int(at)}", re.sub("[ -]", "", key)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def codes_since(key: str, begun: float) -> set[str]:
    """Return the codes that were valid at some moment since `begun`, Unix seconds."""
    return {oathtool(key, at) for at in (*range(int(begun), int(time.time()), STEP_S), time.time())}


def wrong(key: str) -> str:
    """Return a well-formed code that is valid nowhere near now."""
    near = {oathtool(key, time.time() + steps * STEP_S) for steps in range(-4, 5)}
    return next(guess for guess in ("123456", "234567", "345678") if guess not in near)


def early_in_a_step() -> None:
    """Wait until at least two thirds of a time step remain: time enough to carry codes over."""
    if time.time() % STEP_S > STEP_S / 3:
        next_step()


def next_step() -> None:
    """Wait for the next time step to begin."""
    begins = (time.time() // STEP_S + 1) * STEP_S
    while (left := begins - time.time()) > 0:
        time.sleep(left)
