"""Other authenticators, each with accounts in a store of its own that it opens by itself.

Numberstation keeps `otpauth://` URIs in the keyring and shows all codes. OTPClient keeps a file
whose password it takes from the keyring; it lists its accounts, and shows the code of one only
when a person clicks it: what can be measured of it is its list, which comes before any code.
KeePassXC wants a typed password and Yubico Authenticator a key that is plugged in: without a
person they show neither.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Environment = dict[str, str]
Fill = Callable[[Environment, int, str], None]

# In a process that has the environment of the keyring; the secret comes from its input.
STORE = """
import sys, contextlib, json, secretstorage
with contextlib.closing(secretstorage.dbus_init()) as bus:
    ring = secretstorage.get_default_collection(bus)
    ring.create_item(sys.argv[1], json.loads(sys.argv[2]), sys.stdin.buffer.read(), replace=True)
"""


@dataclass(frozen=True)
class Peer:
    """`fill`: gives it this many accounts, named after this word; None where it can't be given
    any. `shows`: what it then shows without a person."""

    words: tuple[str, ...]
    fill: Fill | None = None
    shows: str = ""


def store(environment: Environment, attributes: dict[str, str], secret: str) -> None:
    subprocess.run(
        [sys.executable, "-c", STORE, "peer", json.dumps(attributes)],
        env=environment,
        input=secret.encode(),
        check=True,
    )


def keys(count: int) -> list[str]:
    return [b32encode(number.to_bytes(20, "big")).decode() for number in range(1, count + 1)]


def fill_numberstation(environment: Environment, count: int, name: str) -> None:
    uris = [
        f"otpauth://totp/{quote(f'{name} {number}:kim')}?{urlencode({'secret': key})}"
        for number, key in enumerate(keys(count), 1)
    ]
    attributes = {"service": "numberstation", "username": "totp"}
    store(environment, attributes, json.dumps(uris))


def fill_otpclient(environment: Environment, count: int, name: str) -> None:
    """The file of its versions 2 and 3: 16 bytes of IV, 32 of salt, then the accounts as JSON
    under AES-256-GCM, the first 48 bytes authenticated with them; the key by PBKDF2-SHA512 in
    100,000 rounds. Password and JSON each end with a zero byte."""
    accounts = [
        {"type": "TOTP", "label": "kim", "issuer": f"{name} {number}", "secret": key}
        | {"digits": 6, "algo": "SHA1", "period": 30}
        for number, key in enumerate(keys(count), 1)
    ]
    password = "a password of its own"
    iv, salt = os.urandom(16), os.urandom(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode() + b"\0", salt, 100_000, 32)
    sealed = AESGCM(key).encrypt(iv, json.dumps(accounts).encode() + b"\0", iv + salt)
    settings = Path(environment["XDG_CONFIG_HOME"])
    file = settings / "otpclient.enc"
    file.write_bytes(iv + salt + sealed)
    (settings / "otpclient.cfg").write_text(
        f"[config]\ndb_path={file}\nshow_memlock_warning=false\nuse_secret_service=true\n"
    )
    attributes = {"xdg:schema": "com.github.paolostivanin.OTPClient", "string": "main_pwd"}
    store(environment, attributes, password)


PEERS = {
    "OTPClient": Peer(("otpclient",), fill_otpclient, "accounts"),
    "KeePassXC": Peer(("keepassxc",)),
    "Numberstation": Peer(("numberstation",), fill_numberstation, "codes"),
    "Yubico Authenticator": Peer(("yubioath-desktop",)),
}


def installed() -> dict[str, Peer]:
    return {name: peer for name, peer in PEERS.items() if shutil.which(peer.words[0])}
