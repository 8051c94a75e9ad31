"""The parts of a row: inside it, apart from each other, and mirrored as a whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect

from authenticator.app.settings import choices
from authenticator.gui.accounts.row_layout import RowLayout

plans = st.builds(
    RowLayout,
    scale=st.sampled_from([percent / 100 for percent in choices("text_percent")]),
    compact=st.booleans(),
    mirrored=st.booleans(),
)
places = st.tuples(st.integers(0, 5000), st.integers(0, 5000), st.integers(300, 560))


def row_at(place: tuple[int, int, int], plan: RowLayout) -> QRect:
    left, top, width = place
    return QRect(left, top, width, plan.height)


def parts(plan: RowLayout, row: QRect) -> dict[str, QRect]:
    issuer, account = plan.names(row, plan.ring(row).width(), alone=False)
    found = {"avatar": plan.avatar(row), "ring": plan.ring(row), "issuer": issuer}
    digits = plan.shortened(plan.code(row), plan.ring(row).width() + 8)
    return found | {"account": account, "code": digits}


def test_row_heights_follow_density_and_text_size() -> None:
    assert RowLayout().height == 88
    assert RowLayout(compact=True).height == 56
    for percent in choices("text_percent"):
        scale = percent / 100
        assert RowLayout(scale, compact=True).height < RowLayout(scale).height <= 88 * scale


@given(plans, places)
def test_row_parts_are_inside_row_and_do_not_overlap(
    plan: RowLayout, place: tuple[int, int, int]
) -> None:
    row = row_at(place, plan)
    found = parts(plan, row)
    for name, box in found.items():
        assert row.contains(box), name
    for one, other in (
        ("avatar", "issuer"),
        ("avatar", "account"),
        ("ring", "issuer"),
        ("ring", "account"),
        ("ring", "code"),
        ("avatar", "code"),
    ):
        assert not found[one].intersects(found[other]), (one, other)
    assert row.contains(plan.next_button(row))
    assert found["code"].center().y() > found["issuer"].bottom()


@given(plans, places)
def test_mirrored_row_is_exact_mirror_image(plan: RowLayout, place: tuple[int, int, int]) -> None:
    row = row_at(place, plan)
    other = parts(plan._replace(mirrored=not plan.mirrored), row)
    for name, box in parts(plan, row).items():
        assert other[name].left() - row.left() == row.right() - box.right(), name
        assert other[name].size() == box.size(), name


@pytest.mark.parametrize("percent", choices("text_percent"))
def test_code_fits_narrowest_window_at_every_text_size(percent: int) -> None:
    plan = RowLayout(percent / 100)
    row = row_at((0, 0, 310), plan)
    # Six digits of the widest fonts take 0.65 of their height each, plus a space.
    assert parts(plan, row)["code"].width() >= plan.digits_px * plan.scale * 0.65 * 6
