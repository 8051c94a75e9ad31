"""What was found or typed and not added yet, kept while the window is locked: sealed with the
vault's key, and offered again after unlocking."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from authenticator.gui.session import Session


@dataclass(frozen=True, slots=True)
class Draft:
    """`texts` are enrolments that were found; `form` is what was typed for a new account, `edit`
    what was typed for one that is there, each by the name of its field."""

    texts: tuple[str, ...] = ()
    form: dict[str, str] = field(default_factory=dict)
    edit: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.texts or self.form or self.edit)

    def followed_by(self, later: Draft) -> Draft:
        """Both; where both have typed fields, those of the later one."""
        return Draft(self.texts + later.texts, later.form or self.form, later.edit or self.edit)


class Drafts:
    """`under_way` returns what has not been added yet."""

    def __init__(self, session: Session, under_way: Callable[[], Draft]) -> None:
        self._session = session
        self._under_way = under_way
        self._waiting = Draft()

    def for_sealing(self) -> bytes:
        """What to seal when the vault is closed; empty if there is nothing."""
        draft = self._waiting.followed_by(self._under_way())
        self._waiting = Draft()
        return json.dumps(asdict(draft)).encode() if draft else b""

    def unseal(self) -> None:
        """Take the draft out of the vault that was just opened."""
        kept = self._session.take_draft()
        if kept:
            told = json.loads(kept)
            self._waiting = Draft(tuple(told["texts"]), told["form"], told["edit"])

    def give_back(self) -> Draft:
        """The draft that was unsealed, once."""
        draft, self._waiting = self._waiting, Draft()
        return draft
