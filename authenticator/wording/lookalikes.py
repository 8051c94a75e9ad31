"""What tells apart accounts that look alike: which was added first, and when."""

from collections import defaultdict
from collections.abc import Iterable

from authenticator.language import join_list, tr
from authenticator.vault.entry import Entry
from authenticator.wording.moments import moment


def lookalikes(entries: Iterable[Entry], *, with_time: bool = True) -> dict[str, str]:
    """For each account whose name another has too, by id: `older, added 2026-11-28 14:03`; the date
    alone in place of that without `with_time`. Empty for one of which nothing is known."""
    named: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if not entry.damaged:
            named[entry.label.issuer, entry.label.account].append(entry)
    return {
        entry.id: _told(entry, alike, with_time)
        for alike in named.values()
        if len(alike) > 1
        for entry in alike
    }


def _told(entry: Entry, alike: list[Entry], with_time: bool) -> str:
    date = moment(entry.added_s) if entry.added_s else ""
    if date:
        date = tr("added {date}", date=date) if with_time else date.partition(" ")[0]
    return join_list(part for part in (_age(entry, alike), date) if part)


def _age(entry: Entry, alike: list[Entry]) -> str:
    """`newest`, `newer` of two, `older`; empty where dates don't tell. An account without a date is
    from before there were dates."""
    dates = sorted(one.added_s for one in alike)
    if dates[-1] == dates[-2]:
        return "" if entry.added_s == dates[-1] else tr("older")
    if entry.added_s < dates[-1]:
        return tr("older")
    return tr("newer") if len(alike) == 2 else tr("newest")
