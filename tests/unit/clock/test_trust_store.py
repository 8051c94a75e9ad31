"""This computer's certificate authorities are found where it keeps them."""

import ssl
from pathlib import Path

import pytest

from authenticator.clock import trust_store
from authenticator.clock.trust_store import TrustStore


def paths(file: Path | None, folder: Path | None) -> ssl.DefaultVerifyPaths:
    return ssl.DefaultVerifyPaths(
        str(file) if file else None, str(folder) if folder else None, "", "", "", ""
    )


def test_of_system_finds_authorities_here() -> None:
    found = TrustStore.of_system()
    assert found.file or found.folder or found.certificates


def test_of_system_prefers_openssl_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "named.pem"
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths(named, tmp_path))
    assert TrustStore.of_system() == TrustStore(named, tmp_path)


def test_of_system_falls_back_to_well_known_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "cert.pem"
    kept.touch()
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths(None, None))
    monkeypatch.setattr(trust_store, "_WELL_KNOWN", (str(tmp_path / "absent.pem"), str(kept)))
    assert TrustStore.of_system() == TrustStore(kept)


def test_of_system_without_authorities_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths(None, None))
    monkeypatch.setattr(trust_store, "_WELL_KNOWN", ())
    assert TrustStore.of_system() == TrustStore()
