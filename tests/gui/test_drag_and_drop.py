"""Dragging one or several rows: what is shown, and what the vault is told."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from authenticator.clock.clock import FixedClock
from authenticator.gui.accounts.model import AccountsModel
from authenticator.otp.account import Label, Totp
from authenticator.vault.entry import Entry


def entries(kinds: list[tuple[bool, bool]]) -> list[Entry]:
    return [
        Entry(f"id{n}", Label("", str(n)), Totp(), groups=("G",) if grouped else (), pinned=pinned)
        for n, (pinned, grouped) in enumerate(kinds)
    ]


def shown(model: AccountsModel) -> list[str]:
    return [model.id_of(row) for row in range(model.rowCount())]


@given(
    kinds=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=9),
    narrowed=st.booleans(),
    data=st.data(),
)
def test_dragged_rows_stay_together_and_vault_keeps_same_order(
    qapp: QApplication, kinds: list[tuple[bool, bool]], narrowed: bool, data: st.DataObject
) -> None:
    """Dragged rows stand together in their gap, and the vault arrives at the order shown."""
    model = AccountsModel(lambda: FixedClock(0.0))
    kept = entries(kinds)
    model.set_entries(kept)
    if narrowed:
        model.filter_by_group("G")
    before = shown(model)
    if not before:
        return
    rows = data.draw(st.sets(st.integers(0, len(before) - 1), min_size=1))
    wanted = data.draw(st.integers(-1, len(before) + 1))
    told: list[tuple[str, str | None]] = []
    model.moved.connect(lambda *move: told.append(move))
    model.move(sorted(rows), wanted)
    taken = [before[row] for row in sorted(rows)]
    pinned = {one.id for one in kept if one.pinned}
    expected: list[str] = []
    for kind in (True, False):
        alike = [id for id in before if (id in pinned) is kind]
        first = 0 if kind else len(before) - len(alike)
        gap = min(max(wanted - first, 0), len(alike))
        above = [id for id in alike[:gap] if id not in taken]
        below = [id for id in alike[gap:] if id not in taken]
        expected += [*above, *(id for id in taken if id in alike), *below]
    assert shown(model) == expected
    # The vault moves one row after another.
    order = [one.id for one in kept]
    for id, follower in told:
        order.remove(id)
        order.insert(len(order) if follower is None else order.index(follower), id)
    assert order == [one.id for one in model._all]
    if expected == before:
        assert told == []
