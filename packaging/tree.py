"""The executable's folder, laid out as a Linux system has its programs: bin, lib, share."""

import gzip
import shutil
from pathlib import Path

import completions
import icons
import manual

from authenticator import IDENTIFIER, __version__

TOP = Path(__file__).parents[1]
DESKTOP_FILE = TOP / "resources/desktop/authenticator.desktop"
METAINFO = Path(__file__).parent / "linux/metainfo.xml"
PROGRAMS = ("authenticator", "authenticator-gui")


def lay(bundle: Path, prefix: Path, date: str) -> None:
    """Fill `prefix` (made anew) from what `make package` built; `date` is the release's."""
    shutil.rmtree(prefix, ignore_errors=True)
    shutil.copytree(bundle, prefix / "lib/authenticator", symlinks=True)
    for file in (prefix / "lib/authenticator").rglob("*"):
        if file.is_file() and not file.is_symlink():
            file.chmod(0o755 if file.name in PROGRAMS else 0o644)
    share = prefix / "share"
    commands = _folder(prefix / "bin")
    for program in PROGRAMS:
        (commands / program).symlink_to(f"../lib/authenticator/{program}")
    shutil.copyfile(DESKTOP_FILE, _folder(share / "applications") / DESKTOP_FILE.name)
    words = METAINFO.read_text(encoding="utf-8")
    for name, value in (("IDENTIFIER", IDENTIFIER), ("VERSION", __version__), ("DATE", date)):
        words = words.replace(f"@{name}@", value)
    metainfo = _folder(share / "metainfo") / f"{IDENTIFIER}.metainfo.xml"
    metainfo.write_text(words, encoding="utf-8")
    _lay_icons(share / "icons/hicolor")
    _lay_completions(share)
    manual.write(share / "man/man1")
    for page in (share / "man/man1").glob("*.1"):
        _compress(page)


def _lay_icons(theme: Path) -> None:
    drawn = _folder(theme / "scalable/apps") / "authenticator.svg"
    shutil.copyfile(icons.DRAWING, drawn)
    for side_px in icons.SIZES_PX:
        folder = _folder(theme / f"{side_px}x{side_px}/apps")
        (folder / "authenticator.png").write_bytes(icons.png(side_px))


def _lay_completions(share: Path) -> None:
    made = _folder(share / "made")
    completions.write(made)
    for name, place in (
        ("authenticator.bash", "bash-completion/completions/authenticator"),
        ("_authenticator", "zsh/vendor-completions/_authenticator"),
        ("authenticator.fish", "fish/vendor_completions.d/authenticator.fish"),
    ):
        _folder((share / place).parent)
        (made / name).rename(share / place)
    made.rmdir()


def _compress(file: Path) -> None:
    # No name and no time in it: the same page gives the same file.
    file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
    file.unlink()


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path
