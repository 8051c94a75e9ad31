"""How quick and how large the executable is: `python -m tests.benchmarks.package BUNDLE`.

From start to the first picture with codes, fifty accounts in the keyring, in turn with the same
from the source in its environment and with a one-folder bundle of a PySide6 window that is empty.
Cold: the files were put out of the memory before. The quickest of the rounds counts, for whatever
else a machine does only adds. JSON goes into build/bench/package.json.
Exits with 1 where a limit is missed.
"""

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from authenticator.app.settings_file import SettingsFile
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from authenticator.vault.kinds import StoreKind
from tests.services.screen import x_screen
from tests.services.secret_service import secret_service

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
ACCOUNTS = 50
VENV_LIMIT = 1.3
BARE_LIMIT = 2.5
MIB = 2**20
COMPONENTS = {
    "Qt and PySide6": ("PySide6", "shiboken6", "libQt6", "libicu", "libshiboken", "libpyside"),
    "OpenCV": ("cv2",),
    "NumPy and its OpenBLAS": ("numpy", "libscipy_openblas", "libgfortran", "libquadmath"),
    "cryptography": ("cryptography", "_cffi", "libcrypto", "libssl"),
    "Pillow": ("PIL", "pillow"),
    "PDFium": ("pypdfium2",),
    "zxing-cpp": ("zxingcpp",),
    "both programs, with the app": ("authenticator",),
}


def components(bundle: Path) -> dict[str, float]:
    """MiB by what the files belong to."""
    python, system = "Python and small packages", "libraries of the system"
    sizes: dict[str, float] = dict.fromkeys((*COMPONENTS, python, system), 0.0)
    for file in bundle.rglob("*"):
        if not file.is_file() or file.is_symlink():
            continue
        inside = file.relative_to(bundle).as_posix().removeprefix("_internal/")
        known = (name for name, heads in COMPONENTS.items() if inside.startswith(heads))
        is_system = inside.startswith("lib") and ".so" in inside and "python" not in inside
        sizes[next(known, system if is_system else python)] += file.stat().st_size / MIB
    return dict(sorted(sizes.items(), key=lambda pair: -pair[1]))


def bare_bundle(folder: Path) -> Path:
    """A one-folder bundle of a window with nothing in it, as PyInstaller makes it unasked."""
    script = Path(__file__).with_name("bare_window.py")
    words = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "--onedir"]
    places = ("--distpath", folder, "--workpath", folder / "work", "--specpath", folder)
    subprocess.run([*words, *places, script], check=True)
    return folder / script.stem / script.stem


def forget(roots: Iterable[Path]) -> None:
    """Put files out of the system's memory, as after a night or a start of the computer."""
    os.sync()
    for root in roots:
        for file in root.rglob("*"):
            if file.is_file() and not file.is_symlink():
                descriptor = os.open(file, os.O_RDONLY)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(descriptor)


def until_painted(words: list[str | Path], environment: dict[str, str]) -> float:
    """Seconds until it says so."""
    begun = time.perf_counter()
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "painted\n"
        return time.perf_counter() - begun
    finally:
        process.communicate(timeout=60)


def measured(bundle: Path, bare: Path) -> dict[str, dict[str, float]]:
    """The quickest start in seconds of each, warm and cold."""
    installed = Path(sys.executable).with_name("authenticator")
    packages = Path(sysconfig.get_path("purelib"))
    source = Path(__file__).parents[2] / "authenticator"
    links = "".join(
        write_uri(Account(Label(f"Panel {n}", "kim"), Secret(n.to_bytes(20, "big")))) + "\n"
        for n in range(1, ACCOUNTS + 1)
    )
    with tempfile.TemporaryDirectory() as folder, secret_service() as ring, x_screen() as screen:
        home = Path(folder)
        SettingsFile(home / "settings.json").change(store=StoreKind.KEYRING, introduced=True)
        environment = ring.environment | screen | {"AUTHENTICATOR_HOME": folder}
        environment["PYTHONPATH"] = str(source.parent)
        add = [bundle / "authenticator", "add", "-"]
        subprocess.run(
            add, env=environment, input=links, text=True, stdout=subprocess.PIPE, check=True
        )
        environment["AUTHENTICATOR_TRACE_START"] = "quit"
        starts: dict[str, tuple[list[str | Path], list[Path]]] = {
            "executable": ([bundle / "authenticator-gui"], [bundle]),
            "venv": ([installed], [packages, source]),
            "bare": ([bare], [bare.parent]),
        }
        found: dict[str, dict[str, float]] = {}
        for kind, settle in (("warm", _leave), ("cold", forget)):
            taken: dict[str, list[float]] = {name: [] for name in starts}
            for _ in range(ROUNDS + 1):  # the first fills the caches, and is left out
                for name, (words, roots) in starts.items():
                    settle(roots)
                    taken[name].append(until_painted(words, environment))
            found[kind] = {name: min(times[1:]) for name, times in taken.items()}
    return found


def _leave(roots: Iterable[Path]) -> None:
    pass


def main() -> int:
    say: Callable[[str], object] = sys.stdout.write
    bundle = Path(sys.argv[1])
    sizes = components(bundle)
    for name, size in sizes.items():
        say(f"{size:7.1f} MiB  {name}\n")
    say(f"{sum(sizes.values()):7.1f} MiB  in all\n\n")
    with tempfile.TemporaryDirectory() as folder:
        starts = measured(bundle, bare_bundle(Path(folder)))
    met = True
    for kind, times in starts.items():
        ours = times["executable"]
        by_venv, by_bare = ours / times["venv"], ours / times["bare"]
        say(
            f"{kind}: {ours * 1000:.0f} ms from start to codes, {by_venv:.2f} x the source in its "
            f"venv (limit {VENV_LIMIT}), {by_bare:.2f} x a bare bundle (limit {BARE_LIMIT})\n"
        )
        if kind == "warm":
            met = by_venv <= VENV_LIMIT and by_bare <= BARE_LIMIT
    file = Path("build/bench/package.json")
    file.parent.mkdir(parents=True, exist_ok=True)
    told = {"size_mib": sizes, "start_s": starts}
    file.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
