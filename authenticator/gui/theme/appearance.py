"""Light, dark or high contrast, as chosen or as the system has it, applied to the whole app."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from authenticator.app.settings import Settings, Theme
from authenticator.gui.theme import colors
from authenticator.gui.theme.colors import Tokens
from authenticator.gui.theme.stylesheet import BODY_PX, sheet


def chosen_theme(settings: Settings) -> Tokens:
    """The theme that the settings and the system together ask for."""
    hints = QGuiApplication.styleHints()
    dark = settings.theme is Theme.DARK or (
        settings.theme is Theme.SYSTEM and hints.colorScheme() == Qt.ColorScheme.Dark
    )
    return colors.pick(dark=dark, contrast=settings.contrast or _system_wants_contrast())


def _system_wants_contrast() -> bool:
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):  # Qt before 6.10 does not know
        return False
    return bool(hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast)


def on_system_change(act: Callable[[], None]) -> None:
    """Call `act` whenever the system's colour scheme or contrast changes."""
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.connect(act)
    if hasattr(hints, "accessibility"):
        hints.accessibility().contrastPreferenceChanged.connect(act)


def apply_chosen_theme(app: QApplication, settings: Settings) -> None:
    """Apply the theme that the settings and the system ask for; safe to repeat."""
    apply_theme(app, chosen_theme(settings), settings.text_percent)


def apply_theme(app: QApplication, tokens: Tokens, percent: int = 100) -> None:
    """Apply a theme at a text size; safe to repeat."""
    body = round(BODY_PX * percent / 100)
    if colors.current() is tokens and app.styleSheet() and app.font().pixelSize() == body:
        return
    made = QFont(app.font())
    made.setPixelSize(body)
    app.setFont(made)
    app.setPalette(palette_of(tokens))
    app.setStyleSheet(sheet(tokens, percent))


def palette_of(tokens: Tokens) -> QPalette:
    """The palette of one theme; `colors.current` leads back from it."""
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.background,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.raised,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.accent_text,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.accent_text,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Mid: tokens.outline,
        role.Dark: tokens.outline,
        role.Light: tokens.raised,
        role.Midlight: tokens.hairline,
        role.Shadow: tokens.hairline,
        role.Accent: tokens.accent,
    }
    palette = QPalette()
    for one, color in colors.items():
        palette.setColor(one, QColor(color))
    for one in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(tokens.muted))
    return palette
