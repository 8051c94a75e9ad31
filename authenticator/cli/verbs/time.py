"""`time`: correct time for codes. This computer's own clock is never changed."""

import argparse

from authenticator.app.settings import choices
from authenticator.app.time.check import Course, TimeAnswer, course
from authenticator.app.time.correction import standing
from authenticator.cli.terminal import Terminal
from authenticator.clock.boot_clock import this_boot
from authenticator.clock.select import Decision
from authenticator.clock.server import NEEDED
from authenticator.compose import Parts
from authenticator.language import tr
from authenticator.wording import correct_time, server_answers


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--server",
        action="append",
        metavar="HOST[:PORT]",
        help=tr(
            "ask this server instead of those in the settings; nts:// or https:// before it "
            "asks it in that way; repeatable"
        ),
    )
    parser.add_argument(
        "--needed",
        type=int,
        choices=choices("servers_needed"),
        metavar="N",
        help=tr(
            "how many servers must agree; {needed} unless the settings say otherwise or fewer are "
            "named by --server, who then must all agree",
            needed=NEEDED,
        ),
    )
    parser.add_argument(
        "--yes", action="store_true", help=tr("don't ask before --apply takes on a large offset")
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--apply", action="store_true", help=tr("show codes by the agreed time from now on")
    )
    what.add_argument("--clear", action="store_true", help=tr("go back to this computer's clock"))
    what.add_argument("--status", action="store_true", help=tr("what holds now; asks nobody"))


def run(parts: Parts, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """0 when the servers agreed (and, with --apply, codes follow), 5 when they could not be asked
    or did not agree."""
    if chosen.clear:
        parts.settings_file.change(correction=None)
        terminal.show({"correction": None}, tr("Codes follow this computer's clock again."))
        return 0
    if chosen.status:
        return _status(parts, terminal)
    needed = chosen.needed
    if needed is None and chosen.server:
        # Whoever names fewer servers than usual has chosen to do with fewer.
        needed = min(NEEDED, len(set(chosen.server)))
    answer = parts.ask_time(chosen.server, needed=needed)
    refusal = _refusal(parts, terminal, chosen, answer) if chosen.apply else None
    applied = chosen.apply and refusal is None and answer.correction is not None
    if applied:
        parts.settings_file.change(correction=answer.correction, measured=None)
    failed = [server for server in answer.servers if server.offset_s is None]
    lines = [*server_answers.chart_lines(answer), *map(server_answers.server_answer, failed)]
    lines.append(server_answers.time_answer(answer, applied=applied))
    terminal.show(_fields(answer), "\n".join(lines))
    if refusal:
        terminal.say(refusal)
    return 0 if answer.decision is Decision.AGREED and applied == chosen.apply else 5


def _refusal(
    parts: Parts, terminal: Terminal, chosen: argparse.Namespace, answer: TimeAnswer
) -> str | None:
    """Why an agreed offset is not taken on, None where it may be.

    A large offset wants a yes. A person at the terminal is asked; in a script `--apply` is
    the yes, and what was done is said on stderr.
    """
    match course(answer, parts.clock(parts.note_clock_changes(parts.settings))):
        case Course.NOTHING | Course.APPLY:
            return None
        case Course.REFUSE:
            return server_answers.not_backed()
        case Course.ASK:
            pass
    why = f"{correct_time.better_cure(parts.system_sync())}\n{server_answers.why_ask(answer)}"
    if chosen.yes or not terminal.interactive:
        terminal.say(why)
        return None
    if terminal.confirm(f"{why}\n" + tr("Let codes follow this time?")):
        return None
    return tr("Nothing was changed.")


def _status(parts: Parts, terminal: Terminal) -> int:
    correction = parts.note_clock_changes(parts.settings).correction
    sync = parts.system_sync()
    stands = None if correction is None else standing(correction, this_boot())
    in_doubt = stands is not None and stands.in_doubt(synchronized=sync.synchronized)
    lines = [correct_time.correction_status(correction, stands), correct_time.own_sync(sync)]
    if stands is not None and in_doubt:
        lines.insert(1, correct_time.in_doubt(stands))
    terminal.show(
        {
            "correction": correction and correction.to_json(),
            "carried_over": stands is not None and stands.carried_over,
            "in_doubt": in_doubt,
            "system_sync": sync.sync,
        },
        "\n".join(lines),
    )
    return 0


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
                "authenticated": server.authenticated,
                "coarse": server.coarse,
            }
            for server in answer.servers
        ],
    }
