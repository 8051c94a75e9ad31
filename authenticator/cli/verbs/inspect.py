"""`inspect`: what an enrolment says and what is wrong with it. Stores nothing, prints no key."""

import argparse
from dataclasses import asdict
from pathlib import Path

from authenticator import exit_codes
from authenticator.app.enrolment import NoCodeFound
from authenticator.app.inspection import Inspection, Severity, inspect, inspect_picture
from authenticator.app.reading import unread_reason
from authenticator.app.text_input import read_text
from authenticator.cli.terminal import Terminal, as_text
from authenticator.compose import Services
from authenticator.errors import AuthenticatorError
from authenticator.language import join_sentences, tr
from authenticator.otp.account import Account, Hotp, type_of
from authenticator.otp.remark import Field
from authenticator.wording import explain, remark, suggested_fix
from authenticator.wording.inspection import SEVERITIES, fields, meant_for, told


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", nargs="?", type=Path, metavar="FILE", help=tr("a picture"))
    parser.add_argument(
        "--uri-file", type=Path, metavar="FILE", help=tr("a file with an otpauth link; - for stdin")
    )


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """Print one line per enrolment; exit 3 if one has an error."""
    if (chosen.picture is None) == (chosen.uri_file is None):
        terminal.say(tr("Give either a picture or --uri-file."))
        return exit_codes.USAGE
    if chosen.picture is not None:
        source = str(chosen.picture)
        try:
            inspections = _of_picture(services, chosen.picture)
        except AuthenticatorError as error:
            if terminal.as_json:
                terminal.show(_unread(source, error), "")
            return terminal.fault(error)
    else:
        source = str(chosen.uri_file)
        inspections = inspect(read_text(chosen.uri_file).strip())
    for inspection in inspections:
        terminal.show(_fields(source, inspection), _text(inspection))
    wrong = any(
        finding.severity is Severity.ERROR
        for inspection in inspections
        for finding in inspection.findings
    )
    return exit_codes.INPUT if wrong else 0


def _of_picture(services: Services, picture: Path) -> tuple[Inspection, ...]:
    """Raises InputRefused where there is no code."""
    reading = services.read_picture(picture)
    codes = reading.payloads
    if not codes:
        raise unread_reason(reading, str(picture)) or NoCodeFound
    seen = services.legibility(picture, codes)
    return inspect_picture((code.text, remarks) for code, remarks in zip(codes, seen, strict=True))


def _unread(source: str, error: AuthenticatorError) -> dict[str, object]:
    """The object of a picture without a readable code."""
    message = explain(error)
    finding = {
        "severity": Severity.ERROR,
        "field": Field.PICTURE,
        "reason": message.cause,
        "fix": message.next_step,
    }
    told = {"source": source, "sent": None, "read": None, "findings": [finding]}
    return {**told, "error": as_text(message)}


def _read(account: Account) -> dict[str, object]:
    otp = account.otp
    return {
        "type": type_of(otp),
        "issuer": account.label.issuer,
        "account": account.label.account,
        "algorithm": otp.algorithm,
        "digits": otp.digits,
        "period": None if isinstance(otp, Hotp) else otp.period_s,
        "counter": otp.counter if isinstance(otp, Hotp) else None,
        "secret_bits": account.secret.bits,
    }


def _fields(source: str, inspection: Inspection) -> dict[str, object]:
    return {
        "source": source,
        "sent": inspection.sent and asdict(inspection.sent),
        "read": inspection.account and _read(inspection.account),
        "findings": [
            {
                "severity": finding.severity,
                "field": finding.remark.field,
                "reason": remark(finding.remark),
                "fix": suggested_fix(finding.remark),
            }
            for finding in inspection.findings
        ],
        "error": None,
    }


def _text(inspection: Inspection) -> str:
    lines = [
        f"{row.name:14} {row.read}" + (f"  ({row.sent})" if row.sent else "")
        for row in fields(inspection)
    ]
    for one in told(inspection.findings):
        severity = tr(SEVERITIES[one.severity])
        lines.append(join_sentences(f"{severity}: {one.reason}", one.fix))
    lines.append(meant_for(inspection))
    return "\n".join(line for line in lines if line)
