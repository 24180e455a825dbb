"""The HTML of a message in the console: what is shown, that nothing is loaded, and that a link asks first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QPoint, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage, QImageWriter, QTextImageFormat
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.console.conftest import will_press
from tests.mail.html_attacks import ATTACKS, IMAGE
from trackit_console.console.theme import Theme
from trackit_console.console.widgets.mail_view import LARGEST_IMAGE, MailView
from trackit_console.mail import Attachment

pytestmark = pytest.mark.covers("SEC-03", "MSG-07")


def png(width: int = 4, height: int = 3) -> bytes:
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(picture)
    return bytes(buffer.data().data())


def attachment(content: bytes, content_id: str = IMAGE) -> Attachment:
    return Attachment("logo.png", "image/png", content, "", content_id, inline=True)


class RecordingView(MailView):
    """Keeps what its document asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        self.asked.append(QUrl(name).toString())
        return super().loadResource(kind, name)


@pytest.fixture
def view(theme: Theme, qtbot: QtBot) -> Iterator[RecordingView]:
    made = RecordingView()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    yield made
    made.show_message("", [])  # what is left is laid out again when the next test sets the theme


def lay_out(view: MailView) -> None:
    view.document().size()
    view.grab()
    QApplication.processEvents()


def test_only_the_images_of_the_message_are_asked_for(view: RecordingView) -> None:
    html = f"<p>Hi</p><img src=https://example.com/pixel.gif><img src=cid:{IMAGE}><img src=file:///etc/hostname><img src=:/x.png>"
    view.show_message(html, [attachment(png())])
    lay_out(view)
    assert set(view.asked) == {f"cid:{IMAGE}"}
    assert view.shown.remote_images == 1


def test_no_attack_has_qt_ask_for_anything(view: RecordingView) -> None:
    for each in ATTACKS:
        view.show_message(each, [attachment(png())])
        view.document().size()
    lay_out(view)
    assert set(view.asked) <= {f"cid:{IMAGE}"}


@pytest.mark.parametrize("name", ["file:///etc/hostname", "https://example.com/x.png", "cid:unknown", "x.png"])
def test_even_a_document_that_asks_gets_nothing_else(view: RecordingView, name: str) -> None:
    view.setHtml(f"<img src='{name}'>")
    lay_out(view)
    for kind in (1, 2, 3):
        assert view.loadResource(kind, QUrl(name)).size() == QSize(1, 1)


def test_image_of_the_message_is_shown(view: RecordingView) -> None:
    content_id = "a b%20<c>?d#e"
    view.show_message("<img src='cid:a%20b%2520%3Cc%3E%3Fd%23e'>", [attachment(png(40, 30), content_id)])
    lay_out(view)
    cursor = view.textCursor()
    cursor.setPosition(1)
    name = QTextImageFormat(cursor.charFormat().toImageFormat()).name()
    assert view.loadResource(2, QUrl(name)).size() == QSize(40, 30)


@pytest.mark.parametrize("content", [b"", b"no picture", png()[:40]], ids=["empty", "text", "broken off"])
def test_attachment_that_is_no_picture_is_not_shown(view: RecordingView, content: bytes) -> None:
    view.show_message(f"<img src=cid:{IMAGE}>", [attachment(content)])
    assert view.loadResource(2, QUrl(f"cid:{IMAGE}")).size() == QSize(1, 1)


def test_very_large_picture_is_made_smaller(view: RecordingView) -> None:
    view.show_message(f"<img src=cid:{IMAGE}>", [attachment(png(4_000, 1_000))])
    assert view.loadResource(2, QUrl(f"cid:{IMAGE}")).size() == QSize(LARGEST_IMAGE.width(), 400)


COSTLY = {
    "one word": "y" * 1_000_000,
    "one word beside many rows": "<table><tr><td>" + "y" * 300_000 + "<td>z" + "<tr><td>a<td>b" * 20_000 + "</table>",
    "numbered items": "<ol start=999>" * 50 + "<li>a" * 50_000,
    "tables in tables": ("<table><tr><td>" * 14 + "x" + "</table>" * 14) * 1_000,
    "many columns": "<table><tr>" + "<td colspan=999 rowspan=999>a" * 10_000 + "<tr><td>b" * 20_000,
}


@pytest.mark.parametrize("html", COSTLY.values(), ids=COSTLY.keys())
def test_hostile_html_does_not_hold_up_the_window(view: RecordingView, html: str) -> None:
    start = time.process_time()
    view.show_message(html, [])
    lay_out(view)
    assert time.process_time() - start < 5  # alone on the machine it is below 1


# Links


class Browser(QObject):
    """What the system would open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser(qapp: QApplication) -> Iterator[Browser]:
    made = Browser()
    QDesktopServices.setUrlHandler("https", made, "open")  # type: ignore[arg-type]  # bytes fail when they are called
    yield made
    QDesktopServices.unsetUrlHandler("https")


LINK = "<a href='https://b\u00e4nk.example/x?y=1'>https://bank.example</a>"


def test_link_is_opened_after_a_question_that_names_where_it_leads(
    view: RecordingView, qtbot: QtBot, browser: Browser, answers: list[tuple[str, str]]
) -> None:
    view.show_message(LINK, [])
    will_press("Open")
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.cursorRect().center() + QPoint(20, 0))
    assert "https://xn--bnk-qla.example/x?y=1" in answers[0][0]
    assert browser.opened == ["https://xn--bnk-qla.example/x?y=1"]


def test_link_that_is_not_wanted_is_not_opened(
    view: RecordingView, qtbot: QtBot, browser: Browser, answers: list[tuple[str, str]]
) -> None:
    view.show_message(LINK, [])
    view.setFocus()
    will_press("Do not open")
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert len(answers) == 1 and browser.opened == []
    assert view.toPlainText() == "https://bank.example"


# Eyes and ears


@pytest.mark.covers("A11Y-01")
def test_view_has_a_name_and_can_be_read_by_keyboard(view: RecordingView) -> None:
    assert view.accessibleName() == "Message"
    assert view.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert view.isReadOnly()


@pytest.mark.covers("A11Y-01")
def test_black_text_stays_readable_when_the_theme_becomes_dark(view: RecordingView, theme: Theme) -> None:
    view.show_message("<p style='color:#000000'>black</p>", [])
    assert "color:#000000" in view.shown.html
    theme.choose("dark")
    QApplication.processEvents()
    assert "color" not in view.shown.html and view.toPlainText() == "black"
    theme.choose("light")
    QApplication.processEvents()
    assert "color:#000000" in view.shown.html
