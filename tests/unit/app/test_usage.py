"""Uses: noted without a write, saved in one write, never lost if the vault refuses."""

from collections.abc import Mapping

import pytest

from authenticator.app.usage import UsageLog
from authenticator.vault.entry import Use
from authenticator.vault.errors import IndexBusy


class Recorder:
    """A vault for uses only; if `busy`, it refuses after noting one more use."""

    def __init__(self, uses: UsageLog) -> None:
        self.uses = uses
        self.busy = False
        self.recorded: list[dict[str, Use]] = []

    def record_uses(self, uses: Mapping[str, Use]) -> None:
        if self.busy:
            self.uses.record("a", 30)
            raise IndexBusy
        self.recorded.append(dict(uses))


def test_save_writes_many_uses_at_once() -> None:
    uses = UsageLog()
    vault = Recorder(uses)
    for id, at in [("a", 10), ("b", 11.9), ("a", 12)]:
        uses.record(id, at)
    assert uses.pending
    uses.save(vault)
    assert vault.recorded == [{"a": Use(2, 12), "b": Use(1, 11)}]
    assert not uses.pending
    uses.save(vault)
    assert len(vault.recorded) == 1


def test_save_refused_by_vault_keeps_all_uses() -> None:
    uses = UsageLog()
    vault = Recorder(uses)
    vault.busy = True
    for id, at in [("a", 10), ("b", 11)]:
        uses.record(id, at)
    with pytest.raises(IndexBusy):
        uses.save(vault)
    vault.busy = False
    uses.save(vault)
    assert vault.recorded == [{"a": Use(2, 30), "b": Use(1, 11)}]
