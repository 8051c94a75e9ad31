"""What works on this computer: checks, each of which examines one component and reports the
result."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from authenticator.errors import EnvironmentFault

if TYPE_CHECKING:
    from authenticator.clock.trust_store import TrustStore
    from authenticator.scan.decoders import Decoder
    from authenticator.scan.sandbox import Layer
    from authenticator.vault.stores.secret_store import SecretStore

_PROBE = "otpauth://totp/probe"
"""What the decoders have to read. It contains no key."""


class KeyringForgets(EnvironmentFault):
    """The keyring accepted the probe, but returned something else."""


class PartBroken(EnvironmentFault):
    """A library that comes with the app, `part`, can't be loaded or does not work."""

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(part)


class ReaderExposed(EnvironmentFault):
    """Pictures are read, but the process that reads them lacks these `layers` of its sandbox."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = tuple(layers)
        super().__init__(self.layers)


class LibraryMissing(EnvironmentFault):
    """A system library, `name`, that the app needs is missing."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class NoAuthorities(EnvironmentFault):
    """This computer has no list of the certificate authorities that it trusts."""


@dataclass(frozen=True, slots=True)
class Check:
    """`probe` returns what it found, or raises. If a `needed` check fails, no code can be shown.
    `facts` are further ones for scripts, of a check that fails as well."""

    name: str
    needed: bool
    probe: Callable[[], str]
    facts: Callable[[], Mapping[str, object]] = dict


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check after `ms` milliseconds: `detail`, or the error."""

    check: Check
    detail: str
    error: Exception | None
    ms: float
    facts: Mapping[str, object]


def run_checks(
    checks: Iterable[Check], monotonic_s: Callable[[], float] = time.monotonic
) -> Iterator[Finding]:
    """Runs each check in turn. One that fails, in whatever way, does not stop the others."""
    for check in checks:
        began_s = monotonic_s()
        detail = ""
        error: Exception | None = None
        facts: Mapping[str, object] = {}
        try:
            facts = check.facts()
            detail = check.probe()
        except ImportError as missing:  # `libEGL.so.1: cannot open shared object file: ...`
            error = LibraryMissing(str(missing).partition(":")[0])
        except Exception as fault:  # noqa: BLE001 - any failure is the result
            error = fault
        yield Finding(check, detail, error, round((monotonic_s() - began_s) * 1000, 1), facts)


def keyring_round_trip(store: SecretStore) -> None:
    """Stores a probe, reads it back and deletes it, even if reading fails.

    Raises KeyringForgets and whatever the store raises.
    """
    name, text = f"probe {secrets.token_hex(8)}", secrets.token_hex(16)
    store.write(name, text)
    try:
        returned = store.read(name)
    finally:
        store.delete(name)
    if returned != text:
        raise KeyringForgets


def check_decoder(part: str, decoder: Decoder) -> None:
    """Checks that the decoder reads a code generated here. Raises PartBroken."""
    import numpy as np

    from authenticator.scan.qr_encoder import MODULE_PX, qr_code

    code = qr_code(_PROBE)
    if code is None:
        raise PartBroken(part)
    modules = np.frombuffer(code.pixels, np.uint8).reshape(code.side, code.side)
    drawn = modules.repeat(MODULE_PX, 0).repeat(MODULE_PX, 1)
    if [payload.text for payload in decoder.decode(drawn)] != [_PROBE]:
        raise PartBroken(part)


def check_sandbox(layers: Mapping[Layer, bool]) -> None:
    """Checks that all layers hold that this system can have. Raises ReaderExposed."""
    missing = [layer for layer, holds in layers.items() if not holds]
    if missing:
        raise ReaderExposed(missing)


def check_authorities(trust: TrustStore) -> int:
    """How many certificate authorities are trusted to vouch for servers.

    Raises NoAuthorities.
    """
    import ssl

    known = len(trust.certificates)
    if trust.file is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(trust.file)
        known += context.cert_store_stats()["x509_ca"]
    if not known and trust.folder is not None and trust.folder.is_dir():
        known = sum(1 for _ in trust.folder.glob("*.0"))
    if not known:
        raise NoAuthorities
    return known
