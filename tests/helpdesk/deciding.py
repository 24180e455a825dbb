"""What tests of decisions share: people, records and settings, and a message from which a change follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from tests.message_factory import raw_message
from tests.settings.samples import imap
from trackit_console.domain.deliveries import Delivery, MessageRef, Outcome
from trackit_console.domain.directory import Directory
from trackit_console.domain.effects import AddNote, Change
from trackit_console.domain.records import Module, Note, Person, Record, RecordRef, Status
from trackit_console.helpdesk.arrivals import arrived, identified
from trackit_console.helpdesk.intake import decide
from trackit_console.helpdesk.policy import Policy
from trackit_console.helpdesk.reasons import reason_phrase
from trackit_console.mail import parse
from trackit_console.settings.default_file_types import DEFAULT_RESTRICTED_FILE_TYPES
from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.filters import Filters
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.tiles import EmailSettings

E = TypeVar("E")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANNA = Person(1, "Anna Berg", "anna@contoso.example")
CARL = Person(7, "Carl Okafor", "carl@contoso.example")


def record(number: int, closed_days_ago: int | None = None, technician_id: int | None = None) -> Record:
    """A ticket of Anna's, open or closed so many days ago."""
    ref = RecordRef(Module.TICKET, number)
    if closed_days_ago is None:
        return Record(ref, Status.OPEN, technician_id=technician_id, requestor_id=ANNA.id)
    return Record(ref, Status.CLOSED, NOW - timedelta(days=closed_days_ago), technician_id, requestor_id=ANNA.id)


OPEN, CLOSED, LONG_CLOSED = record(12, technician_id=8), record(13, 3), record(14, 15)
DIRECTORY = Directory(
    technicians={"carl@contoso.example": CARL},
    requestors={"anna@contoso.example": ANNA},
    records={each.ref: each for each in (OPEN, CLOSED, LONG_CLOSED)},
    by_message_id={"first@contoso.example": OPEN},
)


def policy(**changes: Any) -> Policy:
    monitor = MonitorSettings(**{name: value for name, value in changes.items() if name in MonitorSettings.model_fields})
    protection = LoopProtection(**{name: value for name, value in changes.items() if name in LoopProtection.model_fields})
    filters = Filters(**{name: value for name, value in changes.items() if name in Filters.model_fields})
    templates = [TicketTemplate(name="Default"), TicketTemplate(name="Facilities", subject="Facilities", priority="High")]
    settings = EmailSettings(
        mailboxes=[imap(user_account_name="support@example.com")],
        monitor=monitor,
        filters=filters,
        loop_protection=protection,
        email_commands=changes.get("email_commands", EmailCommands()),
        restricted_file_types=DEFAULT_RESTRICTED_FILE_TYPES,
        ticket_templates=templates,
    )
    return Policy.of(settings)


def came(raw: bytes) -> Delivery:
    return arrived(MessageRef("1 INBOX", "5"), raw, NOW)


def decided(template: str | None = None, rules: Policy | None = None, directory: Directory = DIRECTORY, **message: Any) -> Change:
    raw = raw_message(**message)
    read = parse(raw)
    return decide(read, identified(came(raw), read, template), directory, rules or policy(), template, NOW)


def outcome(change: Change) -> Outcome:
    assert change.delivery is not None
    return change.delivery.outcome


def effect(change: Change, kind: type[E]) -> E | None:
    """The first effect of this kind."""
    return next((each for each in change.effects if isinstance(each, kind)), None)


def email_note(change: Change) -> Note:
    """The note of the message itself."""
    added = effect(change, AddNote)
    assert added is not None
    return added.note


def told(change: Change) -> list[str]:
    """What system notes tell, in English."""
    return [str(reason_phrase(why)) for each in change.effects if isinstance(each, AddNote) for why in each.note.reasons]


def codes(change: Change) -> list[str]:
    assert change.delivery is not None
    return [each.code for each in change.delivery.reasons]
