"""Notifications on events: who gets which mail, and how it reads (NOT-01)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.helpdesk.help_desk import ADA, ANNA, CARL, SUPPORT, TICKET, HelpDesk, reaction_settings, recipients
from tests.message_factory import raw_message
from tests.monitor.test_database_load import Statements
from trackit_console.domain.effects import AddNote, Assign, ChangeFields, Close, CreateRecord, Reopen
from trackit_console.domain.events import Event, EventKind
from trackit_console.domain.records import AppliedReason, Module, Note, NoteKind, Placeholder, Priority, TicketSource
from trackit_console.helpdesk.alerts import Outage, alert
from trackit_console.helpdesk.notifications.listener import NotificationListener
from trackit_console.settings.default_notifications import DEFAULT_NOTIFICATIONS
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.recipients import Recipients
from trackit_console.store.database import Database
from trackit_console.transports.errors import SignInRefused

Desk = Callable[..., HelpDesk]
EVERYBODY = Recipients(requestor=True, technician=True, all_technicians=True, participants=True, addresses=["team@example.com"])


@pytest.fixture
def desk(database: Database) -> Desk:
    """A help desk with these notifications, and a ticket."""

    def make(*notifications: Notification, **changes: Any) -> HelpDesk:
        made = HelpDesk(database, reaction_settings(*notifications, **changes))
        made.has_ticket()
        return made

    return make


def notification(**fields: Any) -> Notification:
    usual = {"name": "A note", "event": "note_added", "template": "Note added (to the requestor)"}
    return Notification(**{**usual, "recipients": Recipients(requestor=True), **fields})


def template(**fields: Any) -> dict[str, NotificationTemplate]:
    made = NotificationTemplate(**{"name": "Mine", "subject": "{keyword} {subject}", "text": "{note_text}", **fields})
    return {"mine": made}


def answer(number: int = 2, **message: Any) -> bytes:
    return raw_message(number, **{"subject": "Re: [Ticket - 1]", "text": "It is on fire.\n", **message})


# ---------------------------------------------------------------- who


@pytest.mark.covers("NOT-01")
@pytest.mark.parametrize(
    ("ticked", "expected"),
    [
        ({"requestor": True}, [ANNA]),
        ({"technician": True}, [CARL]),
        ({"all_technicians": True}, [ADA, CARL]),
        ({"participants": True}, [ANNA]),
        ({"addresses": ["Team@example.com", "team@EXAMPLE.com"]}, ["Team@example.com"]),
        ({"requestor": True, "participants": True, "technician": True, "all_technicians": True}, [ADA, ANNA, CARL]),
    ],
)
def test_who_is_ticked_gets_one_mail_of_their_own(desk: Desk, ticked: dict[str, Any], expected: list[str]) -> None:
    help_desk = desk(notification(recipients=Recipients(**ticked)))
    help_desk.notes("We look into it.")
    assert recipients(help_desk.sent()) == expected
    assert all(len(each.message.to) == 1 for each in help_desk.sent())


@pytest.mark.covers("NOT-01")
def test_everybody_on_the_thread_gets_mail_by_the_addresses_of_the_mail(desk: Desk) -> None:
    help_desk = desk(notification(recipients=Recipients(participants=True), caused_by="requestor"))
    help_desk.receives(answer(Cc="Bo <bo@fabrikam.example>, support@example.com"))
    assert recipients(help_desk.sent()) == ["bo@fabrikam.example"]


@pytest.mark.covers("NOT-01", "MSG-08")
@pytest.mark.parametrize("sender", [CARL, "carl@home.example"])
def test_nobody_is_told_of_what_they_did_at_whatever_address(desk: Desk, sender: str) -> None:
    help_desk = desk(notification(recipients=EVERYBODY))
    help_desk.receives(answer(sender=sender, Cc="carl@home.example"))
    assert recipients(help_desk.sent()) == [ADA, ANNA, "team@example.com"]


@pytest.mark.covers("NOT-01")
def test_the_requestor_is_told_that_their_mail_became_a_ticket_and_of_no_answer_of_theirs(desk: Desk) -> None:
    received = notification(name="Received", event="created", template="Ticket received (to the requestor)")
    help_desk = desk(received, notification())
    help_desk.receives(raw_message(5, sender="Bo <bo@contoso.example>", subject="No coffee"))
    help_desk.receives(answer(subject="Re: [Ticket - 2]", sender="Bo <bo@contoso.example>"))
    [sent] = help_desk.sent()
    assert (sent.to, sent.by, sent.record) == ("bo@contoso.example", "Received", 2)
    assert sent.subject == "[Ticket - 2] We have received your request: No coffee"
    assert "Hello Bo," in sent.message.text


@pytest.mark.covers("NOT-01", "MSG-08")
def test_neither_the_help_desk_itself_nor_what_is_no_address_gets_mail(desk: Desk) -> None:
    help_desk = desk(notification(recipients=Recipients(participants=True, addresses=["Support@EXAMPLE.com", ADA])))
    help_desk.does(AddNote(TICKET, Note(NoteKind.EMAIL_RECEIVED, "x", "text", participants=("root@", "a b@x.example", SUPPORT))))
    assert recipients(help_desk.sent()) == [ADA, ANNA]


@pytest.mark.covers("NOT-01", "MSG-02")
def test_a_stranger_who_writes_a_keyword_is_told_nothing_of_the_record(desk: Desk) -> None:
    """Nor is whoever the stranger names on Cc: else a guessed number would open the record to them."""
    help_desk = desk(notification(recipients=Recipients(participants=True)))
    help_desk.receives(answer(sender="eve@evil.example", Cc="mallory@evil.example"))
    help_desk.notes("The door code is 4711.")
    assert {each.to for each in help_desk.sent()} == {ANNA}


@pytest.mark.covers("NOT-01", "MSG-09")
def test_a_program_takes_no_part_in_a_record(desk: Desk) -> None:
    help_desk = desk(notification(recipients=Recipients(participants=True)))
    help_desk.receives(answer(sender="MAILER-DAEMON@relay.example", Auto_Submitted="auto-replied"))
    help_desk.notes("It works again.")
    assert recipients(help_desk.sent()) == [ANNA]


@pytest.mark.covers("NOT-01")
def test_a_private_note_reaches_technicians_alone(desk: Desk) -> None:
    help_desk = desk(notification(recipients=EVERYBODY))
    help_desk.notes("The customer is wrong.", private=True)
    assert recipients(help_desk.sent()) == [ADA, CARL]
    assert all("The customer is wrong." in each.message.text for each in help_desk.sent())


@pytest.mark.covers("NOT-01")
def test_a_private_note_that_a_technician_quotes_reaches_technicians_alone(desk: Desk) -> None:
    """Carl answers the notification about a private note; what he writes is for Anna, what he quotes is not."""
    told = notification(template="Mine", recipients=Recipients(requestor=True, all_technicians=True))
    help_desk = desk(told, templates=template(text="{note_text}\n{quoted_text}"))
    quoted = "Try the other tray.\n\nOn Mon, 23 Nov 2026 at 09:00, Help Desk wrote:\n> The customer is wrong.\n"
    help_desk.receives(answer(sender=CARL, text=quoted))
    texts = {each.to: each.message.text + each.message.quoted_text for each in help_desk.sent()}
    assert "Try the other tray." in texts[ANNA]
    assert "The customer is wrong." not in texts[ANNA]
    assert "The customer is wrong." in texts[ADA]


@pytest.mark.covers("NOT-01")
def test_the_history_tells_private_notes_to_technicians_alone(desk: Desk) -> None:
    told = notification(event="closed", template="Mine", recipients=Recipients(requestor=True, technician=True))
    help_desk = desk(told, templates=template(text="{history}"))
    help_desk.notes("Have you tried it again?")
    help_desk.notes("The customer is wrong.", private=True)
    help_desk.does(Close(TICKET))
    texts = {each.to: each.message.text for each in help_desk.sent()}
    assert "The customer is wrong." in texts[CARL]
    assert "The customer is wrong." not in texts[ANNA]
    assert "Have you tried it again?" in texts[ANNA]


# ---------------------------------------------------------------- on what


@pytest.mark.covers("NOT-01")
@pytest.mark.parametrize(
    ("event", "act"),
    [
        ("updated", lambda desk: desk.does(ChangeFields(TICKET, priority=Priority.HIGH))),
        ("assigned", lambda desk: desk.does(Assign(TICKET, desk.ada))),
        ("closed", lambda desk: desk.does(Close(TICKET))),
        ("reopened", lambda desk: (desk.does(Close(TICKET)), desk.does(Reopen(TICKET)))),
        ("email_received", lambda desk: desk.receives(answer(sender=ADA))),
        ("note_added", lambda desk: desk.notes("x")),
    ],
)
def test_each_event_sends_its_own_mail(desk: Desk, event: str, act: Callable[[HelpDesk], object]) -> None:
    events = ["created", "updated", "assigned", "closed", "reopened", "email_received", "note_added"]
    help_desk = desk(*[notification(name=each, event=each, template="Mine") for each in events], templates=template(text="x"))
    act(help_desk)
    expected = {"reopened": ["closed", "reopened"], "email_received": ["email_received", "note_added"]}
    assert sorted(each.by for each in help_desk.sent()) == expected.get(event, [event])


@pytest.mark.covers("NOT-01")
def test_a_notification_is_about_its_modules_and_who_is_behind_the_event(desk: Desk) -> None:
    by_technician = notification(name="t", caused_by="technician")
    by_others = notification(name="r", caused_by="requestor", recipients=Recipients(technician=True))
    assignments = notification(name="a", event="created", modules=["Assignment"], recipients=Recipients(addresses=[ADA]))
    help_desk = desk(by_technician, by_others, assignments)
    help_desk.receives(answer())
    help_desk.receives(answer(3, sender=ADA))
    help_desk.receives(raw_message(9))
    new = CreateRecord(Placeholder("new"), Module.ASSIGNMENT, "Order paper", Priority.LOW, TicketSource.EMAIL)
    help_desk.does(new)
    assert [(each.by, each.to) for each in help_desk.sent()] == [("r", CARL), ("t", ANNA), ("a", ADA)]


@pytest.mark.covers("NOT-01")
def test_two_answers_of_one_batch_are_two_mails(desk: Desk) -> None:
    """Carl's own answer, which came last, must not hide Anna's from him."""
    help_desk = desk(notification(recipients=Recipients(technician=True, requestor=True)))
    help_desk.receives(answer(2, text="It smokes.\n"), answer(3, text="I am coming.\n", sender=CARL))
    found = {each.to: each.message.text for each in help_desk.sent()}
    assert "It smokes." in found[CARL]
    assert "I am coming." in found[ANNA]
    assert len(help_desk.sent()) == 2


@pytest.mark.covers("NOT-01", "MON-04")
def test_a_mailbox_that_has_stopped_is_told_with_the_error_and_what_to_do(database: Database) -> None:
    stopped = notification(
        name="Stopped",
        event="processing_stopped",
        template="Email processing has stopped (to the administrator)",
        recipients=Recipients(all_technicians=True),
        caused_by="requestor",
    )
    help_desk = HelpDesk(database, reaction_settings(stopped))
    error = AppliedReason(f"transports.{SignInRefused.code}", {"server": "mail.example.com", "account": "support"})
    change = alert(Outage(help_desk.mailbox_id, "Support", 3, None, error), MonitorSettings(), {})
    assert change is not None
    help_desk.does(*change.effects)
    assert recipients(help_desk.sent()) == [ADA, CARL]
    text = help_desk.sent()[0].message.text
    assert "mail.example.com refused" in text
    assert str(SignInRefused(server="mail.example.com", account="support").remedy_message)[:30] in text


# ---------------------------------------------------------------- how it reads


@pytest.mark.covers("NOT-01", "MSG-03")
def test_the_mail_threads_with_the_message_that_caused_it(desk: Desk) -> None:
    help_desk = desk(notification(recipients=Recipients(technician=True)))
    help_desk.receives(answer(message_id="answer@contoso.example"))
    [sent] = help_desk.sent()
    assert sent.message.in_reply_to == ("answer@contoso.example",)
    assert sent.message.references[-1] == "answer@contoso.example"
    assert sent.message.automatic is not None and sent.message.automatic.sign == "Auto-Submitted: auto-generated"
    assert str(sent.message.sender) == "Contoso Help Desk <support@example.com>"


@pytest.mark.covers("NOT-01")
def test_a_note_that_was_typed_threads_with_the_last_mail_that_the_reader_may_know(desk: Desk) -> None:
    help_desk = desk(notification(name="closed", event="closed", recipients=Recipients(requestor=True, technician=True)))
    secret = Note(NoteKind.EMAIL_RECEIVED, "ada", "secret", message_id="secret@example.com", private=True)
    help_desk.does(AddNote(TICKET, secret))
    help_desk.does(Close(TICKET))
    answered = {each.to: each.message.in_reply_to for each in help_desk.sent()}
    assert answered == {ANNA: ("letter-1@contoso.example",), CARL: ("secret@example.com",)}
    roots = {each.message.references[0] for each in help_desk.sent()}
    assert len(roots) == 1


@pytest.mark.covers("NOT-01", "MSG-02")
@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("{keyword} Closed", "x", "[Ticket - 1] Closed"),
        ("Closed: {subject}", "x", "Closed: Printer is broken [Ticket - 1]"),
        ("Closed", "Write to us with {keyword}.", "Closed"),
    ],
)
def test_replies_come_home_by_a_keyword(desk: Desk, subject: str, text: str, expected: str) -> None:
    help_desk = desk(notification(template="Mine"), templates=template(subject=subject, text=text))
    help_desk.notes("x")
    assert [each.subject for each in help_desk.sent()] == [expected]


@pytest.mark.covers("NOT-01", "MSG-02", "SEC-03")
def test_a_keyword_that_somebody_wrote_into_a_subject_does_not_lead_replies_astray(database: Database) -> None:
    help_desk = HelpDesk(
        database, reaction_settings(notification(template="Mine"), templates=template(subject="News: {subject} {keyword}"))
    )
    help_desk.has_ticket(subject="[Ticket - 2] is not mine")
    help_desk.notes("x")
    assert help_desk.sent()[0].subject.startswith("[Ticket - 1] News: [Ticket - 2]")


@pytest.mark.covers("NOT-01")
def test_an_event_sends_a_mail_once(desk: Desk) -> None:
    help_desk = desk(notification())
    help_desk.notes("x")
    help_desk.notes("x")
    ids = [each.message.message_id for each in help_desk.sent()]
    assert len(ids) == len(set(ids)) == 2


@pytest.mark.covers("NOT-01")
def test_a_template_that_is_gone_is_told_once_in_the_history(desk: Desk) -> None:
    help_desk = desk(notification(template="Gone"))
    help_desk.notes("x")
    help_desk.notes("y")
    assert help_desk.sent() == []
    assert [each for each in help_desk.told() if "Gone" in each] == [
        "“A note” was not sent: there is no template “Gone”, or it has errors. Correct it, or choose another one."
    ]


# ---------------------------------------------------------------- costs, and what comes with the product


class NoReader:
    """Fails whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was read")


@pytest.mark.covers("NOT-01", "RUN-07")
@pytest.mark.parametrize("changes", [{}, {"from_address": None}])
def test_events_without_a_notification_cost_no_read(changes: dict[str, Any]) -> None:
    listener = NotificationListener(reaction_settings(notification(event="closed"), **changes))
    events = [Event(EventKind.RECORD_CREATED, TICKET), Event(EventKind.NOTE_ADDED, TICKET, 1)]
    quiet = [Event(EventKind.CLOSED, TICKET, quiet=True)]
    nothing_to_send = [Event(EventKind.CLOSED, TICKET)] if changes else []
    assert listener([*events, *quiet, *nothing_to_send], NoReader()) == ()


@pytest.mark.covers("NOT-01", "RUN-07")
def test_many_messages_of_a_batch_cost_no_more_statements_than_a_few(desk: Desk, statements: Statements) -> None:
    confirm = notification(event="created", template="Ticket received (to the requestor)")
    to_technicians = notification(
        name="New", event="created", template="New ticket (to technicians)", recipients=Recipients(all_technicians=True)
    )
    help_desk = desk(confirm, to_technicians)

    def cost(numbers: range) -> int:
        before = statements.number
        help_desk.receives(*[raw_message(each, sender=f"p{each}@contoso.example") for each in numbers])
        return statements.number - before

    few, many = cost(range(10, 13)), cost(range(20, 60))
    assert len(help_desk.sent()) == 43 * 3
    assert many <= few


@pytest.mark.covers("NOT-01")
def test_the_notifications_of_a_new_database_are_off_and_name_its_templates() -> None:
    assert not any(each.enabled for each in DEFAULT_NOTIFICATIONS)
    assert len({each.name.casefold() for each in DEFAULT_NOTIFICATIONS}) == len(DEFAULT_NOTIFICATIONS) >= 8
    templates = reaction_settings().templates
    assert {each.template.casefold() for each in DEFAULT_NOTIFICATIONS} <= templates.keys()


@pytest.mark.covers("NOT-01")
def test_a_day_with_all_of_them_turned_on(database: Database) -> None:
    help_desk = HelpDesk(database, reaction_settings(*DEFAULT_NOTIFICATIONS))
    help_desk.receives(raw_message(1, subject="Printer is broken"))
    help_desk.does(Assign(TICKET, help_desk.carl))
    help_desk.receives(answer(2, sender=CARL, text="Is it on?\n"))
    help_desk.receives(answer(3, text="No.\n"))
    help_desk.does(Close(TICKET))
    help_desk.receives(answer(4, text="Still broken.\n"))
    told = [(each.to.partition("@")[0], each.subject.removeprefix("[Ticket - 1] ")) for each in help_desk.sent()]
    assert told == [
        ("anna", "We have received your request: Printer is broken"),
        ("carl", "New: Printer is broken"),
        ("ada", "New: Printer is broken"),
        ("carl", "Assigned to you: Printer is broken"),
        ("anna", "Printer is broken"),
        ("carl", "Answer: Printer is broken"),
        ("ada", "Answer: Printer is broken"),
        ("anna", "Closed: Printer is broken"),
        ("carl", "Reopened: Printer is broken"),
        ("carl", "Answer: Printer is broken"),
        ("ada", "Answer: Printer is broken"),
    ]
