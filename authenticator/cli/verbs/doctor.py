"""`doctor`: what works on this computer and what does not, and the way out of a damaged vault."""

import argparse
import platform
import sys
from io import BytesIO

from authenticator import __version__, debug_log, exit_codes, files, resource
from authenticator.app.desktop import Desktop
from authenticator.app.diagnosis import (
    Check,
    PartBroken,
    authorities,
    examine,
    keyring_round_trip,
    reads,
)
from authenticator.cli.terminal import Terminal, as_text
from authenticator.clock.trust_store import Trust
from authenticator.compose import Parts
from authenticator.language import LANGUAGES, current, listed, tr, trn, use
from authenticator.scan.decoders import PyzbarDecoder, ZxingDecoder
from authenticator.vault.errors import IndexTooNew, IndexUnreadable, NoVault, VaultKeyMissing
from authenticator.vault.kinds import KeyKind
from authenticator.wording import explain
from authenticator.wording.storage import kept_where


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set-aside",
        action="store_true",
        help=tr("keep a vault that can't be read under another name, so that a new one can begin"),
    )


def run(parts: Parts, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """One line a check. Exit 5 where something fails that keeps codes from being shown."""
    if chosen.set_aside:
        return _set_aside(parts, terminal)
    exit_code = 0
    for finding in examine(_checks(parts, terminal.desktop)):
        check, error = finding.check, finding.error
        detail, ok = finding.detail, error is None
        if error is not None:
            detail = as_text(explain(error)).replace("\n", " ")
            exit_code = exit_codes.ENVIRONMENT if check.needed else exit_code
        mark = "ok  " if ok else "FAIL" if check.needed else "none"
        terminal.show(
            {
                "check": check.name,
                "ok": ok,
                "needed": check.needed,
                "detail": detail,
                "ms": finding.ms,
            },
            f"{mark} {check.name:12} {detail} ({finding.ms:.0f} ms)",
        )
    return exit_code


def _checks(parts: Parts, desktop: Desktop) -> list[Check]:
    return [
        Check("program", True, _program),
        Check("folder", True, lambda: _folder(parts)),
        Check("vault", True, lambda: _vault(parts)),
        Check("settings", False, lambda: _settings(parts)),
        Check("debug log", False, lambda: _debug_log(parts)),
        Check("keyring", not _sealed(parts), lambda: _keyring(parts)),
        Check("pictures", True, lambda: _picture(parts)),
        Check("pdf", False, lambda: _sheet(parts)),
        Check("opencv", True, _opencv),
        Check("zxing", True, _zxing),
        Check("zbar", False, _zbar),
        Check("camera", False, lambda: _cameras(parts)),
        Check("certificates", False, _certificates),
        Check("languages", True, _languages),
        Check(
            "icons", True, lambda: trn("{count} was drawn", "{count} were drawn", desktop.icons())
        ),
        Check("time", False, lambda: _time(parts)),
    ]


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
        terminal.show(
            {"kept": str(kept)}, tr("Kept as {place}. A new vault can begin.", place=kept)
        )
        return 0
    terminal.say(tr("The vault can be read, so it stays where it is."))
    return exit_codes.USAGE


def _sealed(parts: Parts) -> bool:
    try:
        kind = parts.peek()
    except Exception:  # noqa: BLE001 - the check of the vault tells it
        return False
    return kind is not None and kind.key is KeyKind.PASSPHRASE


def _program() -> str:
    kind = tr("executable") if getattr(sys, "frozen", False) else tr("source")
    version = tr("version {version}", version=__version__)
    return listed((version, kind, f"Python {platform.python_version()}", sys.platform))


def _folder(parts: Parts) -> str:
    """The folder can be written: a probe is made and taken away."""
    import tempfile

    files.make_folder(parts.home)
    with tempfile.TemporaryFile(dir=parts.home):
        return str(parts.home)


def _vault(parts: Parts) -> str:
    kind = parts.peek()
    if kind is None:
        return tr("none yet")
    return kept_where(kind)


def _settings(parts: Parts) -> str:
    """All of them can be read. Raises SettingsUnreadable, SettingsUnknown."""
    if parts.settings_file.fault is not None:
        raise parts.settings_file.fault
    return tr("all can be read")


def _debug_log(parts: Parts) -> str:
    """Whether it is on, for this run or by the settings, and its file. Raises DiskRefused."""
    parts.set_debug_log(chosen=parts.settings.debug_log)
    file = parts.log_folder / debug_log.FILE_NAME
    if debug_log.is_on():
        return tr("on, written to {file}", file=file)
    return tr("off, otherwise written to {file}", file=file)


def _keyring(parts: Parts) -> str:
    keyring_round_trip(parts.keyring())
    return tr("a probe went in, came back and was taken away")


def _picture(parts: Parts) -> str:
    """By the process that reads pictures, as the app has it done."""
    sample = resource.path("samples/panel-enrolment.png")
    if len(parts.read_picture(sample).payloads) != 1:
        raise PartBroken("sample")
    return tr("the sample enrolment was read")


def _sheet(parts: Parts) -> str:
    from PIL import Image

    from authenticator.scan.qr_encoder import qr_png

    sheet = BytesIO()
    with Image.open(BytesIO(qr_png("otpauth://totp/probe"))) as code:
        code.save(sheet, "PDF")
    if len(parts.read_picture(sheet.getvalue()).payloads) != 1:
        raise PartBroken("PDFium")
    return tr("a sheet was read")


def _opencv() -> str:
    import cv2
    import numpy as np

    plane = np.eye(9, dtype=np.uint8) * 255
    if not cv2.GaussianBlur(plane, (3, 3), 1).any() or not hasattr(cv2, "VideoCapture"):
        raise PartBroken("OpenCV")
    return f"OpenCV {cv2.__version__}"


def _zxing() -> str:
    reads("zxing-cpp", ZxingDecoder())
    return tr("{name} reads a code", name="zxing-cpp")


def _zbar() -> str:
    reads("zbar", PyzbarDecoder())
    return tr("{name} reads a code", name="zbar")


def _certificates() -> str:
    return trn(
        "{count} authority is trusted",
        "{count} authorities are trusted",
        authorities(Trust.of_system()),
    )


def _languages() -> str:
    """Each catalogue can be read."""
    spoken = current()
    try:
        for code in LANGUAGES:
            use(code)
    finally:
        use(spoken)
    return listed(LANGUAGES.values())


def _cameras(parts: Parts) -> str:
    return listed(f"{camera.number}: {camera.name}" for camera in parts.cameras()) or tr(
        "none found"
    )


def _time(parts: Parts) -> str:
    """What codes follow, and what the system does about its clock. Asks no server."""
    from authenticator.app.time.correction import standing
    from authenticator.clock.boot_clock import this_boot
    from authenticator.wording import correct_time

    correction = parts.note_clock_changes(parts.settings).correction
    sync = parts.system_sync()
    stands = None if correction is None else standing(correction, this_boot())
    told = [correct_time.correction_status(correction, stands), correct_time.own_sync(sync)]
    if stands is not None and stands.in_doubt(synchronized=sync.synchronized):
        told.insert(1, correct_time.in_doubt(stands))
    return " ".join(told).replace("\n", " ")
