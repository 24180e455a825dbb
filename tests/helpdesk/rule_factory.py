"""Business rules, occurrences and records as tests of rules need them, and what a database would answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from tests.clock import BEGINNING
from trackit_console.domain.addresses import address_key
from trackit_console.domain.effects import Effect, MailKind, SendMail
from trackit_console.domain.events import ReceivedMail, SentMail
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import (
    KeptNote,
    Module,
    Note,
    NoteKind,
    Person,
    Priority,
    Record,
    RecordDetails,
    RecordRef,
    Status,
    TicketSource,
)
from trackit_console.helpdesk.business_rules.acting import Tools
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.recipients import Recipients

TICKET = RecordRef(Module.TICKET, 12)
ADA = Person(1, "Ada Byron", "ada@example.com")
BO = Person(2, "Bo", "bo@example.com")


def rule(name: str = "A rule", **fields: Any) -> BusinessRule:
    """An enabled rule that adds a note, unless `fields` say otherwise."""
    usual: dict[str, Any] = {"enabled": True, "actions": [{"type": "add_note", "text": f"by {name}"}]}
    return BusinessRule.model_validate({**usual, "name": name, **fields})


def when(field_name: str, operator: str, value: str = "") -> dict[str, str]:
    """A condition."""
    return {"field": field_name, "operator": operator, "value": value}


def details(ref: RecordRef = TICKET, **fields: Any) -> RecordDetails:
    """A record of Bo, open and of medium priority; `status` and `template` too are fields."""
    record = Record(ref, fields.pop("status", Status.OPEN), requestor_id=BO.id, template=fields.pop("template", None))
    usual: dict[str, Any] = {"requestor": BO, "priority": Priority.MEDIUM, "source": TicketSource.EMAIL}
    return RecordDetails(
        record, fields.pop("subject", "Printer"), created_at=BEGINNING, updated_at=BEGINNING, **{**usual, **fields}
    )


def kept_note(text: str = "It smokes.", **fields: Any) -> KeptNote:
    """A note from mail."""
    usual: dict[str, Any] = {"delivery_id": 5, "sender": BO.email}
    at = fields.pop("at", BEGINNING)
    return KeptNote(7, TICKET, at, Note(fields.pop("kind", NoteKind.EMAIL_RECEIVED), "Bo", text), **{**usual, **fields})


def occurrence(event: Any = "created", **fields: Any) -> Occurrence:
    """A ticket from Bo's mail."""
    usual: dict[str, Any] = {
        "details": details(),
        "note": kept_note(),
        "received": ReceivedMail("Bo <bo@example.com>", BO.email, "Printer", "<1@example.com>", "Support"),
        "sender": BO,
        "sender_role": "requestor",
        "sender_key": BO.email,
        "mailbox": "Support",
    }
    return Occurrence(event, "key.0", BEGINNING, **{**usual, **fields})


@dataclass
class KnownRecords:
    """A `Reader` of what a test says there is."""

    known: dict[RecordRef, RecordDetails] = field(default_factory=dict)
    links: Sequence[RecordRef] = ()
    people: Sequence[Person] = (ADA,)

    @property
    def now(self) -> datetime:
        return BEGINNING

    def new_key(self) -> str:
        return uuid4().hex

    def records(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Record]:
        return {ref: self.known[ref].record for ref in refs if ref in self.known}

    def details(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, RecordDetails]:
        return {ref: self.known[ref] for ref in refs if ref in self.known}

    def notes(self, ids: Collection[int]) -> Mapping[int, KeptNote]:
        return {}

    def history(self, record: RecordRef, limit: int) -> Sequence[KeptNote]:
        return ()

    def linked(self, record: RecordRef) -> Sequence[RecordRef]:
        return self.links

    def received(self, delivery_ids: Collection[int]) -> Mapping[int, ReceivedMail]:
        return {}

    def mailbox_title(self, mailbox_id: int) -> str | None:
        return None

    def technicians(self) -> Sequence[Person]:
        return self.people

    def known_people(self, addresses: Collection[str]) -> tuple[Mapping[str, Person], Mapping[str, Person]]:
        return {address_key(each.email): each for each in self.people if address_key(each.email) in addresses}, {}

    def sent_lately(self, recipients: Collection[str], since: datetime) -> SentMail:
        return SentMail({}, {})

    def undeliverable(self, addresses: Collection[str]) -> Mapping[str, str]:
        return {}


def send(occurrence: Occurrence, template: str, recipients: Recipients, *, by: str, key: str, read: Reader) -> Sequence[Effect]:
    """One mail to the fixed addresses, named after the template."""
    record = occurrence.details.ref if occurrence.details else None
    return [
        SendMail(MailKind.NOTIFICATION, (each,), template, f"<{key}@x>", b"raw", f"{key} {each}", record, by=by)
        for each in recipients.addresses
    ]


def render(template: str, occurrence: Occurrence, read: Reader, *, rule: str, line: bool = False, private: bool = False) -> str:
    """Fills two tokens."""
    subject = occurrence.details.subject if occurrence.details else ""
    return template.replace("{subject}", subject).replace("{rule}", rule)


TOOLS = Tools(send, render)
