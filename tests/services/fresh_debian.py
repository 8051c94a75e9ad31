"""A freshly installed Debian in a folder: no Python, no compiler, nothing of this computer.

It shares this computer's kernel, network and screens, and leaves nothing behind: its mounts belong
to the processes that run in it.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S, wait_for

USER = "kim"
UID = 1000
HOME = f"/home/{USER}"
RUNTIME = f"/run/user/{UID}"

_ENTER = """
for place in proc sys dev; do mount --rbind "/$place" "$1/$place"; done
mkdir -p "$1/tmp/.X11-unix"
if [ -d /tmp/.X11-unix ]; then mount --rbind /tmp/.X11-unix "$1/tmp/.X11-unix"; fi
root=$1 user=$2
shift 2
exec chroot --userspec="$user" "$root" "$@"
"""


def suite_and_mirror() -> tuple[str, str]:
    """This system's release and its apt source. Skips if this is not Debian."""
    system = dict(
        line.split("=", 1)
        for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
        if "=" in line
    )
    suite = system.get("VERSION_CODENAME", "").strip('"')
    if system.get("ID") == "debian":
        format_ = "$(REPO_URI) $(RELEASE)"
        told = subprocess.run(
            ["apt-get", "indextargets", "--format", format_, "Created-By: Packages"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for line in told.splitlines():
            place, _, release = line.partition(" ")
            if release == suite:
                return suite, place
    pytest.skip("the apt of this system knows no Debian release to make a fresh one of")


class FreshDebian:
    """`root` is its folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def made(cls, root: Path, packages: Sequence[str] = ()) -> "FreshDebian":
        """A minimal Debian with these packages and their dependencies. Skips if that is not
        permitted."""
        if os.geteuid() != 0:
            pytest.skip("only root may make a fresh Debian")
        if shutil.which("debootstrap", path=os.environ["PATH"] + ":/usr/sbin") is None:
            pytest.skip("no debootstrap on this computer")
        suite, mirror = suite_and_mirror()
        log = root.with_suffix(".log")
        with log.open("wb") as told:
            words = ["debootstrap", "--variant=minbase", suite, str(root), mirror]
            done = subprocess.run(words, stdout=told, stderr=told, check=False)
        assert done.returncode == 0, log.read_text()[-2000:]
        debian = cls(root)
        debian.run("useradd", "--create-home", "--uid", str(UID), USER, user="root")
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        if packages:
            debian.install(*packages)
        return debian

    def copy(self, root: Path) -> "FreshDebian":
        """A copy of this one in its present state."""
        subprocess.run(["cp", "--archive", self.root, root], check=True)
        return FreshDebian(root)

    def install(self, *packages: str) -> str:
        """Installs by its own apt, with dependencies and nothing else; returns the output."""
        words = ("apt-get", "install", "--yes", "--no-install-recommends", *packages)
        return self.run(*words, user="root", DEBIAN_FRONTEND="noninteractive").stdout

    def command(self, *words: str, user: str = USER, **environment: str) -> list[str]:
        """Return the command line that runs a command in it, in an environment of its own. The
        process started is the command's."""
        home = HOME if user == USER else "/root"
        known = {
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": home,
            "USER": user,
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": RUNTIME,
        } | environment
        owner = f"{UID}:{UID}" if user == USER else "0:0"
        inside = ["env", "-i", *(f"{name}={value}" for name, value in known.items()), *words]
        enter = ["unshare", "--mount", "--propagation", "private", "sh", "-euc", _ENTER, "enter"]
        return [*enter, str(self.root), owner, *inside]

    def run(
        self, *words: str, user: str = USER, exit_code: int | None = 0, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command in it until it ends."""
        done = subprocess.run(
            self.command(*words, user=user, **environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if exit_code is not None:
            assert done.returncode == exit_code, (done.stdout + done.stderr)[-3000:]
        return done

    def put(self, source: Path, place: str) -> str:
        """Copy a file or folder of this computer into it; returns its path there."""
        target = self.root / place.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "--recursive", "--preserve=mode,links", source, target], check=True)
        return place

    @contextlib.contextmanager
    def session(self) -> Iterator[dict[str, str]]:
        """Its user logs in: a bus and the unlocked keyring; yields the environment. What the
        keyring holds is there again in the next session."""
        runtime = self.root / RUNTIME.lstrip("/")
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(runtime, UID, UID)
        address = f"unix:path={RUNTIME}/bus"
        environment = {"DBUS_SESSION_BUS_ADDRESS": address}
        with tempfile.TemporaryFile() as told:
            bus = subprocess.Popen(
                self.command("dbus-daemon", "--session", "--nofork", f"--address={address}"),
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
            )
            keyring = None
            try:
                wait_for(lambda: (runtime / "bus").exists(), "the bus")
                keyring = subprocess.Popen(
                    self.command(
                        *("gnome-keyring-daemon", "--foreground", "--unlock"),
                        "--components=secrets",
                        **environment,
                    ),
                    stdin=subprocess.PIPE,
                    stdout=told,
                    stderr=told,
                )
                assert keyring.stdin is not None
                keyring.stdin.write(b"pw")
                keyring.stdin.close()
                wait_for(lambda: self._owned("org.freedesktop.secrets", environment), "the keyring")
                yield environment
            finally:
                for process in filter(None, (keyring, bus)):
                    process.terminate()
                    process.wait(timeout=PATIENCE_S)
                (runtime / "bus").unlink(missing_ok=True)

    def _owned(self, name: str, environment: dict[str, str]) -> bool:
        told = self.run(
            *("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus"),
            *("/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner", f"string:{name}"),
            exit_code=None,
            **environment,
        )
        return bool(re.search("boolean true", told.stdout))
