"""What is dropped or pasted becomes pictures and texts; nothing is fetched."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from authenticator import resource
from authenticator.gui.desktop import dropped_sources

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


def test_dropped_files_keep_their_names(qapp: QApplication, tmp_path: Path) -> None:
    urls = tuple(QUrl.fromLocalFile(str(tmp_path / name)).toString() for name in ("a.png", "b"))
    found = dropped_sources.sources(mime(urls=urls))
    assert [(one.name, one.picture) for one in found] == [
        ("a.png", tmp_path / "a.png"),
        ("b", tmp_path / "b"),
    ]


def test_picture_dropped_from_browser_is_preferred_to_its_url(image: QImage) -> None:
    (found,) = dropped_sources.sources(mime(urls=("https://example.org/qr.png",), image=image))
    assert found.content() == dropped_sources.sources(mime(image=image))[0].content()
    assert bytes(found.content())[:4] == b"\x89PNG"


def test_data_url_is_decoded_into_picture(qapp: QApplication) -> None:
    content = resource.path("samples/panel-enrolment.png").read_bytes()
    address = "data:image/png;base64," + base64.b64encode(content).decode()
    (found,) = dropped_sources.sources(mime(text=address))
    assert found.content() == content


@pytest.mark.parametrize("made", [mime(text=f"  {LINK}\n"), mime(urls=(LINK,))])
def test_dropped_link_is_text(made: QMimeData) -> None:
    (found,) = dropped_sources.sources(made)
    assert found.picture is None
    assert found.text == LINK


def test_url_of_a_page_is_only_text(qapp: QApplication) -> None:
    (found,) = dropped_sources.sources(mime(urls=("https://example.org/sign-in",)))
    assert (found.picture, found.text) == (None, "https://example.org/sign-in")


def test_empty_drop_gives_no_sources(qapp: QApplication) -> None:
    assert dropped_sources.sources(QMimeData()) == []
    assert dropped_sources.sources(mime(text="   ")) == []


def test_command_line_words_become_links_and_files(qapp: QApplication, tmp_path: Path) -> None:
    sheet = tmp_path / "a b ü.pdf"
    given = [LINK, LINK.replace("otpauth", "OTPAUTH", 1), str(sheet), sheet.as_uri(), "", "x.png"]
    link, shouted, *files = dropped_sources.named(given)
    assert (link.picture, link.text) == (None, LINK)
    assert shouted.text == given[1]
    assert [one.picture for one in files] == [sheet, sheet, Path("x.png").absolute()]
    assert [one.name for one in files] == ["a b ü.pdf", "a b ü.pdf", "x.png"]


def test_url_on_command_line_is_only_text(qapp: QApplication) -> None:
    words = ["https://example.org/a.png", "data://x", "otpauth-migration://x"]
    assert [(one.picture, one.text) for one in dropped_sources.named(words)] == [
        (None, word) for word in words
    ]


def test_command_line_word_means_the_same_in_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert dropped_sources.spelled_out("a.png") == str(tmp_path / "a.png")
    assert dropped_sources.spelled_out(str(tmp_path / "a.png")) == str(tmp_path / "a.png")
    assert dropped_sources.spelled_out(LINK) == LINK
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert dropped_sources.spelled_out("a.png") == "a.png"


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_command_line_words_become_sources(words: list[str]) -> None:
    assert len(dropped_sources.named(words)) == sum(bool(word) for word in words)


def test_text_field_gives_up_only_enrolments_and_pictures(image: QImage) -> None:
    assert dropped_sources.is_ours(mime(text=LINK))
    assert dropped_sources.is_ours(mime(text="otpauth-migration://offline?data=CgA"))
    assert dropped_sources.is_ours(mime(image=image))
    assert not dropped_sources.is_ours(mime(text="Example"))
    assert not dropped_sources.is_ours(mime(urls=("https://example.org/",)))


@pytest.mark.parametrize(
    "text",
    [
        f"Your link: {LINK}.",
        f'<a href="{LINK}">Add</a>',
        "https://c.example/?data=otpauth%3A%2F%2Ftotp%2Fkim",
        "otpauth:/totp/kim?secret=JBSWY3DPEHPK3PXP",
    ],
)
def test_text_with_a_link_anywhere_is_an_enrolment(qapp: QApplication, text: str) -> None:
    assert dropped_sources.is_ours(mime(text=text))


def test_link_only_in_the_page_behind_the_words_is_found(qapp: QApplication) -> None:
    copied = mime(text="Add to your app")
    copied.setHtml(f'<p><a href="{LINK.replace("&", "&amp;")}">Add to your app</a></p>')
    (found,) = dropped_sources.sources(copied)
    assert "otpauth://totp/Example:kim" in found.text


def test_words_are_kept_where_they_have_the_link_themselves(qapp: QApplication) -> None:
    copied = mime(text=LINK)
    copied.setHtml(f"<b>{LINK}</b>")
    assert [one.text for one in dropped_sources.sources(copied)] == [LINK]


@pytest.mark.parametrize("word", ["otpauth:totp/a?secret=AAAA", "otpauth:/totp/a?secret=AAAA"])
def test_misspelt_link_on_the_command_line_is_a_link(qapp: QApplication, word: str) -> None:
    assert dropped_sources.spelled_out(word) == word
    assert [one.text for one in dropped_sources.named([word])] == [word]


@given(st.text(max_size=200))
def test_any_text_is_read_without_error(words: str) -> None:
    for prefix in ("", "data:image/png;base64,", "data:image/"):
        for found in dropped_sources.sources(mime(text=prefix + words)):
            assert found.text or isinstance(found.picture, bytes)


def test_drawn_picture_keeps_its_colours_and_opacity() -> None:
    """Two colours of one brightness are two colours on a screen, too."""
    image = QImage(5, 3, QImage.Format.Format_ARGB32)
    image.fill(QColor(200, 30, 90, 120))
    assert dropped_sources.pixels(image).tolist() == [[[90, 30, 200, 120]] * 5] * 3
    opaque = image.convertToFormat(QImage.Format.Format_RGB32)
    assert (dropped_sources.pixels(opaque)[:, :, 3] == 255).all()


PICTURE = resource.path("samples/panel-enrolment.png").read_bytes()
ADDRESS = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'


@pytest.mark.parametrize(
    ("words", "content"),
    [
        (ADDRESS, PICTURE),
        (f"\n {ADDRESS}", PICTURE),
        (f"data:image/svg+xml;utf8,{DRAWING}", DRAWING.encode()),
        ("data:image/svg+xml," + quote(DRAWING), DRAWING.encode()),
        (DRAWING, DRAWING.encode()),
        (f'<img src="{ADDRESS}">', f'<img src="{ADDRESS}">'.encode()),
        (f"<!DOCTYPE html><p>{DRAWING}", f"<!DOCTYPE html><p>{DRAWING}".encode()),
    ],
)
def test_pasted_text_that_is_a_picture_is_one(
    qapp: QApplication, words: str, content: bytes
) -> None:
    (found,) = dropped_sources.sources(mime(text=words))
    assert (found.picture, found.text) == (content, "")
    assert dropped_sources.is_ours(mime(text=words))


def test_picture_within_a_copied_part_of_a_page_is_found(qapp: QApplication) -> None:
    """Browsers put the words on the clipboard as text, and the pictures only in the page."""
    made = mime(text="Scan this code")
    made.setHtml(f'<p>Scan this code</p><img src="{ADDRESS}">')
    (found,) = dropped_sources.sources(made)
    assert isinstance(found.picture, bytes)
    assert b"data:image/png" in found.picture


@pytest.mark.parametrize("page", [f"<p>{LINK}</p>", f'{DRAWING}<a href="{LINK}">{LINK}</a>'])
def test_link_is_preferred_to_pictures_beside_it(qapp: QApplication, page: str) -> None:
    for words in (LINK, page):
        made = mime(text=words)
        made.setHtml(page)
        (found,) = dropped_sources.sources(made)
        assert (found.picture, found.text) == (None, words)


def test_data_address_on_command_line_is_a_picture(qapp: QApplication) -> None:
    (found,) = dropped_sources.named([ADDRESS])
    assert found.picture == PICTURE
