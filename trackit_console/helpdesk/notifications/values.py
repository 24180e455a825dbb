"""The values of the tokens: what a notification may say about a record, a note, a mailbox (NOT-01).

Plain values in, a text for every token out; a token without a value is empty. The words are English: the templates are the
admin's own text, in the language of the help desk. How values get into a template is in `rendering`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from urllib.parse import urlencode, urlsplit, urlunsplit

from trackit_console.domain.records import Person, Priority, RecordRef, Status
from trackit_console.helpdesk.labels import label_of
from trackit_console.helpdesk.notifications.facts import HelpDesk, NoteFacts, Occasion, RecordFacts
from trackit_console.mail.keywords import write_keyword
from trackit_console.settings.token_table import TOKENS


def values_of(occasion: Occasion, help_desk: HelpDesk, now: datetime) -> Mapping[str, str]:
    """A value for every token of `settings.tokens.TOKENS`. `history` is written in the order in which it is given."""
    record = occasion.record
    ref = record.ref if record else None
    values = {
        "event": occasion.event,
        "reason": occasion.reason,
        "rule": occasion.rule,
        "mailbox": occasion.mailbox,
        "error": occasion.error,
        "help_desk": help_desk.name,
        "today": f"{now.astimezone(help_desk.zone):%Y-%m-%d}",
        "response_url": record_url(help_desk.response_url, ref),
        "self_service_response_url": record_url(help_desk.self_service_response_url, ref),
        "history": _history(_shown(occasion.history, occasion), help_desk.zone),
    }
    if record:
        values |= _of_record(record, help_desk.zone)
    for note in _shown([occasion.note] if occasion.note else [], occasion):
        values |= {"note_author": note.author, "note_text": note.text, "quoted_text": note.quoted_text}
    return {name: values.get(name, "") for name in TOKENS}


def record_url(base: str | None, record: RecordRef | None) -> str:
    """The link to `record`: `base` with `module=Ticket&id=12` added to its query; `base` itself if it is about no record."""
    if not base or record is None:
        return base or ""
    parts = urlsplit(base)
    query = urlencode({"module": record.module.value, "id": record.id})
    return urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))


def moment_text(moment: datetime | None, zone: tzinfo) -> str:
    """A moment as notifications write it, such as `2026-11-26 14:05 (Europe/Berlin)`; empty if there is none."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} ({getattr(zone, 'key', None) or local.tzname()})"


def _of_record(record: RecordFacts, zone: tzinfo) -> dict[str, str]:
    ref = record.ref
    return {
        "keyword": write_keyword(ref.module.value, ref.id),
        "record": str(ref),
        "record_id": str(ref.id),
        "module": ref.module.value,
        "subject": record.subject,
        "status": _label(record.status),
        "priority": _label(record.priority),
        "category": record.category or "",
        "due": moment_text(record.due_at, zone),
        "first_response_due": moment_text(record.first_response_due_at, zone),
        "close_due": moment_text(record.close_due_at, zone),
        "created": moment_text(record.created_at, zone),
        "updated": moment_text(record.updated_at, zone),
        **_of_person("requestor", record.requestor),
        **_of_person("technician", record.technician),
    }


def _of_person(role: str, person: Person | None) -> dict[str, str]:
    if person is None:
        return {}
    return {f"{role}_name": person.name or person.email, f"{role}_email": person.email}


def _label(code: Status | Priority | None) -> str:
    return str(label_of(code)) if code else ""


def _shown(notes: Sequence[NoteFacts], occasion: Occasion) -> list[NoteFacts]:
    return [note for note in notes if occasion.private_notes or not note.private]


def _history(notes: Sequence[NoteFacts], zone: tzinfo) -> str:
    return "\n\n".join(f"{_heading(note, zone)}:\n{note.text.strip()}" for note in notes)


def _heading(note: NoteFacts, zone: tzinfo) -> str:
    return ", ".join(part for part in (moment_text(note.at, zone), note.author) if part)
