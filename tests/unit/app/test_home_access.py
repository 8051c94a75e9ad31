"""The app's folder is its user's, and nobody else gets at it; other files are left alone."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from authenticator.app.home_access import HomeOfAnother, check_owner, close_to_others
from authenticator.app.settings_file import SettingsFile
from authenticator.compose import Services
from authenticator.vault import lifecycle
from authenticator.vault.kinds import KeyKind, StoreKind
from tests.contract.vault.memory_store import MemoryStore
from tests.services.refusing_disk import ERRNOS, LOOKS, WRITES, refusing


def modes(home: Path) -> dict[str, int]:
    """The permissions of the folder and of all in it."""
    found = [home, *home.rglob("*")]
    return {str(one.relative_to(home)): stat.S_IMODE(one.stat().st_mode) for one in found}


@pytest.fixture
def used(home: Path) -> Path:
    """A home in which everything was done that leaves a file, then opened to everybody."""
    keyring = MemoryStore()
    for _ in range(2):
        lifecycle.create(home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=keyring)
        (home / "vault.db-journal").touch()
        lifecycle.quarantine(home)
    lifecycle.create(home, store=StoreKind.KEYRING, key=KeyKind.KEYRING, keyring=keyring).close()
    services = Services(home, debug=True)
    services.set_debug_log(chosen=True)
    services.set_debug_log(chosen=False)
    Services(home).set_debug_log(chosen=False)
    for content in ("{", '{"tray": true', "{}"):
        (home / "settings.json").write_text(content)
        SettingsFile(home / "settings.json").change(introduced=True)
    for one in (home, *home.rglob("*")):
        one.chmod(0o777 if one.is_dir() else 0o666)
    return home


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o750, 0o705, 0o711])
def test_everything_that_the_app_keeps_is_closed_to_others(used: Path, mode: int) -> None:
    used.chmod(mode)
    access = close_to_others(used)
    assert set(access.closed) == {used, *used.rglob("*")}
    assert (access.open, access.shared) == ((), False)
    for name, now in modes(used).items():
        assert now == (0o700 if (used / name).is_dir() else 0o600), name
    assert close_to_others(used) == ((), (), False)


@pytest.mark.parametrize("sticky", [False, True])
def test_folder_of_more_than_the_app_is_left_as_it_is(used: Path, sticky: bool) -> None:
    foreign = used / "photo.jpg"
    if sticky:  # such as /tmp
        used.chmod(0o1777)
    else:
        foreign.touch()
        foreign.chmod(0o644)
    access = close_to_others(used)
    assert access.shared
    assert set(access.open) == {used, used / "logs"}
    assert modes(used)["."] == (0o1777 if sticky else 0o777)
    assert modes(used)["vault.db"] == modes(used)["settings.json"] == 0o600
    assert sticky or modes(used)["photo.jpg"] == 0o644


def test_target_of_a_link_is_left_as_it_is(used: Path, tmp_path: Path) -> None:
    """Settings may be kept in a folder of their owner's, with other files of that kind."""
    target = tmp_path / "kept.json"
    (used / "settings.json").rename(target)
    (used / "settings.json").symlink_to(target)
    close_to_others(used)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666


def forgetful(path: Path, mode: int) -> None:
    """A disk that takes permissions and keeps none: FAT, mounted `quiet`."""


def refused(path: Path, mode: int) -> None:
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("disk", [forgetful, refused])
def test_disk_without_permissions_is_said_and_not_refused(
    used: Path, monkeypatch: pytest.MonkeyPatch, disk: Callable[[Path, int], None]
) -> None:
    monkeypatch.setattr(Path, "chmod", disk)
    access = close_to_others(used)
    assert access.closed == ()
    assert set(access.open) == {used, *used.rglob("*")}
    assert not access.shared
    check_owner(used)


@pytest.mark.parametrize("us", [0, 1_234_567])
@pytest.mark.parametrize("theirs", [0, 1_234_567, 65534, 4_000_000_000])
def test_folder_of_another_user_is_refused(
    used: Path, monkeypatch: pytest.MonkeyPatch, us: int, theirs: int
) -> None:
    real = Path.stat

    def owned(path: Path, **options: bool) -> os.stat_result:
        cells = list(real(path, **options))
        cells[stat.ST_UID] = theirs
        return os.stat_result(cells)

    monkeypatch.setattr(Path, "stat", owned)
    monkeypatch.setattr(os, "geteuid", lambda: us)
    if us == theirs:
        check_owner(used)
        return
    with pytest.raises(HomeOfAnother) as refusal:
        check_owner(used)
    assert refusal.value.path == used
    assert refusal.value.by_root is (us == 0)
    assert refusal.value.owner == {0: "root", 65534: "nobody"}.get(theirs, str(theirs))


def test_missing_folder_is_nobodys(tmp_path: Path) -> None:
    check_owner(tmp_path / "missing")
    assert close_to_others(tmp_path / "missing") == ((), (), False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ERRNOS)
def test_disk_that_refuses_is_left_to_those_who_use_it(used: Path, name: str) -> None:
    with refusing(used, name, (*LOOKS, *WRITES)):
        check_owner(used)
        close_to_others(used)
