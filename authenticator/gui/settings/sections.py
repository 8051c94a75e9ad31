"""All settings, section by section, in the order of the page."""

from authenticator.app.digit_grouping import Grouping, grouped
from authenticator.app.settings import REVEALED_S, NextCode, Theme, choices
from authenticator.gui.desktop import capture_protection
from authenticator.gui.session import Session
from authenticator.gui.settings.desktop_section import DesktopSection
from authenticator.gui.settings.lock_section import LockSection
from authenticator.gui.settings.log_folder_row import LogFolderRow
from authenticator.gui.settings.rows import ChoiceRow, Section, SwitchRow
from authenticator.gui.settings.shortcut_row import ShortcutRow
from authenticator.gui.settings.shortcuts import SHORTCUTS, same_job
from authenticator.gui.settings.storage_row import StorageRow
from authenticator.gui.settings.time_section import TimeSection
from authenticator.gui.settings.time_servers import TimeServers
from authenticator.language import LANGUAGES, join_sentences, tr, trn
from authenticator.vault.kinds import StoreKind


def sections(session: Session) -> list[Section]:
    """All of them, not showing any values yet."""
    return [
        _appearance(),
        _codes(),
        Section(tr("Time"), TimeSection(session), TimeServers()),
        _security(session),
        Section(tr("Desktop"), DesktopSection(session)),
        _storage(session),
        _camera(),
        _language(),
        _troubleshooting(session),
        _shortcuts(),
    ]


def _appearance() -> Section:
    return Section(
        tr("Appearance"),
        ChoiceRow(
            "theme",
            tr("Colours"),
            (
                (tr("Follow the system"), Theme.SYSTEM),
                (tr("Light"), Theme.LIGHT),
                (tr("Dark"), Theme.DARK),
            ),
            words=tr("theme colors night"),
        ),
        SwitchRow(
            "contrast",
            tr("High contrast"),
            tr("Always on where the system asks for it."),
            words=tr("accessibility theme colours"),
        ),
        ChoiceRow(
            "text_percent",
            tr("Text size"),
            [(tr("{percent} %", percent=percent), percent) for percent in choices("text_percent")],
            words=tr("font zoom large letters accessibility"),
        ),
        SwitchRow(
            "compact",
            tr("Compact rows"),
            tr("More accounts at a glance: issuer and account name share a line."),
            words=tr("density list height small"),
        ),
        SwitchRow(
            "still",
            tr("Less motion"),
            join_sentences(
                tr("Rings move once per second."),
                tr("Always on where the system asks for it."),
            ),
            words=tr("animation reduced accessibility"),
        ),
    )


def _codes() -> Section:
    return Section(
        tr("Codes"),
        ChoiceRow(
            "grouping",
            tr("Grouping of digits"),
            [(_as_digits(grouped("123456", one)), one) for one in Grouping],
            words=tr("grouped spaces pairs threes"),
        ),
        ChoiceRow(
            "next_code",
            tr("Next code"),
            (
                (tr("Never"), NextCode.NEVER),
                (tr("On hover"), NextCode.HOVER),
                (tr("Always"), NextCode.ALWAYS),
            ),
            tr("Shown beside the current one. Ctrl+Shift+C copies it at any time."),
            words=tr("following upcoming pointer mouse"),
        ),
        SwitchRow(
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
    """Wrapped in marks that keep its groups in order in right-to-left languages."""
    return f"\u2066{code}\u2069"


def _security(session: Session) -> Section:
    clear = ChoiceRow(
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
        tr("Also when the app quits. Anything you copied since then stays."),
    )
    hide = SwitchRow(
        "hide_window",
        tr("Keep out of screenshots"),
        tr(
            "Screenshots, recordings and shared screens then show an empty window. So does a "
            "remote desktop: if you work through one, you would see no codes."
        ),
        words=tr("capture privacy"),
    )
    exclude = [hide] if capture_protection.can_exclude() else []
    return Section(tr("Security"), clear, LockSection(session), *exclude)


def _storage(session: Session) -> Section:
    return Section(
        tr("Storage"),
        StorageRow(session),
        ChoiceRow(
            "store",
            tr("For a new set of accounts"),
            ((tr("System keyring"), StoreKind.KEYRING), (tr("Sealed file"), StoreKind.SEALED)),
            tr("Accounts you already have stay where they are."),
            words=tr("vault save keep"),
        ),
    )


def _camera() -> Section:
    return Section(
        tr("Camera"),
        SwitchRow(
            "mirror",
            tr("Mirror the picture"),
            tr("Codes are read either way."),
            words=tr("webcam flip"),
        ),
    )


def _language() -> Section:
    return Section(
        tr("Language"),
        ChoiceRow(
            "language",
            tr("Language"),
            [(tr("Follow the system"), ""), *((name, code) for code, name in LANGUAGES.items())],
            words="language " + " ".join(LANGUAGES),
        ),
    )


def _troubleshooting(session: Session) -> Section:
    return Section(
        tr("Troubleshooting"),
        SwitchRow(
            "debug_log",
            tr("Debug log"),
            tr(
                "Records what the app does, how long it takes and which errors occur. It contains "
                "no keys, codes or account names, and stays on this computer."
            ),
            words=tr("fault bug report diagnosis support"),
        ),
        LogFolderRow(session.services.log_folder),
    )


def _shortcuts() -> Section:
    lines = (line for keys in SHORTCUTS.values() for line in same_job(keys))
    return Section(tr("Shortcuts"), *(ShortcutRow(keys, does) for keys, does in lines))
