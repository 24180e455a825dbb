"""A message as the console shows it: its text, its HTML without anything remote, and its source (MSG-07, SEC-03)."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from trackit_console.console.dialogs.message import MessageDialog
from trackit_console.mail import parse

HTML = b"""From: Bo <bo@example.com>\r
Subject: Stripes\r
Content-Type: text/html; charset=utf-8\r
\r
<p>The <b>drum</b> is worn.</p><img src="https://tracker.example/x.png"><script>alert(1)</script>\r
"""


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def opened(parent: QWidget, raw: bytes) -> MessageDialog:
    message = parse(raw)
    dialog = MessageDialog(message.subject, message.text, raw.decode(), parent, raw, message)
    dialog.show()
    return dialog


@pytest.mark.covers("MSG-07", "SEC-03")
def test_html_is_shown_without_what_is_remote_and_that_is_said(parent: QWidget) -> None:
    dialog = opened(parent, HTML)
    assert [dialog.ui.tabs.tabText(index) for index in range(3)] == ["Text", "Source", "Formatted"]
    assert dialog.formatted is not None
    dialog.ui.tabs.setCurrentWidget(dialog.formatted)
    assert dialog.formatted.toPlainText().strip() == "The drum is worn."
    assert dialog.ui.found.text() == "Pictures from the internet are not loaded."
    dialog.ui.tabs.setCurrentIndex(0)
    assert dialog.ui.found.text() == ""


def test_words_are_found_in_what_is_shown(parent: QWidget) -> None:
    dialog = opened(parent, HTML)
    assert dialog.formatted is not None
    dialog.ui.tabs.setCurrentWidget(dialog.formatted)
    dialog.ui.find.setText("drum")
    assert dialog.formatted.textCursor().selectedText() == "drum"
    assert not dialog.source.textCursor().hasSelection()


def test_a_message_without_html_has_no_such_tab(parent: QWidget) -> None:
    dialog = opened(parent, b"From: a@b.example\r\nSubject: x\r\n\r\nplain\r\n")
    assert (dialog.formatted, dialog.ui.tabs.count()) == (None, 2)
