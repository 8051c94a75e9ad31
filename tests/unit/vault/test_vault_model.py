"""Any order of calls, against a plain list."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from authenticator.otp.account import Account, Hotp, Label, Otp, Steam, Totp
from authenticator.otp.secret import Secret
from authenticator.vault.entry import Entry, Use
from authenticator.vault.kinds import VaultInfo
from authenticator.vault.trash import DAY_S
from tests.unit.vault.sample_vault import KINDS, SampleVault


@dataclass
class Kept:
    """What the vault should hold of one account."""

    id: str
    account: Account
    groups: tuple[str, ...] = ()
    pinned: bool = False
    notes: str = ""
    uses: int = 0
    last_used_s: int = 0
    days_in_bin: int | None = None

    @property
    def entry(self) -> Entry:
        return Entry(
            self.id,
            self.account.label,
            self.account.otp,
            self.groups,
            self.pinned,
            has_notes=bool(self.notes),
            uses=self.uses,
            last_used_s=self.last_used_s,
        )


class AgainstAModel(RuleBasedStateMachine):
    """Whatever is called, by whichever of two hands, the vault holds what a plain list would
    hold, and the twins that it tells are those that a walk over that list finds."""

    labels = st.builds(Label, st.text("ab", max_size=2), st.text("k", max_size=1))
    otps = st.one_of(
        st.builds(Totp, digits=st.integers(6, 8)),
        st.builds(Hotp, counter=st.integers(0, 9)),
        st.just(Steam()),
    )

    @initialize(kinds=st.sampled_from(KINDS))
    def make(self, kinds: VaultInfo) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.sample = SampleVault(self.folder / "home", kinds)
        self.vault = self.sample.create()
        self.other = self.sample.open()
        self.model: list[Kept] = []  # in their own order, those in the bin among them

    def teardown(self) -> None:
        self.sample.close()
        shutil.rmtree(self.folder)

    @property
    def shown(self) -> list[Kept]:
        return [one for one in self.model if one.days_in_bin is None]

    @property
    def trashed(self) -> list[Kept]:
        return [one for one in self.model if one.days_in_bin is not None]

    @rule(label=labels, key=st.sampled_from([b"one", b"two"]), otp=otps)
    def add(self, label: Label, key: bytes, otp: Otp) -> None:
        account = Account(label, Secret(key), otp)

        self.finds_the_twins(account)
        self.model.append(Kept(self.vault.add(account).id, account))

    def finds_the_twins(self, account: Account) -> None:
        def twins(among: list[Kept]) -> list[Entry]:
            same = (account.label, account.secret)
            return [one.entry for one in among if (one.account.label, one.account.secret) == same]

        assert self.vault.find_duplicate(account) == next(iter(twins(self.shown)), None)
        removed = self.vault.find_duplicate(account, in_trash=True)
        assert removed in twins(self.trashed) or (removed is None and not twins(self.trashed))

    @rule()
    def change_hands(self) -> None:
        self.vault, self.other = self.other, self.vault

    @precondition(lambda self: self.shown)
    @rule(
        data=st.data(),
        label=st.none() | labels,
        otp=st.none() | otps,
        groups=st.none() | st.lists(st.text("gh", min_size=1, max_size=2), unique=True, max_size=3),
        notes=st.none() | st.text("n\n", max_size=3).map(str.strip),
    )
    def edit(
        self,
        data: st.DataObject,
        label: Label | None,
        otp: Otp | None,
        groups: list[str] | None,
        notes: str | None,
    ) -> None:
        one = data.draw(st.sampled_from(self.shown))
        one.pinned = not one.pinned
        self.vault.edit(one.id, label=label, otp=otp, groups=groups, pinned=one.pinned, notes=notes)
        old = one.account
        if isinstance(otp, Hotp) and isinstance(old.otp, Hotp):
            otp = old.otp
        one.account = Account(label or old.label, old.secret, otp or old.otp)
        one.groups = one.groups if groups is None else tuple(groups)
        one.notes = one.notes if notes is None else notes

    @precondition(lambda self: self.shown)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.shown))
        self.vault.remove(one.id)
        one.days_in_bin = 0

    @precondition(lambda self: self.trashed)
    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.trashed))
        one.days_in_bin = None
        assert self.vault.restore(one.id) == one.entry

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.model))
        self.vault.delete(one.id)
        self.model.remove(one)

    @precondition(lambda self: self.shown)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.shown))
        before = data.draw(st.sampled_from([*self.shown, None]))
        self.vault.move(one.id, before and before.id)
        if before is not one:
            self.model.remove(one)
            place = len(self.model) if before is None else self.model.index(before)
            self.model.insert(place, one)

    @precondition(lambda self: self.model)
    @rule(data=st.data(), times=st.integers(1, 3))
    def use(self, data: st.DataObject, times: int) -> None:
        one = data.draw(st.sampled_from(self.model))
        self.vault.record_uses({one.id: Use(times, int(self.sample.now_s)), "none": Use(1, 1)})
        one.uses += times
        one.last_used_s = int(self.sample.now_s)

    @precondition(lambda self: any(isinstance(one.account.otp, Hotp) for one in self.shown))
    @rule()
    def advance(self) -> None:
        one = next(one for one in self.shown if isinstance(one.account.otp, Hotp))
        assert isinstance(one.account.otp, Hotp)
        counter = one.account.otp.counter
        assert self.vault.advance_counter(one.id) == counter
        one.account = one.account.at_counter(counter + 1)

    @rule(days=st.integers(0, 7))
    def open_again(self, days: int) -> None:
        self.vault.close()
        self.sample.now_s += days * DAY_S
        self.vault = self.sample.open()
        for one in self.trashed:
            assert one.days_in_bin is not None
            one.days_in_bin += days
        self.model = [one for one in self.model if (one.days_in_bin or 0) < 30]

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        assert self.vault.entries() == [one.entry for one in self.shown]
        assert [self.vault.account(one.id) for one in self.shown] == [
            one.account for one in self.shown
        ]
        assert [self.vault.notes(one.id) for one in self.shown] == [one.notes for one in self.shown]
        assert {(one.entry.id, one.left_s) for one in self.vault.trashed()} == {
            (one.id, (30 - (one.days_in_bin or 0)) * DAY_S) for one in self.trashed
        }
        assert self.sample.secrets() == {one.id for one in self.model}
        for one in self.model:
            self.finds_the_twins(one.account)


TestAgainstAModel = AgainstAModel.TestCase


TestAgainstAModel.settings = settings(max_examples=20, stateful_step_count=20)
