"""What listeners may ask of the database, within the transaction of the events that they hear of (`domain.listeners.Reader`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, select, union

from trackit_console.domain.events import ReceivedMail, SentMail
from trackit_console.domain.reason_json import reasons_from_json
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
from trackit_console.store.lookups import read_records
from trackit_console.store.message_lookups import read_participants
from trackit_console.store.people_lookups import ASSIGNABLE_TECHNICIANS, people_by_address
from trackit_console.store.record_row_mapping import NOTE_ORDER, service_level_of
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import (
    ActivityRow,
    MailboxRow,
    NoteRow,
    OutboxRow,
    RecordLinkRow,
    RecordRow,
    RequestorRow,
    TechnicianRow,
    UndeliverableAddressRow,
)


class RecordReader:
    """Implements `domain.listeners.Reader` on one connection."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    @property
    def now(self) -> datetime:
        return self._now

    def new_key(self) -> str:
        return uuid4().hex

    def records(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Record]:
        return read_records(self._connection, refs)

    def details(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, RecordDetails]:
        return self._records_with_people(refs) | self._requestors(refs)

    def _records_with_people(self, refs: Collection[RecordRef]) -> dict[RecordRef, RecordDetails]:
        wanted = {ref.id for ref in refs if ref.module is not Module.REQUESTOR}
        people = (RequestorRow.name.label("requestor"), RequestorRow.email.label("requestor_email"))
        technician = (TechnicianRow.name.label("technician"), TechnicianRow.email.label("technician_email"))
        asked = (
            select(RecordRow.__table__, *people, *technician)
            .outerjoin(RequestorRow, RequestorRow.id == RecordRow.requestor_id)
            .outerjoin(TechnicianRow, TechnicianRow.id == RecordRow.technician_id)
        )
        rows = [row for part in in_parts(sorted(wanted)) for row in self._connection.execute(asked.where(RecordRow.id.in_(part)))]
        found = {RecordRef(Module(row.module), row.id): row for row in rows}
        participants = read_participants(self._connection, found.keys(), told=False)
        return {ref: _details(ref, row, participants.get(ref, frozenset())) for ref, row in found.items() if ref in refs}

    def _requestors(self, refs: Collection[RecordRef]) -> dict[RecordRef, RecordDetails]:
        ids = sorted({ref.id for ref in refs if ref.module is Module.REQUESTOR})
        asked = select(RequestorRow)
        found: dict[RecordRef, RecordDetails] = {}
        for part in in_parts(ids):
            for row in self._connection.execute(asked.where(RequestorRow.id.in_(part))).mappings():
                ref, person = RecordRef(Module.REQUESTOR, row["id"]), Person(row["id"], row["name"], row["email"])
                record = Record(ref, Status.OPEN, requestor_id=person.id)
                found[ref] = RecordDetails(
                    record, person.name, None, None, row["created_at"], row["created_at"], requestor=person
                )
        return found

    def notes(self, ids: Collection[int]) -> Mapping[int, KeptNote]:
        asked = _notes()
        return {
            row.id: _note(row)
            for part in in_parts(sorted(ids))
            for row in self._connection.execute(asked.where(NoteRow.id.in_(part)))
        }

    def history(self, record: RecordRef, limit: int) -> Sequence[KeptNote]:
        about = NoteRow.requestor_id if record.module is Module.REQUESTOR else NoteRow.record_id
        asked = _notes().where(about == record.id).order_by(*(each.desc() for each in NOTE_ORDER)).limit(limit)
        return [_note(row) for row in self._connection.execute(asked)]

    def linked(self, record: RecordRef) -> Sequence[RecordRef]:
        if record.module is Module.REQUESTOR:  # links are between numbered records
            return []
        to_other = select(RecordLinkRow.other_id).where(RecordLinkRow.record_id == record.id)
        from_other = select(RecordLinkRow.record_id).where(RecordLinkRow.other_id == record.id)
        asked = select(RecordRow.module, RecordRow.id).where(RecordRow.id.in_(union(to_other, from_other)))
        return [RecordRef(Module(row.module), row.id) for row in self._connection.execute(asked.order_by(RecordRow.id))]

    def received(self, delivery_ids: Collection[int]) -> Mapping[int, ReceivedMail]:
        names = ("delivery_id", "sender", "sender_key", "subject", "message_id")
        asked = select(*(getattr(ActivityRow, name) for name in names), MailboxRow.name.label("mailbox"))
        asked = asked.outerjoin(MailboxRow, MailboxRow.id == ActivityRow.mailbox_id)
        return {
            row.delivery_id: ReceivedMail(row.sender, row.sender_key or "", row.subject, row.message_id, row.mailbox or "")
            for part in in_parts(sorted(delivery_ids))
            for row in self._connection.execute(asked.where(ActivityRow.delivery_id.in_(part)))
        }

    def mailbox_title(self, mailbox_id: int) -> str | None:
        return self._connection.scalar(select(MailboxRow.name).where(MailboxRow.id == mailbox_id))

    def technicians(self) -> Sequence[Person]:
        asked = ASSIGNABLE_TECHNICIANS.order_by(TechnicianRow.id)
        return [Person(row.id, row.name, row.email) for row in self._connection.execute(asked)]

    def known_people(self, addresses: Collection[str]) -> tuple[Mapping[str, Person], Mapping[str, Person]]:
        return people_by_address(self._connection, addresses)

    def sent_lately(self, recipients: Collection[str], since: datetime) -> SentMail:
        counted = (OutboxRow.recipient_key, OutboxRow.record_id, RecordRow.module, func.count().label("mails"))
        asked = (
            select(*counted)
            .outerjoin(RecordRow, RecordRow.id == OutboxRow.record_id)
            # What goes out in a digest is counted as that one mail.
            .where(OutboxRow.created_at >= since, OutboxRow.digest.is_(None))
            .group_by(*counted[:3])
        )
        to_recipient: dict[str, int] = {}
        about_record: dict[tuple[str, RecordRef], int] = {}
        for part in in_parts(sorted(recipients)):
            for row in self._connection.execute(asked.where(OutboxRow.recipient_key.in_(part))):
                to_recipient[row.recipient_key] = to_recipient.get(row.recipient_key, 0) + row.mails
                if row.module:
                    about_record[row.recipient_key, RecordRef(Module(row.module), row.record_id)] = row.mails
        return SentMail(to_recipient, about_record)

    def undeliverable(self, addresses: Collection[str]) -> Mapping[str, str]:
        marks = select(UndeliverableAddressRow.address, UndeliverableAddressRow.reason)
        return {
            row.address: row.reason
            for part in in_parts(sorted(addresses))
            for row in self._connection.execute(marks.where(UndeliverableAddressRow.address.in_(part)))
        }


def _details(ref: RecordRef, row: Any, participants: frozenset[str]) -> RecordDetails:
    requestor = Person(row.requestor_id, row.requestor, row.requestor_email) if row.requestor is not None else None
    technician = Person(row.technician_id, row.technician, row.technician_email) if row.technician is not None else None
    status = Status(row.status)
    return RecordDetails(
        Record(ref, status, row.closed_at, row.technician_id, row.requestor_id, row.template),
        row.subject,
        Priority(row.priority),
        TicketSource(row.source),
        row.created_at,
        row.updated_at,
        row.category,
        row.due_at,
        row.expires_at,
        requestor,
        technician,
        participants,
        service_level_of(row),
    )


def _notes() -> Any:
    asked = select(NoteRow.__table__, RecordRow.module.label("module"), ActivityRow.sender_key.label("sender_key"))
    return asked.outerjoin(RecordRow, RecordRow.id == NoteRow.record_id).outerjoin(
        ActivityRow, ActivityRow.delivery_id == NoteRow.delivery_id
    )


def _note(row: Any) -> KeptNote:
    on_requestor = row.record_id is None
    ref = RecordRef(Module.REQUESTOR, row.requestor_id) if on_requestor else RecordRef(Module(row.module), row.record_id)
    note = Note(
        NoteKind(row.kind),
        row.author,
        row.text,
        row.quoted_text or "",
        row.technician_id,
        row.message_id,
        reasons=reasons_from_json(row.reasons) if row.reasons else (),
        participants=tuple(row.participants.split("\n")) if row.participants else (),
        private=row.private,
    )
    return KeptNote(row.id, ref, row.at, note, row.delivery_id, row.sender_key)
