"""Writes notes and their attachments for a batch of changes (MSG-03, MSG-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from trackit_console.domain.effects import AddNote
from trackit_console.domain.reason_json import reasons_to_json
from trackit_console.domain.records import Module, Note
from trackit_console.store.column_types import cut, key_of
from trackit_console.store.row_inserts import Row, insert_returning_ids, insert_rows
from trackit_console.store.tables import AttachmentRow, NoteRow
from trackit_console.store.written_change import WrittenChange, effects_of


def add_notes(connection: Connection, written: Sequence[WrittenChange], at: datetime, first_position: int) -> dict[int, int]:
    """The ids of the notes by `id()` of their effects."""
    wanted = [(each, effect) for each, effect in effects_of(written) if isinstance(effect, AddNote)]
    rows = [_note(each, effect, position, at) for position, (each, effect) in enumerate(wanted, first_position)]
    ids = insert_returning_ids(connection, NoteRow, rows)
    files: list[Row] = [
        {
            "note_id": note_id,
            "name": cut(file.name, 255),
            "content_type": cut(file.content_type, 255),
            "size": file.size,
            "sha256": file.sha256,
            "stored": file.stored,
        }
        for (_, effect), note_id in zip(wanted, ids, strict=True)
        for file in effect.note.files
    ]
    insert_rows(connection, AttachmentRow, files)
    # By identity: a batch may have notes that are equal.
    return {id(effect): note_id for (_, effect), note_id in zip(wanted, ids, strict=True)}


def _note(each: WrittenChange, effect: AddNote, position: int, at: datetime) -> Row:
    note: Note = effect.note
    ref = each.resolve(effect.record)
    on_requestor = ref.module is Module.REQUESTOR
    return {
        "record_id": None if on_requestor else ref.id,
        "requestor_id": ref.id if on_requestor else None,
        "delivery_id": each.delivery_id,
        "kind": note.kind.value,
        "at": at,
        "position": position,
        "technician_id": note.technician_id,
        "author": cut(note.author, 512),
        "text": note.text,
        "quoted_text": note.quoted_text or None,
        "reasons": reasons_to_json(note.reasons) if note.reasons else None,
        "message_id": cut(note.message_id, 1000) if note.message_id else None,
        "message_key": key_of(note.message_id) if note.message_id else None,
        "participants": "\n".join(note.participants) or None,
        "private": note.private,
    }
