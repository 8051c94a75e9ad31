"""What the window costs, beside a bare PySide6 window and other authenticators:
`python -m tests.benchmarks.gui [start|rest|size]...`; JSON into build/bench/.

`start`: from starting the program to its window and to its first codes, ours both as it says
itself (`codes`) and as all are seen on the screen (`codes seen`). `rest`: memory (PSS of all its
processes) and CPU time with fifty accounts shown, hidden and locked. `size`: ten, a thousand and
ten thousand accounts: start to codes, a key in the search to the list painted, a frame of
scrolling, a new step. Peers take part where they are installed, with fifty accounts too where
they can be given any (`peers.py`).
"""

import json
import os
import platform
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from authenticator.compose import Services
from authenticator.otp.account import Account, Label
from authenticator.otp.secret import Secret
from authenticator.vault.kinds import StoreKind
from tests.benchmarks import peers
from tests.benchmarks.screen_probe import Screen, ScreenProbe, learn, next_codes
from tests.services.screen import x_screen
from tests.services.secret_service import secret_service

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
ACCOUNTS = 50
SIZES = (10, 1_000, 10_000)
SETTLED_S = 4.0
BARE = [sys.executable, str(Path(__file__).with_name("bare_window.py"))]
STAYING = [sys.executable, str(Path(__file__).with_name("bare_staying.py"))]
OURS = [str(Path(sys.executable).with_name("authenticator"))]
MEMORY = Path("/dev/shm")  # noqa: S108 - filling waits for the disk twenty thousand times elsewhere
FILL = "--fill"
TICKS = os.sysconf("SC_CLK_TCK")

Environment = dict[str, str]


def ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, round(share * (len(values) - 1)))]


# Processes


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def pss_mib(pid: int) -> float:
    """Memory of a process and all below it, in which shared pages count by their share."""
    total = 0
    for one in family(pid):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return round(total / 1024, 1)


def cpu_s(pid: int) -> float:
    total = 0
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


@contextmanager
def running(words: list[str], environment: Environment) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        words,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def window_watch(environment: Environment) -> Iterator[Callable[[float], float]]:
    """Gives what waits, for this long at most, until a window is mapped, and tells when it was."""
    watching = subprocess.Popen(
        ["stdbuf", "-oL", "xev", "-root", "-event", "substructure"],
        env=environment,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    assert watching.stdout is not None
    time.sleep(0.3)

    def mapped(limit_s: float) -> float:
        until = time.perf_counter() + limit_s
        while (left_s := until - time.perf_counter()) > 0:
            ready, _, _ = select.select([watching.stdout], [], [], left_s)
            if ready and b"MapNotify" in watching.stdout.read(4096):
                return time.perf_counter()
        return float("nan")

    try:
        yield mapped
    finally:
        watching.kill()
        watching.wait()


def programs() -> dict[str, list[str]]:
    others = {name: list(peer.words) for name, peer in peers.installed().items()}
    return {"bare": STAYING, "ours": OURS, **others}


# Start


def start(environment: Environment) -> dict[str, object]:
    taken: dict[str, list[float]] = {}
    codes: list[float] = []
    bare_painted: list[float] = []
    sights = learnt(environment)
    seen: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, words in programs().items():
            with window_watch(environment) as mapped:
                began = time.perf_counter()
                with running(words, environment):
                    taken.setdefault(name, []).append(mapped(20.0) - began)
        for words, kept in ((OURS, codes), (BARE, bare_painted)):
            kept.append(until_painted(words, environment))
        for name, (shown, sight) in sights.items():
            kept = seen.setdefault(f"{name}: {shown} seen", [])
            kept.append(until_seen(programs()[name], environment, sight))
    told: dict[str, object] = {
        f"{name}: window": ms(statistics.median(times)) for name, times in taken.items()
    }
    told |= {name: ms(statistics.median(times)) for name, times in seen.items()}
    told |= {
        f"{name}: codes seen": "not without a person"
        for name, peer in peers.installed().items()
        if peer.shows != "codes"
    }
    ratio = statistics.median(codes) / statistics.median(bare_painted)
    return told | {
        "bare: painted": ms(statistics.median(bare_painted)),
        "ours: codes": ms(statistics.median(codes)),
        "ours: codes / bare: painted": round(ratio, 2),
    }


def learnt(environment: Environment) -> dict[str, tuple[str, ScreenProbe]]:
    """What each program shows without a person, and how that looks on the screen."""
    screen = Screen(Path(environment["BENCH_PIXELS"]))
    with running(OURS, environment):
        found = {"ours": ("codes", learn(screen, SETTLED_S, next_codes))}
    for name, peer in peers.installed().items():
        if peer.fill is None:
            continue
        with ExitStack() as programs:
            programs.enter_context(running(list(peer.words), environment))

            def other_names(peer: peers.Peer = peer, programs: ExitStack = programs) -> None:
                assert peer.fill is not None
                programs.close()
                peer.fill(environment, ACCOUNTS, "Other")
                programs.enter_context(running(list(peer.words), environment))
                time.sleep(SETTLED_S)

            change = next_codes if peer.shows == "codes" else other_names
            found[name] = (peer.shows, learn(screen, SETTLED_S, change))
    return found


def until_seen(words: list[str], environment: Environment, sight: ScreenProbe) -> float:
    sight.wait(5.0, there=False)
    began = time.perf_counter()
    with running(words, environment):
        return sight.wait(20.0) - began


def until_painted(words: list[str], environment: Environment) -> float:
    began = time.perf_counter()
    with running(words, environment | {"AUTHENTICATOR_TRACE_START": "quit"}) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "painted\n"
        taken = time.perf_counter() - began
        process.wait(timeout=20)
    return taken


# At rest


def rest(environment: Environment) -> dict[str, object]:
    told: dict[str, object] = {}
    for name, words in programs().items():
        with running(words, environment) as process:
            time.sleep(SETTLED_S)
            told[f"{name}: PSS in MiB"] = pss_mib(process.pid)
            told[f"{name}: CPU shown in %"] = percent(process.pid)
            shown = windows(environment)
            for window in shown:
                xdotool(environment, "windowunmap", window)
            time.sleep(1)
            told[f"{name}: CPU hidden in %"] = percent(process.pid)
            if name != "ours":
                continue
            for window in shown:
                xdotool(environment, "windowmap", "--sync", window, "windowfocus", "--sync", window)
            xdotool(environment, "key", "ctrl+l")
            time.sleep(SETTLED_S)
            assert "Locked" in xdotool(environment, "getwindowname", *windows(environment))
            told[f"{name}: CPU locked in %"] = percent(process.pid)
    return told


def percent(pid: int) -> float:
    before = cpu_s(pid)
    time.sleep(SECONDS)
    return round((cpu_s(pid) - before) / SECONDS * 100, 2)


def windows(environment: Environment) -> list[str]:
    found = xdotool(environment, "search", "--onlyvisible", "--name", ".+").split()
    return found[:1]


def xdotool(environment: Environment, *words: str) -> str:
    done = subprocess.run(
        ["xdotool", *words], env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout


# Sizes


def size(environment: Environment) -> dict[str, object]:
    told: dict[str, object] = {}
    homes = {}
    for count in SIZES:
        homes[count] = environment | {"AUTHENTICATOR_HOME": f"{environment['BENCH_HOME']}-{count}"}
        fill(homes[count], count)
    taken: dict[int, list[float]] = {count: [] for count in SIZES}
    for _ in range(ROUNDS):
        for count in SIZES:
            taken[count].append(until_painted(OURS, homes[count]))
    for count in SIZES:
        told[f"{count}: codes"] = ms(statistics.median(taken[count]))
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.gui_inside", str(count)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        told |= {f"{count}: {name}": value for name, value in json.loads(done.stdout).items()}
    smallest, largest = (statistics.median(taken[count]) for count in (SIZES[0], SIZES[-1]))
    told[f"{SIZES[-1]}: codes / {SIZES[0]}: codes"] = round(largest / smallest, 2)
    return told


def fill(environment: Environment, count: int) -> None:
    """A vault with this many accounts: its keys sealed in its file, its own in the keyring."""
    words = [sys.executable, "-m", "tests.benchmarks.gui", FILL, str(count)]
    subprocess.run(words, env=environment, check=True)


def fill_here(count: int) -> None:
    """In a process that has the environment of the vault."""
    services = Services.for_user()
    services.settings_file.change(store=StoreKind.SEALED, introduced=True)
    with closing(services.create_vault(StoreKind.SEALED)) as vault:
        for number in range(1, count + 1):
            secret = Secret(number.to_bytes(20, "big"))
            vault.add(Account(Label(f"Panel {number}", "kim"), secret))


def main() -> int:
    if sys.argv[1:2] == [FILL]:
        fill_here(int(sys.argv[2]))
        return 0
    wanted = sys.argv[1:] or ["start", "rest", "size"]
    measures = {"start": start, "rest": rest, "size": size}
    told: dict[str, dict[str, object]] = {}
    with (
        tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
        secret_service() as service,
        x_screen(pixels=Path(folder)) as screen,
    ):
        home = Path(folder) / "home"
        session = Path(folder) / "session"
        session.mkdir(mode=0o700)
        environment = (
            os.environ
            | {"XDG_RUNTIME_DIR": str(session)}  # as every desktop's session has it
            | service.environment
            | screen
            | {"AUTHENTICATOR_HOME": str(home), "BENCH_HOME": str(home), "BENCH_PIXELS": folder}
        )
        fill(environment, ACCOUNTS)
        for peer in peers.installed().values():
            if peer.fill is not None:
                peer.fill(environment, ACCOUNTS, "Panel")
        for name in wanted:
            told[name] = measures[name](environment)
            for line, value in told[name].items():
                sys.stdout.write(f"{name:6} {line:40} {value}\n")
                sys.stdout.flush()
    out = Path("build/bench")
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"gui-{platform.node()}-{platform.machine()}.json"
    file.write_text(json.dumps(told, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
