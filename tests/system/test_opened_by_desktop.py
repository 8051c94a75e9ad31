"""Links and files that a desktop opens with the app as its desktop file says: on a real screen,
with a real keyring."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from authenticator import resource
from authenticator.__main__ import LINKS
from authenticator.gui.desktop.single_instance import SingleInstance
from tests.gui.window_driver import WindowDriver, wait_for
from tests.patience import PATIENCE_S
from tests.services.secret_service import SecretService, secret_service
from tests.system.test_window_by_hand import KEY, by_terminal

pytestmark = pytest.mark.system

LINK = f"otpauth://totp/Panel:kim@example.org?secret={KEY}&issuer=Panel"
OTHER = "otpauth://totp/Shop:eve?secret=MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK&issuer=Shop"
SAMPLE = str(resource.path("samples/panel-enrolment.png"))


def entry() -> dict[str, str]:
    parser = ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[method-assign, assignment]
    parser.read(resource.path("desktop/authenticator.desktop"), encoding="utf-8")
    return dict(parser["Desktop Entry"])


def opener(*given: str) -> list[str]:
    """Return the command a desktop starts to open these, from this environment's programs."""
    program, field = shlex.split(entry()["Exec"])
    assert field == "%U"
    return [str(Path(sys.executable).with_name(program)), *given]


class Desktop:
    """Opens things with the app, for one user."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self._windows: list[WindowDriver] = []

    def open(self, *given: str, command: list[str] | None = None, **changes: str) -> WindowDriver:
        """Start a process that opens a window."""
        self._windows.append(WindowDriver(self.environment | changes, command or opener(*given)))
        return self._windows[-1]

    def open_again(self, *given: str, within_s: float = PATIENCE_S) -> tuple[int, str]:
        """Start a process that ends by itself; return its exit code and all it printed."""
        done = subprocess.run(
            opener(*given),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=within_s,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def end(self) -> None:
        for hands in self._windows:
            hands.end()


@pytest.fixture
def desktop(screen: dict[str, str], home: Path, tmp_path: Path) -> Iterator[Desktop]:
    with secret_service() as service:
        yield from _desktop(service, screen, home)


def _desktop(service: SecretService, screen: dict[str, str], home: Path) -> Iterator[Desktop]:
    environment = service.environment | screen | {"AUTHENTICATOR_HOME": str(home)}
    # The installed command, but the code of this checkout.
    one = Desktop(environment | {"PYTHONPATH": str(Path(resource.__file__).parents[1])})
    yield one
    one.end()


def introduced(home: Path) -> None:
    from authenticator.app.settings_file import SettingsFile

    SettingsFile(home / "settings.json").change(introduced=True)


def names(hands: WindowDriver) -> str:
    return by_terminal(hands, "list", "--json")


def test_desktop_file_declares_every_link_scheme() -> None:
    schemes = [link.removesuffix("://") for link in LINKS]
    assert entry()["MimeType"] == "".join(f"x-scheme-handler/{one};" for one in schemes)
    assert entry()["Type"] == "Application"


def test_link_is_offered_after_introduction_and_second_one_handed_over(
    desktop: Desktop,
) -> None:
    hands = desktop.open(LINK)
    hands.until("Welcome")
    hands.key("Return")
    hands.until("Introduction")
    hands.key("Return", "Return", "Return")
    hands.until("Accounts found")
    hands.key("Return", "space", "Return")  # meant for something else
    assert "Panel" not in names(hands)
    hands.add_opened()
    assert '"Panel"' in names(hands)

    hands.key("Escape")
    hands.until("Codes")
    assert desktop.open_again(OTHER) == (0, "")
    hands.until("Accounts found")
    hands.add_opened()
    assert '"Shop"' in names(hands)
    assert hands.quit() == (0, "")


def test_start_without_words_raises_window_of_its_home(
    desktop: Desktop, home: Path, tmp_path: Path
) -> None:
    introduced(home)
    introduced(tmp_path / "other")
    hands = desktop.open()
    hands.until("Codes")
    other = desktop.open(AUTHENTICATOR_HOME=str(tmp_path / "other"))
    other.until("Codes")
    wait_for(lambda: in_front(other), "the other window before this one")
    assert not in_front(hands)
    assert desktop.open_again() == (0, "")
    wait_for(lambda: in_front(hands), "the window coming to the front")
    assert other.process.poll() is None


def in_front(hands: WindowDriver) -> bool:
    """Return whether the window is topmost where it stands."""
    seen = hands._do("mousemove", "--window", hands._window, "200", "300", "getmouselocation")
    return seen.strip().endswith(f"window:{hands._window}")


def test_file_url_is_read(desktop: Desktop, home: Path) -> None:
    introduced(home)
    hands = desktop.open(Path(SAMPLE).as_uri())
    hands.until("Accounts found")
    hands.add_opened()
    assert '"Example Panel"' in names(hands)


def test_terminal_command_opens_link_in_window(desktop: Desktop, home: Path) -> None:
    introduced(home)
    hands = desktop.open(command=[sys.executable, "-m", "authenticator", LINK])
    hands.until("Accounts found")
    assert hands.quit() == (0, "")


def test_start_after_crash_opens_window(desktop: Desktop, home: Path) -> None:
    introduced(home)
    hands = desktop.open()
    hands.until("Codes")
    assert desktop.open_again() == (0, "")
    hands.end()
    again = desktop.open(LINK)
    again.until("Accounts found")
    assert desktop.open_again(OTHER) == (0, "")
    assert again.quit() == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process")
def test_start_beside_hanging_window_opens_its_own(
    desktop: Desktop, home: Path, tmp_path: Path
) -> None:
    introduced(home)
    link = tmp_path / "link"
    link.write_text(OTHER)
    add = [sys.executable, "-m", "authenticator", "add", str(link)]
    subprocess.run(add, env=desktop.environment, capture_output=True, check=True)
    hands = desktop.open()  # has nothing to write, so it is not stopped in the middle of that
    hands.until("Codes")
    assert desktop.open_again() == (0, "")
    hands.process.send_signal(signal.SIGSTOP)
    again = desktop.open(LINK)
    again.until("Accounts found")
    assert again.quit() == (0, "")


def test_link_leaves_no_trace_on_disk(desktop: Desktop, home: Path) -> None:
    introduced(home)
    hands = desktop.open(LINK)
    hands.until("Accounts found")
    assert desktop.open_again(OTHER) == (0, "")
    assert hands.quit() == (0, "")
    runtime = Path(desktop.environment["XDG_RUNTIME_DIR"])
    for folder in (home, runtime):
        for file in folder.rglob("*"):
            assert not file.is_file() or KEY.encode() not in file.read_bytes(), file
    assert not list(runtime.rglob("*.socket"))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("command", [None, [sys.executable, "-m", "authenticator", LINK]])
def test_link_is_in_no_command_line_while_the_window_runs(
    desktop: Desktop, home: Path, command: list[str] | None
) -> None:
    introduced(home)
    hands = desktop.open(LINK, command=command)
    hands.until("Accounts found")
    seen = 0
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            told = file.read_bytes()
            seen += b"authenticator" in told
            assert KEY.encode() not in told, told
    assert seen
    assert hands.quit() == (0, "")


HOLDS = """
import fcntl, socket, sys, time
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
if sys.argv[2] != "silent":
    door = socket.socket(socket.AF_UNIX)
    door.bind(sys.argv[1].replace(".lock", ".socket"))
    door.listen(8)
print("holds", flush=True)
while sys.argv[2] == "answers":
    end, _ = door.accept()
    end.sendall(b"something else\\n")
    end.close()
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="takes a lock as Unix does")
@pytest.mark.parametrize("kind", ["silent", "listens", "answers"])
def test_start_beside_program_that_holds_its_place_opens_and_tells(
    desktop: Desktop, home: Path, kind: str
) -> None:
    """Whatever holds lock and socket: within its time the start opens a window, with its link."""
    introduced(home)
    lock = lock_of(home, desktop.environment)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(lock), kind], stdout=subprocess.PIPE, text=True
    ) as squatter:
        assert squatter.stdout is not None
        assert squatter.stdout.readline() == "holds\n"
        hands = desktop.open(LINK)
        hands.until("Accounts found")
        hands.add_opened()
        assert '"Panel"' in names(hands)
        assert hands.quit() == (0, "")
        squatter.kill()


def lock_of(home: Path, environment: dict[str, str]) -> Path:
    """Return the file that the window of a home locks."""
    address = SingleInstance(home, environment).address
    return Path(address).with_suffix(".lock")


def test_start_without_display_does_not_repeat_link(home: Path) -> None:
    for command in (opener(LINK), [sys.executable, "-m", "authenticator", LINK]):
        environment = {
            name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"
        }
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 5
        assert "There is no display" in done.stderr
        assert KEY not in done.stderr + done.stdout
