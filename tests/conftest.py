"""What every test gets: a home of its own, no way to the real keyring or screen, profiles."""

import os
import signal
import tempfile
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE_MS
from tests.services.screen import x_screen

# Speed is the benchmarks' business: no deadline, and none of hypothesis' own verdicts on it.
_UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("modest", max_examples=60, **_UNTIMED)
settings.register_profile(
    "soak", max_examples=int(os.environ.get("SOAK_EXAMPLES", "2000")), **_UNTIMED
)
settings.load_profile("modest")

_session_home = tempfile.TemporaryDirectory(prefix="authenticator-tests-")


def pytest_configure(config: pytest.Config) -> None:
    """Cut the process off from whoever runs the tests, before anything reads these."""
    home = Path(_session_home.name)
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.update(
        HOME=str(home),
        AUTHENTICATOR_HOME=str(home / "authenticator"),
        XDG_DATA_HOME=str(home / "data"),
        XDG_CONFIG_HOME=str(home / "config"),
        XDG_CACHE_HOME=str(home / "cache"),
        XDG_RUNTIME_DIR=str(runtime),
        LANG="C.UTF-8",  # texts are compared in English
    )
    for name in (
        *("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"),
        *("LANGUAGE", "LC_ALL", "LC_MESSAGES"),
    ):
        os.environ.pop(name, None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell's background job
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Qt in the tests' own process draws into memory; a real screen is the fixture `screen`.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_unconfigure(config: pytest.Config) -> None:
    _session_home.cleanup()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What needs more than other tests do runs only when it is asked for by name: benchmarks, tests
    of the built executable, and of panels that Debian packages."""
    top = Path(__file__).parent
    name = collection_path.relative_to(top).as_posix() if top in collection_path.parents else ""
    if name not in ("benchmarks", "package", "panel/debian"):
        return None
    return None if any(f"tests/{name}" in argument for argument in config.args) else True


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """AUTHENTICATOR_HOME of this test alone. Not created: the app does that."""
    folder = tmp_path / "authenticator-home"
    monkeypatch.setenv("AUTHENTICATOR_HOME", str(folder))
    return folder


class PatientBot(QtBot):
    """pytest-qt's own limit of 5 s is a fast computer's."""

    waitActive = partialmethod(QtBot.waitActive, timeout=PATIENCE_MS)
    waitCallback = partialmethod(QtBot.waitCallback, timeout=PATIENCE_MS)
    waitExposed = partialmethod(QtBot.waitExposed, timeout=PATIENCE_MS)
    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE_MS)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE_MS)
    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE_MS)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(scope="session")
def rounds() -> int:
    """How many times a crash test goes round: 1, more in `make soak`."""
    return int(os.environ.get("SOAK_ROUNDS", "1"))


@pytest.fixture(scope="session")
def screen() -> Iterator[dict[str, str]]:
    """A real X screen, as the environment that reaches it."""
    with x_screen() as environment:
        yield environment
