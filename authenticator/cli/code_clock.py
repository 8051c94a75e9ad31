"""The clock that a verb's codes follow, and what has to be said about it."""

from authenticator.app.settings_file import SettingsUnknown, SettingsUnreadable
from authenticator.app.time.correction import CorrectionStatus, current_status
from authenticator.cli.terminal import Terminal
from authenticator.clock.boot_clock import this_boot
from authenticator.clock.clock import Clock
from authenticator.compose import Services


class CodeClock:
    """By the settings as they were first read in this run. Raises DiskRefused where they can't be:
    nobody knows then what time codes should follow."""

    def __init__(self, services: Services, terminal: Terminal) -> None:
        self._services = services
        self._terminal = terminal
        settings = services.note_clock_changes(services.settings)
        self._correction = settings.correction
        self._lost = correction_lost(services)
        self._synchronized: dict[int, bool] = {}  # by the jump after which it was asked
        self.told = ""
        """What was said about it last."""
        self.clock: Clock = services.clock(settings)

    def in_doubt(self) -> bool:
        """Whether it is unknown what time it is: a correction no longer fits the computer's clock,
        or could not be read. Says so on stderr, once, with what to do."""
        if self._correction is None:
            return self._lost
        status = current_status(self._correction, this_boot())
        doubted = self._is_doubted(status)
        if doubted or (status.jump_s and not status.fits):
            self._say(status, doubted=doubted)
        return doubted

    def _is_doubted(self, status: CorrectionStatus) -> bool:
        if not status.in_doubt(synchronized=True):
            return False
        if status.in_doubt(synchronized=False):
            return True
        # Only now: it takes another program.
        jump = round(status.jump_s)
        if jump not in self._synchronized:
            self._synchronized[jump] = self._services.system_sync().synchronized
        return status.in_doubt(synchronized=self._synchronized[jump])

    def _say(self, status: CorrectionStatus, *, doubted: bool) -> None:
        from authenticator.wording import correct_time

        words = correct_time.in_doubt(status) if doubted else correct_time.jumped(status)
        if words != self.told:
            self.told = words
            self._terminal.say(f"{words} {correct_time.how_in_terminal()}")


def correction_lost(services: Services) -> bool:
    """Whether the settings file may have had one that could not be read."""
    match services.settings_file.fault:
        case SettingsUnknown(names=names):
            return "correction" in names
        case SettingsUnreadable(salvaged=salvaged):
            return "correction" not in salvaged
        case _:
            return False
