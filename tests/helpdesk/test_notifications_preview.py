"""What the page shows of a notification before it is turned on (NOT-01)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clock import BEGINNING
from tests.helpdesk.help_desk import ADA, ANNA, CARL, SUPPORT, TICKET, HelpDesk, reaction_settings
from trackit_console.domain.records import Module, RecordRef
from trackit_console.helpdesk.notifications.preview import Preview, occurrence_on, preview
from trackit_console.settings.default_notification_templates import NOTE_ADDED
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.recipients import Recipients
from trackit_console.store.database import Database
from trackit_console.store.record_reader import RecordReader

pytestmark = pytest.mark.covers("NOT-01")
ALL = Recipients(requestor=True, technician=True, all_technicians=True, addresses=[SUPPORT])


@pytest.fixture
def desk(database: Database) -> HelpDesk:
    """A ticket of Anna's with a note, and one that is private."""
    made = HelpDesk(database, reaction_settings())
    made.has_ticket()
    made.notes("We look into it.")
    return made


def previewed(desk: HelpDesk, template: NotificationTemplate = NOTE_ADDED, notification: bool = True, **changes: Any) -> Preview:
    told = Notification(name="Told", event="note_added", template=template.name, recipients=ALL)
    with desk.database.reading() as transaction:
        read = RecordReader(transaction.session.connection(), transaction.now)
        occurrence = occurrence_on(TICKET, "note_added", read)
        assert occurrence is not None
        return preview(template, told if notification else None, occurrence, reaction_settings(**changes), read)


def test_a_preview_shows_the_mail_and_who_gets_it_or_why_not(desk: HelpDesk) -> None:
    filters = Filters(sender=[FilterRule(text=ADA, direction="sending")])
    shown = previewed(desk, filters=filters)
    assert (shown.subject, shown.why_nobody) == ("[Ticket - 1] Printer is broken", None)
    assert "We look into it." in shown.text
    assert "We look into it." in shown.html
    why = {each.address: str(each.why_not) if each.why_not else None for each in shown.recipients}
    assert why == {
        ANNA: None,
        CARL: None,
        ADA: "“Told” was not sent to ada@example.com: sender rule “ada@example.com” matches the recipient.",
        SUPPORT: "support@example.com is an address of the help desk itself.",
    }
    assert desk.sent() == []


def test_a_private_note_is_shown_in_the_mail_of_technicians_alone(desk: HelpDesk) -> None:
    desk.notes("The customer is wrong.", private=True)
    shown = previewed(desk)
    assert "The customer is wrong." not in shown.text
    mails = {each.address: each.mail.text for each in shown.recipients if each.why_not is None}
    assert list(mails) == [CARL, ADA]
    assert all("The customer is wrong." in each for each in mails.values())


def test_a_template_alone_is_shown_without_recipients(desk: HelpDesk) -> None:
    shown = previewed(desk, NotificationTemplate(name="New", subject="{subject}", text="{history}"), notification=False)
    assert (shown.subject, shown.recipients) == ("Printer is broken [Ticket - 1]", ())
    assert "We look into it." in shown.text


def test_a_preview_says_that_there_is_no_from_address_and_when_mail_waits(desk: HelpDesk) -> None:
    collected = NotificationSchedule(name="Hourly", enabled=True, digest="hourly")
    shown = previewed(desk, from_address=None, schedules=(collected,))
    assert "outgoing email has no From Address" in str(shown.why_nobody)
    times = {each.address: (each.not_before, each.in_digest) for each in shown.recipients}
    assert times[CARL] == (BEGINNING.replace(hour=10), True)
    assert times[ANNA] == (None, False)


def test_a_record_that_does_not_exist_has_no_preview(desk: HelpDesk) -> None:
    with desk.database.reading() as transaction:
        read = RecordReader(transaction.session.connection(), transaction.now)
        assert occurrence_on(RecordRef(Module.TICKET, 99), "closed", read) is None
