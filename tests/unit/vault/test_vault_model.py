"""Any order of calls, against a plain list."""

import shutil
import tempfile
from dataclasses import dataclass, replace
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
    added_s: int = 0
    enrolled_as: Label | None = None
    mark: str = ""
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
            added_s=self.added_s,
            enrolled_as=self.enrolled_as,
            mark=self.mark,
        )

    def rename(self, label: Label) -> None:
        first = self.enrolled_as or self.account.label
        self.account = replace(self.account, label=label)
        self.enrolled_as = None if label == first else first


class AgainstAModel(RuleBasedStateMachine):
    """Whatever is called, by whichever of two hands, the vault holds what a plain list would
    hold, and the relatives that it tells are those that a walk over that list finds."""

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
        self.finds_the_relatives(account)
        entry = self.vault.add(account)
        kept = Kept(entry.id, account, added_s=int(self.sample.now_s), mark=entry.mark)
        self.model.append(kept)

    def finds_the_relatives(self, account: Account) -> None:
        def fits(one: Kept) -> bool:
            here, given = one.account.otp, account.otp
            if isinstance(here, Hotp) and isinstance(given, Hotp):
                return here.counter >= given.counter and here.digits == given.digits
            return here == given

        found = self.vault.find_relatives(account)
        same_key = [one for one in self.shown if one.account.secret == account.secret]
        twins = [one for one in same_key if one.account.label == account.label]
        identical = [one.entry for one in twins if fits(one)]
        assert found.identical == (identical[0] if identical else None)
        assert found.changed == tuple(one.entry for one in twins if not fits(one))
        assert found.renamed == tuple(one.entry for one in same_key if one not in twins)
        assert found.namesakes == tuple(
            one.entry
            for one in self.shown
            if account.label in (one.account.label, one.enrolled_as) and one not in same_key
        )
        removed = [
            one.entry
            for one in self.trashed
            if account.label in (one.account.label, one.enrolled_as)
            and one.account.secret == account.secret
        ]
        assert found.trashed in removed or (found.trashed is None and not removed)

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
        one.account = replace(old, otp=otp or old.otp)
        if label is not None:
            one.rename(label)
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

    @precondition(lambda self: len(self.shown) > 1)
    @rule(data=st.data())
    def replace(self, data: st.DataObject) -> None:
        old = data.draw(st.sampled_from(self.shown))
        new = data.draw(st.sampled_from([one for one in self.shown if one is not old]))
        merged = self.vault.replace(old.id, new.id)
        if new.enrolled_as is None:
            new.rename(old.account.label)
        new.groups = tuple(dict.fromkeys((*old.groups, *new.groups)))
        new.pinned = old.pinned or new.pinned
        new.notes = new.notes or old.notes
        new.uses += old.uses
        new.last_used_s = max(old.last_used_s, new.last_used_s)
        here, there = self.model.index(old), self.model.index(new)
        self.model[here], self.model[there] = new, old
        old.days_in_bin = 0
        assert merged == new.entry

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
            self.finds_the_relatives(one.account)


TestAgainstAModel = AgainstAModel.TestCase


TestAgainstAModel.settings = settings(max_examples=20, stateful_step_count=20)
