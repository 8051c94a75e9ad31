"""An account from fields that a person filled in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from authenticator.errors import InputRefused
from authenticator.otp import pin
from authenticator.otp.account import LABEL_LIMIT, Account, Label, Type, account_from_fields
from authenticator.otp.key_doubts import length_remark
from authenticator.otp.remark import EnrolmentRefused, Field, Reason, Remark
from authenticator.otp.typed_key import Encoding, TypedKey, read_key

_WITH_PIN: Final = {Type.MOTP.value: Encoding.HEX, Type.YANDEX.value: Encoding.BASE32}
_MOTP_DIGITS: Final = (16, 32)


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
    kind = fields.get("type", "").strip().lower()
    try:
        typed = read_typed(kind, key, encoding)
    except EnrolmentRefused as refusal:
        refused = refusal.faults
    read = typed.secret if typed and kind not in _WITH_PIN else typed and typed.text
    try:
        account = account_from_fields(key=read or key, **fields)
    except EnrolmentRefused as refusal:
        rest = (fault for fault in refusal.faults if fault.field is not Field.SECRET)
        raise EnrolmentRefused((*refused, *rest)) from None
    if typed is None:
        raise EnrolmentRefused(refused)
    return TypedAccount(account, typed)


def read_typed(kind: str, text: str, encoding: Encoding | None = None) -> TypedKey:
    """Read a key as `read_key` does, or as a type with a PIN writes it: Yandex's are checked as a
    whole, and Mobile-OTP's are in hex. Raises EnrolmentRefused."""
    if kind not in _WITH_PIN:
        return read_key(text, encoding)
    try:
        typed = TypedKey(pin.read_key(kind, text)[0], text)
    except EnrolmentRefused:
        beside_words = _beside_words(kind, text)
        if beside_words is None:
            raise
        typed = beside_words
    asked = [one for one in typed.questions if one.reason not in (Reason.ODD_LENGTH, Reason.HEX)]
    digits = 2 * len(typed.secret.key)
    if kind == Type.MOTP and digits not in _MOTP_DIGITS:
        asked.append(length_remark(digits, _MOTP_DIGITS, hex=1))
    return replace(typed, questions=tuple(asked))


def _beside_words(kind: str, text: str) -> TypedKey | None:
    try:
        typed = read_key(text, _WITH_PIN[kind])
        return replace(typed, secret=pin.read_key(kind, typed.text)[0])
    except EnrolmentRefused:
        return None


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
