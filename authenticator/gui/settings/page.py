"""Settings: sections of rows, filtered by a search; in wide windows beside a list of the
sections."""

from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from authenticator import wording
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.session import Session
from authenticator.gui.settings.desktop_section import DesktopSection
from authenticator.gui.settings.lock_section import LockSection
from authenticator.gui.settings.log_folder_row import LogFolderRow
from authenticator.gui.settings.rows import ChoiceRow, Section
from authenticator.gui.settings.sections import sections
from authenticator.gui.settings.time_section import TimeSection
from authenticator.gui.settings.time_servers import TimeServers
from authenticator.gui.widgets.key_events import is_writing
from authenticator.gui.widgets.labels import button, text
from authenticator.gui.widgets.notice import Notice
from authenticator.gui.widgets.page import Page
from authenticator.gui.widgets.search_field import SearchField
from authenticator.language import tr

WIDE = 760
"""Width of the page in px from which the list of sections has room."""
CONTENTS = 168
"""Width of that list in px."""
_Part = TypeVar("_Part", bound=QWidget)


class SettingsPage(Page):
    """Each choice is saved, and takes effect, at once."""

    toast_requested = Signal(str)
    passphrase_requested = Signal(object)  # Task: its page
    pasted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(tr("Settings"))
        self._session = session
        self._turning = False
        self.search = SearchField(tr("Search settings"), dropped_sources.is_ours)
        self.search.textChanged.connect(self._filter)
        self.search.list_requested.connect(self._to_rows)
        self.search.enrolment_pasted.connect(self.pasted)
        self.notice = Notice()
        self.sections = sections(session)
        self.contents = QListWidget()
        self.contents.setObjectName("contents")
        self.contents.setAccessibleName(tr("Sections"))
        self.contents.setFixedWidth(CONTENTS)
        self.contents.addItems([section.title for section in self.sections])
        self.contents.currentRowChanged.connect(self._turn)
        self.contents.hide()
        find = QShortcut(QKeySequence("Ctrl+F"), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._find)
        self._lay_out()
        self.time = self._part(TimeSection)
        self.servers = self._part(TimeServers)
        self.lock = self._part(LockSection)
        self.lock.toast_requested.connect(self.toast_requested)
        self.lock.passphrase_requested.connect(self.passphrase_requested)
        self._part(LogFolderRow).toast_requested.connect(self.toast_requested)
        self.desktop = self._part(DesktopSection)
        self.desktop.toast_requested.connect(self.toast_requested)
        for section in self.sections:
            for row in section.rows:
                row.chosen.connect(self._change)
        self.scroll_area.verticalScrollBar().valueChanged.connect(self._follow)
        self.scroll_area.verticalScrollBar().rangeChanged.connect(self._follow)
        session.settings_changed.connect(self._show)
        session.info_changed.connect(self._show)
        self._show()
        self._filter("")

    def _lay_out(self) -> None:
        search = QHBoxLayout()
        search.setContentsMargins(16, 8, 16, 8)
        search.addWidget(self.search)
        self.outer.insertLayout(2, search)
        beside = QHBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.contents)
        place = self.outer.indexOf(self.scroll_area)
        beside.addWidget(self.scroll_area, 1)
        self.outer.insertLayout(place, beside, 1)
        self._no_match = QWidget()
        self._no_match_words = text()
        self._no_match_words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        clear = button(tr("Clear the search"))
        clear.clicked.connect(self._clear)
        column = QVBoxLayout(self._no_match)
        column.setContentsMargins(0, 32, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._no_match_words)
        column.addWidget(clear, 0, Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self.notice)
        self.body.addWidget(self._no_match)
        for section in self.sections:
            self.body.addWidget(section)
        self.body.addStretch(1)

    def _part(self, kind: type[_Part]) -> _Part:
        (found,) = self.findChildren(kind)
        return found

    # What is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.servers.begin(self._session.settings)
        self.notice.hide()
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.time.give_up()
        self.search.clear()

    def _show(self) -> None:
        for section in self.sections:
            section.set_settings(self._session.settings)

    def _filter(self, query: str) -> None:
        first = True
        for place, section in enumerate(self.sections):
            fits = section.filter(query)
            self.contents.item(place).setHidden(not fits)
            section.set_separated(on=not first)
            first = first and not fits
        self._no_match_words.setText(
            tr("No setting matches “{words}”.").format(words=wording.displayable(query, 80))
        )
        self._no_match.setVisible(first)
        self.scroll_area.verticalScrollBar().setValue(0)
        self._follow()

    def _find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _clear(self) -> None:
        self.search.clear()
        self.search.setFocus()

    # The list of sections

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        if wide and self.contents.isHidden():
            self.contents.scheduleDelayedItemsLayout()  # items were measured before the style sheet
        self.contents.setVisible(wide)

    def _turn(self, place: int) -> None:
        """Scroll to the section chosen in the list."""
        if not self._turning:
            self.show_section(self.sections[place])

    def show_section(self, section: Section) -> None:
        """Scroll a section to the top, as far as there is enough below it."""
        self._turning = True
        self.scroll_area.verticalScrollBar().setValue(self.top_of(section))
        self.contents.setCurrentRow(self.sections.index(section))
        self._turning = False

    def show_time(self) -> None:
        """To the section about the clock, and its button."""
        self.search.clear()
        (section,) = [one for one in self.sections if one.isAncestorOf(self.time)]
        self.show_section(section)
        self.time.synchronize.setFocus()

    def show_lock(self) -> None:
        """To what opens the accounts."""
        (section,) = [one for one in self.sections if one.isAncestorOf(self.lock)]
        self.show_section(section)
        self.lock.focus_choice()

    def show_language(self) -> None:
        """To the language, which was chosen a moment ago."""
        for section in self.sections:
            for row in section.rows:
                if isinstance(row, ChoiceRow) and row.field == "language":
                    self.show_section(section)
                    row.entry.setFocus()

    def _follow(self) -> None:
        """Mark the section in sight in the list."""
        if self._turning:
            return
        middle = self.scroll_area.viewport().height() // 3
        shown = [
            place
            for place, section in enumerate(self.sections)
            if not section.isHidden() and section.mapTo(self.scroll_area, QPoint()).y() <= middle
        ]
        self._turning = True
        self.contents.setCurrentRow(shown[-1] if shown else -1)
        self._turning = False

    # Keys

    def set_initial_focus(self) -> None:
        self.search.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no control took: typing searches, Escape clears the search."""
        if is_writing(event):
            self.search.setFocus()
            self.search.insert(event.text())
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self._clear()
        else:
            super().keyPressEvent(event)

    def _to_rows(self) -> None:
        """To the first control below."""
        self.search.focusNextChild()

    # What is chosen

    def _change(self, fields: dict[str, object]) -> None:
        def failed(error: Exception) -> None:
            self.notice.show_error(error)
            self.scroll_area.ensureWidgetVisible(self.notice)
            self._show()

        self._session.change_settings(
            fields, lambda _: self.toast_requested.emit(tr("Saved")), failed
        )
