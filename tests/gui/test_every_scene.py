"""In every scene drawn for docs/screens no text escapes translation, and every control has a
name, a place in the tab order, a focus mark, and the size of a finger."""

import os
import re
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from authenticator.gui.theme import appearance, colors
from tests import pseudo
from tests.gui import controls


@pytest.fixture(scope="module")
def told() -> list[str]:
    """Return the findings of a walk through all scenes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.gui.screens", "--check"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert bool(done.stdout) is bool(done.returncode), done.stderr
    return done.stdout.splitlines()


def test_no_text_in_any_scene_escapes_translation(told: list[str]) -> None:
    assert [line for line in told if line.startswith("text: ")] == []


def test_every_control_in_any_scene_is_accessible(told: list[str]) -> None:
    assert [line for line in told if line.startswith("control: ")] == []


def test_pseudo_language_detects_untranslated_text() -> None:
    said = pseudo.Pseudo().gettext
    assert not pseudo.escaped(said("Code of {name} copied").format(name="Zone"), "")
    assert not pseudo.escaped("Zone panel: kim", "Zone panel kim")
    assert not pseudo.escaped("JBSW Y3DP EHPK 3PXP, 12 s", "")
    assert pseudo.escaped("Code of Zone copied", "Zone")
    assert pseudo.escaped(said("Copied") + " at once", "")


def test_accessibility_check_detects_faulty_controls(qapp: QApplication, qtbot: QtBot) -> None:
    appearance.apply_theme(qapp, colors.LIGHT)
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    _good, aloof, flat, small, choice = made = (
        QPushButton("Good"),
        QPushButton("Aloof"),
        QPushButton("Flat"),
        QToolButton(),
        QComboBox(),
    )
    aloof.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    flat.setStyleSheet("* { border: 0; min-height: 40px; min-width: 40px; }")
    small.setFixedSize(20, 40)
    choice.addItem("Nameless")
    for one in made:
        row.addWidget(one)
    window.show()
    assert [re.sub(r"\d+ px high", "too low", fault) for fault in controls.faults(window)] == [
        "QToolButton '': no name",
        "QToolButton '': is 20 x 40 px",
        "QComboBox '': no name",
        "QComboBox '': a choice is too low",
        "QPushButton 'Flat': does not show that it has the focus",
        "QPushButton 'Aloof': Tab does not lead to it",
    ]
