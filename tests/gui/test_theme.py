"""Colours keep their contrast in every theme, and settings lead to their theme."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from authenticator.app.settings import Settings, Theme, choices
from authenticator.gui.theme import appearance, colors, stylesheet
from authenticator.gui.theme.colors import Tokens

GROUNDS = ("background", "surface", "raised")


TEXT = [
    *itertools.product(("text", "muted", "accent", "good", "warn", "bad"), GROUNDS),
    ("accent_text", "accent"),  # primary buttons, selections
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
def test_text_contrast_is_sufficient_on_every_background(
    tokens: Tokens, front: str, back: str
) -> None:
    assert ratio(tokens, front, back) >= text_ratio(tokens)


@pytest.mark.parametrize("tokens", colors.ALL)
@pytest.mark.parametrize(("front", "back"), SHAPES)
def test_shape_contrast_is_sufficient_on_every_background(
    tokens: Tokens, front: str, back: str
) -> None:
    assert ratio(tokens, front, back) >= 3


def rules(tokens: Tokens) -> dict[str, dict[str, str]]:
    """Return the declarations of each selector in the style sheet."""
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", stylesheet.sheet(tokens)):
        says = dict(re.findall(r"([\w-]+):\s*([^;]+);", body))
        for selector in selectors.split(","):
            found.setdefault(selector.strip(), {}).update(says)
    return found


def color(words: str) -> QColor | None:
    """Return the colour named in a declaration, if any."""
    named = re.search(r"#[0-9a-f]{6}", words)
    return QColor(named[0]) if named else None


@pytest.mark.parametrize("tokens", colors.ALL)
def test_style_sheet_pairs_of_text_and_background_contrast(tokens: Tokens) -> None:
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
def test_focus_mark_contrasts_with_focused_widget(tokens: Tokens) -> None:
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
def test_any_name_gets_stable_readable_avatar(name: str, tokens: Tokens) -> None:
    disc, letter = colors.avatar(tokens, name)
    assert colors.contrast(disc, letter) >= 7
    assert colors.avatar(tokens, name) == (disc, letter)


@pytest.mark.parametrize("tokens", colors.ALL)
def test_application_uses_given_theme(qapp: QApplication, tokens: Tokens) -> None:
    appearance.apply_theme(qapp, tokens)
    assert colors.current() is tokens
    assert "$" not in qapp.styleSheet()


@pytest.mark.parametrize("wanted", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("contrast", [False, True])
def test_settings_choose_theme_and_contrast(
    qapp: QApplication, wanted: Theme, contrast: bool
) -> None:
    tokens = appearance.chosen_theme(Settings(theme=wanted, contrast=contrast))
    assert tokens.dark is (wanted is Theme.DARK)
    assert (tokens in (colors.LIGHT_CONTRAST, colors.DARK_CONTRAST)) is contrast


@pytest.mark.parametrize("high", [False, True])
def test_system_contrast_preference_is_followed(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, high: bool
) -> None:
    monkeypatch.setattr(appearance, "_system_wants_contrast", lambda: high)
    tokens = appearance.chosen_theme(Settings(theme=Theme.LIGHT))
    assert tokens is (colors.LIGHT_CONTRAST if high else colors.LIGHT)


@pytest.mark.parametrize("percent", choices("text_percent"))
def test_all_fonts_scale_with_text_size(qapp: QApplication, percent: int) -> None:
    appearance.apply_theme(qapp, colors.LIGHT, percent)
    assert stylesheet.scale() == pytest.approx(percent / 100, abs=0.04)
    assert stylesheet.font(qapp.font(), 12).pixelSize() == pytest.approx(12 * percent / 100, abs=1)
    assert f"font-size: {round(stylesheet.ISSUER_PX * percent / 100)}px" in qapp.styleSheet()
    appearance.apply_theme(qapp, colors.LIGHT)
    assert stylesheet.scale() == 1


@given(st.sampled_from(colors.ALL))
def test_contrast_of_black_on_white_is_maximal(tokens: Tokens) -> None:
    assert colors.contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert colors.contrast(QColor(tokens.text), QColor(tokens.text)) == 1
