"""Mail that is held back or comes later: quiet events, filters for sending, limits, schedules, digests (NOT-01, MSG-08, FIL-04)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.clock import BEGINNING, ManualClock
from tests.helpdesk.help_desk import ADA, ANNA, CARL, SUPPORT, TICKET, HelpDesk, reaction_settings, recipients
from tests.message_factory import raw_message
from tests.monitor.test_database_load import Statements
from trackit_console.domain.effects import AddNote, ChangeFields, Close, CreateRecord
from trackit_console.domain.records import Module, Note, NoteKind, Placeholder, Priority, RecordRef, TicketSource
from trackit_console.helpdesk.notifications.digest import HeldMail, digest_mail, held_mail
from trackit_console.mail import parse
from trackit_console.mail.keywords import find_keywords
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notifications import Notification
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.schedules import Schedule
from trackit_console.store.database import Database

Desk = Callable[..., HelpDesk]
HELD_BACK = "was not sent to"


@pytest.fixture
def desk(database: Database) -> Desk:
    """A help desk that tells Anna and Carl of each note on her ticket."""

    def make(**changes: Any) -> HelpDesk:
        recipients = Recipients(requestor=True, technician=True)
        told = Notification(name="A note", event="note_added", template="Note added (to the requestor)", recipients=recipients)
        made = HelpDesk(database, reaction_settings(told, **changes))
        made.has_ticket()
        return made

    return make


def held_back(desk: HelpDesk) -> list[str]:
    return [each for each in desk.told() if HELD_BACK in each]


# ---------------------------------------------------------------- not at all


@pytest.mark.covers("MSG-08")
@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<x.example>"}])
def test_nobody_is_told_of_what_a_program_wrote_or_asks_for_no_answer(desk: Desk, headers: dict[str, Any]) -> None:
    help_desk = desk()
    help_desk.receives(raw_message(2, subject="Re: [Ticket - 1]", **headers))
    assert help_desk.sent() == []


@pytest.mark.covers("MSG-08")
def test_what_follows_from_a_quiet_change_is_quiet(desk: Desk) -> None:
    help_desk = desk()
    help_desk.does(AddNote(TICKET, Note(NoteKind.NOTE, "a rule", "text")), quiet=True)
    assert help_desk.sent() == []


@pytest.mark.covers("FIL-04")
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"text": "CONTOSO.example"}, [CARL]),
        ({"text": "Anna Berg", "direction": "sending"}, [CARL]),
        ({"text": "contoso.example", "direction": "receiving"}, [ANNA, CARL]),
        ({"text": "contoso.example", "applies_to": "technicians"}, [ANNA, CARL]),
        ({"text": "example", "applies_to": "technicians"}, [ANNA]),
        ({"text": "example", "enabled": False}, [ANNA, CARL]),
    ],
)
def test_a_sender_rule_for_sending_stops_mail_to_whom_it_names(desk: Desk, rule: dict[str, Any], expected: list[str]) -> None:
    help_desk = desk(filters=Filters(sender=[FilterRule(**rule)]))
    help_desk.notes("x")
    assert recipients(help_desk.sent()) == expected


@pytest.mark.covers("FIL-04")
def test_a_subject_rule_for_sending_looks_at_our_subject_and_is_told_once(desk: Desk) -> None:
    help_desk = desk(filters=Filters(subject=[FilterRule(text="printer is", applies_to="requestors")]))
    for text in "xyz":
        help_desk.notes(text)
    assert recipients(help_desk.sent()) == [CARL, CARL, CARL]
    assert held_back(help_desk) == [
        "“A note” was not sent to anna@contoso.example: subject rule “printer is” matches its subject."
    ]


@pytest.mark.covers("MSG-08")
def test_beyond_the_limit_about_one_record_mail_is_held_back_and_told_once(desk: Desk, clock: ManualClock) -> None:
    help_desk = desk(loop_protection=LoopProtection(mails_to_recipient_about_record=3))
    for number in range(50):
        help_desk.notes(f"note {number}")
        clock.advance(10)
    assert recipients(help_desk.sent()) == [ANNA] * 3 + [CARL] * 3
    assert len(held_back(help_desk)) == 2
    assert "within an hour, 3 mails about this record went there" in held_back(help_desk)[0]
    clock.advance(3600)
    help_desk.notes("an hour later")
    assert recipients(help_desk.sent()) == [ANNA] * 4 + [CARL] * 4


@pytest.mark.covers("MSG-08")
def test_mails_of_one_transaction_count_for_each_other(desk: Desk) -> None:
    help_desk = desk(loop_protection=LoopProtection(mails_to_recipient_about_record=3))
    help_desk.does(*[AddNote(TICKET, Note(NoteKind.NOTE, "ada", f"note {number}")) for number in range(50)])
    assert recipients(help_desk.sent()) == [ANNA] * 3 + [CARL] * 3
    assert len(held_back(help_desk)) == 2


@pytest.mark.covers("MSG-08")
def test_the_limit_of_a_recipient_counts_the_mail_about_all_records(desk: Desk) -> None:
    help_desk = desk(loop_protection=LoopProtection(mails_to_recipient=2))
    help_desk.receives(raw_message(2, subject="Second"))
    for number in (1, 2):
        help_desk.does(AddNote(RecordRef(Module.TICKET, number), Note(NoteKind.NOTE, "ada", "x")))
        help_desk.does(AddNote(RecordRef(Module.TICKET, number), Note(NoteKind.NOTE, "ada", "y")))
    assert recipients(help_desk.sent()).count(ANNA) == 2
    assert held_back(help_desk) == []
    assert len([each for each in help_desk.told(2) if HELD_BACK in each]) == 1


@pytest.mark.covers("MSG-08", "RUN-07")
def test_a_busy_hour_beyond_the_limits_costs_no_statement_for_each_ticket(database: Database, statements: Statements) -> None:
    new = Notification(
        name="New", template="New ticket (to technicians)", recipients=Recipients(all_technicians=True), enabled=True
    )
    help_desk = HelpDesk(database, reaction_settings(new, loop_protection=LoopProtection(mails_to_recipient=1)))

    def cost(numbers: range) -> int:
        before = statements.number
        help_desk.receives(*[raw_message(each, sender=f"p{each}@contoso.example") for each in numbers])
        return statements.number - before

    cost(range(1, 3))
    assert cost(range(20, 60)) <= cost(range(10, 13))
    assert recipients(help_desk.sent()) == [ADA, CARL]
    assert len([each for each in help_desk.told(20) if HELD_BACK in each]) == 2


@pytest.mark.covers("MSG-08")
def test_after_many_mails_in_a_day_mail_from_outside_causes_no_further_one(desk: Desk, clock: ManualClock) -> None:
    """What a technician does is told all the same: nobody answers to that in a loop."""
    confirm = Notification(
        name="Received",
        event="created",
        template="Ticket received (to the requestor)",
        recipients=Recipients(requestor=True),
        enabled=True,
    )
    help_desk = desk(notifications=(confirm,), loop_protection=LoopProtection(answers_in_a_day=7))
    for number in range(2, 15):
        help_desk.receives(raw_message(number, subject=f"Case {number}", text=f"Number {number}"))
        clock.advance(30 * 60)
    assert recipients(help_desk.sent()) == [ANNA] * 7
    assert "within a day, 7 mails went there" in " ".join(help_desk.told(9))
    new = CreateRecord(Placeholder("x"), Module.TICKET, "By phone", Priority.LOW, TicketSource.EMAIL, requestor=1)
    help_desk.does(new)
    assert help_desk.sent()[-1].subject.endswith("By phone")


# ---------------------------------------------------------------- later


def schedule(**fields: Any) -> NotificationSchedule:
    return NotificationSchedule(**{"name": "Technicians", "enabled": True, **fields})


NIGHT = QuietHours(begins="08:00", ends="18:00")
"""`BEGINNING` is 09:00 UTC."""


@pytest.mark.covers("NOT-01")
@pytest.mark.parametrize(
    ("fields", "waiting"),
    [
        ({}, [CARL]),
        ({"whose": "requestors"}, [ANNA]),
        ({"whose": "addresses", "addresses": ["Anna@CONTOSO.example"]}, [ANNA]),
        ({"quiet_hours": QuietHours(begins="18:00", ends="08:00")}, []),
    ],
)
def test_in_quiet_hours_mail_waits_for_those_whose_hours_they_are(desk: Desk, fields: dict[str, Any], waiting: list[str]) -> None:
    help_desk = desk(schedules=(schedule(**{"quiet_hours": NIGHT, **fields}),))
    help_desk.notes("x")
    times = {each.to: each.not_before for each in help_desk.sent()}
    assert times == {each: BEGINNING.replace(hour=18) if each in waiting else BEGINNING for each in (ANNA, CARL)}


@pytest.mark.covers("NOT-01")
def test_the_first_schedule_that_names_a_recipient_counts(desk: Desk) -> None:
    own = schedule(name="Carl", whose="addresses", addresses=[CARL])
    help_desk = desk(schedules=(own, schedule(quiet_hours=NIGHT)))
    help_desk.notes("x")
    assert {each.not_before for each in help_desk.sent()} == {BEGINNING}


@pytest.mark.covers("NOT-01")
@pytest.mark.parametrize(("at_once", "expected"), [(True, BEGINNING), (False, BEGINNING.replace(hour=18))])
def test_what_is_urgent_does_not_wait_unless_it_shall(desk: Desk, at_once: bool, expected: datetime) -> None:
    help_desk = desk(schedules=(schedule(quiet_hours=NIGHT, urgent_at_once=at_once),))
    help_desk.does(ChangeFields(TICKET, priority=Priority.URGENT))
    help_desk.notes("x")
    assert {each.to: each.not_before for each in help_desk.sent()}[CARL] == expected


@pytest.mark.covers("NOT-01")
def test_a_digest_collects_what_comes_until_its_time(desk: Desk, clock: ManualClock) -> None:
    help_desk = desk(schedules=(schedule(digest="hourly"),))
    for minutes in (20, 30, 20):
        clock.advance(minutes * 60)
        help_desk.notes("x")
    to_carl = [(each.not_before - BEGINNING, each.digest) for each in help_desk.sent() if each.to == CARL]
    assert [at for at, _ in to_carl] == [timedelta(hours=1), timedelta(hours=1), timedelta(hours=2)]
    keys = [key for _, key in to_carl]
    assert keys[0] is not None and keys[0] == keys[1] != keys[2]
    assert all(each.digest is None for each in help_desk.sent() if each.to == ANNA)


@pytest.mark.covers("NOT-01", "MSG-08")
def test_a_digest_has_all_that_happened_however_few_mails_are_allowed(desk: Desk) -> None:
    """Ten notes on one record in a busy hour are one mail to Carl: nothing may be missing in it."""
    limits = LoopProtection(mails_to_recipient_about_record=3, mails_to_recipient=3)
    help_desk = desk(schedules=(schedule(digest="hourly"),), loop_protection=limits)
    for number in range(10):
        help_desk.notes(f"note {number}")
    assert recipients(help_desk.sent()) == [ANNA] * 3 + [CARL] * 10
    assert len(held_back(help_desk)) == 1, "about Anna, who gets each by itself"


@pytest.mark.covers("NOT-01")
def test_a_digest_that_falls_into_quiet_hours_is_sent_when_they_end(desk: Desk) -> None:
    noon = Schedule(repeat="daily", time="12:00")
    help_desk = desk(schedules=(schedule(digest="by_schedule", digest_schedule=noon, quiet_hours=NIGHT),))
    help_desk.notes("x")
    [to_carl] = [each for each in help_desk.sent() if each.to == CARL]
    assert (to_carl.not_before, to_carl.digest is not None) == (BEGINNING.replace(hour=18), True)


# ---------------------------------------------------------------- the digest itself


@pytest.mark.covers("NOT-01", "MSG-02")
def test_a_digest_names_each_record_and_no_answer_to_it_lands_on_one(desk: Desk) -> None:
    help_desk = desk(schedules=(schedule(digest="hourly"),))
    help_desk.notes("We look into it.")
    help_desk.does(Close(TICKET))
    held = [
        HeldMail("1@example.com", "[Ticket - 1] Printer", "We look into it.", TICKET, BEGINNING),
        HeldMail("2@example.com", "Second", "It is done.", RecordRef(Module.TICKET, 2), BEGINNING),
        HeldMail("3@example.com", "Email processing has stopped: Support", "No mail.", None, BEGINNING),
    ]
    sender: dict[str, Any] = {"from_name": "Help [Ticket - 1]", "from_address": SUPPORT}
    composed = digest_mail(held, to=CARL, at=BEGINNING, **sender)
    assert composed.message_id == digest_mail(held, to=CARL, at=BEGINNING, **sender).message_id
    assert composed.unique_key != digest_mail(held[:2], to=CARL, at=BEGINNING, **sender).unique_key
    mail = parse(composed.content)
    assert mail.subject == "3 notifications from Help"
    assert find_keywords(mail.subject, "") == ()
    assert (mail.in_reply_to, mail.references) == ((), ())
    assert mail.automatic is not None
    for words in ("1. [Ticket - 1] Printer", "2. Second [Ticket - 2]", "3. Email processing", "It is done.", "09:00 (UTC)"):
        assert words in mail.text
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    answer = raw_message(7, sender=CARL, subject=f"Re: {mail.subject}", text=f"Thank you.\n\n{quoted}\n")
    [change] = help_desk.receives(answer)
    assert change.delivery is not None and change.delivery.record not in (TICKET, RecordRef(Module.TICKET, 2))


@pytest.mark.covers("NOT-01")
def test_a_mail_of_the_outbox_is_read_back_for_a_digest(database: Database, desk: Desk) -> None:
    help_desk = desk()
    help_desk.notes("Grüße,\nwe look into it.")
    with database.reading() as transaction:
        content = bytes(transaction.session.connection().exec_driver_sql("SELECT content FROM outbox").scalars().all()[0])
    held = held_mail(content, TICKET, datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert held.subject == "[Ticket - 1] Printer is broken"
    assert "Grüße,\nwe look into it." in held.text
