"""Draw the app's pages into PNG files: `python -m tests.gui.screens FOLDER [FILTER]`.

In the language of SCENES_LANGUAGE, where that is set. `--check [FILTER]` draws nothing, but
reports what escapes translation and which controls are not accessible.

Each theme and scale is a process of its own, because Qt reads the scale at its start. File
names are PAGE-THEME.png and PAGE-THEME-200.png.
"""

import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

DATA = """
Example Panel Integrated Desk camera Work Servers backups Old Home Customers in the north
English Deutsch Français Español Русский 简体中文 العربية
Save Cancel SHA ACME Hosting Alt Ctrl Shift Del Down Up Esc Menu Return Space
"""
"""Words in the scenes that are not translated: names, Qt's own texts, keys of the keyboard."""
STEP = 1_699_999_980.0
STILL = STEP + 9
LATE = STEP + 27.2


def main() -> int:
    """Draw everything, at 100 % and 200 %, in both themes."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    with screen() as display:
        for theme in ("light", "dark"):
            for scale in ("1", "2"):
                subprocess.run(
                    [
                        *(sys.executable, "-m", __spec__.name),
                        *("--draw", str(folder), theme, scale, only),
                    ],
                    env=os.environ
                    | {
                        "DISPLAY": display,
                        "QT_QPA_PLATFORM": "xcb",
                        "QT_SCALE_FACTOR": scale,
                        "TZ": "UTC",
                    },
                    check=True,
                )
    return 0


@contextmanager
def screen() -> Iterator[str]:
    """An X screen of its own, large enough for 200 %: only there do windows get the focus."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(writing), "-screen", "0", "2600x2200x24"),
            *("-nolisten", "tcp"),
        ],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE_S)


def pictured_desktop(texts: list[str]):  # type: ignore[no-untyped-def]
    """A 1920 x 1080 desktop: a browser window whose page shows the codes side by side."""
    from PySide6.QtCore import QRect, Qt
    from PySide6.QtGui import QColor, QImage, QPainter

    from tests.services.pictures import encoded, qr_pixels

    desktop = QImage(1920, 1080, QImage.Format.Format_RGB32)
    desktop.fill(QColor("#35506b"))
    painter = QPainter(desktop)
    page = QRect(140, 70, 1640, 960)
    painter.fillRect(page, QColor("#ffffff"))
    painter.fillRect(QRect(140, 70, 1640, 90), QColor("#dcdfe4"))
    painter.fillRect(QRect(260, 98, 1100, 36), QColor("#f7f8fa"))
    font = painter.font()
    font.setPixelSize(34)
    painter.setFont(font)
    painter.setPen(QColor("#20242b"))
    painter.drawText(QRect(220, 210, 1400, 60), Qt.AlignmentFlag.AlignLeft, "Two-step verification")
    for line in range(3):
        painter.fillRect(QRect(220, 290 + line * 40, 1200 - line * 260, 14), QColor("#c3c8d0"))
    for place, text in enumerate(texts):
        code = QImage.fromData(encoded(qr_pixels(text, module_px=7)))
        painter.drawImage(220 + place * 520, 500, code)
    painter.end()
    return desktop


def check(only: str) -> int:
    """Report what escapes translation and what is wrong with the controls in every scene; 1 if
    anything is."""
    from tests import pseudo
    from tests.gui import announcements, controls

    found: list[str] = []

    def tell(line: str) -> None:
        if line not in found:
            found.append(line)
            sys.stdout.write(line + "\n")

    def look(scene: str, window: "QWidget", data: str) -> None:
        for place, text in announcements.texts(window):
            if pseudo.escaped(text, data):
                tell(f"text: {scene}: {place}: {text!r}")
        for fault in controls.faults(window):
            tell(f"control: {scene}: {fault}")

    draw(Path(), "light", "1", only, look)
    return 1 if found else 0


def draw(  # noqa: C901, PLR0915 - one scene after the other, in one process
    folder: Path,
    theme: str,
    scale: str,
    only: str,
    look: "Callable[[str, QWidget, str], None] | None" = None,
) -> None:
    """Draw one theme at one scale; or, instead of drawing, call `look` with scene, window and the
    data in it."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtGui import QCursor
    from PySide6.QtWidgets import QApplication, QPushButton, QWidget

    from authenticator.app.digit_grouping import Grouping
    from authenticator.app.settings import NextCode, Theme
    from authenticator.app.time.check import ServerAnswer, ServerProgress
    from authenticator.app.time.correction import Correction
    from authenticator.app.time.servers import DEFAULT_SERVERS
    from authenticator.clock.agreement import Decision, Verdict
    from authenticator.clock.clock import FixedClock
    from authenticator.clock.sample import TimeReason
    from authenticator.clock.system_sync import Sync, SystemSync
    from authenticator.gui.desktop import dropped_sources
    from authenticator.gui.navigation import PageKey
    from authenticator.gui.session import Session
    from authenticator.gui.theme import appearance, window_language
    from authenticator.gui.window import Window
    from authenticator.language import tr
    from authenticator.otp.account import Algorithm, Totp
    from authenticator.otp.code import code_at
    from authenticator.vault.kinds import StoreKind
    from tests import pseudo
    from tests.gui import fakes

    app = QApplication([])
    QCursor.setPos(2590, 2190)  # out of the way: nothing should look hovered over
    app.setStyle("Fusion")
    suffix = "" if scale == "1" else "-200"

    def settle(ms: int = 250) -> None:
        loop = QEventLoop()
        QTimer.singleShot(ms if look is None else ms // 4, loop.quit)
        loop.exec()

    def until(there: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not there():
            assert time.monotonic() < end, "waited in vain"
            settle(100)

    def read(window: Window, text: str, name: str = "the text") -> None:
        """Read a text, and wait for what becomes of it."""
        window.enrolment.read([dropped_sources.DroppedSource(name, text=text)])
        outcome(window)

    def outcome(window: Window) -> None:
        page = window.enrolment.scan_page()
        until(
            lambda: (
                not window.navigation.is_up(PageKey.SCAN)
                or not page.notice.isHidden()
                or not page.progress.isHidden()
            )
        )
        settle(300)

    def shoot(name: str, widget: QWidget) -> None:
        settle()
        if look is not None:
            names = " ".join(" ".join(pair) for pair in fakes.NAMES)
            servers = " ".join((*DEFAULT_SERVERS, "time.example"))
            look(name, widget, f"{DATA} {names} {servers}")
            return
        widget.grab().save(str(folder / f"{name}-{theme}{suffix}.png"), "PNG", 0)

    def scene(
        name: str,
        act: Callable[[Window, fakes.FakeServices], QWidget | None],
        *,
        accounts: int | None = 6,
        at: float = STILL,
        size: tuple[int, int] = (400, 640),
        prepare: Callable[[fakes.FakeServices], None] = lambda _: None,
        language: str = os.environ.get("SCENES_LANGUAGE", "en"),
    ) -> None:
        if only and only not in name:
            return
        window_language.apply_language(app, language if look is None else "en")
        if look is not None:
            pseudo.speak()
        with tempfile.TemporaryDirectory() as home:
            services = fakes.FakeServices(Path(home))
            services.still = FixedClock(at)
            services.settings_file.change(theme=Theme(theme))
            if accounts is not None:
                fakes.fill(services, accounts, counting=accounts > 3).close()
                services.settings_file.change(introduced=True)
            prepare(services)
            session = Session(services)
            appearance.apply_chosen_theme(app, session.settings)
            window = Window(session)
            window.resize(*size)
            session.open()
            window.show()
            window.activateWindow()
            settle(400)
            shown = act(window, services)
            shoot(name, shown or window)
            window.shut_down()
            session.close()
            window.deleteLater()
            window_language.apply_language(app, "en")
            app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def home(window: Window, _: fakes.FakeServices) -> None:
        window.navigation.home()

    def scan(window: Window, _: fakes.FakeServices) -> None:
        window.enrolment.scan()

    def open_settings(window: Window, _: fakes.FakeServices) -> None:
        window.settings.open()

    def lock(window: Window, _: fakes.FakeServices) -> None:
        window.lock()

    def introduced(window: Window, _: fakes.FakeServices) -> None:
        window.pages.currentWidget().start.click()

    def asked_about_checks(window: Window, services: fakes.FakeServices) -> None:
        introduced(window, services)
        page = window.pages.currentWidget()
        page.forward.click()
        page.forward.click()

    def choices(window: Window, services: fakes.FakeServices) -> None:
        introduced(window, services)
        window.pages.currentWidget().skip.click()
        settle()

    def enter(window: Window, _: fakes.FakeServices) -> None:
        window.enrolment.enter_key()

    def enter_faults(window: Window, _: fakes.FakeServices) -> None:
        window.enrolment.enter_key()
        page = window.enrolment.enter_key_page()
        page.account.entry.setText("kim@example.org")
        page.key.entry.setText("jbsw y3dp ehpk 1pxp")
        page.more.setChecked(True)
        page.how.digits.entry.setText("99")
        page.add.click()
        settle()
        page.scroll_area.verticalScrollBar().setValue(0)

    def entered(
        key: str, account: str = "kim@example.org"
    ) -> Callable[[Window, fakes.FakeServices], None]:
        def act(window: Window, _: fakes.FakeServices) -> None:
            window.enrolment.enter_key()
            page = window.enrolment.enter_key_page()
            page.account.entry.setText(account)
            page.key.entry.setText(key)
            page.add.click()
            settle()

        return act

    def found_key(window: Window, _: fakes.FakeServices) -> None:
        window.enrolment.enter_found_key("MFRGGZDFMZTWQ2LK" * 6 + "MFRGGZA")

    def fresh(window: Window, _: fakes.FakeServices) -> None:
        window.enrolment.enter_key()
        page = window.enrolment.enter_key_page()
        page.account.entry.setText("kim@example.org")
        page.issuer.entry.setText("Example Panel")
        page.key.entry.setText("jbsw y3dp ehpk 3pxp")
        page.add.click()
        settle(500)

    def pick(window: Window, _: fakes.FakeServices) -> None:
        texts = "\n".join(
            (
                "otpauth://totp/Example%20Panel:kim@example.org?secret=JBSWY3DPEHPK3PXP",
                "otpauth://totp/Backup:kim?secret=" + "MFRGGZDFMZTWQ2LK" * 2 + "&issuer=Backup",
                "otpauth://totp/Zone%20panel:kim@example.org?issuer=Zone%20panel&secret="
                + fakes.account("", "", 1).secret.base32(),
                "otpauth://totp/Nothing?digits=99",
                "https://example.org/sign-in",
            )
        )
        read(window, texts)

    def relations(services: fakes.FakeServices) -> None:
        """A vault in which accounts are there already in each of the ways."""
        vault = services.open_vault(now=lambda: STEP - 40 * 86_400)
        renamed = vault.add(fakes.account("Old Backup", "kim", 11))
        vault.edit(renamed.id, groups=["Work"])
        vault.remove(vault.add(fakes.account("Servers", "kim", 12)).id)
        vault.close()

    def known_again(window: Window, _: fakes.FakeServices) -> None:
        from authenticator.otp.account import Steam
        from authenticator.otp.uri import write_uri

        found = (
            fakes.account("Zone panel", "kim@example.org", 1, Totp(digits=8, period_s=60)),
            fakes.account("Backup", "kim", 11),
            fakes.account("Git hosting", "kim", 70),
            fakes.account("Servers", "kim", 12),
            fakes.account("Bank", "4711-0815", 6),
            fakes.account("Customers", "north", 71, Steam()),
        )
        text = "\n".join(map(write_uri, found))
        read(window, text)

    def changed_again(window: Window, _: fakes.FakeServices) -> None:
        from authenticator.otp.uri import write_uri

        text = write_uri(fakes.account("Zone panel", "kim@example.org", 1, Totp(digits=8)))
        read(window, text)

    def opened(*links: str) -> Callable[[Window, fakes.FakeServices], None]:
        """Another program opens these with the app, and the rest is over."""

        def act(window: Window, _: fakes.FakeServices) -> None:
            window.enrolment.hand_over(links)
            page = window.enrolment.opened.review_page()
            until(lambda: window.enrolment.opened._job is None and not page.is_resting)

        return act

    def namesake() -> str:
        from authenticator.otp.uri import write_uri

        return write_uri(fakes.account("Zone panel", "kim@example.org", 73))

    def opened_meanwhile(window: Window, _: fakes.FakeServices) -> None:
        window.enrolment.enter_key()
        page = window.enrolment.enter_key_page()
        page.account.entry.setText("kim@example.org")
        page.key.entry.setText("jbsw y3dp")
        window.enrolment.hand_over([namesake()])

    def opened_too_often(window: Window, _: fakes.FakeServices) -> None:
        window.settings.open()
        window.enrolment.hand_over([namesake()] * 212)

    def opened_while_locked(window: Window, _: fakes.FakeServices) -> None:
        window.lock()
        window.enrolment.hand_over([namesake()])

    def enrolled_anew(window: Window, _: fakes.FakeServices) -> None:
        from authenticator.otp.uri import write_uri

        text = write_uri(fakes.account("Zone panel", "kim@example.org", 72))
        read(window, text)
        window.enrolment.review_page().add.click()
        until(lambda: window.navigation.is_up(PageKey.FIRST_CODE))
        settle(300)

    def replaced(window: Window, services: fakes.FakeServices) -> None:
        enrolled_anew(window, services)
        window.enrolment.first_code_page().old.findChild(QPushButton).click()
        settle(500)

    def lookalike(services: fakes.FakeServices) -> None:
        vault = services.open_vault(now=lambda: STEP - 40 * 86_400)
        vault.add(fakes.account("Wiki", "kim@example.org", 73))
        vault.close()
        vault = services.open_vault(now=lambda: STEP)
        vault.add(fakes.account("Wiki", "kim@example.org", 74))
        vault.close()

    def details_of(
        link: str, act: Callable[[QWidget], None] = lambda _: None
    ) -> Callable[[Window, fakes.FakeServices], None]:
        def show(window: Window, _: fakes.FakeServices) -> None:
            read(window, link)
            until(lambda: window.navigation.is_up(PageKey.REVIEW))
            window.enrolment.review_page().list.details_requested.emit(0)
            until(lambda: not window.navigation.is_up(PageKey.REVIEW))
            settle(300)
            act(window.pages.currentWidget())
            settle(400)

        return show

    def lower_details(page: QWidget) -> None:
        page.scroll_area.verticalScrollBar().setValue(
            page.scroll_area.verticalScrollBar().maximum()
        )

    def checked(skew_s: int, otp: object = None) -> Callable[[QWidget], None]:
        """A code of 100 s ago, by the panel's own `otp` where it has one."""

        def act(page: QWidget) -> None:
            theirs = page.check._account
            theirs = dataclasses.replace(theirs, otp=otp or theirs.otp)
            page.check.field.entry.setText(code_at(theirs, STILL - 100).value)
            page.check.check()
            settle(400)
            lower_details(page)
            page.skewed.slider.setValue(skew_s)
            page.skewed.slider.setFocus()

        return act

    def pick_one(window: Window, _: fakes.FakeServices) -> None:
        link = "otpauth://totp/Zone%20panel:kim@example.org?issuer=Zone%20panel&secret="
        secret = "MFRGGZDFMZTWQ2LK" * 2
        read(window, link + secret)

    def nothing(window: Window, _: fakes.FakeServices) -> None:
        read(window, "https://example.org/sign-in?next=\u202egnp")

    def reading(window: Window, _: fakes.FakeServices) -> None:
        window.enrolment.scan()
        window.enrolment.scan_page().busy.show()

    def look_at(window: Window, *texts: str) -> None:
        from authenticator.gui.enrolment import reading

        desktop = pictured_desktop(list(texts))
        window.enrolment.scan()
        page = window.enrolment.scan_page()
        page._start(lambda: reading.read_screens(window.session.services, [desktop]))
        outcome(window)

    def looked_in_vain(window: Window, _: fakes.FakeServices) -> None:
        look_at(window)

    def looked_at_a_link(window: Window, _: fakes.FakeServices) -> None:
        look_at(window, "https://example.org/our-app")

    def picked_on_screen(window: Window, _: fakes.FakeServices) -> None:
        look_at(
            window,
            "otpauth://totp/Example%20Panel:kim@example.org?secret=" + "MFRGGZDFMZTWQ2LK" * 2,
            "https://example.org/our-app",
            "otpauth://totp/Zone%20panel:kim@example.org?issuer=Zone%20panel&secret="
            + fakes.account("", "", 1).secret.base32(),
        )

    def filmed(*names: str) -> Callable[[fakes.FakeServices], None]:
        def prepare(services: fakes.FakeServices) -> None:
            from tests.services.pictures import film, handheld_frames

            # A still image, so that every picture of a scene shows the same frame.
            (frame,) = handheld_frames([exported()[0]], shown=1, seed=5)
            path = film(services.home / "film.avi", [frame] * 5, frames_per_s=10)
            services.films = dict.fromkeys(names, path)

        return prepare

    def exported() -> list[str]:
        from authenticator.otp.migration import write_migration

        accounts = [fakes.account(*fakes.NAMES[n % 10], n + 1) for n in range(10)]
        return write_migration(accounts, batch_id=1, per_part=2)

    def filming(window: Window, _: fakes.FakeServices) -> None:
        # Only the picture, not what is read from it.
        window.enrolment.scan_page().camera.feed.result_ready.disconnect(
            window.enrolment.scan_page().camera.show_frame_result
        )
        window.enrolment.scan_page().camera.feed.result_ready.connect(
            lambda sight: window.enrolment.scan_page().camera.viewfinder.set_outlines(
                sight.outlines
            )
        )
        window.enrolment.scan()
        settle(1500)

    def collecting(window: Window, services: fakes.FakeServices) -> None:
        filming(window, services)
        links = exported()
        read(window, "\n".join([links[0], links[3]]), "")

    def large_export(window: Window, _: fakes.FakeServices) -> None:
        from authenticator.otp.migration import write_migration

        accounts = [fakes.account("Panel", f"kim {n}", n + 1) for n in range(23)]
        links = write_migration(accounts, batch_id=1, per_part=1)
        read(window, "\n".join(links[:9] + links[14:20]), "")

    def refused(services: fakes.FakeServices) -> None:
        from authenticator.scan.camera import CameraRefused

        services.films = {"Integrated camera": CameraRefused(0)}

    def lost(services: fakes.FakeServices) -> None:
        from authenticator.scan.camera import CameraLost

        services.films = {"Integrated camera": CameraLost(0), "Desk camera": CameraLost(1)}

    def asked_for_time(window: Window, answer: object) -> None:
        window.session.services.answer = answer
        window.session.services.sync = SystemSync(Sync.OFF, False, "linux")
        window.settings.open_time()
        settle()
        window.settings.page().time.ask()
        settle(500)

    liars = (
        ServerAnswer("time.nist.gov", 90.1, 0.08, 1, Verdict.DISAGREES, "", 0.05),
        ServerAnswer("ntp.time.nl", None, None, None, Verdict.FAILED, "not_awaited"),
    )

    def corrected(window: Window, services: fakes.FakeServices) -> None:
        asked_for_time(window, fakes.agreed(-32.4, *liars))

    def large(window: Window, _: fakes.FakeServices) -> None:
        asked_for_time(window, fakes.agreed(3723.0, *liars))

    def charted(window: Window, services: fakes.FakeServices) -> None:
        corrected(window, services)
        settle()
        bar = window.settings.page().scroll_area.verticalScrollBar()
        bar.setValue(bar.value() + 240)

    def contradicted(window: Window, _: fakes.FakeServices) -> None:
        said = (
            ServerAnswer(host, offset_s, 0.03, 2, Verdict.UNDECIDED, "", 0.02)
            for host, offset_s in zip(DEFAULT_SERVERS, (0.01, 0.0, 90.0, -3600.0), strict=False)
        )
        asked_for_time(window, fakes.answered(Decision.NO_MAJORITY, *said))

    def being_asked(window: Window, services: fakes.FakeServices) -> None:
        def ask(servers: object, cancelled: Callable[[], bool], *, heard: object) -> object:
            heard(ServerProgress(DEFAULT_SERVERS[1], None, 1, 5))  # type: ignore[operator]
            heard(ServerProgress(DEFAULT_SERVERS[3], TimeReason.NAME_NOT_FOUND, 2, 5))  # type: ignore[operator]
            while not cancelled():
                time.sleep(0.01)
            return fakes.unreachable()

        services.ask_time = ask  # type: ignore[method-assign]
        window.settings.open_time()
        window.settings.page().time.ask()
        settle(500)

    def carried(services: fakes.FakeServices) -> None:
        services.sync = SystemSync(Sync.ON, True, "linux")
        services.settings_file.change(correction=Correction(92.4, 0.02, time.time() - 250_000))

    def in_doubt(window: Window, _: fakes.FakeServices) -> None:
        window.session.time.check_system_sync()
        settle(500)

    def wrong_clock(window: Window, services: fakes.FakeServices) -> None:
        large(window, services)
        window.navigation.home()

    def offline(window: Window, _: fakes.FakeServices) -> None:
        window.settings.open_time()
        window.settings.page().time.ask()
        settle(500)

    def corrected_list(window: Window, services: fakes.FakeServices) -> None:
        corrected(window, services)
        window.navigation.home()
        window.codes_page.list.focus_visible = True
        window.codes_page.list.setFocus()
        window.codes_page.list.setCurrentIndex(window.codes_page.model.index(1))
        window.show_toast(tr("Code of {name} copied").format(name="Git hosting: kim"))

    def hide_codes(services: fakes.FakeServices) -> None:
        services.settings_file.change(hide_codes=True)

    def chosen(**fields: object) -> Callable[[fakes.FakeServices], None]:
        def prepare(services: fakes.FakeServices) -> None:
            grouped(services)
            services.settings_file.change(**fields)

        return prepare

    def one_shown(window: Window, _: fakes.FakeServices) -> None:
        window.codes_page.code_mask.reveal(
            window.codes_page.model.row(window.codes_page.model.index(1)).entry.id
        )

    def offered(window: Window, _: fakes.FakeServices) -> None:
        window.codes_page.account_actions.copy(
            window.codes_page.model.row(window.codes_page.model.index(0))
        )

    def offer_taken_up(window: Window, services: fakes.FakeServices) -> None:
        offered(window, services)
        window.toast.button.setFocus()

    def ask_for_key(window: Window, _: fakes.FakeServices) -> QWidget:
        from PySide6.QtWidgets import QMessageBox

        window.codes_page.account_actions.show_key(
            window.codes_page.model.row(window.codes_page.model.index(0))
        )
        settle()
        return window.findChild(QMessageBox)

    def key_of(number: int) -> Callable[[Window, fakes.FakeServices], None]:
        def show(window: Window, _: fakes.FakeServices) -> None:
            window.accounts.show_key(
                window.codes_page.model.row(window.codes_page.model.index(number)).entry
            )

        return show

    def shortcuts(window: Window, _: fakes.FakeServices) -> QWidget:
        from authenticator.gui.settings.shortcuts import ShortcutsDialog

        window.settings.show_shortcuts()
        settle()
        return window.findChild(ShortcutsDialog)

    def row_menu(window: Window, _: fakes.FakeServices) -> QWidget:
        place = window.codes_page.list.viewport().mapToGlobal(
            window.codes_page.list.rect().center()
        )
        window.codes_page._open_menu(
            window.codes_page.model.row(window.codes_page.model.index(0)), place
        )
        settle()
        return app.activePopupWidget()

    def section(place: int) -> Callable[[Window, fakes.FakeServices], None]:
        def turn(window: Window, _: fakes.FakeServices) -> None:
            window.settings.open()
            settle()
            window.settings.page().show_section(window.settings.page().sections[place])

        return turn

    def open_time(window: Window, _: fakes.FakeServices) -> None:
        window.settings.open_time()

    def searched(words: str) -> Callable[[Window, fakes.FakeServices], None]:
        def search(window: Window, _: fakes.FakeServices) -> None:
            window.settings.open()
            window.settings.page().search.setText(words)

        return search

    def lock_settings(window: Window, _: fakes.FakeServices) -> None:
        window.settings.open()
        settle()
        window.settings.page().scroll_area.ensureWidgetVisible(window.settings.page().lock)

    def desktop_settings(window: Window, _: fakes.FakeServices) -> None:
        window.settings.open()
        settle()
        window.settings.page().scroll_area.ensureWidgetVisible(window.settings.page().desktop)

    def no_match(window: Window, _: fakes.FakeServices) -> None:
        window.codes_page.search.setText("nobody")

    def damage(services: fakes.FakeServices) -> None:
        for key in list(services.fake_keyring.items)[-2:-1]:
            services.fake_keyring.items[key] = "no enrolment"

    def locked(services: fakes.FakeServices) -> None:
        from authenticator.vault.errors import KeyringLocked

        services.fake_keyring.fault = KeyringLocked()

    def absent(services: fakes.FakeServices) -> None:
        from authenticator.vault.errors import KeyringAbsent

        services.fake_keyring.fault = KeyringAbsent()
        services.settings_file.change(introduced=True)

    def garbage(services: fakes.FakeServices) -> None:
        (services.home / "vault.db").write_bytes(b"garbage" * 1000)

    def altered(services: fakes.FakeServices) -> None:
        import sqlite3

        with closing(sqlite3.connect(services.home / "vault.db")) as file, file:
            file.execute("DELETE FROM account WHERE id = (SELECT min(id) FROM account)")

    def told(window: Window, _: fakes.FakeServices) -> None:
        settle(2500)  # the file is compared after the first codes are shown

    def repaired(window: Window, _: fakes.FakeServices) -> None:
        window.session.repair.begin()
        settle(4000)

    def sealed_page(window: Window, _: fakes.FakeServices) -> None:
        window.unlocking._choose_passphrase()

    def sealed(services: fakes.FakeServices) -> None:
        services.create_vault(StoreKind.SEALED, "open sesame").close()
        services.settings_file.change(introduced=True)

    def sealed_with_accounts(services: fakes.FakeServices) -> None:
        vault = services.create_vault(StoreKind.KEYRING, "open sesame")
        for number, issuer in enumerate(("Example Panel", "ACME Hosting", "Servers")):
            vault.add(fakes.account(issuer, "kim@example.org", number + 1))
        vault.close()
        services.settings_file.change(introduced=True)

    def wrong(window: Window, _: fakes.FakeServices) -> None:
        page = window.pages.currentWidget()
        page.field.entry.setText("nonsense")
        page.unlock.click()
        settle(500)

    def unlocked(then: Callable[[Window], None]) -> Callable[[Window, fakes.FakeServices], None]:
        def act(window: Window, _: fakes.FakeServices) -> None:
            window.pages.currentWidget().passphrase_entered.emit("open sesame")
            settle(500)
            then(window)

        return act

    def waits(window: Window, _: fakes.FakeServices) -> None:
        window.unlocking._lock.wait(64)

    def passphrase(
        task: str, typed: str = "", fault: str = ""
    ) -> Callable[[Window, fakes.FakeServices], None]:
        def act(window: Window, _: fakes.FakeServices) -> None:
            from authenticator.gui.settings.passphrase_page import Task

            window.settings.open_passphrase(Task[task])
            page = window.pages.currentWidget()
            page.new.first.entry.setText(typed)
            page.new._estimate()
            if fault:
                page.act.click()
            settle(500)

        return act

    def lock_asks(window: Window) -> None:
        window.settings.open()
        settle()
        window.settings.page().show_lock()

    def moving(window: Window, _: fakes.FakeServices) -> None:
        from authenticator.gui.operations import key_slots

        slice_s, key_slots.SLICE_S = key_slots.SLICE_S, 0
        slots = window.session.slots
        slots.progressed.connect(slots.pause, Qt.ConnectionType.SingleShotConnection)
        window.settings.open()
        settle()
        window.settings.page().show_section(window.settings.page().sections[5])
        slots.move_store(StoreKind.SEALED, lambda _: None, lambda _: None)
        settle(500)
        key_slots.SLICE_S = slice_s

    def reminded(window: Window) -> None:
        from authenticator.app.passphrase_reminder import Reminder

        window.session.reminder._keep(Reminder(0, 1))
        settle()

    def wait(window: Window, _: fakes.FakeServices) -> None:
        window.unlocking.show_waiting()

    def removed(window: Window, _: fakes.FakeServices) -> None:
        window.codes_page.account_actions.remove(
            [window.codes_page.model.row(window.codes_page.model.index(1))]
        )
        settle(500)

    def several(window: Window, _: fakes.FakeServices) -> None:
        from PySide6.QtCore import QItemSelectionModel

        view = window.codes_page.list
        for row in (1, 2, 4):
            view.selectionModel().select(
                window.codes_page.model.index(row), QItemSelectionModel.SelectionFlag.Select
            )

    def emptied(count: int) -> Callable[[Window, fakes.FakeServices], None]:
        def act(window: Window, _: fakes.FakeServices) -> None:
            rows = [
                window.codes_page.model.row(window.codes_page.model.index(row))
                for row in range(count)
            ]
            if rows:
                window.codes_page.account_actions.remove(rows)
            settle(500)
            window.toast.hide()
            window.accounts.open_trash()
            settle()
            if rows:
                window.accounts.trash_page().list.item(1).setCheckState(Qt.CheckState.Checked)

        return act

    def deleting(window: Window, services: fakes.FakeServices) -> QWidget:
        from PySide6.QtWidgets import QMessageBox

        emptied(3)(window, services)
        window.accounts.trash_page().delete.click()
        settle()
        return window.findChild(QMessageBox)

    def grouped(services: fakes.FakeServices) -> None:
        vault = services.open_vault()
        names = ("Work", "Home", "Customers in the north", "Servers & backups", "Old")
        for place, entry in enumerate(vault.entries()):
            vault.edit(
                entry.id,
                groups=[names[place % 5], "Work"],
                pinned=place in (1, 3),
                notes="The second token is in the safe." if place == 1 else "",
            )
        vault.close()

    def mirrored(services: fakes.FakeServices) -> None:
        grouped(services)
        vault = services.open_vault()
        arabic = fakes.account("بنك المدينة", "سلمى", 77)
        vault.add(arabic)
        vault.move(vault.entries()[-1].id, vault.entries()[0].id)
        vault.close()
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)

    def mirrored_next(services: fakes.FakeServices) -> None:
        mirrored(services)
        services.settings_file.change(next_code=NextCode.ALWAYS, compact=True)

    def pictured(services: fakes.FakeServices) -> None:
        vault = services.open_vault()
        for place, entry in enumerate(vault.entries()):
            if place % 2 == 0:
                vault.edit(entry.id, picture=landscape(place))
        vault.close()

    def landscape(place: int) -> bytes:
        from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

        from authenticator.gui.operations.icons import png

        image = QImage(96, 96, QImage.Format.Format_RGBA8888)
        painter = QPainter(image)
        sky = QLinearGradient(0, 0, 0, 96)
        sky.setColorAt(0, QColor.fromHsv(place * 60, 120, 240))
        sky.setColorAt(1, QColor.fromHsv(place * 60 + 40, 200, 150))
        painter.fillRect(image.rect(), sky)
        painter.setBrush(QColor("#ffffff"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(28, 22, 40, 40)
        painter.end()
        return png(bytes(image.constBits()))

    def narrowed(window: Window, _: fakes.FakeServices) -> None:
        window.codes_page.group_bar._buttons.button(2).click()

    def editing(window: Window, _: fakes.FakeServices) -> QWidget:
        from authenticator.gui.accounts.edit_dialog import EditDialog

        window.codes_page.account_actions.edit(
            window.codes_page.model.row(window.codes_page.model.index(0))
        )
        settle()
        return window.findChild(EditDialog)

    def editing_more(window: Window, services: fakes.FakeServices) -> QWidget:
        dialog = editing(window, services)
        dialog.more.click()
        dialog.resize(360, 800)
        return dialog

    def crashed(*, can_continue: bool) -> Callable[[Window, fakes.FakeServices], QWidget]:
        def show(window: Window, _: fakes.FakeServices) -> QWidget:
            from authenticator.app.crash_report import CrashReport
            from authenticator.gui.widgets.crash_dialog import CrashDialog

            told = """Authenticator 0.1.0
Python 3.11.7, Linux 6.1.0-18-amd64
PySide6 6.11.0

KeyError
  authenticator/gui/accounts/actions.py:118 copy
  authenticator/gui/accounts/model.py:204 code_of"""
            dialog = CrashDialog(
                window,
                CrashReport("KeyError authenticator/gui/accounts/model.py:204", told),
                can_continue=can_continue,
            )
            dialog.open()
            return dialog

        return show

    def sorting(window: Window, services: fakes.FakeServices) -> QWidget:
        menu(window, services)
        popup = app.activePopupWidget()
        (sort,) = [one for one in popup.actions() if one.text() == tr("Sort by")]
        popup.setActiveAction(sort)
        settle()
        return sort.menu()

    def dragged(window: Window, _: fakes.FakeServices) -> None:
        window.codes_page.list._set_drop_position(3)

    def menu(window: Window, _: fakes.FakeServices) -> QWidget:
        window.codes_page.menu_button.click()
        settle()
        return app.activePopupWidget()

    def stay(_window: Window, _parts: fakes.FakeServices) -> None:
        return None

    scene("start", stay, accounts=None)
    scene("introduction", introduced, accounts=None)
    scene("introduction-time", asked_about_checks, accounts=None)
    scene("choices", choices, accounts=None)
    scene("empty", home, accounts=0)
    scene("codes", stay)
    scene("codes-last-seconds", stay, at=LATE)
    scene("codes-corrected", corrected_list, accounts=10)
    scene("codes-narrow", stay, size=(320, 400))
    scene("codes-wide", stay, accounts=30, size=(1180, 640))
    scene("codes-hidden", one_shown, prepare=hide_codes)
    scene("codes-hidden-narrow", one_shown, prepare=hide_codes, size=(320, 400))
    scene("codes-ending", offered, at=STEP + 28)
    scene("codes-ending-narrow", offer_taken_up, at=STEP + 28, size=(320, 400))
    scene("codes-no-match", no_match)
    scene("codes-damaged", stay, prepare=damage)
    scene("menu", menu)
    scene("row-menu", row_menu)
    scene("key-question", ask_for_key)
    scene("key", key_of(2))
    scene("key-counting", key_of(5))
    scene("key-narrow", key_of(4), size=(320, 400))
    scene("shortcuts", shortcuts)
    scene("scan", scan)
    scene("scan-reading", reading)
    scene("scan-camera", filming, prepare=filmed("Integrated camera", "Desk camera"))
    scene("scan-camera-one", filming, prepare=filmed("Integrated camera"))
    scene("scan-camera-refused", scan, prepare=refused)
    scene("scan-camera-lost", scan, prepare=lost)
    scene("scan-camera-lost-narrow", scan, prepare=lost, size=(320, 400))
    scene("scan-parts", collecting, prepare=filmed("Integrated camera", "Desk camera"))
    scene("scan-parts-many", large_export)
    scene("scan-parts-narrow", collecting, prepare=filmed("Integrated camera"), size=(320, 400))
    scene("scan-nothing", nothing)
    scene("scan-screen-nothing", looked_in_vain)
    scene("scan-screen-other", looked_at_a_link)
    scene("pick", pick)
    scene("pick-one", pick_one)
    scene("pick-known", known_again, prepare=relations)
    scene("pick-known-narrow", known_again, prepare=relations, size=(320, 400))
    scene("pick-changed", changed_again)
    others = (
        "otpauth://totp/Example%20Panel:kim@example.org?secret=JBSWY3DPEHPK3PXP",
        "otpauth://totp/Nothing?digits=99",
    )
    scene("opened", opened(namesake(), *others))
    scene("opened-narrow", opened(namesake(), *others), size=(320, 400))
    scene("opened-one", opened(namesake()))
    scene("opened-nothing", opened("https://example.org/sign-in"))
    scene("opened-part", opened(exported()[0]))
    scene("opened-meanwhile", opened_meanwhile)
    scene("opened-meanwhile-narrow", opened_meanwhile, size=(320, 400))
    scene("opened-too-often", opened_too_often)
    scene("opened-locked", opened_while_locked)
    scene("new-code-anew", enrolled_anew)
    scene("new-code-anew-narrow", enrolled_anew, size=(320, 400))
    scene("new-code-replaced", replaced)
    scene("codes-lookalike", stay, accounts=2, prepare=lookalike)
    scene("codes-lookalike-narrow", stay, accounts=2, prepare=lookalike, size=(320, 400))
    scene("pick-screen", picked_on_screen)
    scene("pick-screen-narrow", picked_on_screen, size=(320, 400))
    good = (
        "otpauth://totp/Zone%20panel:kim@example.org"
        "?secret=RMPSBU3XIHCZUDTGWL4D3FCV4ED2YKLQ&issuer=Zone%20panel"
    )
    odd = (
        "otpauth://totp/ACME+Hosting:kim.van.der.meer@a-rather-long-department.example.org"
        "?secret=JBSWY3DPEHPK3PXP&algorithm=sha-256&digits=8&issuer=ACME%20Hosting"
    )
    scene("details", details_of(good))
    scene("details-odd", details_of(odd))
    scene("details-odd-narrow", details_of(odd), size=(320, 400))
    scene("details-codes", details_of(good, checked(-90)))
    scene(
        "details-codes-narrow",
        details_of(good, checked(45, Totp(Algorithm.SHA256))),
        size=(320, 400),
    )
    scene("enter-key", enter)
    scene("enter-key-faults", enter_faults)
    scene("enter-key-short", entered("MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2L"))
    scene("enter-key-words", entered("lain text keyMFRG GZDF MZTW Q2LK MFRG GZDF MZTW Q2LK"))
    scene("enter-key-hex", entered("5f0caf3a0391b2c7d8e96471a0bb2c3d4e5f6071"))
    scene("enter-key-name", entered("MFRGGZDFMZTWQ2LK", "Panel Wiki:Kim"))
    scene("enter-key-words-narrow", entered("TOTP " + "MFRG GZDF " * 4), size=(320, 400))
    scene("enter-key-found", found_key)
    scene("enter-key-found-narrow", found_key, size=(320, 480))
    scene("new-code", fresh)
    scene("new-code-last-seconds", fresh, at=LATE)
    scene("new-code-narrow", fresh, size=(320, 400))
    scene("settings", open_settings)
    scene("settings-corrected", corrected)
    scene("settings-chart", charted)
    scene("settings-asking", being_asked)
    scene("settings-large-offset", large)
    scene("settings-no-majority", contradicted)
    scene("settings-in-doubt", open_time, prepare=carried)
    scene("codes-wrong-clock", wrong_clock)
    scene("codes-in-doubt", in_doubt, prepare=carried)
    scene("settings-offline", offline)
    scene("settings-time", open_time)
    scene("settings-security", section(3))
    scene("settings-shortcuts", section(9))
    scene("settings-troubleshooting", section(8), prepare=chosen(debug_log=True))
    scene("settings-language", section(7))
    scene("settings-search", searched("code"))
    scene("settings-no-match", searched("zebra"))
    scene("settings-wide", section(1), size=(900, 640))
    scene("settings-narrow", open_settings, size=(320, 400))
    scene("settings-lock", lock_settings)
    scene("settings-desktop", desktop_settings)
    scene("locked", lock)
    scene("locked-narrow", lock, size=(320, 400))
    scene("opening", wait)
    scene("keyring-locked", stay, prepare=locked)
    scene("keyring-absent", stay, accounts=None, prepare=absent)
    scene("sealed-file", sealed_page, accounts=None, prepare=absent)
    scene("passphrase", stay, accounts=None, prepare=sealed)
    scene("passphrase-wrong", wrong, accounts=None, prepare=sealed)
    scene("passphrase-wait", waits, accounts=None, prepare=sealed)
    scene("passphrase-wait-narrow", waits, accounts=None, prepare=sealed, size=(320, 400))
    scene("new-passphrase", passphrase("SET"))
    scene("new-passphrase-weak", passphrase("SET", "password1"))
    scene("new-passphrase-strong", passphrase("SET", "umbrella quartz ninety violin"))
    scene("new-passphrase-faults", passphrase("CHANGE", "a", "fault"), size=(400, 760))
    scene("new-passphrase-narrow", passphrase("SET", "password1"), size=(320, 400))
    scene("new-passphrase-arabic", passphrase("CHANGE", "password1"), language="ar")
    scene("passphrase-remove", passphrase("REMOVE"))
    scene("passphrase-check", passphrase("CHECK"))
    scene("settings-lock-asks", unlocked(lock_asks), accounts=None, prepare=sealed)
    scene("settings-lock-arabic", lock_settings, language="ar")
    scene("settings-moving", moving)
    scene("codes-reminder", unlocked(reminded), accounts=None, prepare=sealed_with_accounts)
    scene(
        "codes-reminder-narrow",
        unlocked(reminded),
        accounts=None,
        prepare=sealed_with_accounts,
        size=(320, 400),
    )
    scene("unreadable", stay, accounts=None, prepare=garbage)
    scene("altered", told, prepare=altered)
    scene("repaired", repaired, prepare=altered)
    scene("codes-removed", removed)
    scene("codes-several", several)
    scene("codes-groups", stay, prepare=grouped)
    scene("codes-group", narrowed, prepare=grouped)
    scene("codes-groups-narrow", stay, prepare=grouped, size=(320, 400))
    scene("codes-dragged", dragged)
    scene("codes-compact", stay, accounts=10, prepare=chosen(compact=True))
    scene("codes-next", stay, prepare=chosen(next_code=NextCode.ALWAYS))
    scene("codes-next-narrow", stay, prepare=chosen(next_code=NextCode.ALWAYS), size=(320, 400))
    scene("codes-pairs", stay, prepare=chosen(grouping=Grouping.PAIRS, compact=True))
    scene("codes-contrast", stay, prepare=chosen(contrast=True))
    scene("codes-large-text", stay, prepare=chosen(text_percent=200))
    scene("codes-large-text-narrow", stay, prepare=chosen(text_percent=200), size=(320, 400))
    scene("codes-compact-large-text", stay, prepare=chosen(text_percent=150, compact=True))
    scene("settings-contrast", open_settings, prepare=chosen(contrast=True))
    scene("settings-large-text", open_settings, prepare=chosen(text_percent=200))
    scene("codes-mirrored", several, prepare=mirrored)
    scene("codes-mirrored-next", dragged, prepare=mirrored_next)
    scene("codes-mirrored-wide", stay, accounts=30, prepare=mirrored, size=(900, 640))
    scene("codes-arabic", several, prepare=grouped, language="ar")
    scene("settings-arabic", open_settings, language="ar")
    scene("new-code-german", fresh, language="de")
    scene("settings-russian", section(3), language="ru")
    scene("codes-chinese", stay, language="zh")
    scene("settings-mirrored", open_settings, prepare=mirrored)
    scene("key-mirrored", key_of(1), prepare=mirrored)
    scene("sort", sorting)
    scene("bin", emptied(3))
    scene("bin-narrow", emptied(5), size=(320, 400))
    scene("bin-empty", emptied(0))
    scene("delete", deleting)
    scene("edit", editing, prepare=grouped)
    scene("edit-picture", editing, prepare=pictured)
    scene("codes-pictures", stay, prepare=pictured)
    scene("edit-more", editing_more, prepare=grouped)
    scene("crash", crashed(can_continue=True))
    scene("crash-fatal", crashed(can_continue=False))


if __name__ == "__main__":
    if sys.argv[1] == "--draw":
        draw(Path(sys.argv[2]), *sys.argv[3:6])
    elif sys.argv[1] == "--check":
        sys.exit(check(*sys.argv[2:3] or [""]))
    else:
        sys.exit(main())
