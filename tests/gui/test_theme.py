"""Colours keep their contrast in every theme, and a palette leads back to its theme."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from authenticator.app.settings import Theme
from authenticator.gui import style, theme
from authenticator.gui.theme import Tokens

GROUNDS = ("background", "surface", "raised")


@pytest.mark.parametrize("tokens", theme.ALL)
def test_text_stands_out_on_every_ground(tokens: Tokens) -> None:
    pairs = [
        *itertools.product(("text", "muted", "accent", "good", "warn", "bad"), GROUNDS),
        ("accent_text", "accent"),
        ("background", "text"),
    ]
    for front, back in pairs:
        ratio = theme.contrast(QColor(getattr(tokens, front)), QColor(getattr(tokens, back)))
        assert ratio >= 4.5, (front, back, ratio)


@pytest.mark.parametrize("tokens", theme.ALL)
def test_shapes_stand_out_on_every_ground(tokens: Tokens) -> None:
    for front, back in itertools.product(("outline", "accent", "ring", "ring_last"), GROUNDS):
        ratio = theme.contrast(QColor(getattr(tokens, front)), QColor(getattr(tokens, back)))
        assert ratio >= 3, (front, back, ratio)


@given(st.text(), st.sampled_from(theme.ALL))
def test_any_name_has_a_readable_avatar_of_its_own(name: str, tokens: Tokens) -> None:
    disc, letter = theme.avatar(tokens, name)
    assert theme.contrast(disc, letter) >= 4.5
    assert theme.avatar(tokens, name) == (disc, letter)


@pytest.mark.parametrize("tokens", theme.ALL)
def test_the_application_wears_what_it_was_given(qapp: QApplication, tokens: Tokens) -> None:
    style.wear(qapp, tokens)
    assert theme.current() is tokens
    assert "$" not in qapp.styleSheet()


def test_light_and_dark_are_what_the_settings_say(qapp: QApplication) -> None:
    assert not style.chosen(Theme.LIGHT).dark
    assert style.chosen(Theme.DARK).dark


@given(st.sampled_from(theme.ALL))
def test_black_on_white_is_the_greatest_contrast(tokens: Tokens) -> None:
    assert theme.contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert theme.contrast(QColor(tokens.text), QColor(tokens.text)) == 1
