"""Whether a window could open: the variables alone prove nothing, a server must answer."""

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
def test_display_without_server_is_absent(environment: dict[str, str]) -> None:
    assert not reachable(environment, "linux")


def test_display_of_running_x_server_is_present(screen: dict[str, str]) -> None:
    assert reachable({"DISPLAY": screen["DISPLAY"]}, "linux")
    assert reachable({"DISPLAY": f"unix{screen['DISPLAY']}.0"}, "linux")


def test_display_of_listening_wayland_socket_is_present(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(tmp_path / "w-0"))
        server.listen()
        environment = {"WAYLAND_DISPLAY": "w-0", "XDG_RUNTIME_DIR": str(tmp_path)}
        assert reachable(environment, "linux")


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_display_on_windows_and_macos_is_present(platform: str) -> None:
    assert reachable({}, platform)
