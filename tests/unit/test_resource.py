"""Resources are found by name and have the expected content."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from authenticator import resource

ICONS = sorted(
    drawing for drawing in resource.path("icons").glob("*.svg") if drawing.stem != "authenticator"
)


def test_path_finds_resource_by_name() -> None:
    assert resource.path("icons/add.svg").read_text(encoding="utf-8").startswith("<svg")


def test_path_of_missing_resource_raises_file_not_found() -> None:
    with pytest.raises(FileNotFoundError):
        resource.path("icons/nothing.svg")


@pytest.mark.parametrize("drawing", ICONS, ids=lambda drawing: drawing.stem)
def test_every_icon_belongs_to_one_set(drawing: Path) -> None:
    """A 20 px grid, a 1.5 px stroke, and no colour of its own: each theme gives it one."""
    picture = ET.parse(drawing).getroot()  # noqa: S314 - our own drawing
    assert picture.get("viewBox") == "0 0 20 20"
    assert picture.get("stroke-width") == "1.5"
    colours = {element.get(kind) for element in picture.iter() for kind in ("fill", "stroke")}
    assert colours - {None} <= {"none", "currentColor"}
    assert "currentColor" in colours


def test_sample_picture_decodes_to_the_text_in_its_readme() -> None:
    with Image.open(resource.path("samples/panel-enrolment.png")) as picture:
        (code,) = zxingcpp.read_barcodes(picture.convert("RGBA").convert("L"))
    assert code.text in resource.path("samples/README").read_text(encoding="utf-8").splitlines()
