"""Colour tokens, and nothing else: light, dark, and both in high contrast.

Text tokens stand at least 4.5:1 on `background`, `surface` and `raised`, in high contrast 7:1,
shapes at least 3:1 (WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11). `hairline` only separates and carries
no meaning.
"""

import zlib
from typing import NamedTuple

from PySide6.QtGui import QColor, QGuiApplication, QPalette

RADIUS = 8
"""The one corner radius, in px."""


class Tokens(NamedTuple):
    """One theme. Every colour is `#rrggbb`."""

    dark: bool
    background: str
    surface: str
    raised: str
    text: str
    muted: str
    hairline: str
    outline: str
    accent: str
    accent_text: str
    good: str
    warn: str
    bad: str
    ring: str
    ring_track: str
    ring_last: str


LIGHT = Tokens(
    dark=False,
    background="#fbfbfc",
    surface="#ffffff",
    raised="#eef0f4",
    text="#16181d",
    muted="#565c68",
    hairline="#e1e4e9",
    outline="#7f8693",
    accent="#1f5fd0",
    accent_text="#ffffff",
    good="#176b3b",
    warn="#834e00",
    bad="#b3261e",
    ring="#1f5fd0",
    ring_track="#dfe3ea",
    ring_last="#b3261e",
)
DARK = Tokens(
    dark=True,
    background="#16181c",
    surface="#1d2025",
    raised="#2a2e35",
    text="#eceef2",
    muted="#a8aeba",
    hairline="#2f333a",
    outline="#868d99",
    accent="#8ab4ff",
    accent_text="#0b1f45",
    good="#74d29b",
    warn="#f0b65a",
    bad="#ff9a90",
    ring="#8ab4ff",
    ring_track="#363b44",
    ring_last="#ff9a90",
)
LIGHT_CONTRAST = Tokens(
    dark=False,
    background="#ffffff",
    surface="#fffffe",
    raised="#f0f0f0",
    text="#000000",
    muted="#262626",
    hairline="#595959",
    outline="#000000",
    accent="#003a9b",
    accent_text="#ffffff",
    good="#00481f",
    warn="#5a3500",
    bad="#8a0000",
    ring="#003a9b",
    ring_track="#c8c8c8",
    ring_last="#8a0000",
)
DARK_CONTRAST = Tokens(
    dark=True,
    background="#000000",
    surface="#000001",
    raised="#1c1c1c",
    text="#ffffff",
    muted="#e0e0e0",
    hairline="#8c8c8c",
    outline="#ffffff",
    accent="#9ecbff",
    accent_text="#000000",
    good="#8ff0b4",
    warn="#ffd479",
    bad="#ffb4ab",
    ring="#9ecbff",
    ring_track="#4a4a4a",
    ring_last="#ffb4ab",
)
ALL = (LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST)

_BY_BACKGROUND = {QColor(tokens.background).rgb(): tokens for tokens in ALL}


def current() -> Tokens:
    """The application's theme, by its palette, which `appearance.palette_of` makes. LIGHT for any
    other palette. Palettes of widgets may differ, by the style sheet."""
    worn = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return _BY_BACKGROUND.get(worn.rgb(), LIGHT)


def pick(*, dark: bool, contrast: bool) -> Tokens:
    """The theme that the user or the system asks for."""
    if contrast:
        return DARK_CONTRAST if dark else LIGHT_CONTRAST
    return DARK if dark else LIGHT


def avatar(tokens: Tokens, name: str) -> tuple[QColor, QColor]:
    """The colours of disc and letter for a name: always the same hue for the same name."""
    hue = zlib.crc32(name.casefold().encode()) % 360 / 360
    if tokens.dark:
        return QColor.fromHslF(hue, 0.28, 0.24), QColor.fromHslF(hue, 0.65, 0.88)
    return QColor.fromHslF(hue, 0.50, 0.92), QColor.fromHslF(hue, 0.65, 0.20)


def luminance(color: QColor) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return (
        0.2126 * linear(color.redF())
        + 0.7152 * linear(color.greenF())
        + 0.0722 * linear(color.blueF())
    )


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
