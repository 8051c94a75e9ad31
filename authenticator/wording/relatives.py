"""What is said about an account that is about to be added, or was: what of it is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authenticator.language import join_list, join_sentences, sentence, tr, trn
from authenticator.wording.account_name import name_of
from authenticator.wording.code_type import kind
from authenticator.wording.moments import added

if TYPE_CHECKING:
    from collections.abc import Sequence

    from authenticator.otp.account import Otp
    from authenticator.vault.duplicates import Relatives
    from authenticator.vault.entry import Entry


def relation(
    relatives: Relatives, given: Otp, *, with_ids: bool = False, opened: bool = False
) -> tuple[str, ...]:
    """Sentences about what is there already of an account with these parameters; none for an
    account that is new. The terminal names accounts `with_ids`; `opened`: another program opened
    it with the app, so nothing is known of a panel."""
    if relatives.identical is not None:
        return (tr("Already here, with the same key. One is enough."),)
    told = [
        _changed(entry, given, _with_facts(kind(entry.otp), entry, with_ids))
        for entry in relatives.changed
    ]
    told += [_renamed(entry, given, with_ids) for entry in relatives.renamed]
    if relatives.trashed is not None and not told:
        told.append(
            sentence(
                _with_facts(
                    tr("The same account is in the bin, with its groups and notes"),
                    relatives.trashed,
                    with_ids,
                )
            )
        )
    if relatives.namesakes:
        told.append(
            _beside(relatives.namesakes) if opened else _namesakes(relatives.namesakes, with_ids)
        )
    return tuple(told)


def _changed(entry: Entry, given: Otp, here: str) -> str:
    if kind(entry.otp) == kind(given):  # nothing else may differ
        return tr("Already here with another PIN: {here}.", here=here)
    return tr("Already here with other parameters: {here}.", here=here)


def replaceable(namesakes: tuple[Entry, ...]) -> str:
    """What replacing does, for a person who was just given a new key by the panel."""
    which = "; ".join(facts for entry in namesakes if (facts := _facts(entry, with_ids=False)))
    return join_sentences(
        trn(
            "Then the old one no longer works.",
            "Then one of the {count} old ones no longer works.",
            len(namesakes),
        )
        if not which
        else trn(
            "Then the old one ({which}) no longer works.",
            "Then one of the {count} old ones ({which}) no longer works.",
            len(namesakes),
            which=which,
        ),
        tr(
            "It can go into the bin; the new one keeps its name, groups, notes, icon, pin and "
            "place."
        ),
    )


def replace_this(entry: Entry) -> str:
    """On a button, where several could be replaced."""
    return tr("Replace the one {which}", which=_facts(entry, with_ids=False) or entry.id)


def told_apart(entries: Sequence[Entry]) -> list[str]:
    """A few words for each of several accounts: its name, and as much more as it takes."""
    words = [name_of(entry) for entry in entries]
    for more in (lambda entry: kind(entry.otp), added, lambda entry: entry.id):
        facts = [more(entry) for entry in entries]
        if len(set(words)) < len(words) and len(set(facts)) > 1:
            words = [join_list(filter(None, pair)) for pair in zip(words, facts, strict=True)]
    return words


def _renamed(entry: Entry, given: Otp, with_ids: bool) -> str:
    name = name_of(entry)
    if entry.otp != given:
        name = join_list((name, kind(entry.otp)))
    return tr(
        "This key is already here under another name: {here}.",
        here=_with_facts(name, entry, with_ids),
    )


def _namesakes(entries: tuple[Entry, ...], with_ids: bool) -> str:
    """With another key: the panel may have made a new one."""
    which = "; ".join(facts for entry in entries if (facts := _facts(entry, with_ids)))
    return join_sentences(
        trn(
            "An account of this name is here already with another key.",
            "{count} accounts of this name are here already with other keys.",
            len(entries),
        )
        if not which
        else trn(
            "An account of this name is here already with another key ({which}).",
            "{count} accounts of this name are here already with other keys ({which}).",
            len(entries),
            which=which,
        ),
        tr("If the panel made a new key, the old one stops working."),
    )


def _beside(entries: tuple[Entry, ...]) -> str:
    """Namesakes of an account that another program opened: whoever wrote its link may know the
    name alone."""
    name, date = name_of(entries[0]), added(entries[0])
    return join_sentences(
        trn(
            "You have {name} with another key already.",
            "You have {count} accounts named {name} with other keys already.",
            len(entries),
            name=name,
        )
        if len(entries) > 1 or not date
        else tr("You have {name} with another key already ({added}).", name=name, added=date),
        tr(
            "Adding this makes one more of that name, with other codes. What you have stays as it "
            "is."
        ),
    )


def _with_facts(words: str, entry: Entry, with_ids: bool) -> str:
    """`Panel: kim (1f2e, added 2026-11-28 14:03)`."""
    facts = join_list(part for part in (entry.id if with_ids else "", added(entry)) if part)
    return f"{words} ({facts})" if facts else words


def _facts(entry: Entry, with_ids: bool) -> str:
    """What tells namesakes apart: id, the name that one was given here, and date."""
    renamed = name_of(entry) if entry.enrolled_as is not None else ""
    return join_list(part for part in (entry.id if with_ids else "", renamed, added(entry)) if part)
