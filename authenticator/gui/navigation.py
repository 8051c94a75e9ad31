"""Which page the window shows. Pages are made when they are first needed, by functions that
their packages register; none of their classes is known here."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import Protocol, TypeVar, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

DELETE_AGAIN_MS = 200
"""How often to look whether a system dialog or a drag that a page still waits for is over."""

_Page = TypeVar("_Page", bound=QWidget)


class PageKey(Enum):
    """Every page of the window that is made once and shown again."""

    CODES = auto()
    STATUS = auto()
    WELCOME = auto()
    INTRODUCTION = auto()
    UNLOCK = auto()
    LOCKED = auto()
    NEW_PASSPHRASE = auto()
    ADD_ACCOUNT = auto()
    SCAN = auto()
    ENTER_KEY = auto()
    REVIEW = auto()
    OPENED = auto()
    FIRST_CODE = auto()
    SETTINGS = auto()
    TRASH = auto()
    KEY = auto()


class _TakesFocus(Protocol):
    def set_initial_focus(self) -> None: ...


class Navigation(QObject):
    """Shows one page at a time in `pages`."""

    shown = Signal(QWidget)  # before the page takes the focus
    went_home = Signal()

    def __init__(self, pages: QStackedWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages = pages
        self._makers: dict[PageKey, Callable[[], QWidget]] = {}
        self._created: dict[PageKey, QWidget] = {}

    def register(self, key: PageKey, make: Callable[[], _Page]) -> Callable[[], _Page]:
        """Say how a page is made. Returns what gives the page, made at the first call."""
        self._makers[key] = make
        return lambda: cast("_Page", self.page(key))

    def page(self, key: PageKey) -> QWidget:
        """The page of this key, made now if it is not there yet."""
        if key not in self._created:
            self._created[key] = page = self._makers[key]()
            self._pages.addWidget(page)
        return self._created[key]

    def is_created(self, key: PageKey) -> bool:
        """Whether the page is there already."""
        return key in self._created

    @property
    def current(self) -> QWidget | None:
        """The page that is up."""
        return self._pages.currentWidget()

    def is_up(self, key: PageKey) -> bool:
        """Whether this page is the one that is up."""
        return key in self._created and self.current is self._created[key]

    @property
    def current_key(self) -> PageKey | None:
        """The key of the page that is up, None if it was made for a single use."""
        return next((key for key in self._created if self.is_up(key)), None)

    def show(self, page: PageKey | QWidget) -> None:
        """Show a page: one with a key, or one made for a single use."""
        widget = self.page(page) if isinstance(page, PageKey) else page
        if self._pages.indexOf(widget) < 0:
            self._pages.addWidget(widget)
        self._pages.setCurrentWidget(widget)
        self.shown.emit(widget)
        cast("_TakesFocus", widget).set_initial_focus()

    def home(self) -> None:
        """Show the codes."""
        self.went_home.emit()
        self.show(PageKey.CODES)

    def remove(self, page: QWidget) -> None:
        """Delete a page made for a single use."""
        self._pages.removeWidget(page)
        page.deleteLater()

    @contextmanager
    def rebuild(self, keep: Collection[PageKey] = ()) -> Iterator[None]:
        """Make every page anew that is shown inside this context. At its end all earlier pages are
        deleted with whatever they know, except those to `keep`."""
        former = [self._pages.widget(place) for place in range(self._pages.count())]
        self._created = {key: page for key, page in self._created.items() if key in keep}
        kept = list(self._created.values())
        try:
            yield
        finally:
            for page in former:
                if page is not None and page not in kept:
                    self._pages.removeWidget(page)
                    self._delete(page)

    def _delete(self, page: QWidget) -> None:
        """Now, or later where the page still waits for a dialog of its own or for a drag."""
        if self.thread().loopLevel() > 1:
            QTimer.singleShot(DELETE_AGAIN_MS, self, lambda: self._delete(page))
            return
        page.destroyed.connect(self._collect, Qt.ConnectionType.QueuedConnection)
        page.deleteLater()

    def _collect(self) -> None:
        """What pointed at each other in the page is garbage now, keys among it."""
        gc.collect()
