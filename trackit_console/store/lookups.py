"""Answers what a decision must know of the database, and locks the records that it rests on (MSG-02, MSG-03, MSG-05).

SQL Server reads committed rows without keeping them: a record could be closed between the decision and the write. So
records are read with an update lock there, in the order of their ids; on SQLite the one writer has the database anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, literal_column, null, or_, select

from trackit_console.domain.directory import Directory, LookupRequest, name_key
from trackit_console.domain.records import Module, NoteKind, Person, Record, RecordRef, Status
from trackit_console.store.column_types import key_of
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import (
    ActivityRow,
    DeliveryRow,
    NoteRow,
    OutboxRow,
    RecordRow,
    RequestorRow,
    TechnicianAddressRow,
    TechnicianRow,
    UndeliverableAddressRow,
)

LOCK = "WITH (UPDLOCK, ROWLOCK)"


def look_up(connection: Connection, request: LookupRequest) -> Directory:
    """What is known of everything in `request`; the records in it are locked until the transaction ends."""
    by_message_id = _ids_by_message_id(connection, request.message_ids)
    wanted = {ref.id for ref in request.records if ref.module is not Module.REQUESTOR}
    # All of them by one ordered read: two transactions that locked them one after another could wait for each other.
    locked = _locked(connection, wanted | {record_id for record_id, _ in by_message_id.values() if record_id})
    answered = {RecordRef(Module.REQUESTOR, number) for _, number in by_message_id.values() if number}
    people = _requestors_as_records(connection, {*request.records, *answered})
    records = _named(request.records, locked) | people
    requestors, undeliverable = _requestors_and_marks(connection, request.addresses)
    return Directory(
        technicians=_technicians(connection, request.addresses),
        requestors=requestors,
        undeliverable=undeliverable,
        records=records,
        by_message_id={
            message_id: record
            for message_id, (record_id, requestor_id) in by_message_id.items()
            if (record := locked.get(record_id or 0) or people.get(RecordRef(Module.REQUESTOR, requestor_id or 0)))
        },
        copies=_copies(connection, request.copy_keys),
        participants=read_participants(connection, records),
        technicians_by_name=_technicians_by_name(connection, request.technician_names),
    )


def people_by_address(connection: Connection, addresses: Collection[str]) -> tuple[dict[str, Person], dict[str, Person]]:
    """The technicians and the requestors with these keys of addresses."""
    return _technicians(connection, addresses), _requestors(connection, addresses)


def read_records(connection: Connection, refs: Collection[RecordRef]) -> dict[RecordRef, Record]:
    """The records as they are now, locked until the transaction ends; those that do not exist are left out."""
    locked = _locked(connection, {ref.id for ref in refs if ref.module is not Module.REQUESTOR})
    return _named(refs, locked) | _requestors_as_records(connection, refs)


def _locked(connection: Connection, ids: Collection[int]) -> dict[int, Record]:
    asked = select(*(getattr(RecordRow, name) for name in _COLUMNS)).with_hint(RecordRow, LOCK, "mssql").order_by(RecordRow.id)
    return {
        row.id: _record(row) for part in in_parts(sorted(ids)) for row in connection.execute(asked.where(RecordRow.id.in_(part)))
    }


_COLUMNS = ("module", "id", "status", "closed_at", "technician_id", "requestor_id", "template")


def _named(refs: Collection[RecordRef], locked: Mapping[int, Record]) -> dict[RecordRef, Record]:
    """By module and id: a keyword that names the number of a record of another module names none."""
    return {ref: locked[ref.id] for ref in refs if ref.id in locked and locked[ref.id].ref == ref}


def _requestors_as_records(connection: Connection, refs: Collection[RecordRef]) -> dict[RecordRef, Record]:
    ids = sorted({ref.id for ref in refs if ref.module is Module.REQUESTOR})
    found: dict[RecordRef, Record] = {}
    for part in in_parts(ids):
        for number in connection.scalars(select(RequestorRow.id).where(RequestorRow.id.in_(part))):
            ref = RecordRef(Module.REQUESTOR, number)
            found[ref] = Record(ref, Status.OPEN, requestor_id=number)
    return found


def _technicians(connection: Connection, addresses: Collection[str]) -> dict[str, Person]:
    asked = select(TechnicianAddressRow.address, TechnicianRow.id, TechnicianRow.name, TechnicianRow.email).join(
        TechnicianRow, TechnicianRow.id == TechnicianAddressRow.technician_id
    )
    rows = (
        row for part in in_parts(addresses) for row in connection.execute(asked.where(TechnicianAddressRow.address.in_(part)))
    )
    return _people(rows)


def _technicians_by_name(connection: Connection, names: Collection[str]) -> dict[str, tuple[Person, ...]]:
    """Compared here and not by the database: what SQLite and SQL Server take for the same letter differs."""
    found: dict[str, tuple[Person, ...]] = {}
    asked = select(TechnicianRow.id, TechnicianRow.name, TechnicianRow.email).order_by(TechnicianRow.id)
    for row in connection.execute(asked) if names else ():
        if (key := name_key(row.name)) in names:
            found[key] = (*found.get(key, ()), Person(row.id, row.name, row.email))
    return found


def _requestors(connection: Connection, addresses: Collection[str]) -> dict[str, Person]:
    asked = select(RequestorRow.address, RequestorRow.id, RequestorRow.name, RequestorRow.email)
    return _people(row for part in in_parts(addresses) for row in connection.execute(asked.where(RequestorRow.address.in_(part))))


def _requestors_and_marks(connection: Connection, addresses: Collection[str]) -> tuple[dict[str, Person], frozenset[str]]:
    """Requestors, and the addresses from which mail of ours came back: one statement, since every batch asks for both."""
    requestors, marked = [], set()
    people = select(RequestorRow.address, RequestorRow.id, RequestorRow.name, RequestorRow.email)
    marks: Any = select(UndeliverableAddressRow.address, null(), literal_column("''"), literal_column("''"))
    for part in in_parts(addresses):
        both = people.where(RequestorRow.address.in_(part)).union_all(marks.where(UndeliverableAddressRow.address.in_(part)))
        for row in connection.execute(both):
            if row.id is None:
                marked.add(row.address)
            else:
                requestors.append(row)
    return _people(requestors), frozenset(marked)


def _people(rows: Iterable[Any]) -> dict[str, Person]:
    return {row.address: Person(row.id, row.name, row.email) for row in rows}


def read_participants(
    connection: Connection, refs: Collection[RecordRef], *, told: bool = True
) -> dict[RecordRef, frozenset[str]]:
    """Who takes part in the mail of each record; of one that is a requestor, nobody but that person.

    Without `told`, those who only got automatic mail of ours are left out.
    """
    by_id = {ref.id: ref for ref in refs if ref.module is not Module.REQUESTOR}
    found: dict[RecordRef, set[str]] = {}
    for part in in_parts(sorted(by_id)):
        asked = select(NoteRow.record_id, NoteRow.participants)
        which: list[ColumnElement[bool]] = [NoteRow.record_id.in_(part), NoteRow.participants.is_not(None)]
        which += [] if told else [NoteRow.kind != NoteKind.EMAIL_SENT.value]
        for row in connection.execute(asked.where(*which)):
            found.setdefault(by_id[row.record_id], set()).update(row.participants.split("\n"))
    return {ref: frozenset(addresses) for ref, addresses in found.items()}


def _ids_by_message_id(connection: Connection, message_ids: Collection[str]) -> dict[str, tuple[int | None, int | None]]:
    """The record or the requestor of each message that we took or sent; of several, the one that had it first."""
    ids = {key_of(each): each for each in message_ids}
    found: dict[str, tuple[int | None, int | None]] = {}
    for part in in_parts(ids):
        for table in (NoteRow, OutboxRow):
            about = or_(table.record_id.is_not(None), table.requestor_id.is_not(None))
            asked = select(table.message_key, table.record_id, table.requestor_id).where(table.message_key.in_(part), about)
            for row in connection.execute(asked.order_by(table.id)):
                found.setdefault(ids[row.message_key], (row.record_id, row.requestor_id))
    return found


def _copies(connection: Connection, copy_keys: Collection[str]) -> dict[str, RecordRef | None]:
    """The record of each message that was taken already; None where it was deleted since, or by that very message."""
    columns = (DeliveryRow.copy_key, DeliveryRow.id, ActivityRow.delivery_id, ActivityRow.module, ActivityRow.record_id)
    requestor = and_(RequestorRow.id == ActivityRow.record_id, ActivityRow.module == Module.REQUESTOR.value)
    asked = (
        select(*columns, RecordRow.id, RequestorRow.id)
        .outerjoin(ActivityRow, ActivityRow.delivery_id == DeliveryRow.id)
        .outerjoin(RecordRow, and_(RecordRow.id == ActivityRow.record_id, RecordRow.module == ActivityRow.module))
        .outerjoin(RequestorRow, requestor)
    )
    found: dict[str, RecordRef | None] = {}
    without_activity: dict[int, str] = {}
    for part in in_parts(copy_keys):
        for copy_key, number, activity, module, about, record, person in connection.execute(
            asked.where(DeliveryRow.copy_key.in_(part))
        ):
            if copy_key:
                found[copy_key] = RecordRef(Module(module), about) if module and about and (record or person) else None
            if copy_key and activity is None:
                without_activity[number] = copy_key
    return found | _noted_copies(connection, without_activity)


def _noted_copies(connection: Connection, copy_keys: Mapping[int, str]) -> dict[str, RecordRef]:
    """By delivery, where the activity was too old to keep: the note that the message became tells its record."""
    asked = select(NoteRow.delivery_id, NoteRow.record_id, NoteRow.requestor_id, RecordRow.module)
    asked = asked.outerjoin(RecordRow, RecordRow.id == NoteRow.record_id).order_by(NoteRow.id.desc())
    found: dict[str, RecordRef] = {}
    for part in in_parts(sorted(copy_keys)):
        for row in connection.execute(asked.where(NoteRow.delivery_id.in_(part))):
            about = RecordRef(Module(row.module), row.record_id) if row.module else None
            if about is None and row.requestor_id is not None:
                about = RecordRef(Module.REQUESTOR, row.requestor_id)
            if about is not None:
                found[copy_keys[row.delivery_id]] = about
    return found


def _record(row: Any) -> Record:
    return Record(
        ref=RecordRef(Module(row.module), row.id),
        status=Status(row.status),
        closed_at=row.closed_at,
        technician_id=row.technician_id,
        requestor_id=row.requestor_id,
        template=row.template,
    )
