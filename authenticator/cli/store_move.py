"""Finishes what moves keys from one form to another, and says how far it is."""

from authenticator.cli import streams
from authenticator.cli.terminal import Terminal
from authenticator.language import number, tr
from authenticator.vault.slot_changes import KeySlots

STEP_S = 1.0


def finish(terminal: Terminal, slots: KeySlots) -> None:
    """Rewrite key after key. Interrupted, it goes on the next time the accounts are opened."""
    while slots.is_moving:
        progress = slots.advance(STEP_S)
        if progress.done < progress.total and terminal.interactive:
            done, total = number(progress.done), number(progress.total)
            streams.tell(tr("{done} of {total} keys are rewritten", done=done, total=total) + "\n")
