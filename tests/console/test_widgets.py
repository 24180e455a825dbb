"""The small widgets: what a person sees, hears from a screen reader, and can do without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from trackit_console.console.display_text import ZERO_WIDTH_SPACE
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.banner import Banner
from trackit_console.console.widgets.pill import Pill
from trackit_console.console.widgets.step_list import StepList
from trackit_console.console.widgets.tile import Tile, TileState
from trackit_console.transports.step_names import MAILBOX_STEPS, StepName
from trackit_console.transports.steps import Step, StepState
from trackit_console.user_messages import Phrase

MISSING = "Outgoing email is not configured."
FOUND = Step(StepName.RESOLVE, StepState.PASSED, 0.012, Phrase("transports", "Found at {address}.", {"address": "203.0.113.25"}))
REFUSED = Step(
    StepName.SIGN_IN,
    StepState.FAILED,
    0.23,
    Phrase("transports", "{server} refused the password.", {"server": "mail.example.com"}),
    Phrase("transports", "Type the password again."),
    "wrong_password",
    "NO [AUTHENTICATIONFAILED]",
)


@pytest.fixture
def tile(theme: Theme, qtbot: QtBot) -> Tile:
    made = Tile(theme, "mail", "Incoming and Outgoing Emails", "Mailboxes to read.")
    made.resize(360, 190)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def steps(theme: Theme, qtbot: QtBot) -> StepList:
    made = StepList()
    made.resize(340, 500)
    qtbot.addWidget(made)
    made.show()
    made.begin(MAILBOX_STEPS)
    return made


def words(widget: QLabel | StepList | Tile) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisible())


@pytest.mark.covers("T-02", "A11Y-01")
def test_a_tile_says_what_is_missing_to_eyes_and_ears(tile: Tile) -> None:
    tile.show_state(TileState([MISSING], [("bad", "1 failing")]))
    assert MISSING in words(tile)
    assert MISSING in tile.toolTip()
    assert tile.accessibleName() == "Incoming and Outgoing Emails"
    assert tile.accessibleDescription() == f"{MISSING} 1 failing"


@pytest.mark.covers("T-02")
def test_the_red_bar_goes_with_what_was_missing(tile: Tile, theme: Theme) -> None:
    def edge() -> str:
        return tile.grab().toImage().pixelColor(2, tile.height() // 2).name()

    tile.show_state(TileState([MISSING]))
    assert edge() == theme.tokens.bad
    tile.show_state(TileState())
    assert edge() == theme.tokens.pane
    assert MISSING not in words(tile) + tile.toolTip() + tile.accessibleDescription()


@pytest.mark.covers("T-01", "A11Y-01")
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space], ids=lambda key: key.name)
def test_a_tile_opens_by_the_keyboard(tile: Tile, qtbot: QtBot, key: Qt.Key) -> None:
    with qtbot.waitSignal(tile.activated):
        qtbot.keyClick(tile, key)


def test_a_tile_opens_by_a_click_that_ends_on_it(tile: Tile, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tile.activated):
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(tile.activated):
        qtbot.mousePress(tile, Qt.MouseButton.LeftButton)
        qtbot.mouseRelease(tile, Qt.MouseButton.LeftButton, pos=QPoint(-20, -20))


def test_a_narrow_tile_puts_its_pills_into_rows(tile: Tile) -> None:
    tile.show_state(TileState(pills=[("dim", f"{number} of something") for number in range(4)]))
    tile.resize(260, tile.heightForWidth(260))
    pills = tile.findChildren(Pill)
    assert all(tile.rect().contains(pill.geometry()) for pill in pills)
    assert len({pill.y() for pill in pills}) > 1


@pytest.mark.covers("IN-10")
def test_steps_show_what_was_found_how_long_it_took_and_what_to_do(steps: StepList) -> None:
    steps.show_step(FOUND)
    steps.show_step(REFUSED)
    shown = words(steps)
    for each in ("Find the server", "12 ms", "Found at 203.0.113.25.", "mail.example.com refused the password.", "230 ms"):
        assert each in shown
    assert "Type the password again." in shown
    heard = [line.accessibleName() for line in steps.children() if isinstance(line, type(steps._lines[StepName.SIGN_IN]))]
    assert "Sign in: failed. mail.example.com refused the password. Type the password again." in heard


def test_a_fingerprint_does_not_make_the_report_wider_than_its_pane(steps: StepList) -> None:
    steps.show_step(
        Step(StepName.TLS, StepState.FAILED, 0, Phrase("x", f"fingerprint {'ab' * 32}."), code="certificate_untrusted")
    )
    assert steps.minimumSizeHint().width() < 300


@pytest.mark.covers("IN-10")
def test_copy_details_gives_the_report(steps: StepList, qtbot: QtBot) -> None:
    assert not steps.copy_button.isVisible()
    steps.show_step(REFUSED)
    qtbot.mouseClick(steps.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "Sign in: failed" in copied
    assert "wrong_password: NO [AUTHENTICATIONFAILED]" in copied


def test_a_second_test_begins_with_an_empty_list(steps: StepList) -> None:
    steps.show_step(REFUSED)
    steps.begin(MAILBOX_STEPS)
    assert "refused" not in words(steps)
    assert {step.state for step in steps.report} == {StepState.SKIPPED}


@pytest.mark.covers("SEC-03")
def test_words_of_a_server_are_never_taken_for_html(steps: StepList, qtbot: QtBot, tmp_path: object) -> None:
    """A picture in them would be loaded: on Windows from a share of the sender's, with the admin's credentials."""
    picture = f"{tmp_path}/picture.png"
    QImage(300, 300, QImage.Format.Format_RGB32).save(picture)
    hostile = f"<img src='{picture}'><b>bold</b>"
    steps.show_step(Step(StepName.CONNECT, StepState.FAILED, 0, Phrase("x", "{said}", {"said": hostile}), Phrase("x", hostile)))
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_text(hostile)
    shown = [
        each
        for each in (*steps.findChildren(QLabel), *banner.findChildren(QLabel))
        if hostile in each.text().replace(ZERO_WIDTH_SPACE, "")
    ]
    assert len(shown) == 3
    assert {each.textFormat() for each in shown} == {Qt.TextFormat.PlainText}
    assert all(each.sizeHint().height() < 300 for each in shown)


def test_a_banner_is_there_while_there_is_something_to_say(theme: Theme, qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_text("Settings changed.", "Restart")
    assert banner.isVisible()
    with qtbot.waitSignal(banner.pressed):
        qtbot.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    banner.show_text("")
    assert not banner.isVisible()
