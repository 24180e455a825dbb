"""`activity`, `records` and `parse`: what happened to mail, and the parsed content of a message (docs/interface.md)."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import CliContext, WrongCall, answer

if TYPE_CHECKING:
    from trackit_console.store.activity_views import ActivityView
    from trackit_console.store.record_views import AttachmentView, NoteView, RecordView

LIMIT = 1000


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the three commands."""
    activity = commands.add_parser("activity", help="what became of mail, newest first")
    records = commands.add_parser("records", help="tickets with their notes and attachments, newest first")
    searched = {
        activity: "words or beginnings of words of sender, subject and Message-ID, in any order; or a record",
        records: "sender, subject, Message-ID or record",
    }
    for parser, do in ((activity, list_activity), (records, list_records)):
        parser.add_argument("--search", default="", metavar="TEXT", help=searched[parser])
        parser.add_argument("--limit", type=int, default=LIMIT, metavar="N", help=f"at most so many (default {LIMIT})")
        parser.set_defaults(do=do)
    reading = commands.add_parser("parse", help="show what a message file says, without storing it")
    reading.add_argument("file", type=Path, metavar="FILE")
    reading.set_defaults(do=parse_file)


def list_activity(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints a line, or a JSON object, for each message."""
    from trackit_console.store.activity_views import ActivityQuery

    with context.opened() as database, database.reading() as transaction:
        views = transaction.activity.page(ActivityQuery(text=parsed.search), limit=parsed.limit)
    if parsed.json:
        answer([activity_answer(each) for each in views])
    else:
        for each in views:
            print(activity_words(each))
        if not views:
            print("No message was found." if parsed.search else "No message yet.")
    return 0


def activity_answer(view: ActivityView) -> dict[str, Any]:
    """A message in the form of docs/interface.md."""
    return {
        "at": view.at,
        "mailbox": view.mailbox,
        "message_id": view.message_id,
        "sender": view.sender,
        "subject": view.subject,
        "outcome": view.outcome.value,
        "record": str(view.record) if view.record else None,
        "reasons": reasons(view),
    }


def reasons(view: ActivityView) -> list[str]:
    """The reasons for the outcome, as sentences."""
    from trackit_console.monitor.kept_sentences import reason_phrase

    return [str(reason_phrase(each)) for each in view.reasons]


def activity_words(view: ActivityView) -> str:
    """A message as one line of text, followed by a line with the reasons."""
    outcome = f"{view.outcome.value} {view.record or ''}".rstrip()
    return f"{view.at.astimezone():%Y-%m-%d %H:%M:%S}  {outcome:24}  {view.sender}  {view.subject}\n    {' '.join(reasons(view))}"


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
    from trackit_console.monitor.kept_sentences import reason_phrase

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


def parse_file(context: CliContext, parsed: argparse.Namespace) -> int:
    """Prints a message as it was parsed; the answer is JSON with or without `--json`."""
    from trackit_console.mail import parse

    try:
        raw = parsed.file.read_bytes()
    except OSError as error:
        raise WrongCall(words=f"{parsed.file} cannot be read: {error.strerror}.") from error
    answer(parse(raw).as_dict())
    return 0
