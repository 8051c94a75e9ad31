"""The order of accounts."""

from tests.unit.vault.sample_vault import KIM, Set


def test_a_move_writes_one_row(made: Set) -> None:
    vault = made.create()
    a, b, c, d = (vault.add(KIM).id for _ in range(4))
    before = dict(made.sql("SELECT id, position FROM account"))
    vault.move(d, b)
    after = dict(made.sql("SELECT id, position FROM account"))
    assert {id for id in before if before[id] != after[id]} == {d}
    vault.move(a, None)
    vault.move(c, d)
    vault.move(c, c)
    assert [entry.id for entry in vault.entries()] == [c, d, b, a]


def test_moves_to_one_place_never_run_out_of_room(made: Set) -> None:
    vault = made.create()
    first, *others = (vault.add(KIM).id for _ in range(3))
    ids = [vault.add(KIM).id for _ in range(35)][::-1]  # no other order gives this one
    hidden = vault.add(KIM).id
    vault.move(hidden, others[0])
    vault.remove(hidden)
    for id in ids:
        vault.move(id, others[0])
    assert [entry.id for entry in vault.entries()] == [first, *ids, *others]
    vault.put_back(hidden)
    assert [entry.id for entry in vault.entries()] == [first, hidden, *ids, *others]
