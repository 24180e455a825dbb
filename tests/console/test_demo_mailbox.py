"""The whole circle by hand, as the demo offers it: a mail of the help desk is read, answered, and the answer is on its ticket (PKG-02)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.console.conftest import Person, will_press
from trackit_console.console.app import make_window
from trackit_console.console.demo_mailbox import DemoMailbox, ReceivedMail
from trackit_console.console.dialogs.demo_mailbox import DemoMailboxDialog
from trackit_console.console.dialogs.demo_reply import ReplyDialog
from trackit_console.console.dialogs.message import MessageDialog
from trackit_console.demo.demo_setup import Demo, set_up_demo
from trackit_console.demo.received_mail import answer, demo_mailbox
from trackit_console.demo.sample_people import BO, CARL, SUPPORT
from trackit_console.domain.records import NoteKind
from trackit_console.mail import parse

ENTRY = "Mail that the demo's server received"
pytestmark = pytest.mark.covers("PKG-02")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with set_up_demo(tmp_path) as running:
        yield running


@pytest.fixture
def visitor(demo: Demo, qtbot: QtBot, qapp: QApplication, answers: list[tuple[str, str]]) -> Iterator[Person]:
    """A person before the window of the demo."""
    window = make_window(demo.data_dir, demo.data_dir.database_url, qapp, demo_mailbox(demo.server))
    window.show()
    window.begin()
    yield Person(window, qtbot)
    will_press("Close this console")
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def entry(person: Person) -> QAction:
    return next(each for each in person.window.menu.actions() if each.text().replace("&", "") == ENTRY)


def opened(person: Person, kind: type[Any]) -> Any:
    person.wait(lambda: any(each.isVisible() for each in person.window.findChildren(kind)))
    return next(each for each in person.window.findChildren(kind) if each.isVisible())


def received(recipient: str, subject: str, text: str = "Closed.") -> ReceivedMail:
    raw = (
        f"From: Help desk <{SUPPORT}>\r\nTo: {recipient}\r\nSubject: {subject}\r\nDate: Mon, 02 Nov 2026 09:12:00 +0000\r\n"
        f"Message-ID: <mail-1@demo.example>\r\nReferences: <opening@demo.example>\r\n\r\n{text}\r\n"
    )
    return ReceivedMail(0, datetime(2026, 11, 2, 9, 12, tzinfo=UTC), recipient, subject, raw.encode(), False)


def test_a_reply_to_a_mail_of_the_help_desk_becomes_a_note(
    visitor: Person, demo: Demo, expect_log: Callable[[str], None]
) -> None:
    expect_log("WARNING trackit.ImapMailListener")  # the sample that is set aside
    entry(visitor).trigger()
    box = opened(visitor, DemoMailboxDialog)
    assert box.table.shown == 0 and not box.reply_button.isEnabled()
    assert box.count.text().startswith("Nothing yet. Press Start Now")
    visitor.click(visitor.page("monitor").ui.start_button)
    mine = "[Ticket - 1] We have received your request"
    visitor.wait(lambda: any(mine in each.subject for each in box.table.model.rows))
    assert box.table.select(lambda row: mine in row.subject)
    visitor.click(box.message_button)
    shown = opened(visitor, MessageDialog)
    assert "Hello Bo Lund" in shown.text.toPlainText()
    shown.reject()

    assert box.reply_button.text().replace("&", "") == "Reply as the requestor…"
    visitor.click(box.reply_button)
    reply = opened(visitor, ReplyDialog)
    assert not reply.send_button.isEnabled()
    visitor.qtbot.keyClicks(reply.text, "It prints stripes on floor 2 as well.")
    reply.keyword.click()
    visitor.click(reply.send_button)
    database = visitor.window.services.database

    def words() -> list[tuple[NoteKind, str]]:
        with database.reading() as transaction:
            first = next(each for each in transaction.records.page() if each.id == 1)
            return [(each.kind, each.text.partition("\n")[0]) for each in transaction.records.history(first.ref)]

    visitor.wait(lambda: (NoteKind.EMAIL_RECEIVED, "It prints stripes on floor 2 as well.") in words())
    assert "The reply is in the mailbox of the help desk." in box.count.text()


def test_the_product_itself_has_no_such_entry(person: Person) -> None:
    assert not entry(person).isVisible()


def test_a_second_click_on_the_entry_opens_no_second_window(visitor: Person) -> None:
    entry(visitor).trigger()
    entry(visitor).trigger()
    assert sum(each.isVisible() for each in visitor.window.findChildren(DemoMailboxDialog)) == 1


def test_who_answers_is_told_by_the_button_and_new_mail_keeps_the_selection(person: Person) -> None:
    to_bo = received(BO.email, "Closed")
    mails = [to_bo]
    box = DemoMailboxDialog(DemoMailbox(lambda: mails, lambda *_: None), person.window.context, person.window)
    assert box.reply_button.text().replace("&", "") == "Reply as the requestor…"
    mails.insert(0, replace(received(CARL.email, "New"), number=1, by_technician=True))
    box.read()
    assert box.table.current == to_bo
    box.table.view.selectRow(0)
    assert box.reply_button.text().replace("&", "") == "Reply as the technician…"


@pytest.mark.covers("MSG-02", "MSG-03")
@pytest.mark.parametrize(
    ("keyword", "subject"), [(True, "Re: [Ticket - 1] Closed: Printer"), (False, "Re: Closed: Printer")], ids=["kept", "left out"]
)
def test_an_answer_is_what_a_mail_program_would_make_of_it(keyword: bool, subject: str) -> None:
    raw = answer(received(BO.email, "[Ticket - 1] Closed: Printer"), "Not yet!", keyword=keyword, number=1, at=datetime.now(UTC))
    made = parse(raw)
    assert (made.subject, made.sender.name, made.sender.address) == (subject, BO.name, BO.email)
    assert made.in_reply_to == ("mail-1@demo.example",)
    assert made.references == ("opening@demo.example", "mail-1@demo.example")
    assert made.new_text.strip() == "Not yet!"
    assert "Closed." in made.quoted_text
