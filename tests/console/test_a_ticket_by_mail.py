"""The life of a ticket by mail, through the window and real mail servers: opened, answered, closed and reopened (NOT-01, OUT-06)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from tests.console.conftest import Person
from tests.message_factory import raw_message
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Account, Dovecot
from tests.servers.microsoft import TENANT
from tests.servers.office import APP, APP_SECRET, ONLINE, Office
from tests.servers.smtp import SmtpServer
from tests.servers.strict_mail import faults_of
from trackit_console.domain.records import NoteKind, Status
from trackit_console.settings.default_notifications import DEFAULT_NOTIFICATIONS
from trackit_console.settings.mailbox import TYPE_LABELS, MailboxType
from trackit_console.settings.outgoing import AUTHENTICATION_LABELS

ANNA, ADA = "anna@contoso.example", "ada@example.com"
REQUESTOR = f"Anna Berg <{ANNA}>"


@dataclass(frozen=True)
class HelpDesk:
    """The admin before the window, and the servers behind it: `deliver` puts mail into the inbox, `outgoing` answers what was sent."""

    person: Person
    deliver: Callable[[bytes], object]
    outgoing: Callable[[], list[tuple[tuple[str, ...], bytes]]]

    # ------------------------------------------------------------------ by clicks

    def start(self) -> None:
        """**Start Now**."""
        monitor = self.person.page("monitor")
        self.person.click(monitor.ui.start_button)
        self.person.wait(lambda: monitor.ui.state_pill.text().startswith("Running on"))

    def stop(self) -> None:
        """**Stop Now**."""
        monitor = self.person.page("monitor")
        self.person.click(monitor.ui.stop_button)
        self.person.wait(lambda: monitor.ui.state_pill.text() == "Monitor stopped")

    def receive(self, raw: bytes) -> None:
        """Mail arrives, and **Poll now** is pressed."""
        self.deliver(raw)
        incoming = self.person.page("incoming")
        self.person.wait(lambda: incoming.table.shown == 1)
        incoming.ui.mailboxes.selectRow(0)
        self.person.click(incoming.ui.poll_button)

    def ticket(self) -> Any:
        """The Records page, with the ticket on its right side."""
        page = self.person.page("records")
        self.person.choose(page.ui.status, "Open and closed")
        self.person.wait(lambda: page.ui.record_card.isVisible() and not self.person.window.tasks.running)
        return page

    def assign_to_ada(self) -> None:
        """Chosen from the menu of the button."""
        menu = self.ticket().ui.technician_button.menu()
        next(each for each in menu.actions() if each.text() == "Ada").trigger()

    def close(self) -> None:
        """**Close**."""
        self.person.click(self.ticket().ui.close_button)

    # ------------------------------------------------------------------ what can be seen

    def sent(self) -> list[EmailMessage]:
        """The mail that went out, as its recipients' mail programs read it."""
        return [_read(raw) for _, raw in self.outgoing()]

    def wait_for_mail(self, recipient: str, words: str) -> EmailMessage:
        """Waits for a mail to somebody with `words` in its subject."""

        def found() -> list[EmailMessage]:
            read = zip(self.outgoing(), self.sent(), strict=False)
            return [mail for (recipients, _), mail in read if recipients == (recipient,) and words in mail["Subject"]]

        self.person.wait(lambda: bool(found()))
        return found()[0]

    def status(self) -> Status | None:
        """The ticket's."""
        with self.person.window.services.database.reading() as transaction:
            return transaction.records.page()[0].status

    def notes(self) -> list[NoteKind]:
        """The kinds of the ticket's notes, in the order of its history."""
        with self.person.window.services.database.reading() as transaction:
            return [each.kind for each in transaction.records.history(transaction.records.page()[0].ref)]

    def assert_each_was_sent_once(self, number: int) -> None:
        """By what the server got, by the history of the ticket, and by the Outgoing Mail page, which lists `number` mails and no more."""
        self.person.wait(lambda: len(self.outgoing()) >= number)
        ids = Counter(str(mail["Message-ID"]) for mail in self.sent())
        assert len(ids) == number and set(ids.values()) == {1}
        page = self.person.page("outgoing_mail")
        states = page.table.model.columns[1].text
        self.person.wait(lambda: [states(row) for row in page.table.model.rows] == ["Sent"] * number)
        assert page.table.total == number
        assert self.notes().count(NoteKind.EMAIL_SENT) == number
        page.ui.mails.selectRow(0)
        self.person.wait(lambda: "Handed over to the mail server by" in _words_on(page.ui.time_line_body))
        assert "Asked for by “" in _words_on(page.ui.time_line_body)


def _read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _words_on(widget: Any) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel))


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def answer(mail: EmailMessage, number: int, text: str, *, subject: str | None = None, **headers: str) -> bytes:
    """What the requestor's mail program makes of an answer to `mail`."""
    message_id = str(mail["Message-ID"])
    about = subject or f"Re: {mail['Subject']}"
    headers |= {"In_Reply_To": message_id, "References": message_id}
    return raw_message(number, sender=REQUESTOR, subject=about, text=text, message_id=None, size=0, **headers)


# ------------------------------------------------------------------ set up by clicks and keys


def paste(person: Person, field: Any, words: str) -> None:
    """Fills a field from the clipboard: QTest types no letters outside ASCII."""
    QGuiApplication.clipboard().setText(words)
    field.setFocus()
    field.paste()


def add_mailbox(person: Person, kind: str, fields: dict[str, str]) -> None:
    incoming = person.page("incoming")
    person.click(incoming.ui.new_button)
    dialog = person.dialog()
    person.choose(dialog.ui.type, TYPE_LABELS[MailboxType(kind)])
    person.click(dialog.ui.more_button)
    fill(person, dialog, fields)
    person.click(dialog.ui.save_button)
    person.wait(lambda: incoming.table.shown == 1)


def configure_outgoing(
    person: Person, authentication: str, from_address: str, fields: dict[str, str], password: str = ""
) -> None:
    person.click(person.page("incoming").ui.configure_button)
    dialog = person.dialog()
    person.choose(dialog.ui.authentication, AUTHENTICATION_LABELS[authentication])
    fill(person, dialog, fields)
    if password:
        paste(person, dialog.ui.password, password)
        paste(person, dialog.ui.confirm_password, password)
    person.choose(dialog.ui.from_address, from_address)
    person.click(dialog.ui.save_button)
    person.wait(lambda: person.window.watch.snapshot.outgoing is not None)  # type: ignore[union-attr]


def fill(person: Person, dialog: Any, fields: dict[str, str]) -> None:
    if "sign_in_url" in fields:
        person.choose(dialog.ui.cloud, "Other")
    for name, words in fields.items():
        person.type(getattr(dialog.ui, name), words)


def add_technician(person: Person, name: str, address: str) -> None:
    people = person.page("people")
    people.ui.tabs.setCurrentIndex(1)
    person.click(people.ui.new_button)
    dialog = person.dialog()
    person.type(dialog.ui.name, name)
    person.type(dialog.ui.email, address)
    person.click(dialog.ui.save_button)
    person.wait(lambda: people.current.table.shown == 1)


def turn_on_all_notifications(person: Person) -> None:
    """Adds what comes with the product, and turns each on."""
    page = person.page("notifications")
    person.click(page.current.empty.button)
    person.wait(lambda: page.current.table.shown == len(DEFAULT_NOTIFICATIONS))
    states = [page.current.table.model.index(row, 0) for row in range(len(DEFAULT_NOTIFICATIONS))]
    for row in range(len(states)):
        page.ui.notifications.selectRow(row)
        person.wait(lambda: page.ui.enable_button.text() == "Turn on")
        person.click(page.ui.enable_button)
        person.wait(lambda row=row: page.current.table.model.index(row, 0).data() == "Enabled")  # type: ignore[misc]


def set_up_accounts(
    person: Person, dovecot: Dovecot, account: Account, server: SmtpServer, certificates: Certificates
) -> SmtpServer:
    """Through their dialogs: the mailbox at Dovecot, and `server`, which it returns, for what is sent."""
    ca_file = str(certificates.ca_file)
    imap = {"server": dovecot.host, "port": str(dovecot.imaps), "user_account_name": account.name, "ca_file": ca_file}
    add_mailbox(person, "imap", {**imap, "password": account.password, "confirm_password": account.password})
    smtp = {"smtp_server_name": server.host, "port": str(server.port), "user_account_name": server.name, "ca_file": ca_file}
    configure_outgoing(person, "basic", account.name, smtp, server.password)
    return server


# ------------------------------------------------------------------ the story


@pytest.mark.covers("NOT-01", "OUT-02", "OUT-06", "MSG-02", "MSG-03", "MSG-05", "MSG-08", "MON-01")
def test_a_ticket_is_opened_answered_closed_and_reopened_by_mail(
    person: Person, dovecot: Dovecot, account: Account, certificates: Certificates, smtp_server: Callable[..., SmtpServer]
) -> None:
    server = set_up_accounts(person, dovecot, account, smtp_server("ssl_tls"), certificates)
    add_technician(person, "Ada", ADA)
    turn_on_all_notifications(person)
    deliver = partial(dovecot.append, account.name)
    desk = HelpDesk(person, deliver, lambda: [(each.recipients, each.raw) for each in server.accepted])

    desk.start()
    desk.receive(raw_message(1, sender=REQUESTOR))
    received = desk.wait_for_mail(ANNA, "We have received your request: Printer 1")
    assert received["In-Reply-To"] == "<letter-1@contoso.example>"
    desk.wait_for_mail(ADA, "New: Printer 1")

    desk.receive(answer(received, 2, "It is the one on floor 2.\n"))
    desk.wait_for_mail(ADA, "Answer: Printer 1")
    desk.assign_to_ada()
    desk.wait_for_mail(ADA, "Assigned to you: Printer 1")
    desk.close()
    closed = desk.wait_for_mail(ANNA, "Closed: Printer 1")
    assert desk.status() is Status.CLOSED

    desk.receive(answer(closed, 3, "It still does not print.\n", subject="Floor 2"))
    assert "It still does not print." in text_of(desk.wait_for_mail(ADA, "Reopened: Printer 1"))
    assert desk.status() is Status.OPEN

    desk.receive(answer(closed, 4, "I am away until Monday.\n", Auto_Submitted="auto-replied"))
    person.wait(lambda: NoteKind.AUTOMATIC_REPLY in desk.notes())
    desk.assert_each_was_sent_once(7)
    assert [faults_of(each.raw) for each in server.accepted] == [[]] * len(server.accepted)
    assert {each.signed_in for each in server.accepted} == {server.name}
    assert [str(each["Subject"]).removeprefix("[Ticket - 1] ").partition(":")[0] for each in desk.sent()] == [
        "We have received your request",
        "New",
        "Answer",
        "Assigned to you",
        "Closed",
        "Reopened",
        "Answer",
    ]
    assert desk.status() is Status.OPEN
    desk.stop()


@pytest.mark.covers("OUT-02", "OUT-06", "MSG-03", "MSG-08", "NOT-01")
def test_a_technician_answers_from_the_page_and_the_requestor_answers_back(
    person: Person, dovecot: Dovecot, account: Account, certificates: Certificates, smtp_server: Callable[..., SmtpServer]
) -> None:
    server = set_up_accounts(person, dovecot, account, smtp_server("ssl_tls"), certificates)
    turn_on_all_notifications(person)
    deliver = partial(dovecot.append, account.name)
    desk = HelpDesk(person, deliver, lambda: [(each.recipients, each.raw) for each in server.accepted])

    desk.start()
    desk.receive(raw_message(1, sender=REQUESTOR))
    desk.wait_for_mail(ANNA, "We have received your request: Printer 1")
    page = desk.ticket()
    person.qtbot.keyClicks(page.ui.note_text, "Which floor is it on?")
    person.click(page.ui.reply_by_email)
    person.click(page.ui.note_button)
    asked = desk.wait_for_mail(ANNA, "Re: Printer 1")
    assert text_of(asked).startswith("Which floor is it on?")
    assert asked["In-Reply-To"] == "<letter-1@contoso.example>"
    assert asked["Auto-Submitted"] is None
    person.wait(lambda: "Sent" in _words_on(page.ui.notes_body).splitlines())

    desk.receive(answer(asked, 2, "It is the one on floor 2.\n", subject="Floor 2"))
    person.wait(lambda: desk.notes().count(NoteKind.EMAIL_RECEIVED) == 2)
    assert [each for each in desk.notes() if each is not NoteKind.SYSTEM] == [
        NoteKind.EMAIL_RECEIVED,
        NoteKind.EMAIL_SENT,
        NoteKind.NOTE,
        NoteKind.EMAIL_RECEIVED,
    ]
    assert [str(each["Subject"]) for each in desk.sent()].count(str(asked["Subject"])) == 1
    assert [faults_of(each.raw) for each in server.accepted] == [[]] * len(server.accepted)
    desk.stop()


@pytest.mark.covers("NOT-01", "OUT-03", "OUT-06", "IN-02", "MSG-03")
def test_microsoft_365_takes_in_and_sends_the_same_conversation(
    person: Person, office: Office, certificates: Certificates
) -> None:
    url = office.microsoft.url
    app = {"application_id": APP, "client_secret": APP_SECRET, "directory_id": TENANT}
    access = {"sign_in_url": url, "graph_url": url, **app, "ca_file": str(certificates.ca_file)}
    add_mailbox(person, "microsoft365", {**access, "user_id": ONLINE})
    configure_outgoing(person, "microsoft365", ONLINE, access)
    add_technician(person, "Ada", ADA)
    turn_on_all_notifications(person)
    sent = office.microsoft.sent
    desk = HelpDesk(person, office.mailbox.deliver, lambda: [(tuple(each.recipients), each.raw) for each in sent])

    desk.start()
    desk.receive(raw_message(1, sender=REQUESTOR))
    desk.wait_for_mail(ADA, "New: Printer 1")
    received = desk.wait_for_mail(ANNA, "We have received your request: Printer 1")
    desk.receive(answer(received, 2, "It is the one on floor 2.\n", subject="Floor 2"))
    desk.wait_for_mail(ADA, "Answer: Printer 1")
    desk.close()
    desk.wait_for_mail(ANNA, "Closed: Printer 1")
    desk.assert_each_was_sent_once(4)
    desk.stop()
