"""Pictures of an enrolment, browser and window side by side: `python -m tests.panel.film FOLDER`.

A real panel in a real browser, codes that were valid at that moment, a user who is gone.
"""

import io
import os
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image, ImageDraw

from tests.panel.steps import next_step
from tests.panel.ways import ByWindow
from tests.services.browser import chromium
from tests.services.panel import PASTE, FlaskPanel, served
from tests.services.screen import x_screen
from tests.services.secret_service import secret_service

WIDTH, HEIGHT = 1264, 720
BROWSER = (820, HEIGHT)
DESK = (222, 228, 235)
COLOURS = 96
PAINTING_S = 0.5
"""A page's title appears before the page is painted."""


class Film:
    """Takes numbered pictures of a screen."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._taken = 0

    def take(self, name: str) -> None:
        time.sleep(PAINTING_S)
        shot = subprocess.run(
            ["import", "-silent", "-window", "root", "png:-"],
            env=self._environment,
            capture_output=True,
            check=True,
        ).stdout
        picture = Image.open(io.BytesIO(shot)).convert("RGB")
        ImageDraw.floodfill(picture, (WIDTH - 1, 0), DESK)
        self._taken += 1
        path = self._folder / f"{self._taken}-{name}.png"
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def main(folder: Path) -> None:
    """Enable, sign in, disable."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        x_screen(f"{WIDTH}x{HEIGHT}") as screen,
        secret_service() as ring,
        served(FlaskPanel, "kim@example.org") as url,
        chromium(os.environ | screen, BROWSER) as browser,
    ):
        surroundings = ring.environment | screen | {"XDG_SESSION_TYPE": "x11"}
        film = Film(folder, surroundings)
        panel = FlaskPanel(browser, url, "kim@example.org")
        app = ByWindow(ring.folder / "authenticator", surroundings)
        try:
            panel.sign_in()
            panel.begin_enrolment()
            film.take("the-panel-shows-a-code")
            app.open_scan()
            film.take("from-the-screen")
            app.look()
            film.take("what-was-found")
            next_step()  # so that the three next pictures show one code
            app.agree()
            film.take("the-new-account")
            app.code()
            panel.enter(*PASTE)
            film.take("the-code-in-the-panel")
            panel.send()
            film.take("two-step-is-on")
            next_step()
            panel.sign_in()
            app.close_new_code()
            app.code()
            panel.enter(*PASTE)
            film.take("signing-in")
            panel.send()
            film.take("signed-in")
        finally:
            app.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
