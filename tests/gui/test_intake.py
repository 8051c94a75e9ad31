"""What is dropped or pasted becomes pictures and texts; nothing is fetched."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from authenticator import resource
from authenticator.gui import intake

LINK = "otpauth://totp/Example:kim?secret=JBSWY3DPEHPK3PXP&issuer=Example"


def mime(text: str = "", urls: tuple[str, ...] = (), image: QImage | None = None) -> QMimeData:
    made = QMimeData()
    if text:
        made.setText(text)
    if urls:
        made.setUrls([QUrl(url) for url in urls])
    if image is not None:
        made.setImageData(image)
    return made


@pytest.fixture
def image(qapp: QApplication) -> QImage:
    made = QImage(8, 8, QImage.Format.Format_ARGB32)
    made.fill(QColor("white"))
    return made


def test_files_are_files_each_by_its_name(qapp: QApplication, tmp_path: Path) -> None:
    urls = tuple(QUrl.fromLocalFile(str(tmp_path / name)).toString() for name in ("a.png", "b"))
    found = intake.sources(mime(urls=urls))
    assert [(one.name, one.picture) for one in found] == [
        ("a.png", tmp_path / "a.png"),
        ("b", tmp_path / "b"),
    ]


def test_a_picture_out_of_a_browser_is_taken_instead_of_its_address(image: QImage) -> None:
    (found,) = intake.sources(mime(urls=("https://example.org/qr.png",), image=image))
    assert found.content() == intake.sources(mime(image=image))[0].content()
    assert bytes(found.content())[:4] == b"\x89PNG"


def test_a_picture_in_an_address_is_unpacked(qapp: QApplication) -> None:
    content = resource.path("samples/panel-enrolment.png").read_bytes()
    address = "data:image/png;base64," + base64.b64encode(content).decode()
    (found,) = intake.sources(mime(text=address))
    assert found.content() == content


@pytest.mark.parametrize("made", [mime(text=f"  {LINK}\n"), mime(urls=(LINK,))])
def test_a_link_is_text(made: QMimeData) -> None:
    (found,) = intake.sources(made)
    assert found.picture is None
    assert found.text == LINK


def test_an_address_of_a_page_is_only_text(qapp: QApplication) -> None:
    (found,) = intake.sources(mime(urls=("https://example.org/sign-in",)))
    assert (found.picture, found.text) == (None, "https://example.org/sign-in")


def test_nothing_gives_nothing(qapp: QApplication) -> None:
    assert intake.sources(QMimeData()) == []
    assert intake.sources(mime(text="   ")) == []


def test_only_enrolments_and_pictures_are_taken_away_from_a_text_field(image: QImage) -> None:
    assert intake.is_ours(mime(text=LINK))
    assert intake.is_ours(mime(text="otpauth-migration://offline?data=CgA"))
    assert intake.is_ours(mime(image=image))
    assert not intake.is_ours(mime(text="Example"))
    assert not intake.is_ours(mime(urls=("https://example.org/",)))


@given(st.text(max_size=200))
def test_any_text_is_read_without_a_fault(words: str) -> None:
    for prefix in ("", "data:image/png;base64,", "data:image/"):
        for found in intake.sources(mime(text=prefix + words)):
            assert found.text or isinstance(found.picture, bytes)
