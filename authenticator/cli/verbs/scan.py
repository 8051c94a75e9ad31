"""`scan`: what the codes in pictures, or before a camera, say; --add stores their accounts."""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

from authenticator.app.enrolment import NoCodeFound, NotAnEnrolment, harvest
from authenticator.cli.storing import store
from authenticator.cli.terminal import Terminal, as_text
from authenticator.cli.vaults import opened_or_made, passphrase_argument
from authenticator.compose import Parts
from authenticator.errors import AuthenticatorError
from authenticator.otp.uri import Enrolment
from authenticator.scan.decoders import Payload
from authenticator.vault.vault import Vault
from authenticator.wording import explain, shown


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="pictures")
    parser.add_argument(
        "--camera",
        nargs="?",
        const="0",
        metavar="N|PATH",
        help="the camera with this number (0 is the first), or a film",
    )
    parser.add_argument(
        "--seconds", type=float, default=60, metavar="S", help="how long to watch the camera"
    )
    parser.add_argument("--add", action="store_true", help="store the accounts found")
    parser.add_argument(
        "--pick",
        type=int,
        action="append",
        metavar="N",
        help="with --add: only the Nth account of each picture, from 1; repeatable",
    )
    parser.add_argument("--again", action="store_true", help="add what is there already once more")
    passphrase_argument(parser)


def run(parts: Parts, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """One line a source. The exit code is that of the first source that failed."""
    if not chosen.files and chosen.camera is None:
        terminal.say("Give a picture, or --camera.")
        return 2
    parts.warm()
    scan = _Scan(parts, terminal, chosen)
    try:
        exit_code = 0
        for source in _sources(chosen):
            exit_code = scan.source(source) or exit_code
        missing = harvest(scan.texts).missing
        if missing:
            numbers = ", ".join(map(str, missing))
            terminal.say(f"The export has more parts. Still to scan: {numbers}.")
        return exit_code
    finally:
        scan.close()


@dataclass(frozen=True, slots=True)
class _Source:
    """A picture to read once, or a camera or film to watch."""

    picture: Path | None = None
    camera: int | Path = 0

    def __str__(self) -> str:
        if self.picture is not None:
            return str(self.picture)
        return f"camera {self.camera}" if isinstance(self.camera, int) else str(self.camera)


def _sources(chosen: argparse.Namespace) -> list[_Source]:
    sources = [_Source(picture=file) for file in chosen.files]
    if chosen.camera is not None:
        number = chosen.camera
        sources.append(_Source(camera=int(number) if number.isdecimal() else Path(number)))
    return sources


class _Scan:
    def __init__(self, parts: Parts, terminal: Terminal, chosen: argparse.Namespace) -> None:
        self.parts = parts
        self.terminal = terminal
        self.chosen = chosen
        self.texts: list[str] = []
        self._vault: Vault | None = None

    def close(self) -> None:
        if self._vault is not None:
            self._vault.close()

    def source(self, source: _Source) -> int:
        """Read one source, print its line, return its exit code."""
        started = time.monotonic()
        payloads: tuple[Payload, ...] = ()
        added: list[dict[str, object]] = []
        lines: list[str] = []
        error: AuthenticatorError | None = None
        try:
            payloads = self._payloads(source)
            self.texts += [payload.text for payload in payloads]
            if self.chosen.add:
                self._add(payloads, added, lines)
            else:
                lines = [shown(payload.text) for payload in payloads]
        except AuthenticatorError as fault:
            error = fault
        told: dict[str, object] = {
            "source": str(source),
            "payloads": [
                {"text": payload.text, "format": payload.format, "corners": payload.corners}
                for payload in payloads
            ],
            "ms": round((time.monotonic() - started) * 1000, 1),
            "error": None if error is None else as_text(explain(error)),
        }
        if self.chosen.add:
            told["added"] = added
        if self.terminal.as_json or lines:
            self.terminal.show(told, "\n".join(lines))
        if error is None:
            return 0
        self.terminal.say(f"{told['source']}:")
        return self.terminal.fault(error)

    def _payloads(self, source: _Source) -> tuple[Payload, ...]:
        if source.picture is not None:
            payloads = self.parts.read_picture(source.picture).payloads
        else:
            payloads = self._watched(source.camera)
        if not payloads:
            raise NoCodeFound
        return payloads

    def _watched(self, camera_name: int | Path) -> tuple[Payload, ...]:
        until = time.monotonic() + self.chosen.seconds
        watch = self.parts.watch()
        with self.parts.open_camera(camera_name) as camera:
            while time.monotonic() < until:
                frame = camera.read()
                if frame is None:
                    break
                accepted = watch.offer(frame).accepted
                if accepted:
                    return accepted
        return ()

    def _add(
        self, payloads: tuple[Payload, ...], added: list[dict[str, object]], lines: list[str]
    ) -> None:
        """Store what can be stored, then raise for what can't: one bad code blocks no other."""
        gathered = harvest(payload.text for payload in payloads)
        clock = self.parts.clock()
        for enrolment in self._picked(gathered.found):
            if self._vault is None:
                self._vault = opened_or_made(self.parts, self.terminal, self.chosen)
            told, text = store(self._vault, enrolment, clock, again=self.chosen.again)
            added.append(told)
            lines.append(text)
        if gathered.refused:
            raise gathered.refused[0]
        if gathered.others:
            raise NotAnEnrolment(gathered.others[0])

    def _picked(self, found: tuple[Enrolment, ...]) -> tuple[Enrolment, ...]:
        if self.chosen.pick is None:
            return found
        return tuple(
            enrolment for number, enrolment in enumerate(found, 1) if number in self.chosen.pick
        )
