"""What can be set, section by section, in the order of the page."""

from authenticator.app.digit_grouping import Grouping, grouped
from authenticator.app.settings import REVEALED_S, NextCode, Settings, Theme, choices
from authenticator.gui.desktop import capture_protection
from authenticator.gui.session import Session
from authenticator.gui.settings.desktop_section import DesktopSection
from authenticator.gui.settings.lock_section import LockSection
from authenticator.gui.settings.rows import OneOf, OnOff, Section, Setting
from authenticator.gui.settings.shortcut_row import KeyLine
from authenticator.gui.settings.shortcuts import SHORTCUTS, same_job
from authenticator.gui.settings.time_section import TimeSection
from authenticator.gui.settings.time_servers import TimeServers
from authenticator.gui.widgets.labels import text
from authenticator.language import LANGUAGES, together, tr, trn
from authenticator.vault.kinds import StoreKind
from authenticator.wording.storage import kept_where


def sections(session: Session) -> list[Section]:
    """All of them, not filled in yet."""
    return [
        _appearance(),
        _codes(),
        Section(tr("Time"), TimeSection(session), TimeServers()),
        _security(session),
        Section(tr("Desktop"), DesktopSection(session)),
        _storage(session),
        _camera(),
        _language(),
        _shortcuts(),
    ]


def _appearance() -> Section:
    return Section(
        tr("Appearance"),
        OneOf(
            "theme",
            tr("Colours"),
            (
                (tr("As the system"), Theme.SYSTEM),
                (tr("Light"), Theme.LIGHT),
                (tr("Dark"), Theme.DARK),
            ),
            words=tr("theme colors night"),
        ),
        OnOff(
            "contrast",
            tr("High contrast"),
            tr("It is on by itself where the system asks for it."),
            words=tr("accessibility theme colours"),
        ),
        OneOf(
            "text_percent",
            tr("Text size"),
            [(tr("{percent} %", percent=percent), percent) for percent in choices("text_percent")],
            words=tr("font zoom large letters accessibility"),
        ),
        OnOff(
            "compact",
            tr("Compact rows"),
            tr("More accounts in sight: issuer and account share a line."),
            words=tr("density list height small"),
        ),
        OnOff(
            "still",
            tr("Less motion"),
            together(
                tr("Rings move once a second."),
                tr("It is on by itself where the system asks for it."),
            ),
            words=tr("animation reduced accessibility"),
        ),
    )


def _codes() -> Section:
    return Section(
        tr("Codes"),
        OneOf(
            "grouping",
            tr("Grouping of digits"),
            [(_as_digits(grouped("123456", one)), one) for one in Grouping],
            words=tr("grouped spaces pairs threes"),
        ),
        OneOf(
            "next_code",
            tr("Next code"),
            (
                (tr("Never"), NextCode.NEVER),
                (tr("On hover"), NextCode.HOVER),
                (tr("Always"), NextCode.ALWAYS),
            ),
            tr("It stands beside the present one. Ctrl+Shift+C copies it at any time."),
            words=tr("following upcoming pointer mouse"),
        ),
        OnOff(
            "hide_codes",
            tr("Hide codes until pressed"),
            trn(
                "A code is hidden again after {count} second. Copying works without showing it.",
                "A code is hidden again after {count} seconds. Copying works without showing it.",
                REVEALED_S,
            ),
            words=tr("privacy show conceal"),
        ),
    )


def _as_digits(code: str) -> str:
    """Between marks that keep its groups in order where words run from right to left."""
    return f"\u2066{code}\u2069"


def _security(session: Session) -> Section:
    clear = OneOf(
        "clear_after_s",
        tr("Clear a copied code from the clipboard"),
        [
            (
                trn("After {count} second", "After {count} seconds", count)
                if count
                else tr("Never"),
                count,
            )
            for count in choices("clear_after_s")
        ],
        tr("Also when the app quits. What you copied since stays."),
    )
    hide = OnOff(
        "hide_window",
        tr("Keep out of pictures of the screen"),
        tr(
            "Screenshots, recordings and shared screens then show nothing here, and neither does "
            "a remote desktop: over one you would see an empty window."
        ),
        words=tr("capture privacy"),
    )
    exclude = [hide] if capture_protection.can_exclude() else []
    return Section(tr("Security"), clear, LockSection(session), *exclude)


def _storage(session: Session) -> Section:
    return Section(
        tr("Storage"),
        KeptWhere(session),
        OneOf(
            "store",
            tr("For a new set of accounts"),
            ((tr("System keyring"), StoreKind.KEYRING), (tr("Sealed file"), StoreKind.SEALED)),
            tr("Accounts that are here already stay where they are."),
            words=tr("vault save keep"),
        ),
    )


def _camera() -> Section:
    return Section(
        tr("Camera"),
        OnOff(
            "mirror",
            tr("Show it as in a mirror"),
            tr("Codes are read either way."),
            words=tr("webcam flip"),
        ),
    )


def _language() -> Section:
    return Section(
        tr("Language"),
        OneOf(
            "language",
            tr("Language"),
            [(tr("As the system"), ""), *((name, code) for code, name in LANGUAGES.items())],
            words="language " + " ".join(LANGUAGES),
        ),
    )


def _shortcuts() -> Section:
    lines = (line for keys in SHORTCUTS.values() for line in same_job(keys))
    return Section(tr("Shortcuts"), *(KeyLine(keys, does) for keys, does in lines))


class KeptWhere(Setting):
    """Where the keys of the accounts are."""

    def __init__(self, session: Session) -> None:
        super().__init__(words=tr("vault keyring"))
        self._session = session
        self.label = text("", selectable=True)
        self.add(self.label)

    def take(self, _settings: Settings) -> None:
        peek = self._session.peek
        self.label.setText(tr("There are no accounts yet.") if peek is None else kept_where(peek))
