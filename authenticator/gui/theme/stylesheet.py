"""The style sheet of a theme, and its fonts, at the chosen text size."""

from string import Template

from PySide6.QtGui import QFont, QGuiApplication

from authenticator.gui.theme.colors import Tokens

CODE_PX = 28
HERO_PX = 56
ISSUER_PX = 15
BODY_PX = 13
STATUS_PX = 12
TITLE_PX = 20
TITLE_LIMIT_PX = 34

_SHEET = Template("""
QToolTip { color: $text; background: $raised; border: 1px solid $outline; padding: 4px; }
QLabel[role="title"] { font-size: ${title_px}px; font-weight: 600; }
QLabel[role="heading"] { font-size: ${issuer_px}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="status"] { color: $muted; font-size: ${status_px}px; }
QLabel[role="fault"] { color: $bad; font-size: ${status_px}px; }
QLabel[role="good"] { color: $good; }
QPushButton, QToolButton, QCheckBox, QRadioButton, QComboBox { outline: none; }
QPushButton {
  color: $text; background: $surface; border: 1px solid $outline; border-radius: 8px;
  padding: 0 16px; min-height: 34px;
}
QPushButton:hover { background: $raised; }
QPushButton:pressed { background: $raised; border-color: $accent; }
QPushButton:focus { border: 2px solid $accent; padding: 0 15px; min-height: 32px; }
QPushButton:disabled { color: $muted; border-color: $hairline; }
QPushButton[role="primary"] {
  color: $accent_text; background: $accent; border-color: $accent; font-weight: 600;
}
QPushButton[role="primary"]:focus {
  border: 3px double $accent_text; padding: 0 14px; min-height: 30px;
}
QPushButton[role="primary"]:disabled {
  color: $muted; background: $raised; border-color: $hairline;
}
QPushButton[role="quiet"] { background: transparent; border-color: transparent; color: $accent; }
QPushButton[role="quiet"]:hover { background: $raised; }
QPushButton[role="quiet"]:focus { border-color: $accent; }
QPushButton[role="danger"] { color: $bad; }
QPushButton[role="choice"] {
  text-align: left; font-size: ${issuer_px}px; font-weight: 600; min-height: 70px; padding: 0 16px;
}
QPushButton[role="choice"]:focus { min-height: 68px; padding: 0 15px; }
QToolButton {
  border: 2px solid transparent; border-radius: 8px; padding: 6px; background: transparent;
}
QToolButton:hover { background: $raised; }
QToolButton:pressed { background: $raised; border-color: $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; width: 0; }
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox {
  color: $text; background: $surface; border: 1px solid $outline; border-radius: 8px;
  padding: 0 11px; min-height: 34px; selection-background-color: $accent;
  selection-color: $accent_text; placeholder-text-color: $muted;
}
QPlainTextEdit { padding: 6px 8px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus {
  border: 2px solid $accent; padding: 0 10px; min-height: 32px;
}
QPlainTextEdit:focus { padding: 5px 7px; }
QPlainTextEdit#key { padding: 4px 7px; min-height: 26px; }
QPlainTextEdit#key:focus { padding: 3px 6px; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] { border-color: $bad; }
QComboBox::drop-down { border: 0; width: 32px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView {
  color: $text; background: $surface; border: 1px solid $outline;
  selection-background-color: $accent;
  selection-color: $accent_text; outline: 0;
}
QComboBox QAbstractItemView::item, QListView#completions::item {
  min-height: 32px; padding: 0 8px;
}
QSlider { min-height: 32px; }
QSlider::groove:horizontal { background: $outline; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal {
  background: $accent; border: 2px solid $background; width: 16px; margin: -8px 0;
  border-radius: 10px;
}
QSlider::handle:horizontal:focus { border-color: $text; }
QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; }
QCheckBox:focus, QRadioButton:focus { color: $accent; text-decoration: underline; }
QListView { background: $background; border: 0; outline: 0; }
QListView#completions {
  background: $surface; border: 1px solid $outline; selection-background-color: $accent;
  selection-color: $accent_text;
}
QListWidget#found {
  background: $surface; border: 1px solid $hairline; border-radius: 8px; padding: 4px;
}
QListWidget#contents { background: transparent; border: 0; padding: 8px 4px; outline: 0; }
QListWidget#contents::item {
  color: $text; border: 2px solid transparent; border-radius: 8px; padding: 7px 10px;
}
QListWidget#contents::item:hover { background: $raised; }
QListWidget#contents::item:selected { background: $raised; font-weight: 600; }
QListWidget#contents::item:selected:focus { border-color: $accent; }
QListWidget#found:focus { border: 2px solid $accent; padding: 3px; }
QScrollArea { background: transparent; border: 0; }
QScrollArea#reading { border: 2px solid transparent; border-radius: 8px; }
QScrollArea#reading:focus { border-color: $accent; }
QScrollArea > QWidget > QWidget#sheet { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical {
  background: $outline; border-radius: 3px; min-height: 32px; margin: 2px;
}
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal {
  background: $outline; border-radius: 3px; min-width: 32px; margin: 2px;
}
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMessageBox QLabel#qt_msgbox_label { font-size: ${issuer_px}px; font-weight: 600; }
QMenu { color: $text; background: $surface; border: 1px solid $outline; padding: 4px; }
QMenu::item { padding: 8px 24px 8px 12px; border-radius: 6px; }
QMenu::item:selected { background: $raised; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $hairline; margin: 4px 8px; }
QFrame#hairline { background: $hairline; border: 0; }
QFrame#notice { background: $raised; border: 0; border-radius: 8px; }
QFrame#toast { background: $text; border: 0; border-radius: 8px; }
QFrame#toast QLabel { color: $background; }
QPushButton[role="chip"] {
  border-radius: 16px; padding: 0 12px; min-height: 30px; border-color: $hairline;
}
QPushButton[role="chip"]:checked {
  color: $accent_text; background: $accent; border-color: $accent; font-weight: 600;
}
QPushButton[role="chip"]:focus { border: 2px solid $accent; padding: 0 11px; min-height: 28px; }
QPushButton[role="chip"]:checked:focus {
  border: 3px double $accent_text; padding: 0 10px; min-height: 26px;
}
QPushButton[role="toast"] {
  background: $text; color: $background; border: 1px solid $background; font-weight: 600;
}
QPushButton[role="toast"]:hover { background: $muted; }
QPushButton[role="toast"]:focus {
  border: 3px double $background; padding: 0 14px; min-height: 30px;
}
QLabel#dropping {
  background: $background; color: $accent; border: 2px dashed $accent; border-radius: 8px;
  font-size: ${issuer_px}px; font-weight: 600;
}
QProgressBar {
  background: $raised; border: 0; border-radius: 2px; max-height: 4px; min-height: 4px;
}
QProgressBar::chunk { background: $accent; border-radius: 2px; }
""")


def sheet(tokens: Tokens, percent: int = 100) -> str:
    """The style sheet of a theme, with text at `percent` of its normal size."""
    names = Tokens._fields
    colors = {name: getattr(tokens, name) for name in names if name != "dark"}
    sizes = {"issuer_px": ISSUER_PX, "status_px": STATUS_PX}
    scaled = {name: round(pixels * percent / 100) for name, pixels in sizes.items()}
    # What is large already need not grow as much.
    title = {"title_px": min(round(TITLE_PX * percent / 100), TITLE_LIMIT_PX)}
    return _SHEET.substitute(colors | scaled | title)


def scale() -> float:
    """The text size relative to normal, from the application's font, which `apply_theme` sets."""
    pixels = QGuiApplication.font().pixelSize()
    return pixels / BODY_PX if pixels > 0 else 1.0


def font(base: QFont, pixels: int, *, semibold: bool = False, tabular: bool = False) -> QFont:
    """The system's font at a size (px), scaled by the text size."""
    made = QFont(base)
    made.setPixelSize(round(pixels * scale()))
    made.setWeight(QFont.Weight.DemiBold if semibold else QFont.Weight.Normal)
    # PySide before 6.8 can't name a feature; most fonts have tabular digits anyway.
    if tabular and hasattr(QFont.Tag, "fromString"):
        made.setFeature(QFont.Tag("tnum"), 1)
    return made
