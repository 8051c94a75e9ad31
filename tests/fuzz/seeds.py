"""What fuzzing starts from, besides its corpus: one good input of each kind."""

import base64
import struct
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from authenticator.otp.account import Account, Hotp, Label, Totp
from authenticator.otp.migration import write_migration
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from authenticator.vault.entry import Entry, write_metadata
from authenticator.vault.head import Head, Slot, write_head
from authenticator.vault.key_derivation import Cost
from authenticator.vault.kinds import KeyKind, StoreKind
from authenticator.vault.manifest import Contents, State, write_contents
from tests.field import texts
from tests.field import typed_keys as keys
from tests.field.truth import Variant

_KIM = Account(Label("Panel", "kim"), Secret(b"12345678901234567890"), Totp(digits=8))
_COUNTED = Account(Label("Counted"), Secret(b"another secret here"), Hotp(counter=7))
_ID = "0123456789abcdef"


def _given(variants: Iterable[Variant]) -> list[bytes]:
    return [one.given.encode() for one in variants if isinstance(one.given, str)][::5]


def _field() -> list[bytes]:
    kinds = (
        *(texts.near_misses, texts.several_links, texts.lists, texts.wrapped_links),
        *(texts.steam, texts.panels_faults, texts.names, texts.mobile_otp, texts.other_apps),
    )
    return [data for kind in kinds for data in _given(kind())]


def _keys() -> list[bytes]:
    kinds = (keys.words_before, keys.not_whole, keys.hex_keys, keys.plain_keys)
    return [data for kind in kinds for data in _given(kind())]


def _exports() -> list[bytes]:
    links = write_migration([_KIM, _COUNTED], batch_id=3, per_part=1)
    payloads = [base64.b64decode(unquote(link.partition("data=")[2])) for link in links]
    return [link.encode() for link in links] + payloads


def _sealed() -> list[bytes]:
    slots = (
        Slot(KeyKind.KEYRING, bytes(60)),
        Slot(KeyKind.PASSPHRASE, bytes(60), bytes(16), Cost(3, 4, 65536)),
        Slot(KeyKind.RECOVERY, bytes(60), recipient="age1x"),
    )
    entry = Entry(_ID, _KIM.label, _KIM.otp, ("work",), True, icon="x", uses=3, last_used_s=9)
    return [
        write_head(Head(_ID, StoreKind.SEALED, slots, {"to": "keyring"})),
        write_contents(Contents(7, 1 << 100, 2, "ab", {_ID: State.PENDING}, (1, 2, 3))),
        write_metadata(entry),
        write_metadata(Entry(_ID, _COUNTED.label, _COUNTED.otp, enrolled_as=_KIM.label)),
    ]


_NTP = struct.pack("!BBbb11I", 0x24, 2, 6, -20, 0, 0, 0x7F000001, *(0xE8F80000, 0) * 4)
_NTS = struct.pack("!HHH HHH HHH", 0x8001, 2, 0, 0x8004, 2, 15, 5, 2, 7) + b"\x80\0\0\0"

SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "link": lambda: [write_uri(_KIM).encode(), write_uri(_COUNTED).encode()],
    "payload": _field,
    "migration": _exports,
    "typed_key": _keys,
    "text_file": lambda: [b"otpauth://totp/x", "łódź".encode("utf-16"), "łódź".encode("utf-8-sig")],
    "settings": lambda: [
        b'{"theme": "dark", "lock_after_min": 5, "servers": ["a", "b"], "store": "sealed"}',
        b'{"correction": {"offset_s": 1.5, "boot": "x", "at": 3}, "language": "ar"}',
    ],
    "time_packet": lambda: [_NTP, _NTS, b"Sat, 28 Nov 2026 09:00:00 GMT"],
    "parts": lambda: [b"PK\3\4", b'<html><img src="data:image/png;base64,aGk=">'],
    "sealed_texts": _sealed,
    "index_file": lambda: [b"\0\0\x18\xff", bytes(range(64))],
    "command_line": lambda: [b"x" * n + b"\0--json\0--at\0" + b"5\0name" for n in range(24)],
    "message": lambda: [b'{"words": ["otpauth://totp/x", "--debug"], "token": "t"}'],
}


def seeds(target: str) -> list[bytes]:
    """Good inputs of a target."""
    return SEEDS[target]()
