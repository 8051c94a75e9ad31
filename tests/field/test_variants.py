"""Of what panels and people send, nothing is lost and no code is wrong."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest

from authenticator.compose import Services
from tests.field import pictures, texts, typed_keys
from tests.field.truth import AT_S, Truth
from tests.field.verdict import Verdict, of_key, of_sources
from tests.patience import PATIENCE_S

BAD = (Verdict.LOST, Verdict.WRONG)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = Services(tmp_path_factory.mktemp("home"))
    yield services
    services.close()


@pytest.mark.parametrize("kind", {**texts.KINDS, **pictures.KINDS})
def test_no_variant_is_lost_or_gives_a_wrong_code(services: Services, kind: str) -> None:
    variants = {**texts.KINDS, **pictures.KINDS}[kind]()
    results = {one.name: of_sources(one, services.read_picture) for one in variants}
    assert len(results) >= 20
    assert {name: told for name, told in results.items() if told.verdict in BAD} == {}


@pytest.mark.parametrize("kind", typed_keys.KINDS)
def test_no_typed_key_is_lost_or_gives_a_wrong_code(kind: str) -> None:
    results = {one.name: of_key(one) for one in typed_keys.KINDS[kind]()}
    assert len(results) >= 20
    assert {name: told for name, told in results.items() if told.verdict in BAD} == {}


@pytest.mark.skipif(shutil.which("oathtool") is None, reason="oathtool is not on this computer")
@pytest.mark.parametrize("truth", [texts.FIREWALL, texts.COUNTING, texts.PLAIN, *texts.THREE])
def test_codes_of_the_table_equal_oathtool(truth: Truth) -> None:
    moving = (
        [f"--totp={truth.algorithm.lower()}", "-s", f"{truth.period_s}s", "-N", f"@{AT_S}"]
        if truth.counter is None
        else ["--hotp", "-c", str(truth.counter)]
    )
    command = ["oathtool", *moving, "-d", str(truth.digits), "-b", truth.base32]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
    assert done.stdout.strip() == truth.code()
