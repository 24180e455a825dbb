"""Answers what a decision must know of the database, and locks the records that it rests on (MSG-02, MSG-03, MSG-05).

SQL Server reads committed rows without keeping them: a record could be closed between the decision and the write. So
records are read with an update lock there, in the order of their ids; on SQLite the one writer has the database anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from trackit_console.domain.directory import Directory, LookupRequest
from trackit_console.domain.records import Module, Record, RecordRef, Status
from trackit_console.store.message_lookups import ids_by_message_id, read_participants, records_of_copies
from trackit_console.store.people_lookups import requestors_and_marks, technicians_at, technicians_by_name
from trackit_console.store.statements import in_parts
from trackit_console.store.tables import RecordRow, RequestorRow

LOCK = "WITH (UPDLOCK, ROWLOCK)"


def look_up(connection: Connection, request: LookupRequest) -> Directory:
    """What is known of everything in `request`; the records in it are locked until the transaction ends."""
    by_message_id = ids_by_message_id(connection, request.message_ids)
    wanted = {ref.id for ref in request.records if ref.module is not Module.REQUESTOR}
    # All of them by one ordered read: two transactions that locked them one after another could wait for each other.
    locked = _locked(connection, wanted | {record_id for record_id, _ in by_message_id.values() if record_id})
    answered = {RecordRef(Module.REQUESTOR, number) for _, number in by_message_id.values() if number}
    people = _requestors_as_records(connection, {*request.records, *answered})
    records = _named(request.records, locked) | people
    requestors, undeliverable = requestors_and_marks(connection, request.addresses)
    return Directory(
        technicians=technicians_at(connection, request.addresses),
        requestors=requestors,
        undeliverable=undeliverable,
        records=records,
        by_message_id={
            message_id: record
            for message_id, (record_id, requestor_id) in by_message_id.items()
            if (record := locked.get(record_id or 0) or people.get(RecordRef(Module.REQUESTOR, requestor_id or 0)))
        },
        copies=records_of_copies(connection, request.copy_keys),
        participants=read_participants(connection, records),
        technicians_by_name=technicians_by_name(connection, request.technician_names),
    )


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


def _record(row: Any) -> Record:
    return Record(
        ref=RecordRef(Module(row.module), row.id),
        status=Status(row.status),
        closed_at=row.closed_at,
        technician_id=row.technician_id,
        requestor_id=row.requestor_id,
        template=row.template,
    )
