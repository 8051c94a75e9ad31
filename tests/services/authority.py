"""A certificate authority for tests, and the certificates it signs."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Identity:
    """A server's certificate and key, as PEM files."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates; keeps everything in `folder`."""

    def __init__(self, folder: Path, name: str = "Test authority") -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._signed = 0
        now = datetime.now(UTC)
        own = (
            self._builder(self._name, self._key.public_key(), now - 9000 * DAY, now + 9000 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / "authority.pem"
        self.der = own.public_bytes(serialization.Encoding.DER)
        self.file.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def identity(
        self,
        names: Sequence[str] = (LOOPBACK, "localhost"),
        *,
        begins: timedelta = -DAY,
        ends: timedelta = 90 * DAY,
    ) -> Identity:
        """A certificate for these names and addresses; its validity is relative to now."""
        self._signed += 1
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        builder = self._builder(subject, key.public_key(), now + begins, now + ends)
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_general_name(name) for name in names]),
                critical=False,
            )
        certificate = builder.sign(self._key, hashes.SHA256())
        made = Identity(
            self._folder / f"server-{self._signed}.pem", self._folder / f"server-{self._signed}.key"
        )
        made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        made.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        made.key.chmod(0o600)
        return made

    def _builder(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        begins: datetime,
        ends: datetime,
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
        )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
