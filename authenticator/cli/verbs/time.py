"""`time`: correct time for codes. This computer's own clock is never changed."""

import argparse

from authenticator.app.correct_time import TimeAnswer
from authenticator.cli.terminal import Terminal
from authenticator.clock.select import Decision
from authenticator.compose import Parts
from authenticator.wording.correct_time import correction_status, server_answer, time_answer


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--server",
        action="append",
        metavar="HOST[:PORT]",
        help="ask this server instead of those in the settings; repeatable",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--apply", action="store_true", help="show codes by the agreed time from now on"
    )
    what.add_argument("--clear", action="store_true", help="go back to this computer's clock")
    what.add_argument("--status", action="store_true", help="what holds now; asks nobody")


def run(parts: Parts, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """0 when the servers agreed, 5 when they could not be asked or did not agree."""
    if chosen.clear:
        parts.settings_file.change(correction=None)
        terminal.show({"correction": None}, "Codes follow this computer's clock again.")
        return 0
    if chosen.status:
        correction = parts.settings_file.read().correction
        terminal.show(
            {"correction": correction and correction.to_json()}, correction_status(correction)
        )
        return 0
    answer = parts.ask_time(chosen.server)
    applied = chosen.apply and answer.decision is Decision.AGREED
    if applied:
        parts.settings_file.change(correction=answer.correction)
    lines = [server_answer(server) for server in answer.servers]
    lines.append(time_answer(answer, applied=applied))
    terminal.show(_fields(answer), "\n".join(lines))
    return 0 if answer.decision is Decision.AGREED else 5


def _fields(answer: TimeAnswer) -> dict[str, object]:
    return {
        "decision": answer.decision,
        "offset_s": answer.offset_s,
        "uncertainty_s": answer.uncertainty_s,
        "servers": [
            {
                "host": server.host,
                "offset_s": server.offset_s,
                "delay_s": server.delay_s,
                "stratum": server.stratum,
                "verdict": server.verdict,
                "reason": server.reason,
            }
            for server in answer.servers
        ],
    }
