"""Details of a found account: the findings of `inspect`, verdicts on codes, a wrong clock."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from authenticator import wording
from authenticator.app.inspection import Severity, inspect
from authenticator.app.verification import verify
from authenticator.clock.clock import FixedClock
from authenticator.gui.desktop import dropped_sources
from authenticator.gui.enrolment import reading
from authenticator.gui.enrolment.details_page import DetailsPage
from authenticator.gui.window import Window
from authenticator.otp.account import Account, Algorithm, Hotp, Label, Totp
from authenticator.otp.remark import Field, Reason, Remark
from authenticator.otp.secret import Secret
from authenticator.otp.uri import write_uri
from authenticator.wording.inspection import fields
from authenticator.wording.verification import verdict_text
from tests.gui.conftest import Open, found_names, page_name, shows_codes
from tests.gui.fakes import FakeServices, fill
from tests.gui.screens import pictured_desktop
from tests.services import pictures

KEY = "RMPSBU3XIHCZUDTGWL4D3FCV4ED2YKLQ"
GOOD = f"otpauth://totp/Panel:kim?secret={KEY}&issuer=Panel"
ODD = "otpauth://totp/ACME+Co:kim?secret=JBSWY3DPEHPK3PXP&issuer=Other&algorithm=sha-256&digits=8"
COUNTING = f"otpauth://hotp/Panel:counter?secret={KEY}&issuer=Panel&counter=7"
ACCOUNT = Account(Label("Panel", "kim"), Secret.from_base32(KEY), Totp())
NOW_S = 1_700_000_005  # 25 s into a time step


@pytest.fixture
def window(qtbot: QtBot, open_window: Open, services: FakeServices) -> Window:
    fill(services, 1).close()
    services.still = FixedClock(NOW_S)
    opened = open_window()
    opened.activateWindow()
    qtbot.waitUntil(lambda: shows_codes(opened))
    return opened


def details(qtbot: QtBot, window: Window, *links: str, row: int = 0) -> DetailsPage:
    """Hand in links and open the details of one by keyboard."""
    window.enrolment.read([dropped_sources.DroppedSource("the text", text="\n".join(links))])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    return opened(qtbot, window, row)


def opened(qtbot: QtBot, window: Window, row: int = 0) -> DetailsPage:
    """Open the details of one of the accounts found."""
    window.enrolment.review_page().list.setCurrentRow(row)
    QTest.keyClick(window.enrolment.review_page().list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page_name(window) == "Details")
    page = window.pages.currentWidget()
    assert isinstance(page, DetailsPage)
    return page


def said(widget: QWidget) -> list[str]:
    """Return every visible line of text, from top to bottom."""
    labels = [one for one in widget.findChildren(QLabel) if one.isVisibleTo(widget) and one.text()]
    return [one.text().replace("\u200b", "") for one in labels]


def oathtool(at_s: float, kind: str = "--totp") -> str:
    return subprocess.run(
        ["oathtool", kind, "-b", f"-N@{int(at_s)}", KEY],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@pytest.mark.parametrize("link", [GOOD, ODD, COUNTING])
def test_details_match_inspect_field_by_field_and_remark_by_remark(
    qtbot: QtBot, window: Window, link: str
) -> None:
    page = details(qtbot, window, link)
    (inspection,) = inspect(link)
    rows = [part for row in fields(inspection) for part in (row.name, row.read, row.sent) if part]
    assert said(page.facts) == rows
    remarks = said(page.findings)
    for finding in inspection.findings:
        assert wording.remark(finding.remark) in remarks
        assert wording.suggested_fix(finding.remark) in (*remarks, "")
    severities = [line for line in remarks if line in ("Error", "Warning", "Note")]
    assert severities == sorted(severities, reverse=True)  # errors and warnings first
    assert severities.count("Warning") == sum(
        finding.severity is Severity.WARNING for finding in inspection.findings
    )
    assert (severities == []) is (remarks == ["Nothing to report: phones accept it as it is."])


INVERTED = 255 - pictures.qr_pixels(GOOD, module_px=2, quiet=4)


def as_file(folder: Path) -> Path:
    path = folder / "panel.png"
    path.write_bytes(pictures.encoded(INVERTED))
    return path


@pytest.mark.parametrize(
    "source",
    [
        lambda folder: dropped_sources.DroppedSource("a file", picture=as_file(folder)),
        lambda folder: dropped_sources.DroppedSource("bytes", picture=as_file(folder).read_bytes()),
        lambda folder: dropped_sources.DroppedSource(
            "a drawn one", picture=QImage(str(as_file(folder)))
        ),
    ],
    ids=["file", "bytes", "drawn"],
)
def test_picture_gets_the_remarks_of_inspect(
    qtbot: QtBot,
    window: Window,
    tmp_path: Path,
    source: Callable[[Path], dropped_sources.DroppedSource],
) -> None:
    window.enrolment.read([dropped_sources.DroppedSource("the text", text=ODD), source(tmp_path)])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    page = opened(qtbot, window, row=1)
    remarks = said(page.findings)
    for reason, facts in (
        (Reason.INVERTED, {}),
        (Reason.DENSE, {"modules": 33, "pixels": "2.0"}),
    ):
        assert wording.remark(Remark(Field.PICTURE, reason, facts)) in remarks
    page.back_button.click()
    page = opened(qtbot, window, row=0)
    assert "light on dark" not in " ".join(said(page))


def test_screenshot_gets_remarks_and_missing_picture_is_harmless(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    window.enrolment.scan()
    window.enrolment.scan_page()._start(
        lambda: reading.read_screens(window.session.services, [pictures.encoded(INVERTED)])
    )
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert "light on dark" in " ".join(said(opened(qtbot, window).findings))
    path = as_file(tmp_path)
    window.enrolment.read([dropped_sources.file_source(path)])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    path.unlink()
    assert said(opened(qtbot, window).findings) == ["Nothing to report: phones accept it as it is."]


@pytest.mark.parametrize("link", [GOOD, ODD, COUNTING])
def test_details_page_contains_no_key(qtbot: QtBot, window: Window, link: str) -> None:
    page = details(qtbot, window, link)
    words = " ".join(said(page)) + " ".join(
        f"{one.accessibleName()} {one.accessibleDescription()} {one.toolTip()}"
        for one in page.findChildren(QWidget)
    )
    for key in (KEY, "JBSWY3DPEHPK3PXP"):
        for part in (key[:6], Secret.from_base32(key).key.hex()[:6]):
            assert part.lower() not in words.lower()


def test_click_on_details_link_opens_details_of_its_row(qtbot: QtBot, window: Window) -> None:
    window.enrolment.read([dropped_sources.DroppedSource("the text", text=f"{GOOD}\n{ODD}")])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    found = window.enrolment.review_page().list
    row = found.visualItemRect(found.item(1))
    QTest.mouseClick(
        found.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(row.right() - 20, row.top() + 12),
    )
    qtbot.waitUntil(lambda: page_name(window) == "Details")
    assert "Other: kim" in said(window.pages.currentWidget())


@pytest.mark.parametrize(
    "back",
    [
        lambda page: page.back_button.click(),
        lambda page: QTest.keyClick(page.scroll_area, Qt.Key.Key_Escape),
    ],
    ids=["button", "escape"],
)
def test_back_returns_to_review_with_same_selection(
    qtbot: QtBot, window: Window, back: Callable[[DetailsPage], None]
) -> None:
    page = details(qtbot, window, GOOD, ODD, row=1)
    window.enrolment.review_page().list.item(0).setCheckState(Qt.CheckState.Unchecked)
    back(page)
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    assert found_names(window) == ["Panel: kim", "Other: kim"]
    assert window.enrolment.review_page().list.checked_rows() == [1]
    assert window.enrolment.review_page().list.currentRow() == 1
    qtbot.waitUntil(lambda: not window.findChildren(DetailsPage))
    window.enrolment.review_page().add.click()
    qtbot.waitUntil(lambda: page_name(window) == "New code")


def test_screenshots_are_kept_for_way_back_only(qtbot: QtBot, window: Window) -> None:
    def look_and_ask() -> None:
        window.enrolment.scan()
        window.enrolment.scan_page()._start(
            lambda: reading.read_screens(window.session.services, [pictured_desktop([GOOD])])
        )
        qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
        QTest.keyClick(window.enrolment.review_page().list, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: page_name(window) == "Details")
        assert window.enrolment.review_page().screenshots.pictures
        assert window.enrolment.review_page()._pictures

    look_and_ask()
    window.pages.currentWidget().back_button.click()
    qtbot.waitUntil(lambda: not window.findChildren(DetailsPage))
    assert window.enrolment.review_page().screenshots.pictures
    look_and_ask()
    window.settings.open()
    qtbot.waitUntil(lambda: not window.findChildren(DetailsPage))
    assert not window.enrolment.review_page().screenshots.pictures
    assert not window.enrolment.review_page()._pictures
    assert page_name(window) == "Settings"


def test_details_do_not_open_after_user_left_review(qtbot: QtBot, window: Window) -> None:
    window.enrolment.read([dropped_sources.DroppedSource("the text", text=GOOD)])
    qtbot.waitUntil(lambda: page_name(window) == "Accounts found")
    QTest.keyClick(window.enrolment.review_page().list, Qt.Key.Key_Return)
    window.navigation.home()
    asked: list[int] = []
    window.session.background.submit(lambda: 1, asked.append, lambda _: None)
    qtbot.waitUntil(lambda: asked == [1])
    assert page_name(window) == "Codes"


# A code of the panel


def ask(qtbot: QtBot, page: DetailsPage, code: str) -> str:
    page.check.field.entry.setFocus()
    page.check.field.entry.clear()
    QTest.keyClicks(page.check.field.entry, code)
    QTest.keyClick(page.check.field.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.check.verdict.isVisible() or page.check.field.error))
    return page.check.field.error or page.check.verdict.words


@pytest.mark.parametrize(
    ("away", "drift"),
    [
        (-10, "295 to 325 s behind"),
        (-3, "85 to 115 s behind"),
        (0, "right to within 25 s"),
        (1, "5 to 35 s ahead"),
        (10, "275 to 305 s ahead"),
    ],
)
def test_code_from_panel_gets_verdict_of_verify(
    qtbot: QtBot, window: Window, away: int, drift: str
) -> None:
    page = details(qtbot, window, GOOD)
    code = oathtool(NOW_S + 30 * away)
    (sentence,) = verdict_text(verify(ACCOUNT, code, NOW_S))
    assert (
        ask(qtbot, page, f"{code[:3]} {code[3:]}") == f"This code belongs to the account {sentence}"
    )
    assert drift in sentence


def test_unknown_code_is_explained_by_likely_mistake(qtbot: QtBot, window: Window) -> None:
    page = details(qtbot, window, GOOD)
    words = ask(qtbot, page, oathtool(NOW_S, "--totp=sha256"))
    assert "no such code" in words
    assert "uses SHA256" in words


def test_invalid_code_is_reported_at_field_until_edited(qtbot: QtBot, window: Window) -> None:
    page = details(qtbot, window, GOOD)
    assert "code" in ask(qtbot, page, "12x").lower()
    assert not page.check.verdict.isVisible()
    QTest.keyClick(page.check.field.entry, Qt.Key.Key_Backspace)
    assert page.check.field.error == ""
    ask(qtbot, page, oathtool(NOW_S))
    QTest.keyClicks(page.check.field.entry, "1")
    assert not page.check.verdict.isVisible()


def test_hotp_code_is_located_without_clock_skew(qtbot: QtBot, window: Window) -> None:
    page = details(qtbot, window, COUNTING)
    code = subprocess.run(
        ["oathtool", "--hotp", "-b", "-c9", KEY], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert "Counter 9: 2 counters after" in ask(qtbot, page, code)
    assert page.skewed is None


# A device with a wrong clock


def shown(page: DetailsPage) -> list[str]:
    assert page.skewed is not None
    return [one.text().replace(" ", "") for one in page.skewed.codes]


def test_skew_slider_shows_codes_of_device_off_by_that_much(qtbot: QtBot, window: Window) -> None:
    """The codes are those oathtool computes for a clock that far off."""
    page = details(qtbot, window, GOOD)
    slider = page.skewed.slider
    assert (slider.minimum(), slider.maximum()) == (-300, 300)
    for skew_s in (-300, -90, -26, -25, -1, 0, 4, 5, 30, 300):
        slider.setValue(skew_s)
        assert shown(page) == [oathtool(NOW_S + skew_s + away) for away in (-30, 0, 30)]


def test_skew_slider_moves_by_seconds_and_time_steps_and_says_how_far(
    qtbot: QtBot, window: Window
) -> None:
    page = details(qtbot, window, GOOD)
    slider = page.skewed.slider
    slider.setFocus()
    words = []
    for key in (
        *(Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_PageDown),
        *(Qt.Key.Key_Home, Qt.Key.Key_End),
    ):
        QTest.keyClick(slider, key)
        words.append(page.skewed.words.text())
        assert slider.accessibleDescription() == words[-1]
    assert words == [
        *("1 s ahead", "Right", "1 s behind", "31 s behind"),
        *("300 s behind", "300 s ahead"),
    ]
    page.skewed.reset.click()
    assert page.skewed.words.text() == "Right"
    assert not page.skewed.reset.isEnabled()


def test_wheel_over_skew_slider_scrolls_page(qtbot: QtBot, window: Window) -> None:
    slider = details(qtbot, window, GOOD).skewed.slider

    def turn() -> None:
        place = QPoint(5, 5)
        event = QWheelEvent(
            place.toPointF(),
            slider.mapToGlobal(place).toPointF(),
            QPoint(0, 0),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        slider.wheelEvent(event)

    turn()
    assert slider.value() == 0
    slider.setFocus()
    turn()
    assert slider.value() != 0


def test_skewed_codes_change_when_that_clocks_time_step_ends(qtbot: QtBot, window: Window) -> None:
    page = details(qtbot, window, GOOD)
    page.skewed.slider.setValue(-90)
    assert 0 < page.skewed._roll.remainingTime() <= 5_000
    window.session.live_settings.clock = FixedClock(NOW_S + 5)
    page.skewed._roll.timeout.emit()
    assert shown(page) == [oathtool(NOW_S - 85 + away) for away in (-30, 0, 30)]
    roll = page.skewed._roll
    page.back_button.click()
    assert not roll.isActive()


@pytest.mark.parametrize("otp", [Totp(Algorithm.SHA512, 10, 86_400), Totp(digits=4, period_s=1)])
def test_codes_of_any_period_and_length_fit(qtbot: QtBot, window: Window, otp: Totp) -> None:
    window.resize(320, 400)
    page = details(qtbot, window, write_uri(Account(ACCOUNT.label, ACCOUNT.secret, otp)))
    page.skewed.slider.setValue(page.skewed.slider.minimum())
    assert [len(code) for code in shown(page)] == [otp.digits] * 3
    for code in page.skewed.codes:
        assert code.fontMetrics().horizontalAdvance(code.text()) <= code.width()


def test_foreign_names_neither_widen_window_nor_reverse_text(qtbot: QtBot, window: Window) -> None:
    label = Label("x" * 255, "k\u202eim" + "y" * 200)
    page = details(qtbot, window, write_uri(Account(label, ACCOUNT.secret, Hotp())))
    assert window.minimumSizeHint().width() <= 320
    assert "\u202e" not in " ".join(said(page))


def test_every_control_has_a_name(qtbot: QtBot, window: Window) -> None:
    page = details(qtbot, window, ODD)
    assert page.skewed.slider.accessibleName()
    assert page.check.field.entry.accessibleName()
    for one in page.findChildren(QAbstractButton):
        assert one.accessibleName()
    for name, code in zip(("Before", "Now", "After"), page.skewed.codes, strict=True):
        assert code.accessibleName() == f"{name}: {code.text()}"
