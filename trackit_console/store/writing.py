"""The inserts of intake: records, notes, attachments, raw messages and activity of a batch, set by set.

This is the hot path: Core statements that name only the columns they fill (a NULL parameter costs SQL Server a round
trip), one statement for all rows of a kind. Which transaction it happens in is decided in `deliveries`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from trackit_console.store.column_types import cut, fold, key_of
from trackit_console.store.entries import Entry, NewNote, NewRequestor, NoteKind, Outcome, Recorded
from trackit_console.store.people import in_parts
from trackit_console.store.tables import (
    ActivityRow,
    AttachmentRow,
    Base,
    DeliveryRow,
    FilterRuleRow,
    NoteRow,
    QuarantineRow,
    RawMessageRow,
    RecordRow,
    RequestorRow,
)

Row = dict[str, Any]
SYSTEM_AUTHOR = "Email Monitor"


def write_deliveries(connection: Connection, mailbox_id: int, entries: Sequence[Entry], at: datetime) -> list[int]:
    """The ledger rows of a batch; answers their ids in the order of `entries`."""
    return _insert_returning(connection, DeliveryRow, [_delivery(mailbox_id, entry, at) for entry in entries])


def _delivery(mailbox_id: int, entry: Entry, at: datetime) -> Row:
    return {
        "mailbox_id": mailbox_id,
        "ref_key": key_of(entry.scope, entry.uid),
        "scope": entry.scope,
        "uid": entry.uid,
        "content_key": entry.content_key or None,
        "message_key": key_of(entry.message_id) if entry.message_id else None,
        "outcome": entry.outcome.value,
        "size": len(entry.raw),
        "tries": 1,
        "seen_at": entry.seen_at,
        "recorded_at": at,
    }


def write_effects(
    connection: Connection, mailbox_id: int, entries: Sequence[Entry], ids: Sequence[int], at: datetime
) -> list[Recorded]:
    """Everything that follows from deliveries `ids`: records, notes, files, raw bytes, quarantine, activity, counts."""
    requestors = _requestors(connection, entries, at)
    records = _records(connection, entries, requestors, at)
    places = [_place(entry, records.get(index)) for index, entry in enumerate(entries)]
    _touch(connection, entries, at)
    _notes(connection, entries, ids, places, at)
    raw = [{"delivery_id": number, "content": entry.raw} for entry, number in zip(entries, ids, strict=True) if entry.keeps_raw]
    _insert(connection, RawMessageRow, raw)
    _insert(connection, QuarantineRow, [_quarantine(e, n, at) for e, n in zip(entries, ids, strict=True) if e.quarantined])
    activity = [_activity(mailbox_id, *each, at) for each in zip(entries, ids, places, strict=True)]
    _insert(connection, ActivityRow, activity)
    _count_stoppers(connection, entries, at)
    return [_recorded(*each) for each in zip(entries, ids, places, strict=True)]


def _requestors(connection: Connection, entries: Sequence[Entry], at: datetime) -> dict[str, int]:
    """Ids of the senders that become requestors, by folded address; one row each, however often they wrote."""
    new: dict[str, NewRequestor] = {}
    for entry in entries:
        if entry.new_record and entry.new_record.new_requestor:
            new.setdefault(fold(entry.new_record.new_requestor.email), entry.new_record.new_requestor)
    known: dict[str, int] = {}
    for part in in_parts(new):
        asked = select(RequestorRow.address, RequestorRow.id).where(RequestorRow.address.in_(part))
        known |= {row.address: row.id for row in connection.execute(asked)}
    rows: list[Row] = [
        {"name": cut(each.name, 255), "email": cut(each.email, 255), "address": address, "created_at": at}
        for address, each in new.items()
        if address not in known
    ]
    ids = _insert_returning(connection, RequestorRow, rows)
    return known | {row["address"]: number for row, number in zip(rows, ids, strict=True)}


def _records(connection: Connection, entries: Sequence[Entry], requestors: Mapping[str, int], at: datetime) -> dict[int, int]:
    """Ids of the new records, by the place of their entry in the batch."""
    rows: dict[int, Row] = {}
    for index, entry in enumerate(entries):
        if new := entry.new_record:
            known = requestors[fold(new.new_requestor.email)] if new.new_requestor else new.requestor_id
            rows[index] = {
                "module": new.module,
                "subject": cut(new.subject, 800),
                "status": "Open",
                "priority": new.priority,
                "source": new.source,
                "template": new.template,
                "requestor_id": known,
                "created_at": at,
                "updated_at": at,
                "version": 1,
            }
    ids = _insert_returning(connection, RecordRow, list(rows.values()))
    return dict(zip(rows, ids, strict=True))


def _place(entry: Entry, record_id: int | None) -> tuple[str, int] | None:
    """Module and id of the record that the message is on."""
    if entry.new_record and record_id is not None:
        return entry.new_record.module, record_id
    return (entry.target.module, entry.target.id) if entry.target else None


def _touch(connection: Connection, entries: Sequence[Entry], at: datetime) -> None:
    """Records that got a note are updated now; closed ones may be opened again."""
    for entry in entries:
        target = entry.target
        if target is None or entry.note is None or target.module == "Requestor":
            continue
        values: Row = {"updated_at": at, "version": RecordRow.version + 1}
        if entry.reopen:
            values |= {"status": "Open", "closed_at": None}
        connection.execute(update(RecordRow).where(RecordRow.id == target.id).values(values))


def _notes(
    connection: Connection, entries: Sequence[Entry], ids: Sequence[int], places: Sequence[tuple[str, int] | None], at: datetime
) -> None:
    written = [
        (entry, entry.note, number, place)
        for entry, number, place in zip(entries, ids, places, strict=True)
        if entry.note and place
    ]
    rows = [_note(entry, note, number, place, at) for entry, note, number, place in written]
    note_ids = _insert_returning(connection, NoteRow, rows)
    files = [
        {
            "note_id": note_id,
            "name": cut(each.name, 255),
            "content_type": cut(each.content_type, 255),
            "size": each.size,
            "sha256": each.sha256,
            "stored": each.stored,
        }
        for (_, note, _, _), note_id in zip(written, note_ids, strict=True)
        for each in note.attachments
    ]
    _insert(connection, AttachmentRow, files)
    remarks = [
        _remark(e.remark, number, place, at) for e, number, place in zip(entries, ids, places, strict=True) if e.remark and place
    ]
    _insert(connection, NoteRow, remarks)


def _note(entry: Entry, note: NewNote, delivery_id: int, place: tuple[str, int], at: datetime) -> Row:
    return {
        **_on(place),
        "delivery_id": delivery_id,
        "kind": note.kind.value,
        "at": at,
        "technician_id": note.technician_id,
        "author": cut(note.author, 512),
        "text": note.text,
        "quoted_text": note.quoted_text or None,
        "message_id": cut(entry.message_id, 1000) if entry.message_id else None,
        "message_key": key_of(entry.message_id) if entry.message_id else None,
    }


def _remark(text: str, delivery_id: int, place: tuple[str, int], at: datetime) -> Row:
    system = {"kind": NoteKind.SYSTEM.value, "author": SYSTEM_AUTHOR}
    return {**_on(place), **system, "delivery_id": delivery_id, "at": at, "text": text}


def _on(place: tuple[str, int]) -> Row:
    module, number = place
    on_requestor = module == "Requestor"
    return {"requestor_id": number if on_requestor else None, "record_id": None if on_requestor else number}


def _quarantine(entry: Entry, delivery_id: int, at: datetime) -> Row:
    assert entry.quarantined is not None
    reason = {"reason": entry.quarantined.reason, "detail": cut(entry.quarantined.detail, 4000)}
    return {"delivery_id": delivery_id, "state": "open", "tries": 1, "at": at, **reason}


def _activity(mailbox_id: int, entry: Entry, delivery_id: int, place: tuple[str, int] | None, at: datetime) -> Row:
    return {
        "delivery_id": delivery_id,
        "at": at,
        "mailbox_id": mailbox_id,
        "message_id": cut(entry.message_id, 1000) if entry.message_id else None,
        "sender": cut(entry.sender, 512),
        "subject": cut(entry.subject, 800),
        "outcome": entry.outcome.value,
        "module": place[0] if place else None,
        "record_id": place[1] if place else None,
        "reasons": json.dumps([[each.code, dict(each.facts)] for each in entry.reasons], ensure_ascii=False),
    }


def _count_stoppers(connection: Connection, entries: Sequence[Entry], at: datetime) -> None:
    """A rule shows how many messages it stopped, and when last (FIL-05)."""
    counts: dict[tuple[str, str], int] = {}
    for entry in entries:
        if entry.outcome is Outcome.FILTERED and entry.matched_rule:
            key = (entry.matched_rule.rule_list, entry.matched_rule.text)
            counts[key] = counts.get(key, 0) + 1
    for (rule_list, text), count in counts.items():
        rule = (FilterRuleRow.rule_list == rule_list, FilterRuleRow.text == text)
        connection.execute(update(FilterRuleRow).where(*rule).values(stopped=FilterRuleRow.stopped + count, last_stopped_at=at))


def _recorded(entry: Entry, delivery_id: int, place: tuple[str, int] | None) -> Recorded:
    return Recorded(delivery_id, entry.scope, entry.uid, entry.outcome, f"{place[0]} - {place[1]}" if place else None)


def _insert(connection: Connection, table: type[Base], rows: Sequence[Row]) -> None:
    if rows:
        connection.execute(insert(table), _filled(rows))


def _insert_returning(connection: Connection, table: type[Base], rows: Sequence[Row]) -> list[int]:
    """Inserts `rows` and answers their ids, which ascend in the same order."""
    if not rows:
        return []
    statement = insert(table).returning(table.__table__.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, _filled(rows)).scalars())


def _filled(rows: Sequence[Row]) -> list[Row]:
    """The rows without the columns that none of them fills."""
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    return [{name: row[name] for name in names} for row in rows]
