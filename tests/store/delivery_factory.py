"""Entries as intake makes them, by what becomes of the message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.clock import BEGINNING
from trackit_console.store.entries import Entry, MatchedRule, NewNote, NewRecord, NewRequestor, NoteKind, Outcome, Quarantined
from trackit_console.store.people import Target

SCOPE = "7 INBOX"


def entry(uid: str, outcome: Outcome = Outcome.IGNORED, **changes: Any) -> Entry:
    """A message that leaves nothing but its line in the ledger and in the activity."""
    raw = f"Subject: {uid}\r\n\r\nmessage {uid}".encode()
    plain = Entry(SCOPE, uid, raw, f"content {uid}", BEGINNING, outcome, sender="bo@example.com", subject=f"subject {uid}")
    return replace(plain, **{"message_id": f"<{uid}@example.com>", **changes})


def note(text: str = "text", **changes: Any) -> NewNote:
    """An **Email Received** note."""
    return replace(NewNote(NoteKind.EMAIL_RECEIVED, "Bo <bo@example.com>", text), **changes)


def ticket(uid: str, email: str | None = None, template: str | None = None, **changes: Any) -> Entry:
    """A message that becomes a ticket, of a new requestor when `email` is given."""
    person = NewRequestor("Bo", email) if email else None
    record = NewRecord("Ticket", f"subject {uid}", "Medium", "Email", template, new_requestor=person)
    return entry(uid, Outcome.CREATED, **{"new_record": record, "note": note(f"text {uid}"), **changes})


def titled(made: Entry, words: str) -> Entry:
    """The same message, whose record has `words` for its subject."""
    assert made.new_record is not None
    return replace(made, new_record=replace(made.new_record, subject=words))


def reply(uid: str, number: int, **changes: Any) -> Entry:
    """A message that becomes a note on ticket `number`."""
    target = Target("Ticket", number, "Open", None, None)
    return entry(uid, Outcome.NOTED, **{"target": target, "note": note(f"text {uid}"), **changes})


def filtered(uid: str, rule_list: str, text: str) -> Entry:
    """A message that a filter rule stopped."""
    return entry(uid, Outcome.FILTERED, matched_rule=MatchedRule(rule_list, text))


def aside(uid: str) -> Entry:
    """A message that is set aside."""
    return entry(uid, Outcome.QUARANTINED, quarantined=Quarantined("unreadable", "what was wrong"))
