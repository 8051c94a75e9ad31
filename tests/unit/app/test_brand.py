"""Which brand an issuer's name matches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app.brand import LONGEST, SimpleIcons, slug_of


@pytest.mark.parametrize(
    ("issuer", "slug"),
    [
        ("GitHub", "github"),
        ("Amazon Web Services", "amazonwebservices"),
        ("dev.to", "devdotto"),
        ("AT&T", "atandt"),
        ("Notepad++", "notepadplusplus"),
        ("Škoda", "skoda"),
        ("Straße", "strasse"),
        ("", ""),
        ("•••", ""),
        ("Яндекс", ""),
        ("GitHuЬ", ""),  # its last letter is Cyrillic
        ("Gi\u200btHub", "github"),
        ("x" * (LONGEST + 1), ""),
    ],
)
def test_slug_of_matches_whole_issuer_name(issuer: str, slug: str) -> None:
    assert slug_of(issuer) == slug


@given(st.text())
def test_slug_of_any_issuer_is_ascii_alphanumeric(issuer: str) -> None:
    slug = slug_of(issuer)
    assert slug == "" or (slug.isascii() and slug.isalnum())
    assert slug_of(slug) in ("", slug)


def test_simple_icons_has_the_expected_brands() -> None:
    pytest.importorskip("simple_icons_pack")
    pack = SimpleIcons()
    for issuer in ("GitHub", "GitLab", "Proxmox", "Nextcloud", "dev.to"):
        svg = pack.svg(slug_of(issuer))
        assert svg is not None
        assert svg.startswith('<svg fill="currentColor" ')
        assert 'viewBox="0 0 24 24"' in svg
    assert pack.svg("no-brand-of-this-name") is None
