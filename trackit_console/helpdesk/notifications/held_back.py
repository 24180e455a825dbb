"""Tells in the history of a record which mail about it was held back, once and not for each mail (MSG-08, FIL-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from trackit_console.domain.effects import AddNote
from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import AppliedReason, Note, NoteKind, RecordRef
from trackit_console.helpdesk.notifications.address_book import AddressBook

TOLD_AGAIN_AFTER = timedelta(days=1)
NOTES_SEARCHED = 100
"""The last notes of a record in which it is looked whether that was told."""


def told_once(
    record: RecordRef | None, reasons: Sequence[AppliedReason], book: AddressBook, read: Reader, *, is_new: bool = False
) -> list[AddNote]:
    """A system note with those `reasons` that the record's history did not tell within the last day; none if there are none.

    `is_new`: the record has no history yet, so nothing is read. In a busy hour that is the rule.
    """
    if record is None:
        return []
    new = {_matter(each): each for each in reasons if book.first_time((record, _matter(each)))}
    if not new:
        return []
    since = read.now - TOLD_AGAIN_AFTER
    told = {
        _matter(reason)
        for kept in (() if is_new else read.history(record, NOTES_SEARCHED))
        if kept.note.kind is NoteKind.SYSTEM and kept.at > since
        for reason in kept.note.reasons
    }
    untold = tuple(reason for matter, reason in new.items() if matter not in told)
    return [AddNote(record, Note(NoteKind.SYSTEM, reasons=untold))] if untold else []


def _matter(reason: AppliedReason) -> tuple[str, object]:
    """Why and for whom; which of several mails it was does not matter."""
    return reason.code, reason.facts.get("recipient", reason.facts.get("mail"))
