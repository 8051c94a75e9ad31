"""The ring shows the time left by its number, its arc and, at the end, its shape."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from authenticator.gui.theme import colors
from authenticator.gui.widgets import countdown_ring
from authenticator.otp.code import Code


def drawn(code: Code, now: float, tokens: colors.Tokens = colors.LIGHT) -> QImage:
    image = QImage(64, 64, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    countdown_ring.paint(painter, QRectF(0, 0, 64, 64), code, now, tokens, QFont())
    painter.end()
    return image


@given(
    step=st.integers(0, 2**40),
    period=st.integers(1, 86_400),
    into=st.floats(0, 1, exclude_max=True),
)
@example(step=0, period=5_941, into=0.0)  # 100 minutes, in the longest form
def test_ring_number_counts_whole_seconds_until_time_step(
    step: int, period: int, into: float
) -> None:
    """The number is the seconds left, rounded up, in at most three characters."""
    code = Code("000000", step, step * period, (step + 1) * period)
    now = step * period + into * period
    left = countdown_ring.seconds_left(code, now)
    assert left - 1 <= code.valid_until - now <= left
    assert len(countdown_ring.short_duration(left)) <= 3


@given(period=st.integers(1, 86_400))
def test_last_seconds_are_five_or_a_third_of_a_short_period(period: int) -> None:
    code = Code("000000", 0, 0, period)
    assert period - countdown_ring.ending_from(code) == pytest.approx(min(5, period / 3))
    assert not countdown_ring.is_ending(code, 0)
    assert countdown_ring.is_ending(code, period - 0.01)
    assert countdown_ring.is_ending(code, period)


def test_hotp_code_has_no_last_seconds() -> None:
    assert not countdown_ring.is_ending(Code("000000", 3), 1e12)


def inked(image: QImage, color: str) -> set[tuple[int, int]]:
    wanted = QColor(color).rgb()
    return {(x, y) for x in range(64) for y in range(64) if image.pixel(x, y) == wanted}


def test_ring_arc_shrinks_steadily(qapp: QApplication) -> None:
    code = Code("000000", 0, 0, 30)
    lengths = [len(inked(drawn(code, now), colors.LIGHT.ring)) for now in range(0, 25, 3)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > 2 * lengths[-1] > 0


def test_last_seconds_change_ring_shape_not_only_colour(qapp: QApplication) -> None:
    """One bead per second left: as many separate blots as seconds."""
    code = Code("000000", 0, 0, 30)
    for left in (5, 4, 3, 2, 1):
        spots = inked(drawn(code, 30 - left + 0.1), colors.LIGHT.ring_last)
        assert blots(spots) == left
    assert blots(inked(drawn(code, 20), colors.LIGHT.ring)) == 1


def blots(spots: set[tuple[int, int]]) -> int:
    """Return the number of connected patches."""
    count = 0
    spots = set(spots)
    while spots:
        count += 1
        reached = [spots.pop()]
        while reached:
            x, y = reached.pop()
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & spots
            spots -= near
            reached += near
    return count


@given(period=st.floats(0.1, 1e6))
def test_ring_is_drawn_twice_to_thirty_times_a_second(period: float) -> None:
    assert 33 <= countdown_ring.frame_ms(period) <= 500


@given(
    period=st.integers(1, 86_400), place=st.floats(0, 1, exclude_max=True), at=st.integers(0, 10**9)
)
def test_ring_looks_same_within_one_frame_number_and_shape(
    period: int, place: float, at: int
) -> None:
    """Number and shape are unchanged since the returned moment, at most one frame ago."""
    code = Code("000000", 0, at, at + period)
    now = at + place * period
    since = countdown_ring.unchanged_since(code, now)
    assert at - 1e-6 <= since <= now + 1e-6
    assert now - since <= countdown_ring.frame_ms(period) / 1000 + 1e-6
    assert countdown_ring.seconds_left(code, since) == countdown_ring.seconds_left(code, now)
    assert countdown_ring.is_ending(code, since) == countdown_ring.is_ending(code, now)


def test_ring_is_not_announced_again_as_seconds_pass(qtbot: QtBot) -> None:
    now = [0.0]
    one = countdown_ring.CountdownRing(lambda: now[0], 64)
    qtbot.addWidget(one)
    one.show_code(Code("000000", 0, 0, 30))
    name = one.accessibleName()
    assert name.startswith("Changes at ")
    for second in range(30):
        now[0] = second
        one.grab()
        assert one.accessibleName() == name


def test_ring_with_reduced_motion_moves_once_a_second(qtbot: QtBot) -> None:
    one = countdown_ring.CountdownRing(lambda: 0.0, 64)
    qtbot.addWidget(one)
    one.show_code(Code("000000", 0, 0, 30))
    assert one._animation_timer.interval() < 250
    one.show_code(Code("000000", 0, 0, 30), still=True)
    assert one._animation_timer.interval() == 1000
