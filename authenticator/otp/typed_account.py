"""An account from fields that a person filled in."""

from collections.abc import Iterable
from dataclasses import dataclass

from authenticator.errors import InputRefused
from authenticator.otp.account import LABEL_LIMIT, Account, Label, account_from_fields
from authenticator.otp.remark import EnrolmentRefused, Field, Remark
from authenticator.otp.typed_key import Encoding, TypedKey, read_key


class KeyQuestioned(InputRefused):
    """A key that is used only after a yes; `questions` are what has to be answered."""

    def __init__(self, questions: Iterable[Remark]) -> None:
        self.questions: tuple[Remark, ...] = tuple(questions)
        super().__init__(*(f"{one.field}:{one.reason}" for one in self.questions))


@dataclass(frozen=True, slots=True)
class TypedAccount:
    """An account, and what was understood of its key."""

    account: Account
    key: TypedKey

    @property
    def notices(self) -> tuple[Remark, ...]:
        """What is worth knowing of it, once its questions have been answered with a yes."""
        return (*self.key.notes, *self.account.notices())


def typed_account(*, key: str, encoding: Encoding | None = None, **fields: str) -> TypedAccount:
    """Make an account from fields as `account_from_fields` takes them, and a key as `read_key`
    does. Raises EnrolmentRefused with the faults of all fields."""
    refused: tuple[Remark, ...] = ()
    typed = None
    try:
        typed = read_key(key, encoding)
    except EnrolmentRefused as refusal:
        refused = refusal.faults
    try:
        account = account_from_fields(key=typed.secret if typed else key, **fields)
    except EnrolmentRefused as refusal:
        rest = (fault for fault in refusal.faults if fault.field is not Field.SECRET)
        raise EnrolmentRefused((*refused, *rest)) from None
    if typed is None:
        raise EnrolmentRefused(refused)
    return TypedAccount(account, typed)


def parted_label(account: str) -> Label | None:
    """`Panel Wiki:Kim`, typed as an account name, as issuer and account name; None where this is
    no such pair: an address with a port, a link, a time, or a name without a colon or with two."""
    issuer, _, name = account.partition(":")
    issuer, name = issuer.strip(), name.strip()
    if not issuer or not name or ":" in name or name.startswith("/") or name.isdecimal():
        return None
    if len(issuer) == 1 or len(account) > LABEL_LIMIT:  # a drive of Windows; refused anyway
        return None
    return Label(issuer, name)
