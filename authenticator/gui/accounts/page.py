"""The main page: search, the codes, one status line."""

from __future__ import annotations

import math
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from authenticator import wording
from authenticator.app.codes import code_now, next_code
from authenticator.app.sorting import Order
from authenticator.errors import InputRefused
from authenticator.gui.accounts.account_name import name_of
from authenticator.gui.accounts.code_masking import Veil
from authenticator.gui.accounts.list_view import CodeList, is_writing
from authenticator.gui.accounts.model import AccountsModel, Face, Row
from authenticator.gui.desktop.clipboard import Clipboard
from authenticator.gui.opening import KeyRead
from authenticator.gui.session import Session
from authenticator.gui.widgets.icon_button import IconButton, IconLabel
from authenticator.gui.widgets.labels import button, hairline, text
from authenticator.gui.widgets.notice import Notice, Tone
from authenticator.gui.widgets.screen_reader import announce
from authenticator.gui.widgets.search_field import SearchField
from authenticator.language import title, together, tr, trn
from authenticator.otp.account import Hotp

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from authenticator.gui.accounts.brand_icons import Brands
    from authenticator.gui.accounts.custom_icons import OwnPictures
    from authenticator.gui.accounts.edit import EditDialog
    from authenticator.gui.accounts.group_bar import GroupRow
    from authenticator.otp.account import Account
    from authenticator.otp.code import Code
    from authenticator.vault.entry import Entry

ICONS_MS = 300
"""After which icons no longer wait for codes."""
BRANDS_MS = 300
"""After the codes are there the drawings of brands are loaded, which takes 10 ms."""
PREPARE_MS = 500
"""After which the search is made ready: codes come first."""
MANY = 500
"""So many accounts take long enough to be made ready for searching that a key would wait."""
NEWS_PART = 0.6
"""How much of the page notices may take before they scroll."""
ENDS_SOON_S = 3
"""A code with less time left may end before it is typed: the next one is offered."""


class CodesPage(QWidget):
    """Shows and uses codes; whatever leaves the page goes out as a signal."""

    add = Signal()
    scan = Signal()
    enter = Signal()
    key_wanted = Signal(object)  # Entry, whose key is to be shown
    settings = Signal()
    time = Signal()  # its part of the settings
    bin = Signal()
    shortcuts = Signal()
    lock_wanted = Signal()
    quit_wanted = Signal()
    pasted = Signal()
    say = Signal(str)
    take_back = Signal(str, object)  # what was done, and a callable that undoes it
    offer = Signal(str, str, object)  # words, a button's name, what it does
    painted = Signal()

    def __init__(self, session: Session, clipboard: Clipboard) -> None:
        super().__init__()
        self.setAccessibleName(tr("Codes"))
        self._session = session
        self._clipboard = clipboard
        self.veil = Veil(lambda: session.settings.hide_codes, self)
        self.model = AccountsModel(lambda: session.clock, self, self.veil.hides)
        self.model.keys_wanted.connect(session.read)
        self.model.sort(session.settings.order)
        self.model.moved.connect(self._move)
        self._brands: Brands | None = None
        self._no_brand = QPixmap()
        self.list = CodeList(self.model, lambda entry: self._pictures.of(entry), self._brand)
        self._dress_list()
        self.list.used.connect(self.copy)
        self.list.next_copy_wanted.connect(self.copy_next)
        self.list.show_wanted.connect(self._unveil)
        self.veil.moved.connect(self.list.viewport().update)
        self.list.next_wanted.connect(self.advance)
        self.list.edit_wanted.connect(self.edit)
        self.list.remove_wanted.connect(self.remove)
        self.list.menu_wanted.connect(self._open_menu)
        self.list.typed.connect(self._type)
        self.list.painted.connect(self.painted)
        self.search = SearchField()
        self.search.textChanged.connect(self._search)
        self.search.left.connect(self._to_list)
        self.search.returnPressed.connect(self._use_first)
        self.search.edit_wanted.connect(self._edit_first)
        self.search.enrolment_pasted.connect(self.pasted)
        self._prepare = QTimer(self, singleShot=True, interval=PREPARE_MS)
        self._prepare.timeout.connect(self._prepare_search)
        self._faces = QStackedLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(hairline())
        column.addLayout(self._faces, 1)
        self._faces.addWidget(self.list)  # now: before it has a parent it would be a window
        self._column = column
        session.keys_read.connect(self._keys_read)
        session.settings_changed.connect(self._settings_changed)
        session.motion_changed.connect(self._dress_list)
        session.time_changed.connect(self._show_status)
        self._unwarned = False
        self._awaited = ""
        """Whose code is to be copied once its key is read."""
        self._editing: EditDialog | None = None
        self._edit_to_come: dict[str, str] = {}
        self._show_status()
        self._icons = QTimer(self, singleShot=True, interval=ICONS_MS)
        self._icons.timeout.connect(self._draw_icons)
        self._icons.start()
        self.list.painted.connect(self._draw_icons)

    def _draw_icons(self) -> None:
        if self._icons.isActive():
            self._icons.stop()
        self.list.painted.disconnect(self._draw_icons)
        self.add_button.draw()
        self.menu_button.draw()
        QTimer.singleShot(BRANDS_MS, self, self._load_brands)

    def _brand(self, entry: Entry, color: str, pixels: int) -> QPixmap:
        return self._no_brand if self._brands is None else self._brands.of(entry, color, pixels)

    def _load_brands(self) -> None:
        if (pack := self._session.parts.brands()) is not None:
            from authenticator.gui.accounts.brand_icons import Brands

            self._brands = Brands(pack)
            self.list.viewport().update()

    # Parts of the page. What is rarely seen is made when it is first needed: the start is short.

    @cached_property
    def notice(self) -> Notice:
        """What went wrong, or is worth knowing."""
        return self._add_news()

    @cached_property
    def _pictures(self) -> OwnPictures:
        from authenticator.gui.accounts.custom_icons import OwnPictures

        pictures = OwnPictures(self._session, self)
        pictures.came.connect(self.list.viewport().update)
        return pictures

    @cached_property
    def wrong_clock(self) -> Notice:
        """That the computer's clock is wrong, or the correction in doubt, for as long as it is."""
        return self._add_news()

    @cached_property
    def damage(self) -> Notice:
        """That accounts are damaged, for as long as they are."""
        return self._add_news()

    def _add_news(self) -> Notice:
        made = Notice()
        self._news.layout().addWidget(made)
        below = self._groups.chips[0] if self._has("_groups") and self._groups.chips else self.list
        made.follow(_before(below))
        return made

    @cached_property
    def _news(self) -> QWidget:
        """All notices, which scroll where they would leave too little of the codes."""
        sheet = QWidget()
        sheet.setObjectName("sheet")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(12, 12, 12, 4)
        column.setSpacing(8)
        self._news_area = QScrollArea()
        self._news_area.setWidgetResizable(True)
        self._news_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._news_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._news_area.setWidget(sheet)
        self._column.insertWidget(2, self._news_area)
        return sheet

    def _head(self) -> QHBoxLayout:
        self.add_button = IconButton("add", tr("Add an account"), late=True)
        self.add_button.setShortcut(QKeySequence.StandardKey.New)
        self.add_button.clicked.connect(self.add)
        find = QShortcut(QKeySequence("Ctrl+F"), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._find)
        self.menu_button = IconButton("menu", tr("Menu"), late=True)
        self.menu_button.clicked.connect(self._open_main_menu)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 8)
        head.setSpacing(4)
        head.addWidget(self.search, 1)
        head.addWidget(self.add_button)
        head.addWidget(self.menu_button)
        return head

    def _open_main_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Scan QR code"), self.scan.emit)
        menu.addAction(tr("Enter the key"), self.enter.emit)
        menu.addSeparator()
        self._add_orders(menu.addMenu(tr("Sort by")))
        menu.addAction(tr("Bin"), self.bin.emit)
        menu.addSeparator()
        menu.addAction(tr("Settings\tCtrl+,"), self.settings.emit)
        menu.addAction(tr("Shortcuts\tF1"), self.shortcuts.emit)
        menu.addSeparator()
        menu.addAction(tr("Lock\tCtrl+L"), self.lock_wanted.emit)
        menu.addAction(tr("Quit"), self.quit_wanted.emit)
        spot = QPoint(self.menu_button.width() - menu.sizeHint().width(), self.menu_button.height())
        menu.popup(self.menu_button.mapToGlobal(spot))

    def _add_orders(self, menu: QMenu) -> None:
        from PySide6.QtGui import QActionGroup

        orders = QActionGroup(menu)
        for order, words in (
            (Order.OWN, tr("Own order")),
            (Order.NAME, tr("Account name")),
            (Order.ISSUER, tr("Issuer")),
            (Order.LAST_USED, tr("Last used")),
            (Order.MOST_USED, tr("Most used")),
        ):
            action = orders.addAction(words)
            action.setCheckable(True)
            action.setChecked(order is self._session.settings.order)
            action.triggered.connect(lambda _checked, order=order: self._sort(order))
            menu.addAction(action)

    def _sort(self, order: Order) -> None:
        def refused(error: Exception) -> None:
            self.model.sort(self._session.settings.order)
            self.tell(error)

        self.model.sort(order)
        self._session.change_settings({"order": order}, lambda _: None, refused)

    @cached_property
    def _groups(self) -> GroupRow:
        from authenticator.gui.accounts.group_bar import GroupRow

        row = GroupRow()
        row.chosen.connect(self._narrow)
        self._column.insertWidget(self._column.indexOf(self._faces), row)
        return row

    @cached_property
    def _status(self) -> QWidget:
        status = QWidget()
        self.status_words = text("", "status")
        self.status_words.setWordWrap(False)
        mark = IconLabel("clock", "muted", 16)
        details = IconButton("info", tr("Correct time"))
        details.clicked.connect(self.time)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(mark)
        row.addWidget(self.status_words, 1)
        row.addWidget(details)
        column = QVBoxLayout(status)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        column.addLayout(row)
        self._column.addWidget(status)
        return status

    @cached_property
    def _no_match(self) -> QWidget:
        face = QWidget()
        self._no_match_words = text()
        self._no_match_words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        clear = button(tr("Clear the search"))
        clear.clicked.connect(self._clear_search)
        column = QVBoxLayout(face)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(self._no_match_words)
        column.addWidget(clear, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self._faces.addWidget(face)
        _lead_through(self.list, clear)
        return face

    @cached_property
    def _empty(self) -> QWidget:
        from authenticator.gui.widgets.illustration import Drawing
        from authenticator.gui.widgets.way_buttons import WaysIn

        face = QWidget()
        words = text(tr("No account yet. Bring the first one here."))
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.ways = WaysIn()
        self.ways.scan.connect(self.scan)
        self.ways.enter.connect(self.enter)
        column = QVBoxLayout(face)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(
            Drawing("illustrations/first-account", QSize(180, 120)),
            0,
            Qt.AlignmentFlag.AlignHCenter,
        )
        column.addWidget(words)
        column.addStretch(1)
        column.addWidget(self.ways)
        self._faces.addWidget(face)
        _lead_through(self.list, self.ways.scan_button, self.ways.enter_button)
        return face

    # What is shown

    def take(self, entries: list[Entry]) -> None:
        """Show these accounts."""
        self.model.take(entries)
        if groups := self.model.groups:
            self._groups.offer(groups)
            self._groups.show()
            _lead_through(_before(self.list), *self._groups.chips)
        elif self._has("_groups"):
            self._groups.offer([])
            self._groups.hide()
        self._show_face()
        self._prepare.start()
        self._show_damage()

    def _show_damage(self) -> None:
        damaged = self.model.damaged
        if damaged:
            self.damage.say(
                Tone.WARN,
                trn("One account is damaged", "{count} accounts are damaged", damaged),
                tr(
                    "What is left of it is kept, and the others work. Enrol it once more in "
                    "the panel, then remove it here."
                )
                if damaged == 1
                else tr(
                    "What is left of them is kept, and the others work. Enrol them once more "
                    "in the panel, then remove them here."
                ),
            )
        elif self._has("damage"):
            self.damage.hide()
        self._space_news()

    def _has(self, part: str) -> bool:
        """Whether a part was made, without making it."""
        return part in self.__dict__

    def _show_face(self) -> None:
        if self.model.rowCount():
            self._faces.setCurrentWidget(self.list)
        elif self.model.total:
            face = self._no_match
            group = self._groups.current if self._has("_groups") else ""
            words = (
                tr("No account in {group} fits “{words}”.")
                if group
                else tr("No account fits “{words}”.")
            )
            told = words.format(
                words=wording.shown(self.search.text(), 80), group=wording.shown(group, 80)
            )
            if self._no_match_words.text() != told or self._faces.currentWidget() is not face:
                announce(face, told)
            self._no_match_words.setText(told)
            self._faces.setCurrentWidget(face)
        else:
            self._faces.setCurrentWidget(self._empty)
            self.painted.emit()

    def _space_news(self) -> None:
        if not self._has("_news"):
            return
        shown = any(
            self._has(part) and not self.__dict__[part].isHidden()
            for part in ("notice", "wrong_clock", "damage")
        )
        self._news_area.setVisible(shown)
        if shown:
            needed = self._news.layout().totalHeightForWidth(self.width())
            self._news_area.setFixedHeight(min(needed, round(self.height() * NEWS_PART)))

    def _settings_changed(self) -> None:
        self._show_status()
        self.model.sort(self._session.settings.order)
        self.model.roll()
        self._dress_list()

    def _dress_list(self) -> None:
        self.list.dress(self._session.settings, still=self._session.still)

    def _show_status(self) -> None:
        settings = self._session.settings
        # Whoever never asked for the time needs nothing of all this.
        words = ""
        if settings.correction is not None or settings.measured is not None:
            words = self._time_words()
            self._warn_of_time()
        elif self._has("wrong_clock"):
            self.wrong_clock.hide()
        if words:
            self._status.show()
            self.status_words.setText(words)
            self.status_words.setToolTip(words)  # a narrow window cuts them
        elif self._has("_status"):
            self._status.hide()
        self._space_news()

    def _time_words(self) -> str:
        """The status line; empty where there is nothing to say about the time."""
        from authenticator.wording.durations import amount, signed_amount

        keeper = self._session.time
        stands = keeper.standing() if keeper.followed else None
        if stands is None:
            return ""
        if stands.jump_s:
            return tr("Clock jumped by {step}; codes did not").format(
                step=signed_amount(stands.jump_s)
            )
        if stands.fits and not stands.carried_over:
            return ""
        offset = signed_amount(stands.offset_s)
        if stands.carried_over:
            return tr("Corrected by {offset}, as of {age} ago").format(
                offset=offset, age=amount(stands.age_s)
            )
        return tr("Clock corrected by {offset}").format(offset=offset)

    def _warn_of_time(self) -> None:
        from authenticator.app.time.check import LARGE_S
        from authenticator.wording import correct_time, server_answers

        keeper = self._session.time
        stands = keeper.known_wrong()
        if (doubted := keeper.in_doubt()) is not None:
            self.wrong_clock.say(
                Tone.WARN,
                tr(correct_time.IN_DOUBT),
                correct_time.why_in_doubt(doubted),
                (tr("Check again"), self._check_time),
                (tr("Remove it"), keeper.remove),
            )
        elif keeper.pending is not None:
            self.wrong_clock.say(
                Tone.WARN,
                title(correct_time.slow_or_fast(keeper.pending.offset_s)),
                server_answers.why_ask(keeper.pending),
                (tr("Use this time"), keeper.accept),
                (tr("Leave it"), self._leave_time),
            )
        elif stands is not None and not self._unwarned:
            self.wrong_clock.say(
                Tone.WARN,
                title(correct_time.slow_or_fast(stands.offset_s)),
                together(tr(correct_time.KNOWN_WRONG), tr(server_answers.BEWARE))
                if abs(stands.offset_s) > LARGE_S
                else tr(correct_time.KNOWN_WRONG),
                (tr("Correct codes"), keeper.accept),
                (tr("Not now"), self._leave_time),
            )
        elif self._has("wrong_clock"):
            self.wrong_clock.hide()

    def _check_time(self) -> None:
        self.time.emit()
        self._session.time.ask()

    def _leave_time(self) -> None:
        """No more of it until the next start."""
        self._unwarned = True
        self._session.time.decline()
        self._show_status()

    def _keys_read(self, read: list[KeyRead]) -> None:
        self.model.take_keys(read)
        if self._awaited:
            self._use_awaited()
        if (trouble := self.model.trouble) is not None:
            self.notice.explain(trouble, (tr("Try again"), self._try_keys_again))
        self._show_damage()

    def _try_keys_again(self) -> None:
        self.notice.hide()
        self._space_news()
        self.model.try_again()

    def tell(self, error: Exception) -> None:
        """Say on this page what went wrong."""
        self.notice.explain(error, (tr("Dismiss"), self._dismiss))
        self._space_news()

    def note(self, title: str, words: str) -> None:
        """Something to know, which is put away once read."""
        self.notice.say(Tone.NOTE, title, words, (tr("Dismiss"), self._dismiss))
        self._space_news()

    def _dismiss(self) -> None:
        self.notice.hide()
        self._space_news()

    def resizeEvent(self, event: QEvent) -> None:
        super().resizeEvent(event)
        self._space_news()

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)
        self._awaited = ""
        self.veil.drop()

    # Search

    def take_focus(self) -> None:
        """The list has the focus, for arrows and Enter; letters go to the search anyway."""
        if self.model.rowCount():
            self.list.setFocus()
        elif self._has("_empty"):
            self.ways.scan_button.setFocus()

    def _search(self, words: str) -> None:
        self._awaited = ""
        self.model.search(words)
        self.list.scrollToTop()
        self._show_face()

    def _narrow(self, group: str) -> None:
        self.model.narrow(group)
        self.list.scrollToTop()
        self._show_face()

    def _prepare_search(self) -> None:
        if self.model.total >= MANY:
            finder = self.model.finder
            self._session.aside.do(finder.prepare, lambda _: None, lambda _: None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no control on the page wanted: words to search for, or their end."""
        if is_writing(event) and self.model.total:
            self._type(event.text())
        elif event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def _type(self, letter: str) -> None:
        self.search.setFocus()
        self.search.insert(letter)

    def _find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _clear_search(self) -> None:
        self.search.clear()
        if self._has("_groups"):
            self._groups.choose_all()
        self.search.setFocus()

    def _to_list(self) -> None:
        self.list.by_key = True
        self.list.setFocus()
        if self.model.rowCount() and (self.search.text() or not self.list.currentIndex().isValid()):
            self.list.setCurrentIndex(self.model.index(0))

    def _use_first(self) -> None:
        """Enter in the search uses what fits best, as soon as its key is there."""
        row = self.model.row(self.model.index(0))
        if row is None:
            return
        if row.face is Face.READING:
            self._awaited = row.entry.id
        else:
            self.copy(row)

    def _edit_first(self) -> None:
        """F2 in the search edits what Enter would use."""
        row = self.model.row(self.model.index(0))
        if row is not None:
            self.edit(row)

    def _use_awaited(self) -> None:
        place = self.model.row_of(self._awaited)
        row = None if place is None else self.model.row(self.model.index(place))
        if row is None or row.face is Face.READING:
            return
        self._awaited = ""
        self.copy(row)

    # Using an account

    def copy(self, row: Row) -> None:
        """The code of now onto the clipboard; of an HOTP account that shows none, its next."""
        if row.face is Face.WAITING:
            self.advance(row, copied=True)
            return
        code = row.code
        account = self.model.account(row.entry.id)
        if account is None or row.face is not Face.CODE or code is None:
            return
        if not isinstance(account.otp, Hotp):
            try:
                code = code_now(account, self.model.now())
            except InputRefused as error:
                self.tell(error)
                return
        self._clipboard.copy(code.value)
        self._session.note_use(row.entry.id)
        left_s = math.inf if code.valid_until is None else code.valid_until - self.model.now()
        if left_s < ENDS_SOON_S and (after := next_code(account, code)) is not None:
            self.offer.emit(
                tr("Copied, but it ends in {left} s").format(left=max(1, math.ceil(left_s))),
                tr("Copy the next one"),
                lambda: self._copy_ahead(row.entry, account, after),
            )
        else:
            self.say.emit(tr("Code of {name} copied").format(name=name_of(row.entry)))

    def copy_next(self, row: Row) -> None:
        """The code after the one of now onto the clipboard; HOTP takes its next counter."""
        if row.counts and row.face in (Face.WAITING, Face.CODE):
            self.advance(row, copied=True)
            return
        account = self.model.account(row.entry.id)
        if account is None or row.face is not Face.CODE:
            return
        try:
            after = next_code(account, code_now(account, self.model.now()))
        except InputRefused as error:
            self.tell(error)
            return
        if after is not None:
            self._copy_ahead(row.entry, account, after)

    def _copy_ahead(self, entry: Entry, account: Account, code: Code) -> None:
        """A code that is to come; should it have passed meanwhile, the one of now."""
        try:
            now = code_now(account, self.model.now())
        except InputRefused as error:
            self.tell(error)
            return
        self._clipboard.copy(max(code, now, key=lambda one: one.counter).value)
        self._session.note_use(entry.id)
        if code.counter > now.counter:
            left_s = max(1, math.ceil(now.valid_until - self.model.now()))
            self.say.emit(
                tr("Next code of {name} copied. It counts in {left} s").format(
                    name=wording.shown(name_of(entry), 40), left=left_s
                )
            )
        else:
            self.say.emit(tr("Code of {name} copied").format(name=name_of(entry)))

    def advance(self, row: Row, *, copied: bool = False) -> None:
        """The next code of an HOTP account: saved as used before it is shown, or copied."""
        id = row.entry.id

        def taken(counter: int) -> None:
            code = self.model.show_counter(id, counter)
            if copied and code is not None:
                self._clipboard.copy(code.value)
                self._session.note_use(id)
                self.say.emit(tr("Code of {name} copied").format(name=name_of(row.entry)))
            else:
                self._speak(id)

        self._session.advance(id, taken, self.tell)

    def _unveil(self, row: Row) -> None:
        self.veil.lift(row.entry.id)
        self._speak(row.entry.id)

    def _speak(self, id: str) -> None:
        """What a row has to say now, to somebody who does not see it."""
        place = self.model.row_of(id)
        if place is not None:
            role = Qt.ItemDataRole.AccessibleTextRole
            announce(self.list, self.model.index(place).data(role))

    def edit(self, row: Row) -> None:
        """Ask for its names, groups, notes and picture."""
        self._edit(row.entry, {})

    def edit_draft(self) -> dict[str, str]:
        """The account being edited (`id`) and what was typed there; nothing where nothing was."""
        if self._editing is None:
            return self._edit_to_come
        typed = self._editing.draft()
        return typed and {"id": self._editing.id, **typed}

    def edit_again(self, draft: dict[str, str]) -> None:
        """Take up what `edit_draft` told."""
        from authenticator.vault.entry import NoSuchAccount

        entry = self.model.entry(draft["id"])
        if entry is None:
            self.tell(NoSuchAccount(draft["id"]))
        else:
            self._edit_to_come = draft
            self._edit(entry, draft)

    def _edit(self, entry: Entry, draft: dict[str, str]) -> None:
        if entry.damaged:
            return
        from authenticator.gui.accounts.edit import EditDialog
        from authenticator.gui.accounts.icon_field import IconField

        def ask(notes: str, picture: bytes | None) -> None:
            icon = IconField(
                entry.label.issuer or entry.label.account, picture or b"", self._session.icon
            )
            dialog = EditDialog(entry, notes, self.model.groups, icon, self)
            if draft:
                dialog.restore(draft)
            dialog.changed.connect(lambda changes: self._change(entry, changes, tr("Saved")))
            dialog.finished.connect(self._edited)
            self._editing, self._edit_to_come = dialog, {}
            dialog.open()

        def look_for_picture(notes: str) -> None:
            if entry.picture:
                self._session.picture(entry.id, lambda own: ask(notes, own), self.tell)
            else:
                ask(notes, None)

        if entry.noted:
            self._session.notes(entry.id, look_for_picture, self.tell)
        else:
            look_for_picture("")

    def _edited(self) -> None:
        self._editing = None

    def _change(self, entry: Entry, changes: dict[str, object], words: str) -> None:
        self._session.edit(entry.id, changes, lambda _: self.say.emit(words), self.tell)

    def _move(self, id: str, before: str | None) -> None:
        self._session.move(id, before, self.tell)

    def pin(self, row: Row) -> None:
        """Keep it on top, or no longer."""
        pinned = not row.entry.pinned
        words = tr("Pinned on top") if pinned else tr("No longer pinned")
        self._change(row.entry, {"pinned": pinned}, words)

    def remove(self, rows: list[Row]) -> None:
        """Into the bin without a question: it can be taken back."""
        ids = [row.entry.id for row in rows]
        words = (
            tr("{name} is in the bin").format(name=name_of(rows[0].entry))
            if len(rows) == 1
            else trn("{count} account is in the bin", "{count} accounts are in the bin", len(rows))
        )

        def back() -> None:
            self._session.put_back(ids, lambda _: self.say.emit(tr("Put back")), self.tell)

        self._session.remove(ids, lambda _: self.take_back.emit(words, back), self.tell)

    def show_key(self, row: Row) -> None:
        from authenticator.gui.accounts.show_key import ask_to_show_key

        ask_to_show_key(self, name_of(row.entry), lambda: self.key_wanted.emit(row.entry))

    def save_raw(self, row: Row) -> None:
        """What is left of a damaged account into a file of the person's choice."""
        from PySide6.QtWidgets import QFileDialog

        name, _ = QFileDialog.getSaveFileName(
            self, tr("Save what is left"), f"account-{row.entry.id}.txt"
        )
        if name:
            self._session.save_raw(
                row.entry.id,
                Path(name),
                lambda _: self.say.emit(tr("Saved")),
                self.tell,
            )

    def _open_menu(self, row: Row, spot: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self.list.chosen_rows()
        if len(chosen) > 1:
            words = trn("Remove {count} account\tDel", "Remove {count} accounts\tDel", len(chosen))
            menu.addAction(words, lambda: self.remove(chosen))
            menu.popup(spot)
            return
        if row.face is Face.CODE:
            menu.addAction(tr("Copy\tEnter"), lambda: self.copy(row))
            if row.hidden:
                menu.addAction(tr("Show code\tSpace"), lambda: self._unveil(row))
            if not row.counts:
                menu.addAction(tr("Copy the next one\tCtrl+Shift+C"), lambda: self.copy_next(row))
        if row.counts and row.face in (Face.CODE, Face.WAITING):
            menu.addAction(tr("Next code\tF5"), lambda: self.advance(row))
        if row.face is Face.UNREAD:
            menu.addAction(tr("Try again"), self._try_keys_again)
        if row.face in (Face.DAMAGED, Face.UNREAD):
            menu.addAction(tr("Save what is left…"), lambda: self.save_raw(row))
        if row.face is not Face.DAMAGED:
            menu.addAction(tr("Edit…\tF2"), lambda: self.edit(row))
            pin = tr("Unpin") if row.entry.pinned else tr("Pin on top")
            menu.addAction(pin, lambda: self.pin(row))
        if row.face in (Face.CODE, Face.WAITING, Face.NO_TIME):
            menu.addAction(tr("Show QR code and key…"), lambda: self.show_key(row))
        if self.model.can_move:
            menu.addAction(tr("Move up\tAlt+Up"), lambda: self.list.move_current(down=False))
            menu.addAction(tr("Move down\tAlt+Down"), lambda: self.list.move_current(down=True))
        menu.addSeparator()
        menu.addAction(tr("Remove\tDel"), lambda: self.remove([row]))
        menu.popup(spot)


def _lead_through(*widgets: QWidget) -> None:
    """Have Tab go from each to the next: what is made late would come last on the page."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def _before(widget: QWidget) -> QWidget:
    """What can have the focus before it: Qt leads from nothing else."""
    before = widget.previousInFocusChain()
    while before.focusPolicy() == Qt.FocusPolicy.NoFocus:
        before = before.previousInFocusChain()
    return before
