"""What is said about an account that is about to be added, or was: what of it is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authenticator.language import join_list, join_sentences, tr, trn
from authenticator.wording.account_name import name_of
from authenticator.wording.code_type import kind
from authenticator.wording.moments import added

if TYPE_CHECKING:
    from authenticator.vault.duplicates import Relatives
    from authenticator.vault.entry import Entry


def relation(relatives: Relatives, *, with_ids: bool = False) -> tuple[str, ...]:
    """A sentence for each relative that matters; none for an account that is new. The terminal
    names accounts `with_ids`."""
    if relatives.identical is not None:
        return (tr("Already here, with the same key. One is enough."),)
    told = [
        tr("Already here with other parameters: {here}.", here=_described(entry, with_ids, ""))
        for entry in relatives.changed
    ]
    told += [
        tr(
            "This key is already here under another name: {here}.",
            here=_described(entry, with_ids, name_of(entry)),
        )
        for entry in relatives.renamed
    ]
    if relatives.trashed is not None and not told:
        told.append(
            tr(
                "The same account is in the bin, with its groups and notes: {here}.",
                here=_described(relatives.trashed, with_ids, ""),
            )
        )
    if relatives.namesakes:
        told += _namesakes(relatives.namesakes, with_ids)
    return tuple(told)


def replaceable(namesakes: tuple[Entry, ...]) -> str:
    """What replacing does, for a person who was just given a new key by the panel."""
    here = "; ".join(one for entry in namesakes if (one := _identified(entry, with_ids=False)))
    told = trn(
        "Then the old one no longer works. It can go into the bin; the new one keeps its name, "
        "groups, notes, icon, pin and place.",
        "Then one of the {count} old ones no longer works. It can go into the bin; the new one "
        "keeps its name, groups, notes, icon, pin and place.",
        len(namesakes),
    )
    return join_sentences(told, tr("It was: {here}.", here=here) if here else "")


def replace_this(entry: Entry) -> str:
    """On a button, where several could be replaced."""
    which = _identified(entry, with_ids=False) or entry.id
    return tr("Replace the one {which}", which=which)


def _namesakes(entries: tuple[Entry, ...], with_ids: bool) -> list[str]:
    """With another key: the panel may have made a new one."""
    named = [one for entry in entries if (one := _identified(entry, with_ids))]
    return [
        trn(
            "An account of this name is here already with another key.",
            "{count} accounts of this name are here already with other keys.",
            len(entries),
        )
        if not named
        else trn(
            "An account of this name is here already with another key: {here}.",
            "{count} accounts of this name are here already with other keys: {here}.",
            len(entries),
            here="; ".join(named),
        ),
        tr("If the panel made a new key, the old one stops working."),
    ]


def _described(entry: Entry, with_ids: bool, name: str) -> str:
    """`Panel: kim, added 2026-11-28 14:03, time-based, 6 digits every 30 s`."""
    parts = (entry.id if with_ids else "", name, kind(entry.otp), added(entry))
    return join_list(part for part in parts if part)


def _identified(entry: Entry, with_ids: bool) -> str:
    """What tells namesakes apart: id, date, and the name that one was given here."""
    renamed = name_of(entry) if entry.enrolled_as is not None else ""
    return join_list(part for part in (entry.id if with_ids else "", renamed, added(entry)) if part)
