"""Texts about correct time: how far the computer's clock is off, and what codes follow."""

from authenticator.app.time.correction import Correction, CorrectionStatus
from authenticator.clock.system_sync import Sync, SystemSync
from authenticator.language import gettext_noop, join_sentences, number, sentence, tr
from authenticator.wording.durations import amount, certainty, signed_amount
from authenticator.wording.moments import moment

CLOCK_UNTOUCHED = gettext_noop("This computer's own clock is not changed.")


# The computer's clock


RIGHT_S = 0.05
"""A clock that is off by less is said to be right."""


def slow_or_fast(offset_s: float) -> str:
    """`This computer's clock is 1 min 32.4 s slow.` for one that needs +92.4 s."""
    if abs(offset_s) < RIGHT_S:
        return tr(
            "This computer's clock is right to within {seconds} s.", seconds=number(RIGHT_S, 2)
        )
    if offset_s > 0:
        return tr("This computer's clock is {amount} slow.", amount=amount(offset_s))
    return tr("This computer's clock is {amount} fast.", amount=amount(offset_s))


def what_holds(status: CorrectionStatus | None, *, followed: bool) -> str:
    """The first sentence: the state of this computer's clock, and what codes follow. `status` is
    that of the correction, or of the last measurement if it is not `followed`."""
    if status is None:
        return tr("Codes follow this computer's clock. It has not been checked yet.")
    if not followed:
        if status.from_previous_boot:
            return tr(
                "Codes follow this computer's clock. It has not been checked since the computer "
                "was started."
            )
        return join_sentences(slow_or_fast(status.offset_s), tr("Codes follow it anyway."))
    return join_sentences(slow_or_fast(status.offset_s), tr("Codes follow the correct time."))


def checked(correction: Correction, status: CorrectionStatus) -> str:
    """When it was checked, and with what uncertainty."""
    told = tr(
        "Checked {moment}, {certainty}.",
        moment=moment(correction.checked_at),
        certainty=certainty(status.uncertainty_s),
    )
    if not status.from_previous_boot:
        return told
    return join_sentences(
        told,
        tr(
            "That was {age} ago, before this computer was started; its clock is assumed to be "
            "off by the same amount now.",
            age=amount(status.age_s),
        ),
    )


def clock_step(status: CorrectionStatus) -> str:
    """That the computer's clock was set since the check; empty if it was not."""
    if status.jump_s == 0:
        return ""
    told = tr("This computer's clock jumped by {step}.", step=signed_amount(status.jump_s))
    if status.fits:
        return join_sentences(
            told, tr("It is correct now; codes are the same with or without the correction.")
        )
    return join_sentences(told, tr("Codes were not affected."))


IN_DOUBT = gettext_noop("The correction no longer fits this computer's clock")


def in_doubt(status: CorrectionStatus) -> str:
    """The title and the reason, for a terminal."""
    return join_sentences(sentence(tr(IN_DOUBT)), why_in_doubt(status))


def why_in_doubt(status: CorrectionStatus) -> str:
    """What happened, and the options."""
    if status.from_previous_boot:
        since = tr(
            "It is from before this computer was started. The clock has been set since then, "
            "perhaps correctly."
        )
    else:
        since = tr(
            "The clock has been set since the check. The system says that it is correct now, "
            "and may be right."
        )
    return join_sentences(since, tr("One of the two is wrong: check again, or remove it."))


def jumped(status: CorrectionStatus) -> str:
    """That the computer's clock was set, and nobody knows whether that is right."""
    return tr(
        "This computer's clock jumped by {step} since the time was checked. Codes follow the time "
        "of the check; they are wrong if this computer was paused, as virtual machines are.",
        step=signed_amount(status.jump_s),
    )


def how_in_terminal() -> str:
    """How to check again, or to remove the correction."""
    return tr(
        "'authenticator time --apply' checks again, 'authenticator time --clear' removes the "
        "correction."
    )


KNOWN_WRONG = gettext_noop(
    "Codes follow it and may be rejected: how far off a clock may be, each panel decides, and for "
    "some a few seconds are too much. Let codes follow the correct time; this computer's own clock "
    "is not changed."
)
PANELS_DIFFER = gettext_noop(
    "How far off a clock may be, each panel decides; some refuse the codes of a clock that is a "
    "few seconds fast."
)


# The system's own synchronisation


def own_sync(sync: SystemSync) -> str:
    """Whether the system synchronises its clock, and how to switch that on."""
    match sync.sync:
        case Sync.ON if sync.synchronized:
            return tr(
                "The system sets this computer's clock automatically and says that it is correct."
            )
        case Sync.ON:
            return tr("The system sets this computer's clock automatically.")
        case Sync.OFF:
            return join_sentences(
                tr("The system does not set this computer's clock automatically."),
                tr("Switch it on: {place}.", place=_switch(sync)),
            )
        case Sync.UNKNOWN:
            return join_sentences(
                tr("It is not known whether the system sets this computer's clock automatically."),
                tr("Check here: {place}.", place=_switch(sync)),
            )


def _switch(sync: SystemSync) -> str:
    """Where to switch on the system's synchronisation."""
    match sync.platform:
        case "linux":
            return tr("Settings, Date & Time, Automatic (or 'timedatectl set-ntp true')")
        case "win32":
            return tr("Settings, Time & language, Date & time, Set time automatically")
        case "darwin":
            return tr("System Settings, General, Date & Time, Set time automatically")
        case _:
            return tr("the system's date and time settings")


def better_cure(sync: SystemSync) -> str:
    """A better remedy for a clock that is far off than a correction in this app."""
    if sync.sync is Sync.ON:
        return tr(
            "The system sets this computer's clock automatically, but it is wrong. It is better "
            "to find out why."
        )
    return join_sentences(
        tr("A better solution: let the system set its clock, for all programs."),
        tr("Switch it on: {place}.", place=_switch(sync)),
    )


def correction_status(correction: Correction | None, status: CorrectionStatus | None) -> str:
    """What codes follow now."""
    if correction is None or status is None:
        return tr("Codes follow this computer's clock.")
    lines = [what_holds(status, followed=True), checked(correction, status), clock_step(status)]
    return "\n".join(line for line in lines if line)
