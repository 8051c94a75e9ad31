"""The head of a vault: its id, where its secrets are, and the key slots. Readable without a key.

Kept twice in the file, each copy with a checksum: damage to one copy locks nobody out, and
damage to both is told as damage, not as a wrong passphrase. Once the vault is open, the sealed
manifest says whether somebody else has changed the head.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from authenticator.vault.key_derivation import SALT_BYTES, Cost
from authenticator.vault.kinds import KeyKind, StoreKind

_CHECKSUM_BYTES: Final = 16
_ID_DIGITS: Final = 16


class Slot(NamedTuple):
    """One way to the vault key: `wrapped` is that key, sealed under what the slot stands for.

    Of a passphrase: Argon2id's `salt` and `cost`. Of a recovery key: its public half,
    `recipient`. A keyring slot without `wrapped` is from format 2: there, the keyring holds the
    vault key itself.
    """

    kind: KeyKind
    wrapped: bytes
    salt: bytes = b""
    cost: Cost | None = None
    recipient: str = ""


class Head(NamedTuple):
    """`id` has 16 hex digits. `moving` says what is being rewritten, None at rest."""

    id: str
    store: StoreKind
    slots: tuple[Slot, ...]
    moving: Mapping[str, Any] | None = None

    def slot(self, kind: KeyKind) -> Slot | None:
        """The slot of this kind, if there is one."""
        return next((slot for slot in self.slots if slot.kind is kind), None)

    def with_slot(self, slot: Slot) -> "Head":
        """The head with this slot, in place of another of its kind."""
        return self.without_slot(slot.kind)._replace(
            slots=(*self.without_slot(slot.kind).slots, slot)
        )

    def without_slot(self, kind: KeyKind) -> "Head":
        """The head without the slot of this kind."""
        return self._replace(slots=tuple(slot for slot in self.slots if slot.kind is not kind))

    @property
    def key(self) -> KeyKind:
        """What opens the vault in daily use."""
        return KeyKind.PASSPHRASE if self.slot(KeyKind.KEYRING) is None else KeyKind.KEYRING


def write_head(head: Head) -> bytes:
    """The head as a JSON object in ASCII."""
    fields: dict[str, Any] = {
        "id": head.id,
        "store": head.store,
        "slots": [_written(slot) for slot in head.slots],
    }
    if head.moving is not None:
        fields["moving"] = dict(head.moving)
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def read_head(body: bytes) -> Head:
    """What `write_head` wrote. Raises ValueError."""
    try:
        fields = json.loads(body)
        moving = fields.get("moving")
        head = Head(
            str(fields["id"]),
            StoreKind(fields["store"]),
            tuple(_read(slot) for slot in fields["slots"]),
            None if moving is None else dict(moving),
        )
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise ValueError("no head of a vault") from None
    if not is_id(head.id) or not head.slots:
        raise ValueError("no head of a vault")
    return head


def is_id(text: object) -> bool:
    """Whether this can be the id of a vault or an account: 16 hex digits in small letters."""
    return isinstance(text, str) and len(text) == _ID_DIGITS and not text.strip("0123456789abcdef")


def checksum(body: bytes) -> bytes:
    """Tells damage, not forgery: BLAKE2b, 16 bytes."""
    from hashlib import blake2b

    return blake2b(body, digest_size=_CHECKSUM_BYTES).digest()


def _written(slot: Slot) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": slot.kind, "wrapped": b64encode(slot.wrapped).decode()}
    if slot.cost is not None:
        fields |= {
            "salt": b64encode(slot.salt).decode(),
            "iterations": slot.cost.iterations,
            "lanes": slot.cost.parallelism,
            "memory_kib": slot.cost.memory_kib,
        }
    if slot.recipient:
        fields["recipient"] = slot.recipient
    return fields


def _read(fields: dict[str, Any]) -> Slot:
    kind, wrapped = KeyKind(fields["kind"]), b64decode(fields["wrapped"], validate=True)
    if kind is not KeyKind.PASSPHRASE:
        return Slot(kind, wrapped, recipient=str(fields.get("recipient", "")))
    salt = b64decode(fields["salt"], validate=True)
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt of another length")
    cost = Cost(int(fields["iterations"]), int(fields["lanes"]), int(fields["memory_kib"]))
    return Slot(kind, wrapped, salt, cost)
