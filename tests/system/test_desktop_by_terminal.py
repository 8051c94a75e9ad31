"""`scan --screen` and `scan --clipboard` on a real screen, with other programs around."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from authenticator import resource
from tests.gui.window_driver import wait_for
from tests.patience import PATIENCE_S
from tests.system.test_screen_scan import LINK, OTHER, panel

pytestmark = pytest.mark.system

SAMPLE = resource.path("samples/panel-enrolment.png")


def scan(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "authenticator", "scan", *words, "--json"],
        env=os.environ | {"XDG_SESSION_TYPE": "x11"} | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_codes_in_another_programs_window_are_read(screen: dict[str, str]) -> None:
    with panel(screen, OTHER, LINK):
        done = scan(screen, "--screen")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["source"] == "screen 1"
    assert [payload["text"] for payload in told["payloads"]] == [OTHER, LINK]


def test_screen_without_code_says_so(screen: dict[str, str]) -> None:
    with panel(screen):
        done = scan(screen, "--screen")
    assert done.returncode == 3
    assert "No QR code on the screen" in done.stderr


@pytest.mark.parametrize("form", ["picture", "text"])
def test_clipboard_of_another_program_is_read(
    screen: dict[str, str], form: str, tmp_path: Path
) -> None:
    file, kind = SAMPLE, "image/png"
    if form == "text":
        file, kind = tmp_path / "link", "UTF8_STRING"
        file.write_text(LINK)
    owner = subprocess.Popen(
        ["xclip", "-selection", "clipboard", "-target", kind, "-in", "-quiet", file],
        env=os.environ | screen,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        done = wait_for(
            lambda: (done := scan(screen, "--clipboard")).returncode == 0 and done,
            "what xclip offers",
        )
    finally:
        owner.kill()
        owner.wait()
    (payload,) = json.loads(done.stdout)["payloads"]
    assert payload["text"].startswith("otpauth://totp/")


def test_missing_display_is_reported() -> None:
    nowhere = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    for source in ("--screen", "--clipboard"):
        done = scan(nowhere, source)
        assert done.returncode == 5
        assert "No display found" in done.stderr
