"""Changes as intake makes them, by what becomes of the message, and how a test has them recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.clock import BEGINNING
from trackit_console.domain.deliveries import Delivery, MatchedRule, MessageRef, Outcome, Recorded
from trackit_console.domain.directory import Directory, LookupRequest
from trackit_console.domain.effects import AddNote, Change, CreateRecord, CreateRequestor, Effect, Reopen
from trackit_console.domain.polling import Lease
from trackit_console.domain.records import (
    AppliedReason,
    Module,
    Note,
    NoteKind,
    Placeholder,
    Priority,
    RecordRef,
    TicketSource,
)
from trackit_console.store.database import Database

SCOPE = "7 INBOX"
TICKET = Placeholder("ticket")
REQUESTOR = Placeholder("requestor")
REASON = AppliedReason("no_keyword")


class PreparedIntake:
    """An intake whose messages are the changes themselves."""

    def lookup(self, messages: Sequence[Change]) -> LookupRequest:
        return LookupRequest()

    def decide(self, messages: Sequence[Change], directory: Directory) -> Sequence[Change]:
        return messages


PREPARED = PreparedIntake()


def take_in(database: Database, lease: Lease, changes: Sequence[Change], cursor: str | None = None) -> Sequence[Recorded]:
    """Has `changes` recorded as one batch."""
    return database.recorder.record(lease, changes, PREPARED, cursor).recorded


def ref(uid: str) -> MessageRef:
    """The identity of the message with this UID."""
    return MessageRef(SCOPE, uid)


def delivery(uid: str, outcome: Outcome = Outcome.IGNORED, **fields: Any) -> Delivery:
    """A message and what became of it."""
    raw = f"Subject: {uid}\r\n\r\nmessage {uid}".encode()
    usual: dict[str, Any] = {
        "sender": "bo@example.com",
        "subject": f"subject {uid}",
        "message_id": f"<{uid}@example.com>",
        "content_key": f"content {uid}",
        "reasons": (REASON,),
    }
    return Delivery(ref(uid), raw, len(raw), BEGINNING, outcome, **{**usual, **fields})


def ignored(uid: str, **fields: Any) -> Change:
    """A message that leaves nothing but its line in the ledger and in the activity."""
    return Change(delivery=delivery(uid, **fields))


def note(text: str = "text", **fields: Any) -> Note:
    """An **Email Received** note."""
    return replace(Note(NoteKind.EMAIL_RECEIVED, "Bo <bo@example.com>", text), **fields)


def system_note(**facts: object) -> Note:
    """What the system tells."""
    return Note(NoteKind.SYSTEM, reasons=(AppliedReason("keyword_without_record", facts),))


def ticket(
    uid: str,
    email: str | None = None,
    *,
    name: str = "Bo",
    subject: str | None = None,
    template: str | None = None,
    note: Note | None = None,
    more: Sequence[Effect] = (),
    **fields: Any,
) -> Change:
    """A message that becomes a ticket, of a new requestor when `email` is given; `more` are effects after its note."""
    person = (CreateRequestor(REQUESTOR, name, email),) if email else ()
    made = CreateRecord(
        handle=TICKET,
        module=Module.TICKET,
        subject=subject if subject is not None else f"subject {uid}",
        priority=Priority.MEDIUM,
        source=TicketSource.EMAIL,
        template=template,
        requestor=REQUESTOR if email else None,
    )
    named = {} if subject is None else {"subject": subject}
    came = delivery(uid, Outcome.CREATED, **{"record": TICKET, **named, **fields})
    text = note or Note(NoteKind.EMAIL_RECEIVED, "Bo <bo@example.com>", f"text {uid}")
    if text.message_id is None:
        text = replace(text, message_id=came.message_id)
    return Change((*person, made, AddNote(TICKET, text), *more), came)


def reply(uid: str, number: int, *, module: Module = Module.TICKET, reopen: bool = False, **fields: Any) -> Change:
    """A message that becomes a note on record `number`."""
    target = RecordRef(module, number)
    came = delivery(uid, Outcome.NOTED, **{"record": target, **fields})
    text = Note(NoteKind.EMAIL_RECEIVED, "Bo <bo@example.com>", f"text {uid}", message_id=came.message_id)
    return Change((*((Reopen(target),) if reopen else ()), AddNote(target, text)), came)


def filtered(uid: str, rule_list: str, text: str) -> Change:
    """A message that a filter rule stopped."""
    return Change(delivery=delivery(uid, Outcome.FILTERED, matched_rule=MatchedRule(rule_list, text)))


def aside(uid: str) -> Change:
    """A message that is set aside."""
    why = (AppliedReason("processing_failed"),)
    return Change(delivery=delivery(uid, Outcome.QUARANTINED, reasons=why, detail="what was wrong"))


def raw_of(change: Change) -> bytes:
    """The bytes of the message that caused `change`."""
    assert change.delivery is not None
    return change.delivery.raw
