"""Which brand an issuer's name means."""

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
def test_an_issuer_means_the_brand_of_its_whole_name(issuer: str, slug: str) -> None:
    assert slug_of(issuer) == slug


@given(st.text())
def test_a_slug_has_only_letters_and_digits_of_ascii(issuer: str) -> None:
    slug = slug_of(issuer)
    assert slug == "" or (slug.isascii() and slug.isalnum())
    assert slug_of(slug) in ("", slug)


def test_the_package_has_what_it_promises() -> None:
    pytest.importorskip("simple_icons_pack")
    pack = SimpleIcons()
    for issuer in ("GitHub", "GitLab", "Proxmox", "Nextcloud", "dev.to"):
        svg = pack.svg(slug_of(issuer))
        assert svg is not None
        assert svg.startswith('<svg fill="currentColor" ')
        assert 'viewBox="0 0 24 24"' in svg
    assert pack.svg("no-brand-of-this-name") is None
