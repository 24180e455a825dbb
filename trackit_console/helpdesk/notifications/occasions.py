"""What a notification has to tell of an occurrence, and which mail it answers (NOT-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from trackit_console.domain.listeners import Reader
from trackit_console.domain.records import AppliedReason, KeptNote, Module, NoteKind, RecordDetails
from trackit_console.helpdesk.notifications.facts import NoteFacts, Occasion, RecordFacts
from trackit_console.helpdesk.notifications.message_ids import message_id_for
from trackit_console.helpdesk.occurrences import Occurrence
from trackit_console.helpdesk.reasons import Reason, applied, reason_phrase
from trackit_console.settings.event_names import EventName
from trackit_console.user_messages import QT_TRANSLATE_NOOP, problem_phrases

HISTORY_NOTES = 5
"""Notes that `{history}` has at most."""
NOTES_READ = 30
"""The last notes of a record among which they are looked for: system notes lie between them."""
_WRITTEN = (NoteKind.EMAIL_RECEIVED, NoteKind.NOTE)
_ON_THE_THREAD = (NoteKind.EMAIL_RECEIVED, NoteKind.EMAIL_SENT, NoteKind.NOTE)
EVENT_SENTENCES: dict[EventName, str] = {
    "created": QT_TRANSLATE_NOOP("helpdesk", "The record was created."),
    "updated": QT_TRANSLATE_NOOP("helpdesk", "The record was changed."),
    "note_added": QT_TRANSLATE_NOOP("helpdesk", "A note was added."),
    "assigned": QT_TRANSLATE_NOOP("helpdesk", "The record was assigned."),
    "closed": QT_TRANSLATE_NOOP("helpdesk", "The record was closed."),
    "reopened": QT_TRANSLATE_NOOP("helpdesk", "The record was reopened."),
    "email_received": QT_TRANSLATE_NOOP("helpdesk", "An email was received."),
    "processing_stopped": QT_TRANSLATE_NOOP("helpdesk", "Email processing has stopped."),
    "processing_resumed": QT_TRANSLATE_NOOP("helpdesk", "Email processing goes on again."),
}


@dataclass(frozen=True, slots=True)
class Thread:
    """The ids of the message that is answered, and of those before it, the oldest first."""

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()


NO_THREAD = Thread()


@dataclass(frozen=True)
class Story:
    """An occurrence as mail tells it. The history of its record is read when it is first needed, and once."""

    occurrence: Occurrence
    read: Reader = field(repr=False)

    def occasion(self, by: str, *, private_notes: bool, with_history: bool) -> Occasion:
        """The facts for the tokens of a template; `by` is the name of the notification, rule or service level."""
        told = self.occurrence
        return Occasion(
            event=EVENT_SENTENCES[told.event],
            reason=_reason(told),
            rule=by,
            mailbox=told.mailbox or "",
            error=_error(told.reasons),
            record=record_facts(told.details) if told.details else None,
            note=self._note(private_notes),
            history=[note_facts(each) for each in self._written(private_notes)] if with_history else (),
            private_notes=private_notes,
        )

    def _note(self, private_notes: bool) -> NoteFacts | None:
        """What a technician's mail quotes may be a private note: the notification about it, which they answered."""
        told = self.occurrence
        facts = note_facts(told.note) if told.note else None
        by_technician = told.received is not None and told.sender_role == "technician"
        return replace(facts, quoted_text="") if facts and by_technician and not private_notes else facts

    def thread(self, from_address: str, *, private_notes: bool) -> Thread:
        """Who may not read a private note gets no mail that answers it.

        The first reference is an id that no message has, one for each record: by it mail programs put together what is about a record,
        even for somebody who has none of its mail.
        """
        if self.occurrence.details is None:
            return NO_THREAD
        first = message_id_for(f"record {self.occurrence.details.ref}", from_address)
        return Thread(self._answered(private_notes), (first,))

    def _answered(self, private_notes: bool) -> str | None:
        note, received = self.occurrence.note, self.occurrence.received
        if received and received.message_id and (private_notes or note is None or not note.note.private):
            return received.message_id
        seen = (each.note for each in self._notes if private_notes or not each.note.private)
        return next((each.message_id for each in seen if each.message_id and each.kind in _ON_THE_THREAD), None)

    def _written(self, private_notes: bool) -> list[KeptNote]:
        written = (each for each in self._notes if each.note.kind in _WRITTEN and (private_notes or not each.note.private))
        return [each for each, _ in zip(written, range(HISTORY_NOTES), strict=False)]

    @cached_property
    def _notes(self) -> Sequence[KeptNote]:
        details = self.occurrence.details
        return self.read.history(details.ref, NOTES_READ) if details else ()


def record_facts(details: RecordDetails) -> RecordFacts:
    """A record as templates name it. A requestor as a record is not open or closed."""
    level = details.service_level
    return RecordFacts(
        details.ref,
        details.subject,
        None if details.ref.module is Module.REQUESTOR else details.record.status,
        details.priority,
        details.category,
        details.due_at,
        level.first_response_due_at,
        level.close_due_at,
        details.created_at,
        details.updated_at,
        details.requestor,
        details.technician,
    )


def note_facts(kept: KeptNote) -> NoteFacts:
    """A note as templates name it; of an author with an address, the name alone."""
    note = kept.note
    name = note.author.rpartition(" <")[0] if note.author.endswith(">") else note.author
    return NoteFacts(name or note.author, note.text, kept.at, note.quoted_text, note.private)


def _reason(told: Occurrence) -> str:
    """Why it happened, in English like all values; empty if there is nothing to say."""
    if told.reasons:
        return " ".join(str(reason_phrase(each)) for each in told.reasons)
    if told.by:
        return str(reason_phrase(applied(Reason.DONE_BY_RULE, rule=told.by[-1])))
    if told.received is None or told.event == "created":
        return ""
    requestor = told.details.requestor if told.details else None
    if requestor and told.sender == requestor:
        return str(reason_phrase(applied(Reason.WRITTEN_BY_REQUESTOR)))
    return str(reason_phrase(applied(Reason.WRITTEN_BY, name=told.sender.name if told.sender else told.received.sender)))


def _error(reasons: Sequence[AppliedReason]) -> str:
    """What failed and what to do about it: the problem that the reasons name."""
    named = (fact for each in reasons for fact in each.facts.values() if isinstance(fact, AppliedReason))
    problem = next(named, None)
    if problem is None:
        return " ".join(str(reason_phrase(each)) for each in reasons)
    context, _, code = problem.code.partition(".")
    return " ".join(filter(None, map(str, problem_phrases(context, code, problem.facts))))
