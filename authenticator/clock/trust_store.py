"""Which certificate authorities this computer trusts."""

import ssl
import sys
from dataclasses import dataclass
from pathlib import Path

# Where systems keep them in one file, in case Python was built (or bundled) on another system.
_WELL_KNOWN = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, Alpine, the BSDs
)


@dataclass(frozen=True, slots=True)
class TrustStore:
    """Authorities in a PEM file, in a folder as c_rehash lays it out, or as DER."""

    file: Path | None = None
    folder: Path | None = None
    certificates: tuple[bytes, ...] = ()

    @classmethod
    def of_system(cls) -> "TrustStore":
        """Where OpenSSL looks (SSL_CERT_FILE and SSL_CERT_DIR first), else where this kind of
        system keeps them; on Windows its certificate store. The keychains of macOS are not read:
        Apple's list is in a file too, and SSL_CERT_FILE can name what a user added."""
        if sys.platform == "win32":
            return cls(
                certificates=tuple(ssl.create_default_context().get_ca_certs(binary_form=True))
            )
        places = ssl.get_default_verify_paths()
        if places.cafile:
            return cls(Path(places.cafile), Path(places.capath) if places.capath else None)
        file = next((Path(name) for name in _WELL_KNOWN if Path(name).is_file()), None)
        return cls(file, Path(places.capath) if places.capath else None)
