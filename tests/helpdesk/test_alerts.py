"""One ticket an outage of a mailbox, and a note when it is over (MON-03, MON-04)."""

from __future__ import annotations

from typing import Any

import pytest

from trackit_console.domain.effects import AddNote, Announce, Change, CreateRecord
from trackit_console.domain.events import EventKind
from trackit_console.domain.records import AppliedReason, Module, Priority, RecordRef, TicketSource
from trackit_console.helpdesk.alerts import Outage, alert, recovery
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.people_checks import by_template_key
from trackit_console.transports.errors import SignInRefused

ERROR = AppliedReason("transports.wrong_password", {"server": "mail.example.com", "account": "support"})
WANTED = MonitorSettings(create_ticket_on_authentication_failure=True, ticket_template="Mail failure")
TEMPLATES = by_template_key([TicketTemplate(name="Mail failure", subject="Email is down", priority="Urgent")])
TICKET = RecordRef(Module.TICKET, 9)


def outage(failures: int, ticket: RecordRef | None = None, error: AppliedReason | None = ERROR) -> Outage:
    return Outage(7, "Support", failures, ticket, error)


def made(change: Change | None, kind: type[Any]) -> Any:
    return next((each for each in change.effects if isinstance(each, kind)), None) if change else None


@pytest.mark.covers("MON-03", "MON-04")
@pytest.mark.parametrize(
    ("failures", "ticket", "wanted", "expected"),
    [
        pytest.param(1, None, True, False, id="first"),
        pytest.param(2, None, True, False, id="second"),
        pytest.param(3, None, True, True, id="third"),
        pytest.param(4, None, True, True, id="later, as when the ticket was turned on meanwhile"),
        pytest.param(4, TICKET, True, False, id="told already"),
        pytest.param(3, None, False, False, id="not wanted"),
    ],
)
def test_when_a_ticket_is_made(failures: int, ticket: RecordRef | None, wanted: bool, expected: bool) -> None:
    settings = WANTED if wanted else MonitorSettings()
    assert (made(alert(outage(failures, ticket), settings, TEMPLATES), CreateRecord) is not None) is expected


@pytest.mark.covers("MON-04")
@pytest.mark.parametrize("written", ["Mail failure", "mail FAILURE"])
def test_the_ticket_comes_from_the_template_and_says_what_failed(written: str) -> None:
    change = alert(outage(3), WANTED.model_copy(update={"ticket_template": written}), TEMPLATES)
    ticket, note = made(change, CreateRecord), made(change, AddNote)
    assert ticket.template == "Mail failure"
    assert (ticket.subject, ticket.priority, ticket.source) == ("Email is down", Priority.URGENT, TicketSource.EMAIL_MONITOR)
    [why] = note.note.reasons
    assert str(reason_phrase(why)) == (
        "Email processing of mailbox Support has stopped: the sign-in failed 3 times in a row. "
        + str(SignInRefused(server="mail.example.com", account="support").message)
    )
    assert made(change, Announce).event.kind is EventKind.PROCESSING_STOPPED


@pytest.mark.covers("MON-04")
def test_a_template_that_was_deleted_since_gives_default_values() -> None:
    ticket = made(alert(outage(3), WANTED, {}), CreateRecord)
    assert (ticket.subject, ticket.priority) == ("Email processing has stopped: Support", Priority.MEDIUM)
    assert ticket.template is None


@pytest.mark.covers("MON-04")
def test_recovery_is_noted_on_the_ticket_of_the_outage_alone() -> None:
    change = recovery(outage(0, TICKET, None))
    note = made(change, AddNote)
    assert note.record == TICKET
    assert str(reason_phrase(note.note.reasons[0])) == "Email processing of mailbox Support works again."
    assert recovery(outage(2, None, None)) is None
    assert made(recovery(outage(3, None, None)), Announce).event.kind is EventKind.PROCESSING_RESUMED
