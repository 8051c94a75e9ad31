"""Settings survive everything; a file that can't be read is kept, never overwritten."""

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from authenticator.app import settings_file
from authenticator.app.digit_grouping import Grouping
from authenticator.app.settings import JSON_FIELDS, NextCode, Settings, Theme, TimeCheck, choices
from authenticator.app.settings_file import SettingsFile, SettingsUnknown, SettingsUnreadable
from authenticator.app.sorting import Order
from authenticator.app.time.correction import Anchor, Correction
from authenticator.app.time.servers import DEFAULT_SERVERS
from authenticator.errors import DiskRefused
from authenticator.language import LANGUAGES
from authenticator.vault.kinds import StoreKind
from tests.patience import PATIENCE_S
from tests.services.child_process import Say, in_child

corrections = st.none() | st.builds(
    Correction,
    offset_s=st.floats(-1e6, 1e6),
    uncertainty_s=st.floats(0, 10),
    checked_at=st.floats(0, 4e9),
    anchor=st.none() | st.builds(Anchor, st.just("boot"), st.floats(0, 1e6), st.floats(0, 4e9)),
)
all_settings = st.builds(
    Settings,
    store=st.sampled_from(StoreKind),
    servers=st.lists(st.sampled_from([*DEFAULT_SERVERS, "[::1]:11123", "localhost:5"])).map(tuple),
    servers_needed=st.integers(1, 99),
    time_check=st.none() | st.sampled_from(TimeCheck),
    correction=corrections,
    measured=corrections,
    camera=st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    mirror=st.booleans(),
    introduced=st.booleans(),
    theme=st.sampled_from(Theme),
    order=st.sampled_from(Order),
    clear_after_s=st.sampled_from(choices("clear_after_s")),
    hide_codes=st.booleans(),
    hide_window=st.booleans(),
    contrast=st.booleans(),
    text_percent=st.sampled_from(choices("text_percent")),
    compact=st.booleans(),
    still=st.booleans(),
    grouping=st.sampled_from(Grouping),
    next_code=st.sampled_from(NextCode),
    lock_after_min=st.sampled_from(choices("lock_after_min")),
    lock_with_session=st.booleans(),
    passphrase_answers=st.integers(0, 9),
    passphrase_due_s=st.integers(0, 2**40),
    tray=st.booleans(),
    close_to_tray=st.booleans(),
    start_hidden=st.booleans(),
    global_shortcut=st.booleans(),
    language=st.sampled_from(["", *LANGUAGES]),
)


@given(settings=all_settings)
def test_settings_survive_writing_and_reading(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("home") / "settings.json"
    fields = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    assert SettingsFile(path).change(**fields) == settings
    assert SettingsFile(path).read() == settings


@pytest.mark.parametrize("name", JSON_FIELDS)
def test_every_default_and_choice_survives_writing_and_reading(name: str) -> None:
    """A default that its own form refuses would not outlive the next read of the file."""
    form, default = JSON_FIELDS[name], getattr(Settings(), name)
    values = [default, *form.choices]
    assert [form.read(json.loads(json.dumps(form.write(one)))) for one in values] == values
    assert not form.choices or default in form.choices
    assert len(set(form.choices)) == len(form.choices)


def test_missing_file_gives_defaults_and_is_not_created(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    assert file.read() == Settings()
    assert list(tmp_path.iterdir()) == []
    assert file.fault is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b" " * (2 << 20),
    ],
    ids=lambda content: content[:30].decode("latin-1").strip(),
)
def test_invalid_file_is_renamed_and_defaults_apply(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    file = SettingsFile(path)
    assert file.read() == Settings()
    assert isinstance(file.fault, SettingsUnreadable)
    assert file.fault.path.read_bytes() == content
    file.change(introduced=True)
    path.write_bytes(content)
    second = SettingsFile(path)
    second.change(introduced=True)
    assert isinstance(second.fault, SettingsUnreadable)
    assert second.fault.path != file.fault.path
    assert file.fault.path.read_bytes() == content
    assert second.read().introduced


CHOSEN = Settings(
    correction=Correction(-92.4, 0.02, 1_700_000_000.5),
    servers=("a.example",),
    lock_after_min=5,
    theme=Theme.DARK,
    text_percent=150,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "purple"),
        ("store", []),
        ("servers", 5),
        ("servers", [7]),
        ("servers", ["a b"]),
        ("servers", "a.example"),
        ("camera", 1),
        ("introduced", "yes"),
        ("correction", {"offset_s": float("nan")}),
        ("correction", []),
        ("measured", 5),
        ("time_check", "hourly"),
        ("servers_needed", 0),
        ("servers_needed", True),
        ("clear_after_s", 7),
        ("clear_after_s", False),
        ("hide_codes", 1),
        ("text_percent", 110),
        ("text_percent", 100.0),
        ("grouping", "threes"),
        ("next_code", True),
        ("compact", "yes"),
        ("lock_after_min", 7),
        ("lock_after_min", True),
        ("lock_with_session", 1),
        ("language", "xx"),
        ("language", []),
    ],
)
def test_unreadable_value_affects_only_its_field_and_stays_in_file(
    name: str, value: object, tmp_path: Path
) -> None:
    """Its field falls back to the default and is reported; writing keeps the value until another
    is chosen."""
    path = tmp_path / "settings.json"
    SettingsFile(path).change(**{name: getattr(CHOSEN, name) for name in JSON_FIELDS})
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: value}))
    fallback = replace(CHOSEN, **{name: getattr(Settings(), name)})
    file = SettingsFile(path)
    assert file.read() == fallback
    assert isinstance(file.fault, SettingsUnknown)
    assert file.fault.names == (name,)
    assert file.change(tray=True) == replace(fallback, tray=True)
    assert repr(json.loads(path.read_text())[name]) == repr(value)
    assert file.change(**{name: getattr(CHOSEN, name)}) == replace(CHOSEN, tray=True)
    assert file.read() == SettingsFile(path).read() == replace(CHOSEN, tray=True)
    assert file.fault is None
    assert [kept.name for kept in tmp_path.iterdir() if "unreadable" in kept.name] == []


def test_unknown_field_inside_value_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    correction = CHOSEN.correction.to_json() | {"drift": 3e-6}
    path.write_text(json.dumps({"correction": correction}))
    file = SettingsFile(path)
    assert file.change(tray=True) == Settings(correction=CHOSEN.correction, tray=True)
    assert json.loads(path.read_text())["correction"] == correction


@pytest.mark.parametrize(
    ("name", "value"), [("text_percent", 110), ("servers", ["a.example"]), ("hide_codes", 1)]
)
def test_value_that_could_not_be_read_back_is_not_written(
    name: str, value: object, tmp_path: Path
) -> None:
    path = tmp_path / "settings.json"
    with pytest.raises(ValueError):  # noqa: PT011 - it carries no more than that
        SettingsFile(path).change(**{name: value})
    assert not path.exists()


def test_unknown_field_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"later": {"a": 1}, "introduced": true}')
    file = SettingsFile(path)
    assert file.change(theme=Theme.DARK) == Settings(introduced=True, theme=Theme.DARK)
    assert json.loads(path.read_text())["later"] == {"a": 1}


def test_correction_of_first_version_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(
        '{"correction": {"offset_s": -92.4, "uncertainty_s": 0.02, "checked_at": 1700000000.5}}'
    )
    file = SettingsFile(path)
    assert file.read().correction == Correction(-92.4, 0.02, 1_700_000_000.5)
    assert file.fault is None


def test_conditional_change_is_dropped_if_file_changed_meanwhile(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    file.change(camera="theirs")
    kept = file.change(provided=lambda on_disk: on_disk.camera == "ours", camera="new")
    assert kept == file.read() == Settings(camera="theirs")


def test_change_keeps_changes_of_another_process(tmp_path: Path) -> None:
    one, other = (SettingsFile(tmp_path / "settings.json") for _ in range(2))
    one.read()
    other.change(camera="Desk camera")
    assert one.change(introduced=True).camera == "Desk camera"


def test_many_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from authenticator.app.settings_file import SettingsFile\n"
        "file = SettingsFile(Path(sys.argv[1]))\n"
        "for n in range(20):\n"
        "    file.change(**{sys.argv[2]: eval(sys.argv[3])})\n"
    )
    path = tmp_path / "settings.json"
    chosen = {"camera": "'c'", "introduced": "True", "servers": "('a.example',)"}
    running = [
        subprocess.Popen([sys.executable, "-c", program, path, name, value])
        for name, value in chosen.items()
    ]
    assert [process.wait(PATIENCE_S) for process in running] == [0, 0, 0]
    assert SettingsFile(path).read() == Settings(
        camera="c", introduced=True, servers=("a.example",)
    )


def test_full_disk_keeps_old_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    SettingsFile(path).change(camera="old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, limits[1]))
    try:
        with pytest.raises(DiskRefused) as refusal:
            SettingsFile(path).change(camera="new")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert refusal.value.reason == "EFBIG"
    assert SettingsFile(path).read().camera == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["settings.json", "settings.lock"]


def test_file_in_place_of_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(DiskRefused):
        SettingsFile(tmp_path / "home" / "settings.json").change(introduced=True)


def test_settings_are_readable_by_owner_only(tmp_path: Path) -> None:
    SettingsFile(tmp_path / "home" / "settings.json").change(introduced=True)
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0
    assert (tmp_path / "home" / "settings.json").stat().st_mode & 0o077 == 0


def test_damaged_file_keeps_each_setting_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    chosen = {name: getattr(CHOSEN, name) for name in JSON_FIELDS}
    SettingsFile(path).change(**chosen)
    damaged = path.read_text().replace('"dark"', '"dark')
    path.write_text(damaged)
    file = SettingsFile(path)
    assert file.read() == replace(CHOSEN, theme=Settings().theme)
    assert isinstance(file.fault, SettingsUnreadable)
    assert set(JSON_FIELDS) - set(file.fault.salvaged) == {"theme"}
    assert file.fault.path.read_text() == damaged
    assert SettingsFile(path).read() == replace(CHOSEN, theme=Settings().theme)


def test_damaged_file_stays_where_nobody_could_be_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "dark",')
    file = SettingsFile(path)
    file.mends = False
    assert file.read().theme is Theme.DARK
    assert path.read_text() == '{"theme": "dark",'
    assert list(tmp_path.glob("*.unreadable-*")) == []


def test_reader_never_finds_a_gap_while_damage_is_mended(tmp_path: Path) -> None:
    """Whoever reads meanwhile gets what could be saved: no code without the correction."""
    path = tmp_path / "settings.json"
    program = (
        "import sys; from pathlib import Path\n"
        "from authenticator.app.settings_file import SettingsFile\n"
        "file = SettingsFile(Path(sys.argv[1]))\n"
        "print('reading', flush=True)\n"
        "while (found := file.read().camera) == 'kept': pass\n"
        "print(found)\n"
        "sys.exit(found != 'end')\n"
    )
    SettingsFile(path).change(camera="kept")
    whole = path.read_text()
    with subprocess.Popen(
        [sys.executable, "-c", program, path], stdout=subprocess.PIPE, text=True
    ) as reading:
        assert reading.stdout is not None
        reading.stdout.readline()
        for _ in range(30):
            fresh = tmp_path / "fresh"
            fresh.write_text(whole.replace("}", ""))
            fresh.replace(path)
            assert SettingsFile(path).read().camera == "kept"
        SettingsFile(path).change(camera="end")
        assert reading.wait(PATIENCE_S) == 0


def test_file_that_another_copy_keeps_locked_is_told_as_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_file, "LOCK_WAIT_S", 0.05)
    with FileLock(tmp_path / "settings.lock"), pytest.raises(DiskRefused) as refusal:
        SettingsFile(tmp_path / "settings.json").change(introduced=True)
    assert refusal.value.reason == "EAGAIN"


@pytest.mark.crash
@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace", "unlink", "close"])
def test_killed_change_is_whole_or_absent_and_leaves_nothing(call: str, tmp_path: Path) -> None:
    """Killed right before each call of the system: the old settings or the new, no lock that stays,
    and no file that the next change does not take away."""
    path = tmp_path / "settings.json"
    SettingsFile(path).change(camera="old", correction=CHOSEN.correction)
    points = 0
    while _killed_before(path, call, points):
        points += 1
        found = SettingsFile(path).read()
        assert found.camera in ("old", "new")
        assert found.correction == CHOSEN.correction
        SettingsFile(path).change(camera="old")
        assert {one.name for one in tmp_path.iterdir()} == {"settings.json", "settings.lock"}
    assert points or call in ("write", "unlink")  # a file object writes by itself


def _killed_before(path: Path, call: str, number: int) -> bool:
    def child(say: Say) -> None:
        real, calls = getattr(os, call), 0

        def dies(*words: object, **options: object) -> object:
            nonlocal calls
            calls += 1
            if calls > number:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*words, **options)

        setattr(os, call, dies)
        SettingsFile(path).change(camera="new")
        setattr(os, call, real)

    return in_child(child).killed
