"""`records`: tickets with their notes and attachments (docs/interface.md)."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, answer
from trackit_console.commands.whole_numbers import whole_number

if TYPE_CHECKING:
    from trackit_console.store.record_views import AttachmentView, NoteView, RecordView

LIMIT = 1000


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("records", help="tickets with their notes and attachments, newest first")
    parser.add_argument("--search", default="", metavar="TEXT", help="sender, subject, Message-ID or record")
    parser.add_argument("--limit", type=whole_number(), default=LIMIT, metavar="N", help=f"at most so many (default {LIMIT})")
    parser.set_defaults(do=list_records)


def list_records(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints a line, or a JSON object, for each record."""
    from trackit_console.helpdesk.labels import NO_SUBJECT, label_of

    with context.opened() as database, database.reading() as transaction:
        records = transaction.records.page(parsed.search, limit=parsed.limit)
        now = transaction.now
        notes = transaction.records.notes([each.id for each in records])
    if parsed.json:
        answer([_record_answer(each, notes[each.id], now) for each in records])
    else:
        for each in records:
            status = label_of(each.status)
            print(f"{each.ref}  {status}  {each.requestor or '-'}  {each.subject or NO_SUBJECT} ({len(notes[each.id])} notes)")
        if not records:
            print("No record yet.")
    return 0


def _record_answer(record: RecordView, notes: list[NoteView], now: datetime) -> dict[str, Any]:
    from trackit_console.helpdesk.labels import label_of

    return {
        "module": record.module.value,
        "id": record.id,
        "subject": record.subject,
        "status": str(label_of(record.status)),
        "requestor": record.requestor_email or None,
        "technician": record.technician or None,
        "source": str(label_of(record.source)) if record.source else None,
        "service_level": _service_level_answer(record, now),
        "notes": [_note_answer(each) for each in notes],
    }


def _service_level_answer(record: RecordView, now: datetime) -> dict[str, Any] | None:
    from trackit_console.helpdesk.service_levels.standing import standings, worst

    level = record.service_level
    if level.name is None:
        return None
    most_urgent = worst(standings(level, record.status, record.closed_at, now))
    return {
        "name": level.name,
        "state": most_urgent.standing.value if most_urgent else None,
        "first_response_due_at": level.first_response_due_at,
        "close_due_at": level.close_due_at,
        "responded_at": level.responded_at,
    }


def _note_answer(note: NoteView) -> dict[str, Any]:
    from trackit_console.helpdesk.labels import EMAIL_MONITOR, label_of
    from trackit_console.helpdesk.reasons import reason_phrase

    return {
        "at": note.at,
        "kind": str(label_of(note.kind)),
        "author": note.technician or note.author or str(EMAIL_MONITOR),
        "text": note.text or "\n".join(str(reason_phrase(each)) for each in note.reasons),
        "message_id": note.message_id,
        "private": note.private,
        "attachments": [_attachment_answer(each) for each in note.attachments],
    }


def _attachment_answer(attachment: AttachmentView) -> dict[str, Any]:
    return {"name": attachment.name, "size": attachment.size, "sha256": attachment.sha256, "stored": attachment.stored}
