"""Colours keep their contrast in every theme, and a palette leads back to its theme."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from authenticator.app.settings import Settings, Theme, choices
from authenticator.gui.theme import colors, stylesheet
from authenticator.gui.theme.colors import Tokens

GROUNDS = ("background", "surface", "raised")


TEXT = [
    *itertools.product(("text", "muted", "accent", "good", "warn", "bad"), GROUNDS),
    ("accent_text", "accent"),  # primary buttons, what is selected
    ("background", "text"),  # toasts
    ("background", "muted"),  # a toast's button under the pointer
]
SHAPES = [
    *itertools.product(("outline", "accent", "ring", "ring_last"), GROUNDS),
    ("ring", "ring_track"),
    ("ring_last", "ring_track"),
]


def ratio(tokens: Tokens, front: str, back: str) -> float:
    return colors.contrast(QColor(getattr(tokens, front)), QColor(getattr(tokens, back)))


def text_ratio(tokens: Tokens) -> float:
    """WCAG 2.2: 1.4.3, and 1.4.6 where high contrast is wanted."""
    return 7.0 if tokens in (colors.LIGHT_CONTRAST, colors.DARK_CONTRAST) else 4.5


@pytest.mark.parametrize("tokens", colors.ALL)
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_stands_out_on_every_ground(tokens: Tokens, front: str, back: str) -> None:
    assert ratio(tokens, front, back) >= text_ratio(tokens)


@pytest.mark.parametrize("tokens", colors.ALL)
@pytest.mark.parametrize(("front", "back"), SHAPES)
def test_shapes_stand_out_on_every_ground(tokens: Tokens, front: str, back: str) -> None:
    assert ratio(tokens, front, back) >= 3


def rules(tokens: Tokens) -> dict[str, dict[str, str]]:
    """The style sheet: what each selector says."""
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", stylesheet.sheet(tokens)):
        says = dict(re.findall(r"([\w-]+):\s*([^;]+);", body))
        for selector in selectors.split(","):
            found.setdefault(selector.strip(), {}).update(says)
    return found


def color(words: str) -> QColor | None:
    """The colour in a declaration, where it names one."""
    named = re.search(r"#[0-9a-f]{6}", words)
    return QColor(named[0]) if named else None


@pytest.mark.parametrize("tokens", colors.ALL)
def test_where_the_style_sheet_names_text_and_ground_the_text_stands_out(tokens: Tokens) -> None:
    pairs = [
        (selector, front, back)
        for selector, says in rules(tokens).items()
        for on in ("", "selection-")
        if (front := color(says.get(f"{on}color", "")))
        and (back := color(says.get(f"{on}background-color", says.get("background", ""))))
        and ":disabled" not in selector
    ]
    assert len(pairs) > 10
    for selector, front, back in pairs:
        assert colors.contrast(front, back) >= text_ratio(tokens), selector


@pytest.mark.parametrize("tokens", colors.ALL)
def test_the_mark_of_the_focus_stands_out_from_what_has_it(tokens: Tokens) -> None:
    said = rules(tokens)
    marks = [
        (selector, mark)
        for selector, says in said.items()
        if ":focus" in selector
        and (mark := color(says.get("border", says.get("border-color", says.get("color", "")))))
    ]
    assert len(marks) > 10
    for selector, mark in marks:
        without = said.get(selector.replace(":focus", ""), {})
        if filled := color(without.get("background", "")):
            edge = color(without.get("border", without.get("border-color", ""))) or filled
            assert max(colors.contrast(mark, filled), colors.contrast(mark, edge)) >= 3, selector
        else:
            for ground in GROUNDS:
                assert colors.contrast(mark, QColor(getattr(tokens, ground))) >= 3, selector


@given(st.text(), st.sampled_from(colors.ALL))
def test_any_name_has_a_readable_avatar_of_its_own(name: str, tokens: Tokens) -> None:
    disc, letter = colors.avatar(tokens, name)
    assert colors.contrast(disc, letter) >= 7
    assert colors.avatar(tokens, name) == (disc, letter)


@pytest.mark.parametrize("tokens", colors.ALL)
def test_the_application_wears_what_it_was_given(qapp: QApplication, tokens: Tokens) -> None:
    stylesheet.wear(qapp, tokens)
    assert colors.current() is tokens
    assert "$" not in qapp.styleSheet()


@pytest.mark.parametrize("wanted", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("contrast", [False, True])
def test_colours_and_contrast_are_what_the_settings_say(
    qapp: QApplication, wanted: Theme, contrast: bool
) -> None:
    tokens = stylesheet.chosen(Settings(theme=wanted, contrast=contrast))
    assert tokens.dark is (wanted is Theme.DARK)
    assert (tokens in (colors.LIGHT_CONTRAST, colors.DARK_CONTRAST)) is contrast


@pytest.mark.parametrize("high", [False, True])
def test_a_system_that_wants_contrast_gets_it(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, high: bool
) -> None:
    monkeypatch.setattr(stylesheet, "_system_wants_contrast", lambda: high)
    tokens = stylesheet.chosen(Settings(theme=Theme.LIGHT))
    assert tokens is (colors.LIGHT_CONTRAST if high else colors.LIGHT)


@pytest.mark.parametrize("percent", choices("text_percent"))
def test_all_letters_grow_alike(qapp: QApplication, percent: int) -> None:
    stylesheet.wear(qapp, colors.LIGHT, percent)
    assert stylesheet.scale() == pytest.approx(percent / 100, abs=0.04)
    assert stylesheet.font(qapp.font(), 12).pixelSize() == pytest.approx(12 * percent / 100, abs=1)
    assert f"font-size: {round(stylesheet.ISSUER_PX * percent / 100)}px" in qapp.styleSheet()
    stylesheet.wear(qapp, colors.LIGHT)
    assert stylesheet.scale() == 1


@given(st.sampled_from(colors.ALL))
def test_black_on_white_is_the_greatest_contrast(tokens: Tokens) -> None:
    assert colors.contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert colors.contrast(QColor(tokens.text), QColor(tokens.text)) == 1
