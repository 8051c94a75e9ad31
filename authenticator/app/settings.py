"""Settings: what the user chose, and what holds until then. Nothing in here is secret.

A field of Settings declares all there is to know about it where it stands: its default, the
values it may have, and its form in the file (see `settings_file`).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, NamedTuple

from authenticator.app.digit_grouping import Grouping
from authenticator.app.sorting import Order
from authenticator.app.time.correction import Correction
from authenticator.app.time.servers import DEFAULT_SERVERS, parse_server
from authenticator.clock.server import NEEDED
from authenticator.language import LANGUAGES
from authenticator.vault.kinds import StoreKind

REVEALED_S = 10
"""How long a hidden code is shown once its row is pressed."""

_JSON_FIELD = "form"


class Theme(StrEnum):
    """Light or dark, or whatever the desktop has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class NextCode(StrEnum):
    """When the code after the present one is shown beside it."""

    NEVER = "never"
    HOVER = "hover"
    ALWAYS = "always"


class TimeCheck(StrEnum):
    """When time servers are asked without being told to."""

    OFF = "off"
    START = "start"
    DAILY = "daily"


class JsonField(NamedTuple):
    """How a setting stands in the file.

    `read` makes its value of parsed JSON, and raises ValueError or an AuthenticatorError for
    what is none; `write` makes JSON of it. `choices` are all its values, in the order in which
    they are offered; empty where they can't be counted.
    """

    read: Callable[[Any], object]
    write: Callable[[Any], object]
    choices: Collection[Any]


def _json_field(
    read: Callable[[Any], object],
    write: Callable[[Any], object] = lambda value: value,
    choices: Collection[Any] = (),
) -> dict[str, JsonField]:
    return {_JSON_FIELD: JsonField(read, write, choices)}


def _one_of(choices: Collection[Any]) -> dict[str, JsonField]:
    def read(raw: object) -> object:
        for choice in choices:
            if raw == choice and isinstance(choice, type(raw)):  # JSON's true is no 1
                return choice
        raise ValueError

    return _json_field(read, choices=choices)


def _plain(kind: type) -> dict[str, JsonField]:
    def read(raw: object) -> object:
        if type(raw) is not kind:
            raise ValueError
        return raw

    return _json_field(read)


def _servers(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(server, str) for server in raw):
        raise ValueError
    for server in raw:
        parse_server(server)
    return tuple(raw)


def _correction() -> dict[str, JsonField]:
    return _json_field(
        lambda raw: None if raw is None else Correction.from_json(raw),
        lambda value: value and value.to_json(),
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice, with what holds until the user chooses."""

    store: StoreKind = field(default=StoreKind.KEYRING, metadata=_one_of(tuple(StoreKind)))
    """Where the secrets of a new vault go."""
    servers: tuple[str, ...] = field(default=DEFAULT_SERVERS, metadata=_json_field(_servers, list))
    """Time servers, as `time_servers.parse_server` reads them."""
    servers_needed: int = field(default=NEEDED, metadata=_one_of(range(1, 100)))
    """How many of them must agree."""
    time_check: TimeCheck | None = field(default=None, metadata=_one_of((None, *TimeCheck)))
    """When they are asked; None until the user was asked about that."""
    correction: Correction | None = field(default=None, metadata=_correction())
    """What codes follow; None: this computer's clock."""
    measured: Correction | None = field(default=None, metadata=_correction())
    """What the last check found where codes don't follow it."""
    camera: str = field(default="", metadata=_plain(str))
    """The name of the camera used last."""
    mirror: bool = field(default=True, metadata=_plain(bool))
    """The camera's picture is shown as in a mirror."""
    introduced: bool = field(default=False, metadata=_plain(bool))
    """The first start is over."""
    theme: Theme = field(default=Theme.SYSTEM, metadata=_one_of(tuple(Theme)))
    order: Order = field(default=Order.OWN, metadata=_one_of(tuple(Order)))
    """How the window's list is sorted."""
    clear_after_s: int = field(default=30, metadata=_one_of((0, 10, 30, 60, 120)))
    """How long a copied code may stay on the clipboard, in seconds; 0 leaves it there."""
    hide_codes: bool = field(default=False, metadata=_plain(bool))
    """A code is shown only when its row is pressed, for REVEALED_S."""
    hide_window: bool = field(default=False, metadata=_plain(bool))
    """The window is kept out of pictures of the screen, where the system can."""
    contrast: bool = field(default=False, metadata=_plain(bool))
    """High contrast, whatever the system has."""
    text_percent: int = field(default=100, metadata=_one_of((100, 125, 150, 200)))
    """How large text is, in percent of the usual."""
    compact: bool = field(default=False, metadata=_plain(bool))
    """The list's rows are lower."""
    still: bool = field(default=False, metadata=_plain(bool))
    """What moves is drawn once a second only."""
    grouping: Grouping = field(default=Grouping.HALVES, metadata=_one_of(tuple(Grouping)))
    next_code: NextCode = field(default=NextCode.NEVER, metadata=_one_of(tuple(NextCode)))
    lock_after_min: int = field(default=0, metadata=_one_of((0, 1, 5, 15, 60)))
    """How long nobody may use the window before it locks, in minutes; 0 never locks it."""
    lock_with_session: bool = field(default=False, metadata=_plain(bool))
    """It locks when the screen is locked or the computer goes to sleep."""
    passphrase_answers: int = field(default=0, metadata=_plain(int))
    """How often 'do you still know your passphrase?' was answered, as far as it matters."""
    passphrase_due_s: int = field(default=0, metadata=_plain(int))
    """When to ask that next, in Unix seconds; 0 without a passphrase."""
    tray: bool = field(default=False, metadata=_plain(bool))
    """An icon is shown in the desktop's tray."""
    close_to_tray: bool = field(default=False, metadata=_plain(bool))
    """The app stays there when its window is closed."""
    start_hidden: bool = field(default=False, metadata=_plain(bool))
    """The app starts there with the session."""
    global_shortcut: bool = field(default=False, metadata=_plain(bool))
    """The desktop is asked for a key that brings the window up."""
    debug_log: bool = field(default=False, metadata=_plain(bool))
    """Whether the debug log is written."""
    language: str = field(default="", metadata=_one_of(("", *LANGUAGES)))
    """A code of authenticator.language, or nothing for the system's own."""


JSON_FIELDS: dict[str, JsonField] = {
    declared.name: declared.metadata[_JSON_FIELD] for declared in fields(Settings)
}
"""The form of every field, by its name, in the order of their declaration."""


def choices(name: str) -> Collection[Any]:
    """The values that a field of Settings may have, in the order in which they are offered."""
    return JSON_FIELDS[name].choices
