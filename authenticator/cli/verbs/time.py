"""`time`: correct time for codes. This computer's own clock is never changed."""

import argparse

from authenticator.app.settings import choices
from authenticator.app.time.check import TimeAction, TimeAnswer, next_action
from authenticator.app.time.correction import current_status
from authenticator.cli.code_clock import correction_lost
from authenticator.cli.terminal import Terminal
from authenticator.clock.agreement import Decision
from authenticator.clock.boot_clock import this_boot
from authenticator.clock.server import NEEDED
from authenticator.compose import Services
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


def run(services: Services, terminal: Terminal, chosen: argparse.Namespace) -> int:
    """0 when the servers agreed (and, with --apply, codes follow), 5 when they could not be asked
    or did not agree."""
    if chosen.clear:
        services.settings_file.change(correction=None)
        terminal.show({"correction": None}, tr("Codes follow this computer's clock again."))
        return 0
    if chosen.status:
        return _status(services, terminal)
    needed = chosen.needed
    if needed is None and chosen.server:
        # To name fewer servers than usual is to accept that fewer agree.
        needed = min(NEEDED, len(set(chosen.server)))
    answer = services.ask_time(chosen.server, needed=needed)
    refusal = _refusal(services, terminal, chosen, answer) if chosen.apply else None
    applied = chosen.apply and refusal is None and answer.correction is not None
    if applied:
        services.settings_file.change(correction=answer.correction, measured=None)
    failed = [server for server in answer.servers if server.offset_s is None]
    lines = [*server_answers.chart_lines(answer), *map(server_answers.server_answer, failed)]
    lines.append(server_answers.time_answer(answer, applied=applied))
    terminal.show(_fields(answer), "\n".join(lines))
    if refusal:
        terminal.say(refusal)
    return 0 if answer.decision is Decision.AGREED and applied == chosen.apply else 5


def _refusal(
    services: Services, terminal: Terminal, chosen: argparse.Namespace, answer: TimeAnswer
) -> str | None:
    """Why an agreed offset is not applied; None if it may be.

    A large offset needs consent. A person at the terminal is asked; in a script `--apply` is
    the consent, and stderr says what was done.
    """
    match next_action(answer, services.clock(services.note_clock_changes(services.settings))):
        case TimeAction.NOTHING | TimeAction.APPLY:
            return None
        case TimeAction.REFUSE:
            return server_answers.not_backed()
        case TimeAction.ASK:
            pass
    why = f"{correct_time.better_cure(services.system_sync())}\n{server_answers.why_ask(answer)}"
    if chosen.yes or not terminal.interactive:
        terminal.say(why)
        return None
    if terminal.confirm(f"{why}\n" + tr("Let codes follow this time?")):
        return None
    return tr("Nothing was changed.")


def _status(services: Services, terminal: Terminal) -> int:
    correction = services.note_clock_changes(services.settings).correction
    sync = services.system_sync()
    status = None if correction is None else current_status(correction, this_boot())
    in_doubt = status is not None and status.in_doubt(synchronized=sync.synchronized)
    lines = [correct_time.correction_status(correction, status), correct_time.own_sync(sync)]
    if status is not None and in_doubt:
        doubt = f"{correct_time.in_doubt(status)} {correct_time.how_in_terminal()}"
        lines.insert(1, doubt)
        if terminal.as_json:
            terminal.say(doubt)
    terminal.show(
        {
            "correction": correction and correction.to_json(),
            "carried_over": status is not None and status.from_previous_boot,
            "in_doubt": in_doubt or (correction is None and correction_lost(services)),
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
