"""The executable where something around it is missing or odd."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.fresh_debian import HOME, FreshDebian
from tests.services.pictures import qrencode_png
from tests.services.secret_service import SecretService, secret_service
from tests.system.test_main_job import KEY

LINK = f"otpauth://totp/Panel:kim?secret={KEY}&issuer=Panel"
ADD = ("add", "--account", "kim", "--key-file", "-")


@pytest.fixture(scope="module")
def ring() -> Iterator[SecretService]:
    with secret_service() as service:
        yield service


@pytest.fixture
def environment(ring: SecretService, home: Path) -> dict[str, str]:
    known = ring.environment | {"AUTHENTICATOR_HOME": str(home)}
    known.pop("QT_QPA_PLATFORM", None)
    return known


def run(
    program: Path, *words: str | Path, environment: dict[str, str], stdin: str = ""
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [program, *words],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_missing_display_is_reported_by_window_and_terminal_works(
    bundle: Path, environment: dict[str, str]
) -> None:
    done = run(bundle / "authenticator-gui", environment=environment)
    assert (done.returncode, "display" in done.stderr) == (5, True)
    done = run(bundle / "authenticator", environment=environment)
    assert done.returncode == 0
    assert re.search(r"Code: \d{6}", done.stdout)


@pytest.mark.parametrize("bus", ["none", "stale", "bare"])
def test_missing_bus_or_keyring_names_the_way_out(
    bundle: Path, environment: dict[str, str], ring: SecretService, tmp_path: Path, bus: str
) -> None:
    address = {"none": None, "stale": "unix:path=/nowhere", "bare": ring.bare_bus()}[bus]
    environment.pop("DBUS_SESSION_BUS_ADDRESS")
    if address:
        environment["DBUS_SESSION_BUS_ADDRESS"] = address
    else:
        environment["XDG_RUNTIME_DIR"] = str(tmp_path)
    done = run(bundle / "authenticator", *ADD, environment=environment, stdin=KEY)
    assert done.returncode == 5
    assert "--passphrase-file" in done.stderr
    assert "Traceback" not in done.stderr

    (tmp_path / "passphrase").write_text("correct horse")
    sealed = ("--passphrase-file", tmp_path / "passphrase")
    done = run(bundle / "authenticator", *ADD, *sealed, environment=environment, stdin=KEY)
    assert done.returncode == 0, done.stderr


def test_folder_name_with_spaces_and_any_script_works(
    bundle: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    odd = tmp_path / "Grüße an 東京 (neu)"
    odd.mkdir()
    subprocess.run(["cp", "--archive", bundle, odd], check=True)
    picture = odd / "Bild 東京.png"
    picture.write_bytes(qrencode_png(LINK))
    environment["AUTHENTICATOR_HOME"] = str(odd / "Konten")
    program = odd / "authenticator/authenticator"
    done = run(program, "scan", picture, "--add", "--json", environment=environment)
    assert done.returncode == 0, done.stderr
    assert [one["account"] for one in json.loads(done.stdout)["added"]] == ["kim"]


@pytest.mark.parametrize("locale", ["C", "POSIX", "xx_YY.UTF-8", "de_DE.ISO-8859-1", ""])
def test_locale_not_installed_changes_nothing(
    bundle: Path, environment: dict[str, str], tmp_path: Path, locale: str
) -> None:
    environment |= {"LANG": locale, "LC_ALL": locale}
    picture = tmp_path / "Zürich 東京.png"
    picture.write_bytes(qrencode_png("otpauth://totp/Z%C3%BCrich:kim?secret=" + KEY))
    words = ("scan", picture, "--add", "--json")
    done = run(bundle / "authenticator", *words, environment=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["added"][0]["issuer"] == "Zürich"
    done = run(bundle / "authenticator", "list", environment=environment)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("own", [None, "/somebody/elses"])
def test_child_process_gets_users_library_path(
    bundle: Path, environment: dict[str, str], tmp_path: Path, own: str | None
) -> None:
    """`time --status` calls the system's timedatectl, which must start with its own libraries."""
    tools = tmp_path / "bin"
    tools.mkdir()
    child = tools / "timedatectl"
    child.write_text(f'#!/bin/sh\nprintf %s "${{LD_LIBRARY_PATH-unset}}" >"{tmp_path}/seen"\n')
    child.chmod(0o755)
    environment["PATH"] = f"{tools}:{environment['PATH']}"
    environment.pop("LD_LIBRARY_PATH", None)
    if own:
        environment["LD_LIBRARY_PATH"] = own
    done = run(bundle / "authenticator", "time", "--status", environment=environment)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "seen").read_text() == (own or "unset")


def test_users_library_path_does_not_replace_bundled_libraries(
    bundle: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    for name in ("libQt6Core.so.6", "libzbar.so.0", "libpython3.11.so.1.0"):
        (tmp_path / name).write_bytes(b"no library")
    environment["LD_LIBRARY_PATH"] = str(tmp_path)
    done = run(bundle / "authenticator", "--self-check", "--json", environment=environment)
    assert done.returncode == 0, done.stderr


def test_scan_without_camera_says_so(bundle: Path, environment: dict[str, str]) -> None:
    if any(Path("/dev").glob("video*")):
        pytest.skip("there is a camera here")
    done = run(bundle / "authenticator", "scan", "--camera", environment=environment)
    assert done.returncode == 5
    assert "camera" in done.stderr.lower()
    assert "Traceback" not in done.stderr


def test_scan_reads_film_in_place_of_camera(
    bundle: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    from tests.services.pictures import film, qr_pixels

    made = film(tmp_path / "film.avi", [qr_pixels(LINK)] * 20)
    words = ("scan", "--camera", made, "--json")
    done = run(bundle / "authenticator", *words, environment=environment)
    assert done.returncode == 0, done.stderr
    assert KEY in done.stdout


def test_missing_zbar_leaves_everything_else_working(debian: FreshDebian, tmp_path: Path) -> None:
    program = "/opt/authenticator/authenticator"
    library = debian.root / "opt/authenticator/_internal/libzbar.so.0"
    aside = library.rename(tmp_path / library.name)
    try:
        with debian.session() as session:
            told = debian.run(program, "--self-check", "--json", **session).stdout
    finally:
        aside.rename(library)
    checks = {one["check"]: one["ok"] for one in map(json.loads, told.splitlines())}
    assert not checks["zbar"]
    assert all(ok for name, ok in checks.items() if name != "zbar")


def test_read_only_home_is_reported_and_stores_nothing(debian: FreshDebian) -> None:
    """A user's home, not root's: root may write everywhere."""
    place = debian.root / "srv/home"
    place.mkdir(mode=0o555)
    own = {"HOME": "/srv/home", "AUTHENTICATOR_HOME": "/srv/home/authenticator"}
    picture = debian.root / HOME.lstrip("/") / "read-only.png"
    picture.write_bytes(qrencode_png(LINK))
    with debian.session() as session:
        words = ("/opt/authenticator/authenticator", "scan", f"{HOME}/read-only.png", "--add")
        done = debian.run(*words, exit_code=5, **session, **own)
    assert "permission to use the file or folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(place.iterdir()) == []


def test_program_writes_nothing_into_its_folder(bundle: Path, environment: dict[str, str]) -> None:
    def state() -> dict[str, float]:
        return {str(path): path.lstat().st_mtime for path in bundle.rglob("*")}

    before = state()
    run(bundle / "authenticator", "--self-check", environment=environment)
    assert state() == before
