"""Reads a vault by docs/vault-format.md alone. Shares no code with the app."""

import base64
import hashlib
import hmac
import json
import sqlite3
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SCHEMA = {
    "head": "CREATE TABLE head (one INTEGER PRIMARY KEY, body BLOB, checksum BLOB)",
    "head_copy": "CREATE TABLE head_copy (one INTEGER PRIMARY KEY, body BLOB, checksum BLOB)",
    "manifest": "CREATE TABLE manifest (one INTEGER PRIMARY KEY, sealed BLOB)",
    "account": "CREATE TABLE account (id TEXT PRIMARY KEY, position INTEGER, meta BLOB,"
    " trashed BLOB) WITHOUT ROWID",
    "detail": "CREATE TABLE detail (id TEXT, kind TEXT, sealed BLOB, PRIMARY KEY (id, kind))"
    " WITHOUT ROWID",
    "secret": "CREATE TABLE secret (name TEXT PRIMARY KEY, sealed BLOB) WITHOUT ROWID",
    "placed": "CREATE INDEX placed ON account (position)",
}


class Unreadable(Exception):
    """The file is not as the format has it."""


def read(
    path: Path,
    *,
    items: Mapping[str, str] = {},
    passphrase: str | None = None,
    recovery_key: str | None = None,
) -> list[dict[str, Any]]:
    """All accounts in order, opened by one of a keyring's `items`, a passphrase or a recovery key.

    Raises Unreadable if anything in the file is not right, whatever it is.
    """
    try:
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return _Reader(database).accounts(items, passphrase, recovery_key)
        finally:
            database.close()
    except Unreadable:
        raise
    except (sqlite3.Error, InvalidTag, ValueError, LookupError, TypeError, AttributeError) as fault:
        raise Unreadable(type(fault).__name__) from fault


def _must(truth: bool, what: str) -> None:
    if not truth:
        raise Unreadable(what)


class _Reader:
    def __init__(self, database: sqlite3.Connection) -> None:
        self.rows = lambda question: database.execute(question).fetchall()
        _must(self.rows("PRAGMA application_id") == [(0x41757468,)], "application_id")
        _must(self.rows("PRAGMA user_version") == [(3,)], "user_version")
        schema = dict(self.rows("SELECT name, sql FROM sqlite_schema"))
        _must(schema == SCHEMA, "schema")
        _must(self.rows("PRAGMA integrity_check") == [("ok",)], "integrity")
        heads = self.rows("SELECT one, body, checksum FROM head")
        _must(heads == self.rows("SELECT one, body, checksum FROM head_copy"), "two heads")
        ((one, body, self.checksum),) = heads
        _must(one == 1, "one")
        _must(hashlib.blake2b(body, digest_size=16).digest() == self.checksum, "checksum")
        self.head = json.loads(body)
        self.id = self.head["id"]

    def accounts(
        self, items: Mapping[str, str], passphrase: str | None, recovery_key: str | None
    ) -> list[dict[str, Any]]:
        self.key = self._vault_key(items, passphrase, recovery_key)
        manifest = self._manifest()
        unfinished = manifest["unfinished"]
        details = self.rows("SELECT id, kind, sealed FROM detail")
        secrets = dict(self.rows("SELECT name, sealed FROM secret"))
        found = []
        for id, position, meta, trashed in self.rows(
            "SELECT id, position, meta, trashed FROM account ORDER BY +position, id"
        ):
            if unfinished.get(id) == "pending":
                continue
            account = {
                "id": id,
                "position": position,
                "meta": json.loads(self._open(meta, id, "meta")),
                "trashed": trashed and json.loads(self._open(trashed, id, "binned")),
                "link": self._link(id, secrets, items),
            }
            for owner, kind, sealed in details:
                if owner == id:
                    account[kind] = self._open(sealed, id, kind)
            found.append(account)
        return found

    # Keys

    def _vault_key(
        self, items: Mapping[str, str], passphrase: str | None, recovery_key: str | None
    ) -> bytes:
        slots = {slot["kind"]: slot for slot in self.head["slots"]}
        if recovery_key is not None:
            wrapped = base64.b64decode(slots["recovery"]["wrapped"], validate=True)
            return open_age_file(wrapped, recovery_key)
        if passphrase is not None:
            slot = slots["passphrase"]
            key = Argon2id(
                salt=base64.b64decode(slot["salt"], validate=True),
                length=32,
                iterations=slot["iterations"],
                lanes=slot["lanes"],
                memory_cost=slot["memory_kib"],
            ).derive(unicodedata.normalize("NFC", passphrase).encode())
        else:
            slot = slots["keyring"]
            item = items[f"vault {self.id}"]
            key = base64.b64decode(item.removeprefix("unfinished:"), validate=True)
        wrapped = base64.b64decode(slot["wrapped"], validate=True)
        return self._open(wrapped, "", "key", key)

    def _open(self, sealed: bytes, row: str, column: str, key: bytes | None = None) -> bytes:
        place = f"{self.id}\0{row}\0{column}".encode()
        return AESGCM(key or self.key).decrypt(sealed[:12], sealed[12:], place)

    # Secrets

    def _link(self, id: str, secrets: Mapping[str, bytes], items: Mapping[str, str]) -> str:
        if self.head["store"] == "sealed":
            return self._open(secrets[id], id, "secret").decode()
        text = items[id]
        if text.startswith("sealed1:"):
            sealed = base64.b64decode(text.removeprefix("sealed1:"), validate=True)
            text = self._open(sealed, id, "item").decode()
        return text

    # The whole

    def _manifest(self) -> dict[str, Any]:
        ((one, stored),) = self.rows("SELECT one, sealed FROM manifest")
        _must(one == 1, "one")
        manifest = json.loads(self._open(stored[12:], "", "manifest"))
        _must(manifest["before"] == (stored[:12].hex() if any(stored[:12]) else ""), "before")
        _must(manifest["head"] == self.checksum.hex(), "head")
        accounts = self.rows("SELECT id, position, meta, trashed FROM account")
        _must(manifest["accounts"] == len(accounts), "accounts")
        texts = [
            f"account {_typed(id)} {position} {_typed(meta[:12])}"
            f" {_typed(trashed and trashed[:12])}"
            for id, position, meta, trashed in accounts
        ]
        texts += [
            f"detail {_typed(id)} {_typed(kind)} {_typed(sealed[:12])}"
            for id, kind, sealed in self.rows("SELECT id, kind, sealed FROM detail")
        ]
        texts += [
            f"secret {_typed(name)} {_typed(sealed[:12])}"
            for name, sealed in self.rows("SELECT name, sealed FROM secret")
        ]
        key = hashlib.blake2b(b"manifest", key=self.key, digest_size=32).digest()
        total = 0
        for text in texts:
            digest = hashlib.blake2b(text.encode(), key=key, digest_size=16).digest()
            total ^= int.from_bytes(digest, "big")
        _must(manifest["total"] == f"{total:032x}", "total")
        return dict(manifest)


def _typed(value: str | bytes | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return "text" + value.encode().hex().upper()
    return "blob" + value.hex().upper()


# age-encryption.org/v1, for X25519 and files of one chunk


def open_age_file(data: bytes, identity: str) -> bytes:
    """What an age file for this identity holds."""
    private = X25519PrivateKey.from_private_bytes(_bech32(identity.lower(), "age-secret-key-"))
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    header, _, rest = data.partition(b"\n--- ")
    mac, _, payload = rest.partition(b"\n")
    lines = header.split(b"\n")
    _must(lines[0] == b"age-encryption.org/v1", "age")
    for number, line in enumerate(lines):
        if line.startswith(b"-> X25519 "):
            share = _unpadded(line.split()[2])
            shared = private.exchange(X25519PublicKey.from_public_bytes(share))
            wrapping = _hkdf(shared, share + public, b"age-encryption.org/v1/X25519")
            file_key = ChaCha20Poly1305(wrapping).decrypt(
                bytes(12), _unpadded(lines[number + 1]), None
            )
            break
    else:
        raise Unreadable("age: no stanza")
    mac_key = _hkdf(file_key, b"", b"header")
    signed = hmac.digest(mac_key, header + b"\n---", "sha256")
    _must(hmac.compare_digest(signed, _unpadded(mac)), "age: header")
    stream = _hkdf(file_key, payload[:16], b"payload")
    return ChaCha20Poly1305(stream).decrypt(bytes(11) + b"\1", payload[16:], None)


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def _unpadded(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)


def _bech32(text: str, expected: str) -> bytes:
    name, _, data = text.rpartition("1")
    _must(name == expected, "bech32")
    values = ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(letter) for letter in data[:-6]]
    number, bits = 0, 5 * len(values)
    for value in values:
        number = number << 5 | value
    return (number >> bits % 8).to_bytes(bits // 8, "big")
