"""`scan`: reads codes from pictures, a camera, the screens or the clipboard; --add stores their
accounts."""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from authenticator import exit_codes
from authenticator.app.enrolment import NoCodeFound, NotAnEnrolment, sort_payloads
from authenticator.app.joined_parts import PartsMissing
from authenticator.app.reading import Source, link_by_link, read_screens, read_source
from authenticator.cli.add_enrolment import (
    again_arguments,
    exit_code,
    not_added,
    store,
    tell_missing,
    tell_slow,
    wishes,
)
from authenticator.cli.code_clock import CodeClock
from authenticator.cli.open_vault import opened_or_made, passphrase_argument
from authenticator.cli.pins import Pins, pin_argument
from authenticator.cli.terminal import Terminal, as_text
from authenticator.compose import Services
from authenticator.errors import AuthenticatorError
from authenticator.language import join_list, sentence, tr
from authenticator.otp.remark import EnrolmentRefused
from authenticator.otp.uri import Enrolment
from authenticator.scan.decoders import Payload
from authenticator.scan.parts import joined_payloads, read_part
from authenticator.scan.screen_errors import ClipboardEmpty
from authenticator.vault.vault import Vault
from authenticator.wording import displayable, explain, without_key
from authenticator.wording.other_apps import beside


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=tr("pictures"))
    parser.add_argument(
        "--camera",
        nargs="?",
        const="0",
        metavar="N|PATH",
        help=tr("the camera with this number (0 is the first), or a video file"),
    )
    parser.add_argument("--screen", action="store_true", help=tr("all screens, as they are now"))
    parser.add_argument(
        "--clipboard", action="store_true", help=tr("the picture, files or text on the clipboard")
    )
    parser.add_argument(
        "--seconds", type=float, default=60, metavar="S", help=tr("how long to watch the camera")
    )
    parser.add_argument("--add", action="store_true", help=tr("store the accounts found"))
    parser.add_argument(
        "--pick",
        type=int,
        action="append",
        metavar="N",
        help=tr("with --add: only the Nth account of each picture, from 1; repeatable"),
    )
    again_arguments(parser)
    pin_argument(parser)
    passphrase_argument(parser)


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Print one line for each source. The exit code is that of the last source that failed."""
    if not (chosen.files or chosen.screen or chosen.clipboard or chosen.camera is not None):
        terminal.say(tr("Give a picture, --screen, --clipboard or --camera."))
        return exit_codes.USAGE
    services.warm_up()
    scan = _Scan(services, terminal, chosen)
    try:
        code = 0
        for name, read in _sources(scan, chosen):
            code = scan.source(name, read) or code
        return tell_missing(terminal, sort_payloads(scan.texts)) or code
    finally:
        scan.close()


Read = Callable[[], tuple[Payload, ...]]
"""Reads the codes of one source. Raises where there are none."""


def _sources(scan: "_Scan", chosen: argparse.Namespace) -> Iterator[tuple[str, Read]]:
    for file in chosen.files:
        name = without_key(str(file))
        yield name, partial(scan.given, Source(name, file))
    if chosen.screen:
        yield from scan.screens()
    if chosen.clipboard:
        yield from scan.clipboard()
    if chosen.camera is not None:
        number = chosen.camera.isdecimal()
        camera = int(chosen.camera) if number else Path(chosen.camera)
        name = tr("camera {number}", number=camera) if number else without_key(str(camera))
        yield name, partial(scan.watched, camera)


class _Scan:
    def __init__(self, services: Services, terminal: Terminal, chosen: argparse.Namespace) -> None:
        self.services = services
        self.terminal = terminal
        self.chosen = chosen
        self.pins = Pins(terminal, chosen.pin_file)
        self.texts: list[str] = []
        self._parts: list[Payload] = []
        self._vault: Vault | None = None

    def close(self) -> None:
        if self._vault is not None:
            self._vault.close()

    def source(self, name: str, read: Read) -> int:
        """Read one source, print its line, return its exit code."""
        started = time.monotonic()
        payloads: tuple[Payload, ...] = ()
        added: list[dict[str, object]] = []
        lines: list[str] = []
        errors: list[AuthenticatorError] = []
        try:
            payloads = read()
            self.texts += [payload.text for payload in payloads]
            payloads = self._whole(payloads)
            if self.chosen.add:
                errors += self._add(payloads, added, lines)
            else:
                shown = [one for one in link_by_link(payloads) if read_part(one.text) is None]
                lines = [displayable(payload.text) for payload in shown]
                for key in sort_payloads(payload.text for payload in payloads).keys:
                    self.terminal.say(as_text(explain(NotAnEnrolment(key))))
            if any(read_part(payload.text) for payload in payloads):
                waiting = sort_payloads(part.text for part in self._parts)
                raise (*waiting.refused, *waiting.parts)[0]
        except AuthenticatorError as fault:
            errors.append(fault)
        told: dict[str, object] = {
            "source": name,
            "payloads": [_fields(payload) for payload in link_by_link(payloads)],
            "ms": round((time.monotonic() - started) * 1000, 1),
            "error": "\n".join(as_text(explain(error)) for error in errors) or None,
        }
        if self.chosen.add:
            told["added"] = added
        if self.terminal.as_json or lines:
            self.terminal.show(told, "\n".join(lines))
        # Missing parts are told once all sources are read.
        errors = [error for error in errors if not isinstance(error, PartsMissing)]
        code = max(map(exit_code, added), default=0)
        if errors:
            self.terminal.say(f"{name}:")
        for error in errors:
            code = self.terminal.fault(error)
        return code

    def given(self, source: Source) -> tuple[Payload, ...]:
        reading = read_source(source, self.services.read_picture)
        payloads = reading.required()
        if reading.problem is not None:
            self.terminal.say(sentence(f"{source.name}: {explain(reading.problem).title}"))
        return payloads

    def _whole(self, payloads: tuple[Payload, ...]) -> tuple[Payload, ...]:
        """These, with a text in several codes in place of the part that completes it."""
        told = joined_payloads([*self._parts, *payloads])
        new = tuple(payload for payload in told if payload not in self._parts)
        self._parts = [payload for payload in told if read_part(payload.text)]
        return new

    def watched(self, camera_name: int | Path) -> tuple[Payload, ...]:
        """The first code seen, with --add the first account; of an export that spans several codes
        all of them."""
        until = time.monotonic() + self.chosen.seconds
        watch = self.services.live_scan()
        accepted: tuple[Payload, ...] = ()
        told: tuple[int, ...] = ()
        with self.services.open_camera(camera_name) as camera:
            while time.monotonic() < until:
                frame = camera.read()
                if frame is None:
                    break
                accepted += watch.add_frame(frame).accepted
                missing = sort_payloads([*self.texts, *(code.text for code in accepted)]).missing
                if accepted and not missing and not self._only_others(accepted):
                    break
                if missing != told:
                    self.terminal.say(
                        tr("Still to scan: {parts}.", parts=join_list(map(str, missing)))
                    )
                    told = missing
        return self._some(accepted)

    def _only_others(self, accepted: tuple[Payload, ...]) -> bool:
        """Whether an account is wanted and none of these is one: a panel may show the code of an
        app store beside its own."""
        gathered = sort_payloads(code.text for code in accepted)
        return self.chosen.add and not (gathered.found or gathered.refused or gathered.keys)

    def screens(self) -> Iterator[tuple[str, Read]]:
        """A source for each screen that shows a code; the other screens are not mentioned."""
        try:
            read = read_screens(self.terminal.desktop.screens(), self.services.read_picture)
        except AuthenticatorError as error:
            yield tr("screen"), partial(_fail, error)
            return
        for number, found in enumerate(read, 1):
            name = tr("screen {number}", number=number)
            if isinstance(found, Exception):
                yield name, partial(_fail, found)
            elif found:
                yield name, partial(self._some, found)

    def clipboard(self) -> Iterator[tuple[str, Read]]:
        try:
            given = self.terminal.desktop.clipboard()
            if not given:
                raise ClipboardEmpty
        except AuthenticatorError as error:
            yield tr("clipboard"), partial(_fail, error)
            return
        for one in given:
            name = str(one.picture) if isinstance(one.picture, Path) else tr("clipboard")
            yield name, partial(self.given, replace(one, name=name))

    @staticmethod
    def _some(payloads: tuple[Payload, ...]) -> tuple[Payload, ...]:
        if not payloads:
            raise NoCodeFound
        return payloads

    def _add(
        self, payloads: tuple[Payload, ...], added: list[dict[str, object]], lines: list[str]
    ) -> list[AuthenticatorError]:
        """Store what can be stored; returns why the rest can't: a bad code stops no other."""
        gathered = sort_payloads(payload.text for payload in payloads)
        timed = CodeClock(self.services, self.terminal)
        refused: list[EnrolmentRefused] = []
        picked = self._picked(gathered.found)
        for number, enrolment in enumerate(picked):
            if self._vault is None:
                self._vault = opened_or_made(self.services, self.terminal, self.chosen)
            if not number:
                tell_slow(self.services, self.terminal, len(picked))
            try:
                told, text = store(
                    self._vault, enrolment, timed, wishes(self.terminal, self.chosen), self.pins
                )
            except EnrolmentRefused as refusal:  # its PIN
                self.terminal.say(f"{displayable(str(enrolment.account.label))}:")
                refused.append(refusal)
            else:
                added.append(told)
                lines.append(text)
        if gathered.found:
            for other in gathered.others:  # such as the code of an app store, beside the enrolment
                self.terminal.say(beside(other))
        return [*refused, *not_added(gathered)]

    def _picked(self, found: tuple[Enrolment, ...]) -> tuple[Enrolment, ...]:
        if self.chosen.pick is None:
            return found
        return tuple(
            enrolment for number, enrolment in enumerate(found, 1) if number in self.chosen.pick
        )


def _fields(payload: Payload) -> dict[str, object]:
    part = read_part(payload.text)
    return {
        "text": payload.text,
        "format": payload.format,
        "corners": payload.corners,
        **({"part": {"number": part.number, "total": part.total}} if part else {}),
    }


def _fail(error: Exception) -> tuple[Payload, ...]:
    raise error
