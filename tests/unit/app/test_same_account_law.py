"""Whatever is added, updated, replaced, kept twice or put back: no key is lost, none changes its
account, and no two accounts become one."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from authenticator.app.add_account import (
    Outcome,
    Step,
    add_account,
    carry_out,
    choices,
    find_relatives,
)
from authenticator.otp.account import Account, Hotp, Label, Otp, Steam, Totp
from authenticator.otp.secret import Secret
from authenticator.vault import lifecycle
from authenticator.vault.key_derivation import CHEAP
from authenticator.vault.kinds import KeyKind, StoreKind


class SameAccountAgain(RuleBasedStateMachine):
    """Keeps the key of every account by id, and the highest counter of each."""

    accounts = st.builds(
        Account,
        st.builds(Label, st.sampled_from(["Panel", "Wiki"]), st.sampled_from(["kim", "lee"])),
        st.sampled_from([Secret(b"the one key"), Secret(b"another key")]),
        st.one_of(
            st.builds(Totp, digits=st.sampled_from([6, 8]), period_s=st.sampled_from([30, 60])),
            st.builds(Hotp, digits=st.just(6), counter=st.integers(0, 9)),
            st.just(Steam()),
        ),
    )

    @initialize()
    def make(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.vault = lifecycle.create(
            self.folder / "home",
            store=StoreKind.SEALED,
            key=KeyKind.PASSPHRASE,
            passphrase="horse",
            cost=CHEAP,
        )
        self.keys: dict[str, Secret] = {}
        self.otps: dict[str, Otp] = {}

    def teardown(self) -> None:
        self.vault.close()
        shutil.rmtree(self.folder)

    @rule(account=accounts, again=st.booleans(), update=st.booleans(), back=st.booleans())
    def add_in_the_terminal(self, account: Account, again: bool, update: bool, back: bool) -> None:
        added = add_account(
            self.vault, account, again=again, update=update, put_back=lambda _: back
        )
        self.note(account, added.entry.id, added.outcome)

    @rule(account=accounts, data=st.data())
    def choose_in_the_window(self, account: Account, data: st.DataObject) -> None:
        (relatives,) = find_relatives(self.vault, [account])
        offered = choices(account, relatives)
        step = data.draw(st.sampled_from(offered or (Step(account),)))
        if step.outcome is not Outcome.LEFT:
            before = {one.id: one for one in self.vault.entries()}
            stored = carry_out(self.vault, [step])
            assert stored.error is None
            (done,) = stored.entries
            assert step.there is None or done.id == step.there.id
            after = {one.id: one for one in self.vault.entries()}
            assert before.items() - {(done.id, before.get(done.id))} <= after.items()
            self.note(account, done.id, step.outcome)

    def note(self, account: Account, id: str, outcome: Outcome) -> None:
        if outcome is Outcome.ADDED:
            assert id not in self.keys
            self.keys[id] = account.secret
        assert self.keys[id] == account.secret

    @precondition(lambda self: len(self.vault.entries()) > 1)
    @rule(data=st.data())
    def replace(self, data: st.DataObject) -> None:
        old, new = data.draw(st.permutations(self.vault.entries()))[:2]
        self.vault.replace(old.id, new.id)
        assert old.id in {one.entry.id for one in self.vault.trashed()}
        assert new.id in {one.id for one in self.vault.entries()}

    @precondition(lambda self: self.vault.entries())
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.vault.remove(data.draw(st.sampled_from(self.vault.entries())).id)

    @invariant()
    def every_key_is_there_under_its_id(self) -> None:
        listed = {one.id: self.vault.account(one.id) for one in self.vault.entries()}
        trashed = {
            one.entry.id: self.vault.account(one.entry.id, in_trash=True)
            for one in self.vault.trashed()
        }
        there = listed | trashed
        assert {id: one.secret for id, one in there.items()} == self.keys
        for id, one in there.items():
            before = self.otps.get(id)
            if isinstance(before, Hotp) and isinstance(one.otp, Hotp):
                assert one.otp.counter >= before.counter
            self.otps[id] = one.otp


TestSameAccountAgain = SameAccountAgain.TestCase
TestSameAccountAgain.settings = settings(max_examples=25, stateful_step_count=20)
