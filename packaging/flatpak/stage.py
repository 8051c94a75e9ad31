"""stage BUNDLE FOLDER: lays the executable's folder out as Flatpak wants it: everything that the
desktop sees is named by the app's identifier."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import tree

from authenticator import IDENTIFIER


def stage(bundle: Path, prefix: Path, date: str) -> None:
    tree.lay(bundle, prefix, date)
    share = prefix / "share"
    for file in sorted((share / "icons").rglob("authenticator.*")):
        file.rename(file.with_name(f"{IDENTIFIER}{file.suffix}"))
    entry = share / "applications/authenticator.desktop"
    words = entry.read_text(encoding="utf-8").replace("Icon=authenticator", f"Icon={IDENTIFIER}")
    entry.unlink()
    entry.with_name(f"{IDENTIFIER}.desktop").write_text(words, encoding="utf-8")
    metainfo = share / f"metainfo/{IDENTIFIER}.metainfo.xml"
    words = metainfo.read_text(encoding="utf-8")
    metainfo.write_text(words.replace("authenticator.desktop", f"{IDENTIFIER}.desktop"))


if __name__ == "__main__":
    stage(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "1970-01-01")
