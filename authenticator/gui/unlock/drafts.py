"""What was found or typed and not added yet, kept while the window is locked: sealed with the
vault's key, and offered again after unlocking."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from authenticator.gui.session import Session


class Draft(NamedTuple):
    """`texts` are enrolments that were found; `form` is what was typed for a new account, `edit`
    what was typed for one that is there, each by the name of its field; `opened` are links and
    files that another program opened with the app."""

    texts: tuple[str, ...]
    form: dict[str, str]
    edit: dict[str, str]
    opened: tuple[str, ...] = ()

    def followed_by(self, later: Draft) -> Draft:
        """Both; where both have typed fields, those of the later one."""
        return Draft(
            self.texts + later.texts,
            later.form or self.form,
            later.edit or self.edit,
            self.opened + later.opened,
        )


NO_DRAFT = Draft((), {}, {})


class Drafts:
    """`under_way` returns what has not been added yet."""

    def __init__(self, session: Session, under_way: Callable[[], Draft]) -> None:
        self._session = session
        self._under_way = under_way
        self._waiting = NO_DRAFT

    def for_sealing(self) -> bytes:
        """What to seal when the vault is closed; empty if there is nothing."""
        draft = self._waiting.followed_by(self._under_way())
        self._waiting = NO_DRAFT
        return json.dumps(draft._asdict()).encode() if any(draft) else b""

    def unseal(self) -> None:
        """Take the draft out of the vault that was just opened."""
        kept = self._session.take_draft()
        if kept:
            told = json.loads(kept)
            self._waiting = Draft(
                tuple(told["texts"]), told["form"], told["edit"], tuple(told["opened"])
            )

    def give_back(self) -> Draft:
        """The draft that was unsealed, once."""
        draft, self._waiting = self._waiting, NO_DRAFT
        return draft
