"""The order of accounts."""

from tests.unit.vault.sample_vault import KIM, SampleVault


def test_move_writes_one_row(sample: SampleVault) -> None:
    vault = sample.create()
    a, b, c, d = (vault.add(KIM).id for _ in range(4))
    before = dict(sample.sql("SELECT id, position FROM account"))
    vault.move(d, b)
    after = dict(sample.sql("SELECT id, position FROM account"))
    assert {id for id in before if before[id] != after[id]} == {d}
    vault.move(a, None)
    vault.move(c, d)
    vault.move(c, c)
    assert [entry.id for entry in vault.entries()] == [c, d, b, a]


def test_move_many_times_to_one_place_keeps_the_order(sample: SampleVault) -> None:
    """Where two neighbours leave no room, all rows get new positions, those in the trash too."""
    vault = sample.create()
    first, *others = (vault.add(KIM).id for _ in range(3))
    ids = [vault.add(KIM).id for _ in range(35)][::-1]  # no other order gives this one
    hidden = vault.add(KIM).id
    vault.move(hidden, others[0])
    vault.remove(hidden)
    for id in ids:
        vault.move(id, others[0])
    assert [entry.id for entry in vault.entries()] == [first, *ids, *others]
    vault.restore(hidden)
    assert [entry.id for entry in vault.entries()] == [first, hidden, *ids, *others]
