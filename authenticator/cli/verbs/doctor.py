"""`doctor`: what works on this computer and what does not, and the way out of a damaged vault."""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from authenticator import resource
from authenticator.cli.terminal import Terminal, as_text
from authenticator.compose import Parts
from authenticator.vault.vault import (
    IndexTooNew,
    IndexUnreadable,
    KeyKind,
    NoVault,
    VaultKeyMissing,
)
from authenticator.wording import explain


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set-aside",
        action="store_true",
        help="keep a vault that can't be read under another name, so that a new one can begin",
    )


def run(parts: Parts, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """One line a check. Exit 5 where something fails that keeps codes from being shown."""
    if chosen.set_aside:
        return _set_aside(parts, terminal)
    checks: list[tuple[str, bool, Callable[[], str]]] = [
        ("folder", True, lambda: _folder(parts)),
        ("vault", True, lambda: _vault(parts)),
        ("keyring", not _sealed(parts), lambda: _keyring(parts)),
        ("pictures", True, lambda: _picture(parts)),
        ("zbar", False, _zbar),
        ("camera", False, lambda: _cameras(parts)),
        ("time", False, lambda: _time(parts)),
    ]
    exit_code = 0
    for name, needed, check in checks:
        started = time.monotonic()
        try:
            detail, ok = check(), True
        except Exception as error:  # noqa: BLE001 - a check that fails in any way is a finding
            detail, ok = as_text(explain(error)).replace("\n", " "), False
        if not ok and needed:
            exit_code = 5
        ms = round((time.monotonic() - started) * 1000, 1)
        mark = "ok  " if ok else "FAIL" if needed else "none"
        terminal.show(
            {"check": name, "ok": ok, "needed": needed, "detail": detail, "ms": ms},
            f"{mark} {name:9} {detail}",
        )
    return exit_code


def _set_aside(parts: Parts, terminal: Terminal) -> int:
    try:
        kind = parts.peek()
        if kind is None:
            return terminal.fault(NoVault())
        if kind.key is KeyKind.KEYRING:
            parts.open_vault().close()
    except (IndexUnreadable, IndexTooNew, VaultKeyMissing) as error:
        terminal.fault(error)
        kept = parts.set_aside()
        terminal.show({"kept": str(kept)}, f"Kept as {kept}. A new vault can begin.")
        return 0
    terminal.say("The vault can be read, so it stays where it is.")
    return 2


def _sealed(parts: Parts) -> bool:
    try:
        kind = parts.peek()
    except Exception:  # noqa: BLE001 - the check of the vault tells it
        return False
    return kind is not None and kind.key is KeyKind.PASSPHRASE


def _folder(parts: Parts) -> str:
    """The folder can be written: a probe is made and taken away."""
    import tempfile

    parts.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=parts.home):
        return str(parts.home)


def _vault(parts: Parts) -> str:
    kind = parts.peek()
    if kind is None:
        return "none yet"
    return f"secrets in the {kind.store} store, key in the {kind.key}"


def _keyring(parts: Parts) -> str:
    """A probe goes in, comes back and is taken away."""
    import secrets

    name = f"probe {secrets.token_hex(8)}"
    value = secrets.token_hex(16)
    keyring = parts.keyring()
    keyring.write(name, value)
    try:
        returned = keyring.read(name) == value
    finally:
        keyring.delete(name)
    if not returned:
        raise RuntimeError("the keyring returned something else")
    return "a probe went in, came back and was taken away"


def _picture(parts: Parts) -> str:
    sample = resource.path("samples/panel-enrolment.png")
    found = len(parts.read_picture(Path(sample)).payloads)
    if found != 1:
        raise RuntimeError("the sample was not read")
    return "the sample enrolment was read"


def _zbar() -> str:
    from authenticator.scan.decoders import PyzbarDecoder

    PyzbarDecoder()
    import pyzbar.pyzbar

    return f"pyzbar reads {len(pyzbar.pyzbar.ZBarSymbol)} kinds of code"


def _cameras(parts: Parts) -> str:
    return (
        ", ".join(f"{camera.number}: {camera.name}" for camera in parts.cameras()) or "none found"
    )


def _time(parts: Parts) -> str:
    """What codes follow, and what the system does about its clock. Asks no server."""
    from authenticator.app.correction import standing
    from authenticator.clock.boot import this_boot
    from authenticator.wording import correct_time as words

    parts.clock()  # notes what happened to the computer's clock since the last look
    correction = parts.settings_file.read().correction
    sync = parts.system_sync()
    stands = None if correction is None else standing(correction, this_boot())
    told = [words.correction_status(correction, stands), words.own_sync(sync)]
    if stands is not None and stands.in_doubt(synchronized=sync.synchronized):
        told.insert(1, f"{words.IN_DOUBT}. {words.why_in_doubt(stands)}")
    return " ".join(told).replace("\n", " ")
