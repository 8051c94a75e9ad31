"""`doctor`: checks what works on this computer, and sets a damaged vault aside."""

import argparse
import platform
import sys
from io import BytesIO

from authenticator import __version__, debug_log, exit_codes, files, resource
from authenticator.app.desktop import Desktop
from authenticator.app.diagnosis import (
    Check,
    PartBroken,
    check_authorities,
    check_decoder,
    check_sandbox,
    keyring_round_trip,
    run_checks,
)
from authenticator.app.home_access import HomeOpenToOthers
from authenticator.cli.terminal import Terminal, as_text
from authenticator.clock.trust_store import TrustStore
from authenticator.compose import Services
from authenticator.language import LANGUAGES, current, join_list, tr, trn, use
from authenticator.scan.decoders import PyzbarDecoder, ZxingDecoder
from authenticator.vault.errors import IndexTooNew, IndexUnreadable, NoVault, VaultKeyMissing
from authenticator.vault.kinds import KeyKind
from authenticator.wording import explain
from authenticator.wording.sandbox import layers_in_words
from authenticator.wording.storage import closed_to_others, kept_where


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set-aside",
        action="store_true",
        help=tr("keep a vault that can't be read under another name, so that a new one can begin"),
    )


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Print one line per check. Exit 5 if a check fails without which no code can be shown."""
    if chosen.set_aside:
        services.check_home()
        return _quarantined(services, terminal)
    exit_code = 0
    for finding in run_checks(_checks(services, terminal.desktop)):
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
                **finding.facts,
            },
            f"{mark} {check.name:12} {detail} ({finding.ms:.0f} ms)",
        )
    return exit_code


def _checks(services: Services, desktop: Desktop) -> list[Check]:
    return [
        Check("program", True, _program),
        Check("folder", True, lambda: _folder(services)),
        Check("access", False, lambda: _access(services)),
        Check("vault", True, lambda: _vault(services)),
        Check("settings", False, lambda: _settings(services)),
        Check("log", False, lambda: _debug_log(services)),
        Check("keyring", not _sealed(services), lambda: _keyring(services)),
        Check("pictures", True, lambda: _picture(services)),
        Check(
            "sandbox",
            False,
            lambda: _sandbox(services),
            lambda: {"layers": services.reader_layers()},
        ),
        Check("pdf", False, lambda: _sheet(services)),
        Check("opencv", True, _opencv),
        Check("zxing", True, _zxing),
        Check("zbar", False, _zbar),
        Check("camera", False, lambda: _cameras(services)),
        Check("certificates", False, _certificates),
        Check("languages", True, _languages),
        Check(
            "icons", True, lambda: trn("{count} was drawn", "{count} were drawn", desktop.icons())
        ),
        Check("time", False, lambda: _time(services)),
    ]


def _quarantined(services: Services, terminal: Terminal) -> int:
    try:
        kind = services.inspect_vault()
        if kind is None:
            return terminal.fault(NoVault())
        if kind.key is KeyKind.KEYRING:
            services.open_vault().close()
    except (IndexUnreadable, IndexTooNew, VaultKeyMissing) as error:
        terminal.fault(error)
        kept = services.quarantine_vault()
        terminal.show(
            {"kept": str(kept)}, tr("Kept as {place}. A new vault can begin.", place=kept)
        )
        return 0
    terminal.say(tr("The vault can be read, so it stays where it is."))
    return exit_codes.USAGE


def _sealed(services: Services) -> bool:
    try:
        kind = services.inspect_vault()
    except Exception:  # noqa: BLE001 - the check of the vault tells it
        return False
    return kind is not None and kind.key is KeyKind.PASSPHRASE


def _program() -> str:
    kind = tr("executable") if getattr(sys, "frozen", False) else tr("source")
    version = tr("version {version}", version=__version__)
    return join_list((version, kind, f"Python {platform.python_version()}", sys.platform))


def _folder(services: Services) -> str:
    """Check that the folder is ours and can be written, by a file that is deleted again."""
    import tempfile

    services.check_home()
    files.make_folder(services.home)
    with files.refusals(services.home), tempfile.TemporaryFile(dir=services.home):
        return str(services.home)


def _access(services: Services) -> str:
    """Nobody else can get at the folder and what is in it. Raises HomeOfAnother,
    HomeOpenToOthers."""
    services.check_home()
    access = services.home_access
    if access.open:
        raise HomeOpenToOthers(services.home, access.shared)
    if access.closed:
        return closed_to_others(services.home)
    return tr("only you can get at the folder")


def _vault(services: Services) -> str:
    services.check_home()
    kind = services.inspect_vault()
    if kind is None:
        return tr("none yet")
    return kept_where(kind)


def _settings(services: Services) -> str:
    """All of them can be read. Raises SettingsUnreadable, SettingsUnknown, DiskRefused."""
    services.settings  # noqa: B018 - read, where they could not be before
    if services.settings_file.fault is not None:
        raise services.settings_file.fault
    return tr("all can be read")


def _debug_log(services: Services) -> str:
    """Whether it is on, for this run or by the settings, and its file. Raises DiskRefused."""
    services.check_home()
    services.set_debug_log(chosen=services.settings.debug_log)
    file = services.log_folder / debug_log.FILE_NAME
    if debug_log.is_on():
        return tr("debug log on, written to {file}", file=file)
    return tr("debug log off, otherwise written to {file}", file=file)


def _keyring(services: Services) -> str:
    keyring_round_trip(services.keyring())
    return tr("a probe went in, came back and was taken away")


def _picture(services: Services) -> str:
    """Check reading a picture in the worker process, as the app does."""
    sample = resource.path("samples/panel-enrolment.png")
    if len(services.read_picture(sample).payloads) != 1:
        raise PartBroken("sample")
    return tr("the sample enrolment was read")


def _sandbox(services: Services) -> str:
    """What shuts off the process that reads pictures. Raises ReaderExposed."""
    layers = services.reader_layers()
    check_sandbox(layers)
    return tr("in force: {layers}", layers=layers_in_words(layers)) if layers else tr("none")


def _sheet(services: Services) -> str:
    from PIL import Image

    from authenticator.scan.qr_encoder import qr_png

    sheet = BytesIO()
    with Image.open(BytesIO(qr_png("otpauth://totp/probe"))) as code:
        code.save(sheet, "PDF")
    if len(services.read_picture(sheet.getvalue()).payloads) != 1:
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
    check_decoder("zxing-cpp", ZxingDecoder())
    return tr("{name} reads a code", name="zxing-cpp")


def _zbar() -> str:
    check_decoder("zbar", PyzbarDecoder())
    return tr("{name} reads a code", name="zbar")


def _certificates() -> str:
    return trn(
        "{count} authority is trusted",
        "{count} authorities are trusted",
        check_authorities(TrustStore.of_system()),
    )


def _languages() -> str:
    """Each catalogue can be read."""
    spoken = current()
    try:
        for code in LANGUAGES:
            use(code)
    finally:
        use(spoken)
    return join_list(LANGUAGES.values())


def _cameras(services: Services) -> str:
    return join_list(f"{camera.number}: {camera.name}" for camera in services.cameras()) or tr(
        "none found"
    )


def _time(services: Services) -> str:
    """What codes follow, and what the system does about its clock. Asks no server."""
    from authenticator.app.time.correction import current_status
    from authenticator.clock.boot_clock import this_boot
    from authenticator.wording import correct_time

    services.check_home()
    correction = services.note_clock_changes(services.settings).correction
    sync = services.system_sync()
    status = None if correction is None else current_status(correction, this_boot())
    told = [correct_time.correction_status(correction, status), correct_time.own_sync(sync)]
    if status is not None and status.in_doubt(synchronized=sync.synchronized):
        told.insert(1, correct_time.in_doubt(status))
    if status is None or status.from_previous_boot:
        told.append(tr(correct_time.PANELS_DIFFER))
    return " ".join(told).replace("\n", " ")
