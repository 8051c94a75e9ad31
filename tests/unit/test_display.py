"""Whether a window could open: variables alone prove nothing, a server must respond."""

import socket
from pathlib import Path

import pytest

from authenticator.gui.startup.display import reachable


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": ""},
        {"DISPLAY": ":4711"},
        {"DISPLAY": "nonsense"},
        {"DISPLAY": "localhost:99999999"},
        {"DISPLAY": "127.0.0.1:4711.0"},
        {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/nowhere"},
    ],
)
def test_reachable_without_server_is_false(environment: dict[str, str]) -> None:
    assert not reachable(environment, "linux")


def test_reachable_running_x_server(screen: dict[str, str]) -> None:
    assert reachable({"DISPLAY": screen["DISPLAY"]}, "linux")
    assert reachable({"DISPLAY": f"unix{screen['DISPLAY']}.0"}, "linux")


def test_reachable_listening_wayland_socket(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(tmp_path / "w-0"))
        server.listen()
        environment = {"WAYLAND_DISPLAY": "w-0", "XDG_RUNTIME_DIR": str(tmp_path)}
        assert reachable(environment, "linux")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_reachable_always_on_windows_and_macos(platform: str) -> None:
    assert reachable({}, platform)
