"""Resources are found by name, and are what they say."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from authenticator import resource

ICONS = sorted(
    drawing for drawing in resource.path("icons").glob("*.svg") if drawing.stem != "authenticator"
)


def test_a_resource_is_found_by_its_name() -> None:
    assert resource.path("icons/add.svg").read_text(encoding="utf-8").startswith("<svg")


def test_one_that_was_not_shipped_is_our_fault_and_loud() -> None:
    with pytest.raises(FileNotFoundError):
        resource.path("icons/nothing.svg")


@pytest.mark.parametrize("drawing", ICONS, ids=lambda drawing: drawing.stem)
def test_every_icon_is_of_one_set(drawing: Path) -> None:
    """A 20 px grid, a 1.5 px stroke, and no colour of its own: each theme gives it one."""
    picture = ET.parse(drawing).getroot()  # noqa: S314 - our own drawing
    assert picture.get("viewBox") == "0 0 20 20"
    assert picture.get("stroke-width") == "1.5"
    colours = {element.get(kind) for element in picture.iter() for kind in ("fill", "stroke")}
    assert colours - {None} <= {"none", "currentColor"}
    assert "currentColor" in colours


def test_the_sample_picture_says_what_its_readme_says() -> None:
    with Image.open(resource.path("samples/panel-enrolment.png")) as picture:
        (code,) = zxingcpp.read_barcodes(picture.convert("RGBA").convert("L"))
    assert code.text in resource.path("samples/README").read_text(encoding="utf-8").splitlines()
