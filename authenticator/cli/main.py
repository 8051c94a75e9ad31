"""The command line: picks the verb, and turns every error into words and an exit code."""

import contextlib
import importlib
import time
from collections.abc import Callable

from authenticator import __version__, debug_log, exit_codes, language
from authenticator.app.desktop import Desktop
from authenticator.cli import streams
from authenticator.cli.arguments import Parser
from authenticator.cli.terminal import Terminal
from authenticator.compose import Services
from authenticator.errors import DiskRefused, EnvironmentFault, StreamRefused
from authenticator.language import gettext_noop, tr

VERBS = {
    "scan": gettext_noop(
        "Read QR codes from pictures, a camera, the screen; --add stores the accounts"
    ),
    "add": gettext_noop("Store one account from an otpauth link or from its name and key"),
    "list": gettext_noop("All accounts"),
    "show": gettext_noop("One account"),
    "code": gettext_noop("The code of one account now"),
    "edit": gettext_noop("Change an account: its name, groups, notes, place, how its codes come"),
    "remove": gettext_noop("Put an account into the bin, or back, or delete it for good"),
    "watch": gettext_noop("Rolling codes of all accounts"),
    "time": gettext_noop("Correct time for codes: ask time servers, apply, clear"),
    "inspect": gettext_noop("What an enrolment says and what is wrong with it; stores nothing"),
    "verify": gettext_noop(
        "Which time step a code of the other side belongs to, or what explains it"
    ),
    "make-enrolment": gettext_noop("A fresh test account for feeding a panel: link, picture, key"),
    "lock": gettext_noop("Lock the window that is open"),
    "unlock": gettext_noop(
        "Try whether the accounts open, and bring up the window's page that unlocks it"
    ),
    "passphrase": gettext_noop("Set, change or remove the passphrase that opens the accounts"),
    "move-store": gettext_noop("Move all keys into the system's keyring, or into a sealed file"),
    "doctor": gettext_noop("What works on this computer and what does not"),
    "demo": gettext_noop("The whole job on a sample picture, in a throw-away vault"),
}

_WITHOUT_HOME = ("inspect", "make-enrolment", "doctor")
"""Verbs that keep nothing, and the one that tells by itself what is wrong with the folder."""


def run(words: list[str], desktop: Desktop, imported: Callable[[], object] = lambda: None) -> int:
    """Run a command line. Returns 0, or an exit code of `exit_codes`. `imported` is called before
    the verb begins, when all that it always needs is imported."""
    streams.prepare()
    begun_s = time.monotonic()
    terminal = Terminal("--json" in words, desktop)
    code = exit_codes.OUR_BUG
    try:
        code = _outcome(words, terminal, imported)
        return code
    finally:
        verb = words[0] if words and words[0] in VERBS else "no verb"
        debug_log.write(f"{verb} ended", exit=code, ms=1000 * (time.monotonic() - begun_s))
        debug_log.stop()


def _outcome(words: list[str], terminal: Terminal, imported: Callable[[], object]) -> int:
    try:
        return _do(words, terminal, imported)
    except KeyboardInterrupt:
        with contextlib.suppress(StreamRefused, BrokenPipeError):
            terminal.say("")
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        return 0  # the reader of our output has left
    except Exception as error:  # noqa: BLE001 - the one funnel: wording knows every class
        debug_log.write("failed", error=error)
        return terminal.fault(error)


def _do(words: list[str], terminal: Terminal, imported: Callable[[], object]) -> int:
    services = Services.for_user()
    services.keyring_waits = terminal.say_keyring_waits
    if not terminal.as_json:  # scripts get English
        language.use_chosen(_language(services))
    verb, *rest = words
    if verb in ("-h", "--help", "help"):
        streams.write(_overview())
        return 0
    if verb in ("-V", "--version"):
        streams.write(f"authenticator {__version__}\n")
        return 0
    if verb not in VERBS:
        import difflib

        near = difflib.get_close_matches(verb, VERBS, 1) if len(verb) < 20 else []
        meant = " " + tr("Did you mean '{verb}'?", verb=near[0]) if near else ""
        see = tr("See '{command}'.", command="authenticator --help")
        no = tr("no such verb")
        streams.tell(f"authenticator: {no}.{meant} {see}\n")
        return exit_codes.USAGE
    chosen_verb = importlib.import_module(f"authenticator.cli.verbs.{verb.replace('-', '_')}")
    parser = Parser(verb, tr(VERBS[verb]))
    common_arguments(parser)
    chosen_verb.arguments(parser)
    chosen = parser.read(rest)
    services.debug = chosen.debug
    if verb not in _WITHOUT_HOME:
        services.check_home()
        if services.home_access.closed:
            from authenticator.wording.storage import closed_to_others

            terminal.say(closed_to_others(services.home))
    _follow_settings(services, terminal)
    imported()
    code: int = chosen_verb.run(services, terminal, chosen)
    return code


def common_arguments(parser: Parser) -> None:
    """The options of every verb."""
    parser.add_argument("--json", action="store_true", help=tr("one JSON object a line"))
    parser.add_argument(
        "--debug",
        action="store_true",
        help=tr("write a debug log, without keys, codes or names; 'doctor' says where"),
    )


def _language(services: Services) -> str:
    """The chosen language; the system's own where the settings can't be read now."""
    try:
        return services.settings.language
    except DiskRefused:
        return ""


def _follow_settings(services: Services, terminal: Terminal) -> None:
    """Say what is wrong with the settings, and log if they say so. What needs them to be right,
    such as a code, asks for them again, and fails if they can't be read."""
    try:
        services.check_home()
        logged = services.settings.debug_log
    except EnvironmentFault:
        logged = False
    if services.settings_file.fault is not None:
        terminal.fault(services.settings_file.fault)
    try:
        services.set_debug_log(chosen=logged)
    except DiskRefused as refused:  # which costs the log alone
        terminal.fault(refused)


def _overview() -> str:
    verbs = "\n".join(f"  {verb:14} {tr(summary)}" for verb, summary in VERBS.items())
    return tr(
        "Usage: authenticator [VERB ...]\n\n"
        "Without a verb the window opens. 'authenticator VERB --help' tells more.\n\n"
        "{verbs}\n\n"
        "Exit: 0 ok, {usage} usage, {input} input refused, {data} stored data bad, "
        "{environment} environment, {bug} our bug.\n"
        "AUTHENTICATOR_HOME names the folder for everything that is kept.\n",
        verbs=verbs,
        usage=exit_codes.USAGE,
        input=exit_codes.INPUT,
        data=exit_codes.DATA,
        environment=exit_codes.ENVIRONMENT,
        bug=exit_codes.OUR_BUG,
    )
