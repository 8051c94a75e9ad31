"""manifest SETUP URL FOLDER: the three winget manifests for an installer published at URL."""

import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
from authenticator import NAME, __version__

SCHEMA = "1.6.0"
PACKAGE = f"{NAME}.{NAME}"


def manifests(setup: Path, url: str) -> dict[str, str]:
    """File names and texts."""
    digest = hashlib.sha256(setup.read_bytes()).hexdigest().upper()
    head = f"PackageIdentifier: {PACKAGE}\nPackageVersion: {__version__}\n"

    def tail(kind: str) -> str:
        return f"ManifestType: {kind}\nManifestVersion: {SCHEMA}\n"

    return {
        f"{PACKAGE}.yaml": f"{head}DefaultLocale: en-US\n{tail('version')}",
        f"{PACKAGE}.locale.en-US.yaml": (
            f"{head}PackageLocale: en-US\nPublisher: The Authenticator project\n"
            f"PackageName: {NAME}\nLicense: MIT\n"
            "ShortDescription: Two-step codes on your computer, right to the second\n"
            f"Tags:\n- 2fa\n- otp\n- totp\n{tail('defaultLocale')}"
        ),
        f"{PACKAGE}.installer.yaml": (
            f"{head}InstallerType: inno\nScope: user\nMinimumOSVersion: 10.0.17763.0\n"
            "UpgradeBehavior: install\nProtocols:\n- otpauth\n- otpauth-migration\n- motp\n"
            f"Installers:\n- Architecture: x64\n  InstallerUrl: {url}\n"
            f"  InstallerSha256: {digest}\n{tail('installer')}"
        ),
    }


if __name__ == "__main__":
    folder = Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in manifests(Path(sys.argv[1]), sys.argv[2]).items():
        (folder / name).write_text(text, encoding="utf-8")
